"""The header that every PO file of the catalog tests has, and the lines below it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from locstore.catalog import Catalog
from locstore.findings import Finding

HEADER = """\
# Captions.
msgid ""
msgstr ""
"Project-Id-Version: garden\\n"
"PO-Revision-Date: \\n"
"Last-Translator: \\n"
"Language-Team: \\n"
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""
HEADER_LINES = HEADER.count("\n")

Write = Callable[..., Path]
Load = Callable[..., tuple[Catalog | None, list[Finding]]]


def lines_of(findings: list[Finding], code: str) -> list[int | None]:
    """The lines of the findings with a code, counted from the end of the usual header."""
    return [f.line - HEADER_LINES if f.line else None for f in findings if f.code == code]
