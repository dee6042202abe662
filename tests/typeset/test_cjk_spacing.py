"""Blanks in Chinese and Japanese lines, measured on the glyphs of the default CJK face."""

from __future__ import annotations

import pytest

from locstore.typeset import Box, FontLibrary, Line, StyledText, TextLayout, TextStyle, typeset

SIZE = 100.0


def layout(library: FontLibrary, text: str, language: str = "ja", **style: object) -> TextLayout:
    fixed = TextStyle(min_size=SIZE, max_size=SIZE, **style)  # type: ignore[arg-type]
    return typeset(StyledText(text=text, language=language), fixed, Box(0, 0, 2000, 600), library)


def width(library: FontLibrary, text: str, language: str = "ja") -> float:
    """The advance of a line, in em."""
    (line,) = layout(library, text, language).lines
    return round(line.box.width / SIZE, 2)


@pytest.mark.parametrize("language", ["ja", "zh-Hans", "zh-Hant", "zh-HK"])
@pytest.mark.parametrize(
    ("text", "em"),
    [
        ("水水", 2.0),
        ("「水」", 2.0),  # half at the start, half at the end
        ("水。", 1.5),
        ("水、水", 3.0),  # the blank inside a line stays
        ("水」「水", 3.5),  # two marks share one blank
        ("「『水』」", 3.0),
        ("水。」", 2.0),
        ("（水）", 2.0),
    ],
)
def test_blanks_of_full_width_marks(library: FontLibrary, language: str, text: str, em: float) -> None:
    assert width(library, text, language) == em


@pytest.mark.parametrize("text", ["水Go", "Go水"])
def test_a_quarter_em_between_characters_and_latin(library: FontLibrary, text: str) -> None:
    plain = width(library, "水") + width(library, "Go")
    assert width(library, text) == pytest.approx(plain + 0.25, abs=0.02)
    assert width(library, text, "ko") == pytest.approx(plain, abs=0.02)


@pytest.mark.parametrize("mark", [" ", "、", "・", "：", "！"])
def test_no_quarter_em_beside_a_space_or_a_mark(library: FontLibrary, mark: str) -> None:
    between = width(library, f"水{mark}水") - 2
    assert width(library, f"水{mark}Go") == pytest.approx(1 + between + width(library, "Go"), abs=0.02)


def centre(line: Line) -> float:
    return line.ink.x + line.ink.width / 2


@pytest.mark.parametrize("text", ["水やり。", "「水やり", "水やり！？", "（水）やり、", "水やり"])
@pytest.mark.parametrize("language", ["ja", "zh-Hans", "zh-Hant"])
def test_centred_lines_are_centred_by_ink(library: FontLibrary, text: str, language: str) -> None:
    (line,) = layout(library, text, language).lines
    assert centre(line) == pytest.approx(1000, abs=0.6)


def test_the_start_of_a_line_is_flush_with_an_opening_mark(library: FontLibrary) -> None:
    mark, plain = (layout(library, text, align="start").lines[0] for text in ("「水やり", "水やり"))
    assert mark.ink.x - plain.ink.x < 0.2 * SIZE


def test_latin_lines_keep_their_marks(library: FontLibrary) -> None:
    assert width(library, "(Go)", "en") == pytest.approx(width(library, "(Go)", "ja"), abs=0.01)
