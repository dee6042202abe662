"""SHA-256 of input files, remembered in the ledger by size and time so that a second run reads nothing."""

from __future__ import annotations

from pathlib import Path

from locstore.files import file_sha256
from locstore.run import PaintJournal

_MAX_BYTES = 1 << 28  # 256 MiB: no font and no picture is larger


class FileDigests:
    """Callable: path -> hex digest. `save()` writes new digests; `seen` maps each path to its digest.

    Raises OSError for what cannot be read, is no regular file, or has more than 256 MiB.
    """

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
            digest = file_sha256(path, _MAX_BYTES)
            self._new[str(path)] = (stat.st_size, stat.st_mtime_ns, digest)
        self.seen[path] = digest
        return digest

    def save(self) -> None:
        """Write what was hashed into the ledger."""
        if self._new:
            self._ledger.put_digests(self._new)
            self._new = {}
