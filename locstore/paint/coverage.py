"""The exact coverage of pixels by polygons: what share of each pixel's square lies inside.

The signed area under every edge is added up cell by cell and summed along the rows, so an edge at any angle has the
coverage that infinitely many samples would give. Contours that run the other way cut holes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from locstore.paint.projection import Points, bounds_of

Floats = npt.NDArray[np.float32]
_BAND = 256  # rows that are summed at a time


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of whole pixels of a scene: the part that is painted."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def meet(self, other: Window) -> Window | None:
        """The part that both have, or None."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Window(left, top, right - left, bottom - top) if right > left and bottom > top else None

    def grown(self, margin: int) -> Window:
        """With a margin on every side."""
        return Window(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)

    @classmethod
    def around(cls, points: Points) -> Window:
        """The smallest window around points."""
        left, top, right, bottom = bounds_of(points)
        return cls(left, top, max(1, right - left), max(1, bottom - top))


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage 0 to 1, `alpha` of shape (height, width), whose top left pixel is (x, y) of the scene."""

    x: int
    y: int
    alpha: Floats

    @property
    def window(self) -> Window:
        return Window(self.x, self.y, self.alpha.shape[1], self.alpha.shape[0])

    def cut(self, window: Window) -> Coverage | None:
        """The part inside a window, or None."""
        part = self.window.meet(window)
        if part is None:
            return None
        rows = slice(part.y - self.y, part.bottom - self.y)
        return Coverage(part.x, part.y, self.alpha[rows, part.x - self.x : part.right - self.x])


def unit(alpha: npt.NDArray[np.uint8]) -> Floats:
    """Bytes 0-255 as 0 to 1."""
    result: Floats = alpha.astype(np.float32) / np.float32(255)
    return result


class EdgeTable:
    """Closed polygons cut at pixel borders once, for the coverage of many windows of the scene.

    The pixels of one window have the same values as those of a larger one, bit for bit.
    """

    def __init__(self, contours: Sequence[Points], clip: Window) -> None:
        points: list[Points] = [np.asarray(contour, np.float64).round(9) for contour in contours if len(contour) > 2]
        self.window = Window.around(np.concatenate(points)).meet(clip) if points else None
        if self.window is None:
            return
        start: Points = np.concatenate(points)
        end: Points = np.concatenate([np.roll(contour, -1, axis=0) for contour in points])
        used = start[:, 1] != end[:, 1]
        # Rows first: what lies above or below the clip falls away before columns are cut.
        start, end = _split(start[used], end[used], 1)
        rows = np.floor((start[:, 1] + end[:, 1]) / 2)
        near = (rows >= self.window.y) & (rows < self.window.bottom)
        start, end = _split(start[near], end[near], 0)
        rows = np.floor((start[:, 1] + end[:, 1]) / 2).astype(np.int64)
        order = np.argsort(rows, kind="stable")
        middle = ((start[:, 0] + end[:, 0]) / 2)[order]
        self._rows = rows[order]
        self._columns = np.floor(middle).astype(np.int64)
        self._inner = middle - self._columns
        self._rise = (end[:, 1] - start[:, 1])[order]

    def coverage(self, window: Window) -> Coverage | None:
        """The coverage of the part inside a window, or None where the polygons do not reach it."""
        part = self.window.meet(window) if self.window is not None else None
        if part is None:
            return None
        alpha = np.empty((part.height, part.width), np.float32)
        for top in range(part.y, part.bottom, _BAND):
            bottom = min(top + _BAND, part.bottom)
            alpha[top - part.y : bottom - part.y] = self._band(part.x, part.width, top, bottom)
        return Coverage(part.x, part.y, alpha)

    def _band(self, left: int, width: int, top: int, bottom: int) -> npt.NDArray[np.float64]:
        first, last = np.searchsorted(self._rows, [top, bottom])
        columns = self._columns[first:last] - left
        inside = columns < width
        columns, rows = columns[inside], self._rows[first:last][inside] - top
        rise, inner = self._rise[first:last][inside], self._inner[first:last][inside]
        before = columns < 0  # covers every pixel of the row from the first one on
        inner = np.where(before, 0.0, inner)
        across = width + 1
        cells = rows * across + np.maximum(columns, 0)
        length = (bottom - top) * across
        share = rise * inner
        sums = np.bincount(cells, rise - share, length)
        sums += np.bincount(cells + 1, share, length + 1)[:length]
        band: npt.NDArray[np.float64] = np.cumsum(sums.reshape(-1, across)[:, :-1], axis=1)
        np.minimum(np.abs(band, out=band), 1, out=band)
        # Sums of many parts miss a whole by rounding; a whole must let nothing through.
        band[band > 1 - 1e-7] = 1
        band[band < 1e-7] = 0
        return band


def coverage(contours: Sequence[Points], clip: Window) -> Coverage | None:
    """Coverage of closed polygons inside `clip`, or None where they do not reach it."""
    return EdgeTable(contours, clip).coverage(clip)


def _split(start: Points, end: Points, axis: int) -> tuple[Points, Points]:
    """Segments cut wherever they cross a whole number along an axis."""
    a, b = start[:, axis], end[:, axis]
    low, high = np.minimum(a, b), np.maximum(a, b)
    first, last = np.floor(low) + 1, np.ceil(high) - 1
    cuts = np.maximum(0, last - first + 1).astype(np.int64)
    counts = cuts + 1
    which = np.repeat(np.arange(len(a)), counts)
    piece = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    p, q = start[which], end[which]
    rising = (b >= a)[which]
    base = np.where(rising, first[which], last[which])
    step = np.where(rising, 1.0, -1.0)
    span = q[:, axis] - p[:, axis]
    span[span == 0] = 1.0
    cut_before, cut_after = base + step * (piece - 1), base + step * piece
    other = 1 - axis
    slope = (q[:, other] - p[:, other]) / span
    new_start, new_end = p.copy(), q.copy()
    begins, ends = piece > 0, piece < cuts[which]
    new_start[begins, axis] = cut_before[begins]
    new_start[begins, other] = (p[:, other] + slope * (cut_before - p[:, axis]))[begins]
    new_end[ends, axis] = cut_after[ends]
    new_end[ends, other] = (p[:, other] + slope * (cut_after - p[:, axis]))[ends]
    return new_start, new_end
