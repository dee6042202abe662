"""SQLite files in the project's `.locstore` folder: opened in WAL mode, checked, set aside when damaged."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from locstore.cache.disk import write_lock
from locstore.errors import EnvironmentProblem
from locstore.files import RefusedFile

_BUSY = 30  # seconds that a write waits for another process
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_ADVICE = {
    sqlite3.SQLITE_BUSY: "another process of locstore is writing to it. Wait until that one ends, then run again",
    sqlite3.SQLITE_LOCKED: "another process of locstore is writing to it. Wait until that one ends, then run again",
    sqlite3.SQLITE_FULL: "the disk is full. Free some space and run again",
    sqlite3.SQLITE_READONLY: "it cannot be written. Check the owner and mode of the file and its folder",
    sqlite3.SQLITE_PERM: "access is not permitted. Check the owner and mode of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened. Check its folder's owner and mode, and what stands in its place",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written. Free some space, and check the disk",
    sqlite3.SQLITE_CORRUPT: "its content is damaged. Run again: the file is set aside, and what can be read is kept",
    sqlite3.SQLITE_NOTADB: "its content is damaged. Run again: the file is set aside, and what can be read is kept",
}


def open_database(path: Path, schema: str, *, durable: bool, threads: bool = False) -> tuple[sqlite3.Connection, bool]:
    """A connection to the file, which is made if it is not there, and whether a damaged one was set aside for it.

    A damaged file becomes `<name>.damaged-1`, `-2` and so on; nothing is deleted. `durable` waits for the disk with
    every transaction, `threads` lets other threads use the connection. Raises OSError, sqlite3.Error.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        raise RefusedFile(path, "it is a folder, a pipe or a device")  # SQLite would wait for a pipe's other end
    try:
        return _open(path, schema, durable=durable, threads=threads), False
    except sqlite3.Error as error:
        if not is_damaged(error):
            raise
    with write_lock(path.parent):
        try:
            # Another process may have set it aside in the meantime.
            return _open(path, schema, durable=durable, threads=threads), False
        except sqlite3.Error as error:
            if not is_damaged(error):
                raise
        _set_aside(path)
        return _open(path, schema, durable=durable, threads=threads), True


def _open(path: Path, schema: str, *, durable: bool, threads: bool) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, check_same_thread=not threads)
    try:
        database.execute("pragma journal_mode=wal")
        database.execute(f"pragma synchronous={'full' if durable else 'normal'}")
        (verdict,) = database.execute("pragma quick_check(1)").fetchone()
        if verdict != "ok":
            error = sqlite3.DatabaseError(str(verdict))
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
        database.executescript(schema)
    except BaseException:
        database.close()
        raise
    return database


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether the error says that the file's content is damaged; a locked or read-only file is not."""
    return _code(error) in _DAMAGED


def _code(error: sqlite3.Error) -> int:
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF  # extended codes have more bits


def _set_aside(path: Path) -> None:
    number = 1
    while (target := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for ending in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(target.with_name(target.name + ending))


def database_problem(error: Exception, name: str, path: Path) -> EnvironmentProblem:
    """What went wrong with the file that messages call `name`, and what to do. It never advises to delete the file."""
    if isinstance(error, sqlite3.Error):
        reason = _ADVICE.get(_code(error), "SQLite cannot use it")
    elif isinstance(error, OSError):
        reason = "it cannot be opened. Check the owner and mode of its folder, and what stands in its place"
    else:
        reason = (
            "it holds something that this version of locstore cannot read. Use the version that wrote it, or rename "
            f"the file to {path.name}.old: a new one is made"
        )
    return EnvironmentProblem(f"The {name} {path.as_posix()}: {reason} ({error}).")


class Database:
    """A file whose content can be made again; use it as a context manager. `name` names it in messages.

    Every write is a transaction of its own. A damaged file is set aside at the opening, and a new one is made. With
    `read_only`, a file that cannot be written to, and one that does not exist in a folder that cannot be written to, is
    copied into memory and changes are lost. Raises EnvironmentProblem if the file cannot be opened.
    """

    def __init__(self, path: Path, schema: str, name: str, *, read_only: bool = False) -> None:
        self._path, self._name = path, name
        try:
            self._db, self.was_damaged = open_database(path, schema, durable=False)
            if read_only:
                try:
                    self._db.execute("begin immediate").close()
                    self._db.execute("rollback")
                except sqlite3.Error:
                    self._db.close()
                    raise
        except (OSError, sqlite3.Error, EnvironmentProblem) as error:
            if read_only:
                self._db, self.was_damaged = _in_memory(path, schema), False
            elif isinstance(error, EnvironmentProblem):
                raise
            else:
                raise database_problem(error, name, path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, KeyError, TypeError, ValueError) as error:
            raise database_problem(error, self._name, self._path) from error


def _in_memory(path: Path, schema: str) -> sqlite3.Connection:
    """A copy of the file as it was at its last checkpoint; empty if there is none that can be read."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    if not path.is_file():  # SQLite would wait for a pipe's other end
        database.executescript(schema)
        return database
    with contextlib.suppress(OSError, sqlite3.Error):
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        with contextlib.closing(source):
            source.backup(database)
    database.executescript(schema)
    return database
