"""A worker process: takes shots from the queue, paints them, puts the pictures into the cache and says so."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from locstore.cache import open_blobs
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding
from locstore.run.painter import find_painter
from locstore.run.queue.broker import QueueBroker, ServerClock, listen
from locstore.run.queue.connection import QueueAddress
from locstore.run.queue.messages import CHUNK, DamagedMessage
from locstore.run.queue.paid_executor import GeneratedShot, PaidExecutor
from locstore.run.queue.paint_executor import Draining, PaintExecutor, TaskTimedOut
from locstore.run.queue.records import Lease, RunRecord, Timing
from locstore.run.queue.redis_keys import is_run_name
from locstore.run.queue.results import pack_failed, pack_outcome, pack_skipped
from locstore.run.queue.run_state import MOST_TRIES, RunState
from locstore.run.queue.task_files import PreparedRun, TaskFiles
from locstore.run.render import PaintSettings, Task, TaskResult, renderer_of
from locstore.version import __version__

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_PATIENCE = 60.0  # seconds that a command waits for Redis to come back
_HEART_PATIENCE = 5.0
_BOOK_PATIENCE = 3600.0  # money: what became of a call must not be forgotten because Redis restarts
_SEND_EVERY = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


@dataclasses.dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How to work. `limit` is the longest a shot may be composed or painted, `grace` how long a stop waits for what is
    in hand, both in seconds; `hosts` may be sent the key that `key_env` holds; `scratch` is a folder of this machine.
    """

    address: QueueAddress
    cache: str
    scratch: Path
    threads: int = 4
    processes: int = 1
    limit: float = 300.0
    grace: float = 60.0
    hosts: tuple[str, ...] = ("api.openai.com",)
    key_env: str = "OPENAI_API_KEY"
    timing: Timing = dataclasses.field(default_factory=Timing)


