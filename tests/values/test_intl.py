"""Values against ICU: a table that Node's Intl wrote (`benchmarks/intl_values.mjs`), for every locale of the stores."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest

from locstore.stores import locales
from locstore.values import (
    CurrencyValue,
    DateValue,
    NumberValue,
    PercentValue,
    Value,
    plural_category,
    plural_forms_for,
)
from locstore.values.plural import parse_plural_forms

TABLE: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "intl.json").read_text(encoding="utf-8"))[
    "locales"
]


def value_of(kind: str, raw: float | str) -> Value:
    """The value that a row of the table is about: `currency EUR 0`, `compact long`, `date full`."""
    name, *rest = kind.split()
    decimals = int(rest[-1]) if rest and rest[-1].isdigit() else None
    match name:
        case "date":
            style: Literal["short", "medium", "long", "full"] = rest[0]  # type: ignore[assignment]
            return DateValue(dt.date.fromisoformat(str(raw)), style)
        case "currency":
            return CurrencyValue(Decimal(str(raw)), rest[0], decimals)
        case "percent":
            return PercentValue(Decimal(str(raw)), decimals)
        case "compact":
            return NumberValue(Decimal(str(raw)), "long" if rest[0] == "long" else "short", decimals)
    return NumberValue(Decimal(str(raw)), decimals=decimals)


def test_the_table_has_every_locale_of_the_stores() -> None:
    assert {locale.babel for locale in locales()} == set(TABLE)
    assert len(TABLE) > 80


@pytest.mark.parametrize("code", sorted(TABLE))
def test_values_are_written_as_intl_writes_them(code: str) -> None:
    written = [[kind, raw, value_of(kind, raw).format(code)] for kind, raw, _ in TABLE[code]["rows"]]
    for row in written:
        if row[0].startswith("date"):
            # Node alone writes a space for CLDR's narrow no-break space, for scripts that read dates back.
            row[2] = row[2].replace("\u202f", " ")
    assert written == TABLE[code]["rows"]


@pytest.mark.parametrize("code", sorted(TABLE))
def test_plural_categories_are_intls(code: str) -> None:
    assert [[n, plural_category(n, code)] for n, _ in TABLE[code]["plurals"]] == TABLE[code]["plurals"]


@pytest.mark.parametrize("code", sorted(TABLE))
def test_plural_forms_tell_apart_what_intl_tells_apart(code: str) -> None:
    """Below a million; gettext has no form for the millions of the Romance languages."""
    rule = parse_plural_forms(plural_forms_for(code))
    form: dict[str, int] = {}
    for n, category in TABLE[code]["plurals"]:
        if n < 1_000_000:
            assert form.setdefault(category, rule.index(n)) == rule.index(n)
    assert len(set(form.values())) == len(form)
