"""The runner: hands the plan's shots to workers, records each picture, stops cleanly, removes what is gone."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import groupby

from locstore.errors import EnvironmentProblem
from locstore.findings import Finding
from locstore.run.ledger import Ledger
from locstore.run.plan import PlannedShot
from locstore.run.worker import Job, Outcome, Settings, Studio, check_batch, start_worker, work_batch
from locstore.shots import Shot

_BATCH = 6  # jobs handed over at once: enough to share a background, few enough to stop quickly
_AHEAD = 2  # batches in flight for each worker
_WORTH_A_POOL = 60  # compositions below this number are quicker in one process


def run_jobs(
    planned: Sequence[PlannedShot],
    *,
    settings: Settings,
    ledger: Ledger,
    workers: int,
    on_outcome: Callable[[Outcome], None],
) -> None:
    """Paint every planned shot; each outcome is in the ledger before `on_outcome` hears of it.

    Raises EnvironmentProblem when the disk or a worker fails; KeyboardInterrupt passes through after the
    pictures in flight are recorded. What is done stays done.
    """
    jobs = [Job(p.shot, p.path, tuple(sorted(p.digests.items()))) for p in _ordered(planned)]

    def record(outcome: Outcome) -> None:
        if outcome.problem is not None:
            raise EnvironmentProblem(outcome.problem)
        if outcome.record is not None:
            ledger.put(settings.output, outcome.path, outcome.record, outcome.size, outcome.mtime)
        on_outcome(outcome)

    if workers == 1 or len(jobs) <= _BATCH:
        studio = Studio(settings)
        for job in jobs:
            record(studio.work(job))
        return
    _run_pool(list(_batches(jobs)), settings, min(workers, len(jobs)), record)


def _ordered(planned: Sequence[PlannedShot]) -> list[PlannedShot]:
    """Shots that share background and capture stand together, so that both are prepared once."""
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


def _batches(jobs: Sequence[Job]) -> Iterator[tuple[Job, ...]]:
    for _, group in groupby(jobs, key=lambda j: (j.shot.concept, j.shot.display.id, j.shot.screen)):
        same = list(group)
        for start in range(0, len(same), _BATCH):
            yield tuple(same[start : start + _BATCH])


def check_shots(shots: Sequence[Shot], *, settings: Settings, workers: int) -> list[Finding]:
    """Compose every shot without painting; findings in the order of the shots."""
    if workers == 1 or len(shots) < _WORTH_A_POOL:
        studio = Studio(settings)
        return [finding for shot in shots for finding in studio.check(shot)]
    size = -(-len(shots) // (workers * 4))
    batches = [tuple(shots[i : i + size]) for i in range(0, len(shots), size)]
    with _pool(settings, workers) as pool:
        found = pool.map(check_batch, [settings] * len(batches), batches)
        return [finding for batch in found for finding in batch]


def _pool(settings: Settings, workers: int) -> ProcessPoolExecutor:
    # A fork of a process with threads may hang; forkserver starts clean ones and is quicker than spawn.
    method = "spawn" if sys.platform in ("win32", "darwin") else "forkserver"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["locstore.run.worker"])
    return ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=(settings,))


def _run_pool(
    batches: list[tuple[Job, ...]], settings: Settings, workers: int, record: Callable[[Outcome], None]
) -> None:
    pool = _pool(settings, workers)
    waiting = list(reversed(batches))
    flying: set[Future[list[Outcome]]] = set()
    try:
        while waiting or flying:
            while waiting and len(flying) < workers * _AHEAD:
                flying.add(pool.submit(work_batch, settings, waiting.pop()))
            done, flying = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                for outcome in future.result():
                    record(outcome)
    except KeyboardInterrupt:
        _finish(flying, record)
        raise
    except BrokenProcessPool as error:
        raise EnvironmentProblem(
            "A worker process ended unexpectedly, most likely for want of memory. What is done is kept; run again, "
            "with fewer workers (-j)."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _finish(flying: set[Future[list[Outcome]]], record: Callable[[Outcome], None]) -> None:
    """Batches that already run come to their end and are recorded; the rest is cancelled."""
    running = {future for future in flying if not future.cancel()}
    for future in wait(running).done:
        for outcome in future.result():
            record(outcome)
