"""What the file store asks of a disk: folders that survive a power cut, one lock, and errors in plain words."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from locstore.errors import EnvironmentProblem

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOCK = ".lock"
_REASONS = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EROFS: "the file system is read-only; choose another folder as `cache`",
    errno.EACCES: "that is not permitted; check the folder's owner and mode",
    errno.EPERM: "that is not permitted; check the folder's owner and mode",
    errno.ENOTDIR: "a file stands where a folder is needed; move it away",
    errno.EISDIR: "a folder stands where a file is needed; move it away",
    errno.ENOLCK: "its file system has no locks; choose another folder as `cache`",
}


class DiskGuard:
    """A context in which an OSError becomes an EnvironmentProblem that names the store's folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(value, OSError):
            reason = _REASONS.get(value.errno or 0, value.strerror or str(value))
            raise EnvironmentProblem(f"The store of paid pictures in {self._root.as_posix()}: {reason}.") from value


def flush_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk. On Windows no folder can be opened; NTFS journals its names."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some network file systems flush names by themselves
                raise
        finally:
            os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each one on the disk before the next."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)


@contextlib.contextmanager
def write_lock(root: Path) -> Iterator[None]:
    """Be the only one, thread or process, that changes what stands in the store. A killed process lets go."""
    with (root / _LOCK).open("ab") as stream:
        if sys.platform == "win32":
            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
            try:
                yield
            finally:
                stream.seek(0)
                msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            fcntl.flock(stream, fcntl.LOCK_EX)  # closing the file lets go
            yield
