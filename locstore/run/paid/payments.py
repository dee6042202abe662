"""The ledger of paid calls on one machine: written before a request is sent and after its picture is safe.

A call is `sent` before the request leaves. When its picture is in the cache it becomes `done`; when the server said
no it is `refused` or `rejected`; when it cannot have been billed, `failed`; when it may have been billed and brought no
picture, `unknown`. A `sent` call of a run that has ended (kill -9, power cut) is `unknown` too, unless its picture
reached the cache. Unknown calls are repeated only with --retry-unknown. The rules are in `claim_rules`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from locstore.findings import Finding, Severity
from locstore.liveness import is_alive, started_at
from locstore.paint.images import CallResult
from locstore.run.database import database_problem
from locstore.run.paid.claim_rules import Claim, Fact, decide
from locstore.run.paid.payments_file import open_payments

__all__ = ["CODE_OF", "STATE_OF", "Call", "CallState", "Claim", "LocalPaymentLedger"]


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


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A row of the ledger. `number` is which try of its shot's picture it was, from 1."""

    id: int
    key: str
    shot: str
    model: str
    state: CallState
    estimate: float | None
    usage: Mapping[str, Any]
    message: str
    number: int = 1


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    """A call as a claim sees it."""

    id: int
    state: str
    host: str
    process: int
    started: str
    run: int

    @property
    def is_held(self) -> bool:
        """Whether the process that sent it lives. Another machine's is taken for dead: nobody here could tell."""
        return self.host == socket.gethostname() and is_alive(self.process, self.started)


