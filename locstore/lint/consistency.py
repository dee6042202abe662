"""Checks that look at a whole catalog: one source in several ways, two sources in one way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from locstore.catalog.po import Catalog, Entry, State
from locstore.messages import Message

Clash = tuple[Entry, str]
"""An entry and what is wrong with it."""


def inconsistent(messages: Sequence[Message], catalog: Catalog) -> Iterator[Clash]:
    """One source text is translated in several ways."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for message, entry in _translated(messages, catalog):
        found[message.source].append(entry)
    for entries in found.values():
        first = entries[0]
        for entry in entries[1:]:
            if [form.casefold() for form in entry.msgstr] != [form.casefold() for form in first.msgstr]:
                text = f"the same source is “{first.msgstr[0]}” in {first.context} (line {first.msgstr_line})"
                yield entry, text


def same_translation(messages: Sequence[Message], catalog: Catalog) -> Iterator[Clash]:
    """Two source texts have one translation."""
    found: dict[tuple[str, ...], list[tuple[Message, Entry]]] = defaultdict(list)
    for message, entry in _translated(messages, catalog):
        found[entry.msgstr].append((message, entry))
    for pairs in found.values():
        first, before = pairs[0]
        for message, entry in pairs[1:]:
            if _folded(message.source) != _folded(first.source):
                yield entry, f"“{first.source}” in {before.context} has the same translation"


def _translated(messages: Sequence[Message], catalog: Catalog) -> Iterator[tuple[Message, Entry]]:
    for message in messages:
        entry = catalog.entries.get(message.key)
        if entry is not None and entry.state is State.TRANSLATED:
            yield message, entry


def _folded(text: str) -> str:
    """Without what a translation need not tell apart: case, signs, highlights."""
    return "".join(c for c in text.casefold() if c.isalnum())
