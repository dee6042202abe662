"""Writing so that a file appears whole or not at all, and never outside its folder."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import tempfile
from pathlib import Path

from locstore.errors import EnvironmentProblem

_TEMPORARY = re.compile(r"^\.locstore-(\d+)-")


def write_whole(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write to a temporary name beside `path`, then rename. `durable` waits for the disk.

    Raises EnvironmentProblem for a full disk, a read-only folder and the like; the old file stays as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".locstore-{os.getpid()}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                if durable:
                    stream.flush()
                    os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise EnvironmentProblem(_explain(error, path)) from error


def write_if_changed(path: Path, data: bytes) -> bool:
    """As `write_whole`, but leaves an identical file alone; returns whether it wrote."""
    try:
        if path.read_bytes() == data:
            return False
    except OSError:
        pass  # not there or unreadable: writing will say what is wrong
    write_whole(path, data)
    return True


def remove_leftovers(root: Path) -> int:
    """Delete temporary files below `root` whose process is gone; returns how many."""
    count = 0
    for path in sorted(root.rglob(".locstore-*")):
        found = _TEMPORARY.match(path.name)
        if found and path.is_file() and not _alive(int(found[1])):
            path.unlink(missing_ok=True)
            count += 1
    return count


def _alive(process: int) -> bool:
    if sys.platform == "win32":
        return process == os.getpid()  # signal 0 would end the process there
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _explain(error: OSError, path: Path) -> str:
    reasons = {
        errno.ENOSPC: "the disk is full; free some space and run again",
        errno.EDQUOT: "the disk quota is used up; free some space and run again",
        errno.EROFS: "the file system is read-only; choose another output folder",
        errno.EACCES: "writing is not permitted; check the folder's owner and mode",
        errno.EPERM: "writing is not permitted; check the folder's owner and mode",
        errno.ENOTDIR: "a file stands where a folder is needed; move it away",
        errno.EISDIR: "a folder stands where the file should be; move it away",
        errno.ENAMETOOLONG: "the name is too long for this file system",
    }
    reason = reasons.get(error.errno or 0, error.strerror or str(error))
    return f"Cannot write {path.as_posix()}: {reason}."