class LocalPaymentLedger:
    """Calls in the project's payments file. Every change is one transaction, safe between threads and processes.

    `cached` says of a request key whether its picture is in the cache. It may ask a bucket, so it is never called
    inside a transaction. Every method may wait for the disk, and raises EnvironmentProblem if the file cannot be used.
    """

    def __init__(self, path: Path, cached: Callable[[str], bool]) -> None:
        self._path, self._cached = path, cached
        self._lock = threading.Lock()
        try:
            self._db, self._recovery = open_payments(path)
            row = (socket.gethostname(), os.getpid(), started_at(os.getpid()))
            self._run = self._db.execute("insert into runs (host, process, born) values (?, ?, ?)", row).lastrowid
        except (OSError, sqlite3.Error) as error:
            raise database_problem(error, "payments file", path) from error
        self._settle_ended()

    @property
    def findings(self) -> list[Finding]:
        """A warning if the payments file was damaged and had to be set aside when it was opened."""
        if self._recovery is None:
            return []
        message = (
            f"The payments file {self._path.name} was damaged. It is kept as {self._path.name}.damaged-*; "
            f"{self._recovery.calls} calls could be read from it and are taken over, and pictures in the cache are "
            "not paid for again. A call that could not be read may be. Compare the provider's bill."
        )
        return [Finding(code="run-payments-recovered", message=message, severity=Severity.WARNING)]

    def close(self) -> None:
        """Close the file. What this run left `sent` is settled as for a run that has ended."""
        try:
            self._settle_ended(self._run)
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
                    with contextlib.suppress(sqlite3.Error):  # a full disk has rolled it back already
                        self._db.execute("rollback")
                    raise
                self._db.execute("commit")
        except sqlite3.Error as error:
            raise database_problem(error, "payments file", self._path) from error

    def _read(self, text: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._db.execute(text, values).fetchall()
        except sqlite3.Error as error:
            raise database_problem(error, "payments file", self._path) from error

    def _settle_ended(self, own: int | None = None) -> None:
        """Settle `sent` calls of runs that have ended, and of run `own`: done if the picture is in the cache."""
        rows = self._read(
            "select calls.id, calls.key, calls.state, runs.host, runs.process, runs.born, calls.run from calls "
            "join runs on runs.id = calls.run where calls.state = ?",
            (CallState.SENT,),
        )
        ended = [(row[0], row[1]) for row in rows if row[6] == own or not _Row(row[0], *row[2:]).is_held]
        if not ended:
            return
        states = [(CallState.DONE if self._cached(key) else CallState.UNKNOWN, call) for call, key in ended]
        with self._change() as db:
            db.executemany("update calls set state = ? where id = ? and state = 'sent'", states)

    def claim(
        self, key: str, *, shot: str, model: str, estimate: float | None, retry_unknown: bool, number: int = 1
    ) -> tuple[Claim, int]:
        """Ask to send a request. With SEND the call is in the ledger as `sent`, under the returned id, else 0."""
        while True:
            done = self._done(key)
            cached = self._cached(key)
            with self._change() as db:
                facts = self._facts(db, key, cached=cached, done=done)
                if facts is None:
                    continue  # its picture came after the look into the cache
                claim = decide(facts, retry_unknown=retry_unknown)
                if claim is not Claim.SEND:
                    return claim, 0
                return claim, self._insert(db, key, shot=shot, model=model, estimate=estimate, number=number)

    def _done(self, key: str) -> int:
        """How many calls for the key are done: one more, and another run has brought the picture."""
        return int(self._read("select count(*) from calls where key = ? and state = ?", (key, CallState.DONE))[0][0])

    def _facts(self, db: sqlite3.Connection, key: str, *, cached: bool, done: int) -> set[Fact] | None:
        """What is known of a request, inside a transaction. None if a call became done since `cached` was found."""
        rows = [
            _Row(*row)
            for row in db.execute(
                "select calls.id, calls.state, runs.host, runs.process, runs.born, calls.run from calls "
                "join runs on runs.id = calls.run where calls.key = ? order by calls.id",
                (key,),
            )
        ]
        if not cached and sum(row.state == CallState.DONE for row in rows) > done:
            return None
        facts = {Fact.CACHED} if cached else set[Fact]()
        if db.execute("select 1 from batch_calls where key = ? and open", (key,)).fetchone():
            facts.add(Fact.IN_BATCH)
        for row in rows:
            if row.state == CallState.SENT:
                facts.add(Fact.SENT if row.is_held else Fact.UNKNOWN)
            elif row.state == CallState.UNKNOWN:
                facts.add(Fact.UNKNOWN_HERE if row.run == self._run else Fact.UNKNOWN)
            elif row.state == CallState.REFUSED:
                facts.add(Fact.REFUSED)
        return facts

    def _insert(
        self, db: sqlite3.Connection, key: str, *, shot: str, model: str, estimate: float | None, number: int = 1
    ) -> int:
        """Write a call as `sent`. Calls that were unknown, or whose run has ended, are replaced by it."""
        db.execute(
            "update calls set state = ?, message = 'asked for again' where key = ? and state in (?, ?)",
            (CallState.FAILED, key, CallState.UNKNOWN, CallState.SENT),
        )
        made = db.execute(
            "insert into calls (key, run, shot, model, state, estimate, number) values (?, ?, ?, ?, ?, ?, ?)",
            (key, self._run, shot, model, CallState.SENT, estimate, number),
        ).lastrowid
        return int(made or 0)

    def settle(self, call: int, state: CallState, *, usage: Mapping[str, Any] | None = None, message: str = "") -> None:
        """Write what became of a call. `done` may be said only when its picture is in the cache."""
        with self._change() as db:
            db.execute(
                "update calls set state = ?, usage = ?, message = ? where id = ?",
                (state, json.dumps(usage, sort_keys=True) if usage else None, message[:300], call),
            )

    def calls(self, state: CallState | None = None) -> list[Call]:
        """Calls in order, all or those in one state."""
        rows = self._read(
            "select id, key, shot, model, state, estimate, usage, message, number from calls "
            "where ?1 is null or state = ?1 order by id",
            (state,),
        )
        return [
            Call(i, key, shot, model, CallState(s), estimate, json.loads(usage) if usage else {}, message or "", number)
            for i, key, shot, model, s, estimate, usage, message, number in rows
        ]
