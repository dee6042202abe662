"""Whether words can be read on what is behind them: WCAG contrast measured from pixels, and a scrim where it lacks.

Words are measured one colour at a time against the pixels near their letters, after plates, shadows and outlines are
painted and before the letters are.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from locstore.findings import Finding, Severity
from locstore.layout import Composition, SetSlot, TextLayer
from locstore.paint.surface import Color, Pixels, blend, soft_band
from locstore.typeset import Box
from locstore.typeset import Layer as Raster

# WCAG 2.2, 1.4.3: large text needs 3:1, other text 4.5:1. Headlines are large even on a store's thumbnail.
MINIMUM = 3.0
SMALL_MINIMUM = 4.5
_SMALL = 3.0  # percent of the canvas's mean side: an em below it is small
_CELL = 0.06  # em: side of the cells in which the ground is sampled
_INK = 4  # of 255: mean coverage from which a cell belongs to the letters
UNREADABLE = 1.4  # at and below it words are as good as not there
_STRENGTHS = (0.35, 0.55, 0.75, 0.9)
MIDDLE = 0.18  # luminance that is as far from white as from black, in contrast
_WORST = 10  # percentile of the pixels behind the words that has to be readable


def luminance(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Relative luminance (WCAG 2.2) from 0 to 1 of sRGB pixels, shape (..., 3) to (...)."""
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


@dataclasses.dataclass(frozen=True, slots=True)
class WordContrast:
    """The contrast of one colour of a slot with the tenth worst percent of the pixels near its letters.

    `wanted` is 3 for large words, 4.5 for small ones. `file` and `line` say where the words are.
    """

    slot: str
    color: Color
    highlight: bool
    ratio: float
    wanted: float
    file: str
    line: int


def measure(
    below: Pixels, at: tuple[int, int], layer: TextLayer, rasters: Sequence[Raster], size: tuple[int, int]
) -> list[WordContrast]:
    """The contrast of each colour of a slot; `below` is what is painted behind, its top left pixel at `at`.

    `rasters` are the letters in the same coordinates, `size` is the canvas's.
    """
    text = layer.slot.text_layout
    small = text.size < _SMALL / 100 * math.sqrt(size[0] * size[1])
    grounds: dict[Color, list[npt.NDArray[np.float64]]] = {}
    for raster in rasters:
        if raster.alpha is not None and raster.color is not None:
            grounds.setdefault(raster.color, []).append(_near(below, at, raster, text.size))
    found = []
    for color, parts in grounds.items():
        ground = np.concatenate(parts)
        if not ground.size:
            continue
        plain = color == text.style.color
        inks = [stop.color for stop in layer.gradient.stops] if plain and layer.gradient is not None else [color]
        ratios = [_worst_ratio(ground, ink) for ink in inks]
        worst = min(range(len(inks)), key=ratios.__getitem__)
        wanted = SMALL_MINIMUM if small else MINIMUM
        found.append(WordContrast(layer.slot.id, inks[worst], not plain, ratios[worst], wanted, layer.file, layer.line))
    return found


def _near(below: Pixels, at: tuple[int, int], raster: Raster, em: float) -> npt.NDArray[np.float64]:
    """The luminance of the pixels behind and close around letters, one in each cell that ink reaches."""
    assert raster.alpha is not None  # noqa: S101 - the caller's case
    step = max(1, round(_CELL * em))
    small = np.asarray(Image.fromarray(raster.alpha).reduce(step)) > _INK
    rows = raster.y - at[1] + np.arange(small.shape[0]) * step + step // 2
    columns = raster.x - at[0] + np.arange(small.shape[1]) * step + step // 2
    inside_rows = (rows >= 0) & (rows < below.shape[0])
    inside_columns = (columns >= 0) & (columns < below.shape[1])
    part = below[rows[inside_rows][:, None], columns[inside_columns]]
    return luminance(part[small[inside_rows][:, inside_columns]])


def _worst_ratio(ground: npt.NDArray[np.float64], ink: Color) -> float:
    own = float(luminance(np.array(ink, np.uint8)))
    ratios = (np.maximum(ground, own) + 0.05) / (np.minimum(ground, own) + 0.05)
    return float(np.percentile(ratios, _WORST))


def contrast_findings(measured: Sequence[WordContrast]) -> list[Finding]:
    """Findings for words that lack contrast: a warning, or an error where they cannot be seen."""
    findings = []
    for words in measured:
        if words.ratio >= words.wanted:
            continue
        gone = words.ratio <= UNREADABLE
        name = "highlighted words" if words.highlight else "words"
        color = "#{:02x}{:02x}{:02x}".format(*words.color)
        findings.append(
            Finding(
                code="paint-low-contrast",
                message=f"The {name} ({color}) have a contrast of {words.ratio:.1f}:1 with what is painted behind "
                f"them; {words.wanted:g}:1 is wanted. Choose another colour, or give them a plate or a scrim.",
                severity=Severity.ERROR if gone else Severity.WARNING,
                slot=words.slot,
                file=words.file,
                line=words.line,
            )
        )
    return findings


def ensure_contrast(canvas: Pixels, composition: Composition) -> list[Finding]:
    """Put a scrim behind words that lack contrast, in place; findings say where, and where it did not suffice.

    One band over the whole width for all words that need it, fading out above and below: it reads as light and shade,
    not as a box.
    """
    weak = _weak(canvas, composition)
    if not weak:
        return []
    area = Box.around(box for _, box, _ in weak)
    inks = [float(luminance(np.array(slot.text_layout.style.color, np.uint8))) for slot, _, _ in weak]
    scrim: Color = (0, 0, 0) if sum(inks) / len(inks) > MIDDLE else (255, 255, 255)
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
    return Box.around(line.box for line in lines) if lines else None
