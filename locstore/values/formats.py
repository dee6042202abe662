"""Values that Babel writes the locale's way: numbers, money, shares, dates, and plain text.

Digits follow CLDR's default numbering system of the locale: Latin for most, also for Hindi and for Arabic
without a region; native for Egyptian Arabic, Persian, Marathi, Nepali, Bangla, Assamese, Burmese and others.
Babel takes only the symbols from that system and keeps Latin digits, so the digits are exchanged here. Dates
are Gregorian in every locale, as Babel knows no other calendar.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import math
import unicodedata
from decimal import Decimal
from typing import Literal

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol, list_currencies

from locstore.values.language import parse_locale

MAX_MAGNITUDE = 10**18
"""Numbers beyond this belong on no screenshot; Babel would spell out every digit."""

DateFormat = Literal["short", "medium", "long", "full"]

# The first digit of each numbering system that is some locale's default in CLDR; the other nine follow it.
_ZERO = {
    "adlm": 0x1E950, "arab": 0x0660, "arabext": 0x06F0, "beng": 0x09E6, "cakm": 0x11136, "deva": 0x0966,
    "hmnp": 0x1E140, "mtei": 0xABF0, "mymr": 0x1040, "nkoo": 0x07C0, "olck": 0x1C50, "tibt": 0x0F20,
}  # fmt: skip


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
        locale = parse_locale(babel_locale)
        number = Decimal(self.number)
        if not self.compact:
            return _apply(locale.decimal_formats[None], number, locale, self.decimals)
        shown, divisor, pattern = _compact(number, self.compact, self.decimals, locale)
        if pattern is None:
            return _apply(locale.decimal_formats[None], shown, locale, None)
        return _apply(pattern, shown / divisor, locale, None, quantize=False)


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
        locale = parse_locale(babel_locale)
        pattern = locale.currency_formats["standard"]
        text = _apply(pattern, Decimal(self.amount), locale, self.decimals, currency=self.code)
        return _space_currency(text, get_currency_symbol(self.code, locale))


@dataclasses.dataclass(frozen=True, slots=True)
class PercentValue:
    """A share: 0.97 is written as 97%. `decimals` None gives whole percents."""

    fraction: Decimal
    decimals: int | None = None

    def __post_init__(self) -> None:
        _check_number(self.fraction, self.decimals)

    def format(self, babel_locale: str) -> str:
        """The share as words of a caption. Raises LocaleCodeError."""
        locale = parse_locale(babel_locale)
        return _apply(locale.percent_formats[None], Decimal(self.fraction), locale, self.decimals)


@dataclasses.dataclass(frozen=True, slots=True)
class DateValue:
    """A calendar day, in one of CLDR's four lengths."""

    date: dt.date
    style: DateFormat = "long"

    def format(self, babel_locale: str) -> str:
        """The day as words of a caption. Raises LocaleCodeError."""
        locale = parse_locale(babel_locale)
        return _native_digits(format_date(self.date, self.style, locale), locale)


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
                seen = _compact(seen, compact, decimals, parse_locale(babel_locale))[0]
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


def _round(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals))


def _two_digits(number: Decimal) -> Decimal:
    """CLDR's rounding of compact numbers: whole, but at least two digits count (123, 12, 1.2, 0.12)."""
    return _round(number, max(0, 1 - number.adjusted())) if number else number


def _compact(
    number: Decimal, compact: bool | Literal["short", "long"], decimals: int | None, locale: Locale
) -> tuple[Decimal, int, NumberPattern | None]:
    """(the number as shown, what one unit of the pattern is worth, the pattern or None for a plain number).

    Babel's own compact formatting is not used: it turns 999,999 into 1000K, leaves 12000 ungrouped in German,
    and miscounts the digits of patterns with a negative half (Swahili).
    """
    kinds = locale.compact_decimal_formats
    # Some languages write both the same way, and have only the short patterns.
    formats = kinds["long"] if compact == "long" and "long" in kinds else kinds["short"]
    plain = formats["other"]
    magnitudes = sorted((int(m) for m in plain), reverse=True)
    shown = number
    divisor = 1
    magnitude: int | None = None
    # Rounding may reach the next magnitude: 999,999 is 1000K first, and 1M the second time.
    for _ in range(2):
        magnitude = next((m for m in magnitudes if m <= abs(shown)), None)
        divisor = 1
        if magnitude is not None and (digits := _digits(plain[str(magnitude)])):
            divisor = magnitude // 10 ** (digits - 1)
        scaled = shown / divisor
        shown = (_two_digits(scaled) if decimals is None else _round(scaled, decimals)) * divisor
    if divisor == 1 or magnitude is None:
        return shown, 1, None
    units = abs(shown / divisor).normalize()  # 1.0 would count as a fraction
    categories = ["1"] if units == 1 else []
    categories += [locale.plural_form(units), "other"]
    pattern = next(p for c in categories if (p := formats.get(c, {}).get(str(magnitude))) is not None)
    return shown, divisor, pattern


def _digits(pattern: NumberPattern) -> int:
    """How many digits a compact pattern shows; 0 if it has no word and so is no compact pattern."""
    return pattern.int_prec[0] if "".join(pattern.prefix + pattern.suffix).strip("-") else 0


def _apply(
    pattern: NumberPattern,
    number: Decimal,
    locale: Locale,
    decimals: int | None,
    *,
    currency: str | None = None,
    quantize: bool = True,
) -> str:
    if decimals is not None:
        pattern = copy.copy(pattern)
        pattern.frac_prec = (decimals, decimals)
    text = pattern.apply(
        number,
        locale,
        currency=currency,
        currency_digits=decimals is None,
        decimal_quantization=quantize,
        numbering_system="default",
    )
    symbols = locale.number_symbols[locale.default_numbering_system]
    return _native_digits(text.replace("%", symbols.get("percentSign", "%")), locale)


def _native_digits(text: str, locale: Locale) -> str:
    zero = _ZERO.get(locale.default_numbering_system)
    return text if zero is None else text.translate({0x30 + i: zero + i for i in range(10)})


def _space_currency(text: str, symbol: str) -> str:
    """CLDR's currency spacing, which Babel leaves out: no-break space between letter and digit (USD 5)."""
    start = text.find(symbol)
    end = start + len(symbol)
    if start < 0 or not symbol:
        return text
    if end < len(text) and text[end].isdigit() and unicodedata.category(symbol[-1])[0] not in "SZ":
        text = f"{text[:end]}\xa0{text[end:]}"
    if start > 0 and text[start - 1].isdigit() and unicodedata.category(symbol[0])[0] not in "SZ":
        text = f"{text[:start]}\xa0{text[start:]}"
    return text
