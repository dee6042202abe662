"""Worker processes: started without the caller's `__main__`; the parent handles the signals that end a run."""

from __future__ import annotations

import contextvars
import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import BaseContext, SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from typing import TypeVar

T = TypeVar("T")

# ^C, `kill` or a service manager's stop, and a terminal that is closed.
ENDING_SIGNALS: tuple[signal.Signals, ...] = (
    (signal.SIGINT, signal.SIGTERM) if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
)
_GRACE = 20  # seconds from SIGTERM to the end of a worker process

_starting = threading.Lock()


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Nothing that a worker runs is in the caller's script, so the worker need not import it.

    Without this a script without a `__main__` guard would start itself again in each worker.
    """
    with _starting:
        script = sys.modules.get("__main__")
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            yield
        finally:
            if script is not None:
                sys.modules["__main__"] = script


class _Spawned(SpawnProcess):
    @staticmethod
    def _Popen(process_obj: BaseProcess) -> object:  # type: ignore[override]  # noqa: N802 - the standard library's name
        with _no_main_module():
            return SpawnProcess._Popen(process_obj)  # noqa: SLF001 - the hook of contexts


class _SpawnContext(SpawnContext):
    Process = _Spawned


if sys.platform != "win32":
    from multiprocessing import forkserver, resource_tracker
    from multiprocessing.context import ForkServerContext, ForkServerProcess

    class _Forked(ForkServerProcess):
        @staticmethod
        def _Popen(process_obj: BaseProcess) -> object:  # type: ignore[override]  # noqa: N802
            with _no_main_module():
                return ForkServerProcess._Popen(process_obj)  # noqa: SLF001

    class _ForkServerContext(ForkServerContext):
        Process = _Forked


def process_context(preload: Sequence[str]) -> BaseContext:
    """How worker processes are started; `preload` are modules that each of them needs.

    A fork of a process with threads may hang: a fork server starts clean processes and is quicker than spawning. macOS
    has no safe fork at all.
    """
    if sys.platform in ("win32", "darwin"):
        return _SpawnContext()
    context = _ForkServerContext()
    context.set_forkserver_preload(list(preload))
    _start_fork_server()
    return context


def _start_fork_server() -> None:
    """Starts the process that workers are forked from, with the ending signals blocked.

    A signal to the whole process group, from a terminal or a service manager, would end it before this process has
    taken the pictures in work. It ends when this process does.
    """
    if sys.platform == "win32":
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    try:
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)  # the call above unblocks some
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def become_worker() -> None:
    """First call in a worker process: the parent handles the ending signals, and the process ends with its parent.

    A signal to the whole process group thus does not stop the picture in work. SIGTERM may also come from the parent's
    pool, so it ends this process after 20 seconds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, lambda _number, _frame: signal.alarm(_GRACE))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
    end_with_parent()


def end_with_parent() -> None:
    """End this process when its parent is gone: a killed parent cannot tell its workers to stop waiting."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


class StopSignal:
    """^C of the main thread, passed on to work that runs in another thread."""

    def __init__(self) -> None:
        self.pressed = False
        self._listeners: list[Callable[[], object]] = []

    def on_press(self, listener: Callable[[], object]) -> None:
        """Call `listener` at each ^C, in the main thread."""
        self._listeners.append(listener)

    def press(self) -> None:
        self.pressed = True
        for listener in self._listeners:
            listener()


_STOP: contextvars.ContextVar[StopSignal | None] = contextvars.ContextVar("locstore_stop", default=None)


def current_stop() -> StopSignal | None:
    """Where ^C arrives for the work of this thread; None in the main thread and in threads that nobody waits for."""
    return _STOP.get()


def run_in_thread(work: Callable[[], T]) -> T:
    """Run `work` in a thread of its own and wait for it; ^C stops it cleanly and is raised when it has ended.

    For callers whose thread has a running event loop, as a notebook's has.
    """
    stop = StopSignal()
    context = contextvars.copy_context()
    context.run(_STOP.set, stop)
    with ThreadPoolExecutor(1, thread_name_prefix="locstore") as thread:
        future = thread.submit(context.run, work)
        while True:
            try:
                return future.result()
            except KeyboardInterrupt:
                if future.done():
                    raise
                stop.press()
