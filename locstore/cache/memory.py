"""A store in memory, for tests and trials: it ends with the process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from locstore.cache.keys import check_key
from locstore.cache.record import check_content, decode_record, encode_record, make_record
from locstore.cache.store import BrokenEntry, CacheEntry

_NO_FILE = "0" * 16


def _now() -> datetime:
    return datetime.now(UTC)


class MemoryStore:
    """A PictureStore that keeps side files as bytes too, so that it takes and gives what a FileStore does."""

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[bytes, bytes, datetime]] = {}

    def get(self, key: str) -> bytes | None:
        check_key(key)
        found = self._entries.get(key)
        if found is None:
            return None
        data, side, _ = found
        check_content(key, decode_record(key, side), data)
        return data

    def put_new(self, key: str, data: bytes, inputs: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
        check_key(key)
        side = encode_record(make_record(data, inputs, usage, _NO_FILE))
        with self._lock:
            if key in self._entries:
                return False
            self._entries[key] = (bytes(data), side, self._now())
        return True

    def __contains__(self, key: str) -> bool:
        check_key(key)
        return key in self._entries

    def entries(self) -> Iterator[CacheEntry]:
        for key, (_, side, modified) in sorted(self._entries.items()):
            record = decode_record(key, side)
            yield CacheEntry(key, record.bytes, record.sha256, record.inputs, record.usage, modified)

    def broken(self) -> Iterator[BrokenEntry]:
        return iter(())

    def remove(self, key: str) -> bool:
        check_key(key)
        with self._lock:
            return self._entries.pop(key, None) is not None

    def discard(self, broken: BrokenEntry) -> bool:  # noqa: ARG002 - memory has no leftovers
        return False
