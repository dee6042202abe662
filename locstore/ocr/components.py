"""Connected pieces of ink: which dots and accents stand over letters and how they lean, whatever the face."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from locstore.ocr.clean import Plane
from locstore.ocr.prepare import EM

_INKED = 0.5  # of full ink
_SMALLEST = 5  # pixels: less is a speck
_LETTER = 0.3  # em that a piece is high at least to be a letter with something over it
_NEAR = 0.45  # em between a mark and its letter at most


@dataclasses.dataclass(slots=True)
class ConnectedComponent:
    """A connected piece: its bounds in pixels, right and bottom outside of it, and its size in pixels."""

    left: int
    top: int
    right: int
    bottom: int
    area: int


def components(mask: npt.NDArray[np.bool_]) -> list[ConnectedComponent]:
    """The pieces of a mask, connected by sides or corners, from top to bottom."""
    padded = np.pad(mask, ((0, 0), (1, 1))).astype(np.int8)
    rows, starts = np.nonzero(np.diff(padded, axis=1) == 1)
    ends = np.nonzero(np.diff(padded, axis=1) == -1)[1]
    runs = list(zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True))
    parent = list(range(len(runs)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    above = 0
    for i, (row, start, end) in enumerate(runs):
        while above < i and (runs[above][0] < row - 1 or (runs[above][0] == row - 1 and runs[above][2] < start)):
            above += 1
        j = above
        while j < i and runs[j][0] == row - 1 and runs[j][1] <= end:
            parent[root(j)] = root(i)
            j += 1
    found: dict[int, ConnectedComponent] = {}
    for i, (row, start, end) in enumerate(runs):
        component = found.setdefault(root(i), ConnectedComponent(start, row, end, row + 1, 0))
        component.left, component.right = min(component.left, start), max(component.right, end)
        component.top, component.bottom = min(component.top, row), max(component.bottom, row + 1)
        component.area += end - start
    return list(found.values())


def marks_over_letters(lines: Sequence[Plane], inked: float = _INKED) -> tuple[float, ...]:
    """The pieces of ink right over a letter, line by line from left to right: how each of them leans.

    That is the dots of i and j, accents, each dot of a diaeresis. A lean is the correlation of a piece's columns and
    rows, -1 to 1: an acute has about -0.9, a grave 0.9, what is the same on both sides (dots, carons, rings) 0.
    `inked` is the share of full ink from which a pixel belongs to a piece: a high one parts what a blur has joined.
    """
    return tuple(slant for line in lines for slant in _over_letters(line, inked))


def _over_letters(line: Plane, inked: float) -> list[float]:
    pieces = [component for component in components(line > inked) if component.area >= _SMALLEST]
    letters = [component for component in pieces if component.bottom - component.top >= _LETTER * EM]
    return [
        _lean(line[piece.top : piece.bottom, piece.left : piece.right])
        for piece in sorted(pieces, key=lambda component: component.left)
        if any(_is_over(piece, letter) for letter in letters)
    ]


def _is_over(piece: ConnectedComponent, letter: ConnectedComponent) -> bool:
    shared = min(piece.right, letter.right) - max(piece.left, letter.left)
    narrower = min(piece.right - piece.left, letter.right - letter.left)
    return -1 <= letter.top - piece.bottom <= _NEAR * EM and shared >= 0.5 * narrower


def _lean(ink: Plane) -> float:
    rows, columns = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]]
    weight = ink / ink.sum()
    rows, columns = rows - (weight * rows).sum(), columns - (weight * columns).sum()
    high, wide = float((weight * rows**2).sum()), float((weight * columns**2).sum())
    return float((weight * rows * columns).sum()) / math.sqrt(high * wide) if high * wide > 1e-6 else 0.0
