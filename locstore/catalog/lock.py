"""One lock for everybody of ours who changes catalogs, between threads and processes; other programs know none."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from locstore.errors import EnvironmentProblem

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextlib.contextmanager
def catalog_lock(path: Path) -> Iterator[None]:
    """Be the only one who changes the catalogs in the folder of `path`; a process that dies lets go.

    The folder itself is locked, so that no lock file is left in anybody's repository; Windows cannot lock a folder
    and has a file among the temporary ones. Raises EnvironmentProblem if the folder cannot be locked.
    """
    folder = path.resolve().parent
    try:
        handle = _open(folder)
    except OSError as error:
        raise _problem(folder, error) from error
    try:
        try:
            _lock(handle)
        except OSError as error:
            raise _problem(folder, error) from error
        yield
    finally:
        os.close(handle)  # which unlocks


def _problem(folder: Path, error: OSError) -> EnvironmentProblem:
    return EnvironmentProblem(f"The folder {folder.as_posix()} cannot be locked: {error.strerror or error}.")


if sys.platform == "win32":

    def _open(folder: Path) -> int:
        name = hashlib.sha256(str(folder).casefold().encode()).hexdigest()[:32]
        return os.open(Path(tempfile.gettempdir()) / f"locstore-{name}.lock", os.O_RDWR | os.O_CREAT)

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)

else:

    def _open(folder: Path) -> int:
        return os.open(folder, os.O_RDONLY)

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)
