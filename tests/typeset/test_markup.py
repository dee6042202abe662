"""Highlights: what the typesetter reads is what the catalogs check."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.typeset import MarkedText, parse_highlight
from locstore.values import fill, highlights

markup = st.text("ab *\\{}\n水", max_size=15)
plain = st.text("ab *\\水😀", max_size=6)


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("*", "\\*")


@given(markup)
def test_both_readers_count_the_same_spans(text: str) -> None:
    try:
        spans = highlights(text)
    except ValueError:
        return
    assert len(parse_highlight(text).highlights) == spans


@given(markup)
def test_spans_are_in_order_inside_the_text_and_not_empty(text: str) -> None:
    styled = parse_highlight(text)
    bounds = [bound for span in styled.highlights for bound in span]
    assert bounds == sorted(bounds)
    assert all(0 <= start < end <= len(styled.text) for start, end in styled.highlights)


@given(st.lists(st.tuples(plain, st.booleans()), max_size=6))
def test_what_is_written_is_read(parts: list[tuple[str, bool]]) -> None:
    written = "".join(f"*{escaped(text)}*" if marked else escaped(text) for text, marked in parts)
    spans, text = [], ""
    for part, marked in parts:
        if marked and part:
            spans.append((len(text), len(text) + len(part)))
        text += part
    assert parse_highlight(written) == MarkedText(text, tuple(spans))


@given(plain)
def test_a_filled_in_value_is_never_markup(value: str) -> None:
    styled = parse_highlight(fill("*now* {name}!", {"name": value}))
    assert styled == MarkedText(f"now {value}!", ((0, 3),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", MarkedText("")),
        ("Never forget to *water* again", MarkedText("Never forget to water again", ((16, 21),))),
        (r"4.8\* rating", MarkedText("4.8* rating")),
        (r"a\\*b*", MarkedText(r"a\b", ((2, 3),))),
        (r"C:\new", MarkedText(r"C:\new")),
        ("5* rating", MarkedText("5* rating")),
        ("*a* and b*", MarkedText("a and b*", ((0, 1),))),
        ("**bold**", MarkedText("bold")),
        ("*a**b*", MarkedText("ab", ((0, 1), (1, 2)))),
        ("*a\nb*", MarkedText("a\nb", ((0, 3),))),
    ],
)
def test_examples(text: str, expected: MarkedText) -> None:
    assert parse_highlight(text) == expected
