"""Files read with limits, and written whole or not at all, never outside their folder."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import stat
import tempfile
from io import BufferedReader
from pathlib import Path

from locstore.errors import EnvironmentProblem
from locstore.liveness import is_alive

_TEMPORARY = re.compile(r"^\.locstore-(\d+)-")


class RefusedFile(OSError):
    """A pipe, a device or a folder where a file is expected, or a file above a limit; `strerror` says which."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(errno.EINVAL, reason, str(path))


def open_regular(path: Path, limit: int | None = None) -> BufferedReader:
    """The file opened for reading, without waiting for a pipe's other end; close it.

    Raises RefusedFile for anything but a regular file of at most `limit` bytes, and OSError as `open`.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise RefusedFile(path, "it is a folder")
        if not stat.S_ISREG(found.st_mode):
            raise RefusedFile(path, "it is a pipe, a socket or a device, not a file")
        if limit is not None and found.st_size > limit:
            raise RefusedFile(path, f"it has {found.st_size:,} bytes, and at most {limit:,} are read")
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_regular(path: Path, limit: int) -> bytes:
    """The bytes of a file; raises as `open_regular`."""
    with open_regular(path, limit) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:  # it grows while it is read, or its size is not known before, as in /proc
        raise RefusedFile(path, f"it has more than {limit:,} bytes")
    return data


def file_sha256(path: Path, limit: int) -> str:
    """SHA-256 of a file as hex digits; raises as `open_regular`."""
    with open_regular(path, limit) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def append_line(path: Path, line: bytes) -> None:
    """Append a line in one write, so that lines of several processes do not mix. Raises EnvironmentProblem."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, flags, 0o644)
        try:
            os.write(handle, line + b"\n")
        finally:
            os.close(handle)
    except OSError as error:
        raise EnvironmentProblem(_explain(error, path)) from error


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
            Path(temporary).chmod(_mode(path))
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        raise EnvironmentProblem(_explain(error, path)) from error


def link_below(root: Path, relative: str) -> str | None:
    """The first part of `relative` (a path with forward slashes) that is a symbolic link below `root`, else None.

    `root` itself is not looked at. The result is relative to `root`.
    """
    place = root
    for part in relative.split("/"):
        place /= part
        if place.is_symlink():
            return place.relative_to(root).as_posix()
    return None


def write_below(root: Path, relative: str, data: bytes) -> Path:
    """As `write_whole`, for a file below `root`; a link on the way is refused. Returns the file's path.

    A link in the place of the file itself is replaced and its target stays as it is. Raises EnvironmentProblem.
    """
    folder, _, _ = relative.rpartition("/")
    link = link_below(root, folder) if folder else None
    if link is not None:
        raise EnvironmentProblem(
            f"{(root / link).as_posix()} is a link, and nothing is written through links. Put a folder in its place."
        )
    target = root / relative
    write_whole(target, data)
    return target


def write_if_changed(path: Path, data: bytes) -> bool:
    """As `write_whole`, but leaves an identical file alone; returns whether it wrote."""
    try:
        if path.read_bytes() == data:
            return False
    except OSError:
        pass  # not there or unreadable: writing will say what is wrong
    write_whole(path, data)
    return True


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced; 0644 for a new file and for a link."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return 0o644
    return stat.S_IMODE(found.st_mode) if stat.S_ISREG(found.st_mode) else 0o644


def write_below_if_changed(root: Path, relative: str, data: bytes) -> bool:
    """As `write_below`, but leaves an identical file alone; returns whether it wrote."""
    target = root / relative
    try:
        if link_below(root, relative) is None and target.read_bytes() == data:
            return False
    except OSError:
        pass  # not there or unreadable: writing will say what is wrong
    write_below(root, relative, data)
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
