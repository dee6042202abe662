"""A concept with thousands of values or overrides: the work grows with the file, counted in function calls."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from shot_projects import CONCEPT, Garden

MANY_SCREENS = "".join(f"  - {{id: more{n}, copy: [{{id: headline, text: More {n}}}]}}\n" for n in range(6))


def calls(work: Callable[[], Any]) -> Counter[str]:
    """How often `work` calls each Python function, by its name."""
    found: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            found[frame.f_code.co_name] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found


def values(number: int) -> str:
    return CONCEPT.replace("values:\n", "values:\n" + "".join(f"  v{n}: {{number: {n}}}\n" for n in range(number)))


def overrides(number: int) -> str:
    rows = "".join(f"  l{n}: {{hero: {{headline: {{max_lines: 2}}}}}}\n" for n in range(number))
    return CONCEPT.replace("displays:", MANY_SCREENS + "displays:") + "overrides:\n" + rows


@pytest.mark.parametrize("make", [values, overrides], ids=lambda make: make.__name__)
def test_four_times_the_file_is_at_most_four_times_the_work(garden: Garden, make: Callable[[int], str]) -> None:
    counted = []
    for number in (100, 400):
        garden.concept(make(number))
        garden.matrix()  # tables of stores and scripts are read once
        counted.append(calls(garden.matrix))
    small, large = counted
    assert large.total() < 4.2 * small.total()


def test_near_names_are_searched_for_the_first_unknown_locales_only(garden: Garden) -> None:
    garden.concept(overrides(300))
    counted = calls(lambda: None)
    assert counted["get_close_matches"] == 0
    found = []
    counted = calls(lambda: found.extend(garden.matrix().findings))
    assert [f.code for f in found] == ["shots-unknown-locale"] * 300
    assert 0 < counted["get_close_matches"] <= 60
