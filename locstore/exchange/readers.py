"""Reads a file of an app's strings with the reader for its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from locstore.exchange.android import read_android
from locstore.exchange.apple import read_strings, read_stringsdict, read_xcstrings
from locstore.exchange.table import read_table
from locstore.exchange.texts import ForeignError, ForeignFile

SUFFIXES: Mapping[str, Callable[[Path, str], ForeignFile]] = MappingProxyType(
    {
        ".xcstrings": read_xcstrings,
        ".strings": read_strings,
        ".stringsdict": read_stringsdict,
        ".xml": read_android,
        ".csv": read_table,
        ".tsv": read_table,
    }
)
"""The reader of each kind of file, by the end of its name."""


def read_foreign(path: Path, display_path: str) -> ForeignFile:
    """The texts of a file, by the end of its name. Raises ForeignError for one that is not what its name says."""
    reader = SUFFIXES.get(path.suffix.lower())
    if reader is None:
        raise ForeignError(f"A file *{path.suffix} is not known. Known: {', '.join(SUFFIXES)}.")
    return reader(path, display_path)
