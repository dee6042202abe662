"""Reads a PO file: bytes, charset, entries. What `po` and `update` have in common.

The scanner finds the entries and their lines, polib reads their values. polib is given the entries' fields
only: its own reader would drop comments after the header's flags, `#~|` lines and comments at the end of the
file, and would take line separators inside strings for line ends.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import polib

from locstore.catalog.scanner import Block, scan
from locstore.files import open_regular
from locstore.findings import Finding, Severity

MAX_BYTES = 8 * 1024 * 1024
"""Bytes of one PO file."""

_CONTENT_TYPE = re.compile(rb'^[ \t]*"?Content-Type:[^\n]*?charset=([^\s;"\\]*)', re.MULTILINE | re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MAX_DECODING_FINDINGS = 20

Key = tuple[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One entry twice: its lines (`block`) and its values (`entry`, polib's)."""

    block: Block
    entry: polib.POEntry

    @property
    def key(self) -> Key:
        """(msgctxt, msgid); a missing msgctxt counts as an empty one."""
        return (self.entry.msgctxt or "", self.entry.msgid)

    @property
    def forms(self) -> tuple[str, ...]:
        """The msgstr of each plural form, or the only one."""
        if self.entry.msgid_plural:
            return tuple(self.entry.msgstr_plural[i] for i in sorted(self.entry.msgstr_plural))
        return (self.entry.msgstr,)

    @property
    def plural(self) -> str | None:
        return self.entry.msgid_plural or None


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A PO file as read: header fields, entries in the file's order, loose comments at the end.

    A broken file holds the entries that could be read, so that they can be checked all the same.
    """

    digest: str
    header: Block | None
    fields: Mapping[str, str]
    records: tuple[Record, ...]
    trailing: tuple[str, ...]
    newline: str
    broken: bool

    def field_line(self, name: str) -> int | None:
        """The line of a header field, the header's own line if it lacks the field, None without a header."""
        if self.header is None:
            return None
        pieces = [piece for field in self.header.fields for piece in field.pieces]
        return next((n for n, text in pieces if text.startswith(f"{name}:")), self.header.line)


def read_source(path: Path, display_path: str) -> tuple[Source | None, list[Finding]]:
    """Read a PO file; None if there is no text to read. The findings say all that is wrong with its lines."""
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or type(error).__name__}."
        return None, [Finding(code="catalog-unreadable", message=message, file=display_path)]
    if len(data) > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES // 1024**2} MiB; no catalog of captions is."
        return None, [Finding(code="catalog-too-large", message=message, file=display_path)]
    return parse_source(data, display_path)


def parse_source(data: bytes, display_path: str) -> tuple[Source | None, list[Finding]]:
    """The same for bytes that are already there."""
    text, findings = _decode(data, display_path)
    if text is None:
        return None, findings
    scanned = scan(text, display_path)
    findings.extend(scanned.findings)
    sound = [block for block in scanned.blocks if block.sound and block.fields]
    sound, duplicates = _without_duplicates(sound, display_path)
    findings.extend(duplicates)
    lines = itertools.chain.from_iterable(block.canonical() for block in sound)
    parsed = polib.pofile("\n".join(lines), encoding="utf-8")
    blocks = [block for block in sound if not block.is_header]
    for block, entry in zip(blocks, parsed, strict=True):
        entry.obsolete = block.obsolete
    source = Source(
        digest=hashlib.sha256(data).hexdigest(),
        header=next((block for block in sound if block.is_header), None),
        fields=MappingProxyType(dict(parsed.metadata)),
        records=tuple(map(Record, blocks, parsed)),
        trailing=scanned.trailing,
        newline=scanned.newline,
        broken=bool(findings),
    )
    return source, findings if source.broken else _header_warnings(source, display_path)


def _decode(data: bytes, display_path: str) -> tuple[str | None, list[Finding]]:
    def finding(message: str, line: int) -> Finding:
        return Finding(code="catalog-charset", message=message, file=display_path, line=line)

    if data.startswith(_UTF16):
        return None, [finding("The file is UTF-16; save it as UTF-8.", 1)]
    declared = _CONTENT_TYPE.search(data)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        charset = declared[1].decode("ascii", "replace")[:40]
        number = data.count(b"\n", 0, declared.start()) + 1
        message = f"The charset is “{charset}”; save the file as UTF-8 and write charset=UTF-8."
        return None, [finding(message, number)]
    findings = []
    if data.startswith(b"\xef\xbb\xbf"):
        findings.append(finding("The file begins with a byte order mark; msgfmt rejects that. Remove it.", 1))
        data = data[3:]
    try:
        return data.decode("utf-8"), findings
    except UnicodeDecodeError:
        findings.extend(
            finding(f"Byte 0x{byte:02X} is not UTF-8; save the file as UTF-8.", number)
            for number, byte in _undecodable(data)
        )
        return None, findings


def _undecodable(data: bytes) -> Iterator[tuple[int, int]]:
    """(line, byte) of the first bytes that are not UTF-8, one a line."""
    left = _MAX_DECODING_FINDINGS
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            yield number, line[error.start]
            left -= 1
        if not left:
            return


def _without_duplicates(blocks: list[Block], display_path: str) -> tuple[list[Block], list[Finding]]:
    """Drop later entries with the same msgctxt and msgid; obsolete ones count, as they do for msgfmt."""
    seen: dict[tuple[str | None, str], int] = {}
    kept = []
    findings = []
    for block in blocks:
        texts = {f.keyword: "".join(text for _, text in f.pieces) for f in block.fields[:2]}
        context, msgid = texts.get("msgctxt") or None, texts["msgid"]
        first = seen.setdefault((context, msgid), block.line)
        if first == block.line:
            kept.append(block)
            continue
        name = f"msgctxt “{context}”" if context else f"msgid “{msgid[:60]}”"
        what = "The header" if block.is_header else f"The entry with {name}"
        message = f"{what} stands here again; it is also at line {first}. Keep one of them."
        findings.append(Finding(code="catalog-duplicate", message=message, file=display_path, line=block.line))
    return kept, findings


def _header_warnings(source: Source, display_path: str) -> list[Finding]:
    message = None
    if source.header is None:
        message = "The file has no header entry, so its charset is a guess; run `locstore update`."
    elif "charset=" not in source.fields.get("Content-Type", ""):
        message = "The header names no charset; add `Content-Type: text/plain; charset=UTF-8`."
    if message is None:
        return []
    line = source.field_line("Content-Type") or 1
    return [Finding(code="catalog-header", severity=Severity.WARNING, message=message, file=display_path, line=line)]
