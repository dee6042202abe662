"""The ledger of batches: which pictures the provider works on for up to a day, written before anything is sent.

A call in a batch is `sent`, and `unknown` as soon as the process that sent it ends: no other run repeats it, also not
one of an older version of locstore. What is known of the batch is in the tables `batches` and `batch_calls`.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from locstore.run.paid.claim_rules import Claim, decide
from locstore.run.paid.payments import CallState, LocalPaymentLedger


class PartState(StrEnum):
    """How far a part of a batch has come."""

    WRITING = "writing"  # its file is being written; nothing was sent
    WRITTEN = "written"  # its file is whole on the disk
    UPLOADED = "uploaded"  # the server has the file
    CREATING = "creating"  # the server may have been asked to work on it
    CREATED = "created"  # the server works on it
    SETTLED = "settled"  # what became of each picture is in the ledger


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
    """A picture that is to be claimed for a batch. `place` is the byte of the part's file where its inputs begin."""

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
    """The ledger of calls with what batches need of it."""

    def begin(self, name: str, part: int, *, kind: str, endpoint: str, model: str, now: float) -> Part:
        with self._change() as db:
            made = db.execute(
                "insert into batches (name, part, kind, endpoint, model, state, began) values (?, ?, ?, ?, ?, ?, ?)",
                (name, part, kind, endpoint, model, PartState.WRITING, now),
            ).lastrowid
        return Part(int(made or 0), name, part, kind, endpoint, model, PartState.WRITING, now, "", "", 0, 0)

    def claim_for(self, part: Part, wanted: Sequence[Wanted], *, retry_unknown: bool) -> list[Claim]:
        """Claim pictures for a part, all in one transaction. Those with SEND are in the ledger as `sent`."""
        while True:
            done = [self._done(w.key) for w in wanted]
            cached = [self._cached(w.key) for w in wanted]
            with self._change() as db:
                claims: list[Claim] = []
                for one, before, there in zip(wanted, done, cached, strict=True):
                    facts = self._facts(db, one.key, cached=there, done=before)
                    if facts is None:
                        break  # its picture came after the look into the cache
                    claims.append(decide(facts, retry_unknown=retry_unknown))
                if len(claims) < len(wanted):
                    continue
                for one, claim in zip(wanted, claims, strict=True):
                    if claim is Claim.SEND:
                        self._add_to_batch(db, part, one)
                    elif claim is Claim.IN_BATCH:
                        # A batch that was found again after the loss of the file knows no shots.
                        db.execute("update calls set shot = ? where key = ? and shot = ''", (one.shot, one.key))
                return claims

    def _add_to_batch(self, db: sqlite3.Connection, part: Part, one: Wanted, *, state: CallState | None = None) -> None:
        call = self._insert(db, one.key, shot=one.shot, model=part.model, estimate=one.estimate)
        if state is not None:
            db.execute("update calls set state = ? where id = ?", (state, call))
        db.execute(
            "insert into batch_calls (batch, key, call, place) values (?, ?, ?, ?)", (part.id, one.key, call, one.place)
        )

    def adopt(self, part: Part, batch: str, wanted: Sequence[Wanted]) -> None:
        """Write down a batch that the provider has and this ledger has lost: its pictures are not paid for again."""
        with self._change() as db:
            for one in wanted:
                self._add_to_batch(db, part, one, state=CallState.UNKNOWN)
            db.execute("update batches set state = ?, batch = ? where id = ?", (PartState.CREATED, batch, part.id))

    def note_options(self, name: str, options: Mapping[str, Any]) -> None:
        """Write down what a run was planned with, for `--attach`."""
        with self._change() as db:
            db.execute("insert or replace into run_options values (?, ?)", (name, json.dumps(options, sort_keys=True)))

    def options(self, name: str) -> Mapping[str, Any]:
        """What a run was planned with; empty if that is not known."""
        rows = self._read("select options from run_options where name = ?", (name,))
        options: Mapping[str, Any] = json.loads(rows[0][0]) if rows else {}
        return options

    def move(self, part: Part, state: PartState, *, file: str | None = None, batch: str | None = None) -> Part:
        """Write how far a part has come; returns the part as it is now."""
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
        rows = self._read(
            "select id, name, part, kind, endpoint, model, state, began, file, batch, outputs, errors from batches "
            "where ?1 is null or name = ?1 order by id",
            (name,),
        )
        return [dataclasses.replace(Part(*row), state=PartState(row[6])) for row in rows]

    def place(self, part: Part, key: str) -> tuple[int, int, str] | None:
        """The byte where the inputs of an open picture begin, its call and its shot; None for one that is not open."""
        rows = self._read(
            "select batch_calls.place, calls.id, calls.shot from batch_calls join calls on calls.id = batch_calls.call "
            "where batch_calls.batch = ? and batch_calls.key = ? and batch_calls.open",
            (part.id, key),
        )
        return (int(rows[0][0]), int(rows[0][1]), str(rows[0][2])) if rows else None

    def settle_line(
        self,
        part: Part,
        key: str,
        state: CallState,
        *,
        usage: Mapping[str, Any] | None = None,
        message: str = "",
    ) -> None:
        """Write what became of a picture of a part. `done` may be said only when the picture is in the cache."""
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
        """Remember how many bytes of the server's files are taken in: they are not fetched again."""
        with self._change() as db:
            db.execute("update batches set outputs = ?, errors = ? where id = ?", (outputs, errors, part.id))
        return dataclasses.replace(part, outputs=outputs, errors=errors)

    def open_calls(self, part: Part) -> Iterator[tuple[str, str]]:
        """Key and shot of the pictures of which nothing is known yet."""
        rows = self._read(
            "select batch_calls.key, calls.shot from batch_calls join calls on calls.id = batch_calls.call "
            "where batch_calls.batch = ? and batch_calls.open order by calls.id",
            (part.id,),
        )
        yield from ((str(key), str(shot)) for key, shot in rows)

    def settle_rest(self, part: Part, state: CallState, message: str) -> None:
        """Settle the pictures of a part that nothing is known of, and the part. Those in the cache are done."""
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

    def calls_in_batches(self) -> frozenset[int]:
        """The ids of all calls that were made by a batch: they cost the batch's price."""
        return frozenset(int(call) for (call,) in self._read("select call from batch_calls"))

    def counts(self, name: str) -> Counts:
        """What became of the pictures of a run."""
        ((pictures, open_, done, dollars),) = self._read(
            "select count(*), coalesce(sum(batch_calls.open), 0), coalesce(sum(calls.state = 'done'), 0), "
            "coalesce(sum(calls.estimate), 0.0) from batch_calls join calls on calls.id = batch_calls.call "
            "join batches on batches.id = batch_calls.batch where batches.name = ?",
            (name,),
        )
        return Counts(int(pictures), int(open_), int(done), float(dollars))
