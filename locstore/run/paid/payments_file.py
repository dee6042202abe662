"""The file of payments, `.locstore/payments.db`: its tables, and what is taken over from older and damaged files.

Older versions kept the calls in the paint journal's file, `ledger.db`. They are copied from it, and from files that
were set aside, as far as these can be read; the sources stay as they are.
"""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from locstore.run.database import open_database

PAYMENTS, JOURNAL = "payments.db", "ledger.db"

SCHEMA = """
create table if not exists runs (
    id integer primary key,
    host text not null,
    process integer not null,
    born text not null
);
create table if not exists calls (
    id integer primary key,
    key text not null,
    run integer not null references runs (id),
    shot text not null,
    model text not null,
    state text not null,
    estimate real,
    usage text,
    message text,
    number integer not null default 1
);
create index if not exists calls_key on calls (key);
create table if not exists batches (
    id integer primary key,
    name text not null,
    part integer not null,
    kind text not null,
    endpoint text not null,
    model text not null,
    state text not null,
    began real not null,
    file text not null default '',
    batch text not null default '',
    outputs integer not null default 0,
    errors integer not null default 0,
    unique (name, part)
);
create table if not exists batch_calls (
    batch integer not null references batches (id),
    key text not null,
    call integer not null references calls (id),
    place integer not null,
    open integer not null default 1,
    primary key (batch, key)
) without rowid;
create index if not exists batch_calls_open on batch_calls (key) where open;
create table if not exists run_options (
    name text primary key,
    options text not null
) without rowid;
create table if not exists taken_over (
    file text primary key,
    call integer not null
) without rowid;
"""
_CALL = ("id", "key", "run", "shot", "model", "state", "estimate", "usage", "message", "number")
_BATCH = ("name", "part", "kind", "endpoint", "model", "state", "began", "file", "batch", "outputs", "errors")


def payments_path(journal: Path) -> Path:
    """The file of payments beside a paint journal."""
    return journal.with_name(PAYMENTS)


@dataclasses.dataclass(frozen=True, slots=True)
class Recovery:
    """A damaged file of payments was set aside: how many calls could be read from it and taken over."""

    calls: int


def open_payments(path: Path) -> tuple[sqlite3.Connection, Recovery | None]:
    """The file of payments, with the calls of older and damaged files taken over. Raises OSError, sqlite3.Error."""
    database, was_damaged = open_database(path, SCHEMA, durable=True, threads=True)
    try:
        _add_number(database)
        taken = sum(_take_over(database, source) for source in _sources(path))
    except BaseException:
        database.close()
        raise
    return database, Recovery(taken) if was_damaged else None


def _add_number(database: sqlite3.Connection) -> None:
    """The column for the number of the try; of two processes that miss it, one adds it."""
    database.execute("begin immediate")
    if not any(row[1] == "number" for row in database.execute("pragma table_info (calls)")):
        database.execute("alter table calls add column number integer not null default 1")
    database.execute("commit")


def _sources(path: Path) -> list[Path]:
    """Files that may hold calls: damaged files of payments, the newest first, then the paint journal, also renamed."""
    damaged = sorted(path.parent.glob(f"{path.name}.damaged-*"), key=lambda file: (len(file.name), file.name))
    journals = sorted(path.parent.glob(f"{JOURNAL}*"))
    return [
        file
        for file in (*reversed(damaged), *journals)
        if file.is_file() and not file.name.endswith(("-wal", "-shm", "-journal"))
    ]


