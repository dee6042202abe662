"""Following a run: what its workers say, in order, with the pictures fetched from the cache and checked."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from locstore.cache import BlobStore
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding
from locstore.run.queue.messages import unpack_chunk, unpack_task
from locstore.run.queue.records import Event, RunRecord
from locstore.run.queue.results import DamagedResult, unpack_outcome
from locstore.run.queue.run_state import RunState
from locstore.run.render import TaskResult

_FETCHERS = 8
_TOGETHER = 16  # pictures in memory at once
_WAIT = 1.0  # seconds for news, between which ^C is heard
_GATHER = 0.05  # seconds in which more news may come: one question for each shot would cost more than the shot
_NO_WORKERS = 10.0  # seconds after which nobody at all is worth a word


@dataclasses.dataclass(frozen=True, slots=True)
class SentTask:
    """A job of a run as far as the one who follows needs it: its place, its name, the digests of its inputs."""

    path: str
    shot: str
    digests: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ShotEvent:
    """What became of a shot. `picture` are the bytes of its record, or of its candidate; `skipped` says why none."""

    result: TaskResult
    picture: bytes | None = None
    skipped: str = ""


def sent_tasks(run_state: RunState, blobs: BlobStore, facts: RunRecord) -> list[SentTask]:
    """The jobs of a run by index, from the cache. Raises EnvironmentProblem if they are not there any more."""
    tasks: list[SentTask] = []
    for number in range(facts.chunks):
        digest = run_state.chunk(facts.name, number)
        data = blobs.get(digest) if digest else None
        if data is None:
            raise EnvironmentProblem(f"What the run {facts.name} consists of is not in this project's cache.")
        for text in unpack_chunk(data):
            task = unpack_task(text)
            tasks.append(SentTask(task.path, task.shot.key, task.digests))
    return tasks


class RunWatcher:
    """Hears a run to its end. `tell` prints a line: troubles of workers, and that there are none."""

    def __init__(
        self,
        run_state: RunState,
        blobs: BlobStore,
        facts: RunRecord,
        tasks: list[SentTask],
        tell: Callable[[str], None],
    ) -> None:
        self._run_state, self._blobs, self._facts, self._jobs, self._tell = run_state, blobs, facts, tasks, tell
        self._after = "0"
        self._ended: set[int] = set()
        self._said: set[str] = set()
        self._quiet_since: float | None = None
        self.cancelled = False
        self.skipped = ""  # why shots were not asked for: the budget, or the server

    def news(self) -> Iterator[ShotEvent]:
        """The end of each shot, once, until all have ended or the run is cancelled and nobody works for it any more."""
        with ThreadPoolExecutor(_FETCHERS, thread_name_prefix="fetch") as pool:
            while len(self._ended) < self._facts.total:
                events = self._run_state.events(self._facts.name, self._after, wait=_WAIT)
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
        facts = self._run_state.facts(self._facts.name)
        if facts is None:
            raise EnvironmentProblem(f"The run {self._facts.name} has gone from the queue. Run again.")
        if facts.state == "cancelled":
            self.cancelled = True
            return not facts.held
        now = time.monotonic()
        self._quiet_since = self._quiet_since or now
        if now - self._quiet_since > _NO_WORKERS and not self._run_state.workers():
            self._tell("No worker is at work: start `locstore worker` with this queue and cache, of this version.")
            self._quiet_since = float("inf")
        return False

    def _fetched(self, event: Event) -> ShotEvent:
        sent = self._jobs[event.index]
        try:
            arrived = unpack_outcome(event.text)
        except DamagedResult as error:
            return ShotEvent(_lost(sent, f"What the worker said cannot be used: {error}. Run again."))
        if arrived.result is None:
            return ShotEvent(TaskResult(sent.path, sent.shot), skipped=arrived.skipped)
        result = dataclasses.replace(
            arrived.result,
            path=sent.path,
            shot=sent.shot,
            findings=tuple(dataclasses.replace(f, shot=sent.shot) for f in arrived.result.findings),
        )
        record = result.record or result.candidate
        if record is None:
            return ShotEvent(result)
        wrong = ""
        if record.shot != sent.shot or dict(record.digests) != dict(sent.digests):
            wrong = "The worker painted another shot than it was asked for"
        elif (data := self._blobs.get(record.sha256)) is None:
            wrong = "The picture is not in the cache any more"
        elif len(data) != record.bytes:  # the digest is the blob's name, and `get` has checked it
            wrong = "The picture in the cache is damaged"
        else:
            return ShotEvent(result, data)
        return ShotEvent(_lost(sent, f"{wrong}. Run again."))


def _lost(sent: SentTask, message: str) -> TaskResult:
    finding = Finding(code="run-picture-lost", message=message, shot=sent.shot)
    return TaskResult(sent.path, sent.shot, findings=(finding,))
