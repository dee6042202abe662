"""Reads Android's string resources (res/values-de/strings.xml), with the limits that a stranger's XML needs."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from xml.parsers import expat

from locstore.exchange.texts import (
    MAX_TEXTS,
    OTHER,
    ForeignError,
    ForeignFile,
    ForeignText,
    folder_locale,
    joined_halves,
    read_bytes,
)

_MAX_DEPTH = 32
_PIECE = re.compile(r"\\(?P<escape>u[0-9a-fA-F]{4}|.)|(?P<quote>\")|(?P<space>\s+)|(?P<text>[^\\\"\s]+|\\)", re.DOTALL)
_PLAIN = MappingProxyType({"n": "\n", "t": "\t"})
_QUANTITIES = frozenset({"zero", "one", "two", "few", "many", OTHER})


def read_android(path: Path, display_path: str, source_language: str) -> ForeignFile:  # noqa: ARG001 - one signature
    """Strings and plurals of a resource file. Raises ForeignError, also for a DOCTYPE, which could hold entities.

    The source texts are those of `values/` beside the file's own folder; without them, there are none. Arrays and
    strings with `translatable="false"` are left out; `<xliff:g>` and inline tags leave their text.
    """
    own = _parsed(read_bytes(path))
    base = path.parent.parent / "values" / path.name
    sources: dict[str, tuple[dict[str, str], int]] = {}
    if path.parent.name != "values" and base.is_file():
        sources = _parsed(read_bytes(base))
    return ForeignFile(
        display_path,
        tuple(
            ForeignText(
                key=key,
                forms=forms,
                source=sources[key][0] if key in sources else {},
                locale=folder_locale(path),
                line=line,
            )
            for key, (forms, line) in own.items()
        ),
    )


def _parsed(data: bytes) -> dict[str, tuple[dict[str, str], int]]:
    """Key to (forms, line)."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    reader.parser = parser
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ForeignError(f"The file is no XML: {expat.ErrorString(error.code)}.", error.lineno) from error
    return reader.found


class _Reader:
    """Collects texts while expat walks through the file."""

    parser: expat.XMLParserType

    def __init__(self) -> None:
        self.found: dict[str, tuple[dict[str, str], int]] = {}
        self.depth = 0
        self.key = ""
        self.quantity = ""
        self.line = 0
        self.forms: dict[str, str] = {}
        self.pieces: list[str] | None = None

    def doctype(self, *_: object) -> None:
        raise ForeignError("The file has a DOCTYPE, which no resource file needs; remove it.", self.here)

    @property
    def here(self) -> int:
        return self.parser.CurrentLineNumber

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ForeignError(f"The elements are nested more than {_MAX_DEPTH} deep.", self.here)
        if self.depth == 1 and tag != "resources":
            raise ForeignError(f"The file is no Android resource file: it begins with <{tag}>.", self.here)
        if self.depth == 2 and tag in {"string", "plurals"} and attributes.get("translatable") != "false":
            self.key, self.line, self.forms = attributes.get("name", ""), self.here, {}
            self.quantity = OTHER
            self.pieces = [] if tag == "string" else None
        elif self.depth == 3 and tag == "item" and self.key and self.pieces is None:
            self.quantity = attributes.get("quantity", "")
            self.pieces = []

    def characters(self, text: str) -> None:
        if self.pieces is not None:
            self.pieces.append(text)

    def end(self, tag: str) -> None:
        if self.pieces is not None and ((self.depth == 2 and tag == "string") or (self.depth == 3 and tag == "item")):
            text = _unescaped("".join(self.pieces))
            if text and self.quantity in _QUANTITIES:
                self.forms[self.quantity] = text
            self.pieces = None
        if self.depth == 2:
            if self.key and self.forms:
                self.found[self.key] = (self.forms, self.line)
                if len(self.found) > MAX_TEXTS:
                    raise ForeignError(f"The file has more than {MAX_TEXTS:,} texts; no app has.", self.here)
            self.key = ""
        self.depth -= 1


def _unescaped(text: str) -> str:
    """White space collapses outside of double quotes, which go; backslashes escape."""
    pieces = []
    quoted = False
    for found in _PIECE.finditer(text.strip()):
        kind = found.lastgroup
        if kind == "quote":
            quoted = not quoted
        elif kind == "space":
            pieces.append(found[0] if quoted else " ")
        elif kind == "escape":
            code = found["escape"]
            letter = chr(int(code[1:], 16)) if len(code) == 5 else _PLAIN.get(code, code)
            pieces.append(letter)
        else:
            pieces.append(found[0])
    return joined_halves("".join(pieces))
