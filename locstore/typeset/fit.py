"""The largest size and the best line breaks of a text in a box: by width and height, by quality of break, by sense."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Sequence

from locstore.typeset.linebreak import Lines, Measure, balanced, narrowest
from locstore.typeset.model import Box, TextStyle
from locstore.typeset.segment import Break, Quality
from locstore.typeset.sense import Sense
from locstore.typeset.shape import Paragraph

# A smaller number of lines wins unless one more line allows a size larger by this factor.
_WORTH_A_LINE = 1.12
# A worse tier of breaks is taken when the text does not fit at the smallest size without it, or when it allows a
# size larger by this factor. Breaks inside words are never worth a size.
_WORTH_A_TIER = {Quality.HYPHEN: 1.3, Quality.DICTIONARY_HYPHEN: 1.3, Quality.INSIDE_PHRASE: 1.8}
# At most this factor in size is given for breaks that keep the sense.
_MOST_FOR_SENSE = 1.15
# Texts with more places to break are paragraphs, not headlines: a hanging word is no fault there.
_MOST_BREAKS = 80
_SIZE_STEPS = (1.0, 1.05, 1.1, _MOST_FOR_SENSE)
# In the units of the badness of lines: what 100 % of the size and what a line more cost.
_COST_OF_SIZE = 1.3
_COST_OF_A_LINE = 0.10


@dataclasses.dataclass(frozen=True)
class Block:
    """A paragraph with its measures. `offset` is its place in the words."""

    offset: int
    paragraph: Paragraph
    measure: Measure
    breaks: tuple[Break, ...]
    sense: Sense
    costs: dict[int, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Fit:
    """The size (pixels), the lines of each block as (start, end) offsets, and the worst kind of break allowed."""

    size: float
    spans: tuple[tuple[tuple[int, int], ...], ...]
    worst: Quality

    @property
    def lines(self) -> int:
        return sum(len(spans) for spans in self.spans)


@dataclasses.dataclass(frozen=True, slots=True)
class _Option:
    """Numbers of lines for each block, and the size that they allow."""

    lines: tuple[int, ...]
    size: float


def fit(blocks: Sequence[Block], style: TextStyle, box: Box, line_height: float) -> Fit:
    """The largest size of `style` at which the blocks fit in `box`, with the best breaks that reach it.

    First the tiers: a worse kind of break only where it must be or pays for itself. Then the sense: where the lines
    leave a word hanging, cut a highlight or pass over a comma, up to 15 % of the size or one line more is given for
    better ones. `line_height` is a multiple of the size.
    """
    options, worst = _tier(blocks, style, box, line_height)
    best = max(option.size for option in options)
    enough = min(best, style.min_size)
    if worst is not Quality.INSIDE_WORD:  # where words are cut, every line more would cut another
        enough = max(enough, best / _WORTH_A_LINE)
    plain = next(option for option in options if option.size >= enough)
    found = _balanced(blocks, plain, worst, box, plain.size, plain.size)
    if found is None:
        found = [_one_line(block) for block in blocks]
    chosen = Fit(plain.size, tuple(lines.spans for lines in found), worst)
    if not _could_be_better(blocks, found):
        return chosen
    return _by_sense(blocks, style, box, line_height, options, plain, chosen, sum(lines.cost for lines in found))


def _tier(blocks: Sequence[Block], style: TextStyle, box: Box, line_height: float) -> tuple[list[_Option], Quality]:
    """The options of the best tier of breaks that fits or pays."""
    present = {b.quality for block in blocks for b in block.breaks}
    chosen, worst = _options(blocks, style, box, line_height, Quality.GOOD), Quality.GOOD
    size = max(option.size for option in chosen)
    for tier, factor in _WORTH_A_TIER.items():
        if tier not in present:
            continue
        other = _options(blocks, style, box, line_height, tier)
        larger = max(option.size for option in other)
        if larger > size * factor or (size < style.min_size and larger > size):
            chosen, worst, size = other, tier, larger
    if size < style.min_size and Quality.INSIDE_WORD in present:
        other = _options(blocks, style, box, line_height, Quality.INSIDE_WORD)
        larger = max(option.size for option in other)
        if larger > size:
            chosen, worst = other, Quality.INSIDE_WORD
    return chosen, worst


def _options(blocks: Sequence[Block], style: TextStyle, box: Box, line_height: float, worst: Quality) -> list[_Option]:
    """For each total number of lines up to the style's, how the blocks share them and the size."""
    most = max(style.max_lines, len(blocks))
    widths = [narrowest(b.measure, b.breaks, most, worst) for b in blocks]
    counts = [1] * len(blocks)
    options: list[_Option] = []
    while True:
        widest = max(w[c - 1] for w, c in zip(widths, counts, strict=True))
        by_width = box.width / widest if widest > 0 else math.inf
        by_height = box.height / (sum(counts) * line_height)
        options.append(_Option(tuple(counts), min(style.max_size, by_width, by_height)))
        if sum(counts) >= most:
            return options
        tightest = max(range(len(blocks)), key=lambda i: widths[i][counts[i] - 1])
        counts[tightest] += 1


