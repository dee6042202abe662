"""The string files of apps, read for their translations: .xcstrings, .strings, .stringsdict, strings.xml, CSV."""

from __future__ import annotations

from locstore.exchange.placeholders import (
    NormalisedSource,
    as_template,
    normalised_foreign,
    normalised_source,
    placeholder_names,
    source_names,
)
from locstore.exchange.readers import ExchangeFormat, exchange_formats, read_foreign, suffixes
from locstore.exchange.table import COLUMNS, TableRow, read_table, write_table
from locstore.exchange.texts import OTHER, ForeignError, ForeignFile, ForeignText, is_locale

__all__ = [
    "COLUMNS",
    "OTHER",
    "ExchangeFormat",
    "ForeignError",
    "ForeignFile",
    "ForeignText",
    "NormalisedSource",
    "TableRow",
    "as_template",
    "exchange_formats",
    "is_locale",
    "normalised_foreign",
    "normalised_source",
    "placeholder_names",
    "read_foreign",
    "read_table",
    "source_names",
    "suffixes",
    "write_table",
]
