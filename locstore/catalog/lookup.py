"""Looks a message up along a chain of catalogs: es_MX, then es; what follows is the source itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from locstore.catalog.po import Catalog, Entry, State
from locstore.messages import Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The words found for a message, as a template that is not filled yet.

    `code`, `path` and `line` say which catalog has them and where; `fallback` is true if it is not the
    chain's first.
    """

    text: str
    state: State
    code: str
    path: str | None
    line: int | None
    fallback: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MessageState:
    """What one catalog has for a message. `line` is None if the file does not even have an entry for it."""

    state: State
    code: str
    path: str
    line: int | None
    entry: Entry | None


def message_state(message: Message, catalog: Catalog) -> MessageState:
    """The state of a message in a catalog, to report a fallback with: ask the chain's first.

    An entry whose forms do not fit the message or the header (a plural where there was none, two forms where
    the header has three) counts as missing: its words cannot be chosen from.
    """
    entry = catalog.entries.get(message.key)
    if entry is None:
        return MessageState(state=State.MISSING, code=catalog.code, path=catalog.path, line=None, entry=None)
    forms = 1 if message.plural is None else catalog.plural.nplurals
    fits = (message.plural is None) == (entry.msgid_plural is None) and len(entry.msgstr) == forms
    state = entry.state if fits else State.MISSING
    return MessageState(state=state, code=catalog.code, path=catalog.path, line=entry.line, entry=entry)


def look_up(message: Message, chain: Sequence[Catalog], *, count: int | None, allow_fuzzy: bool) -> Lookup | None:
    """The words of the first catalog that has them: translated, or fuzzy if those are allowed.

    `count` chooses the form of a message with a plural (see `plural_operand`); None is for messages without.
    None comes back if no catalog of the chain has words. Raises ValueError for a plural without a count, and
    PluralFormsError if the header's expression gives no form for it.
    """
    if message.plural is not None and count is None:
        raise ValueError(f"{message.context} has a plural, so its look-up needs a count")
    accepted = {State.TRANSLATED, State.FUZZY} if allow_fuzzy else {State.TRANSLATED}
    for position, catalog in enumerate(chain):
        found = message_state(message, catalog)
        if found.entry is None or found.state not in accepted:
            continue
        form = 0 if message.plural is None or count is None else catalog.plural.index(count)
        return Lookup(
            text=found.entry.msgstr[form],
            state=found.state,
            code=catalog.code,
            path=catalog.path,
            line=found.entry.msgstr_lines[form],
            fallback=position > 0,
        )
    return None
