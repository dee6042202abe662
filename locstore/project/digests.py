"""SHA-256 of input files, remembered in the ledger by size and time so that a second run reads nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from locstore.run import PaintJournal


class FileDigests:
    """Callable: path -> hex digest. `save()` keeps what was new; `seen` maps every asked path to its digest."""

    def __init__(self, ledger: PaintJournal) -> None:
        self._ledger = ledger
        self._known = ledger.known_digests()
        self._new: dict[str, tuple[int, int, str]] = {}
        self.seen: dict[Path, str] = {}

    def __call__(self, path: Path) -> str:
        if path in self.seen:
            return self.seen[path]
        stat = path.stat()
        known = self._known.get(str(path))
        if known is not None and known[:2] == (stat.st_size, stat.st_mtime_ns):
            digest = known[2]
        else:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            self._new[str(path)] = (stat.st_size, stat.st_mtime_ns, digest)
        self.seen[path] = digest
        return digest

    def save(self) -> None:
        """Write what was hashed into the ledger."""
        if self._new:
            self._ledger.put_digests(self._new)
            self._new = {}
