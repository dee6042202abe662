"""Every emoji of Unicode 16.0 in colour, where a colour font is there."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
from font_files import write_color_font

from locstore.typeset import Box, FontLibrary, StyledText, TextStyle, typeset
from locstore.typeset.emoji import is_emoji
from locstore.typeset.itemize import FontFallback, itemize
from locstore.typeset.segment import graphemes

DATA = Path(__file__).parent / "data" / "emoji-16.0.txt.xz"
ROWS = [row for row in lzma.decompress(DATA.read_bytes()).decode().splitlines() if not row.startswith("#")]
EMOJI = ["".join(chr(int(code, 16)) for code in row.split()) for row in ROWS]


def test_all_fully_qualified_emoji_are_one_cluster_and_a_picture() -> None:
    assert len(EMOJI) == 3781
    assert [e for e in EMOJI if len(graphemes(e)) != 1] == []
    assert [e for e in EMOJI if not is_emoji(e)] == []


def test_all_of_them_are_set_in_a_colour_font_that_has_them(tmp_path: Path) -> None:
    every = "".join(sorted({char for emoji in EMOJI for char in emoji} - set("😀\ufe0f\u200d")))
    write_color_font(tmp_path / "color.ttf", 0, plain=every)
    library = FontLibrary.for_project(tmp_path, system=False)
    chooser = FontFallback(library, (), 700, "ja")
    for emoji in EMOJI:
        (cluster,) = itemize(emoji, chooser)
        assert cluster.face is not None, emoji
        assert cluster.face.color, emoji


@pytest.mark.parametrize("heart", ["\u2764", "\u2763", "\u2764\ufe0f"])
def test_a_heart_is_a_picture_unless_text_is_asked_for(heart: str) -> None:
    assert is_emoji(heart)
    assert not is_emoji(f"{heart[0]}\ufe0e")


def test_an_emoji_keeps_its_colour_between_words(tmp_path: Path) -> None:
    write_color_font(tmp_path / "color.ttf", 0, emoji="☝", plain="🏽")
    library = FontLibrary.for_project(tmp_path, system=False)
    words = StyledText(text="Go ☝🏽 up", language="en")
    setting = typeset(words, TextStyle(min_size=9, max_size=90), Box(0, 0, 900, 200), library)
    runs = [run for run in setting.lines[0].runs if any(glyph.cluster == 3 for glyph in run.glyphs)]
    assert [library.faces[run.face_index].color for run in runs] == [True]
    assert setting.findings == ()
