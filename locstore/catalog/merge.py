"""Merges messages with the entries of a PO file: every entry's new lines, and what became of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from locstore.catalog.match import Match, Origin, match_messages
from locstore.catalog.scanner import Block
from locstore.catalog.source import Key, Record
from locstore.catalog.write import (
    comment_words,
    entry_lines,
    extracted_lines,
    message_entry,
    quoted,
    reference_lines,
)
from locstore.messages import Message

Lines = tuple[str, ...]


class Outcome(Enum):
    """What became of an entry; `UpdateResult` says what each means."""

    ADDED = auto()
    FUZZIED = auto()
    REVIVED = auto()
    OBSOLETED = auto()
    DROPPED = auto()
    UNCHANGED = auto()


@dataclasses.dataclass(frozen=True, slots=True)
class Merged:
    """The new entries' lines in the file's order, active ones first, and the outcome for each key."""

    blocks: tuple[Lines, ...]
    outcomes: tuple[tuple[Outcome, Key], ...]

    def of(self, outcome: Outcome) -> tuple[Key, ...]:
        """The keys with that outcome."""
        return tuple(key for found, key in self.outcomes if found is outcome)


def merge(messages: Sequence[Message], records: Sequence[Record], nplurals: int) -> Merged:
    """Merge; `nplurals` is the number of forms of a plural entry in this language."""
    active: list[Lines] = []
    obsolete: list[Lines] = []
    outcomes: list[tuple[Outcome, Key]] = []
    used = set()
    for match in match_messages(messages, records):
        outcome, lines = _active(match, nplurals)
        active.append(lines)
        outcomes.append((outcome, match.message.key))
        if match.record is not None:
            used.add(match.record.key)
    for record in records:
        if record.key in used:
            continue
        if record.block.obsolete:
            obsolete.append(record.block.lines)
        elif any(record.forms) or record.block.translator:
            obsolete.append(_obsolete_lines(record.block))
            outcomes.append((Outcome.OBSOLETED, record.key))
        else:
            outcomes.append((Outcome.DROPPED, record.key))
    return Merged((*active, *obsolete), tuple(outcomes))


def _active(match: Match, nplurals: int) -> tuple[Outcome, Lines]:
    message, record = match.message, match.record
    if record is None:
        entry = message_entry(message, [""] * (nplurals if message.plural is not None else 1))
        return Outcome.ADDED, (*_comments(message), *entry_lines(entry))
    if match.origin is Origin.SAME and record.plural == message.plural:
        if not record.block.obsolete:
            return Outcome.UNCHANGED, _kept_lines(message, record.block)
        outcome = Outcome.REVIVED if any(record.forms) else Outcome.ADDED
        return outcome, _kept_lines(message, record.block)
    forms = _forms(message, record, nplurals)
    return Outcome.FUZZIED if any(forms) else Outcome.ADDED, _fuzzy_lines(match, record, forms)


def _comments(message: Message) -> Lines:
    return (*extracted_lines(message), *reference_lines(message))


def _kept_lines(message: Message, block: Block) -> Lines:
    """The entry with its translation; the very same lines where the concept says nothing new about it."""
    new, old = _comments(message), (*block.extracted, *block.references)
    if not block.obsolete and comment_words(new) == comment_words(old):
        return block.lines
    fuzzy = "fuzzy" in block.flags
    previous = [line for field in block.previous for line in field.lines("#| ")] if fuzzy else []
    body = [line for field in block.fields for line in field.lines()]
    return (*block.translator, *new, *block.flag_lines, *previous, *body)


def _obsolete_lines(block: Block) -> Lines:
    previous = [line for field in block.previous for line in field.lines("#~| ")]
    body = [line for field in block.fields for line in field.lines("#~ ")]
    return (*block.translator, *block.flag_lines, *previous, *body)


def _fuzzy_lines(match: Match, record: Record, forms: Sequence[str]) -> Lines:
    """The message with another message's translation, flagged for the translator to check."""
    entry = message_entry(match.message, forms)
    if any(forms):
        # A translation that was fuzzy already is one of the text before, not of the one that it stood beside.
        old = record.entry
        if "fuzzy" in record.block.flags and old.previous_msgid is not None:
            entry.previous_msgctxt = old.previous_msgctxt
            entry.previous_msgid = old.previous_msgid
            entry.previous_msgid_plural = old.previous_msgid_plural
        else:
            entry.previous_msgctxt = old.msgctxt
            entry.previous_msgid = old.msgid
            entry.previous_msgid_plural = record.plural
        entry.flags = ["fuzzy"]
    translator: Lines = ()
    if match.moves:
        entry.flags += [flag for flag in record.block.flags if flag != "fuzzy"]
        translator = (*record.block.translator, *_left_over(record, forms))
    return (*translator, *_comments(match.message), *entry_lines(entry))


def _forms(message: Message, record: Record, nplurals: int) -> list[str]:
    """The old words in the message's number of forms: the first for a singular, one for all of a plural."""
    old = record.forms
    if message.plural is None:
        return [next(filter(None, old), "")]
    if record.plural is None:
        return [old[0]] * nplurals
    return [*old[:nplurals], *[""] * (nplurals - len(old))]


def _left_over(record: Record, forms: Sequence[str]) -> Iterator[str]:
    """Forms that the new entry has no place for, as comments: no translator's word is lost."""
    for number, text in enumerate(record.forms):
        if text and text not in forms:
            yield f"# msgstr[{number}] was {quoted(text)}"
