"""The line scanner: splits a PO file into entries, says where each part stands, and reports every bad line.

polib stops at the first syntax error, lets a missing closing quote eat a character, and rejects lines that
GNU gettext accepts (`#,fuzzy`, `msgid"x"`). So the lines are looked at here first; polib then reads the
values of the sound entries from `Block.canonical()`, which holds nothing that it could trip over.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from locstore.findings import Finding
from locstore.values import MAX_FORMS

MAX_TEXT = 2_000
"""Characters in one msgid or msgstr: no screenshot holds more, and no later step need be prepared for it."""

MAX_HEADER = 32_000
"""Characters in the header's msgstr."""

MAX_FINDINGS = 1_000
"""Problems listed for one file; a file with more is not a PO file, and the count of the rest says so."""

_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr)(?!\w)[ \t]*(?:\[[ \t]*([0-9]{1,9})[ \t]*\])?[ \t]*")
_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)"')
_ESCAPE = re.compile(r"\\(.)")
# str.splitlines() and several PO tools take these for line ends; NUL ends a string in C programs.
_LINE_BREAKER = re.compile("[\x00\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")
_STAGES = {"msgctxt": 1, "msgid": 2, "msgid_plural": 3, "msgstr": 4}
_KINDS = ("#", "#.", "#:", "#,")


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One keyword with its string: `pieces` are the quoted parts, still escaped, each with its line."""

    keyword: str
    index: int | None
    pieces: tuple[tuple[int, str], ...]

    @property
    def line(self) -> int:
        return self.pieces[0][0]

    @property
    def empty(self) -> bool:
        return not any(text for _, text in self.pieces)

    def length(self) -> int:
        """Characters after unescaping; every escape that the scanner lets pass is one character."""
        return sum(len(_ESCAPE.sub("x", text)) for _, text in self.pieces)

    def lines(self, prefix: str = "") -> Iterator[str]:
        """PO lines for this field; the wrapping stays as it was."""
        start = f"{self.keyword} " if self.index is None else f"{self.keyword}[{self.index}] "
        for _, text in self.pieces:
            yield f'{prefix}{start}"{text}"'
            start = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """One entry as its lines stand in the file, sorted by kind; a block without fields is loose comments."""

    lines: tuple[str, ...]
    translator: tuple[str, ...]
    extracted: tuple[str, ...]
    references: tuple[str, ...]
    flag_lines: tuple[str, ...]
    previous: tuple[Field, ...]
    fields: tuple[Field, ...]
    obsolete: bool
    sound: bool

    @property
    def line(self) -> int:
        """The line of the entry's msgctxt, or of its msgid where it has none."""
        return self.fields[0].line

    @property
    def flags(self) -> tuple[str, ...]:
        words = (word.strip() for line in self.flag_lines for word in line[2:].split(","))
        return tuple(dict.fromkeys(word for word in words if word))

    @property
    def msgstr_lines(self) -> tuple[int, ...]:
        """The line of each msgstr, in the file's order."""
        return tuple(f.line for f in self.fields if f.keyword == "msgstr")

    @property
    def is_header(self) -> bool:
        return bool(self.fields) and self.fields[0].keyword == "msgid" and self.fields[0].empty

    def canonical(self) -> Iterator[str]:
        """The entry for polib: no comments, flags with a space, obsolete lines without their prefix.

        polib drops `#~|` lines, and with them the entry before if they end the file; it never sees them here.
        """
        if self.flags:
            yield f"#, {', '.join(self.flags)}"
        for field in self.previous:
            yield from field.lines("#| ")
        for field in self.fields:
            yield from field.lines()


@dataclasses.dataclass(frozen=True, slots=True)
class Scan:
    """A scanned file: its blocks in order, the loose comments at its end, its line end, and what is wrong."""

    blocks: tuple[Block, ...]
    trailing: tuple[str, ...]
    newline: str
    findings: tuple[Finding, ...]


def scan(text: str, display_path: str) -> Scan:
    """Scan a whole PO file, in time proportional to its size, whatever stands in it."""
    return _Scanner(display_path).run(text)


class _OpenField:
    """A field that may still grow by continuation lines."""

    def __init__(self, keyword: str, index: int | None) -> None:
        self.keyword = keyword
        self.index = index
        self.pieces: list[tuple[int, str]] = []

    def closed(self) -> Field:
        return Field(self.keyword, self.index, tuple(self.pieces))


