"""From what the project file calls its `cache` to the store itself."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from locstore.cache.bucket import open_bucket
from locstore.cache.bucket_address import CLOUDS, read_bucket_address, scheme_of
from locstore.cache.bucket_store import BucketStore
from locstore.cache.file_store import FileStore
from locstore.cache.memory import MemoryStore
from locstore.cache.read_through import ReadThroughStore
from locstore.cache.store import PictureStore
from locstore.errors import UsageError
from locstore.findings import Finding

_COPY = Path(".locstore/cache")


def open_store(url_or_path: str, root: Path) -> PictureStore:
    """A store of pictures from a path, relative to `root`, or a URL; memory:// is a new, empty one.

    s3://, gs:// and az:// name a bucket, whose pictures are copied to `.locstore/cache` below `root`; the credentials
    are those of the environment. Nothing is made, read or sent yet. Raises UsageError for what cannot be a store;
    messages never show more of a URL than its scheme, for the rest may hold a password.
    """
    scheme = scheme_of(url_or_path)
    if scheme in CLOUDS:
        return ReadThroughStore(BucketStore(open_bucket(read_bucket_address(url_or_path))), copy_folder(root))
    return MemoryStore() if scheme == "memory" else FileStore(folder_of(url_or_path, root))


def ready_cache(url_or_path: str, root: Path) -> list[Finding]:
    """What a run does before it pays: a bucket proves that it is create-only, and gets what waits to be sent.

    Copies of pictures that another machine has removed with `cache rm` are removed here, too. A folder needs nothing.
    Raises UsageError for memory://, which would lose what was paid for, and EnvironmentProblem if the bucket cannot be
    used or does not answer: then nothing is to be paid for.
    """
    if scheme_of(url_or_path) == "memory":
        raise UsageError(
            "`cache` is memory://, which forgets every picture when the run ends: each run would pay for all of them "
            "again. Name a folder or a bucket as `cache` for a painter that pays."
        )
    store = open_store(url_or_path, root)
    if not isinstance(store, ReadThroughStore):
        return []
    findings = store.findings()
    store.drop_removed()
    store.push_outbox()
    # Those that waited have been sent by now.
    return [finding for finding in findings if finding.code != "cache-waiting"]


def copy_folder(root: Path) -> Path:
    """Where the pictures of a bucket are copied to."""
    return root / _COPY


def folder_of(url_or_path: str, root: Path) -> Path:
    """The folder that a path, relative to `root`, or a file:// URL names. Raises UsageError."""
    scheme = scheme_of(url_or_path)
    if scheme is None:
        if not url_or_path.strip():
            raise UsageError("`cache` is empty. Name a folder for paid pictures, such as .locstore/cache.")
        return root / Path(url_or_path).expanduser()
    if scheme == "file":
        return _path_of(url_or_path)
    raise UsageError(
        f"`cache` cannot be a {scheme}:// address. Name a folder, or a bucket as s3://, gs:// or az://bucket/prefix."
    )


def _path_of(url: str) -> Path:
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"} or not path.strip("/") or parts.query or parts.fragment:
        raise UsageError("`cache` is a file:// address that names no folder here. Write file:///path/to/folder.")
    return Path(path[1:] if re.match(r"/[A-Za-z]:", path) else path)
