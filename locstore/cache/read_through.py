"""A bucket with a folder of this machine in front: what is read is kept, and what was paid for is never lost.

.locstore/cache/ab/...           copies of the bucket's pictures, each checked against its digest when it is read
.locstore/cache/waiting/ab/...   pictures on their way to the bucket: paid for, and safe on this disk
"""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from locstore.cache.bucket_store import BucketStore
from locstore.cache.file_store import FileStore
from locstore.cache.keys import check_key
from locstore.cache.record import Record
from locstore.cache.store import BrokenEntry, CacheEntry, PictureStore, UnusableEntry
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding, Severity

_WAITING = "waiting"
_COPY = "copy"


@dataclasses.dataclass(frozen=True, slots=True)
class Pushed:
    """What went from one store to another: `pushed` pictures; `there` were there, `damaged` ones are not for others."""

    pushed: int = 0
    there: int = 0
    damaged: int = 0

    def __add__(self, other: Pushed) -> Pushed:
        return Pushed(self.pushed + other.pushed, self.there + other.there, self.damaged + other.damaged)


def transfer(source: PictureStore, target: PictureStore) -> Pushed:
    """Put every picture of a store that another one does not have. What is sent before a problem stays sent."""
    # Neither end's copies are meant: what is read from a bucket to go elsewhere need not stay here, too.
    source, target = _itself(source), _itself(target)
    sent = Pushed()
    for entry in source.entries():
        sent += _send(source, target, entry)
    return sent


def _send(source: PictureStore, target: PictureStore, entry: CacheEntry) -> Pushed:
    if entry.key in target:
        return Pushed(there=1)
    try:
        data = source.get(entry.key)
    except UnusableEntry:
        return Pushed(damaged=1)  # `verify` tells why
    if data is None:
        return Pushed()  # removed since it was listed
    made = target.put_new(entry.key, data, entry.inputs, entry.usage)
    return Pushed(pushed=1) if made else Pushed(there=1)


def remove_everywhere(store: PictureStore, key: str) -> bool:
    """Remove a picture and all its copies, on other machines too; returns whether there was one."""
    return store.remove_everywhere(key) if isinstance(store, ReadThroughStore) else store.remove(key)


def _digest(store: BucketStore | FileStore, key: str) -> str | None:
    """The SHA-256 that an entry's side file tells: '' for one that cannot be read, None where there is none."""
    try:
        return store.digest(key)
    except UnusableEntry:
        return ""


def _itself(store: PictureStore) -> PictureStore:
    return store.shared if isinstance(store, ReadThroughStore) else store


