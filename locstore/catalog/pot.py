"""Writes the template (POT) of a concept: every message in the concept's order, without translations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from locstore.catalog.source import read_source
from locstore.catalog.write import (
    check_writable,
    entry_lines,
    extracted_lines,
    file_text,
    header_line,
    header_lines,
    message_entry,
    reference_lines,
    unique,
    write_atomically,
)
from locstore.messages import Message

_PROJECT = re.compile(r'^"Project-Id-Version:.*"$')


def write_pot(messages: Sequence[Message], path: Path, *, project: str) -> bool:
    """Write the template; returns whether the file has changed. Nothing is written if it has not.

    The result depends on the messages alone: there is no POT-Creation-Date, as a clock in a generated file
    makes a difference in every commit. A header that the file already has stays as it is, with its comment
    and its date if it has one; only Project-Id-Version follows `project`. Raises FindingsError for texts that
    PO cannot carry, EnvironmentProblem if the file cannot be written.
    """
    check_writable(messages)
    blocks = [_header(path, project)]
    for message in unique(messages):
        empty = message_entry(message, ["", ""] if message.plural is not None else [""])
        blocks.append((*extracted_lines(message), *reference_lines(message), *entry_lines(empty)))
    text = file_text(blocks, "\n")
    if path.is_file() and path.read_bytes() == text.encode("utf-8"):
        return False
    write_atomically(path, text)
    return True


def _header(path: Path, project: str) -> tuple[str, ...]:
    source = read_source(path, path.as_posix())[0] if path.is_file() else None
    if source is None or source.header is None:
        return header_lines(
            f"{project}: screenshot captions.",
            [
                ("Project-Id-Version", project),
                ("MIME-Version", "1.0"),
                ("Content-Type", "text/plain; charset=UTF-8"),
                ("Content-Transfer-Encoding", "8bit"),
            ],
        )
    line = header_line("Project-Id-Version", project)
    return tuple(line if _PROJECT.match(old) else old for old in source.header.lines)
