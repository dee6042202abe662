"""Following a run: what its workers say, in order, with the pictures fetched from the cache and checked."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from locstore.cache import BlobStore
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding
from locstore.run.queue.messages import unpack_job, unpack_sheet
from locstore.run.queue.records import Event, RunFacts
from locstore.run.queue.results import DamagedOutcome, unpack_outcome
from locstore.run.queue.run_state import Board
from locstore.run.render import Outcome

_FETCHERS = 8
_TOGETHER = 16  # pictures in memory at once
_WAIT = 1.0  # seconds for news, between which ^C is heard
_GATHER = 0.05  # seconds in which more news may come: one question for each shot would cost more than the shot
_NO_WORKERS = 10.0  # seconds after which nobody at all is worth a word


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """A job of a run as far as the one who follows needs it: its place, its name, the digests of its inputs."""

    path: str
    shot: str
    digests: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class News:
    """What became of a shot. `picture` are the bytes of its record, or of its candidate; `skipped` says why none."""

    outcome: Outcome
    picture: bytes | None = None
    skipped: str = ""


def sent_jobs(board: Board, blobs: BlobStore, facts: RunFacts) -> list[Sent]:
    """The jobs of a run by index, from the cache. Raises EnvironmentProblem if they are not there any more."""
    jobs: list[Sent] = []
    for number in range(facts.sheets):
        digest = board.sheet(facts.name, number)
        data = blobs.get(digest) if digest else None
        if data is None:
            raise EnvironmentProblem(f"What the run {facts.name} consists of is not in this project's cache.")
        for text in unpack_sheet(data):
            job = unpack_job(text)
            jobs.append(Sent(job.path, job.shot.key, job.digests))
    return jobs


class Follower:
    """Hears a run to its end. `tell` prints a line: troubles of workers, and that there are none."""

    def __init__(
        self, board: Board, blobs: BlobStore, facts: RunFacts, jobs: list[Sent], tell: Callable[[str], None]
    ) -> None:
        self._board, self._blobs, self._facts, self._jobs, self._tell = board, blobs, facts, jobs, tell
        self._after = "0"
        self._ended: set[int] = set()
        self._said: set[str] = set()
        self._quiet_since: float | None = None
        self.cancelled = False
        self.skipped = ""  # why shots were not asked for: the budget, or the server

    def news(self) -> Iterator[News]:
        """The end of each shot, once, until all have ended or the run is cancelled and nobody works for it any more."""
        with ThreadPoolExecutor(_FETCHERS, thread_name_prefix="fetch") as pool:
            while len(self._ended) < self._facts.total:
                events = self._board.events(self._facts.name, self._after, wait=_WAIT)
                for start in range(0, len(events), _TOGETHER):
                    for news in pool.map(self._fetched, self._new(events[start : start + _TOGETHER])):
                        self.skipped = self.skipped or news.skipped
                        yield news
                if events:
                    self._after = events[-1].id
                    self._quiet_since = None
                    time.sleep(_GATHER)
                elif self._is_over():
                    return

    def _new(self, events: list[Event]) -> list[Event]:
        fresh = []
        for event in events:
            if event.kind == "end" and event.index not in self._ended and event.index < len(self._jobs):
                self._ended.add(event.index)
                fresh.append(event)
            elif event.kind == "trouble" and event.text not in self._said:
                self._said.add(event.text)
                self._tell(event.text)
            elif event.kind == "cancelled":
                self.cancelled = True
        return fresh

    def _is_over(self) -> bool:
        """Nothing came for a moment: is there still somebody at work?"""
        facts = self._board.facts(self._facts.name)
        if facts is None:
            raise EnvironmentProblem(f"The run {self._facts.name} has gone from the queue. Run again.")
        if facts.state == "cancelled":
            self.cancelled = True
            return not facts.held
        now = time.monotonic()
        self._quiet_since = self._quiet_since or now
        if now - self._quiet_since > _NO_WORKERS and not self._board.workers():
            self._tell("No worker is at work: start `locstore worker` with this queue and cache, of this version.")
            self._quiet_since = float("inf")
        return False

    def _fetched(self, event: Event) -> News:
        sent = self._jobs[event.index]
        try:
            arrived = unpack_outcome(event.text)
        except DamagedOutcome as error:
            return News(_lost(sent, f"What the worker said cannot be used: {error}. Run again."))
        if arrived.outcome is None:
            return News(Outcome(sent.path, sent.shot), skipped=arrived.skipped)
        outcome = dataclasses.replace(
            arrived.outcome,
            path=sent.path,
            shot=sent.shot,
            findings=tuple(dataclasses.replace(f, shot=sent.shot) for f in arrived.outcome.findings),
        )
        record = outcome.record or outcome.candidate
        if record is None:
            return News(outcome)
        wrong = ""
        if record.shot != sent.shot or dict(record.digests) != dict(sent.digests):
            wrong = "The worker painted another shot than it was asked for"
        elif (data := self._blobs.get(record.sha256)) is None:
            wrong = "The picture is not in the cache any more"
        elif len(data) != record.bytes:  # the digest is the blob's name, and `get` has checked it
            wrong = "The picture in the cache is damaged"
        else:
            return News(outcome, data)
        return News(_lost(sent, f"{wrong}. Run again."))


def _lost(sent: Sent, message: str) -> Outcome:
    finding = Finding(code="run-picture-lost", message=message, shot=sent.shot)
    return Outcome(sent.path, sent.shot, findings=(finding,))
