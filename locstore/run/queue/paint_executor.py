"""The one thread of a worker process that composes and paints; a shot that hangs in it is noticed and given up."""

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

    Work that takes longer than `limit` seconds is given up. Its thread cannot be ended, so the executor is `broken`
    then, and the process has to end.
    """

    def __init__(self, limit: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="paint")
        self._lock = threading.Lock()
        self._now: tuple[Lease, float, Callable[[], None]] | None = None
        self.broken = False

    def do(self, lease: Lease, work: Callable[[*Ts], T], *args: *Ts) -> Future[T]:
        """Start `work` when its turn comes; its result, TaskTimedOut or Draining."""
        promised: Future[T] = Future()

        def give_up() -> None:
            if not promised.done():
                promised.set_exception(TaskTimedOut(f"it was not painted within {self._limit:.0f} s"))

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
                if promised.done():
                    return
                if done.cancelled():
                    promised.set_exception(Draining())
                elif (error := done.exception()) is not None:
                    promised.set_exception(error)
                else:
                    promised.set_result(done.result())

        with self._lock:
            if self.broken:
                promised.set_exception(Draining())
                return promised
            done = self._thread.submit(begin)
        done.add_done_callback(tell)
        return promised

    def close(self) -> None:
        """Take nothing more; the thread ends after its present work."""
        self._thread.shutdown(wait=False)

    def look(self) -> Lease | None:
        """Give up work that takes too long; returns the shot of it."""
        with self._lock:
            if self.broken or self._now is None or self._clock() - self._now[1] <= self._limit:
                return None
            lease, _, give_up = self._now
            self.broken = True
            give_up()
        self._thread.shutdown(wait=False, cancel_futures=True)
        return lease
