"""Shade behind words that are set into a finished picture: it hugs the letters, for the picture around is finished."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from locstore.findings import Finding, Severity
from locstore.layout import SetSlot
from locstore.paint.contrast import MIDDLE, MINIMUM, luminance
from locstore.paint.surface import Color, Pixels, rounded
from locstore.typeset import FontLibrary, rasterise

_SPREAD = 0.16  # em by which the shade is wider than the letters
_BLUR = 0.2  # em
_NEAR = 0.5  # of the shade's strength: what is behind and between the letters
_WORST = 10  # percentile of what is near the letters that has to be readable
_STRENGTHS = (0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
_DARK, _LIGHT = 0.22, 0.82  # how far a ground is taken to black or white at full strength

Floats = npt.NDArray[np.float32]


def shade_words(
    canvas: Pixels, slots: Sequence[SetSlot], library: FontLibrary, stays: npt.NDArray[np.bool_]
) -> list[Finding]:
    """Darken or lighten what is behind words without a plate that lack contrast, in place, before they are set.

    Nothing changes where `stays`, shape (height, width), is set. Findings name the contrast before and after: a note,
    or an error where no shade suffices.
    """
    findings: list[Finding] = []
    for slot in slots:
        if slot.text_background is None and slot.text_layout.lines:
            finding = _shaded(canvas, slot, library, stays)
            findings += [finding] if finding is not None else []
    return findings


def _shaded(canvas: Pixels, slot: SetSlot, library: FontLibrary, stays: npt.NDArray[np.bool_]) -> Finding | None:
    left, top, alpha = _near_letters(canvas, slot, library)
    part = canvas[top : top + alpha.shape[0], left : left + alpha.shape[1]]
    near = alpha >= _NEAR
    ink = slot.text_layout.style.color
    before = _contrast(part, near, ink)
    if before >= MINIMUM:
        return None
    alpha[stays[top : top + alpha.shape[0], left : left + alpha.shape[1]]] = 0
    light = float(luminance(np.array(ink, np.uint8))) > MIDDLE
    ground = part.astype(np.float32)
    # The ground keeps its own hue: a shade of it reads as light, a grey one as a stain.
    far = ground * np.float32(_DARK) if light else ground + (255 - ground) * np.float32(_LIGHT)
    after = before
    for strength in _STRENGTHS:
        shaded = rounded((ground + (far - ground) * (alpha * np.float32(strength))[..., None]).astype(np.float32))
        after = _contrast(shaded, near, ink)
        part[...] = shaded
        if after >= MINIMUM:
            break
    enough = after >= MINIMUM
    return Finding(
        code="paint-scrim-added" if enough else "paint-low-contrast",
        message=f"The words had a contrast of {before:.1f}:1; with a shade behind them it is {after:.1f}:1 "
        f"({MINIMUM:g}:1 is wanted).{'' if enough else ' Choose another colour for the words.'}",
        severity=Severity.NOTE if enough else Severity.ERROR,
        slot=slot.id,
    )


def _near_letters(canvas: Pixels, slot: SetSlot, library: FontLibrary) -> tuple[int, int, Floats]:
    """The left and top of a part of the canvas, and the shade's strength in it, 0 to 1."""
    em = slot.text_layout.size
    spread, blur = max(1, round(_SPREAD * em)), max(1.0, _BLUR * em)
    reach = int(spread + 3 * blur)
    height, width = canvas.shape[:2]
    layers = [(layer.x, layer.y, _coverage(layer.alpha, layer.rgba)) for layer in rasterise(slot.text_layout, library)]
    left = max(0, min(x for x, _, _ in layers) - reach)
    top = max(0, min(y for _, y, _ in layers) - reach)
    right = min(width, max(x + a.shape[1] for x, _, a in layers) + reach)
    bottom = min(height, max(y + a.shape[0] for _, y, a in layers) + reach)
    letters = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    for x, y, coverage in layers:
        letters.paste(255, (x - left, y - top), Image.fromarray(coverage))
    # At a quarter of the size: the shade is soft, and wide filters are slow.
    small = letters.reduce(4)
    wide = small.filter(ImageFilter.MaxFilter(2 * max(1, spread // 4) + 1)).filter(ImageFilter.GaussianBlur(blur / 4))
    strength = np.asarray(wide.resize(letters.size, Image.Resampling.BILINEAR), np.float32) / 255
    return left, top, np.minimum(1, strength * np.float32(1.4))


def _coverage(alpha: Pixels | None, rgba: Pixels | None) -> Pixels:
    if alpha is not None:
        return alpha
    return np.ascontiguousarray(rgba[..., 3]) if rgba is not None else np.zeros((1, 1), np.uint8)


def _contrast(part: Pixels, near: npt.NDArray[np.bool_], ink: Color) -> float:
    """The contrast of a colour with the worst tenth of the pixels near the letters; 21 where there are none."""
    if not near.any():
        return 21.0
    mine = float(luminance(np.array(ink, np.uint8)))
    ground = luminance(part[near])
    ratios = (np.maximum(ground, mine) + 0.05) / (np.minimum(ground, mine) + 0.05)
    return float(np.percentile(ratios, _WORST))
