"""What the typesetter reports: words that do not fit, glyphs that no font has, ink out of the safe area."""

from __future__ import annotations

from pathlib import Path

import pytest
from font_files import write_color_font

from locstore.findings import Finding, Severity
from locstore.typeset import Box, FontFile, FontLibrary, StyledText, TextLayout, TextStyle, project_font_files, typeset

STYLE = TextStyle(min_size=40, max_size=100, max_lines=2)


def only(setting: TextLayout) -> Finding:
    (finding,) = setting.findings
    assert finding.slot == setting.words.slot
    return finding


def english(
    text: str, library: FontLibrary, box: Box, style: TextStyle = STYLE, *, safe: Box | None = None
) -> TextLayout:
    return typeset(StyledText(text=text, language="en", slot="headline"), style, box, library, safe=safe)


def test_words_that_fit_have_no_findings(library: FontLibrary) -> None:
    setting = english("Water again", library, Box(0, 0, 1000, 300))
    assert setting.findings == ()
    assert setting.size == 100


def test_a_little_too_long_is_below_the_minimum(library: FontLibrary) -> None:
    setting = english("Never forget to water again", library, Box(0, 0, 250, 300))
    finding = only(setting)
    assert (finding.code, finding.severity) == ("typeset-below-minimum", Severity.ERROR)
    assert 20 <= setting.size < 40
    for part in (
        "250 x 300 px in 2 lines",
        f"{setting.size:.0f} px",
        "40 px",
        f"{(40 / setting.size - 1) * 100:.0f} %",
    ):
        assert part in finding.message


def test_far_too_long_is_an_overflow(library: FontLibrary) -> None:
    setting = english("Never forget to water again", library, Box(0, 0, 90, 300))
    assert setting.size < 20
    assert only(setting).code == "typeset-overflow"
    assert "90 x 300 px in 2 lines" in only(setting).message
    assert " ".join(line.text for line in setting.lines) == "Never forget to water again"


@pytest.mark.parametrize(("width", "height"), [(0, 100), (100, 0), (0, 0), (-30, 50), (50, -30), (0.2, 0.2)])
def test_a_box_without_room_is_an_overflow(library: FontLibrary, width: float, height: float) -> None:
    setting = english("Never forget to water again", library, Box(10, 10, width, height))
    assert only(setting).code == "typeset-overflow"
    assert setting.size > 0
    assert setting.box == Box(10, 10, width, height)


def test_the_minimum_itself_is_allowed(library: FontLibrary) -> None:
    wide = english("Water", library, Box(0, 0, 1000, 300)).lines[0].box.width
    setting = english("Water", library, Box(0, 0, wide * 0.4, 300))
    assert setting.size == pytest.approx(40, rel=1e-3)
    assert setting.findings == ()


def test_one_more_line_only_for_a_clearly_larger_size(library: FontLibrary) -> None:
    wide = english("Water again", library, Box(0, 0, 4000, 300)).lines[0].box.width
    assert len(english("Water again", library, Box(0, 0, wide * 0.95, 300)).lines) == 1
    assert len(english("Water again", library, Box(0, 0, wide * 0.8, 300)).lines) == 2


def test_a_word_is_broken_before_it_overflows_and_that_is_said(library: FontLibrary) -> None:
    words = StyledText(text="물주기알림을받아보세요", language="ko", slot="headline")
    setting = typeset(words, STYLE, Box(0, 0, 300, 300), library)
    finding = only(setting)
    assert (finding.code, finding.severity) == ("typeset-word-broken", Severity.WARNING)
    assert len(setting.lines) == 2
    assert setting.size >= 40
    latin = english("Donaudampfschifffahrt", library, Box(0, 0, 250, 300))
    assert [line.text for line in latin.lines] == ["Donaudampfschifffahrt"]
    assert only(latin).code == "typeset-below-minimum"


