"""Plural-Forms: the evaluator against C's meaning, Babel's table, and hostile input."""

from __future__ import annotations

import gettext
from collections.abc import Callable

import babel.localedata
import pytest
from babel.messages.plurals import PLURALS
from hypothesis import given, settings
from hypothesis import strategies as st

from locstore.values import (
    PLURAL_CATEGORIES,
    LocaleCodeError,
    PluralFormsError,
    parse_plural_forms,
    plural_category,
    plural_forms_for,
)
from locstore.values.language import parse_locale, plural_counts
from locstore.values.plural import sample_numbers

POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
ARABIC = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"


@pytest.mark.parametrize(
    ("n", "form"), [(1, 0), (2, 1), (5, 2), (11, 2), (12, 2), (22, 1), (112, 2), (1000, 2), (12000, 2)]
)
def test_polish(n: int, form: int) -> None:
    assert parse_plural_forms(POLISH).index(n) == form


def test_forms_of_one_number() -> None:
    assert parse_plural_forms(ARABIC).single == {0, 1, 2}
    assert parse_plural_forms(POLISH).single == {0}
    assert parse_plural_forms("nplurals=2; plural=(n > 1);").single == set()
    assert parse_plural_forms("nplurals=1; plural=0;").single == set()
    assert parse_plural_forms("nplurals=3; plural=n>1").unused == {2}


@pytest.mark.parametrize(("nplurals", "expression"), sorted(set(PLURALS.values())))
def test_babels_table_as_python_reads_it(nplurals: int, expression: str) -> None:
    rule = parse_plural_forms(f"nplurals={nplurals}; plural={expression};")
    other = gettext.c2py(expression)  # type: ignore[attr-defined]
    assert [rule.index(n) for n in sample_numbers()] == [other(n) for n in sample_numbers()]


Reading = tuple[str, Callable[[int], int]]
OPERATORS: dict[str, Callable[[int, int], int]] = {
    "||": lambda a, b: int(a != 0 or b != 0),
    "&&": lambda a, b: int(a != 0 and b != 0),
    "==": lambda a, b: int(a == b),
    "<=": lambda a, b: int(a <= b),
    ">": lambda a, b: int(a > b),
    "+": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "-": lambda a, b: (a - b) % 2**64,
}


def combined(parts: tuple[Reading, str, Reading]) -> Reading:
    (left, one), symbol, (right, other) = parts
    return f"({left}{symbol}{right})", lambda n: OPERATORS[symbol](one(n), other(n))


def chosen(parts: tuple[Reading, Reading, Reading]) -> Reading:
    (condition, asked), (yes, one), (no, other) = parts
    return f"({condition} ? {yes} : {no})", lambda n: one(n) if asked(n) else other(n)


READINGS: st.SearchStrategy[Reading] = st.recursive(
    st.integers(0, 30).map(lambda number: (str(number), lambda _: number)) | st.just(("n", lambda n: n)),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(sorted(OPERATORS)), inner).map(combined),
        st.tuples(inner, inner, inner).map(chosen),
        inner.map(lambda reading: (f"!{reading[0]}", lambda n: int(not reading[1](n)))),
    ),
    max_leaves=8,
)


@settings(max_examples=50)
@given(READINGS, st.integers(0, 1000))
def test_any_expression_as_c_reads_it(reading: Reading, n: int) -> None:
    expression, meaning = reading
    rule = parse_plural_forms(f"nplurals=3; plural={expression} % 3;")
    assert rule.index(n) == meaning(n) % 2**64 % 3


@pytest.mark.parametrize(
    ("expression", "n", "form"),
    [
        ("1 + 2 * 3 % 4", 0, 3),
        ("n == 1 || n == 2 && n == 3", 1, 1),
        ("1 + 1 == 2 && 3 > 2", 0, 1),
        ("10 - 4 - 3", 0, 3),
        ("n ? 1 : 0 ? 2 : 3", 0, 3),
        ("n == 0 ? 1 : n == 1 ? 2 : 3", 5, 3),
        ("!n + 1", 0, 2),
        ("2 < 3 == 1", 0, 1),
    ],
)
def test_precedence_of_c(expression: str, n: int, form: int) -> None:
    assert parse_plural_forms(f"nplurals=9; plural={expression};").index(n) == form


@settings(max_examples=50)
@given(st.text(max_size=60) | st.text("n0123456789()!?:<>=&|%+-*/ ", max_size=60))
def test_hostile_expressions_raise_nothing_else(expression: str) -> None:
    try:
        rule = parse_plural_forms(f"nplurals=3; plural={expression}")
    except PluralFormsError:
        return
    assert all(0 <= rule.index(n) < 3 for n in range(200))


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 200 + "n" + ")" * 200,
        "!" * 390 + "n",
        "n" + "+n" * 300,
        "n?" * 100 + "0" + ":0" * 100,
        "9" * 100,
    ],
)
def test_limits(expression: str) -> None:
    with pytest.raises(PluralFormsError, match=r"deeply|long"):
        parse_plural_forms(f"nplurals=2; plural={expression};")


def test_unsigned_arithmetic_and_short_circuit() -> None:
    assert parse_plural_forms("nplurals=2; plural=n - 1 > 5;").index(0) == 1
    assert parse_plural_forms("nplurals=2; plural=n == 0 || 10 / n == 2;").index(0) == 1
    assert parse_plural_forms("nplurals=2; plural=n != 0 && 10 % n == 1;").index(0) == 0
    with pytest.raises(PluralFormsError, match="divides by zero for n=0"):
        parse_plural_forms("nplurals=2; plural=10 % n;")


def test_the_form_out_of_range_is_named() -> None:
    with pytest.raises(PluralFormsError, match="form 2 for n=2;"):
        parse_plural_forms("nplurals=2; plural=n==2 ? 2 : 0;")
    with pytest.raises(PluralFormsError, match="n=3000"):
        parse_plural_forms("nplurals=2; plural=n==3000 ? 7 : 0;")
    with pytest.raises(ValueError, match="negative"):
        parse_plural_forms(POLISH).index(-1)


@pytest.mark.parametrize(
    ("locale", "header"),
    [
        ("en", "nplurals=2; plural=(n != 1);"),
        ("fr", "nplurals=2; plural=(n > 1);"),
        ("pt_BR", "nplurals=2; plural=(n > 1);"),
        ("pt_PT", "nplurals=2; plural=(n != 1);"),
        ("ja", "nplurals=1; plural=0;"),
        ("id", "nplurals=1; plural=0;"),
        ("pl", POLISH),
        ("ar", ARABIC),
    ],
)
def test_headers_for_new_catalogs(locale: str, header: str) -> None:
    assert plural_forms_for(locale) == header


@pytest.mark.parametrize("locale", sorted({code.partition("_")[0] for code in babel.localedata.locale_identifiers()}))
def test_every_language_gets_forms_in_cldrs_order(locale: str) -> None:
    rule = parse_plural_forms(plural_forms_for(locale))
    numbers = [n for n in sample_numbers() if n < 1_000_000]
    categories = [plural_category(n, locale) for n in numbers]
    used = sorted(set(categories), key=PLURAL_CATEGORIES.index)
    assert [used[rule.index(n)] for n in numbers] == categories
    assert rule.nplurals in plural_counts(parse_locale(locale))
    assert not rule.unused


def test_unknown_language() -> None:
    with pytest.raises(LocaleCodeError, match="'qq'"):
        plural_forms_for("qq")
    assert plural_forms_for("zh-Hant") == plural_forms_for("zh_TW") == "nplurals=1; plural=0;"
