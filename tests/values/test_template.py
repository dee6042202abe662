"""Placeholders and highlights."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.values import PlaceholderError, fill, highlights, placeholders
from locstore.values.template import isolated


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("no values", ()),
        ("{a} of {b-2} and {a}", ("a", "b-2", "a")),
        ("{{a}}", ()),
        ("{{{a}}}", ("a",)),
        ("{植物} {Plants}", ("植物", "Plants")),
    ],
)
def test_names_in_order(text: str, names: tuple[str, ...]) -> None:
    assert placeholders(text) == names


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("a } b", 2),
        ("{", 0),
        ("ab {c", 3),
        ("{}", 0),
        ("x{ a }", 1),
        ("{a:,}", 0),
        ("{a{b}}", 0),
        ("{a}}", 3),
        ("{" + "a" * 99 + "}", 0),
    ],
)
def test_malformed_braces_and_where(text: str, position: int) -> None:
    with pytest.raises(PlaceholderError) as caught:
        placeholders(text)
    assert caught.value.position == position
    with pytest.raises(PlaceholderError):
        fill(text, {"a": "1", "b": "2"})


def test_fill() -> None:
    assert fill("{n} plants, {{n}}, {n}", {"n": "12K", "more": "x"}) == "12K plants, {n}, 12K"
    with pytest.raises(PlaceholderError, match=r"\{m\} has no value") as caught:
        fill("{n} {m}", {"n": "1"})
    assert caught.value.position == 4


def test_values_begin_no_highlight_and_no_placeholder() -> None:
    assert fill("*{a}*", {"a": "5* {b} \\"}) == "*5\\* {b} \\\\*"
    assert highlights(fill("*{a}*", {"a": "5*"})) == 1
    assert fill("{a}", {"a": "5*"}, markup=False) == "5*"


@given(st.text())
def test_braces_survive_when_doubled(text: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert placeholders(doubled) == ()
    assert fill(doubled, {}) == text


@given(st.text("ab{}*\\ "))
def test_any_text_fills_or_says_why(text: str) -> None:
    try:
        names = placeholders(text)
    except PlaceholderError as error:
        position = error.position
    else:
        position = 0
        assert fill(text, dict.fromkeys(names, "")).count("{") <= text.count("{")
    assert 0 <= position <= len(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("a *b* c", 1), ("*a* *b c*", 2), (r"5\* hotel", 0), (r"*a\*b*", 1), (r"\\*a*", 1)],
)
def test_highlights(text: str, count: int) -> None:
    assert highlights(text) == count


@pytest.mark.parametrize("text", ["*", "a * b", "*a* *", "**", "**bold**", "* *", r"\\\*a*"])
def test_malformed_highlights(text: str) -> None:
    with pytest.raises(ValueError, match="asterisk"):
        highlights(text)


@pytest.mark.parametrize(
    ("direction", "value", "isolates"),
    [
        ("rtl", "Disney+", True),
        ("rtl", "C#", True),
        ("rtl", "+1 555-0100", True),
        ("rtl", "-5", True),
        ("rtl", "5", False),
        ("rtl", "1,234.5", False),
        ("rtl", "١٬٢٣٤", False),
        ("rtl", "שלום", False),
        ("rtl", "12 ألف", True),
        ("ltr", "Disney+", False),
        ("ltr", "שלום", True),
        ("ltr", "١٢", True),
        ("ltr", "", False),
        ("rtl", "", False),
    ],
)
def test_isolates_are_for_values_that_the_text_around_would_reorder(
    direction: Literal["ltr", "rtl"], value: str, isolates: bool
) -> None:
    assert isolated(value, direction) == (f"\u2068{value}\u2069" if isolates else value)
    assert fill("{a}", {"a": value}, direction=direction) == isolated(value, direction)
    assert fill("{a}", {"a": value}) == value
