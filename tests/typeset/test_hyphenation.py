"""Hyphenation: off by default, the author's soft hyphens first, patterns for the languages of the stores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lines import headline, shown

from locstore.typeset import FontLibrary
from locstore.typeset.hyphenation import SOFT_HYPHEN, can_hyphenate, hyphenation_points, with_soft_hyphens

WORDS = [
    ("de", "Bewäs-se-rungs-plan"),
    ("fi", "kas-vien-hoi-to-so-vel-lus"),
    ("hu", "meg-vá-sá-rol-ható"),
    ("nl", "lie-ve-lings-plek"),
    ("sv", "favo-rit-plats"),
    ("nb", "favo-ritt-plass"),
    ("da", "ynd-lings-plads"),
    ("ru", "напо-ми-на-ния"),
    ("uk", "нага-ду-ва-ння"),
    ("pl", "pie-lę-gna-cji"),
    ("cs", "neza-po-me-nete"),
    ("es", "dis-po-si-ti-vos"),
    ("pt-BR", "dis-po-si-ti-vos"),
    ("it", "dispo-si-tivi"),
    ("fr", "recon-nais-sance"),
]


def hyphenated(text: str, language: str) -> str:
    found, _, _ = with_soft_hyphens(text, (), hyphenation_points(text, language))
    return found.replace(SOFT_HYPHEN, "-")


@pytest.mark.parametrize(("language", "word"), WORDS)
def test_words_of_each_language(language: str, word: str) -> None:
    assert hyphenated(word.replace("-", ""), language) == word


@pytest.mark.parametrize(
    "text", ["Garten", "Lieb\u00adlingsplatz", "BEWÄSSERUNGSPLAN", "PocketGarden", "www.bewaesserungsplan.de", ""]
)
def test_what_is_left_whole(text: str) -> None:
    assert hyphenation_points(text, "de") == ()


def test_spellings_are_never_changed() -> None:
    assert hyphenation_points("asszonnyal", "hu") == ()


@pytest.mark.parametrize("language", ["ja", "zh-Hans", "th", "ar", "he", "hi", "ko", "xx", ""])
def test_languages_without_patterns(language: str) -> None:
    assert not can_hyphenate(language)
    assert hyphenation_points("Bewässerungsplan", language) == ()


@given(st.text("Bewässerungsplan Kontobewegungen", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_highlights_move_with_the_text(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found, ((a, b),), behind = with_soft_hyphens(text, ((start, end),), hyphenation_points(text, "de"))
    assert found.replace(SOFT_HYPHEN, "") == text
    assert found[a:b].replace(SOFT_HYPHEN, "") == text[start:end]
    assert all(found[p - 1] == SOFT_HYPHEN for p in behind)
    assert len(behind) == found.count(SOFT_HYPHEN)


LONG = "Kontobewegungen im Blick"


def test_off_by_default(library: FontLibrary) -> None:
    layout = headline(library, LONG, "de", 400)
    assert SOFT_HYPHEN not in layout.words.text
    (finding,) = layout.findings
    assert finding.code == "typeset-below-minimum"
    for part in ("“Kontobewegungen” alone is", "soft hyphen (U+00AD)", "hyphenate: true"):
        assert part in finding.message


def test_a_word_that_does_not_fit_is_hyphenated(library: FontLibrary) -> None:
    layout = headline(library, LONG, "de", 400, hyphenate=True)
    assert layout.findings == ()
    assert layout.size >= 64
    assert layout.words.text.count(SOFT_HYPHEN) == 1
    assert shown(layout) == f"Kontobe{SOFT_HYPHEN}|wegungen|im Blick"
    # The hyphen is painted: one glyph more than letters.
    assert len([g for run in layout.lines[0].runs for g in run.glyphs]) == len("Kontobe-")


def test_words_that_fit_are_left_alone(library: FontLibrary) -> None:
    plain, marked = (headline(library, LONG, "de", 1108, hyphenate=on) for on in (False, True))
    assert marked.words == plain.words
    assert marked.lines == plain.lines


def test_the_authors_soft_hyphens_come_first(library: FontLibrary) -> None:
    layout = headline(library, f"Konto{SOFT_HYPHEN}bewegungen im Blick", "de", 400, hyphenate=True)
    assert shown(layout) == f"Konto{SOFT_HYPHEN}|bewegungen|im Blick"


def test_highlights_of_hyphenated_words(library: FontLibrary) -> None:
    layout = headline(library, "*Kontobewegungen* im Blick", "de", 400, hyphenate=True)
    (span,) = layout.words.highlights
    assert layout.words.text[slice(*span)] == f"Kontobe{SOFT_HYPHEN}wegungen"
