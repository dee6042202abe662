"""Values that a locale writes its own way: numbers, money, shares, dates, and plain text.

ICU writes them (see `icu.py`): grouping and its least number of digits, minus signs, marks of direction, digits and
the calendar are those of CLDR for the locale. So Egyptian Arabic, Persian and Burmese have their own digits, Thai
dates the Buddhist year and Persian dates the Solar Hijri one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from babel.numbers import get_currency_precision, list_currencies

from locstore.values.icu import date_text, decimal_separator, latin_digits, number_text, precision
from locstore.values.language import parse_locale

MAX_MAGNITUDE = 10**18
"""Numbers beyond this belong on no screenshot."""

_YEARS = range(1600, 9999)
"""Years that every calendar and every time zone can write."""

DateFormat = Literal["short", "medium", "long", "full"]


@dataclasses.dataclass(frozen=True, slots=True)
class NumberValue:
    """A number, grouped the locale's way, or compact: true and "short" give 12K, "long" 12 thousand.

    `decimals` is the exact number of decimals, or for compact numbers the most; None leaves it to the locale
    (compact: two digits that count, so 12K, 1.2K).
    """

    number: int | Decimal
    compact: bool | Literal["short", "long"] = False
    decimals: int | None = None

    def __post_init__(self) -> None:
        _check_number(self.number, self.decimals)

    def format(self, babel_locale: str) -> str:
        """The number as words of a caption. Raises LocaleCodeError."""
        return number_text(self.number, _number_skeleton(self), _icu_locale(babel_locale))


@dataclasses.dataclass(frozen=True, slots=True)
class CurrencyValue:
    """An amount of money in a currency (ISO 4217), in the locale's own pattern.

    `decimals` 0 drops the minor unit ($120); None gives the currency's own decimals ($119.99, ¥120).
    """

    amount: Decimal
    code: str
    decimals: int | None = None

    def __post_init__(self) -> None:
        _check_number(self.amount, self.decimals)
        if self.code not in list_currencies():
            raise ValueError(f"{self.code!r} is no currency that CLDR knows; write an ISO 4217 code such as USD")

    def format(self, babel_locale: str) -> str:
        """The amount as words of a caption. Raises LocaleCodeError."""
        skeleton = f"currency/{self.code}"
        if self.decimals is not None:
            skeleton += f" {precision(self.decimals)}"
        return number_text(self.amount, skeleton, _icu_locale(babel_locale))


@dataclasses.dataclass(frozen=True, slots=True)
class PercentValue:
    """A share: 0.97 is written as 97%. `decimals` None gives whole percents."""

    fraction: Decimal
    decimals: int | None = None

    def __post_init__(self) -> None:
        _check_number(self.fraction, self.decimals)

    def format(self, babel_locale: str) -> str:
        """The share as words of a caption. Raises LocaleCodeError."""
        skeleton = f"percent scale/100 {precision(self.decimals or 0)}"
        return number_text(self.fraction, skeleton, _icu_locale(babel_locale))


@dataclasses.dataclass(frozen=True, slots=True)
class DateValue:
    """A calendar day, in one of CLDR's four lengths."""

    date: dt.date
    style: DateFormat = "long"

    def __post_init__(self) -> None:
        if self.date.year not in _YEARS:
            raise ValueError(f"the year of {self.date.isoformat()} is not from {_YEARS[0]} to {_YEARS[-1]}")

    def format(self, babel_locale: str) -> str:
        """The day as words of a caption. Raises LocaleCodeError."""
        return date_text(self.date, self.style, _icu_locale(babel_locale))


@dataclasses.dataclass(frozen=True, slots=True)
class TextValue:
    """A word that is the same in every language."""

    text: str

    def format(self, babel_locale: str) -> str:
        """The text itself, in every locale. Raises LocaleCodeError, as the other values do."""
        parse_locale(babel_locale)
        return self.text


Value = NumberValue | CurrencyValue | PercentValue | DateValue | TextValue


def plural_operand(value: Value, babel_locale: str | None = None) -> int:
    """The whole number that chooses the plural form of a message that shows this value.

    It is the number that is seen: 12,341 written as 12K counts as 12,000, as a Russian reader declines it.
    With a locale this is exact (German writes 12.341 in full); without, a compact number keeps two digits.
    gettext counts in whole numbers and has no CLDR operands for decimals or compact exponents: fractions are
    rounded up ("1.5 plants"), and French 1 M chooses the form for 1,000,000, not CLDR's "many". Raises
    ValueError for dates and texts, which count nothing.
    """
    match value:
        case NumberValue(number, compact, decimals):
            seen = Decimal(number)
            if compact and babel_locale is not None:
                seen = _shown_compact(value, babel_locale)
            elif compact:
                seen = _two_digits(seen) if abs(seen) < 1_000 else _two_digits(seen / 1_000) * 1_000
            elif decimals is not None:
                seen = _round(seen, decimals)
        case CurrencyValue(amount, code, decimals):
            seen = _round(Decimal(amount), get_currency_precision(code) if decimals is None else decimals)
        case PercentValue(fraction, decimals):
            seen = _round(Decimal(fraction) * 100, decimals or 0)
        case DateValue() | TextValue():
            raise ValueError(f"a {type(value).__name__} counts nothing and cannot choose a plural form")
    return math.ceil(abs(seen))


def _check_number(number: int | Decimal, decimals: int | None) -> None:
    if isinstance(number, Decimal) and not number.is_finite():
        raise ValueError(f"{number} is not a number that can be written")
    if not -MAX_MAGNITUDE <= number <= MAX_MAGNITUDE:
        raise ValueError("a number on a screenshot is at most 10^18")
    if decimals is not None and not 0 <= decimals <= 6:
        raise ValueError(f"{decimals} decimals are not possible; write 0 to 6")


def _icu_locale(babel_locale: str) -> str:
    """The locale as ICU reads it. Raises LocaleCodeError for one that CLDR has no data for: ICU would write English."""
    return str(parse_locale(babel_locale))


def _number_skeleton(value: NumberValue) -> str:
    if not value.compact:
        return "" if value.decimals is None else precision(value.decimals)
    skeleton = "compact-long" if value.compact == "long" else "compact-short"
    return skeleton if value.decimals is None else f"{skeleton} {precision(value.decimals, at_most=True)}"


def _shown_compact(value: NumberValue, babel_locale: str) -> Decimal:
    """The number that a compact text stands for: 12,000 for 12,341 written as 12K.

    The digits of the text are the number divided by a power of ten, so the text gives the digits and the number
    itself the power. A text without digits (French "mille") is the power alone.
    """
    number = abs(Decimal(value.number))
    locale = _icu_locale(babel_locale)
    text = number_text(number, _number_skeleton(value), latin_digits(locale))
    found = re.search(r"\d(?:.*\d)?", text)
    if found is None:
        return Decimal(1).scaleb(number.adjusted())
    whole, separator, decimals = found[0].rpartition(decimal_separator(locale))
    if not separator:
        whole, decimals = decimals, ""
    shown = Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{decimals}")
    if not shown or not number:
        return shown
    # 999,999 is shown as 1M: the quotient is a hair below a power of ten, so it is rounded, not cut.
    power = round(math.log10(number / shown))
    return shown.scaleb(power)


def _round(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _two_digits(number: Decimal) -> Decimal:
    """CLDR's rounding of compact numbers: whole, but at least two digits count (123, 12, 1.2, 0.12)."""
    return _round(number, max(0, 1 - number.adjusted())) if number else number
