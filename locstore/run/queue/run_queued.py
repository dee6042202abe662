"""Runs that are with a queue: sent to workers, followed, left alone and attached to again, listed and cancelled."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from locstore.cache import BlobStore, PictureStore, open_blobs, open_store, ready_cache
from locstore.config import ProjectFolder
from locstore.delivery import append_to_journal
from locstore.errors import EnvironmentProblem, LocstoreError, UsageError
from locstore.files import write_below
from locstore.findings import Finding, Severity
from locstore.run import PaintJournal, PaintSettings, PlannedShot, TaskResult, tasks_in_order
from locstore.run.candidates import drop_candidate, keep_candidate
from locstore.run.paid import CallState, Claim, LocalPaymentLedger, Spending
from locstore.run.paid.budget import BudgetLimits
from locstore.run.paid.payments_file import payments_path
from locstore.run.painter import find_painter
from locstore.run.pool import interrupts_held

if TYPE_CHECKING:
    from locstore.run.queue.records import RunRecord
    from locstore.run.queue.run_state import RunState
    from locstore.run.queue.watcher import RunWatcher, SentTask, ShotEvent

_PATIENCE = 60.0  # seconds that a run waits for a Redis that was there and comes back


class RunDetached(LocstoreError):
    """^C while a run was followed: it goes on with the workers. The message says how to attach to it."""

    exit_code = 130

    def __init__(self, run: str) -> None:
        self.run = run
        super().__init__(f"Run {run} goes on with the workers. `locstore run --attach {run}` takes its pictures.")


@dataclasses.dataclass(frozen=True, slots=True)
class RunListener:
    """What is called during a run: for each result, for findings that belong to no shot, for lines to print."""

    result: Callable[[TaskResult], None]
    finding: Callable[[Finding], None]
    line: Callable[[str], None]


def paint_queued(
    project: ProjectFolder,
    planned: Sequence[PlannedShot],
    settings: PaintSettings,
    ledger: PaintJournal,
    limits: BudgetLimits,
    listener: RunListener,
    *,
    attach: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> Spending | None:
    """Send the planned shots to the workers of `project.config.queue`, or follow the run `attach`, and place pictures.

    The folder becomes what a run on this machine makes of the same shots. `options` are kept with the run, for
    `attach_options`. Returns None for the local painter. Raises RunDetached on ^C and EnvironmentProblem when Redis,
    the cache or the disk fails: what was sent goes on with the workers.
    """
    from locstore.run import queue

    run_state = open_run_state(project.config.queue, patience=_PATIENCE)
    blobs = _blobs(project)
    run = queue.new_run_name(project.label) if attach is None else attach
    sent = attach is not None
    try:
        if attach is None:
            facts, tasks = _send(project, run_state, blobs, run, planned, settings, limits, listener, options)
        else:
            facts, tasks = _tasks(project, run_state, blobs, run)
            if facts.state == "open" and facts.queued < facts.total:
                queue.queue_shots(run_state, run, facts.queued, facts.total)
        sent = True
        watcher = queue.RunWatcher(run_state, blobs, facts, tasks, listener.line)
        _place_all(watcher, run, tasks, planned, settings, ledger, listener)
        return _ended(project, run_state, run, settings, watcher, listener)
    except KeyboardInterrupt:
        if run_state.facts(run) is None:
            raise  # it is not sent yet
        raise RunDetached(run) from None
    except EnvironmentProblem as problem:
        if not sent:
            raise EnvironmentProblem(
                f"{problem} If run {run} is in `locstore runs`, `locstore run --attach {run}` goes on with it; else "
                "nothing was sent."
            ) from problem
        raise EnvironmentProblem(
            f"{problem} Run {run} goes on with the workers; `locstore run --attach {run}` takes its pictures."
        ) from problem
    finally:
        run_state.close()


def queued_paths(project: ProjectFolder, run: str) -> frozenset[str]:
    """The paths of the pictures of a run: what `--attach` plans for. Raises UsageError if there is no such run."""
    run_state = open_run_state(project.config.queue, patience=5)
    try:
        return frozenset(task.path for task in _tasks(project, run_state, _blobs(project), run)[1])
    finally:
        run_state.close()


def attach_options(url: str, run: str) -> Mapping[str, Any]:
    """The options that a run was planned with. Raises UsageError if there is no such run."""
    run_state = open_run_state(url, patience=5)
    try:
        return _facts(run_state, run).options
    finally:
        run_state.close()


def list_runs(url: str) -> list[RunRecord]:
    """The runs that a queue knows, the newest first. Raises UsageError, EnvironmentProblem."""
    run_state = open_run_state(url, patience=5)
    try:
        return run_state.runs()
    finally:
        run_state.close()


def cancel_run(url: str, run: str) -> bool:
    """Begin no further shot of a run; False if it had ended. Raises UsageError if there is none."""
    run_state = open_run_state(url, patience=5)
    try:
        _facts(run_state, run)
        return run_state.cancel(run)
    finally:
        run_state.close()


def open_run_state(url: str, *, patience: float) -> RunState:
    """The queue at a URL, which answers. Raises UsageError for the URL.

    Raises EnvironmentProblem if the packages for a queue are not installed, and within about five seconds if Redis does
    not answer.
    """
    if not url:
        raise UsageError("No queue is named. Give --queue redis://host:6379/0, LOCSTORE_QUEUE, or `queue` in the file.")
    from locstore.run import queue

    address = queue.read_address(url)
    queue.check_reachable(address)
    return queue.RunState(address, patience=patience)


def _send(
    project: ProjectFolder,
    run_state: RunState,
    blobs: BlobStore,
    run: str,
    planned: Sequence[PlannedShot],
    settings: PaintSettings,
    limits: BudgetLimits,
    listener: RunListener,
    options: Mapping[str, Any] | None,
) -> tuple[RunRecord, list[SentTask]]:
    from locstore.run import queue

    config = project.config
    paid = find_painter(config.painter).pays
    told = run_state.settings()
    if told["maxmemory_policy"] not in ("", "noeviction") or (paid and told["appendonly"] == "0"):
        listener.finding(_forgetful(run_state, told))
    if paid:
        for finding in ready_cache(project.config.cache, project.root):
            listener.finding(finding)
        _tell_calls(project, run_state, settings)
    spec, files = queue.make_spec(
        settings, config.painter, config.images if paid else None, retry_unknown=limits.retry_unknown
    )
    budget = queue.QueueBudget(limits.max_calls, limits.max_cost)
    tasks = tasks_in_order(planned)
    queue.send_run(
        run_state,
        blobs,
        run,
        tasks,
        spec,
        files,
        project=project.label,
        limits=budget,
        options=options or {},
    )
    listener.line(
        f"Run {run}: {len(planned)} shots are with the queue at {run_state.address.display_url}. "
        "^C leaves it to workers."
    )
    return _facts(run_state, run), [
        queue.SentTask(task.path, task.shot.key, task.shot.size, task.digests) for task in tasks
    ]


def _place_all(
    watcher: RunWatcher,
    run: str,
    tasks: Sequence[SentTask],
    planned: Sequence[PlannedShot],
    settings: PaintSettings,
    ledger: PaintJournal,
    listener: RunListener,
) -> None:
    """Put the pictures that come into their places, as far as the project still wants them."""
    wanted = {p.path: dict(p.digests) for p in planned}
    digests = {task.path: dict(task.digests) for task in tasks}
    outdated = 0
    for news in watcher.news():
        path = news.result.path
        if path not in wanted:
            continue  # it stands there already, or is not in this selection
        if wanted[path] != digests[path]:
            outdated += 1
        elif not news.skipped:
            listener.result(_place(settings, ledger, news))
    if outdated:
        pictures = "1 picture was" if outdated == 1 else f"{outdated} pictures were"
        message = f"{pictures} not taken: words, design or files changed after run {run} was sent. Run again."
        listener.finding(Finding(code="run-outdated", message=message, severity=Severity.WARNING))


def _ended(
    project: ProjectFolder,
    run_state: RunState,
    run: str,
    settings: PaintSettings,
    watcher: RunWatcher,
    listener: RunListener,
) -> Spending | None:
    """What the run has spent; its calls that may have been billed in vain go into this project's own ledger."""
    facts = _facts(run_state, run)
    if not find_painter(facts.painter).pays:
        if watcher.cancelled:
            listener.finding(
                Finding(code="run-stopped", message=f"Run {run} was cancelled. What came is kept; run again.")
            )
        return None
    _take_back(project, run_state, run, settings)
    return Spending(
        sent=facts.sent,
        cached=facts.cached,
        estimated=facts.estimated,
        billed=facts.billed,
        stopped="the run was cancelled" if watcher.cancelled else facts.halted or watcher.skipped,
        by_server=bool(facts.halted),
        repairs=facts.repairs,
    )


