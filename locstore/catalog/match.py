"""Finds the old entry for each message, as msgmerge does: the same, the same slot's, or the most similar.

msgmerge knows the same key and, above a similarity of 0.6, the most similar msgid anywhere in the file. One
rule stands between these two here: a slot whose text has changed keeps its own old translation, however
little the new text resembles it, because the msgctxt says that it is the same place on the same screen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from enum import Enum, auto

from locstore.catalog.source import Key, Record
from locstore.messages import Message

CUTOFF = 0.6
"""The least similarity of two msgids, from 0 to 1, for one's translation to be suggested for the other."""


class Origin(Enum):
    """Where a message's entry comes from."""

    NEW = auto()  # there is nothing to start from
    SAME = auto()  # the same key
    SLOT = auto()  # another text in the same msgctxt
    SIMILAR = auto()  # a similar text somewhere in the file


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A message, the record to start from, and whether that record's words move here for good.

    A record that still serves its own message lends a copy; one that serves none is moved, comments and all,
    to the first message that takes it.
    """

    message: Message
    origin: Origin
    record: Record | None = None
    moves: bool = True


def match_messages(messages: Sequence[Message], records: Sequence[Record]) -> list[Match]:
    """One match for each message, in the messages' order."""
    by_key = {record.key: record for record in records}
    found: dict[Key, tuple[Origin, Record]] = {
        message.key: (Origin.SAME, by_key[message.key]) for message in messages if message.key in by_key
    }
    taken = set(found)
    for message in messages:
        if message.key not in found and (record := _of_slot(message, records, taken)):
            found[message.key] = (Origin.SLOT, record)
            taken.add(record.key)
    suggestions = [record for record in records if any(record.forms)]
    matches = []
    for message in messages:
        origin, record = found.get(message.key, (Origin.NEW, None))
        moves = True
        if record is None and (record := _closest(message.source, suggestions)):
            origin = Origin.SIMILAR
            moves = record.key not in taken
            taken.add(record.key)
        matches.append(Match(message, origin, record, moves))
    return matches


def _of_slot(message: Message, records: Iterable[Record], taken: set[Key]) -> Record | None:
    """The entry that had the message's msgctxt until now, if it holds any words of a translator's."""
    candidates = [
        record
        for record in records
        if record.key[0] == message.context
        and record.key not in taken
        and not record.block.obsolete
        and (any(record.forms) or record.block.translator)
    ]
    return max(candidates, key=lambda record: _similarity(message.source, record.key[1], 0), default=None)


def _closest(text: str, records: Iterable[Record]) -> Record | None:
    best: Record | None = None
    least = CUTOFF
    for record in records:
        similarity = _similarity(text, record.key[1], least)
        if similarity > least or (best is None and similarity == least):
            best, least = record, similarity
    return best


def _similarity(one: str, other: str, least: float) -> float:
    """Difflib's ratio; 0 where it cannot reach `least`, which is much quicker to find out."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return matcher.ratio()