def _one_line(block: Block) -> Lines:
    end = len(block.paragraph.text)
    return Lines(((0, end),), 0.0, block.measure.width(0, end))


def _balanced(
    blocks: Sequence[Block], option: _Option, worst: Quality, box: Box, size: float, unit_size: float
) -> list[Lines] | None:
    """The best lines of each block at `size`, or in fewer lines where the text has not enough breaks."""
    found = []
    for block, count in zip(blocks, option.lines, strict=True):
        lines = None
        for number in range(count, 0, -1):
            lines = balanced(
                block.measure,
                block.breaks,
                lines=number,
                width=box.width / size,
                worst=worst,
                costs=block.costs,
                unit=box.width / unit_size,
            )
            if lines is not None:
                break
        if lines is None:
            return None
        found.append(lines)
    return found


def _could_be_better(blocks: Sequence[Block], found: Sequence[Lines]) -> bool:
    """Whether a line of a headline ends at a fault, or a pause is passed over."""
    if sum(len(block.breaks) for block in blocks) > _MOST_BREAKS:
        return False
    for block, lines in zip(blocks, found, strict=True):
        ends = {end for _, end in lines.spans[:-1]}
        if any(block.sense.faults.get(end) for end in ends):
            return True
        if ends and block.sense.pauses - ends and not ends <= block.sense.pauses:
            return True
    return False


def _candidates(
    options: Sequence[_Option], plain: _Option, style: TextStyle, box: Box, line_height: float
) -> Iterator[tuple[_Option, float]]:
    """Numbers of lines and sizes to try: at most one line more, at most 15 % smaller, never below the smallest."""
    floor = plain.size / _MOST_FOR_SENSE * (1 - 1e-9)
    if plain.size >= style.min_size:
        floor = max(floor, style.min_size)
    for option in options:
        extra = sum(option.lines) - sum(plain.lines)
        if extra > 1 or option.size < floor:
            continue
        tried = set()
        for step in _SIZE_STEPS:
            size = max(min(option.size, plain.size) / step, floor)
            if size not in tried and box.height / (sum(option.lines) * line_height) >= size:
                tried.add(size)
                yield option, size


def _by_sense(
    blocks: Sequence[Block],
    style: TextStyle,
    box: Box,
    line_height: float,
    options: Sequence[_Option],
    plain: _Option,
    chosen: Fit,
    cost: float,
) -> Fit:
    """The best setting when size and number of lines are weighed against the sense of the breaks."""
    least, best = cost, chosen
    for option, size in _candidates(options, plain, style, box, line_height):
        found = _balanced(blocks, option, chosen.worst, box, size, plain.size)
        if found is None:
            continue
        widest = max(lines.widest for lines in found)
        number = sum(len(lines.spans) for lines in found)
        by_height = box.height / (number * line_height)
        real = min(style.max_size, by_height, box.width / widest if widest > 0 else math.inf)
        total = sum(lines.cost for lines in found)
        total += _COST_OF_SIZE * max(0.0, 1 - real / plain.size)
        total += _COST_OF_A_LINE * max(0, number - chosen.lines)
        if total < least - 1e-9:
            least, best = total, Fit(real, tuple(lines.spans for lines in found), chosen.worst)
    return best


def widest_stretch(block: Block, worst: Quality) -> tuple[str, float]:
    """The widest part of a block without a line break of at least the quality `worst`, and its width in em."""
    cuts = [0, *(b.position for b in block.breaks if b.quality <= worst), len(block.paragraph.text)]
    start, end = max(itertools.pairwise(cuts), key=lambda span: block.measure.width(*span))
    return block.paragraph.text[start:end], block.measure.width(start, end)
