"""Finds the plate (a badge's pill) that words stand on, by its colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from locstore.ocr.clean import to_lab
from locstore.ocr.engine import Pixels
from locstore.typeset import Box

_REACH = 5.0  # em to the left and right of the words in which a plate ends
_RISE = 1.5  # em above and below them
_EM = 16  # pixels of an em in which a plate's edges are looked for
_COLOR = 12.0  # Lab distance within a plate
_SHARE = 0.25  # of a row or column that has the plate's colour; words cover the rest


def plate_inside(pixels: Pixels, ink: Box, size: float) -> Box | None:
    """The inside of the plate that words in this box stand on, as it is in the picture; None if there is none."""
    height, width = pixels.shape[:2]
    x0, y0 = max(0, int(ink.x - _REACH * size)), max(0, int(ink.y - _RISE * size))
    x1, y1 = min(width, int(ink.right + _REACH * size)), min(height, int(ink.bottom + _RISE * size))
    step = max(1, round(size / _EM))
    lab = to_lab(np.ascontiguousarray(pixels[y0:y1:step, x0:x1:step]))
    rows = slice(max(0, int((ink.y - y0) / step)), int((ink.bottom - y0) / step) + 1)
    columns = slice(max(0, int((ink.x - x0) / step)), int((ink.right - x0) / step) + 1)
    ground = np.median(lab[rows, columns].reshape(-1, 3), axis=0)
    same = np.sqrt(((lab - ground) ** 2).sum(axis=-1)) < _COLOR
    gap = 0.35 * size / step
    left, right = _stretch(same[rows].mean(axis=0) > _SHARE, int((ink.x + ink.right) / 2 - x0) // step, gap)
    top, bottom = _stretch(
        same[:, left : right + 1].mean(axis=1) > _SHARE, int((ink.y + ink.bottom) / 2 - y0) // step, gap
    )
    if right - left < size / step or left == 0 or right == same.shape[1] - 1 or top == 0:
        return None  # no edges: the words stand on the open ground
    high = (bottom - top + 1) * step
    side, edge = 0.35 * high, 0.08 * high
    inside = Box(x0 + left * step + side, y0 + top * step + edge, (right - left + 1) * step - 2 * side, high - 2 * edge)
    return inside if inside.width > size else None


def _stretch(inked: npt.NDArray[np.bool_], start: int, gap: float) -> tuple[int, int]:
    """First and last index of the stretch around `start` that has no longer gap than that."""
    first = last = min(max(start, 0), len(inked) - 1)
    for direction in (-1, 1):
        at = seen = first if direction < 0 else last
        while 0 <= at < len(inked) and abs(at - seen) <= gap:
            if inked[at]:
                seen = at
            at += direction
        first, last = (seen, last) if direction < 0 else (first, seen)
    return first, last
