"""A worker process: begins the shots that the engine delivers, paints them, and puts the pictures into the cache.

Delivery, redelivery after a death, and heartbeats are the engine's. A shot that hangs is not: the engine could only
raise an exception in the thread, which native code does not notice, so the whole process is replaced.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from locstore.cache import open_blobs
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding
from locstore.run.painter import find_painter
from locstore.run.queue.broker import check_clock, listen, make_broker, put
from locstore.run.queue.connection import QueueAddress
from locstore.run.queue.messages import CHUNK, DamagedMessage, pack_failed, pack_outcome, pack_skipped
from locstore.run.queue.paid_executor import GeneratedShot, PaidExecutor
from locstore.run.queue.paint_executor import Draining, PaintExecutor, TaskTimedOut
from locstore.run.queue.records import Lease, RunRecord
from locstore.run.queue.run_state import DEAD_AFTER, MOST_TRIES, RunState, is_run_name
from locstore.run.queue.task_files import PreparedRun, TaskFiles
from locstore.run.render import PaintSettings, Task, TaskResult, renderer_of
from locstore.version import __version__

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_PATIENCE = 60.0  # seconds that a command waits for Redis to come back
_PAYMENTS_PATIENCE = 3600.0  # what became of a paid call must not be forgotten because Redis restarts
_LOOK_EVERY, _SEND_EVERY = 0.5, 10.0  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


@dataclasses.dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How to work. `limit` is the longest that composing or painting a shot may take, `grace` how long a stop waits for
    shots that are begun, both in seconds; `hosts` may be sent the key that `key_env` holds, and are read as by
    `key_problem`; `scratch` is a folder of this machine. A worker without a heartbeat for `dead_after` seconds is dead.
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
    dead_after: float = DEAD_AFTER


class WorkerProcess:
    """One process: threads that take shots and wait for paid calls, and one thread that composes and paints.

    `pulse` is called about twice a second with the number of shots done, for a supervisor; `say` prints a line.
    """

    def __init__(
        self, options: WorkerOptions, own: Path, *, pulse: Callable[[int], None], say: Callable[[str], None]
    ) -> None:
        self._options, self._pulse, self._say = options, pulse, say
        self._run_state = RunState(options.address, patience=_PATIENCE, dead_after=options.dead_after)
        self._broker = make_broker(self._run_state, works=True)
        self.name: str = self._broker.broker_id
        self._blobs = open_blobs(options.cache, options.scratch)
        self._task_files = TaskFiles(self._blobs, options.cache, folder=options.scratch, own=own)
        self._paint_executor = PaintExecutor(options.limit)
        self._paid: PaidExecutor | None = None
        self._lock = threading.Lock()
        self._painted: dict[str, bytes] = {}  # pictures on their way to the cache, by the lease's nonce
        self._facts: dict[str, RunRecord] = {}
        self._chunks: dict[tuple[str, int], str] = {}
        self._done = 0
        self._ending = threading.Event()  # nothing more is begun
        self._over = threading.Event()  # nothing is left to end
        self._pause = _FIRST_PAUSE
        self._last_trouble = ""

    def run(self, stop: threading.Event) -> bool:
        """Work until `stop` is set, then end what is begun; False if a shot hung and the process must be replaced.

        Raises EnvironmentProblem if Redis cannot be reached, or if its clock and this machine's differ.
        """
        check_clock(self._run_state)
        what = {
            "host": socket.gethostname(), "process": os.getpid(), "threads": self._options.threads,
            "version": __version__,
        }  # fmt: skip
        self._run_state.add_worker(self.name, what)
        watch = threading.Thread(target=self._watch, name="worker-watch", daemon=True)
        watch.start()
        worker = listen(self._broker, self._take, self._options.threads)
        while not stop.wait(0.2) and not self._paint_executor.broken:
            pass
        self._ending.set()
        if self._paid is not None:
            self._paid.drain()
        worker.stop(timeout=round(self._options.grace * 1000))
        self._over.set()
        if self._paint_executor.broken:
            return False  # what hangs cannot be ended; the process has to be
        watch.join(_PATIENCE)
        with contextlib.suppress(EnvironmentProblem):
            self._run_state.remove_worker(self.name)
        self._paint_executor.close()
        if self._paid is not None:
            self._paid.close()
        return True

    def _take(self, run: str, index: int) -> None:
        """Do what a message asks for. It may be delivered twice, or come from nobody that we trust."""
        if not isinstance(run, str) or not is_run_name(run) or type(index) is not int or not 0 <= index < 2**31:
            return
        if self._ending.is_set() or self._paint_executor.broken:
            self._put_back(run, index)
            return
        answer, text, lease = self._run_state.start(self.name, run, index)
        if answer not in ("go", "halted", "poison"):
            return
        why, counts, trouble = "", True, ""
        ended = False
        try:
            ended = self._end(lease, answer, text)
            self._done += 1
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
                if self._retry_until_stopped(lambda: self._run_state.leave(lease, why, counts=counts, trouble=trouble)):
                    self._retry_until_stopped(lambda: self._put_back(run, index))
        if trouble and not counts:
            self._wait(trouble)
        elif ended:
            self._pause, self._last_trouble = _FIRST_PAUSE, ""

    def _end(self, lease: Lease, answer: str, text: str) -> bool:
        """Bring a shot to its end and tell it; True when that is done."""
        if answer == "halted":
            self._retry_until_stopped(lambda: self._run_state.finish(lease, pack_skipped(text), failed=False))
            return True
        if answer == "poison":
            finding = Finding(
                code="run-poison-shot",
                message=f"{MOST_TRIES} tries of this shot came to nothing; the last one: "
                f"{text or 'its worker process ended or fell silent'}. Run it alone, without the queue, to see why.",
            )
            self._retry_until_stopped(lambda: self._run_state.finish(lease, pack_failed(finding), failed=True))
            return True
        prepared, task = self._paint_executor.do(lease, self._ready, lease, self._known(lease.run)).result()
        made = self._make(lease, prepared, task)
        if made.by_server:
            self._run_state.halt(lease.run, made.skipped)
        if made.result is None:
            said, failed = pack_skipped(made.skipped), False
        else:
            self._deliver(lease, made.result)
            said, failed = pack_outcome(made.result), made.result.record is None
        self._retry_until_stopped(
            lambda: self._run_state.finish(
                lease, said, failed=failed, sent=made.sent, cached=made.cached, repairs=made.repairs
            )
        )
        return True

    def _retry_until_stopped(self, tell: Callable[[], T]) -> T:
        """Tell something to Redis, however long it is gone: the shot would be begun and never end."""
        while True:
            try:
                return tell()
            except EnvironmentProblem as error:
                if self._ending.is_set():
                    raise
                self._say(str(error))
                self._ending.wait(_FIRST_PAUSE)

    def _make(self, lease: Lease, prepared: PreparedRun, task: Task) -> GeneratedShot:
        if not find_painter(prepared.spec.painter).pays:
            return GeneratedShot(self._do(lease, paint_here, prepared.settings, task).result())
        return self._paid_executor().make(lease, prepared, task)

    def _deliver(self, lease: Lease, result: TaskResult) -> None:
        """Put the picture into the cache, where the run finds it by its digest."""
        record = result.record or result.candidate
        data = self._painted.pop(lease.nonce, None)
        if record is None:
            return
        if data is None or self._blobs.put(data) != record.sha256:
            raise EnvironmentProblem(f"The picture of {result.shot} was changed on this machine's disk.")

    def _do(self, lease: Lease, work: Callable[[*Ts], T], *args: *Ts) -> Future[T]:
        """Have the painting thread work; a finished picture is taken from the disk before another one can come."""
        return self._paint_executor.do(lease, self._and_collect, lease, work, args)

    def _and_collect(self, lease: Lease, work: Callable[[*Ts], T], args: tuple[*Ts]) -> T:
        result = work(*args)
        if isinstance(result, TaskResult) and (result.record or result.candidate):
            settings = self._task_files.spec(self._known(lease.run).spec).settings
            folder = settings.output if result.record else settings.candidates
            self._painted[lease.nonce] = (folder / result.path).read_bytes()
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
                self._chunks.clear()
            self._facts[run] = found
        return found

    def _ready(self, lease: Lease, facts: RunRecord) -> tuple[PreparedRun, Task]:
        number = lease.index // CHUNK
        digest = self._chunks.get((lease.run, number)) or self._run_state.chunk(lease.run, number)
        if digest is None:
            raise DamagedMessage(f"the run {facts.name} has no chunk {number}")
        self._chunks[lease.run, number] = digest
        return self._task_files.spec(facts.spec), self._task_files.task(digest, lease.index)

    def _paid_executor(self) -> PaidExecutor:
        with self._lock:
            if self._paid is None:
                options = self._options
                self._paid = PaidExecutor(
                    RunState(options.address, patience=_PAYMENTS_PATIENCE, dead_after=options.dead_after),
                    self.name,
                    hosts=options.hosts,
                    key_env=options.key_env,
                    threads=options.threads,
                    do=self._do,
                )
                if self._ending.is_set():
                    self._paid.drain()
            return self._paid

    def _put_back(self, run: str, index: int) -> None:
        put(self._broker, self._run_state, [(run, index)])

    def _wait(self, trouble: str) -> None:
        """After a trouble with the environment this thread takes nothing for a while."""
        if trouble != self._last_trouble:
            self._say(f"{trouble} The shot is back in the queue.")
            self._last_trouble = trouble
        self._ending.wait(self._pause * random.uniform(0.5, 1.0))
        self._pause = min(_LONGEST_PAUSE, self._pause * 2)

    def _watch(self) -> None:
        """Tell the supervisor that this process lives, give up what hangs, send what waits for the bucket."""
        send_at = time.monotonic() + _SEND_EVERY
        while not self._over.wait(max(0.05, min(_LOOK_EVERY, self._options.limit / 4))):
            self._pulse(self._done)
            hung = self._paint_executor.look()
            if hung is not None:
                self._say(f"Shot {hung.index} of {hung.run} hangs; this process is replaced.")
            if self._paid is not None and time.monotonic() >= send_at:
                send_at = time.monotonic() + _SEND_EVERY
                with contextlib.suppress(EnvironmentProblem):  # the next time
                    self._paid.push_outbox()


def paint_here(settings: PaintSettings, task: Task) -> TaskResult:
    """One picture by a painter that does not pay."""
    return renderer_of(settings).work(task)
