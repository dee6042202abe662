"""Rows of words in a picture, turned as they stand there, and the level frame in which they are put in order."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence

from locstore.typeset import Box

_SHARED = 0.55  # of the lower piece's height that pieces of one row have in common
_APART = 1.6  # heights of a row between two of its pieces at most


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A row of words: its middle, its width along the words and its height in pixels, and how far it runs down.

    `turn` is in degrees, positive where the right end is lower.
    """

    x: float
    y: float
    width: float
    height: float
    turn: float = 0.0

    @classmethod
    def of_corners(cls, corners: Sequence[Sequence[float]]) -> Row:
        """From the corners of a box: top left, top right, bottom right, bottom left, as a detector gives them."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
        width = (math.hypot(bx - ax, by - ay) + math.hypot(cx - dx, cy - dy)) / 2
        height = (math.hypot(dx - ax, dy - ay) + math.hypot(cx - bx, cy - by)) / 2
        turn = math.degrees(math.atan2(by - ay + cy - dy, bx - ax + cx - dx))
        return cls((ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4, width, height, turn)

    @classmethod
    def of_box(cls, box: Box) -> Row:
        return cls(box.x + box.width / 2, box.y + box.height / 2, box.width, box.height)

    @property
    def box(self) -> Box:
        """The level box around the row."""
        c, s = abs(math.cos(math.radians(self.turn))), abs(math.sin(math.radians(self.turn)))
        width, height = self.width * c + self.height * s, self.width * s + self.height * c
        return Box(self.x - width / 2, self.y - height / 2, width, height)


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """The picture turned back by `turn` degrees about a point: rows that run down by so much are level in it."""

    x: float
    y: float
    turn: float

    def level(self, row: Row) -> Box:
        """Where a row stands in the frame; the point of turning stays where it is."""
        c, s = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        dx, dy = row.x - self.x, row.y - self.y
        x, y = self.x + dx * c + dy * s, self.y - dx * s + dy * c
        return Box(x - row.width / 2, y - row.height / 2, row.width, row.height)

    def row(self, box: Box) -> Row:
        """The inverse of `level`."""
        c, s = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        dx, dy = box.x + box.width / 2 - self.x, box.y + box.height / 2 - self.y
        return Row(self.x + dx * c - dy * s, self.y + dx * s + dy * c, box.width, box.height, self.turn)


def common_turn(rows: Iterable[Row], otherwise: float = 0.0) -> float:
    """The turn of most of the rows, in degrees: the median, long rows counting for more.

    Short ones have no say; where there are no others it is `otherwise`.
    """
    weighed = sorted((row.turn, row.width) for row in rows if row.width > 3 * row.height)
    half = sum(width for _, width in weighed) / 2
    for turn, width in weighed:
        half -= width
        if half <= 0:
            return turn
    return otherwise


def whole_rows(rows: Sequence[Row], turn: float) -> list[Row]:
    """Pieces of one row put together, from top to bottom as seen with the picture turned back by `turn` degrees.

    Each keeps its own turn, that of its longest pieces.
    """
    frame = Frame(0.0, 0.0, turn)
    found: list[Box] = []
    pieces: list[list[Row]] = []
    for own in sorted(rows, key=lambda row: frame.level(row).y + frame.level(row).bottom):
        piece = frame.level(own)
        for i, row in enumerate(found):
            shared = min(row.bottom, piece.bottom) - max(row.y, piece.y)
            gap = max(row.x, piece.x) - min(row.right, piece.right)
            low = min(row.height, piece.height)
            alike = low > 0.6 * max(row.height, piece.height)
            if alike and shared > _SHARED * low and gap < _APART * max(row.height, piece.height):
                found[i] = row.union(piece)
                pieces[i].append(own)
                break
        else:
            found.append(piece)
            pieces.append([own])
    return [
        dataclasses.replace(frame.row(box), turn=common_turn(own, turn)) for box, own in zip(found, pieces, strict=True)
    ]
