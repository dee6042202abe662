"""The easel: the one thread of a worker process that composes and paints, watched so that nothing hangs for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple

from locstore.run.queue.records import Lease

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class TaskTimedOut(Exception):
    """A shot's work did not end within the time limit."""


class Draining(Exception):
    """The process takes on no more work and ends when its calls are in."""


class PaintExecutor:
    """Does one thing at a time: typesetting and painting share caches, and two threads would not be quicker.

    What is at work longer than `limit` seconds is given up; its thread cannot be ended, so the easel is broken then,
    and the process has to end.
    """

    def __init__(self, limit: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="easel")
        self._lock = threading.Lock()
        self._now: tuple[Lease, float, Callable[[], None]] | None = None
        self.broken = False

    def do(self, lease: Lease, work: Callable[[*Ts], T], *args: *Ts) -> Future[T]:
        """Start `work` when its turn comes; its result, or Hung or Draining."""
        told: Future[T] = Future()

        def give_up() -> None:
            if not told.done():
                told.set_exception(TaskTimedOut(f"it was not painted within {self._limit:.0f} s"))

        def begin() -> T:
            with self._lock:
                if self.broken:
                    raise Draining
                self._now = (lease, self._clock(), give_up)
            try:
                return work(*args)
            finally:
                with self._lock:
                    if self._now is not None and self._now[2] is give_up:
                        self._now = None

        def tell(done: Future[T]) -> None:
            with self._lock:
                if told.done():
                    return
                if done.cancelled():
                    told.set_exception(Draining())
                elif (error := done.exception()) is not None:
                    told.set_exception(error)
                else:
                    told.set_result(done.result())

        with self._lock:
            if self.broken:
                told.set_exception(Draining())
                return told
            done = self._thread.submit(begin)
        done.add_done_callback(tell)
        return told

    def close(self) -> None:
        """Take nothing more; the thread ends with what it has at work."""
        self._thread.shutdown(wait=False)

    def look(self) -> Lease | None:
        """Give up what is at work for too long; returns whose it was."""
        with self._lock:
            if self.broken or self._now is None or self._clock() - self._now[1] <= self._limit:
                return None
            lease, _, give_up = self._now
            self.broken = True
            give_up()
        self._thread.shutdown(wait=False, cancel_futures=True)
        return lease
