"""The book of paid calls: written before a request leaves and after its bytes are safe, so that nothing is paid twice.

A call is `sent` before the request goes out. When the bytes are in the cache it becomes `done`; when the server said
no it is `refused` or `rejected`; when it surely cost nothing, `failed`; when it may have been billed but brought no
picture, `unknown`. A `sent` call of a run that is no more (kill -9, power cut) is `unknown`, too, unless its bytes
reached the cache. Unknown calls are parked until somebody asks for them again.
"""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from locstore.errors import EnvironmentProblem
from locstore.paint.images import CallResult

_SCHEMA = """
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
"""


class CallState(StrEnum):
    """What is known of a call."""

    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


# What a call that brought no picture becomes by the client's verdict on the answer, and the finding that tells of it.
STATE_OF = {
    CallResult.RETRY: CallState.FAILED,
    CallResult.STOP: CallState.FAILED,
    CallResult.REFUSED: CallState.REFUSED,
    CallResult.REJECTED: CallState.REJECTED,
}
CODE_OF = {
    CallState.FAILED: "run-call-failed",
    CallState.REFUSED: "run-call-refused",
    CallState.REJECTED: "run-call-rejected",
    CallState.UNKNOWN: "run-call-unknown",
}


class Claim(StrEnum):
    """The answer to `LocalPaymentLedger.claim`."""

    GO = "go"  # nobody asks for it: send
    CACHED = "cached"  # the bytes are there
    WAIT = "wait"  # another run has asked for it and is alive
    PARKED = "parked"  # an earlier call may have been billed
    REFUSED = "refused"  # the server refused this very request before


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A row of the book. `number` is which try of its shot's picture it was, from 1."""

    id: int
    key: str
    shot: str
    model: str
    state: CallState
    estimate: float | None
    usage: Mapping[str, Any]
    message: str
    number: int = 1


class LocalPaymentLedger:
    """Calls in the project's ledger file; every change is a transaction of its own, safe between processes."""

    def __init__(self, path: Path, cached: Callable[[str], bool]) -> None:
        self._cached = cached
        self._lock = threading.Lock()  # the connection serves the event loop and its disk thread
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=full")
            self._db.executescript(_SCHEMA)
            self._grow()
            row = (socket.gethostname(), os.getpid(), _born(os.getpid()))
            self._run = self._db.execute("insert into runs (host, process, born) values (?, ?, ?)", row).lastrowid
        except (OSError, sqlite3.Error) as error:
            raise EnvironmentProblem(f"The ledger {path.as_posix()} cannot be opened ({error}).") from error
        self._settle()

    def _grow(self) -> None:
        """A book of an older version lacks the number of the try; of two runs that see it, one adds it."""
        self._db.execute("begin immediate")
        if not any(row[1] == "number" for row in self._db.execute("pragma table_info (calls)")):
            self._db.execute("alter table calls add column number integer not null default 1")
        self._db.execute("commit")

    def close(self) -> None:
        """Close the book. What this run left open, cut off by an error or an interrupt, is settled as in a dead run."""
        try:
            self._settle(self._run)
        finally:
            self._db.close()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                self._db.execute("begin immediate")
                try:
                    yield self._db
                except BaseException:
                    self._db.execute("rollback")
                    raise
                self._db.execute("commit")
        except sqlite3.Error as error:
            raise EnvironmentProblem(f"The ledger cannot be written ({error}).") from error

    def _settle(self, ended: int | None = None) -> None:
        """Calls of runs that are no more, and of run `ended`: done if their bytes are in the cache, else unknown."""
        with self._change() as db:
            rows = db.execute(
                "select calls.id, calls.key, runs.host, runs.process, runs.born, calls.run from calls join runs "
                "on runs.id = calls.run where calls.state = ?",
                (CallState.SENT,),
            ).fetchall()
            for call, key, host, process, born, run in rows:
                if run == ended or not _alive(host, process, born):
                    state = CallState.DONE if self._cached(key) else CallState.UNKNOWN
                    db.execute("update calls set state = ? where id = ?", (state, call))

    def claim(
        self, key: str, *, shot: str, model: str, estimate: float | None, retry_unknown: bool, number: int = 1
    ) -> tuple[Claim, int]:
        """Ask to send a request; with GO the call is in the book as `sent`, under the returned id."""
        with self._change() as db:
            rows = db.execute(
                "select calls.id, calls.state, runs.host, runs.process, runs.born, calls.run from calls "
                "join runs on runs.id = calls.run where calls.key = ? order by calls.id",
                (key,),
            ).fetchall()
            if self._cached(key):
                return Claim.CACHED, 0
            for call, state, host, process, born, _ in rows:
                if state == CallState.SENT:
                    if _alive(host, process, born):
                        return Claim.WAIT, 0
                    db.execute("update calls set state = ? where id = ?", (CallState.UNKNOWN, call))
            states = {state for _, state, *_ in rows} | (
                {CallState.UNKNOWN} if any(r[1] == CallState.SENT for r in rows) else set()
            )
            if CallState.UNKNOWN in states and not retry_unknown:
                return Claim.PARKED, 0
            if CallState.REFUSED in states:
                return Claim.REFUSED, 0
            if CallState.UNKNOWN in states:
                # Asked for again on purpose: the old ones are settled by this one.
                db.execute(
                    "update calls set state = ?, message = 'asked for again' where key = ? and state = ?",
                    (CallState.FAILED, key, CallState.UNKNOWN),
                )
            made = db.execute(
                "insert into calls (key, run, shot, model, state, estimate, number) values (?, ?, ?, ?, ?, ?, ?)",
                (key, self._run, shot, model, CallState.SENT, estimate, number),
            ).lastrowid
        return Claim.GO, int(made or 0)

    def settle(self, call: int, state: CallState, *, usage: Mapping[str, Any] | None = None, message: str = "") -> None:
        """What became of a call. `done` may be said only when the bytes are in the cache."""
        with self._change() as db:
            db.execute(
                "update calls set state = ?, usage = ?, message = ? where id = ?",
                (state, json.dumps(usage, sort_keys=True) if usage else None, message[:300], call),
            )

    def calls(self, state: CallState | None = None) -> list[Call]:
        """Calls in order, all or those in one state."""
        where, values = ("where state = ?", (state,)) if state else ("", ())
        rows = self._db.execute(
            f"select id, key, shot, model, state, estimate, usage, message, number from calls {where} "  # noqa: S608
            "order by id",
            values,
        ).fetchall()
        return [
            Call(i, key, shot, model, CallState(s), estimate, json.loads(usage) if usage else {}, message or "", number)
            for i, key, shot, model, s, estimate, usage, message, number in rows
        ]


def _born(process: int) -> str:
    """When a process began, as the system counts it: tells a process from a later one with its number.

    '' for one that is gone, also when only its parent has not heard of it (a killed run in a container), and on systems
    that do not tell.
    """
    try:
        # The name, in brackets, may hold anything, also bytes that are no text.
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return "" if fields[0] in (b"Z", b"X") else fields[19].decode("ascii")
    except (OSError, IndexError):
        return ""


def _alive(host: str, process: int, born: str) -> bool:
    if host != socket.gethostname():
        # Another container's: SQLite's WAL is for one machine, and nobody here can tell. Waiting might never end.
        return False
    if sys.platform == "win32":
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _born(process) == born
