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
        yield _explain(store, broken, now)


def _check(store: PictureStore, entry: CacheEntry, key_of: KeyOf) -> Problem | None:
    key = entry.key
    file = f"{key[:2]}/{key}.json"
    try:
        if store.get(key) is None:
            return None  # removed since it was listed
        made = key_of(entry.inputs)
    except UnusableEntry as error:
        return Problem(Finding(code=error.code, message=str(error), file=file), key, unusable=True)
    if made == key:
        return None
    message = (
        f"The paid picture {short_key(key)} was made from inputs whose key is {short_key(made)}: it was moved, or "
        "its side file was changed. Restore it from a backup, or run `locstore cache verify --remove-damaged`."
    )
    return Problem(Finding(code="cache-wrong-key", message=message, file=file), key, unusable=True)


def _explain(store: PictureStore, broken: BrokenEntry, now: datetime) -> Problem:
    severity = Severity.ERROR
    code = "cache-incomplete"
    unusable = False
    match broken.fault:
        case Fault.LEFTOVER if now - broken.modified <= LEFTOVER_AGE:
            severity = Severity.NOTE
            message = f"This part of a picture ({broken.bytes:,} bytes) is being written, or its writer was stopped."
        case Fault.LEFTOVER:
            severity = Severity.WARNING
            message = (
                f"The writer of this part of a picture ({broken.bytes:,} bytes) was stopped. It is never used; "
                "`locstore cache prune` removes it."
            )
        case Fault.NO_CONTENT:
            message = (
                f"The paid picture {short_key(broken.key or '')} has gone, only its side file is left. Restore it from "
                "a backup; without it the next run pays for it again."
            )
        case Fault.UNREADABLE | Fault.UNKNOWN_FORMAT:
            code, message = _reason(store, broken)
            unusable = broken.fault is Fault.UNREADABLE
    finding = Finding(code=code, message=message, severity=severity, file=broken.name)
    return Problem(finding, broken.key, unusable=unusable)


def _reason(store: PictureStore, broken: BrokenEntry) -> tuple[str, str]:
    """A store says why it refuses an entry when it is asked for it."""
    try:
        store.get(broken.key or "")
    except UnusableEntry as error:
        return error.code, str(error)
    return "cache-damaged", f"The paid picture {short_key(broken.key or '')} was being changed while it was verified."
