"""What looks the same in a picture compares the same, and nothing else does."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.ocr.compare import aligned, distance, edit_distance, word_diff
from locstore.ocr.normalize import fold, left_out, unwritable


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Don’t wait…", "Don't wait..."),
        ("de", "„Gießen“ – jetzt", '"Gießen" - jetzt'),
        ("ro", "ştiinţă", "știință"),
        ("ml", "അവൻ", "അവന്"),
        ("ur", "يہ كتاب", "یہ کتاب"),
        ("ar", "كتاب", "کتاب"),
        ("ar", "كتـــاب", "كتاب"),
        ("ar", "\u200f450\u200e", "450"),
        ("ca", "col·lecció", "co\u0140lecció"),
        ("ja", "￥１８，０００", "¥18,000"),
        ("ja", "￥18,000", "\\18,000"),
        ("th", "แชะ", "เเชะ"),
        ("fr", "12\u202f000 plantes", "12 000plantes"),
        ("en", "Ready 🎉 now ★", "Ready now"),
        ("ru", "СОВА", "COBA"),
        ("en", "All", "AlI"),
        ("pa", "ਡੀਵਾਈਸ ’ਤੇ", "ਡੀਵਾਈਸ `ਤੇ"),
        ("en", "Don´t", "Don't"),
        ("en", "−20 %", "-20 %"),
        ("fr", unicodedata.normalize("NFD", "été"), "été"),
    ],
)
def test_the_same_to_the_eye_is_the_same(language: str, one: str, other: str) -> None:
    assert fold(one, language) == fold(other, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Save $120", "Save $130"),
        ("en", "Never forget", "never forget"),
        ("en", "NEVER", "Never"),
        ("en", "Don't", "Dont"),
        ("en", "now!", "now?"),
        ("fr", "été", "ete"),
        ("de", "Blick", "Blíck"),
        ("ar", "نبت", "نبث"),
        ("hi", "१२", "12"),
        ("ur", "ہے", "بے"),
        ("th", "น้ำ", "นำ"),
        ("zh-Hans", "未来", "末来"),
        ("en", "97%", "97"),
        ("en", "−20 %", "20 %"),
    ],
)
def test_another_letter_mark_or_digit_is_not_the_same(language: str, one: str, other: str) -> None:
    assert fold(one, language) != fold(other, language)


@given(st.text(max_size=40), st.sampled_from(["en", "ar", "ur", "ml", "ja"]))
def test_folding_twice_changes_nothing(text: str, language: str) -> None:
    assert fold(fold(text, language), language) == fold(text, language)


def test_signs_that_are_not_compared_are_named() -> None:
    assert left_out("Ready 🎉 → now 🎉 +") == ("🎉", "→")


def test_what_a_model_cannot_write() -> None:
    assert unwritable("Bücher", set("Bcheru"), "de") == ("ü",)
    assert unwritable("Bücher", set("Bcherü"), "de") == ()
    assert unwritable("‘ok’", set("ok'"), "en") == ()
    assert unwritable("été", {"e", "t", "\u0301"}, "fr") == ()


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_the_distance_is_a_metric(a: str, b: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert 0 <= distance(a, b) <= 1


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_aligned_places_go_forward(a: str, b: str) -> None:
    places = [j for j in aligned(a, b) if j is not None]
    assert places == sorted(set(places))
    assert sum(j is None or a[i] != b[j] for i, j in enumerate(aligned(a, b))) <= edit_distance(a, b)


def test_a_word_diff_quotes_what_differs() -> None:
    assert word_diff("Never forget to water", "Never forgot too water now") == (
        '"forgot too" instead of "forget to", too much "now"'
    )
    assert word_diff("one two", "one") == 'missing "two"'
    assert word_diff("same", "same") == ""
