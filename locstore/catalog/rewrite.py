"""Rewrites one entry of a PO file's text: its msgstr and its fuzzy flag; every other line stays as it stands.

The scanner says on which lines an entry stands, polib writes the new strings with the file's own wrapping. Nothing
here reads or writes a file, and nothing decides whether a text is fit to be saved: that is `editing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import polib

from locstore.catalog.scanner import Block, Field
from locstore.catalog.source import Record, Source
from locstore.catalog.write import extracted_lines, reference_lines
from locstore.messages import Message

_UNWRAPPED = 0
_USUAL_WIDTH = 78
_LONGEST_WIDTH = 120  # lines beyond this were not wrapped by anybody
# What stands between two places to break at, as it is escaped in the file; line ends begin a piece of their own.
_FIRST_WORD = re.compile(r"[^ ]*(?: |$)")

_Change = tuple[int, int, list[str]]  # the lines from .. up to, counted from 0, and what takes their place


def rewritten(text: str, source: Source, message: Message, forms: Sequence[str], *, fuzzy: bool) -> str:
    """The text of the file with the message's translation in it; a message that the file lacks gets a new entry.

    `text` is what `source` was parsed from, without a byte order mark. An entry whose fuzzy flag goes loses its `#|`
    lines, as in every PO editor: there is nothing left to compare. A new entry stands after the last one that is in
    use; if the file has the message as an obsolete entry, its translator's comments move there.
    """
    lines = text.split("\n")
    record = next((r for r in source.records if r.key == message.key), None)
    width = wrap_width(source)
    if record is None or record.block.obsolete:
        changes = _new_entry(lines, source, record, _entry_lines(message, forms, width, fuzzy=fuzzy))
    else:
        changes = [
            *_flag_changes(lines, record.block, fuzzy=fuzzy),
            *_text_changes(lines, record, forms, _msgstr_lines(message, forms, width)),
        ]
    return "\n".join(_applied(lines, changes))


def with_fields(text: str, source: Source, fields: Mapping[str, str]) -> str:
    """The text with new values of header fields that it has already; fields that it lacks are not added.

    A field whose value goes on over several lines of the file becomes one line.
    """
    lines = text.split("\n")
    if source.header is None:
        return text
    changes: list[_Change] = []
    for name, value in fields.items():
        change = _field_change(lines, source.header, name, value)
        if change is not None:
            changes.append(change)
    return "\n".join(_applied(lines, changes))


def wrap_width(source: Source) -> int:
    """The width in characters, quotes included, at which the file's strings are wrapped; 0 if they are not.

    Each wrapped string says two things: its lines fit, and the next word did not.
    """
    fits, too_wide = 0, _LONGEST_WIDTH
    for field in _fields(source):
        start = len(field.keyword) + 3 + (0 if field.index is None else 3)
        pieces = [piece for _, piece in field.pieces]
        if len(pieces) == 1:
            if " " in pieces[0].strip():
                fits = max(fits, start + len(pieces[0]))
            continue
        for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
            if " " in piece.strip():
                fits = max(fits, len(piece) + 2)
            if piece and following and not piece.endswith("\\n"):
                word = _FIRST_WORD.match(following)
                too_wide = min(too_wide, len(piece) + 2 + (len(word[0]) if word else 0))
    if fits >= _LONGEST_WIDTH:
        return _UNWRAPPED
    if too_wide == _LONGEST_WIDTH:
        return _USUAL_WIDTH if fits <= _USUAL_WIDTH + 2 else _UNWRAPPED
    return max(fits, min(_USUAL_WIDTH, too_wide - 1))


def _fields(source: Source) -> Iterator[Field]:
    for record in source.records:
        yield from record.block.fields


def _applied(lines: list[str], changes: Iterable[_Change]) -> list[str]:
    result = list(lines)
    for start, end, new in sorted(changes, key=lambda change: change[:2], reverse=True):
        result[start:end] = new
    return result


def _ended(new: Sequence[str], like: str, last: str) -> list[str]:
    """Lines with the line end of `like`; the last one ends as `last` did, which may be the end of the file."""
    end = "\r" if like.endswith("\r") else ""
    ended = [line + end for line in new]
    if ended:
        ended[-1] = new[-1] + ("\r" if last.endswith("\r") else "")
    return ended


def _text_changes(lines: list[str], record: Record, forms: Sequence[str], new: Sequence[list[str]]) -> list[_Change]:
    """New lines for each form that differs; all forms anew where their number changes."""
    old = [field for field in record.block.fields if field.keyword == "msgstr"]
    if len(old) != len(forms):
        start, end = old[0].line - 1, old[-1].pieces[-1][0]
        written = [line for form in new for line in form]
        return [(start, end, _ended(written, _like(lines, start), lines[end - 1]))]
    changes = []
    for field, was, form, written in zip(old, record.forms, forms, new, strict=True):
        if was != form:
            start, end = field.line - 1, field.pieces[-1][0]
            changes.append((start, end, _ended(written, _like(lines, start), lines[end - 1])))
    return changes


def _like(lines: list[str], number: int) -> str:
    """The line whose end new ones take: the file's last line may have none, the one above it has."""
    return lines[number] if number < len(lines) - 1 else lines[number - 1]