def _place(settings: PaintSettings, ledger: PaintJournal, news: ShotEvent) -> TaskResult:
    """Put a picture that a worker painted into its place, as a painting process of this machine does."""
    result, data = news.result, news.picture
    if data is None:
        return result
    if result.record is None:
        if result.candidate is not None:
            keep_candidate(settings.candidates, result.path, data, result.candidate)
        return result
    with interrupts_held():
        drop_candidate(settings.candidates, result.path)
        ledger.begin_write(settings.output, result.path, result.record)
        append_to_journal(settings.output, result.path, result.record)
        stat = write_below(settings.output, result.path, data).stat()
        ledger.put(settings.output, result.path, result.record, stat.st_size, stat.st_mtime_ns)
    return dataclasses.replace(result, size=stat.st_size, mtime=stat.st_mtime_ns)


def _tasks(project: ProjectFolder, run_state: RunState, blobs: BlobStore, run: str) -> tuple[RunRecord, list[SentTask]]:
    from locstore.run import queue

    facts = _facts(run_state, run)
    if facts.project != project.label:
        raise UsageError(f"Run {run} is one of {facts.project}, and this project is {project.label}.")
    return facts, queue.sent_tasks(run_state, blobs, facts)


def _facts(run_state: RunState, run: str) -> RunRecord:
    from locstore.run import queue

    facts = run_state.facts(run) if queue.is_run_name(run) else None
    if facts is None:
        raise UsageError(f"{run_state.address.display_url} has no run {run[:60]!r}. `locstore runs` lists them.")
    return facts