def test_a_hyphen_is_used_when_it_pays(library: FontLibrary) -> None:
    setting = english("self\u00adcare e-mail", library, Box(0, 0, 190, 600), TextStyle(min_size=50, max_size=100))
    assert [line.text for line in setting.lines] == ["self\u00ad", "care", "e-mail"]
    assert setting.findings == ()
    widths = [len([g for run in line.runs for g in run.glyphs]) for line in setting.lines]
    assert widths == [5, 4, 6]


@pytest.mark.parametrize("text", ["\U0010fffd", "\ue000", "\U00012000", "𐎀", "\u0378"])
def test_a_missing_glyph_is_named_and_leaves_no_box(library: FontLibrary, text: str) -> None:
    setting = english(f"ab {text} {text}cd", library, Box(0, 0, 1000, 300))
    finding = only(setting)
    assert (finding.code, finding.severity) == ("typeset-missing-glyph", Severity.ERROR)
    assert f"(U+{ord(text):04X})" in finding.message
    glyphs = [g for line in setting.lines for run in line.runs for g in run.glyphs]
    assert 0 not in {g.id for g in glyphs}
    assert {g.cluster for g in glyphs}.isdisjoint({3, 5})


def test_words_of_missing_glyphs_only(library: FontLibrary) -> None:
    setting = english("\ue000\ue001", library, Box(0, 0, 1000, 300))
    assert [f.code for f in setting.findings] == ["typeset-missing-glyph"] * 2
    assert [line.text for line in setting.lines] == ["\ue000\ue001"]
    assert setting.faces == ()


def test_too_many_explicit_lines(library: FontLibrary) -> None:
    setting = english("one\ntwo\n\nthree", library, Box(0, 0, 1000, 600))
    assert only(setting).code == "typeset-too-many-lines"
    assert "3 explicit lines, the slot allows 2" in only(setting).message
    assert [line.text for line in setting.lines] == ["one", "two", "three"]


SAFE = Box(50, 50, 500, 300)


@pytest.mark.parametrize(
    ("box", "sides"),
    [
        (Box(50, 50, 500, 300), ""),
        (Box(20, 60, 500, 200), "left"),
        (Box(400, 60, 300, 200), "right"),
        (Box(60, 20, 400, 100), "top"),
        (Box(60, 330, 400, 100), "bottom"),
        (Box(0, 0, 800, 400), "left right"),
    ],
)
def test_ink_outside_the_safe_area(library: FontLibrary, box: Box, sides: str) -> None:
    style = TextStyle(min_size=10, max_size=400, max_lines=1, align="end" if sides == "right" else "start")
    setting = english("Mmm", library, box, style, safe=SAFE)
    if not sides:
        assert setting.findings == ()
        return
    finding = only(setting)
    assert (finding.code, finding.severity) == ("typeset-outside-safe-area", Severity.ERROR)
    assert [s for s in ("left", "right", "top", "bottom") if f"px at the {s}" in finding.message] == sides.split()
    assert english("Mmm", library, box, style).findings == ()


def test_moving_checks_the_new_place(library: FontLibrary) -> None:
    setting = english("Water", library, Box(60, 60, 300, 100), TextStyle(min_size=10, max_size=40), safe=SAFE)
    assert setting.findings == ()
    assert setting.moved(10, 10, safe=SAFE).findings == ()
    assert only(setting.moved(0, -60, safe=SAFE)).code == "typeset-outside-safe-area"
    assert setting.moved(0, -60).findings == ()


def test_emoji_without_a_colour_font_is_a_warning(library: FontLibrary, tmp_path: Path) -> None:
    finding = only(english("Hi 😀 🌱", library, Box(0, 0, 1000, 300)))
    assert (finding.code, finding.severity) == ("typeset-emoji-without-color", Severity.WARNING)
    assert "😀 🌱" in finding.message
    font = FontFile(write_color_font(tmp_path / "color.ttf", 0), "project")
    colored = FontLibrary([font, *project_font_files(None)])
    setting = english("Hi 😀", colored, Box(0, 0, 1000, 300))
    assert setting.findings == ()
    assert "Tiny Color Emoji" in {f.family for f in setting.faces}
    assert english("☀\ufe0e", library, Box(0, 0, 1000, 300)).findings == ()
