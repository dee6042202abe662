"""From what the project file calls its `cache` to the store itself."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from locstore.cache.filestore import FileStore
from locstore.cache.memory import MemoryStore
from locstore.cache.store import PictureStore
from locstore.errors import UsageError

# Two letters at least: C:\\cache is a path.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def open_store(url_or_path: str, root: Path) -> PictureStore:
    """A store of pictures from a path, relative to `root`, or from a file:// URL; memory:// is a new, empty one.

    Nothing is made or read yet. Raises UsageError for what this version does not have. Messages never show
    more of a URL than its scheme, for the rest may hold a password.
    """
    found = _SCHEME.match(url_or_path)
    if found is None:
        if not url_or_path.strip():
            raise UsageError("`cache` is empty. Name a folder for paid pictures, such as .locstore/cache.")
        return FileStore(root / Path(url_or_path).expanduser())
    scheme = found[1].lower()
    if scheme == "memory":
        return MemoryStore()
    if scheme == "file":
        return FileStore(_path_of(url_or_path))
    later = " yet" if scheme in {"s3", "gs", "az"} else ""
    raise UsageError(
        f"`cache` cannot be a {scheme}:// address{later}: this version has the file store only. Name a folder for it."
    )


def _path_of(url: str) -> Path:
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"} or not path.strip("/") or parts.query or parts.fragment:
        raise UsageError("`cache` is a file:// address that names no folder here. Write file:///path/to/folder.")
    return Path(path[1:] if re.match(r"/[A-Za-z]:", path) else path)