def _take_over(database: sqlite3.Connection, source: Path) -> int:
    """Copy the calls of another file that were not copied yet; returns how many."""
    with _reading(source) as old:
        rows = _rows(old, "calls") if old is not None else []
        if old is None or not rows:
            return 0
        runs = {row["id"]: row for row in _rows(old, "runs")}
        # A journal may be renamed; it is known by its first call.
        first = runs.get(rows[0]["run"], {})
        identity = f"{rows[0]['key']} {first.get('host')} {first.get('process')} {first.get('born')}"
        origin = source.name if source.name.startswith(PAYMENTS) else identity
        last = _last_taken(database, origin)
        calls = [row for row in rows if row["id"] > last]
        batches = {row["id"]: row for row in _rows(old, "batches")}
        parts = [row for row in _rows(old, "batch_calls") if row["call"] > last]
        before = _rows(old, "taken_over")
    if not calls:
        return 0
    database.execute("begin immediate")
    try:
        if _last_taken(database, origin) == last:  # else another process has just done it
            _copy(database, calls, runs, batches, parts)
            taken = [(row["file"], row["call"]) for row in before] + [(origin, calls[-1]["id"])]
            database.executemany("insert or replace into taken_over values (?, ?)", taken)
    except BaseException:
        database.execute("rollback")
        raise
    database.execute("commit")
    return len(calls)


def _copy(
    database: sqlite3.Connection,
    calls: list[dict[str, Any]],
    runs: dict[int, dict[str, Any]],
    batches: dict[int, dict[str, Any]],
    parts: list[dict[str, Any]],
) -> None:
    new_runs: dict[int, int] = {}
    new_calls: dict[int, int] = {}
    for row in calls:
        if row["run"] not in new_runs:
            # A run whose row cannot be read is taken for one that has ended: its calls become unknown.
            run = runs.get(row["run"], {"host": "", "process": 0, "born": ""})
            values = (run["host"], run["process"], run["born"])
            new_runs[row["run"]] = _insert(database, "runs", ("host", "process", "born"), values)
        told = tuple(new_runs[row["run"]] if name == "run" else row.get(name) for name in _CALL[1:])
        told = (*told[:-1], row.get("number") or 1)
        new_calls[row["id"]] = _insert(database, "calls", _CALL[1:], told)
    new_batches: dict[int, int] = {}
    for part in parts:
        batch = batches.get(part["batch"])
        if batch is None or part["call"] not in new_calls:
            continue
        if part["batch"] not in new_batches:
            place = (batch["name"], batch["part"])
            known = database.execute("select id from batches where name = ? and part = ?", place).fetchone()
            facts = tuple(batch.get(name) for name in _BATCH)
            new_batches[part["batch"]] = known[0] if known else _insert(database, "batches", _BATCH, facts)
        database.execute(
            "insert or ignore into batch_calls (batch, key, call, place, open) values (?, ?, ?, ?, ?)",
            (new_batches[part["batch"]], part["key"], new_calls[part["call"]], part["place"], part["open"]),
        )


def _insert(database: sqlite3.Connection, table: str, columns: tuple[str, ...], values: tuple[Any, ...]) -> int:
    marks = ", ".join("?" * len(columns))
    text = f"insert into {table} ({', '.join(columns)}) values ({marks})"  # noqa: S608 - the names are this module's
    return int(database.execute(text, values).lastrowid or 0)


def _last_taken(database: sqlite3.Connection, origin: str) -> int:
    row = database.execute("select call from taken_over where file = ?", (origin,)).fetchone()
    return int(row[0]) if row else 0


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A connection that only reads; None for a file that is no database at all."""
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as old:
        old.row_factory = sqlite3.Row
        try:
            old.execute("select 1 from sqlite_master").fetchone()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise  # locked, for one: nobody knows yet what is in it
            yield None
            return
        yield old


def _rows(old: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """The rows of a table, from both ends as far as they can be read; none if there is no such table."""
    try:
        if old.execute("select 1 from sqlite_master where name = ?", (table,)).fetchone() is None:
            return []
    except sqlite3.DatabaseError:
        return []
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    keys = {"batch_calls": ("batch", "key"), "taken_over": ("file",)}.get(table, ("rowid",))
    for direction in (", ".join(keys), ", ".join(f"{key} desc" for key in keys)):
        try:
            for row in old.execute(f"select * from {table} order by {direction}"):  # noqa: S608
                found[tuple(row)] = dict(row)
        except sqlite3.DatabaseError:
            continue  # the page after the last row is damaged: what is left is read from the other end
        break
    return sorted(found.values(), key=lambda row: row.get("id") or 0)
