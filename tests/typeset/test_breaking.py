"""Which breaks are taken: against every way there is, on cases small enough to try them all."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.typeset.linebreak import Measure, balanced, narrowest
from locstore.typeset.segment import Break, Quality, break_opportunities
from locstore.typeset.sense import text_sense


@st.composite
def measured(draw: st.DrawFn) -> tuple[Measure, list[Break]]:
    """A text of a few words with widths and with breaks of every quality inside and between words."""
    words = draw(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=5))
    text = words[0]
    for word in words[1:]:
        text += draw(st.sampled_from([" ", "  ", ""])) + word
    advances = [float(draw(st.integers(0, 6))) for _ in text]
    positions = draw(st.sets(st.integers(1, len(text)), max_size=7))
    kinds = [Quality.GOOD, Quality.HYPHEN, Quality.INSIDE_WORD]
    return Measure(text, advances), [Break(p, draw(st.sampled_from(kinds))) for p in sorted(positions)]


def every_way(measure: Measure, breaks: list[Break], lines: int, worst: Quality) -> Iterator[list[tuple[int, int]]]:
    """All settings in exactly `lines` lines."""
    inner = [b.position for b in breaks if b.quality <= worst and b.position < len(measure.text)]
    for chosen in itertools.combinations(inner, lines - 1):
        yield list(itertools.pairwise([0, *chosen, len(measure.text)]))


def widest(measure: Measure, way: list[tuple[int, int]]) -> float:
    return max(measure.width(start, end) for start, end in way)


@given(measured(), st.integers(1, 4), st.sampled_from([Quality.GOOD, Quality.HYPHEN, Quality.INSIDE_WORD]))
def test_narrowest_is_the_narrowest_of_all_ways(case: tuple[Measure, list[Break]], lines: int, worst: Quality) -> None:
    measure, breaks = case
    best = math.inf
    for count, found in enumerate(narrowest(measure, breaks, lines, worst), 1):
        best = min([best, *(widest(measure, way) for way in every_way(measure, breaks, count, worst))])
        assert found == pytest.approx(best)


@given(
    measured(),
    st.integers(1, 4),
    st.integers(0, 25),
    st.sampled_from([Quality.GOOD, Quality.HYPHEN, Quality.INSIDE_WORD]),
)
def test_balanced_covers_the_text_once_within_the_width(
    case: tuple[Measure, list[Break]], lines: int, width: int, worst: Quality
) -> None:
    measure, breaks = case
    ways = [
        way
        for way in every_way(measure, breaks, lines, worst)
        if widest(measure, way) <= width and all(measure.text[a:b].strip() for a, b in way)
    ]
    found = balanced(measure, breaks, lines=lines, width=float(width), worst=worst)
    if found is None:
        assert ways == []
        return
    assert list(found.spans) in ways
    assert "".join(measure.text[a:b] for a, b in found.spans) == measure.text
    assert found.widest == pytest.approx(widest(measure, list(found.spans)))


@given(measured(), st.integers(2, 4))
def test_balanced_has_the_least_ragged_edge(case: tuple[Measure, list[Break]], lines: int) -> None:
    """With breaks of one quality and no stub, badness is the sum of squared distances from the mean."""
    measure, breaks = case
    good = [Break(b.position, Quality.GOOD) for b in breaks]
    width = measure.width(0, len(measure.text)) or 1.0
    mean = measure.width(0, len(measure.text)) / lines

    def raggedness(way: list[tuple[int, int]]) -> float:
        wides = [measure.width(a, b) for a, b in way]
        return sum((w - mean) ** 2 for w in wides) / width**2 + 0.3 * (wides[-1] < 0.34 * mean)

    ways = [w for w in every_way(measure, good, lines, Quality.GOOD) if all(measure.text[a:b].strip() for a, b in w)]
    found = balanced(measure, good, lines=lines, width=width, worst=Quality.GOOD)
    assert (found is None) == (not ways)
    if found is not None:
        assert raggedness(list(found.spans)) == pytest.approx(min(map(raggedness, ways)))
        assert found.cost == pytest.approx(raggedness(list(found.spans)))


def split(
    text: str, lines: int, *, width: float = 99, highlights: tuple[tuple[int, int], ...] = ()
) -> list[str] | None:
    """Balanced lines of English letters one em wide."""
    measure = Measure(text, [1.0] * len(text))
    breaks = break_opportunities(text, "en")
    sense = text_sense(text, "en", breaks, highlights)
    costs = {b.position: sense.cost(b.position) for b in breaks}
    found = balanced(measure, breaks, lines=lines, width=width, worst=Quality.HYPHEN, costs=costs)
    return None if found is None else [text[a:b].rstrip() for a, b in found.spans]


def test_lines_are_balanced() -> None:
    assert split("one two three four five", 2) == ["one two three", "four five"]
    assert split("aaaa bbbb cccc dddd", 2) == ["aaaa bbbb", "cccc dddd"]


def test_a_highlight_is_not_cut_when_another_break_is_about_as_good() -> None:
    text = "aaaa bb cc dddd"
    assert split(text, 2) in (["aaaa bb", "cc dddd"], ["aaaa bb cc", "dddd"])
    assert split(text, 2, highlights=((5, 10),), width=15) in (["aaaa", "bb cc dddd"], ["aaaa bb cc", "dddd"])
    assert split("aaaaaa bbbbbb", 2, highlights=((0, 13),)) == ["aaaaaa", "bbbbbb"]


def test_a_hyphen_is_a_worse_place_than_a_space() -> None:
    assert split("aaa bbb-ccc", 2) == ["aaa", "bbb-ccc"]


def test_what_cannot_be_set_is_none() -> None:
    assert split("one", 2) is None
    assert split("one two", 2, width=2) is None
    assert split("one two", 1, width=6) is None
    assert split("one two", 1, width=7) == ["one two"]
    assert split("one ", 2) is None


def test_white_space_at_a_line_end_has_no_width() -> None:
    measure = Measure("ab  c ", [1.0] * 6)
    assert measure.width(0, 4) == 2
    assert measure.width(0, 6) == 5
    assert measure.width(2, 4) == 0
    assert measure.trimmed(0, 4) == 2
    assert measure.trimmed(2, 4) == 2
