"""Connected pieces of ink: how many dots and accents stand over letters, whatever the face."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from locstore.verify.text.cleaning import Plane
from locstore.verify.text.preparing import EM

_INKED = 0.5  # of full ink
_SMALLEST = 5  # pixels: less is a speck
_LETTER = 0.3  # em that a piece is high at least to be a letter with something over it
_NEAR = 0.45  # em between a mark and its letter at most


@dataclasses.dataclass(slots=True)
class Blob:
    """A connected piece: its bounds in pixels, right and bottom outside of it, and its size in pixels."""

    left: int
    top: int
    right: int
    bottom: int
    area: int


def blobs(mask: npt.NDArray[np.bool_]) -> list[Blob]:
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
    found: dict[int, Blob] = {}
    for i, (row, start, end) in enumerate(runs):
        blob = found.setdefault(root(i), Blob(start, row, end, row + 1, 0))
        blob.left, blob.right = min(blob.left, start), max(blob.right, end)
        blob.top, blob.bottom = min(blob.top, row), max(blob.bottom, row + 1)
        blob.area += end - start
    return list(found.values())


def marks_over_letters(lines: Sequence[Plane]) -> int:
    """How many pieces of ink stand right over a letter: the dots of i and j, accents, each dot of a diaeresis."""
    return sum(_over_letters(blobs(line > _INKED)) for line in lines)


def _over_letters(found: Sequence[Blob]) -> int:
    pieces = [blob for blob in found if blob.area >= _SMALLEST]
    letters = [blob for blob in pieces if blob.bottom - blob.top >= _LETTER * EM]
    count = 0
    for piece in pieces:
        for letter in letters:
            shared = min(piece.right, letter.right) - max(piece.left, letter.left)
            over = -1 <= letter.top - piece.bottom <= _NEAR * EM
            if over and shared >= 0.5 * min(piece.right - piece.left, letter.right - letter.left):
                count += 1
                break
    return count
