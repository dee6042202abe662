"""Whether words can be read on what is behind them: WCAG contrast measured from pixels, and a scrim where it lacks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from locstore.findings import Finding, Severity
from locstore.layout import Composition, SetSlot
from locstore.paint.surface import Color, Pixels, blend, soft_band
from locstore.typeset import Box

# WCAG 2.2, 1.4.3: large text needs 3:1. Screenshot headlines are large on any display.
MINIMUM = 3.0
_STRENGTHS = (0.35, 0.55, 0.75, 0.9)
_MIDDLE = 0.18  # luminance that is as far from white as from black, in contrast
_WORST = 10  # percentile of the pixels behind the words that has to be readable


def luminance(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Relative luminance 0-1 of sRGB pixels, shape (..., 3) to (...)."""
    value = pixels.astype(np.float64) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    result: npt.NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return result


def contrast_ratio(canvas: Pixels, box: Box, color: Color) -> float:
    """The contrast of a colour with the tenth worst percent of the pixels in a box; 21 for a box off the canvas."""
    height, width = canvas.shape[:2]
    left, top = max(0, int(box.x)), max(0, int(box.y))
    right, bottom = min(width, int(box.right) + 1), min(height, int(box.bottom) + 1)
    part = canvas[top:bottom:2, left:right:2]
    if not part.size:
        return 21.0
    ink = float(luminance(np.array(color, np.uint8)))
    ground = luminance(part)
    ratios = (np.maximum(ground, ink) + 0.05) / (np.minimum(ground, ink) + 0.05)
    return float(np.percentile(ratios, _WORST))


def contrast_findings(canvas: Pixels, composition: Composition) -> list[Finding]:
    """Warnings for words that lack contrast with what is behind them; nothing is changed."""
    return [
        Finding(
            code="paint-low-contrast",
            message=f"The words have a contrast of {ratio:.1f}:1 with the picture behind; {MINIMUM:g}:1 is wanted. "
            "Give the screen a scrim, or choose another colour.",
            severity=Severity.WARNING,
            slot=slot.id,
        )
        for slot, _, ratio in _weak(canvas, composition)
    ]


def ensure_contrast(canvas: Pixels, composition: Composition) -> list[Finding]:
    """Put a scrim behind words that lack contrast, in place; findings say where, and where it did not suffice.

    One band over the whole width for all words that need it, fading out above and below: it reads as light and shade,
    not as a box.
    """
    weak = _weak(canvas, composition)
    if not weak:
        return []
    area = weak[0][1]
    for _, box, _ in weak[1:]:
        area = area.union(box)
    inks = [float(luminance(np.array(slot.text_layout.style.color, np.uint8))) for slot, _, _ in weak]
    scrim: Color = (0, 0, 0) if sum(inks) / len(inks) > _MIDDLE else (255, 255, 255)
    fade = 1.2 * max(slot.text_layout.size for slot, _, _ in weak)
    top, alpha = soft_band(canvas.shape[1], canvas.shape[0], area, fade)
    untouched = canvas[top : top + len(alpha)].copy()
    after: list[float] = []
    for strength in _STRENGTHS:
        canvas[top : top + len(alpha)] = untouched
        blend(canvas, 0, top, scrim, np.rint(alpha * strength).astype(np.uint8))
        after = [contrast_ratio(canvas, box, slot.text_layout.style.color) for slot, box, _ in weak]
        if min(after) >= MINIMUM:
            break
    return [_finding(slot, before, now) for (slot, _, before), now in zip(weak, after, strict=True)]


def _weak(canvas: Pixels, composition: Composition) -> list[tuple[SetSlot, Box, float]]:
    """Slots without a plate whose words lack contrast: their box and the ratio."""
    weak = []
    for slot in composition.slots:
        box = _box(slot)
        if box is not None and slot.text_background is None:
            ratio = contrast_ratio(canvas, box, slot.text_layout.style.color)
            if ratio < MINIMUM:
                weak.append((slot, box, ratio))
    return weak


def _finding(slot: SetSlot, before: float, after: float) -> Finding:
    enough = after >= MINIMUM
    advice = "" if enough else " Choose another colour for the words."
    return Finding(
        code="paint-scrim-added" if enough else "paint-low-contrast",
        message=f"The words had a contrast of {before:.1f}:1; with a scrim behind them it is {after:.1f}:1 "
        f"({MINIMUM:g}:1 is wanted).{advice}",
        severity=Severity.NOTE if enough else Severity.ERROR,
        slot=slot.id,
    )


def _box(slot: SetSlot) -> Box | None:
    lines = slot.text_layout.lines
    if not lines:
        return None
    box = lines[0].box
    for line in lines[1:]:
        box = box.union(line.box)
    return box
