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
from locstore.exchange.readers import SUFFIXES, read_foreign
from locstore.exchange.table import COLUMNS, TableRow, read_table, write_table
from locstore.exchange.texts import OTHER, ForeignError, ForeignFile, ForeignText

__all__ = [
    "COLUMNS",
    "OTHER",
    "SUFFIXES",
    "ForeignError",
    "ForeignFile",
    "ForeignText",
    "NormalisedSource",
    "TableRow",
    "as_template",
    "normalised_foreign",
    "normalised_source",
    "placeholder_names",
    "read_foreign",
    "read_table",
    "source_names",
    "write_table",
]
