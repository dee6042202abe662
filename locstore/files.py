"""Writing so that a file appears whole or not at all, and never outside its folder."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import tempfile
from pathlib import Path

from locstore.errors import EnvironmentProblem
from locstore.liveness import is_alive

_TEMPORARY = re.compile(r"^\.locstore-(\d+)-")


def write_whole(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write to a temporary name beside `path`, then rename. `durable` waits for the disk.

    A file that is there keeps its permissions. Raises EnvironmentProblem for a full disk, a read-only folder and
    the like; the old file stays as it was.
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
            Path(temporary).chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise
        if durable:
            _sync_folder(path.parent)
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
        if found and path.is_file() and not is_alive(int(found[1])):
            with contextlib.suppress(PermissionError):  # somebody else's: it is in nobody's way
                path.unlink(missing_ok=True)
                count += 1
    return count


def _explain(error: OSError, path: Path) -> str:
    advice = {
        errno.ENOSPC: "free some space and run again",
        errno.EDQUOT: "free some space and run again",
        errno.EROFS: "choose another folder",
        errno.EACCES: "check the folder's owner and mode",
        errno.EPERM: "check the folder's owner and mode",
        errno.EEXIST: "a file stands where a folder is needed, move it away",
        errno.ENOTDIR: "a file stands where a folder is needed, move it away",
        errno.EISDIR: "a folder stands where the file should be, move it away",
        errno.ENAMETOOLONG: "choose shorter names",
    }
    what = error.strerror or str(error)
    todo = advice.get(error.errno or 0)
    return f"{path.as_posix()} cannot be written: {what}{f'; {todo}' if todo else ''}."


def _sync_folder(folder: Path) -> None:
    """Make the new name last; Windows has no such call for folders."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
