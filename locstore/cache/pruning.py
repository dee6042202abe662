"""Making a store smaller: leftovers of stopped writers go, and the oldest pictures if that is asked for."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

from locstore.cache.store import BrokenEntry, CacheEntry, Fault, PictureStore

# No writer takes this long from its first byte to its last; what is younger may be somebody's work.
LEFTOVER_AGE = timedelta(hours=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed, or would be; `kept` entries stay, with `kept_bytes` of pictures."""

    removed: tuple[CacheEntry, ...]
    leftovers: tuple[BrokenEntry, ...]
    kept: int
    kept_bytes: int

    @property
    def freed_bytes(self) -> int:
        return sum(e.bytes for e in self.removed) + sum(b.bytes for b in self.leftovers)


@runtime_checkable
class _Clock(Protocol):
    """A store on another machine, which dates its entries by a clock of its own."""

    def now(self) -> datetime: ...


def prune(
    store: PictureStore,
    older_than: timedelta | None = None,
    max_bytes: int | None = None,
    dry_run: bool = False,
) -> Pruned:
    """Remove leftovers, entries older than `older_than`, then the oldest until `max_bytes` of pictures are left.

    With neither only leftovers go: parts that belong to no entry and are over an hour old. Damaged entries and
    those of another version are counted by `verify_store` and stay. With `dry_run` nothing is removed.
    """
    if max_bytes is not None and max_bytes < 0:
        raise ValueError(f"max_bytes is {max_bytes}; it cannot be negative")
    now = store.now() if isinstance(store, _Clock) else datetime.now(UTC)
    entries = sorted(store.entries(), key=lambda e: (e.modified, e.key))
    total = sum(e.bytes for e in entries)
    removed: list[CacheEntry] = []
    kept = len(entries)
    for entry in entries:
        too_old = older_than is not None and now - entry.modified > older_than
        too_much = max_bytes is not None and total > max_bytes
        if not (too_old or too_much):
            break  # oldest first: none of the rest is too old, and the rest fits
        if dry_run or store.remove(entry.key):
            removed.append(entry)
        total -= entry.bytes
        kept -= 1
    leftovers = [b for b in store.broken() if _may_go(b, now)]
    if not dry_run:
        leftovers = [b for b in leftovers if store.discard(b)]
    return Pruned(tuple(removed), tuple(leftovers), kept, total)


def _may_go(broken: BrokenEntry, now: datetime) -> bool:
    return broken.fault in {Fault.LEFTOVER, Fault.NO_CONTENT} and now - broken.modified > LEFTOVER_AGE
