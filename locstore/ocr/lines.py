"""Splits ink into lines of words and makes each the picture that an engine reads best: dark on white, with a margin."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from locstore.ocr.clean import Plane
from locstore.ocr.engine import Gray

_INKED = 0.4  # of full ink
_CLOSE, _LIGHT = 0.22, 0.4  # of the pitch and of the heaviest line: a row of marks is close to its line, and light
_TALL, _TOUCHING = 1.75, 1.4  # of the pitch: a band so high is two lines, and where lines are known to touch
_SLIVER = 0.15  # of the pitch: what is lower beside higher lines is what is left of an edge
_THIN = 0.42  # of a line's pitch: a band lower than this may be a row of marks


@dataclasses.dataclass(frozen=True, slots=True)
class Band:
    """The rows [top, bottom) of a line in its ink, and the sum of ink in them."""

    top: int
    bottom: int
    weight: float


def bands(
    ink: Plane, pitch: float, rows_within: tuple[float, float] = (-math.inf, math.inf), *, known: int = 0
) -> list[Band]:
    """The lines from top to bottom, each with the marks above and below; `pitch` is a line's height in pixels.

    What has its middle outside of `rows_within` belongs to the neighbours and is left out. Where `known` lines were
    seen and fewer found, some of them touch.
    """
    rows = (ink > _INKED).sum(axis=1)
    inked = np.concatenate([[False], rows > 1, [False]])
    edges = np.flatnonzero(np.diff(inked.astype(np.int8)))
    found = [Band(int(a), int(b), float(rows[a:b].sum())) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    parts = [part for band in found for part in _split(band, rows, pitch, _TALL)]
    low, high = rows_within
    lines = _joined([band for band in parts if low <= (band.top + band.bottom) / 2 <= high], pitch)
    if 0 < len(lines) < known:
        lines = [part for band in lines for part in _split(band, rows, pitch, _TOUCHING)]
    highest = max((band.bottom - band.top for band in lines), default=0)
    return [b for b in lines if b.bottom - b.top >= min(_SLIVER * pitch, highest)]


def _split(band: Band, rows: npt.NDArray[np.int64], pitch: float, tall: float) -> list[Band]:
    """A band much higher than a line is cut where it has least ink: a long tail may touch the next line."""
    height = band.bottom - band.top
    count = max(round(height / pitch), 2 if tall == _TOUCHING else 0)
    if height < tall * pitch or count < 2:
        return [band]
    cuts = [band.top]
    for i in range(1, count):
        middle = band.top + round(i * height / count)
        reach = round(0.3 * pitch)
        low = max(cuts[-1] + 1, middle - reach)
        cuts.append(low + int(np.argmin(rows[low : middle + reach])))
    cuts.append(band.bottom)
    return [Band(a, b, float(rows[a:b].sum())) for a, b in itertools.pairwise(cuts)]


def _joined(found: Sequence[Band], pitch: float) -> list[Band]:
    """Thin bands, such as a row of marks, go to the nearer neighbour."""
    lines = list(found)
    while len(lines) > 1:
        heaviest = max(band.weight for band in lines)
        best: tuple[int, int] | None = None
        for i, band in enumerate(lines):
            if band.bottom - band.top >= _THIN * pitch or band.weight > _LIGHT * heaviest:
                continue
            for first in (i - 1, i):
                if 0 <= first < len(lines) - 1:
                    gap = lines[first + 1].top - lines[first].bottom
                    whole = lines[first + 1].bottom - lines[first].top
                    if gap < _CLOSE * pitch and whole < 1.75 * pitch and (best is None or gap < best[0]):
                        best = (gap, first)
        if best is None:
            break
        first = best[1]
        a, b = lines[first], lines[first + 1]
        lines[first : first + 2] = [Band(a.top, b.bottom, a.weight + b.weight)]
    return lines


def trimmed(ink: Plane, band: Band) -> Plane | None:
    """The band's ink without empty columns at its ends; None without ink."""
    part = ink[max(0, band.top - 1) : band.bottom + 1]
    columns = np.flatnonzero((part > _INKED).any(axis=0))
    if not columns.size:
        return None
    return part[:, max(0, int(columns[0]) - 2) : int(columns[-1]) + 3]


def as_gray(line: Plane, *, height: int | None = None, margin: tuple[int, int]) -> Gray:
    """Dark on white, scaled to `height` pixels, with `margin` (above and below, left and right) of white."""
    gray = np.rint(255 * (1 - line)).astype(np.uint8)
    if height is not None and gray.shape[0] != height:
        width = max(1, round(gray.shape[1] * height / gray.shape[0]))
        gray = np.asarray(Image.fromarray(gray).resize((width, height), Image.Resampling.LANCZOS))
    return np.pad(gray, ((margin[0],) * 2, (margin[1],) * 2), constant_values=255)


def islands(lines: Sequence[Plane]) -> int:
    """How often ink begins anew from left to right: letters that join are one island, letters apart are many."""
    count = 0
    for line in lines:
        inked = (line > _INKED).any(axis=0).astype(np.int8)
        count += int((np.diff(np.concatenate([[0], inked])) == 1).sum())
    return count
