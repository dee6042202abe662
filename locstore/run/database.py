"""An SQLite file in the project's `.locstore` folder, opened in WAL mode; what goes wrong with it is said in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from locstore.errors import EnvironmentProblem


class Database:
    """A file that holds nothing that cannot be made again; use it as a context manager. `name` is its in messages.

    Every write is a transaction of its own. Raises EnvironmentProblem if the file cannot be opened.
    """

    def __init__(self, path: Path, schema: str, name: str) -> None:
        self._name = name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=normal")
            self._db.executescript(schema)
        except (OSError, sqlite3.Error) as error:
            raise EnvironmentProblem(
                f"The {name} {path.as_posix()} cannot be opened ({error}). Check the folder's permissions, or delete "
                f"the {name}: it is made again."
            ) from error

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
            raise EnvironmentProblem(
                f"The {self._name} cannot be used ({error}). Free some space if the disk is full; else delete the "
                f"{self._name}: it is made again."
            ) from error
