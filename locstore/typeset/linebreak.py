"""Which breaks to take: the narrowest setting in n lines, and the best balanced one in a given width."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence

from locstore.typeset.segment import Break, Quality

# Added to a line's badness, in units of (line width)^2: worse breaks only when they win a lot of balance.
_PENALTY = {Quality.FORCED: 0.0, Quality.GOOD: 0.0, Quality.FAIR: 0.12, Quality.POOR: 0.45}
_SPLIT_HIGHLIGHT = 0.10
_SHORT_LAST = 0.30
_SHORT_LAST_SHARE = 0.34


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


def balanced(
    measure: Measure,
    breaks: Sequence[Break],
    *,
    lines: int,
    width: float,
    worst: Quality,
    highlights: Sequence[tuple[int, int]] = (),
) -> list[tuple[int, int]] | None:
    """The (start, end) of exactly `lines` lines no wider than `width` (em) with the least ragged edge.

    Badness is the squared distance of each line from the mean width, plus a penalty for worse breaks, for a
    highlight cut in two and for a stub on the last line. None if that many lines do not fit or are too many.
    """
    points = _points(measure, breaks, worst)
    starts, ends = _edges(measure, points)
    mean = ends[-1] / lines
    limit = width * (1 + 1e-9)
    count = len(points)
    costs: list[tuple[float, tuple[int, ...]] | None] = [(0.0, (0,))] + [None] * (count - 1)
    for line in range(1, lines + 1):
        after: list[tuple[float, tuple[int, ...]] | None] = [None] * count
        for j in range(1, count):
            if (j == count - 1) != (line == lines):
                continue
            end = points[j].position
            visible = measure.trimmed(0, end)
            cut = 0.0
            if j < count - 1:
                cut = _PENALTY[points[j].quality] + _SPLIT_HIGHLIGHT * any(a < end < b for a, b in highlights)
            for i in range(j - 1, -1, -1):
                wide = ends[j] - starts[i]
                if wide > limit:
                    break
                before = costs[i]
                if before is None or visible <= points[i].position:
                    continue
                cost = before[0] + ((wide - mean) / max(width, 1e-9)) ** 2 + cut
                if j == count - 1 and lines > 1 and wide < _SHORT_LAST_SHARE * mean:
                    cost += _SHORT_LAST
                known = after[j]
                if known is None or cost <= known[0]:
                    after[j] = (cost, (*before[1], j))
        costs = after
    final = costs[-1]
    if final is None:
        return None
    chosen = [points[i].position for i in final[1]]
    return list(itertools.pairwise(chosen))
