"""What CLDR says about a language's plurals, for checking Plural-Forms headers and for writing new ones."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.messages.plurals import get_plural
from babel.plural import PluralRule as CldrRule
from babel.plural import to_gettext

from locstore.values.icu import PLURAL_CATEGORIES
from locstore.values.icu import plural_category as icu_plural_category
from locstore.values.plural import parse_plural_forms, sample_numbers

# The spellings that gettext's own tools write, each taken only for a language whose CLDR rules it fits for every
# sample number.
_USUAL = (
    "nplurals=1; plural=0;",
    "nplurals=2; plural=(n != 1);",
    "nplurals=2; plural=(n > 1);",
    "nplurals=2; plural=(n%10==1 && n%100!=11 ? 0 : 1);",
    "nplurals=2; plural=(n==1 || n==2 || n==3 || (n%10!=4 && n%10!=6 && n%10!=9) ? 0 : 1);",
    "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);",
    "nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);",
    "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "nplurals=3; plural=(n==1 ? 0 : n==0 || (n%100>=1 && n%100<=19) ? 1 : 2);",
    "nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);",
    "nplurals=3; plural=(n%10==0 || (n%100>=11 && n%100<=19) ? 0 : n%10==1 && n%100!=11 ? 1 : 2);",
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
)


class LocaleCodeError(ValueError):
    """A locale code that Babel has no data for."""


def parse_locale(code: str) -> Locale:
    """A Babel locale for `pt_BR`, `zh-Hant` or `sr@latin`. Raises LocaleCodeError."""
    try:
        return Locale.parse(code.partition("@")[0].replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise LocaleCodeError(f"Babel has no data for the locale {code!r}") from error


def plural_category(number: int | Decimal, babel_locale: str) -> str:
    """The CLDR category of a number in a language: `one`, `few`, `other` ... Raises LocaleCodeError."""
    return icu_plural_category(number, str(parse_locale(babel_locale)))


def plural_counts(locale: Locale) -> frozenset[int]:
    """The numbers of forms that fit CLDR's categories for a language.

    Whole numbers below a million (what gettext files use: French 2), all whole numbers (French 3, with
    "many" for millions) and all numbers (Polish 4, with "other" for fractions): tools export each of these. So
    is the count of gettext's table, and that of ICU's rules: Babel gives Vietnamese a singular, ICU does not.
    """
    rule = locale.plural_form
    own = {get_plural(locale).num_plurals, len(plural_categories(str(locale)))}
    return _counts(tuple(sorted(rule.rules.items()))) | own


@lru_cache(maxsize=128)
def plural_categories(babel_locale: str) -> tuple[str, ...]:
    """ICU's categories of whole numbers below a million, in CLDR's order. Raises LocaleCodeError."""
    locale = str(parse_locale(babel_locale))
    used = {icu_plural_category(n, locale) for n in sample_numbers() if n < 1_000_000}
    return tuple(tag for tag in PLURAL_CATEGORIES if tag in used)


@lru_cache(maxsize=64)
def _counts(rules: tuple[tuple[str, str], ...]) -> frozenset[int]:
    """Many languages share their rules; trying out the numbers takes milliseconds."""
    rule = CldrRule(dict(rules))
    small = {rule(n) for n in sample_numbers() if n < 1_000_000}
    return frozenset({len(small), len({rule(n) for n in sample_numbers()}), len(rule.tags | {"other"})})


def plural_forms_for(babel_locale: str) -> str:
    """The Plural-Forms header for a new catalog in this locale. Raises LocaleCodeError.

    The forms are CLDR's categories of whole numbers below a million, in CLDR's order, as translation tools
    show them. A usual spelling is taken where it means the same, then Babel's own expression: from one of its
    releases to the next that is spelled differently, and it may mean something else than CLDR's rules.
    """
    locale = parse_locale(babel_locale)
    numbers = [n for n in sample_numbers() if n < 1_000_000]
    tags = plural_categories(str(locale))
    wanted = [tags.index(icu_plural_category(n, str(locale))) for n in numbers]
    for header in (*_USUAL, get_plural(locale).plural_forms):
        parsed = parse_plural_forms(header)
        if parsed.nplurals == len(tags) and [parsed.index(n) for n in numbers] == wanted:
            return header
    return to_gettext(CldrRule({tag: text for tag, text in locale.plural_form.rules.items() if tag in tags}))
