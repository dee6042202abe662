"""The paint journal: which pictures are done, written after each picture, so that a killed run goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

from locstore.delivery import PictureRecord, record_from_dict
from locstore.run.database import Database

_SCHEMA = """
create table if not exists pictures (
    output text not null,
    path text not null,
    record text not null,
    size integer not null,
    mtime integer not null,
    primary key (output, path)
) without rowid;
create table if not exists announced (
    output text not null,
    path text not null,
    record text not null,
    primary key (output, path)
) without rowid;
create table if not exists digests (
    path text primary key,
    size integer not null,
    mtime integer not null,
    sha256 text not null
) without rowid;
"""


class PaintJournal(Database):
    """SQLite in WAL mode, `ledger.db` in the project's `.locstore` folder; every write is a transaction of its own.

    Without its rows a run paints again what is there already. Paid calls have a file of their own (`run/paid/`).
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        super().__init__(path, _SCHEMA, "paint journal", read_only=read_only)

    def pictures(self, output: Path) -> dict[str, tuple[PictureRecord, int, int]]:
        """By path: the record, and the size and mtime (ns) that the file had when it was written."""
        with self._guard():
            rows = self._db.execute(
                "select path, record, size, mtime from pictures where output = ?", (_key(output),)
            ).fetchall()
            return {path: (_from_json(record), size, mtime) for path, record, size, mtime in rows}

    def put(self, output: Path, path: str, record: PictureRecord, size: int, mtime: int) -> None:
        with self._guard(), self._db:
            self._db.execute("begin immediate")
            self._db.execute(
                "insert or replace into pictures values (?, ?, ?, ?, ?)",
                (_key(output), path, _to_json(record), size, mtime),
            )
            self._db.execute("delete from announced where output = ? and path = ?", (_key(output), path))

    def forget(self, output: Path, path: str) -> None:
        with self._guard():
            self._db.execute("delete from pictures where output = ? and path = ?", (_key(output), path))

    def begin_write(self, output: Path, path: str, record: PictureRecord) -> None:
        """Note a picture that is about to be written: it is ours even if the run is killed before `put`."""
        with self._guard():
            self._db.execute(
                "insert or replace into announced values (?, ?, ?)", (_key(output), path, _to_json(record))
            )

    def begun_writes(self, output: Path) -> dict[str, PictureRecord]:
        """By path: pictures that a killed run, or one that goes on now, has written or was about to write."""
        with self._guard():
            rows = self._db.execute("select path, record from announced where output = ?", (_key(output),)).fetchall()
            return {path: _from_json(record) for path, record in rows}

    def known_digests(self) -> dict[str, tuple[int, int, str]]:
        """By absolute path: size, mtime (ns) and SHA-256 of input files seen before."""
        with self._guard():
            rows = self._db.execute("select path, size, mtime, sha256 from digests").fetchall()
        return {path: (size, mtime, digest) for path, size, mtime, digest in rows}

    def put_digests(self, rows: dict[str, tuple[int, int, str]]) -> None:
        with self._guard(), self._db:
            self._db.execute("begin immediate")
            self._db.executemany(
                "insert or replace into digests values (?, ?, ?, ?)",
                [(_key(path), *values) for path, values in sorted(rows.items())],
            )


def _key(path: Path | str) -> str:
    """A path that SQLite accepts: bytes of a name that are not UTF-8 are written as escapes."""
    return str(path).encode(errors="backslashreplace").decode()


def _to_json(record: PictureRecord) -> str:
    return json.dumps(record.as_dict(), ensure_ascii=False)


def _from_json(text: str) -> PictureRecord:
    return record_from_dict(json.loads(text))
