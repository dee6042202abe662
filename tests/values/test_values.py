"""Values in many locales, and the number that chooses a plural form."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.values import (
    CurrencyValue,
    DateValue,
    LocaleCodeError,
    NumberValue,
    PercentValue,
    TextValue,
    Value,
    plural_operand,
)

NB = "\u00a0"


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "12K"),
        ("de", "12.000"),
        ("fr", f"12{NB}k"),
        ("ja", "1.2万"),
        ("hi", f"12{NB}हज़ार"),
        ("mr", f"१२{NB}ह"),
        ("fa", f"۱۲{NB}هزار"),
        ("ar", f"12{NB}ألف"),
        ("ar_EG", f"١٢{NB}ألف"),
        ("bn", f"১২{NB}হা"),
        ("ru", f"12{NB}тыс."),
        ("sw", f"elfu{NB}12"),
        ("zh-Hant", "1.2萬"),
    ],
)
def test_compact_thousands(locale: str, text: str) -> None:
    assert NumberValue(12_000, compact=True).format(locale) == text


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (0, None, "0"),
        (950, None, "950"),
        (999.5, None, None),
        (1_250, None, "1.3K"),
        (12_345, None, "12K"),
        (12_345, 1, "12.3K"),
        (12_000, 1, "12K"),
        (999_499, None, "999K"),
        (999_500, None, "1M"),
        (999_999, None, "1M"),
        (999_999, 1, "1M"),
        (-12_000, None, "-12K"),
        (1_000_000, None, "1M"),
    ],
)
def test_compact_rounding(number: float, decimals: int | None, text: str | None) -> None:
    value = NumberValue(Decimal(str(number)), compact=True, decimals=decimals)
    assert value.format("en") == (text or "1K")


def test_long_compact_numbers_agree_with_their_unit() -> None:
    assert [NumberValue(n, compact="long").format("de") for n in (1_000_000, 2_000_000)] == [
        "1 Million",
        "2 Millionen",
    ]
    assert NumberValue(12_000, compact="long").format("en") == "12 thousand"
    assert NumberValue(12_000, compact="long").format("ja") == "1.2万"


@pytest.mark.parametrize(
    ("value", "locale", "text"),
    [
        (NumberValue(1234567), "en", "1,234,567"),
        (NumberValue(1234567), "hi", "12,34,567"),
        (NumberValue(Decimal("1.5"), decimals=2), "de", "1,50"),
        (NumberValue(Decimal("1.5"), decimals=0), "en", "2"),
        (CurrencyValue(Decimal("4.99"), "USD"), "en", "$4.99"),
        (CurrencyValue(Decimal(120), "USD"), "en", "$120.00"),
        (CurrencyValue(Decimal(120), "USD", 0), "en", "$120"),
        (CurrencyValue(Decimal("119.99"), "EUR", 0), "de", f"120{NB}€"),
        (CurrencyValue(Decimal(500), "JPY"), "ja", "￥500"),
        (CurrencyValue(Decimal(120), "USD", 0), "es_MX", f"USD{NB}120"),
        (CurrencyValue(Decimal(120), "USD", 0), "bn", f"১২০{NB}US$"),
        (CurrencyValue(Decimal(120), "USD", 0), "fa", "\u200e$۱۲۰"),
        (PercentValue(Decimal("0.97")), "en", "97%"),
        (PercentValue(Decimal("0.975"), 1), "fr", f"97,5{NB}%"),
        (PercentValue(Decimal("0.97")), "fa", "۹۷٪"),
        (PercentValue(Decimal("0.97")), "tr", "%97"),
        (DateValue(dt.date(2026, 3, 5)), "en", "March 5, 2026"),
        (DateValue(dt.date(2026, 3, 5), "short"), "de", "05.03.26"),
        (DateValue(dt.date(2026, 3, 5)), "ne", "२०२६ मार्च ५"),
        (TextValue("Pocket 2"), "ne", "Pocket 2"),
    ],
)
def test_formats(value: Value, locale: str, text: str) -> None:
    assert value.format(locale) == text


@given(
    st.sampled_from(["en", "de", "fr", "ja", "hi", "fa", "ar_EG", "sw", "my", "ru", "he"]),
    st.decimals(-(10**15), 10**15, places=2),
    st.sampled_from([False, True, "long"]),
    st.none() | st.integers(0, 6),
)
def test_any_number_is_written_and_counted(locale: str, number: Decimal, compact: bool, decimals: int | None) -> None:
    value = NumberValue(number, compact, decimals)
    assert value.format(locale).strip()
    # French writes a lone thousand as "mille".
    assert compact == "long" or any(char.isdigit() for char in value.format(locale))
    assert plural_operand(value, locale) >= 0
    assert plural_operand(value) >= 0


@pytest.mark.parametrize(
    ("value", "locale", "operand"),
    [
        (NumberValue(12_000, compact=True), None, 12_000),
        (NumberValue(12_341, compact=True), None, 12_000),
        (NumberValue(12_341, compact=True), "ru", 12_000),
        (NumberValue(12_341, compact=True), "de", 12_341),
        (NumberValue(999_999, compact=True), "en", 1_000_000),
        (NumberValue(7, compact=True), None, 7),
        (NumberValue(Decimal("1.5")), None, 2),
        (NumberValue(Decimal("1.4"), decimals=0), None, 1),
        (NumberValue(-3), None, 3),
        (CurrencyValue(Decimal("4.99"), "USD"), None, 5),
        (CurrencyValue(Decimal("4.20"), "USD", 0), None, 4),
        (PercentValue(Decimal("0.97")), None, 97),
    ],
)
def test_plural_operand_is_the_number_that_is_seen(value: Value, locale: str | None, operand: int) -> None:
    assert plural_operand(value, locale) == operand


@pytest.mark.parametrize("value", [DateValue(dt.date(2026, 3, 5)), TextValue("a")])
def test_dates_and_texts_count_nothing(value: Value) -> None:
    with pytest.raises(ValueError, match="counts nothing"):
        plural_operand(value)


def test_impossible_values() -> None:
    for number in (Decimal("NaN"), Decimal("Infinity"), 10**19):
        with pytest.raises(ValueError, match="number"):
            NumberValue(number)
    with pytest.raises(ValueError, match="decimals"):
        NumberValue(1, decimals=-1)
    with pytest.raises(ValueError, match="'XQX'"):
        CurrencyValue(Decimal(1), "XQX")


@pytest.mark.parametrize("value", [NumberValue(1), TextValue("a"), DateValue(dt.date(2026, 1, 1))])
def test_unknown_locale(value: Value) -> None:
    with pytest.raises(LocaleCodeError, match="'xx_YY'"):
        value.format("xx_YY")
