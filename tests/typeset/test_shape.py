"""Runs to glyphs: joining, marks, letter spacing, soft hyphens and the order on the line."""

from __future__ import annotations

from pathlib import Path

import pytest
from font_files import write_ligature_font

from locstore.typeset import Box, FontFile, FontLibrary, Highlight, StyledText, TextStyle, typeset
from locstore.typeset.itemize import FontFallback, itemize
from locstore.typeset.shape import Paragraph, RunStyle, ShapedGlyph, paragraph

PLAIN, COLORED, HEAVY = RunStyle((0, 0, 0), 400), RunStyle((200, 0, 0), 400), RunStyle((0, 0, 0), 700)


def set_paragraph(
    text: str,
    library: FontLibrary,
    *,
    language: str = "en",
    rtl: bool = False,
    run_styles: list[RunStyle] | None = None,
    spacing: float = 0.0,
) -> Paragraph:
    clusters = itemize(text, FontFallback(library, (), 400))
    return paragraph(
        text,
        language=language,
        rtl=rtl,
        clusters=clusters,
        run_styles=run_styles or [PLAIN] * len(text),
        letter_spacing=spacing,
    )


def by_cluster(glyphs: list[ShapedGlyph]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for glyph in glyphs:
        found.setdefault(glyph.cluster, []).append(glyph.id)
    return found


def width(glyphs: list[ShapedGlyph]) -> float:
    return sum(glyph.advance for glyph in glyphs)


ARABIC = "نباتاتك"


@pytest.mark.parametrize("cut", range(1, len(ARABIC)))
def test_arabic_joins_across_a_highlight(library: FontLibrary, cut: int) -> None:
    whole = set_paragraph(ARABIC, library, language="ar", rtl=True)
    marked = set_paragraph(
        ARABIC, library, language="ar", rtl=True, run_styles=[PLAIN] * cut + [COLORED] * (len(ARABIC) - cut)
    )
    assert marked.glyphs == whole.glyphs


@pytest.mark.parametrize("cut", range(1, len(ARABIC)))
def test_arabic_keeps_its_joined_forms_where_the_weight_changes(library: FontLibrary, cut: int) -> None:
    """Glyph numbers of a variable font are the same at every weight, so the forms can be compared."""
    whole = set_paragraph(ARABIC, library, language="ar", rtl=True)
    run_styles = [PLAIN] * cut + [HEAVY] * (len(ARABIC) - cut)
    marked = set_paragraph(ARABIC, library, language="ar", rtl=True, run_styles=run_styles)
    assert by_cluster(marked.glyphs) == by_cluster(whole.glyphs)
    assert {g.weight for g in marked.glyphs} == {400, 700}


def test_arabic_letters_have_different_forms_alone_and_joined(library: FontLibrary) -> None:
    """Without this, the two tests above would hold for a font that joins nothing."""
    word = set_paragraph("ببب", library, language="ar", rtl=True)
    alone = set_paragraph("ب", library, language="ar", rtl=True)
    forms = by_cluster(word.glyphs)
    assert len({tuple(forms[i]) for i in range(3)} | {tuple(by_cluster(alone.glyphs)[0])}) == 4


def test_right_to_left_runs_are_drawn_from_the_right(library: FontLibrary) -> None:
    found = set_paragraph("אב 12 cd", library, language="he", rtl=True)
    assert [g.cluster for g in found.glyphs] == [6, 7, 5, 3, 4, 2, 1, 0]
    found = set_paragraph("ab אב!", library, rtl=False)
    assert [g.cluster for g in found.glyphs] == [0, 1, 2, 4, 3, 5]
    found = set_paragraph("אב!", library, language="he", rtl=True)
    assert [g.cluster for g in found.glyphs] == [2, 1, 0]


def test_brackets_are_mirrored(library: FontLibrary) -> None:
    ltr = by_cluster(set_paragraph("(a)", library).glyphs)
    rtl = by_cluster(set_paragraph("(א)", library, language="he", rtl=True).glyphs)
    assert rtl[0] == ltr[2]
    assert rtl[2] == ltr[0]


def test_the_language_chooses_the_han_variants(library: FontLibrary) -> None:
    forms = {
        tag: tuple(g.id for g in set_paragraph("直骨", library, language=tag).glyphs)
        for tag in ("ja", "zh-Hans", "zh-Hant", "ko")
    }
    assert len(set(forms.values())) >= 3
    assert forms["ja"] != forms["zh-Hans"] != forms["zh-Hant"]


@pytest.mark.parametrize(
    ("text", "language", "rtl"),
    [
        ("نباتاتك", "ar", True),
        ("پودے", "ur", True),
        ("पौधे", "hi", False),
        ("গাছ", "bn", False),
        ("ਬੂਟੇ", "pa", False),
        ("செடி", "ta", False),
        ("మొక్క", "te", False),
    ],
)
def test_letters_that_join_are_not_spaced(library: FontLibrary, text: str, language: str, rtl: bool) -> None:
    plain, spaced = (set_paragraph(text, library, language=language, rtl=rtl, spacing=s).glyphs for s in (0.0, 0.2))
    assert spaced == plain


@pytest.mark.parametrize(
    ("text", "language", "rtl", "gaps"),
    [("water", "en", False, 4), ("שלום", "he", True, 3), ("もう水", "ja", False, 2), ("ต้นไม้", "th", False, 3)],
)
@pytest.mark.parametrize("spacing", [0.1, -0.05])
def test_spacing_stands_between_letters(
    library: FontLibrary, text: str, language: str, rtl: bool, gaps: int, spacing: float
) -> None:
    plain, spaced = (set_paragraph(text, library, language=language, rtl=rtl, spacing=s).glyphs for s in (0.0, spacing))
    assert width(spaced) - width(plain) == pytest.approx(spacing * gaps)
    assert spaced[-1].advance == pytest.approx(plain[-1].advance)


@pytest.mark.parametrize(
    ("text", "language", "rtl"),
    [("xq\u0303x", "en", False), ("แก้มี", "th", False), ("בָּרוּךְ", "he", True), ("х\u0306г\u0303о", "ru", False)],
)
def test_spacing_leaves_marks_on_their_letters(library: FontLibrary, text: str, language: str, rtl: bool) -> None:
    """Where a mark is drawn, seen from its letter, does not change."""

    def offsets(glyphs: list[ShapedGlyph]) -> list[float]:
        """The place of each glyph from the first of its cluster."""
        pens, pen = [], 0.0
        for glyph in glyphs:
            pens.append((glyph.cluster, pen + glyph.dx))
            pen += glyph.advance
        first = dict(reversed(pens))
        return [x - first[cluster] for cluster, x in pens]

    plain, spaced = (set_paragraph(text, library, language=language, rtl=rtl, spacing=s).glyphs for s in (0.0, 0.3))
    assert len(plain) > len({g.cluster for g in plain})
    assert offsets(spaced) == pytest.approx(offsets(plain))


def test_spacing_ignores_invisible_characters_and_takes_ligatures_apart(library: FontLibrary) -> None:
    plain, marked = (set_paragraph(t, library, spacing=0.1).glyphs for t in ("ab", "a\u200b\u200eb"))
    assert width(marked) == pytest.approx(width(plain))
    ligated, spaced = (set_paragraph("office", library, spacing=s).glyphs for s in (0.0, 0.1))
    assert len(spaced) == 6
    assert len(ligated) <= 6


def test_a_soft_hyphen_shows_only_at_a_line_end(library: FontLibrary) -> None:
    text = "Gieß\u00adplan"
    found = set_paragraph(text, library, language="de")
    plain = set_paragraph("Gießplan", library, language="de")
    hyphened = set_paragraph("Gieß-", library, language="de")
    assert width(found.glyphs) == pytest.approx(width(plain.glyphs))
    assert [g.id for g in found.shape(0, 5)] == [g.id for g in hyphened.glyphs]
    assert found.hyphen_width() == pytest.approx(hyphened.glyphs[-1].advance)
    assert width(found.shape(5, 9)) == pytest.approx(width(plain.shape(4, 8)))
    assert plain.hyphen_width() == 0
    assert set_paragraph("Gieß\u00ad", library).hyphen_width() == 0


def test_advances_give_the_width_of_any_line(library: FontLibrary) -> None:
    for text, rtl in (("Never forget to water", False), ("لن تنسى سقي نباتاتك", True), ("செடிக்கு நீர்", False)):
        found = set_paragraph(text, library, rtl=rtl)
        sums = found.advances()
        assert sum(sums) == pytest.approx(width(found.glyphs))
        end = text.index(" ")
        assert sum(sums[:end]) == pytest.approx(width(found.shape(0, end)), abs=0.02)


def test_missing_clusters_are_named_once_and_leave_a_gap(library: FontLibrary) -> None:
    found = set_paragraph("a\U0010fffdb\U0010fffd\ue000", library)
    assert found.missing() == ["\U0010fffd", "\ue000"]
    assert [g.cluster for g in found.glyphs] == [0, 2]
    assert set_paragraph("all here", library).missing() == []


def test_a_highlight_that_cuts_a_ligature_keeps_its_letters_colours(tmp_path: Path) -> None:
    """A glyph has one colour, so the ligature is taken apart where the colour changes, and only there."""
    library = FontLibrary([FontFile(write_ligature_font(tmp_path / "fi.ttf"), "project")])
    style = TextStyle(min_size=10, max_size=100, weight=400, highlight=Highlight((255, 0, 0)))
    words = StyledText(text="fi fi", language="en", highlights=((1, 5),))
    setting = typeset(words, style, Box(0, 0, 900, 200), library)
    colors = {glyph.cluster: run.color for run in setting.lines[0].runs for glyph in run.glyphs}
    assert colors[0] == (0, 0, 0)
    assert colors[1] == (255, 0, 0)
    assert 4 not in colors  # the second one is whole
