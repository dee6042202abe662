"""What is said about lines, and the advice in the findings."""

from __future__ import annotations

import pytest
from lines import headline, shown

from locstore.findings import Severity, explanations
from locstore.typeset import FontLibrary, TextLayout


def codes(layout: TextLayout) -> list[str]:
    assert all(f.code in explanations() and f.slot == "headline" for f in layout.findings)
    return [f.code for f in layout.findings]


@pytest.mark.parametrize(
    ("language", "text", "width", "code", "place"),
    [
        ("de", "Vollbewässerung der Lieblingspflanzen", 640, "typeset-hanging-word", "“der|Lieblingspfl”"),
        ("fi", "Viikon hoidot yhdellä silmäyksellä", 700, "typeset-phrase-cut", "“yhdellä|silmäyksellä”"),
    ],
)
def test_a_bad_line_end_is_noted_with_its_place(
    library: FontLibrary, language: str, text: str, width: float, code: str, place: str
) -> None:
    layout = headline(library, text, language, width)
    assert [f.code for f in layout.findings if f.code == code] == [code]
    assert any(place in f.message for f in layout.findings)
    assert all(f.severity is Severity.NOTE for f in layout.findings if f.code == code)


def test_a_cut_highlight_is_noted(library: FontLibrary) -> None:
    layout = headline(library, "*Water every single plant* now", "en", 500)
    (finding,) = [f for f in layout.findings if f.code == "typeset-highlight-cut"]
    assert "U+00A0" in finding.message
    assert codes(headline(library, "Water *plants* every day", "en", 1108)) == []


def test_a_lone_word_is_noted(library: FontLibrary) -> None:
    layout = headline(library, "Bewässerungsplanung\nso", "de", 900)
    assert codes(layout) == []  # the author's own line
    assert "typeset-lone-word" in codes(headline(library, "Bewässerungsplanung ja", "de", 780))


@pytest.mark.parametrize("text", ["Save 50\n% today", "From 10 –\n20 plants", "Only 1,299\nRs now"])
def test_a_number_that_the_author_splits_is_a_warning(library: FontLibrary, text: str) -> None:
    (finding,) = [f for f in headline(library, text, "en", 900).findings if f.code == "typeset-number-split"]
    assert finding.severity is Severity.WARNING


def test_whole_lines_say_nothing(library: FontLibrary) -> None:
    assert codes(headline(library, "Never forget to *water* again", "en", 1108)) == []
    assert codes(headline(library, "もう水やりを忘れない", "ja", 1108)) == []


def test_a_name_is_broken_with_a_warning_only_when_nothing_else_fits(library: FontLibrary) -> None:
    wide = headline(library, "Pay with Google Pay", "en", 700, keep_together=("Google Pay",))
    assert "Google Pay" in shown(wide)
    assert "typeset-word-broken" not in codes(wide)
    tight = headline(library, "Pay with Google Pay", "en", 290, keep_together=("Google Pay",))
    assert shown(tight) == "Pay with|Google|Pay"
    assert "typeset-word-broken" in codes(tight)


@pytest.mark.parametrize(
    ("language", "text", "advice"),
    [
        ("de", "Donaudampfschifffahrt", "hyphenate: true"),
        ("tr", "Muvaffakiyetsizleştiriciler", "Put a soft hyphen (U+00AD) where it may be cut. "),
        ("en", "Wonderful\u00a0watering", "A no-break space (U+00A0) keeps it on one line"),
        ("en", "Wonderful\u2060watering", "A word joiner (U+2060) keeps it on one line"),
        ("en", "100\u202f000\u202f000\u202f000", "A narrow no-break space (U+202F)"),
    ],
)
def test_the_word_that_is_too_long_is_named(library: FontLibrary, language: str, text: str, advice: str) -> None:
    (finding,) = headline(library, text, language, 400).findings
    assert finding.code in ("typeset-below-minimum", "typeset-overflow")
    assert f"“{text}” alone is" in finding.message
    assert advice in finding.message


def test_no_word_is_blamed_for_too_many_words(library: FontLibrary) -> None:
    layout = headline(library, "Never forget to water all of the plants in the garden again", "en", 500)
    (finding,) = [f for f in layout.findings if f.code == "typeset-below-minimum"]
    assert "alone" not in finding.message


def test_sizes_in_a_finding_differ(library: FontLibrary) -> None:
    """Not “only at 64 px, under the smallest allowed 64 px”."""
    width = headline(library, "Water", "en", 9000).lines[0].box.width / 132 * 63.7
    (finding,) = headline(library, "Water", "en", width, max_lines=1).findings
    assert "only at 63.7 px, under the smallest allowed 64.0 px" in finding.message
    assert "(0.5 % too long)" in finding.message
