"""The book of batches: which pictures are with the server for a day, written before anything leaves.

A call in a batch is `sent` in the book of calls, and `unknown` as soon as the process that sent it ends: no other run
asks for it, with an older version of locstore neither. What is known of it stands here, in the same file.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from locstore.run.paid.payments import CallState, Claim, LocalPaymentLedger

_SCHEMA = """
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
"""


class PartState(StrEnum):
    """How far a part of a batch has come."""

    WRITING = "writing"  # its file is being written; nothing has left
    WRITTEN = "written"  # its file is whole on the disk
    UPLOADED = "uploaded"  # the server has the file
    CREATING = "creating"  # the server may have been asked to work on it
    CREATED = "created"  # the server works on it
    SETTLED = "settled"  # what became of each picture is in the book


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A file of lines and the batch made of it. `began` is in seconds since 1970.

    `outputs` and `errors` are the bytes of the server's files that are taken in.
    """

    id: int
    name: str
    part: int
    kind: str
    endpoint: str
    model: str
    state: PartState
    began: float
    file: str
    batch: str
    outputs: int
    errors: int

    @property
    def lines_name(self) -> str:
        """The file of requests, until the server works on them."""
        return f"{self.name}-{self.part}.jsonl"

    @property
    def inputs_name(self) -> str:
        """The file of what each picture's key was made of, until all pictures are settled."""
        return f"{self.name}-{self.part}.inputs"


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that is to be claimed for a batch; `place` is where its inputs stand in the part's file of them."""

    key: str
    shot: str
    estimate: float | None
    place: int


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """What became of a run's pictures: `open` are with the server, `dollars` is the estimate of all."""

    pictures: int
    open: int
    done: int
    dollars: float


BATCH_RUN = "batch-"  # how the names of batches' runs begin; a queue's begin otherwise


