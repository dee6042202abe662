"""The table of strings as CSV: written so that nothing in a cell is a formula, read back to the letter."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from locstore.exchange.texts import (
    MAX_TEXTS,
    OTHER,
    ForeignError,
    ForeignFile,
    ForeignText,
    decoded,
    folder_locale,
    is_locale,
    read_bytes,
)
from locstore.stores import resolve_locale

COLUMNS = ("locale", "id", "context", "source", "translation", "state", "room", "comment")

_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_ID = re.compile(r"(.+?)(?:\[(\d)\])?")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_NAMES: Mapping[str, frozenset[str]] = {
    "id": frozenset({"id", "key", "name", "identifier"}),
    "context": frozenset({"context", "msgctxt"}),
    "source": frozenset({"source", "source text", "msgid", "base", "original"}),
    "translation": frozenset({"translation", "target", "value", "msgstr", "translated text"}),
    "state": frozenset({"state", "status"}),
    "locale": frozenset({"locale", "language", "lang"}),
    "comment": frozenset({"comment", "comments", "note", "notes", "description"}),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One translation, or one form of a plural; `form` is its number, None for a text without plural."""

    locale: str
    context: str
    source: str
    form: int | None = None
    translation: str = ""
    state: str = ""
    room: str = ""
    comment: str = ""


def write_table(rows: Iterable[TableRow]) -> bytes:
    """CSV in UTF-8 with a byte order mark, which spreadsheets need; the same rows give the same bytes.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front, and so does one that begins with
    apostrophes and goes on like a formula: `read_table` takes off exactly one.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        name = row.context if row.form is None else f"{row.context}[{row.form}]"
        cells = (row.locale, name, row.context, row.source, row.translation, row.state, row.room, row.comment)
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def read_table(path: Path, display_path: str, source_language: str = "en_US") -> ForeignFile:
    """Our own table, or anybody's with a key or a source text and translations. Raises ForeignError.

    Columns are known by their usual names; without a column for the translation, each column that is named by a
    locale's code holds one language. The source is the column `source`, or that of the source language wherever it is,
    or the first of them.
    """
    text = decoded(read_bytes(path))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        raise ForeignError(f"The table cannot be read: {error}.", text.count("\n")) from error
    if not rows or len(rows) > MAX_TEXTS:
        raise ForeignError(
            f"The table has {len(rows):,} lines; it needs a line of column names, and at most {MAX_TEXTS:,}."
        )
    columns = _columns(rows[0])
    if "translation" in columns and ("id" in columns or "source" in columns):
        ours = [name.strip() for name in rows[0]] == list(COLUMNS)
        return ForeignFile(display_path, tuple(_texts(rows, columns, folder_locale(path), ours=ours)))
    languages = [(i, name.strip()) for i, name in enumerate(rows[0]) if _LOCALE.fullmatch(name.strip())]
    languages = [(i, name) for i, name in languages if i not in columns.values()]
    if not languages:
        wanted = "“id” or “source”, and “translation” or a locale's code such as de"
        raise ForeignError(f"The first line has to name the columns: {wanted}.", 1)
    own = [(i, name) for i, name in languages if is_locale(name) and resolve_locale(name).gettext == source_language]
    first = (own or languages)[0]
    texts = _by_language(rows, columns, languages, columns.get("source", first[0]))
    return ForeignFile(display_path, tuple(texts), source_language=first[1])


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _columns(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for i, cell in enumerate(header):
        name = next((n for n, spellings in _NAMES.items() if cell.strip().casefold() in spellings), None)
        if name is not None:
            found.setdefault(name, i)
    return found


def _cell(row: Sequence[str], index: int | None) -> str:
    return row[index] if index is not None and index < len(row) else ""


def _texts(rows: Sequence[Sequence[str]], columns: Mapping[str, int], locale: str, *, ours: bool) -> list[ForeignText]:
    """A text for each line, or for all lines of one plural."""
    texts: dict[tuple[str, str, str], ForeignText] = {}
    for number, raw in enumerate(rows[1:], start=2):
        row = [_unguarded(cell) for cell in raw] if ours else raw
        cells = {name: _cell(row, index) for name, index in columns.items()}
        if not cells["translation"]:
            continue
        name, form = cells.get("id", ""), ""
        if ours and (found := _ID.fullmatch(name)) is not None:
            name, form = found[1], found[2] or ""
        code = cells.get("locale", "") or locale
        source = {form or OTHER: cells["source"]} if cells.get("source") else {}
        text = ForeignText(
            key=name,
            forms={form or OTHER: cells["translation"]},
            source=source,
            locale=code,
            sure=_sure(cells.get("state", "")),
            context=cells.get("context", "") if ours else "",
            comment=cells.get("comment", ""),
            line=number,
        )
        key = (code, name or cells.get("source", ""), "" if form else cells.get("source", ""))
        before = texts.get(key)
        if before is not None and form:
            forms = {**before.forms, **text.forms}
            text = dataclasses.replace(before, forms=forms, source={**before.source, **source})
        texts[key] = text
    return list(texts.values())


def _by_language(
    rows: Sequence[Sequence[str]],
    columns: Mapping[str, int],
    languages: Sequence[tuple[int, str]],
    source_column: int,
) -> list[ForeignText]:
    return [
        ForeignText(
            key=_cell(row, columns.get("id")),
            forms={OTHER: row[index]},
            source={OTHER: _cell(row, source_column)} if _cell(row, source_column) else {},
            locale=code,
            comment=_cell(row, columns.get("comment")),
            line=number,
        )
        for number, row in enumerate(rows[1:], start=2)
        for index, code in languages
        if index != source_column and _cell(row, index)
    ]


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _sure(state: str) -> bool | None:
    known = {"translated": True, "final": True, "approved": True, "fuzzy": False, "needs review": False}
    return known.get(state.strip().casefold().replace("_", " "))
