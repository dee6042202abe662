"""Any content by its SHA-256: fonts, captures and the like, for workers that have no project folder.

A blob has no side file; its name is its digest, so that whoever reads it can tell whether it is whole.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Protocol

from locstore.cache.bucket import Bucket, open_bucket
from locstore.cache.bucket_address import CLOUDS, read_bucket_address, scheme_of
from locstore.cache.disk import DiskGuard
from locstore.cache.keys import check_key, short_key
from locstore.errors import EnvironmentProblem
from locstore.files import write_whole

FOLDER = "blobs"


class BlobStore(Protocol):
    """Contents by their SHA-256 in hex. Any number of threads, processes and machines may use one at once.

    Methods raise ValueError for what is no digest and EnvironmentProblem for the disk and the network.
    """

    def put(self, data: bytes) -> str:
        """Store a content, unless it is there, and wait until it is safe; returns its SHA-256."""
        ...

    def get(self, sha256: str) -> bytes | None:
        """The content, checked against its digest; None if it is not there. Raises EnvironmentProblem if damaged."""
        ...

    def __contains__(self, sha256: str) -> bool:
        """Whether there is such a content, damaged or not."""
        ...


class FileBlobs:
    """Blobs in a folder, `blobs/ab/ab12...`; it is made when the first one is put."""

    def __init__(self, root: Path) -> None:
        self.root = root / FOLDER
        self._guard = DiskGuard(self.root)

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        path = self.path_of(digest)
        with self._guard:
            # A damaged one is replaced: its name says what it has to be, and here it is.
            if not path.exists() or path.read_bytes() != data:
                write_whole(path, data, durable=True)
        return digest

    def get(self, sha256: str) -> bytes | None:
        path = self.path_of(sha256)
        with self._guard:
            try:
                return _checked(sha256, path.read_bytes(), self.root.as_posix())
            except FileNotFoundError:
                return None

    def __contains__(self, sha256: str) -> bool:
        with self._guard:
            return self.path_of(sha256).exists()

    def path_of(self, sha256: str) -> Path:
        """Where the content stands, or would."""
        check_key(sha256)
        return self.root / sha256[:2] / sha256


class MemoryBlobs:
    """Blobs in memory, for tests and trials: they end with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blobs: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        with self._lock:
            self._blobs.setdefault(digest, bytes(data))
        return digest

    def get(self, sha256: str) -> bytes | None:
        check_key(sha256)
        return self._blobs.get(sha256)

    def __contains__(self, sha256: str) -> bool:
        check_key(sha256)
        return sha256 in self._blobs


class CloudBlobs:
    """Blobs in a bucket, with a copy in a folder of this machine that is read first."""

    def __init__(self, bucket: Bucket, copy: FileBlobs) -> None:
        self._bucket = bucket
        self.copy = copy

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        name = _name(digest)
        if not self._bucket.has(name):
            self._bucket.create(name, data)
        return self.copy.put(data)

    def get(self, sha256: str) -> bytes | None:
        try:
            data = self.copy.get(sha256)
        except EnvironmentProblem:
            data = None  # the copy is damaged: the bucket's takes its place
        if data is not None:
            return data
        found = self._bucket.get(_name(sha256))
        if found is None:
            return None
        data = _checked(sha256, found[0], self._bucket.display_url)
        self.copy.put(data)
        return data

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self.copy or self._bucket.has(_name(sha256))


def open_blobs(url_or_path: str, root: Path) -> BlobStore:
    """The blobs of the store that `open_store` opens with the same arguments; memory:// is a new, empty one.

    Those of a bucket are copied to `.locstore/cache` below `root`. Raises UsageError as `open_store` does.
    """
    from locstore.cache.opening import copy_folder, folder_of

    scheme = scheme_of(url_or_path)
    if scheme == "memory":
        return MemoryBlobs()
    if scheme in CLOUDS:
        return CloudBlobs(open_bucket(read_bucket_address(url_or_path)), FileBlobs(copy_folder(root)))
    return FileBlobs(folder_of(url_or_path, root))


def _name(sha256: str) -> str:
    check_key(sha256)
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def _checked(sha256: str, data: bytes, where: str) -> bytes:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EnvironmentProblem(
            f"The content {short_key(sha256)} in {where} is damaged. Delete {_name(sha256)} there and run again."
        )
    return data
