"""The supervisor: starts worker processes, replaces those that die or stop breathing, and ends them with care."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.context import SpawnProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import FrameType
from typing import cast

from locstore.errors import EnvironmentProblem
from locstore.processes import end_with_parent
from locstore.run.queue.run_state import RunState
from locstore.run.queue.worker import WorkerOptions, WorkerProcess

_BREATH = 60.0  # seconds beyond the time limit without a beat: not even the process's own watch runs any more
_QUICK = 10.0  # seconds; a process that dies sooner is started again with more and more patience
_LONGEST_PAUSE = 30.0
_HUNG = 70


class Supervisor:
    """`options.processes` worker processes. `say` prints a line for the one who looks after them."""

    def __init__(self, options: WorkerOptions, say: Callable[[str], None]) -> None:
        self._options, self._say = options, say
        self._context = multiprocessing.get_context("spawn")
        self._stop = threading.Event()
        self._slots = [_Slot(number) for number in range(options.processes)]

    def run(self) -> None:
        """Until SIGTERM or SIGINT. Raises EnvironmentProblem if Redis cannot be reached at the start."""
        run_state = RunState(self._options.address, patience=5)
        try:
            run_state.beat("", {})
        finally:
            run_state.close()
        _tidy(self._options.scratch)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heard)
        try:
            while not self._stop.is_set():
                for slot in self._slots:
                    self._look_after(slot)
                self._stop.wait(0.2)
        finally:
            self._end()

    def stop(self) -> None:
        self._stop.set()

    def processes(self) -> list[int]:
        """The numbers of the processes that live."""
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
            silent = time.monotonic() - slot.pulse.value if slot.pulse.value else 0.0
            if silent > self._options.limit + _BREATH:
                self._say(f"Worker process {process.pid} does not answer; it is replaced.")
                process.kill()
            return
        lived = time.monotonic() - slot.began
        slot.pause = 0.0 if lived > _QUICK else min(_LONGEST_PAUSE, max(1.0, slot.pause * 2))
        slot.not_before = time.monotonic() + slot.pause
        slot.process = None
        self._say(f"Worker process {process.pid} ended ({_why(process.exitcode)}); another takes its place.")
        process.close()

    def _start(self, slot: _Slot) -> None:
        own = self._options.scratch / "work" / f"{os.getpid()}-{slot.number}"
        slot.pulse = self._context.Value("d", 0.0)
        slot.process = self._context.Process(target=work, args=(self._options, own, slot.pulse), daemon=False)
        slot.began = time.monotonic()
        slot.process.start()

    def _end(self) -> None:
        """Ask everybody to end what is in hand; who does not within the grace is killed."""
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
    """A place for a worker process."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.process: SpawnProcess | None = None
        self.pulse = cast("Synchronized[float]", None)
        self.began = self.not_before = self.pause = 0.0


def work(options: WorkerOptions, own: Path, pulse: Synchronized[float]) -> None:
    """The main function of a worker process."""
    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is for the supervisor
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    end_with_parent()

    def breathe() -> None:
        pulse.value = time.monotonic()

    try:
        good = WorkerProcess(options, own, pulse=breathe, say=_say).run(stop)
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
    sys.stderr.write(f"locstore worker {os.getpid()}: {line}\n")


def _why(code: int | None) -> str:
    if code == _HUNG:
        return "a shot hung"
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _tidy(scratch: Path) -> None:
    """Remove what killed supervisors left in the scratch folder."""
    for folder in (scratch / "work").glob("*-*"):
        number = folder.name.partition("-")[0]
        if number.isdigit() and not Path(f"/proc/{number}").exists() and Path("/proc").exists():
            shutil.rmtree(folder, ignore_errors=True)
