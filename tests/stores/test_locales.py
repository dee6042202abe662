"""Locales: every code of every store and every catalog folder's name finds its row."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import babel
import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from locstore.stores import (
    Locale,
    UnknownLocale,
    apple_locale_codes,
    locale_for_apple,
    locale_for_play,
    locales,
    play_locale_codes,
    resolve_locale,
)
from locstore.stores.tables import read_table

LISTED = Path(__file__).with_name("gettext_names.txt").read_text(encoding="utf-8").splitlines()[1:]
NAMES = [(name, line.partition(": ")[0]) for line in LISTED for name in line.partition(": ")[2].split()]


def own_codes(row: Locale) -> list[str]:
    codes = [row.bcp47, row.gettext, *row.aliases, row.apple, row.play]
    return [c for c in codes if c is not None]


def test_counts():
    assert (len(apple_locale_codes()), len(play_locale_codes())) == (50, 87)
    assert len(set(apple_locale_codes())) == 50
    assert len(set(play_locale_codes())) == 87
    assert len(locales()) == 92
    assert len(NAMES) == 207


def test_a_few_codes_of_each_store():
    assert {"ar-SA", "no", "zh-Hans", "ur-PK", "sl-SI", "he"} <= set(apple_locale_codes())
    assert not {"bg", "sr", "fil", "et", "lv", "lt", "nb", "zh-CN"} & set(apple_locale_codes())
    assert {"iw-IL", "no-NO", "zh-CN", "zh-HK", "es-419", "fa-AE", "ms-MY"} <= set(play_locale_codes())
    assert not {"es-MX", "or", "or-IN", "nb-NO", "he-IL", "sr-Latn"} & set(play_locale_codes())


def test_no_row_has_a_key_that_nobody_reads():
    known = {field.name for field in dataclasses.fields(Locale)} - {"bcp47"}
    for tag, row in read_table("locales")["locale"].items():
        assert set(row) <= known, tag


@pytest.mark.parametrize(("name", "tag"), NAMES)
def test_a_catalog_folders_name_finds_its_row(name: str, tag: str):
    row = resolve_locale(name)
    assert row.bcp47 == tag
    assert name in (row.gettext, *row.aliases)


def test_no_code_belongs_to_two_rows():
    owners: dict[str, str] = {}
    for row in locales():
        for code in own_codes(row):
            assert owners.setdefault(code.lower().replace("-", "_"), row.bcp47) == row.bcp47


@given(st.data())
def test_any_spelling_of_any_code_finds_its_row(data: st.DataObject):
    row = data.draw(st.sampled_from(locales()))
    code = data.draw(st.sampled_from(own_codes(row)))
    letters = data.draw(st.lists(st.booleans(), min_size=len(code), max_size=len(code)))
    dashes = data.draw(st.lists(st.sampled_from("-_"), min_size=len(code), max_size=len(code)))
    spelled = "".join(
        dash if char in "-_" else (char.upper() if up else char.lower())
        for char, up, dash in zip(code, letters, dashes, strict=True)
    )
    base, at, modifier = spelled.partition("@")
    encoding = data.draw(st.sampled_from(["", ".UTF-8", ".utf8"]))
    assert resolve_locale(base + encoding + at + modifier) == row
    assert resolve_locale(spelled + encoding) == row


def test_babels_codes_find_their_row_unless_they_are_another_rows_own():
    strays = {row.bcp47: resolve_locale(row.babel).bcp47 for row in locales()}
    assert {k: v for k, v in strays.items() if k != v} == {"fa-AE": "fa", "ca-valencia": "ca"}


@pytest.mark.parametrize("code", ["no", "NO", "nb", "nb_NO", "nb-NO", "no-NO", "no_NO"])
def test_norwegian(code: str):
    row = resolve_locale(code)
    assert (row.bcp47, row.gettext, row.babel, row.apple, row.play) == ("nb", "nb", "nb_NO", "no", "no-NO")


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("en", "en-US"),
        ("EN.UTF-8", "en-US"),
        ("pt", "pt-PT"),
        ("pt_BR", "pt-BR"),
        ("zh", "zh-Hans"),
        ("zh-Hant-HK", "zh-HK"),
        ("zh_tw", "zh-Hant"),
        ("sr@latin", "sr-Latn"),
        ("sr_RS.UTF-8@latin", "sr-Latn"),
        ("sr", "sr"),
        ("ca_ES@valencia", "ca-valencia"),
        ("de_DE@euro", "de-DE"),
        ("de_DE.UTF-8@euro", "de-DE"),
        ("iw-IL", "he"),
        ("in", "id"),
        ("de_AT", "de-DE"),
    ],
)
def test_codes_that_need_thought(code: str, tag: str):
    assert resolve_locale(code).bcp47 == tag


@pytest.mark.parametrize("code", apple_locale_codes())
def test_every_apple_code_is_reached_and_case_matters(code: str):
    row = locale_for_apple(code)
    assert row is not None
    assert row.apple == code
    assert row == resolve_locale(code)
    assert row.apple_fallback is None
    assert locale_for_apple(code.upper()) is None
    assert locale_for_apple(code.replace("-", "_") + "_") is None


@pytest.mark.parametrize("code", play_locale_codes())
def test_every_play_code_is_reached_and_case_matters(code: str):
    row = locale_for_play(code)
    assert row is not None
    assert row.play == code
    assert row == resolve_locale(code)
    assert row.play_fallback is None
    assert locale_for_play(code.upper()) is None


def test_stores_fallbacks_are_their_own_codes():
    assert {r.apple_fallback for r in locales()} - {None} <= set(apple_locale_codes())
    assert {r.play_fallback for r in locales()} - {None} <= set(play_locale_codes())
    assert resolve_locale("zh_HK").apple_fallback == "zh-Hant"
    assert resolve_locale("es_MX").play_fallback == "es-419"
    assert resolve_locale("sr@latin").play_fallback == "sr"
    assert (resolve_locale("nn").apple_fallback, resolve_locale("nn").play_fallback) == ("no", "no-NO")
    assert resolve_locale("bg").apple_fallback is None


@pytest.mark.parametrize("row", locales(), ids=lambda r: r.bcp47)
def test_cldr_agrees_on_script_and_direction(row: Locale):
    parsed = babel.Locale.parse(row.babel)
    likely = get_global("likely_subtags")
    spelled = [f"{parsed.language}_{parsed.territory}", parsed.language]
    full = next(likely[s] for s in spelled if s in likely)
    assert row.script == (parsed.script or full.split("_")[1])
    assert row.direction == {"left-to-right": "ltr", "right-to-left": "rtl"}[parsed.character_order]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("es_MX", ("es_419", "es")),
        ("es_419", ("es_MX", "es")),
        ("es_US", ("es_419", "es_MX", "es")),
        ("es", ()),
        ("zh_HK", ("zh_TW",)),
        ("zh_TW", ()),
        ("zh_CN", ("zh",)),
        ("pt_BR", ()),
        ("pt", ()),
        ("en_IN", ("en_GB", "en")),
        ("en_SG", ("en_GB", "en")),
        ("en_ZA", ("en_GB", "en")),
        ("en_GB", ("en",)),
        ("en_AU", ("en",)),
        ("en_CA", ("en",)),
        ("fr_CA", ("fr",)),
        ("ms_MY", ("ms",)),
        ("fa_AF", ("fa",)),
        ("sr@latin", ()),
        ("sr", ()),
        ("ca@valencia", ("ca",)),
        ("nn", ("nb",)),
        ("nb", ()),
        ("ja", ()),
    ],
)
def test_where_words_are_looked_up_next(code: str, expected: tuple[str, ...]):
    assert resolve_locale(code).fallbacks() == expected


@pytest.mark.parametrize("row", locales(), ids=lambda r: r.bcp47)
def test_words_come_from_the_same_script_and_family(row: Locale):
    chain = row.fallbacks()
    assert row.gettext not in chain
    assert len(set(chain)) == len(chain)
    for code in chain:
        other = resolve_locale(code)
        assert other.script == row.script
        assert {other.language, row.language} <= {row.language} | ({"nb"} if row.language == "nn" else set())


@pytest.mark.parametrize(
    ("wrong", "suggested"),
    [
        ("jp", "ja?"),
        ("cn", "zh_CN?"),
        ("german", "de?"),
        ("de_LU", "de?"),
        ("zh-MO", "zh_CN or zh_TW or zh_HK?"),
        ("pt_AO", "pt or pt_BR?"),
        ("en_US.latin1", "en_US"),
        ("norwegain", "nb"),
    ],
)
def test_an_unknown_locale_names_near_ones(wrong: str, suggested: str):
    with pytest.raises(UnknownLocale) as caught:
        resolve_locale(wrong)
    message = str(caught.value)
    assert f"no locale {wrong!r}" in message
    assert f"Did you mean {suggested}" in message
    assert message.endswith("`locstore locales` lists them all.")


@pytest.mark.parametrize("wrong", ["eo", "", "klingon", "@latin", ".UTF-8", "de.po"])
def test_languages_without_a_store_are_unknown(wrong: str):
    with pytest.raises(LookupError, match="no locale"):
        resolve_locale(wrong)


def test_locales_are_values():
    row = resolve_locale("pt_BR")
    assert row == dataclasses.replace(row)
    assert hash(row) == hash(dataclasses.replace(row))
    assert row != dataclasses.replace(row, note="another")
    assert (row.language, resolve_locale("zh_HK").language, resolve_locale("fil").language) == (
        "pt",
        "zh",
        "fil",
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.note = ""  # type: ignore[misc]