def _flag_changes(lines: list[str], block: Block, *, fuzzy: bool) -> list[_Change]:
    if ("fuzzy" in block.flags) == fuzzy:
        return []
    start = (block.previous or block.fields)[0].line - 1
    flag_lines = [n for n in _above(lines, start) if lines[n].strip().startswith("#,")]
    if fuzzy:
        if not flag_lines:
            return [(start, start, _ended(["#, fuzzy"], lines[start], lines[start]))]
        number = flag_lines[0]
        words = ["fuzzy", *(word.strip() for word in lines[number].strip()[2:].split(","))]
        line = f"#, {', '.join(word for word in words if word)}"
        return [(number, number + 1, _ended([line], lines[number], lines[number]))]
    changes: list[_Change] = []
    for number in flag_lines:
        words = [word.strip() for word in lines[number].strip()[2:].split(",")]
        if "fuzzy" in words:
            left = [word for word in words if word and word != "fuzzy"]
            new = _ended([f"#, {', '.join(left)}"], lines[number], lines[number]) if left else []
            changes.append((number, number + 1, new))
    changes += [
        (number - 1, number, [])
        for field in block.previous
        for number in dict.fromkeys(number for number, _ in field.pieces)
    ]
    return changes


def _above(lines: list[str], start: int) -> Iterator[int]:
    """The numbers, from 0, of the lines above an entry's fields that belong to it, the nearest first."""
    for number in range(start - 1, -1, -1):
        line = lines[number].strip()
        if line and (not line.startswith("#") or line.startswith("#~")):
            return
        yield number


def _new_entry(lines: list[str], source: Source, obsolete: Record | None, entry: list[str]) -> list[_Change]:
    changes: list[_Change] = []
    if obsolete is not None:
        entry = [*obsolete.block.translator, *entry]
        first = (obsolete.block.previous or obsolete.block.fields)[0].line - 1
        above = [n for n in _above(lines, first) if lines[n].strip()]
        end = obsolete.block.fields[-1].pieces[-1][0]
        if end < len(lines) - 1 and not lines[end].strip():
            end += 1
        changes.append((min([first, *above]), end, []))
    blocks = [source.header, *(r.block for r in source.records if not r.block.obsolete)]
    after = max((block.fields[-1].pieces[-1][0] for block in blocks if block is not None), default=0)
    new = _ended(["", *entry], lines[after - 1], lines[after - 1])
    if after == len(lines):  # the file ends without a line end, which its last line needs now
        lines[after - 1] += "\r" if source.newline == "\r\n" else ""
        new = _ended(["", *entry], lines[after - 1], "")
    return [*changes, (after, after, new)]


def _entry_lines(message: Message, forms: Sequence[str], width: int, *, fuzzy: bool) -> list[str]:
    entry = _polib_entry(message, forms)
    entry.flags = ["fuzzy"] if fuzzy else []
    return [*extracted_lines(message), *reference_lines(message), *_wrapped(entry, width)]


def _msgstr_lines(message: Message, forms: Sequence[str], width: int) -> list[list[str]]:
    """The lines of each form."""
    found: list[list[str]] = []
    for line in _wrapped(_polib_entry(message, forms), width):
        if line.startswith("msgstr"):
            found.append([])
        if found:
            found[-1].append(line)
    return found


def _wrapped(entry: polib.POEntry, width: int) -> list[str]:
    return entry.__unicode__(width).rstrip("\n").split("\n")


def _polib_entry(message: Message, forms: Sequence[str]) -> polib.POEntry:
    if message.plural is None:
        return polib.POEntry(msgctxt=message.context or None, msgid=message.source, msgstr=forms[0])
    return polib.POEntry(
        msgctxt=message.context or None,
        msgid=message.source,
        msgid_plural=message.plural,
        msgstr_plural=dict(enumerate(forms)),
    )


def _field_change(lines: list[str], header: Block, name: str, value: str) -> _Change | None:
    """The header's lines from the one where the field begins to the one where it ends."""
    pieces = [piece for field in header.fields if field.keyword == "msgstr" for piece in field.pieces]
    begins = re.compile(rf"(?:^|(?<=\\n)){re.escape(name)}:", re.IGNORECASE)
    for position, (number, piece) in enumerate(pieces):
        found = begins.search(piece)
        if found is None:
            continue
        last = position
        while "\\n" not in (pieces[last][1] if last > position else piece[found.end() :]):
            last += 1
            if last == len(pieces):
                last -= 1
                break
        end_number, tail = pieces[last]
        rest = (tail if last > position else piece[found.end() :]).partition("\\n")
        inner = f"{piece[: found.end()]} {polib.escape(value)}{rest[1]}{rest[2]}"
        raw = lines[number - 1]
        line = raw[: raw.index('"')] + f'"{inner}"' + ("\r" if lines[end_number - 1].endswith("\r") else "")
        return number - 1, end_number, [line]
    return None
