"""Following a run: the results of its shots in order, with the pictures fetched from the cache and examined."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from locstore.cache import BlobStore
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding
from locstore.run.queue.messages import DamagedResult, unpack_chunk, unpack_outcome, unpack_task
from locstore.run.queue.picture_check import picture_fault
from locstore.run.queue.records import Event, RunRecord, printable
from locstore.run.queue.run_state import RunState
from locstore.run.render import TaskResult
from locstore.version import __version__

_FETCHERS = 8
_TOGETHER = 16  # pictures in memory at once
_WAIT = 1.0  # seconds for news, between which ^C is heard
_GATHER = 0.05  # seconds in which more news may come: one question for each shot would cost more than the shot
_NO_WORKERS = 10.0  # seconds after which nobody at all is worth a word


@dataclasses.dataclass(frozen=True, slots=True)
class SentTask:
    """A task of a run as far as following it needs: its path, its shot, the size in pixels and the inputs' digests."""

    path: str
    shot: str
    size: tuple[int, int]
    digests: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ShotEvent:
    """What became of a shot. `picture` are the bytes of its record, or of its candidate; `skipped` says why none."""

    result: TaskResult
    picture: bytes | None = None
    skipped: str = ""


def sent_tasks(run_state: RunState, blobs: BlobStore, facts: RunRecord) -> list[SentTask]:
    """The tasks of a run by index, from the cache. Raises EnvironmentProblem if they are not there any more."""
    tasks: list[SentTask] = []
    for number in range(facts.chunks):
        digest = run_state.chunk(facts.name, number)
        data = blobs.get(digest) if digest else None
        if data is None:
            raise EnvironmentProblem(f"What the run {facts.name} consists of is not in this project's cache.")
        for text in unpack_chunk(data):
            task = unpack_task(text)
            tasks.append(SentTask(task.path, task.shot.key, task.shot.size, task.digests))
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
        self._run_state, self._blobs, self._facts, self._tasks, self._tell = run_state, blobs, facts, tasks, tell
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
            if event.kind == "end" and event.index not in self._ended and event.index < len(self._tasks):
                self._ended.add(event.index)
                fresh.append(event)
            elif event.kind == "trouble" and event.text not in self._said:
                self._said.add(event.text)
                self._tell(event.text)
            elif event.kind == "cancelled":
                self.cancelled = True
        return fresh

    def _is_over(self) -> bool:
        """Nothing came for a moment: whether nobody works for the run any more."""
        facts = self._run_state.facts(self._facts.name)
        if facts is None:
            raise EnvironmentProblem(f"The run {self._facts.name} has gone from the queue. Run again.")
        if facts.state == "cancelled":
            self.cancelled = True
            return not facts.held
        now = time.monotonic()
        self._quiet_since = self._quiet_since or now
        if now - self._quiet_since > _NO_WORKERS:
            workers = self._run_state.workers()
            if not workers.get(__version__):
                others = f" Workers of version {', '.join(sorted(workers))} are at work." if workers else ""
                self._tell(
                    f"No worker of version {__version__} is at work: start `locstore worker` with this queue and cache."
                    f"{printable(others)}"
                )
                self._quiet_since = float("inf")
        return False

    def _fetched(self, event: Event) -> ShotEvent:
        sent = self._tasks[event.index]
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
        elif fault := picture_fault(data, record, sent.path, sent.size):
            wrong = f"What the worker sent is not the picture that was asked for ({fault})"
        else:
            return ShotEvent(result, data)
        return ShotEvent(_lost(sent, f"{wrong}. Run again."))


def _lost(sent: SentTask, message: str) -> TaskResult:
    finding = Finding(code="run-picture-lost", message=message, shot=sent.shot)
    return TaskResult(sent.path, sent.shot, findings=(finding,))
