"""The proof that a store of paid pictures is whole: digests and keys are made again and compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from locstore.cache.keys import short_key
from locstore.cache.pruning import LEFTOVER_AGE
from locstore.cache.store import BrokenEntry, CacheEntry, Fault, PictureStore, UnusableEntry
from locstore.findings import Finding, Severity

KeyOf = Callable[[Mapping[str, Any]], str]


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A finding about the entry `key`; `unusable` says that the entry can never serve a run as it is."""

    finding: Finding
    key: str | None
    unusable: bool


def verify_store(store: PictureStore, key_of: KeyOf) -> Iterator[Finding]:
    """Every finding about a store; each picture is read. `key_of` makes a key from an entry's inputs.

    `Finding.file` is the path of the side file, or of the leftover, in the store.
    """
    return (problem.finding for problem in find_problems(store, key_of))


def find_problems(store: PictureStore, key_of: KeyOf) -> Iterator[Problem]:
    """As `verify_store`, with the keys."""
    for entry in store.entries():
        problem = _check(store, entry, key_of)
        if problem is not None:
            yield problem
    now = datetime.now(UTC)
    for broken in store.broken():
        if broken.key is not None and broken.fault in {Fault.UNREADABLE, Fault.UNKNOWN_FORMAT}:
            problem = _ask(store, broken.key)
            if problem is not None:
                yield problem
        else:
            yield Problem(_explain(broken, now), broken.key, unusable=False)


def _check(store: PictureStore, entry: CacheEntry, key_of: KeyOf) -> Problem | None:
    refused = _ask(store, entry.key)
    made = key_of(entry.inputs)
    if refused is not None or made == entry.key:
        return refused
    message = (
        f"The paid picture {short_key(entry.key)} was made from inputs whose key is {short_key(made)}: it was moved, "
        "or its side file was changed. Restore it from a backup, or run `locstore cache verify --remove-damaged`."
    )
    return Problem(Finding(code="cache-wrong-key", message=message, file=_side(entry.key)), entry.key, unusable=True)


def _ask(store: PictureStore, key: str) -> Problem | None:
    """A store says itself why it refuses an entry."""
    try:
        store.get(key)
    except UnusableEntry as error:
        finding = Finding(code=error.code, message=str(error), file=_side(key))
        return Problem(finding, key, unusable=error.code == "cache-damaged")
    return None


def _side(key: str) -> str:
    return f"{key[:2]}/{key}.json"


def _explain(broken: BrokenEntry, now: datetime) -> Finding:
    if broken.fault is Fault.NO_CONTENT:
        severity = Severity.ERROR
        message = (
            f"The paid picture {short_key(broken.key or '')} has gone, only its side file is left. Restore it from "
            "a backup; without it the next run pays for it again."
        )
    elif now - broken.modified <= LEFTOVER_AGE:
        severity = Severity.NOTE
        message = f"This part of a picture ({broken.bytes:,} bytes) is being written, or its writer was stopped."
    else:
        severity = Severity.WARNING
        message = (
            f"The writer of this part of a picture ({broken.bytes:,} bytes) was stopped. It is never used; "
            "`locstore cache prune` removes it."
        )
    return Finding(code="cache-incomplete", message=message, severity=severity, file=broken.name)
