"""The supervisor: starts worker processes, replaces those that die or hang, ends them in order, and logs."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.context import SpawnProcess
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from types import FrameType
from typing import cast

from locstore.errors import EnvironmentProblem
from locstore.liveness import is_alive
from locstore.processes import end_with_parent
from locstore.run.queue.broker import check_clock
from locstore.run.queue.connection import check_reachable
from locstore.run.queue.records import printable
from locstore.run.queue.run_state import RunState
from locstore.run.queue.worker import WorkerOptions, WorkerProcess
from locstore.version import __version__

_SILENCE = 60.0  # seconds beyond the time limit without a pulse: not even the process's own watch runs any more
_TELL_EVERY = 60.0  # seconds between lines that tell what the workers wait for
_QUICK = 10.0  # seconds; a process that dies sooner is started again with more and more patience
_LONGEST_PAUSE = 30.0
_UNUSED = 30 * 86_400  # seconds
_HUNG = 70


class Supervisor:
    """`options.processes` worker processes. `say` prints a line of the log."""

    def __init__(self, options: WorkerOptions, say: Callable[[str], None]) -> None:
        self._options, self._say = options, say
        self._context = multiprocessing.get_context("spawn")
        self._stop = threading.Event()
        self._slots = [_Slot(number) for number in range(options.processes)]
        self._done_before = 0
        self._last_line = ""

    def run(self) -> None:
        """Until SIGTERM or SIGINT. Raises EnvironmentProblem if Redis cannot be reached, or the clocks differ."""
        check_reachable(self._options.address)
        run_state = RunState(self._options.address, patience=0, dead_after=self._options.dead_after)
        check_clock(run_state)
        self._say(f"locstore {__version__} takes shots from {self._options.address.display_url}.")
        _tidy(self._options.scratch)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heard)
        try:
            tell_at = time.monotonic()
            while not self._stop.is_set():
                for slot in self._slots:
                    self._look_after(slot)
                if time.monotonic() >= tell_at:
                    tell_at = time.monotonic() + _TELL_EVERY
                    self._tell(run_state)
                self._stop.wait(0.2)
        finally:
            run_state.close()
            self._say("Ending: shots that are begun are ended, and answers that are awaited are taken in.")
            self._end()
            self._say(f"Ended; {self._done()} shots done.")

    def _tell(self, run_state: RunState) -> None:
        """Log what is done and what the workers wait for, if that has changed."""
        try:
            runs = [run for run in run_state.runs() if run.state == "open" and run.done < run.total]
        except EnvironmentProblem as error:
            self._log_change(str(error))
            return
        ours = [run for run in runs if run.version in ("", __version__)]
        lines = [f"{self._done()} shots done."]
        lines += [f"Run {run.name}: {run.done} of {run.total} shots, {run.held} with workers." for run in ours]
        lines += [
            f"Run {run.name} was sent by locstore {run.version}; this is {__version__}, which does not take its shots."
            for run in runs
            if run not in ours
        ]
        if not ours:
            lines.append("Waiting for a run: `locstore run --queue` sends one.")
        self._log_change(" ".join(lines))

    def _log_change(self, line: str) -> None:
        if line != self._last_line:
            self._last_line = line
            self._say(line)

    def _done(self) -> int:
        """Shots that processes of this supervisor have ended, also those that have been replaced."""
        return self._done_before + sum(int(slot.pulse[1]) for slot in self._slots if slot.process is not None)

    def stop(self) -> None:
        self._stop.set()

    def processes(self) -> list[int]:
        """The ids of the processes that live."""
        return [slot.process.pid for slot in self._slots if slot.process is not None and slot.process.pid is not None]

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        if self._stop.is_set():
            raise KeyboardInterrupt
        self._stop.set()

    def _look_after(self, slot: _Slot) -> None:
        process = slot.process
        if process is None:
            if time.monotonic() >= slot.not_before:
                self._start(slot)
            return
        if process.is_alive():
            silent = time.monotonic() - slot.pulse[0] if slot.pulse[0] else 0.0
            if silent > self._options.limit + _SILENCE:
                self._say(f"Worker process {process.pid} does not answer; it is replaced.")
                process.kill()
            return
        self._done_before += int(slot.pulse[1])
        lived = time.monotonic() - slot.began
        slot.pause = 0.0 if lived > _QUICK else min(_LONGEST_PAUSE, max(1.0, slot.pause * 2))
        slot.not_before = time.monotonic() + slot.pause
        slot.process = None
        self._say(f"Worker process {process.pid} ended ({_why(process.exitcode)}); another takes its place.")
        process.close()

    def _start(self, slot: _Slot) -> None:
        own = self._options.scratch / "work" / f"{os.getpid()}-{slot.number}"
        slot.pulse = self._context.Array("d", [0.0, 0.0])
        slot.process = self._context.Process(target=work, args=(self._options, own, slot.pulse), daemon=False)
        slot.began = time.monotonic()
        slot.process.start()

    def _end(self) -> None:
        """Ask every process to end what it has begun; one that does not within the grace is killed."""
        living = [slot.process for slot in self._slots if slot.process is not None]
        for process in living:
            process.terminate()
        until = time.monotonic() + self._options.grace + 5
        try:
            for process in living:
                process.join(max(0.0, until - time.monotonic()))
        finally:
            for process in living:
                if process.is_alive():
                    process.kill()
                process.join()


class _Slot:
    """A place for a worker process. `pulse` is its last sign of life (monotonic seconds) and its shots done."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.process: SpawnProcess | None = None
        self.pulse = cast("SynchronizedArray[float]", None)
        self.began = self.not_before = self.pause = 0.0


def work(options: WorkerOptions, own: Path, pulse: SynchronizedArray[float]) -> None:
    """The main function of a worker process."""
    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is for the supervisor
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    end_with_parent()

    def tell(done: int) -> None:
        pulse[0], pulse[1] = time.monotonic(), float(done)

    try:
        good = WorkerProcess(options, own, pulse=tell, say=_say).run(stop)
    except EnvironmentProblem as error:
        _say(str(error))
        sys.exit(error.exit_code)
    finally:
        shutil.rmtree(own, ignore_errors=True)
    if not good:
        # A thread hangs in it, which would be waited for.
        sys.stderr.flush()
        os._exit(_HUNG)


def _say(line: str) -> None:
    sys.stderr.write(f"{log_time()} locstore worker {os.getpid()}: {printable(line)}\n")


def log_time() -> str:
    """The time of a log line, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _why(code: int | None) -> str:
    if code == _HUNG:
        return "a shot hung"
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _tidy(scratch: Path) -> None:
    """Remove folders of killed supervisors, and files of runs that were not used for a month."""
    for folder in (scratch / "work").glob("*-*"):
        number = folder.name.partition("-")[0]
        if number.isdigit() and not is_alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)
    oldest = time.time() - _UNUSED
    for path in [*(scratch / "files").glob("*"), *(scratch / "fonts").glob("*"), *(scratch / "models").glob("*")]:
        with contextlib.suppress(OSError):  # another supervisor tidies, too
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
