"""One picture against the display it is meant for: size, format, alpha, mode, profile and bytes."""

from __future__ import annotations

from collections.abc import Iterator

from locstore.findings import Finding, Severity
from locstore.stores import Display, Store, displays
from locstore.verify.facts import PictureFacts

_STORE_NAMES = {Store.APPLE: "The App Store", Store.PLAY: "Google Play", Store.CUSTOM: "The display"}
_MODE_NAMES = {"L": "greyscale", "LA": "greyscale", "P": "a palette", "CMYK": "CMYK"}
# Sizes that differ by less than this part of a side are taken for a slip, and the right one is named.
_NEAR = 0.1


def verify_picture(facts: PictureFacts, display: Display, display_path: str) -> list[Finding]:
    """What the display's store would not take. `display_path` names the picture in the findings."""
    findings = [
        Finding(code=code, message=message, severity=severity, file=display_path)
        for code, message, severity in _problems(facts, display)
    ]
    mode = _mode_problem(facts, display)
    if mode is not None:
        message, severity = mode
        findings.append(Finding(code="verify-mode", message=message, severity=severity, file=display_path))
    return findings


def _problems(facts: PictureFacts, display: Display) -> Iterator[tuple[str, str, Severity]]:
    refused = display.accepts(facts.size)
    if refused is not None:
        yield "verify-size", refused, Severity.ERROR
    elif (advice := display.advice_on(facts.size)) is not None:
        yield "verify-size", advice, Severity.WARNING
    if facts.format not in {"jpeg" if name == "jpg" else name for name in display.formats}:
        allowed = " or ".join(dict.fromkeys(display.formats))
        yield (
            "verify-format",
            f"{label(display)} takes {allowed}, not {facts.format}. Save it anew.",
            Severity.ERROR,
        )
    if facts.has_alpha and display.alpha != "allowed":
        severity = Severity.ERROR if display.alpha == "refused" else Severity.WARNING
        yield "verify-alpha", f"The picture has an alpha channel. {display.alpha_note} Save it without alpha.", severity
    if facts.profile not in {None, "sRGB"}:
        message = f"The colour profile is {facts.profile}; stores show sRGB, and colours may shift. Convert it to sRGB."
        yield "verify-profile", message, Severity.WARNING
    if display.max_bytes is not None and facts.bytes > display.max_bytes:
        message = (
            f"The file has {facts.bytes:,} bytes; {label(display)} takes at most {display.max_bytes:,}. "
            "Save it smaller."
        )
        yield "verify-bytes", message, Severity.ERROR


def _mode_problem(facts: PictureFacts, display: Display) -> tuple[str, Severity] | None:
    """Both stores ask for RGB with 8 bits. Apple's rule names RGB only; Google's 24 bits bind PNG, not JPEG.

    Google is known to enforce its rule for the kinds of picture whose alpha it refuses, and for no other kind.
    """
    by_bits = display.store is Store.PLAY and facts.format == "png"
    if facts.mode == "CMYK":
        refused = True
    elif facts.mode in {"L", "LA"}:
        refused = display.store is Store.APPLE or (by_bits and display.alpha == "refused")
    elif facts.mode == "P" or facts.bit_depth > 8:
        refused = by_bits and display.alpha == "refused"
    else:
        return None
    what = _MODE_NAMES.get(facts.mode, f"{facts.bit_depth} bits a channel")
    rule = "PNG of 24 bits (RGB, 8 bits a channel)" if by_bits else "RGB with 8 bits a channel"
    message = f"The picture has {what}; {_STORE_NAMES[display.store]} asks for {rule}. Save it so."
    return message, Severity.ERROR if refused else Severity.WARNING


def unknown_size(size: tuple[int, int], display_path: str) -> Finding:
    """No App Store display has this size; the nearest one is named if the size looks like a slip."""
    width, height = size
    near: tuple[float, str] | None = None
    for display in displays().values():
        if display.store is not Store.APPLE:
            continue
        for wide, high in display.sizes:
            off = max(abs(width - wide) / wide, abs(height - high) / high)
            if off < _NEAR and (near is None or off < near[0]):
                near = off, f"the nearest is {wide}x{high} of {label(display)}"
    advice = near[1] if near else "`locstore displays` lists all sizes"
    message = f"{width}x{height} is the size of no App Store display; {advice}."
    return Finding(code="verify-size", message=message, file=display_path)


def label(display: Display) -> str:
    """A display as messages name it: `play_phone (Phone)`."""
    return f"{display.id} ({display.name})"
