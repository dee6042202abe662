"""Writes PO and POT files: the lines of an entry, the header, and the file as a whole, in one step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import polib

from locstore.errors import FindingsError
from locstore.files import write_whole
from locstore.findings import Finding
from locstore.messages import Message

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def check_writable(messages: Iterable[Message]) -> None:
    """Raises FindingsError if a source text holds characters that no PO file can carry."""
    findings = [
        Finding(
            code="catalog-source-character",
            message=f"Text {message.context} has U+{ord(bad[0]):04X}, which PO cannot hold. Remove it.",
            file=message.file or None,
            line=message.line or None,
        )
        for message in messages
        if (bad := _UNWRITABLE.search("".join(_texts(message))))
    ]
    if findings:
        raise FindingsError(findings)


def _texts(message: Message) -> tuple[str, ...]:
    return (message.context, message.source, message.plural or "", *message.comments)


def unique(messages: Iterable[Message]) -> list[Message]:
    """The messages without later ones of the same key, which msgfmt would reject."""
    return list({message.key: message for message in reversed(list(messages))}.values())[::-1]


def extracted_lines(message: Message) -> tuple[str, ...]:
    """The `#.` lines: what the concept tells the translator, one line for each line of it."""
    lines = (line.strip() for comment in message.comments for line in comment.splitlines())
    return tuple(f"#. {line}" for line in lines if line)


def reference_lines(message: Message) -> tuple[str, ...]:
    """The `#:` line: file and line of the text; a file with spaces is isolated as xgettext does it."""
    if not message.file:
        return ()
    file = f"\u2068{message.file}\u2069" if " " in message.file else message.file
    return (f"#: {file}:{message.line}" if message.line else f"#: {file}",)


def entry_lines(entry: polib.POEntry) -> tuple[str, ...]:
    """Flags, previous texts and fields of an entry, wrapped at 78 as by msgmerge; it has no comments."""
    return tuple(str(entry).rstrip("\n").split("\n"))


def message_entry(message: Message, forms: Sequence[str]) -> polib.POEntry:
    """A message with its translations: one form, or one for each plural."""
    if message.plural is None:
        return polib.POEntry(msgctxt=message.context, msgid=message.source, msgstr=forms[0])
    return polib.POEntry(
        msgctxt=message.context,
        msgid=message.source,
        msgid_plural=message.plural,
        msgstr_plural=dict(enumerate(forms)),
    )


def header_lines(comment: str, fields: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """A header entry below its comment, one line for each field, as every PO tool writes it."""
    return (f"# {comment}", 'msgid ""', 'msgstr ""', *(header_line(name, value) for name, value in fields))


def header_line(name: str, value: str) -> str:
    """One field of the header, as its line in the file."""
    return quoted(f"{name}: {value}\n")


def quoted(text: str) -> str:
    """A text as a PO string on one line."""
    return f'"{polib.escape(text)}"'


def file_text(blocks: Iterable[Sequence[str]], newline: str) -> str:
    """The whole file: blocks with an empty line between them."""
    return "\n\n".join("\n".join(block) for block in blocks if block).replace("\n", newline) + newline


def comment_words(lines: Iterable[str]) -> list[str]:
    """The words of `#.` or `#:` lines, to compare them whatever way a tool has wrapped them."""
    return [word for line in lines for word in line[2:].split()]


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step: readers see the old file or the new one, also after a crash.

    Makes the folder if need be, follows a link to the file itself, keeps the file's permissions. Raises
    EnvironmentProblem.
    """
    write_whole(path.resolve(), text.encode("utf-8"), durable=True)