def _blobs(project: ProjectFolder) -> BlobStore:
    if project.config.cache.startswith("memory:"):
        raise UsageError("A queue needs a cache that workers reach: a shared folder or a bucket, not memory://.")
    return open_blobs(project.config.cache, project.root)


def _forgetful(run_state: RunState, told: Mapping[str, str]) -> Finding:
    message = (
        f"{run_state.address.display_url} may forget what it was told (appendonly {told['appendonly'] or '?'}, "
        "maxmemory-policy "
        f"{told['maxmemory_policy'] or '?'}). Set `appendonly yes` and `maxmemory-policy noeviction`."
    )
    return Finding(code="run-queue-forgetful", message=message, severity=Severity.WARNING)


def _payments(project: ProjectFolder, settings: PaintSettings) -> tuple[LocalPaymentLedger, PictureStore]:
    store = open_store(project.config.cache, project.root)
    return LocalPaymentLedger(payments_path(settings.ledger), lambda key: key in store), store


def _tell_calls(project: ProjectFolder, run_state: RunState, settings: PaintSettings) -> None:
    """Tell the workers which calls this project's own ledger holds as unknown or refused, and which it has settled."""
    from locstore.run import queue

    book, _ = _payments(project, settings)
    try:
        calls = book.calls()
    finally:
        book.close()
    queue.note_calls(run_state, calls)


def _take_back(project: ProjectFolder, run_state: RunState, run: str, settings: PaintSettings) -> None:
    """Write the calls of the run that may have been billed in vain into this project's own ledger."""
    from locstore.run import queue

    book, store = _payments(project, settings)
    unknown = run_state.unknown_calls(run)
    lost = [key for key in unknown if key not in store]
    queue.found_calls(run_state, run, [key for key in unknown if key not in lost])
    try:
        for call in book.calls(CallState.UNKNOWN):
            if call.key in store:
                book.settle(call.id, CallState.DONE)
        model = project.config.images.model
        for key in lost:
            claim, number = book.claim(key, shot=run, model=model, estimate=None, retry_unknown=False)
            if claim is Claim.SEND:
                book.settle(number, CallState.UNKNOWN, message=f"a worker of run {run} was lost")
    finally:
        book.close()