class ReadThroughStore:
    """A PictureStore: `shared` is what counts, `copy` is read first, `waiting` is what `shared` does not have yet."""

    def __init__(self, shared: BucketStore, folder: Path) -> None:
        self.shared = shared
        self.copy = FileStore(folder, durable=False)
        self.waiting = FileStore(folder / _WAITING)

    def get(self, key: str) -> bytes | None:
        check_key(key)
        unusable: UnusableEntry | None = None
        for _, store in self._here():
            try:
                data = store.get(key)
            except UnusableEntry as error:
                unusable = error
            else:
                if data is not None:
                    return data
        found = self.shared.read(key)
        if found is None:
            if unusable is not None:
                raise unusable
            return None
        self._keep(key, *found, replace=unusable is not None)
        return found[0]

    def put_new(self, key: str, data: bytes, inputs: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
        """As the protocol says. If the bucket does not answer, the picture waits here, and EnvironmentProblem says so.

        It goes to this disk first: the bytes are paid for, and to send them takes seconds in which a run can be killed.
        """
        check_key(key)
        self.waiting.put_new(key, data, inputs, usage)
        try:
            made = self.shared.put_new(key, data, inputs, usage)
        except EnvironmentProblem as problem:
            raise EnvironmentProblem(
                f"{problem} The picture was paid for; it is kept in {self.waiting.root.as_posix()} and goes to the "
                "shared cache with the next run or `locstore cache push`."
            ) from None
        if made and not self.copy.put_new(key, data, inputs, usage):
            self.copy.remove(key)  # a copy of what the bucket has lost since
            self.copy.put_new(key, data, inputs, usage)
        self.waiting.remove(key)
        return made

    def __contains__(self, key: str) -> bool:
        return key in self.copy or key in self.waiting or key in self.shared

    def entries(self) -> Iterator[CacheEntry]:
        last = ""
        for entry in heapq.merge(self.shared.entries(), self.waiting.entries(), key=lambda e: e.key):
            if entry.key != last:
                yield entry
            last = entry.key

    def broken(self) -> Iterator[BrokenEntry]:
        yield from self.shared.broken()
        for name, store in self._here():
            for broken in store.broken():
                yield dataclasses.replace(broken, name=f"{name}/{broken.name}")

    def remove(self, key: str) -> bool:
        # The bucket first: a reader in between would make a copy of it again.
        removed = [store.remove(key) for store in (self.shared, self.waiting, self.copy)]
        return True in removed

    def remove_everywhere(self, key: str) -> bool:
        """Remove a picture, also the copies that other machines have: they go with the next run there.

        Returns whether it was in the bucket or here.
        """
        digests = [digest for store in self._all() if (digest := _digest(store, key)) is not None]
        if not digests:
            return False
        self.shared.note_removed(key, digests[0])
        self.remove(key)
        return True

    def drop_removed(self) -> int:
        """Remove the copies of pictures that some machine has removed everywhere; returns how many were here."""
        count = 0
        for key, sha256 in self.shared.removed():
            for _, store in self._here():
                digest = _digest(store, key)
                # A picture that was paid for since has other bytes.
                if digest is not None and (not sha256 or digest in ("", sha256)):
                    count += store.remove(key)
        return count

    def _all(self) -> tuple[BucketStore | FileStore, ...]:
        return (self.shared, self.waiting, self.copy)

    def discard(self, broken: BrokenEntry) -> bool:
        for name, store in self._here():
            if broken.name.startswith(f"{name}/"):
                return store.discard(dataclasses.replace(broken, name=broken.name.removeprefix(f"{name}/")))
        return self.shared.discard(broken)

    def now(self) -> datetime:
        """The bucket's time (UTC)."""
        return self.shared.now()

    def path_of(self, key: str) -> Path | None:
        """The file of an entry on this machine; it is fetched if it is not here yet."""
        self.get(key)
        return self.copy.path_of(key) or self.waiting.path_of(key)

    def push_outbox(self) -> Pushed:
        """Send what earlier runs could not. Raises EnvironmentProblem; what is sent by then stays sent."""
        sent = Pushed()
        for entry in list(self.waiting.entries()):
            done = _send(self.waiting, self.shared, entry)
            if not done.damaged:
                self.waiting.remove(entry.key)
            sent += done
        return sent

    def push(self) -> Pushed:
        """Send everything of this machine that the bucket does not have."""
        return self.push_outbox() + transfer(self.copy, self.shared)

    def pull(self) -> Pushed:
        """Fetch everything of the bucket that is not here."""
        self.drop_removed()
        return transfer(self.shared, self.copy)

    def findings(self) -> list[Finding]:
        """What a run has to say about its cache. Raises EnvironmentProblem for a server that must not be used."""
        found = self.shared.findings()
        count = sum(1 for _ in self.waiting.entries())
        if count:
            message = (
                f"{count} paid picture{'' if count == 1 else 's'} could not be sent to "
                f"{self.shared.bucket.display_url} yet. "
                "They are used from this machine; `locstore cache push` sends them."
            )
            found.append(Finding(code="cache-waiting", message=message, severity=Severity.WARNING))
        return found

    def _here(self) -> tuple[tuple[str, FileStore], ...]:
        return ((_COPY, self.copy), (_WAITING, self.waiting))

    def _keep(self, key: str, data: bytes, record: Record, *, replace: bool) -> None:
        if replace:
            self.copy.remove(key)
        self.copy.put_new(key, data, record.inputs, record.usage)
