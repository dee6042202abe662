"""The store of paid pictures in a bucket: the file store's two parts as objects, and no moment with half of one.

    ab/ab12....<nonce>.picture   the content; its name is its writer's own, nothing refers to it yet
    ab/ab12....json              the side file, put only where none is: only now is there an entry

What stands there already is replaced only if it is still what was looked at (If-Match).
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from locstore.cache.bucket import UNSAFE, Bucket, Stored
from locstore.cache.keys import check_key
from locstore.cache.record import Record, check_content, decode_record, encode_record, make_record
from locstore.cache.store import BrokenEntry, CacheEntry, Fault, UnusableEntry
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding, Severity

_SHARD = re.compile(r"[0-9a-f]{2}")
_SIDE = re.compile(r"([0-9a-f]{64})\.json")
_PICTURE = re.compile(r"([0-9a-f]{64})\.([0-9a-f]{16})\.picture")
_CLOCK = ".locstore-clock"
_REMOVED, _ANY = "removed", "any"
_REMOVED_NAME = re.compile(rf"{_REMOVED}/([0-9a-f]{{64}})\.([0-9a-f]{{64}}|{_ANY})")
_READERS = 8  # side files that are read at a time


class BucketStore:
    """A PictureStore in a bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def get(self, key: str) -> bytes | None:
        found = self.read(key)
        return found[0] if found else None

    def read(self, key: str) -> tuple[bytes, Record] | None:
        """As `get`, with what the side file says."""
        check_key(key)
        record, _ = self._record(key)
        while record is not None:
            found = self.bucket.get(_picture(key, record.content))
            if found is not None:
                check_content(key, record, found[0])
                return found[0], record
            # Gone, or removed and put again between the two reads: then there is a new side file.
            before, (record, _) = record, self._record(key)
            if record == before:
                return None
        return None

    def digest(self, key: str) -> str | None:
        """The SHA-256 of a picture by its side file; None if there is none. Raises UnusableEntry."""
        check_key(key)
        record, _ = self._record(key)
        return record.sha256 if record else None

    def put_new(self, key: str, data: bytes, inputs: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
        check_key(key)
        nonce = secrets.token_hex(8)
        side = encode_record(make_record(data, inputs, usage, nonce))
        if self._taken(key)[0]:
            return False
        self.bucket.create(_picture(key, nonce), data)
        made = self._publish(key, nonce, side)
        if made:
            # A writer that slept for an hour in between may have had its content pruned as a leftover.
            if not self.bucket.has(_picture(key, nonce)):
                self.bucket.create(_picture(key, nonce), data)
        else:
            with contextlib.suppress(EnvironmentProblem):  # `prune` finds what stays
                self.bucket.delete(_picture(key, nonce))
        return made

    def __contains__(self, key: str) -> bool:
        check_key(key)
        return self._taken(key)[0]

    def entries(self) -> Iterator[CacheEntry]:
        for shard in self._shards():
            listed = self.bucket.list(shard)
            pictures = {stored.name for stored in listed}
            sides = [(found[1], s) for s in listed if (found := _match(_SIDE, s, shard))]
            for (key, stored), record in zip(sides, self._records([key for key, _ in sides]), strict=True):
                if isinstance(record, Record) and _picture(key, record.content) in pictures:
                    yield CacheEntry(key, record.bytes, record.sha256, record.inputs, record.usage, stored.modified)

    def broken(self) -> Iterator[BrokenEntry]:
        for shard in self._shards():
            listed = self.bucket.list(shard)
            mine = [(found[1], s) for s in listed if (found := _match(_SIDE, s, shard) or _match(_PICTURE, s, shard))]
            keys = sorted({key for key, _ in mine})
            # The names first, the side files after: a picture that is published in between is seen as published.
            records = dict(zip(keys, self._records(keys), strict=True))
            names = {stored.name for stored in listed}
            for key, stored in mine:
                fault = self._fault(key, stored.name, records[key], names)
                if fault is not None:
                    yield BrokenEntry(key, stored.name, fault, stored.bytes, stored.modified)

    def remove(self, key: str) -> bool:
        check_key(key)
        try:
            record, tag = self._record(key)
        except UnusableEntry:
            record, tag = None, "unreadable"  # nobody knows its content any more; `prune` removes that as a leftover
        if not tag:
            return False
        self.bucket.delete(_side(key))
        if record is not None:
            self.bucket.delete(_picture(key, record.content))
        return True

    def discard(self, broken: BrokenEntry) -> bool:
        """Looks again just before; no cloud deletes on the condition that nothing has changed since."""
        if broken.key is None or broken.fault not in {Fault.LEFTOVER, Fault.NO_CONTENT}:
            return False
        try:
            record, _ = self._record(broken.key)
        except UnusableEntry:
            return False
        names = {broken.name} if broken.fault is Fault.LEFTOVER else set[str]()
        if record is not None and self.bucket.has(_picture(broken.key, record.content)):
            names.add(_picture(broken.key, record.content))
        if self._fault(broken.key, broken.name, record, names) is not broken.fault:
            return False
        self.bucket.delete(broken.name)
        return True

    def now(self) -> datetime:
        """The server's time (UTC), which is what `modified` is told by."""
        return self.bucket.touch(_CLOCK)

    def note_removed(self, key: str, sha256: str) -> None:
        """Tell every machine that a picture was removed on purpose: `removed/<key>.<sha256>`, an empty object."""
        check_key(key)
        self.bucket.touch(f"{_REMOVED}/{key}.{sha256 or _ANY}")

    def removed(self) -> list[tuple[str, str]]:
        """Key and SHA-256 of the pictures that were removed on purpose; '' for a picture whose digest was not known."""
        found = [_REMOVED_NAME.fullmatch(stored.name) for stored in self.bucket.list(_REMOVED)]
        return [(match[1], "" if match[2] == _ANY else match[2]) for match in found if match]

    def findings(self) -> list[Finding]:
        """What is wrong with the server, when it is used all the same. Raises EnvironmentProblem if it must not be."""
        if self.bucket.keeps_what_is_there:
            return []
        message = (
            f"The server of {self.bucket.display_url} ignores If-None-Match: runs at the same time may pay twice for a "
            f"picture. {UNSAFE} lets this one go on."
        )
        return [Finding(code="cache-unsafe", message=message, severity=Severity.WARNING)]

    def _record(self, key: str) -> tuple[Record | None, str]:
        """The side file and its tag; (None, '') if there is none."""
        found = self.bucket.get(_side(key))
        return (decode_record(key, found[0]), found[1] or "?") if found else (None, "")

    def _records(self, keys: list[str]) -> list[Record | UnusableEntry | None]:
        def read(key: str) -> Record | UnusableEntry | None:
            try:
                return self._record(key)[0]
            except UnusableEntry as error:
                return error

        if len(keys) < 2:
            return [read(key) for key in keys]
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(_READERS, thread_name_prefix="cache") as pool:
            return list(pool.map(read, keys))

    def _taken(self, key: str) -> tuple[bool, str]:
        """Whether both parts are there, and the tag of a side file. One that cannot be read takes its key, too."""
        try:
            record, tag = self._record(key)
        except UnusableEntry:
            return True, ""
        return record is not None and self.bucket.has(_picture(key, record.content)), tag

    def _publish(self, key: str, nonce: str, side: bytes) -> bool:
        """Make the entry, unless there is one. A put whose answer was lost is known by its nonce."""
        if self.bucket.create(_side(key), side):
            return True
        while True:
            if self._is_ours(key, nonce):
                return True
            taken, tag = self._taken(key)
            if taken:
                return False
            # A side file that has lost its content, or one that has just been removed.
            done = self.bucket.replace(_side(key), side, tag) if tag else self.bucket.create(_side(key), side)
            if done:
                return True

    def _is_ours(self, key: str, nonce: str) -> bool:
        try:
            record, _ = self._record(key)
        except UnusableEntry:
            return False
        return record is not None and record.content == nonce

    def _shards(self) -> list[str]:
        return [folder for folder in self.bucket.folders() if _SHARD.fullmatch(folder)]

    def _fault(self, key: str, name: str, record: Record | UnusableEntry | None, names: set[str]) -> Fault | None:
        """What is wrong with an object of the store's own. `names` are those that are there."""
        if name == _side(key):
            if isinstance(record, UnusableEntry):
                return Fault.UNKNOWN_FORMAT if record.code == "cache-unknown-format" else Fault.UNREADABLE
            gone = record is not None and _picture(key, record.content) not in names
            return Fault.NO_CONTENT if gone else None
        if isinstance(record, UnusableEntry):
            return None  # it may be the content of that side file: paid for, and not ours to judge
        used = record is not None and name == _picture(key, record.content)
        return None if used else Fault.LEFTOVER


def _match(pattern: re.Pattern[str], stored: Stored, shard: str) -> re.Match[str] | None:
    folder, _, name = stored.name.rpartition("/")
    found = pattern.fullmatch(name) if folder == shard else None
    return found if found and found[1].startswith(shard) else None


def _side(key: str) -> str:
    return f"{key[:2]}/{key}.json"


def _picture(key: str, nonce: str) -> str:
    return f"{key[:2]}/{key}.{nonce}.picture"
