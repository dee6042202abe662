"""The store of paid pictures in a folder: a content file and a side file for each, and no moment with half of one.

    ab/ab12....<nonce>.picture   the content; its name is its writer's own, nothing refers to it yet
    ab/ab12....<nonce>.json      the side file, still a draft
    ab/ab12....json              the draft under its final name: only now is there an entry

The last step is a hard link, which a file system makes once or not at all. What stands there already is changed
only under the store's lock.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from locstore.cache.disk import DiskGuard, flush_folder, make_folder, write_lock
from locstore.cache.keys import check_key
from locstore.cache.record import Record, check_content, decode_record, encode_record, make_record
from locstore.cache.store import BrokenEntry, CacheEntry, Fault, UnusableEntry, damaged
from locstore.files import write_whole

_SHARD = re.compile(r"[0-9a-f]{2}")
_SIDE = re.compile(r"([0-9a-f]{64})\.json")
_PART = re.compile(r"([0-9a-f]{64})\.[0-9a-f]{16}\.(?:picture|json)")
_TEMPORARY = re.compile(r"\.locstore-\d+-.+")
_NO_LINKS = frozenset({errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


class FileStore:
    """A PictureStore in the folder `root`, which is made when the first picture is put.

    `durable` waits for the disk; only a copy of what is safe elsewhere can do without.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.root = root
        self._durable = durable
        self._guard = DiskGuard(root)

    def get(self, key: str) -> bytes | None:
        check_key(key)
        with self._guard:
            record = self._record(key)
            while record is not None:
                data = self._content(key, record)
                if data is not None:
                    check_content(key, record, data)
                    return data
                # Gone, or removed and put again between the two reads: then there is a new side file.
                before, record = record, self._record(key)
                if record == before:
                    return None
        return None

    def digest(self, key: str) -> str | None:
        """The SHA-256 of a picture by its side file; None if there is none. Raises UnusableEntry."""
        check_key(key)
        with self._guard:
            record = self._record(key)
        return record.sha256 if record else None

    def put_new(self, key: str, data: bytes, inputs: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
        check_key(key)
        nonce = secrets.token_hex(8)
        side = encode_record(make_record(data, inputs, usage, nonce))
        with self._guard:
            if self._taken(key):
                self._flush(key)
                return False
            make_folder(self._shard(key))
            draft = self._shard(key) / f"{key}.{nonce}.json"
            try:
                write_whole(self._picture(key, nonce), data, durable=self._durable)
                write_whole(draft, side, durable=self._durable)
                made = self._publish(key, draft)
            finally:
                self._tidy(key, nonce, draft)
            self._flush(key)
            return made

    def __contains__(self, key: str) -> bool:
        check_key(key)
        with self._guard:
            return self._taken(key)

    def entries(self) -> Iterator[CacheEntry]:
        for shard in self._shards():
            for key in (found[1] for name in self._names(shard) if (found := _SIDE.fullmatch(name))):
                entry = self._entry(key) if key.startswith(shard.name) else None
                if entry is not None:
                    yield entry

    def broken(self) -> Iterator[BrokenEntry]:
        for shard in self._shards():
            # The names first, the side files after: a picture that is published in between is seen as published.
            for name in self._names(shard):
                with self._guard:
                    found = self._look(shard, name)
                if found is not None:
                    yield found

    def remove(self, key: str) -> bool:
        check_key(key)
        with self._guard:
            if not self._side(key).exists():
                return False
            with write_lock(self.root):
                return self._unlink(key)

    def discard(self, broken: BrokenEntry) -> bool:
        path = self.root / broken.name
        with self._guard:
            if broken.fault is Fault.LEFTOVER:
                found = self._look(path.parent, path.name)
                if found is None or found.fault is not Fault.LEFTOVER:
                    return False
                path.unlink(missing_ok=True)
                return True
            if broken.fault is Fault.NO_CONTENT and broken.key is not None:
                with write_lock(self.root):
                    return not self._taken(broken.key) and self._unlink(broken.key)
        return False

    def path_of(self, key: str) -> Path | None:
        """The content file of an entry. Raises UnusableEntry if its side file cannot tell."""
        check_key(key)
        with self._guard:
            record = self._record(key)
            path = record and self._picture(key, record.content)
            return path if path and path.exists() else None

    def _shard(self, key: str) -> Path:
        return self.root / key[:2]

    def _side(self, key: str) -> Path:
        return self._shard(key) / f"{key}.json"

    def _picture(self, key: str, nonce: str) -> Path:
        return self._shard(key) / f"{key}.{nonce}.picture"

    def _record(self, key: str) -> Record | None:
        try:
            return decode_record(key, self._side(key).read_bytes())
        except FileNotFoundError:
            return None

    def _content(self, key: str, record: Record) -> bytes | None:
        try:
            with self._picture(key, record.content).open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                if size != record.bytes:  # never read what may be endless
                    raise damaged(key, f"it has {size:,} bytes instead of {record.bytes:,}")
                return stream.read()
        except FileNotFoundError:
            return None

    def _taken(self, key: str) -> bool:
        """Whether both parts are there. A side file that cannot be read takes its key, too: it was paid for."""
        try:
            record = self._record(key)
        except UnusableEntry:
            return True
        return record is not None and self._picture(key, record.content).exists()

    def _publish(self, key: str, draft: Path) -> bool:
        """Give the draft its final name unless there is an entry."""
        side = self._side(key)
        try:
            os.link(draft, side)
        except FileExistsError:
            pass  # an entry, or a side file that has lost its content
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        else:
            return True
        with write_lock(self.root):
            if self._taken(key):
                return False
            draft.replace(side)
            return True

    def _tidy(self, key: str, nonce: str, draft: Path) -> None:
        """Take away what did not become an entry. The disk says whether it did: an interrupt can come at any time."""
        with contextlib.suppress(OSError):  # `prune` finds what stays
            draft.unlink(missing_ok=True)
            try:
                record = self._record(key)
            except UnusableEntry:
                return
            if record is None or record.content != nonce:
                self._picture(key, nonce).unlink(missing_ok=True)

    def _flush(self, key: str) -> None:
        """The other writer's entry, too: it may not have come to this yet, and we say that the picture is safe."""
        if self._durable:
            flush_folder(self._shard(key))
            flush_folder(self.root)

    def _unlink(self, key: str) -> bool:
        """The side file first: without it there is no entry. Only under the lock."""
        try:
            record = self._record(key)
        except UnusableEntry:
            record = None  # nobody knows its content any more; `prune` removes that as a leftover
        try:
            self._side(key).unlink()
        except FileNotFoundError:
            return False
        flush_folder(self._shard(key))
        if record is not None:
            self._picture(key, record.content).unlink(missing_ok=True)
        return True

    def _shards(self) -> list[Path]:
        with self._guard:
            try:
                return sorted(p for p in self.root.iterdir() if _SHARD.fullmatch(p.name) and p.is_dir())
            except FileNotFoundError:
                return []

    def _names(self, shard: Path) -> list[str]:
        with self._guard:
            return sorted(path.name for path in shard.iterdir())

    def _entry(self, key: str) -> CacheEntry | None:
        with self._guard:
            try:
                record = self._record(key)
                modified = _modified(self._side(key).stat())
            except (UnusableEntry, FileNotFoundError):
                return None
            if record is None or not self._picture(key, record.content).exists():
                return None
        return CacheEntry(key, record.bytes, record.sha256, record.inputs, record.usage, modified)

    def _look(self, shard: Path, name: str) -> BrokenEntry | None:
        """What is wrong with a file of a shard; None if nothing, if it has gone, or if it is not the store's."""
        side, part = _SIDE.fullmatch(name), _PART.fullmatch(name)
        key = (side or part or [None, None])[1]
        if (key and not key.startswith(shard.name)) or not (key or _TEMPORARY.fullmatch(name)):
            return None
        fault = self._side_fault(key) if side and key else self._part_fault(key, name)
        try:
            stat = (shard / name).stat()
        except FileNotFoundError:
            return None
        return BrokenEntry(key, f"{shard.name}/{name}", fault, stat.st_size, _modified(stat)) if fault else None

    def _side_fault(self, key: str) -> Fault | None:
        try:
            record = self._record(key)
        except UnusableEntry as error:
            return Fault.UNKNOWN_FORMAT if error.code == "cache-unknown-format" else Fault.UNREADABLE
        return Fault.NO_CONTENT if record and not self._picture(key, record.content).exists() else None

    def _part_fault(self, key: str | None, name: str) -> Fault | None:
        if key is None:
            return Fault.LEFTOVER
        try:
            record = self._record(key)
        except UnusableEntry:
            return None  # it may be the content of that side file: paid for, and not ours to judge
        used = record is not None and name == self._picture(key, record.content).name
        return None if used else Fault.LEFTOVER


def _modified(stat: os.stat_result) -> datetime:
    return datetime.fromtimestamp(stat.st_mtime, UTC)