class BatchPaymentLedger(LocalPaymentLedger):
    """The book of calls with the tables of batches; it takes the place of `LocalPaymentLedger` in every run."""

    def __init__(self, path: Path, cached: Callable[[str], bool]) -> None:
        super().__init__(path, cached)
        with self._lock:
            self._db.executescript(_SCHEMA)

    def claim(
        self, key: str, *, shot: str, model: str, estimate: float | None, retry_unknown: bool, number: int = 1
    ) -> tuple[Claim, int]:
        """As a book of calls does; what is with a batch is parked, whatever else is asked for again."""
        if self.is_open(key) and not self._cached(key):
            return Claim.PARKED, 0
        return super().claim(key, shot=shot, model=model, estimate=estimate, retry_unknown=retry_unknown, number=number)

    def is_open(self, key: str) -> bool:
        """Whether a picture is with a batch."""
        row = self._db.execute("select 1 from batch_calls where key = ? and open", (key,)).fetchone()
        return row is not None

    def begin(self, name: str, part: int, *, kind: str, endpoint: str, model: str, now: float) -> Part:
        with self._change() as db:
            made = db.execute(
                "insert into batches (name, part, kind, endpoint, model, state, began) values (?, ?, ?, ?, ?, ?, ?)",
                (name, part, kind, endpoint, model, PartState.WRITING, now),
            ).lastrowid
        return Part(int(made or 0), name, part, kind, endpoint, model, PartState.WRITING, now, "", "", 0, 0)

    def claim_for(self, part: Part, wanted: Sequence[Wanted], *, retry_unknown: bool) -> list[Claim]:
        """Claim pictures for a part, all in one transaction; with GO they are in the book as `sent`."""
        cached = [self._cached(w.key) for w in wanted]
        with self._change() as db:
            return [
                Claim.CACHED if there else self._claim_one(db, part, w, retry_unknown=retry_unknown)
                for w, there in zip(wanted, cached, strict=True)
            ]

    def _claim_one(self, db: Any, part: Part, wanted: Wanted, *, retry_unknown: bool) -> Claim:
        states = {state for (state,) in db.execute("select state from calls where key = ?", (wanted.key,))}
        # Since the look into the cache another run may have brought it.
        if CallState.DONE in states and self._cached(wanted.key):
            return Claim.CACHED
        if self.is_open(wanted.key) or CallState.SENT in states:
            return Claim.WAIT
        if CallState.REFUSED in states:
            return Claim.REFUSED
        if CallState.UNKNOWN in states:
            if not retry_unknown:
                return Claim.PARKED
            db.execute(
                "update calls set state = ?, message = 'asked for again' where key = ? and state = ?",
                (CallState.FAILED, wanted.key, CallState.UNKNOWN),
            )
        call = db.execute(
            "insert into calls (key, run, shot, model, state, estimate) values (?, ?, ?, ?, ?, ?)",
            (wanted.key, self._run, wanted.shot, part.model, CallState.SENT, wanted.estimate),
        ).lastrowid
        db.execute(
            "insert into batch_calls (batch, key, call, place) values (?, ?, ?, ?)",
            (part.id, wanted.key, call, wanted.place),
        )
        return Claim.GO

    def move(self, part: Part, state: PartState, *, file: str | None = None, batch: str | None = None) -> Part:
        """Write how far a part has come; returns it as it is now."""
        moved = dataclasses.replace(
            part, state=state, file=part.file if file is None else file, batch=part.batch if batch is None else batch
        )
        with self._change() as db:
            db.execute(
                "update batches set state = ?, file = ?, batch = ? where id = ?",
                (moved.state, moved.file, moved.batch, moved.id),
            )
        return moved

    def parts(self, name: str | None = None) -> list[Part]:
        """The parts of a run, or of all, in their order."""
        rows = self._db.execute(
            "select id, name, part, kind, endpoint, model, state, began, file, batch, outputs, errors from batches "
            "where ?1 is null or name = ?1 order by id",
            (name,),
        ).fetchall()
        return [dataclasses.replace(Part(*row), state=PartState(row[6])) for row in rows]

    def place(self, part: Part, key: str) -> tuple[int, int, str] | None:
        """Where the inputs of an open picture stand, its call and its shot; None for one that is not open."""
        row = self._db.execute(
            "select batch_calls.place, calls.id, calls.shot from batch_calls join calls on calls.id = batch_calls.call "
            "where batch_calls.batch = ? and batch_calls.key = ? and batch_calls.open",
            (part.id, key),
        ).fetchone()
        return None if row is None else (int(row[0]), int(row[1]), str(row[2]))

    def settle_line(
        self,
        part: Part,
        key: str,
        state: CallState,
        *,
        usage: Mapping[str, Any] | None = None,
        message: str = "",
    ) -> None:
        """What became of a picture of a part; `done` may be said only when its bytes are in the cache."""
        with self._change() as db:
            row = db.execute(
                "select call from batch_calls where batch = ? and key = ? and open", (part.id, key)
            ).fetchone()
            if row is not None:
                db.execute(
                    "update calls set state = ?, usage = ?, message = ? where id = ?",
                    (state, json.dumps(usage, sort_keys=True) if usage else None, message[:300], row[0]),
                )
                db.execute("update batch_calls set open = 0 where batch = ? and key = ?", (part.id, key))

    def took(self, part: Part, *, outputs: int, errors: int) -> Part:
        """Remember how far the server's files are taken in, so that nobody fetches gigabytes twice."""
        with self._change() as db:
            db.execute("update batches set outputs = ?, errors = ? where id = ?", (outputs, errors, part.id))
        return dataclasses.replace(part, outputs=outputs, errors=errors)

    def open_calls(self, part: Part) -> Iterator[tuple[str, str]]:
        """Key and shot of the pictures that nothing is known of yet."""
        yield from self._db.execute(
            "select batch_calls.key, calls.shot from batch_calls join calls on calls.id = batch_calls.call "
            "where batch_calls.batch = ? and batch_calls.open order by calls.id",
            (part.id,),
        ).fetchall()

    def settle_rest(self, part: Part, state: CallState, message: str) -> None:
        """What became of all that nothing is known of, and the end of the part; pictures in the cache are done."""
        keys = [key for key, _ in self.open_calls(part)]
        done = {key for key in keys if self._cached(key)}
        with self._change() as db:
            for key in keys:
                db.execute(
                    "update calls set state = ?, message = ? where id = "
                    "(select call from batch_calls where batch = ? and key = ?)",
                    (CallState.DONE if key in done else state, message[:300], part.id, key),
                )
            db.execute("update batch_calls set open = 0 where batch = ?", (part.id,))
            db.execute("update batches set state = ? where id = ?", (PartState.SETTLED, part.id))

    def counts(self, name: str) -> Counts:
        """What became of the pictures of a run."""
        row = self._db.execute(
            "select count(*), coalesce(sum(batch_calls.open), 0), coalesce(sum(calls.state = 'done'), 0), "
            "coalesce(sum(calls.estimate), 0.0) from batch_calls join calls on calls.id = batch_calls.call "
            "join batches on batches.id = batch_calls.batch where batches.name = ?",
            (name,),
        ).fetchone()
        return Counts(int(row[0]), int(row[1]), int(row[2]), float(row[3]))
