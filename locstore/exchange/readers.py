"""Reads a file of an app's strings with the format for its kind; packages add formats by an entry point."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from locstore.exchange.android import read_android
from locstore.exchange.apple import read_strings, read_stringsdict, read_xcstrings
from locstore.exchange.arb import read_arb
from locstore.exchange.catalogs import read_po
from locstore.exchange.metadata import read_text_file
from locstore.exchange.table import read_table
from locstore.exchange.texts import ForeignError, ForeignFile
from locstore.exchange.xliff import read_xliff
from locstore.plugins import load_plugin, plugin_names

GROUP = "locstore.exchange_formats"


class ExchangeFormat(Protocol):
    """A kind of file that translations are read from."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The ends of its files' names, in lower case, with the dot."""
        ...

    def read(self, path: Path, display_path: str, source_language: str) -> ForeignFile:
        """The texts of a file; `source_language` is the project's, as a gettext code. Raises ForeignError."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class _Format:
    suffixes: tuple[str, ...]
    reader: Callable[[Path, str, str], ForeignFile]

    def read(self, path: Path, display_path: str, source_language: str) -> ForeignFile:
        return self.reader(path, display_path, source_language)


XCSTRINGS: ExchangeFormat = _Format((".xcstrings",), read_xcstrings)
STRINGS: ExchangeFormat = _Format((".strings",), read_strings)
STRINGSDICT: ExchangeFormat = _Format((".stringsdict",), read_stringsdict)
ANDROID: ExchangeFormat = _Format((".xml",), read_android)
TABLE: ExchangeFormat = _Format((".csv", ".tsv"), read_table)
PO: ExchangeFormat = _Format((".po",), read_po)
ARB: ExchangeFormat = _Format((".arb",), read_arb)
XLIFF: ExchangeFormat = _Format((".xliff", ".xlf"), read_xliff)
TEXT: ExchangeFormat = _Format((".txt",), read_text_file)

BUILT_IN = {
    name: f"locstore.exchange.readers:{name.upper()}"
    for name in ("xcstrings", "strings", "stringsdict", "android", "table", "po", "arb", "xliff", "text")
}


def exchange_formats() -> tuple[ExchangeFormat, ...]:
    """The built-in formats, then those of installed packages. Raises EnvironmentProblem for a broken package."""
    names = plugin_names(GROUP, BUILT_IN)
    return tuple(cast("ExchangeFormat", load_plugin(GROUP, name, BUILT_IN)) for name in names)


def suffixes() -> tuple[str, ...]:
    """The ends of the names of all files that can be read."""
    return tuple(suffix for known in exchange_formats() for suffix in known.suffixes)


def read_foreign(path: Path, display_path: str, source_language: str = "en_US") -> ForeignFile:
    """The texts of a file, by the end of its name; `source_language` is the gettext code of the project's source.

    Raises ForeignError for a file that is not what its name says.
    """
    for known in exchange_formats():
        if path.suffix.lower() in known.suffixes:
            return known.read(path, display_path, source_language)
    raise ForeignError(f"A file *{path.suffix} is not known. Known: {', '.join(suffixes())}.")
