"""Where a line never ends: numbers, names, dashes, slashes, addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lines import pieces

from locstore.typeset.glue import forbidden_breaks, last_resort_breaks, numbers
from locstore.typeset.segment import Quality, break_opportunities

# `|` shows every place where a line may end at the best quality or after a hyphen.
WHOLE = [
    ("en", "Only |$29.99/year"),
    ("de", "Nur |4,99 €/Monat"),
    ("en", "For |iOS/Android |phones"),
    ("ja", "月額¥480/月"),
    ("pl", "50 % |na |zawsze"),
    ("pl", "Zapisz |5 GB |danych"),
    ("de", "Bis |zu |20 °C |warm"),
    ("fr", "Jusqu’à |50 % |moins |cher"),
    ("ru", "Ещё |5 ГБ |места"),
    ("en", "Save |Rs 1,299 |today"),
    ("en", "Save |Rs. 1,299 |today"),
    ("hi", "₹ 1,299 |बचाएँ"),
    ("cs", "Ušetříte |2 800 Kč |ročně"),
    ("sv", "Spara |1 200 kr |om |året"),
    ("en", "US$ 5 |a |month"),
    ("de", "Spare |120 EUR |im |Jahr"),
    ("en", "Over |5 million |users"),
    ("de", "Schon |1,2 Mio. |Nutzer"),
    ("ru", "Уже |100 тыс. |отзывов"),
    ("it", "Oltre |3 milioni |di |utenti"),
    ("id", "Lebih |dari |5 juta |pengguna"),
    ("vi", "Hơn |5 triệu |người"),
    ("ko", "5만 명이 |선택했어요"),
    ("ko", "매일 |30분 |운동"),
    ("de", "Offen |9:00 – 18:00 |Uhr"),
    ("en", "Ages |3 – 5 |and |up"),
    ("en", "In |10–20 |minutes"),
    ("en", "Call |+1 555-0100 |now"),
    ("de", "Ruf |0800 123 456 |an"),
    ("en", "Call |(555) 867-5309 |now"),
    ("de", "Frag |Dr. Müller |jetzt"),
    ("fr", "Avec |M. Dupont |ici"),
    ("en", "Books |by |J. R. R. Tolkien"),
    ("en", "The |No. 1 |app"),
    ("de", "Die |Nr. 1 |der |Apps"),
    ("ru", "Ваш |№ 1 |всегда"),
    ("de", "Viel, |z. B. Musik"),
    ("ru", "Каждому |растению — |своё |место"),
    ("uk", "Кожній |рослині — |своє |місце"),
    ("en", "Plan – |then |go"),
    ("en", "Zoom |× 10 |now"),
    ("en", "Get |2 × 4 |tiles"),
    ("en", "In |2026 |100 |plants"),
    ("en", "Open |24/7 |now"),
]


@pytest.mark.parametrize(("language", "shown"), WHOLE)
def test_what_belongs_together_is_not_broken(language: str, shown: str) -> None:
    assert pieces(shown.replace("|", ""), language, Quality.HYPHEN) == shown.split("|")


@pytest.mark.parametrize(
    ("language", "text", "whole"),
    [
        ("ja", "1.2万人が使う", "1.2万人"),
        ("ja", "100万人の選択", "100万人"),
        ("ja", "全国第1位のアプリ", "第1位"),
        ("ja", "営業は9:00～18:00まで", "9:00～18:00"),
        ("ja", "朝9：00から", "9：00"),
        ("ja", "料金は980円～です", "980円～"),
        ("ja", "満足度98%のアプリ", "98%"),
        ("ja", "満足度98％の実力", "98％"),
        ("zh-Hans", "超过100万人的选择", "100万人"),
        ("zh-Hans", "每天10分钟学英语", "10分钟"),
        ("zh-Hant", "只要990元起", "990元"),
        ("zh-Hans", "等待——终于来了", "——"),
        ("zh-Hans", "等待……终于来了", "……"),
    ],
)
def test_cjk_numbers_are_never_broken_even_as_a_last_resort(language: str, text: str, whole: str) -> None:
    assert any(whole in piece for piece in pieces(text, language, Quality.INSIDE_WORD))


def test_isolated_values_hold_to_their_units() -> None:
    assert pieces("وفّر \u2068−50\u2069 % اليوم", "ar") == ["وفّر ", "\u2068−50\u2069 % ", "اليوم"]
    assert pieces("עד \u206850\u2069 GB חינם", "he") == ["עד ", "\u206850\u2069 GB ", "חינם"]


def test_an_address_is_broken_only_as_a_last_resort() -> None:
    text = "See https://example.org/help/start now"
    assert pieces(text, "en", Quality.INSIDE_PHRASE) == ["See ", "https://example.org/help/start ", "now"]
    assert len(pieces(text, "en", Quality.INSIDE_WORD)) > 3
    assert pieces("Visit example.org/a/b", "en") == ["Visit ", "example.org/a/b"]


def test_names_are_kept_together() -> None:
    text = "Pay with Google Pay or Apple Pay"
    names = ("Google Pay", "Apple Pay")
    assert pieces(text, "en", keep_together=names) == ["Pay ", "with ", "Google Pay ", "or ", "Apple Pay"]
    assert pieces(text, "en", Quality.INSIDE_WORD, names) == text.replace(" ", " |").split("|")
    assert "ポケット ガーデン" in pieces("新しいポケット ガーデン登場", "ja", keep_together=("ポケット ガーデン",))[1]


def test_a_name_is_text_and_no_pattern() -> None:
    assert last_resort_breaks("C++ (beta)", ("C++", "(beta)")) == {1, 2, 5, 6, 7, 8, 9}
    assert last_resort_breaks("abc", ("", " ")) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Spar 50 % jetzt", ["50 %"]),
        ("from 9:00–18:00", ["9:00–18:00"]),
        ("no numbers", []),
        ("1,2 Mio. €", ["1,2 Mio. €"]),
    ],
)
def test_numbers_are_found_with_what_belongs_to_them(text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in numbers(text)] == found


@given(st.text("09 .,-–～:%€$/()+aMgGBx万円第 \u00a0", max_size=40), st.sampled_from(["en", "de", "ja", "ru", "fr"]))
def test_no_opportunity_is_forbidden(text: str, language: str) -> None:
    found = {b.position for b in break_opportunities(text, language)}
    assert not found & forbidden_breaks(text, language)
