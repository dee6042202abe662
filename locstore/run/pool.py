"""Hands the plan's shots to worker processes, records each picture, and stops cleanly."""

from __future__ import annotations

import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import groupby

from locstore.errors import EnvironmentProblem
from locstore.findings import Finding
from locstore.layout import smaller_than_set
from locstore.processes import ENDING_SIGNALS, current_stop, process_context
from locstore.run.paint_journal import PaintJournal
from locstore.run.plan import PlannedShot
from locstore.run.render import PaintSettings, Renderer, Task, TaskResult, check_batch, render_batch, start_worker
from locstore.shots import Shot

_BATCH = 4  # tasks in one message: enough to be worth sending it, few enough to stop quickly
_AHEAD = 2  # batches in flight for each worker
WORTH_A_POOL = 60  # compositions below this number are quicker in one process


def run_tasks(
    planned: Sequence[PlannedShot],
    *,
    settings: PaintSettings,
    ledger: PaintJournal,
    workers: int,
    on_result: Callable[[TaskResult], None],
) -> None:
    """Paint every planned shot; each result is in the ledger before `on_result` is called with it.

    Raises EnvironmentProblem when the disk or a worker fails; KeyboardInterrupt passes through after the
    pictures in flight are recorded. Finished pictures are kept.
    """
    tasks = tasks_in_order(planned)

    def record(result: TaskResult) -> None:
        if result.problem is not None:
            raise EnvironmentProblem(result.problem)
        if result.record is not None:
            ledger.put(settings.output, result.path, result.record, result.size, result.mtime)
        on_result(result)
        if (stop := current_stop()) is not None and stop.pressed:
            raise KeyboardInterrupt

    if workers == 1 or len(tasks) <= _BATCH:
        renderer = Renderer(settings, ledger)
        for task in tasks:
            with interrupts_held():
                record(renderer.work(task))
        return
    batches = list(_batches(tasks))
    with lost_workers():
        _run_pool(batches, settings, min(workers, len(batches)), record)


def _ordered(planned: Sequence[PlannedShot]) -> list[PlannedShot]:
    """Sorts shots that share background and capture next to each other, so that both are prepared once."""
    return sorted(
        planned,
        key=lambda p: (
            p.shot.concept,
            p.shot.display.id,
            p.shot.number,
            p.shot.capture.sha256 if p.shot.capture else "",
            p.shot.locale.direction,
            p.shot.locale.gettext,
        ),
    )


def _batches(tasks: Sequence[Task]) -> Iterator[tuple[Task, ...]]:
    for _, group in groupby(tasks, key=lambda t: (t.shot.concept, t.shot.display.id, t.shot.screen)):
        same = list(group)
        for start in range(0, len(same), _BATCH):
            yield tuple(same[start : start + _BATCH])


def tasks_in_order(planned: Sequence[PlannedShot]) -> list[Task]:
    """The tasks of a plan, those that share background and capture next to each other."""
    return [task_of(p) for p in _ordered(planned)]


def task_of(planned: PlannedShot) -> Task:
    """The task that paints a planned shot."""
    return Task(planned.shot, planned.path, tuple(sorted(planned.digests.items())))


def check_shots(shots: Sequence[Shot], *, settings: PaintSettings, workers: int) -> list[Finding]:
    """Compose every shot without painting.

    Returns the findings in the order of the shots, then those about sizes over the set.
    """
    if workers == 1 or len(shots) < WORTH_A_POOL:
        renderer = Renderer(settings)
        checked = [renderer.check_with_sizes(shot) for shot in shots]
    else:
        size = -(-len(shots) // (workers * 4))
        batches = [tuple(shots[i : i + size]) for i in range(0, len(shots), size)]
        with lost_workers(), worker_pool(settings, workers) as pool:
            with interrupts_held():
                found = pool.map(check_batch, [settings] * len(batches), batches)
            checked = [one for batch in found for one in batch]
    findings = [finding for found_here, _ in checked for finding in found_here]
    return findings + smaller_than_set(size for _, sizes in checked for size in sizes)


def worker_pool(settings: PaintSettings, workers: int) -> ProcessPoolExecutor:
    """Processes that can paint; use it as a context manager."""
    context = process_context(["locstore.run.render"])
    return ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=(settings,))


def _run_pool(
    batches: list[tuple[Task, ...]], settings: PaintSettings, workers: int, record: Callable[[TaskResult], None]
) -> None:
    """Paints with a queue of batches for each worker, so that two do not prepare the same background.

    An idle worker takes from the end of the longest queue.
    """
    pools = [worker_pool(settings, 1) for _ in range(workers)]
    queues = _queues(batches, workers)
    flying: dict[Future[list[TaskResult]], int] = {}

    def hand_over(worker: int) -> None:
        queue = queues[worker] or max(queues, key=len)
        if queue:
            batch = queue.popleft() if queue is queues[worker] else queue.pop()
            with interrupts_held():
                flying[pools[worker].submit(render_batch, settings, batch)] = worker

    try:
        for worker in list(range(workers)) * _AHEAD:
            hand_over(worker)
        while flying:
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                with interrupts_held():
                    for result in future.result():
                        record(result)
                    worker = flying.pop(future)
                hand_over(worker)
    except KeyboardInterrupt:
        _finish(set(flying), record)
        raise
    finally:
        for pool in pools:
            pool.shutdown(wait=True, cancel_futures=True)


def _queues(batches: Sequence[tuple[Task, ...]], workers: int) -> list[deque[tuple[Task, ...]]]:
    """Contiguous parts with about the same number of tasks: neighbours share background and capture."""
    total = sum(len(batch) for batch in batches)
    queues: list[deque[tuple[Task, ...]]] = [deque() for _ in range(workers)]
    before = 0
    for batch in batches:
        queues[min(workers - 1, before * workers // total)].append(batch)
        before += len(batch)
    return queues


@contextmanager
def lost_workers() -> Iterator[None]:
    """Turns the death of a worker process into an EnvironmentProblem."""
    try:
        yield
    except BrokenProcessPool as error:
        raise EnvironmentProblem(
            "A worker process ended unexpectedly, most likely for want of memory. Finished pictures are kept; run "
            "again, with fewer workers (-j)."
        ) from error


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Delays ^C, SIGTERM and SIGHUP until after the block; workers that start in it have ^C blocked from the start.

    Workers inherit the signal mask. The mask alone does not hold ^C back from this process, because other threads (of
    BLAS) still receive it.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    # A signal that is ignored, and one without a handler of ours, keeps what it has.
    held = {n: h for n in ENDING_SIGNALS if callable(h := signal.getsignal(n))}
    for number in held:
        signal.signal(number, lambda received, _: came.append(received))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in held.items():
            signal.signal(number, handler)
    if came and callable(handler := held[signal.Signals(came[0])]):
        handler(came[0], None)


def _finish(flying: set[Future[list[TaskResult]]], record: Callable[[TaskResult], None]) -> None:
    """Waits for the batches that already run and records their results; the others are cancelled."""
    running = {future for future in flying if not future.cancel()}
    for future in wait(running).done:
        # A worker that died meanwhile has no results; the user is told of the interruption only.
        for result in future.result() if future.exception() is None else ():
            record(result)