class WorkerProcess:
    """One process: some threads that take shots and wait for calls, one easel, one heart.

    `pulse` is called with every beat, for a supervisor; `say` prints a line.
    """

    def __init__(
        self, options: WorkerOptions, own: Path, *, pulse: Callable[[], None], say: Callable[[str], None]
    ) -> None:
        self._options, self._pulse, self._say = options, pulse, say
        self.name = secrets.token_hex(8)
        self._run_state = RunState(options.address, patience=_PATIENCE, timing=options.timing)
        self._heartbeats = RunState(options.address, patience=_HEART_PATIENCE, timing=options.timing)
        self._own = own
        self._blobs = open_blobs(options.cache, options.scratch)
        self._task_files = TaskFiles(self._blobs, options.cache, folder=options.scratch, own=own)
        self._paint_executor = PaintExecutor(options.limit)
        self._fresh: dict[str, bytes] = {}  # pictures on their way to the cache, by the hold's nonce
        self._facts: dict[str, RunRecord] = {}
        self._sheets: dict[tuple[str, int], str] = {}
        self._clock = ServerClock(lambda: self._run_state.beat(self.name, self._what))
        self._broker = QueueBroker(self._run_state.client, self._clock, silence=options.timing.silence)
        self._ending = threading.Event()  # nothing more is taken
        self._over = threading.Event()  # nothing is in hand any more
        self._pause = _FIRST_PAUSE
        self._told = ""

    @property
    def _what(self) -> dict[str, Any]:
        threads = self._options.threads
        return {"host": socket.gethostname(), "process": os.getpid(), "threads": threads, "version": __version__}

    def run(self, stop: threading.Event) -> bool:
        """Work until `stop` is set, then end what is in hand; False if a shot hung and the process must be replaced."""
        threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("heart", self._live), ("sender", self._send))
        ]
        for thread in threads:
            thread.start()
        worker = listen(self._broker, self._take, self._options.threads)
        while not stop.wait(0.2) and not self._paint_executor.broken:
            pass
        self._ending.set()
        worker.stop(timeout=round(self._options.grace * 1000))
        self._over.set()
        if self._paint_executor.broken:
            return False  # what hangs cannot be ended; the process has to be
        # A heart that beat once more would have a worker that has left look alive.
        for thread in threads:
            thread.join(_HEART_PATIENCE)
        with contextlib.suppress(EnvironmentProblem):
            self._run_state.leave_work(self.name)
        self._paint_executor.close()
        if "_atelier" in vars(self):
            self._paid_executor.close()
        return True

    def _take(self, run: str, index: int) -> None:
        """What a message asks for. It may have come twice, or from nobody that we trust: the board decides."""
        if not isinstance(run, str) or not is_run_name(run) or type(index) is not int or not 0 <= index < 2**31:
            return
        if self._paint_executor.broken:
            self._put_back(run, index)
            return
        answer, text, lease = self._run_state.start(self.name, run, index)
        if answer not in ("go", "halted", "poison"):
            return
        why, counts, trouble = "", True, ""
        ended = False
        try:
            ended = self._end(lease, answer, text)
        except Draining:
            why, counts = "its worker process had to end", False
        except TaskTimedOut as error:
            why = str(error)
        except DamagedMessage as error:
            why = trouble = f"what the run sent cannot be used: {error}"
        except EnvironmentProblem as error:
            # Not the shot's fault: it is for another worker, or for this one a little later.
            why, counts, trouble = str(error), False, f"{socket.gethostname()}: {error}"
        finally:
            if not ended:
                raised = sys.exc_info()[1]
                why = why or f"{type(raised).__name__}: {raised}"
                if self._insist(lambda: self._run_state.leave(lease, why, counts=counts, trouble=trouble)):
                    self._insist(lambda: self._put_back(run, index))
        if trouble and not counts:
            self._wait(trouble)
        elif ended:
            self._pause, self._told = _FIRST_PAUSE, ""

    def _end(self, lease: Lease, answer: str, text: str) -> bool:
        """Bring a shot to its end and say so on the board; True when that is done."""
        if answer == "halted":
            self._insist(lambda: self._run_state.finish(lease, pack_skipped(text), failed=False))
            return True
        if answer == "poison":
            finding = Finding(
                code="run-poison-shot",
                message=f"{MOST_TRIES} tries of this shot came to nothing; the last one: {text or 'it never ended'}. "
                "Run it alone, without the queue, to see why.",
            )
            self._insist(lambda: self._run_state.finish(lease, pack_failed(finding), failed=True))
            return True
        opened, task = self._paint_executor.do(lease, self._ready, lease, self._known(lease.run)).result()
        made = self._made(lease, opened, task)
        if made.by_server:
            self._run_state.halt(lease.run, made.skipped)
        if made.result is None:
            said, failed = pack_skipped(made.skipped), False
        else:
            self._deliver(lease, made.result)
            said, failed = pack_outcome(made.result), made.result.record is None
        self._insist(
            lambda: self._run_state.finish(
                lease, said, failed=failed, sent=made.sent, cached=made.cached, repairs=made.repairs
            )
        )
        return True

    def _insist(self, say: Callable[[], T]) -> T:
        """Say something to the board, however long Redis is gone: what is in hand would be in nobody's hands."""
        while True:
            try:
                return say()
            except EnvironmentProblem as error:
                if self._ending.is_set():
                    raise
                self._say(str(error))
                self._ending.wait(_FIRST_PAUSE)

    def _made(self, lease: Lease, opened: PreparedRun, task: Task) -> GeneratedShot:
        if not find_painter(opened.spec.painter).pays:
            return GeneratedShot(self._do(lease, paint_here, opened.settings, task).result())
        return self._paid_executor.make(lease, opened, task)

    def _deliver(self, lease: Lease, result: TaskResult) -> None:
        """The picture into the cache, where the one who runs finds it by its digest."""
        record = result.record or result.candidate
        data = self._fresh.pop(lease.nonce, None)
        if record is None:
            return
        if data is None or self._blobs.put(data) != record.sha256:
            raise EnvironmentProblem(f"The picture of {result.shot} was changed on this machine's disk.")

    def _do(self, lease: Lease, work: Callable[[*Ts], T], *args: *Ts) -> Future[T]:
        """Have the easel work; a finished picture is taken from the disk before another one can come."""
        return self._paint_executor.do(lease, self._and_collect, lease, work, args)

    def _and_collect(self, lease: Lease, work: Callable[[*Ts], T], args: tuple[*Ts]) -> T:
        result = work(*args)
        if isinstance(result, TaskResult) and (result.record or result.candidate):
            settings = self._task_files.spec(self._known(lease.run).spec).settings
            folder = settings.output if result.record else settings.candidates
            self._fresh[lease.nonce] = (folder / result.path).read_bytes()
            (folder / result.path).unlink()
        return result

    def _known(self, run: str) -> RunRecord:
        found = self._facts.get(run)
        if found is None:
            found = self._run_state.facts(run)
            if found is None:
                raise EnvironmentProblem(f"The run {run} has gone from the queue.")
            if len(self._facts) > 100:
                self._facts.clear()
                self._sheets.clear()
            self._facts[run] = found
        return found

    def _ready(self, lease: Lease, facts: RunRecord) -> tuple[PreparedRun, Task]:
        number = lease.index // CHUNK
        digest = self._sheets.get((lease.run, number)) or self._run_state.chunk(lease.run, number)
        if digest is None:
            raise DamagedMessage(f"the run {facts.name} has no sheet {number}")
        self._sheets[lease.run, number] = digest
        return self._task_files.spec(facts.spec), self._task_files.task(digest, lease.index)

    @cached_property
    def _paid_executor(self) -> PaidExecutor:
        run_state = RunState(self._options.address, patience=_BOOK_PATIENCE, timing=self._options.timing)
        return PaidExecutor(
            run_state,
            self.name,
            hosts=self._options.hosts,
            key_env=self._options.key_env,
            threads=self._options.threads,
            do=self._do,
        )

    def _put_back(self, run: str, index: int) -> None:
        with self._run_state.reached():
            self._broker.put([(run, index)])

    def _wait(self, trouble: str) -> None:
        """After a trouble with the environment this thread takes nothing for a while."""
        if trouble != self._told:
            self._say(f"{trouble} The shot is back in the queue.")
            self._told = trouble
        self._ending.wait(self._pause * random.uniform(0.5, 1.0))
        self._pause = min(_LONGEST_PAUSE, self._pause * 2)

    def _live(self) -> None:
        """The heart: says that this process lives, gives up what hangs, sweeps up after the dead."""
        while not self._over.is_set():
            began = time.monotonic()
            with contextlib.suppress(EnvironmentProblem):  # Redis restarts; whoever has a shot in hand says so
                self._clock.set(self._heartbeats.beat(self.name, self._what))
                self._sweep()
            self._pulse()
            hung = self._paint_executor.look()
            if hung is not None:
                self._say(f"Shot {hung.index} of {hung.run} hangs; this process is replaced.")
            pause = self._options.timing.beat - (time.monotonic() - began)
            self._over.wait(max(0.05, min(pause, self._options.limit / 4)))

    def _send(self) -> None:
        """Paid pictures that the cache could not take yet go there as soon as it can."""
        while not self._ending.wait(_SEND_EVERY):
            if "_atelier" in vars(self):
                with contextlib.suppress(EnvironmentProblem):  # Redis: the next time
                    self._paid_executor.push_outbox()

    def _sweep(self) -> None:
        """Put back what dead processes held, and what was lost on the way."""
        dead = self._heartbeats.dead()
        if dead is None:
            return
        for worker, heard in dead:
            with self._heartbeats.reached():
                self._broker.put(self._heartbeats.reap(worker, heard))
            self._heartbeats.forget(worker, heard)
        for facts in self._heartbeats.runs():
            if facts.state == "open" and facts.done < facts.total:
                with self._heartbeats.reached():
                    self._broker.put((facts.name, index) for index in self._heartbeats.lost(facts.name))


def paint_here(settings: PaintSettings, task: Task) -> TaskResult:
    """One picture by the local painter."""
    return renderer_of(settings).work(task)
