"""Which breaks to take: the narrowest setting in n lines, and the best balanced one in a given width."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence

from locstore.typeset.segment import Break, Quality

# Added to a line's badness, in units of (line width)^2: worse breaks only when they win a lot of balance.
_PENALTY = {
    Quality.FORCED: 0.0,
    Quality.GOOD: 0.0,
    Quality.HYPHEN: 0.12,
    Quality.DICTIONARY_HYPHEN: 0.20,
    Quality.INSIDE_PHRASE: 0.30,
    Quality.INSIDE_WORD: 0.45,
}
_SHORT_LAST = 0.30
SHORT_LAST_SHARE = 0.34
"""A last line shorter than this share of the mean line is a stub."""


@dataclasses.dataclass(frozen=True)
class Measure:
    """Widths of any part of a text, in em, white space at line ends not counted.

    `advances` holds the width of each code point, `hyphen` what a soft hyphen adds at a line's end; a line
    `[start, end)` ends before trailing white space.
    """

    text: str
    advances: Sequence[float]
    hyphen: float = 0.0
    sums: tuple[float, ...] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        sums = [0.0]
        for advance in self.advances:
            sums.append(sums[-1] + advance)
        object.__setattr__(self, "sums", tuple(sums))

    def trimmed(self, start: int, end: int) -> int:
        """The end of the line's visible text."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return end

    def stop(self, end: int) -> float:
        """Where a line that ends at `end` stops, counted from the start of the text."""
        soft = 0 < end < len(self.text) and self.text[end - 1] == "\u00ad"
        return self.sums[self.trimmed(0, end)] + (self.hyphen if soft else 0.0)

    def width(self, start: int, end: int) -> float:
        return max(0.0, self.stop(end) - self.sums[start])


def _points(measure: Measure, breaks: Sequence[Break], worst: Quality) -> list[Break]:
    usable = [b for b in breaks if b.quality <= worst and b.position < len(measure.text)]
    return [Break(0, Quality.FORCED), *usable, Break(len(measure.text), Quality.FORCED)]


def _edges(measure: Measure, points: Sequence[Break]) -> tuple[list[float], list[float]]:
    """At each point, where a line that begins there starts and where one that ends there stops, in em."""
    return [measure.sums[p.position] for p in points], [measure.stop(p.position) for p in points]


def narrowest(measure: Measure, breaks: Sequence[Break], lines: int, worst: Quality) -> list[float]:
    """For 1..`lines` lines, the smallest width (em) in which the text can be set in at most that many lines."""
    points = _points(measure, breaks, worst)
    starts, ends = _edges(measure, points)
    best = [0.0] + [math.inf if measure.trimmed(0, p.position) else 0.0 for p in points[1:]]
    result = []
    for _ in range(lines):
        after = [0.0]
        # The later the last line begins, the narrower it is and the wider what is before it: they cross once,
        # and for a longer text not earlier.
        cross = 0
        for j in range(1, len(points)):
            while cross < j - 1 and best[cross] < ends[j] - starts[cross]:
                cross += 1
            near = range(max(0, cross - 1), cross + 1)
            after.append(min(max(best[i], ends[j] - starts[i]) for i in near))
        best = after
        result.append(best[-1])
    return result


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """Lines as (start, end) code point offsets, their badness, and the width of the widest in em."""

    spans: tuple[tuple[int, int], ...]
    cost: float
    widest: float


def balanced(
    measure: Measure,
    breaks: Sequence[Break],
    *,
    lines: int,
    width: float,
    worst: Quality,
    costs: Mapping[int, float] | None = None,
    unit: float | None = None,
) -> Lines | None:
    """Exactly `lines` lines no wider than `width` (em) with the least badness; None if there is no such setting.

    Badness is the squared distance of each line from the mean width, in units of `unit` (em; None: `width`), plus a
    penalty for worse breaks, for a stub on the last line, and `costs` by break position.
    """
    points = _points(measure, breaks, worst)
    count = len(points)
    if lines > count - 1:
        return None
    starts, ends = _edges(measure, points)
    mean = ends[-1] / lines
    limit = width * (1 + 1e-9)
    scale = 1 / max(unit or width, 1e-9)
    extra = costs or {}
    visible = [measure.trimmed(0, p.position) for p in points]
    penalty = [_PENALTY[p.quality] + extra.get(p.position, 0.0) for p in points]
    penalty[-1] = 0.0
    best: list[tuple[float, tuple[int, ...]] | None] = [(0.0, (0,))] + [None] * (count - 1)
    for line in range(1, lines + 1):
        after: list[tuple[float, tuple[int, ...]] | None] = [None] * count
        last = line == lines
        for j in (count - 1,) if last else range(line, count - 1):
            for i in range(j - 1, line - 2, -1):
                wide = ends[j] - starts[i]
                if wide > limit:
                    break
                before = best[i]
                if before is None or visible[j] <= points[i].position:
                    continue
                cost = before[0] + ((wide - mean) * scale) ** 2 + penalty[j]
                if last and lines > 1 and wide < SHORT_LAST_SHARE * mean:
                    cost += _SHORT_LAST
                known = after[j]
                if known is None or cost <= known[0]:
                    after[j] = (cost, (*before[1], j))
        best = after
    final = best[-1]
    if final is None:
        return None
    pairs = list(itertools.pairwise(final[1]))
    return Lines(
        tuple((points[i].position, points[j].position) for i, j in pairs),
        final[0],
        max(ends[j] - starts[i] for i, j in pairs),
    )