class _Draft:
    """The entry that is being read."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.comments: dict[str, list[str]] = {kind: [] for kind in _KINDS}
        self.previous: list[_OpenField] = []
        self.fields: list[_OpenField] = []
        self.obsolete: bool | None = None
        self.sound = True

    @property
    def stage(self) -> int:
        return _STAGES[self.fields[-1].keyword] if self.fields else 0

    def block(self) -> Block:
        return Block(
            lines=tuple(self.lines),
            translator=tuple(self.comments["#"]),
            extracted=tuple(self.comments["#."]),
            references=tuple(self.comments["#:"]),
            flag_lines=tuple(self.comments["#,"]),
            previous=tuple(f.closed() for f in self.previous),
            fields=tuple(f.closed() for f in self.fields),
            obsolete=bool(self.obsolete),
            sound=self.sound,
        )


class _Scanner:
    def __init__(self, display_path: str) -> None:
        self.display_path = display_path
        self.findings: list[Finding] = []
        self.blocks: list[Block] = []
        self.draft = _Draft()
        self.number = 0
        self.open: _OpenField | None = None

    def run(self, text: str) -> Scan:
        newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
        for number, raw in enumerate(text.split("\n"), start=1):
            self.number = number
            self.line(raw.removesuffix("\r"))
        self.finish()
        trailing: tuple[str, ...] = ()
        if self.blocks and not self.blocks[-1].fields:
            trailing = self.blocks.pop().lines
        if (more := len(self.findings) - MAX_FINDINGS) > 0:
            self.findings[MAX_FINDINGS:] = [
                Finding(
                    code="catalog-syntax", message=f"{more:,} more problems are not listed.", file=self.display_path
                )
            ]
        return Scan(tuple(self.blocks), trailing, newline, tuple(self.findings))

    def problem(self, message: str, *, code: str = "catalog-syntax", line: int | None = None) -> None:
        self.draft.sound = False
        self.findings.append(Finding(code=code, message=message, file=self.display_path, line=line or self.number))

    def line(self, raw: str) -> None:
        line = raw.strip(" \t")
        if not line:
            return
        if breaker := _LINE_BREAKER.search(line):
            self.problem(
                f"The character U+{ord(breaker[0]):04X} breaks the line for many PO tools; remove it.",
                code="catalog-character",
            )
            line = _LINE_BREAKER.sub("", line)
        if line.startswith("#~|"):
            self.previous(raw, line[3:], obsolete=True)
        elif line.startswith("#~"):
            self.statement(raw, line[2:].strip(" \t"), obsolete=True)
        elif line.startswith("#|"):
            self.previous(raw, line[2:], obsolete=False)
        elif line.startswith("#"):
            self.above_entry(raw)
            if self.draft.previous and self.draft.sound:
                self.problem("A comment follows the entry's `#|` lines; move it above them.")
            self.draft.comments[line[:2] if line[:2] in _KINDS else "#"].append(line)
        else:
            self.statement(raw, line, obsolete=False)

    def above_entry(self, raw: str) -> None:
        """A line that stands above an entry's fields: it ends the entry before."""
        if self.draft.stage == _STAGES["msgstr"]:
            self.finish()
        elif self.draft.fields and self.draft.sound:
            self.problem("A comment stands before the entry's msgstr; move it above the entry or add the msgstr.")
        self.draft.lines.append(raw)
        self.open = None

    def previous(self, raw: str, body: str, *, obsolete: bool) -> None:
        continued = self.open
        self.above_entry(raw)
        self.mark(obsolete=obsolete)
        body = body.strip(" \t")
        if body.startswith('"'):
            self.open = continued if self.draft.previous and continued is self.draft.previous[-1] else None
            self.continuation(body)
        elif (keyword := _KEYWORD.match(body)) and keyword[1] != "msgstr" and keyword[2] is None:
            before = _STAGES[self.draft.previous[-1].keyword] if self.draft.previous else 0
            if before >= _STAGES[keyword[1]]:
                self.problem(f"The previous {keyword[1]} stands here a second time, or after what follows it.")
            self.draft.previous.append(self.opened(keyword, body))
        else:
            self.unknown(body)

    def statement(self, raw: str, body: str, *, obsolete: bool) -> None:
        """A keyword with its string, or a string that continues the line before."""
        if not body:
            return
        keyword = _KEYWORD.match(body)
        if (
            keyword
            and keyword[1] in ("msgctxt", "msgid")
            and self.draft.fields
            and not (keyword[1] == "msgid" and self.draft.stage == _STAGES["msgctxt"])
        ):
            self.finish()
        self.draft.lines.append(raw)
        self.mark(obsolete=obsolete)
        if body.startswith('"'):
            self.continuation(body)
        elif keyword:
            self.check_order(keyword)
            self.draft.fields.append(self.opened(keyword, body))
        else:
            self.unknown(body)

    def mark(self, *, obsolete: bool) -> None:
        if self.draft.obsolete is None:
            self.draft.obsolete = obsolete
        elif self.draft.obsolete != obsolete and self.draft.sound:
            self.problem("Lines with and without `#~` are mixed in one entry; mark all of them or none.")

    def check_order(self, keyword: re.Match[str]) -> None:
        if not self.draft.sound:
            return  # the entry is lost anyway; its next lines are no mistakes of their own
        if keyword[1] == "msgid_plural" and self.draft.stage != _STAGES["msgid"]:
            self.problem("msgid_plural stands without a msgid right before it.")
        elif keyword[1] == "msgstr" and self.draft.stage < _STAGES["msgid"]:
            self.problem("msgstr stands without a msgid before it.")
        elif keyword[1] == "msgstr" and keyword[2] is None and self.draft.stage == _STAGES["msgstr"]:
            self.problem("msgstr stands here a second time for the same msgid.")

    def continuation(self, body: str) -> None:
        text = self.string(body)
        if self.open is not None:
            self.open.pieces.append((self.number, text))
        else:
            self.problem("This string belongs to no keyword; add the keyword before it or remove the line.")

    def opened(self, keyword: re.Match[str], body: str) -> _OpenField:
        self.open = _OpenField(keyword[1], None if keyword[2] is None else int(keyword[2]))
        self.open.pieces.append((self.number, self.string(body[keyword.end() :])))
        return self.open

    def unknown(self, body: str) -> None:
        # Python takes U+001F and its like for white space: a line may hold nothing else.
        word = next(iter(body.split()), ascii(body)[1:-1])[:40]
        self.problem(f"“{word}” begins no PO line; write a comment, a keyword with a string, or a string.")
        # What follows belongs to the line that was not understood: it is no mistake of its own.
        self.open = _OpenField("", None)

    def string(self, body: str) -> str:
        """The inside of a quoted string, still escaped; '' after a problem."""
        match = _STRING.match(body)
        if match is None:
            missing = "closing quote" if body.startswith('"') else "string in double quotes"
            self.problem(f"The line lacks its {missing}; add it.")
        elif match.end() != len(body):
            self.problem('Text follows the closing quote; write a quote inside the text as \\".')
        elif bad := next((e for e in _ESCAPE.finditer(match[1]) if e[1] not in 'ntrvbf\\"'), None):
            self.problem(f"The escape {bad[0]} is not understood; write the character itself.")
        else:
            return match[1]
        return ""

    def finish(self) -> None:
        """Close the entry: say what it lacks, and keep it if it holds anything."""
        block = self.draft.block()
        if block.sound:
            if block.fields:
                self.check_shape(block)
            self.check_previous(block)
            self.check_lengths(block)
            block = dataclasses.replace(block, sound=self.draft.sound)
        if block.lines:
            self.blocks.append(block)
        self.draft = _Draft()
        self.open = None

    def check_shape(self, block: Block) -> None:
        msgid = next((f for f in block.fields if f.keyword == "msgid"), None)
        strings = [f for f in block.fields if f.keyword == "msgstr"]
        plural = any(f.keyword == "msgid_plural" for f in block.fields)
        if msgid is None:
            self.problem("The entry has no msgid; add it or remove the entry.", line=block.line)
        elif not strings:
            self.problem('The entry has no msgstr; add `msgstr ""`.', line=msgid.line)
        elif msgid.empty and (block.obsolete or not block.is_header):
            self.problem("The msgid is empty; only the header's may be.", line=msgid.line)
        elif len(strings) > MAX_FORMS:
            self.problem(f"The entry has {len(strings)} forms; no language has more than 6.", line=block.line)
        elif [f.index for f in strings] != (list(range(len(strings))) if plural else [None]):
            kind, wanted = ("with", "msgstr[0], msgstr[1] and so on") if plural else ("without", "one msgstr")
            self.problem(f"An entry {kind} msgid_plural needs {wanted}.", line=strings[0].line)

    def check_previous(self, block: Block) -> None:
        if not block.previous:
            return
        line = block.previous[0].line
        if not block.fields:
            self.problem("The previous text belongs to no entry; remove its `#|` lines.", line=line)
        elif all(field.keyword != "msgid" for field in block.previous):
            self.problem("The entry's `#|` lines have no msgid; add it or remove them.", line=line)

    def check_lengths(self, block: Block) -> None:
        limit = MAX_HEADER if block.is_header else MAX_TEXT
        for field in (*block.previous, *block.fields):
            if (length := field.length()) > limit:
                self.problem(
                    f"The {field.keyword} has {length:,} characters; at most {limit:,} are accepted.",
                    code="catalog-too-long",
                    line=field.line,
                )
