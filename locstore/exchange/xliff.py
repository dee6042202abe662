"""Reads XLIFF 1.2 and 2.0, as Xcode and translation services export it, with the limits that a stranger's XML needs."""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

from locstore.exchange.texts import (
    MAX_TEXTS,
    OTHER,
    ForeignError,
    ForeignFile,
    ForeignText,
    file_locale,
    read_bytes,
)

_MAX_DEPTH = 64
_SURE = {"final": True, "signed-off": True, "translated": True, "reviewed": True}


def read_xliff(path: Path, display_path: str, source_language: str) -> ForeignFile:  # noqa: ARG001 - one signature
    """The translated units of an XLIFF file. Raises ForeignError, also for a DOCTYPE, which could hold entities."""
    reader = _Reader(file_locale(path))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    reader.parser = parser
    try:
        parser.Parse(read_bytes(path), True)
    except expat.ExpatError as error:
        raise ForeignError(f"The file is no XML: {expat.ErrorString(error.code)}.", error.lineno) from error
    return ForeignFile(display_path, tuple(reader.texts), reader.source_language)


class _Reader:
    """Collects units while expat walks through the file."""

    parser: expat.XMLParserType

    def __init__(self, locale: str) -> None:
        self.texts: list[ForeignText] = []
        self.locale = locale
        self.source_language = ""
        self.depth = 0
        self.key = ""
        self.line = 0
        self.state = ""
        self.parts: dict[str, list[str]] = {}
        self.inside = ""

    def doctype(self, *_: object) -> None:
        raise ForeignError(
            "The file has a DOCTYPE, which no XLIFF file needs; remove it.", self.parser.CurrentLineNumber
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ForeignError(f"The elements are nested more than {_MAX_DEPTH} deep.", self.parser.CurrentLineNumber)
        if self.depth == 1 and tag != "xliff":
            raise ForeignError(f"The file is no XLIFF: it begins with <{tag}>.", self.parser.CurrentLineNumber)
        if tag in {"xliff", "file"}:
            self.locale = attributes.get("target-language") or attributes.get("trgLang") or self.locale
            self.source_language = (
                attributes.get("source-language") or attributes.get("srcLang") or self.source_language
            )
        elif tag in {"trans-unit", "unit"}:
            self.key = attributes.get("resname") or attributes.get("name") or attributes.get("id", "")
            self.line, self.state, self.parts = self.parser.CurrentLineNumber, "", {}
        elif tag == "segment":
            self.state = attributes.get("state", "")
        elif tag in {"source", "target", "note"} and self.key:
            self.inside = tag
            self.parts.setdefault(tag, [])
            self.state = attributes.get("state", "") or self.state

    def characters(self, text: str) -> None:
        if self.inside:
            self.parts[self.inside].append(text)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        self.depth -= 1
        if tag == self.inside:
            self.inside = ""
        if tag in {"trans-unit", "unit"}:
            source, target = ("".join(self.parts.get(part, ())) for part in ("source", "target"))
            if target:
                self.texts.append(
                    ForeignText(
                        key=self.key,
                        forms={OTHER: target},
                        source={OTHER: source} if source else {},
                        locale=self.locale,
                        # Without a state a unit of Xcode's export is translated where it has a target.
                        sure=_SURE.get(self.state, False) if self.state else None,
                        comment="".join(self.parts.get("note", ())),
                        line=self.line,
                    )
                )
                if len(self.texts) > MAX_TEXTS:
                    raise ForeignError(f"The file has more than {MAX_TEXTS:,} texts; no app has.", self.line)
            self.key = ""
