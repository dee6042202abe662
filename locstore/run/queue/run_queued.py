"""Runs that are with a queue: sent to workers, followed, left alone and picked up again, listed and cancelled."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from locstore.cache import BlobStore, PictureStore, open_blobs, open_store, ready_cache
from locstore.config import ProjectFolder
from locstore.errors import EnvironmentProblem, LocstoreError, UsageError
from locstore.files import write_whole
from locstore.findings import Finding, Severity
from locstore.run import Ledger, Outcome, PlannedShot, Settings, jobs_in_order
from locstore.run.candidates import drop_candidate, keep_candidate
from locstore.run.paid import CallBook, CallState, Claim, Spent
from locstore.run.paid.paint import Limits
from locstore.run.pool import interrupts_held

if TYPE_CHECKING:
    from locstore.run.queue.records import RunFacts
    from locstore.run.queue.run_state import Board
    from locstore.run.queue.watcher import Follower, News, Sent

_PATIENCE = 60.0  # seconds that the one who runs waits for Redis to come back


class Detached(LocstoreError):
    """^C while a run was followed: it goes on with the workers. Its text says how to pick it up."""

    exit_code = 130

    def __init__(self, run: str) -> None:
        self.run = run
        super().__init__(f"Run {run} goes on with the workers. `locstore run --attach {run}` picks it up.")


@dataclasses.dataclass(frozen=True, slots=True)
class Ears:
    """Who hears of a run: each outcome once it stands in its place, findings that belong to no shot, lines to print."""

    outcome: Callable[[Outcome], None]
    finding: Callable[[Finding], None]
    line: Callable[[str], None]


def paint_queued(
    project: ProjectFolder,
    planned: Sequence[PlannedShot],
    settings: Settings,
    ledger: Ledger,
    limits: Limits,
    ears: Ears,
    *,
    attach: str | None = None,
) -> Spent | None:
    """Hand the planned shots to the workers of `project.config.queue`, or follow the run `attach`, and shelve.

    The folder becomes what a run on this machine makes of the same shots. None for the local painter. Raises Detached
    on ^C, EnvironmentProblem when Redis, the cache or the disk fails: the run goes on with the workers either way.
    """
    from locstore.run import queue

    board = open_board(project.config.queue, patience=_PATIENCE)
    blobs = _blobs(project)
    run = queue.new_run_name(project.label) if attach is None else attach
    try:
        if attach is None:
            facts, jobs = _send(project, board, blobs, run, planned, settings, limits, ears)
        else:
            facts, jobs = _jobs(project, board, blobs, run)
        follower = queue.Follower(board, blobs, facts, jobs, ears.line)
        _shelve(follower, run, jobs, planned, settings, ledger, ears)
        return _ended(project, board, run, settings, follower, ears)
    except KeyboardInterrupt:
        if board.facts(run) is None:
            raise  # it was not sent yet
        raise Detached(run) from None
    except EnvironmentProblem as problem:
        raise EnvironmentProblem(
            f"{problem} What was sent of run {run} goes on with the workers; `locstore run --attach {run}` picks it up."
        ) from problem
    finally:
        board.close()


def queued_paths(project: ProjectFolder, run: str) -> frozenset[str]:
    """The places of the pictures of a run: what `--attach` plans for. Raises UsageError if there is no such run."""
    board = open_board(project.config.queue, patience=5)
    try:
        return frozenset(job.path for job in _jobs(project, board, _blobs(project), run)[1])
    finally:
        board.close()


def list_runs(url: str) -> list[RunFacts]:
    """The runs that a queue knows, the newest first. Raises UsageError, EnvironmentProblem."""
    board = open_board(url, patience=5)
    try:
        return board.runs()
    finally:
        board.close()


def cancel_run(url: str, run: str) -> bool:
    """Begin no further shot of a run; False if it had ended. Raises UsageError if there is none."""
    board = open_board(url, patience=5)
    try:
        _facts(board, run)
        return board.cancel(run)
    finally:
        board.close()


def open_board(url: str, *, patience: float) -> Board:
    """The queue at a URL. Raises UsageError, also when the packages for it are not installed."""
    if not url:
        raise UsageError("No queue is named. Give --queue redis://host:6379/0, LOCSTORE_QUEUE, or `queue` in the file.")
    try:
        from locstore.run import queue
    except ImportError as error:
        raise UsageError(
            f"The queue needs {error.name}, which is not installed: pip install 'locstore[queue]'."
        ) from error
    return queue.Board(queue.read_address(url), patience=patience)


def _send(
    project: ProjectFolder,
    board: Board,
    blobs: BlobStore,
    run: str,
    planned: Sequence[PlannedShot],
    settings: Settings,
    limits: Limits,
    ears: Ears,
) -> tuple[RunFacts, list[Sent]]:
    from locstore.run import queue

    config = project.config
    paid = config.painter != "local"
    told = board.settings()
    if told["maxmemory_policy"] not in ("", "noeviction") or (paid and told["appendonly"] == "0"):
        ears.finding(_forgetful(board, told))
    if paid:
        for finding in ready_cache(project.config.cache, project.root):
            ears.finding(finding)
        _lend(project, board, settings)
    kit, files = queue.make_kit(
        settings, config.painter, config.images if paid else None, retry_unknown=limits.retry_unknown
    )
    purse = queue.Purse(limits.max_calls, limits.max_cost)
    jobs = jobs_in_order(planned)
    queue.send_run(board, blobs, run, jobs, kit, files, project=project.label, limits=purse)
    ears.line(f"Run {run}: {len(planned)} shots are with the queue at {board.address.shown}. ^C leaves it to workers.")
    return _facts(board, run), [queue.Sent(job.path, job.shot.key, job.digests) for job in jobs]


def _shelve(
    follower: Follower,
    run: str,
    jobs: Sequence[Sent],
    planned: Sequence[PlannedShot],
    settings: Settings,
    ledger: Ledger,
    ears: Ears,
) -> None:
    """Put into place what comes, as far as it is what the project wants now."""
    wanted = {p.path: dict(p.digests) for p in planned}
    digests = {job.path: dict(job.digests) for job in jobs}
    outdated = 0
    for news in follower.news():
        path = news.outcome.path
        if path not in wanted:
            continue  # it stands there already, or is not in this selection
        if wanted[path] != digests[path]:
            outdated += 1
        elif not news.skipped:
            ears.outcome(_placed(settings, ledger, news))
    if outdated:
        pictures = "1 picture was" if outdated == 1 else f"{outdated} pictures were"
        message = f"{pictures} not taken: words, design or files changed after run {run} was sent. Run again."
        ears.finding(Finding(code="run-outdated", message=message, severity=Severity.WARNING))


def _ended(
    project: ProjectFolder, board: Board, run: str, settings: Settings, follower: Follower, ears: Ears
) -> Spent | None:
    """What the run has spent; its calls that may have been paid in vain go into this project's own book."""
    facts = _facts(board, run)
    if facts.painter == "local":
        if follower.cancelled:
            ears.finding(Finding(code="run-stopped", message=f"Run {run} was cancelled. What came is kept; run again."))
        return None
    _take_back(project, board, run, settings)
    return Spent(
        sent=facts.sent,
        cached=facts.cached,
        estimated=facts.estimated,
        billed=facts.billed,
        stopped="the run was cancelled" if follower.cancelled else facts.halted or follower.skipped,
        by_server=bool(facts.halted),
        repairs=facts.repairs,
    )


def _placed(settings: Settings, ledger: Ledger, news: News) -> Outcome:
    """Put a picture that a worker painted into its place, exactly as a worker of this machine does."""
    outcome, data = news.outcome, news.picture
    if data is None:
        return outcome
    if outcome.record is None:
        if outcome.candidate is not None:
            keep_candidate(settings.candidates, outcome.path, data, outcome.candidate)
        return outcome
    target = settings.output / outcome.path
    with interrupts_held():
        drop_candidate(settings.candidates, outcome.path)
        ledger.announce(settings.output, outcome.path, outcome.record)
        write_whole(target, data)
        stat = target.stat()
        ledger.put(settings.output, outcome.path, outcome.record, stat.st_size, stat.st_mtime_ns)
    return dataclasses.replace(outcome, size=stat.st_size, mtime=stat.st_mtime_ns)


def _jobs(project: ProjectFolder, board: Board, blobs: BlobStore, run: str) -> tuple[RunFacts, list[Sent]]:
    from locstore.run import queue

    facts = _facts(board, run)
    if facts.project != project.label:
        raise UsageError(f"Run {run} is one of {facts.project}, and this project is {project.label}.")
    return facts, queue.sent_jobs(board, blobs, facts)


def _facts(board: Board, run: str) -> RunFacts:
    from locstore.run import queue

    facts = board.facts(run) if queue.is_run_name(run) else None
    if facts is None:
        raise UsageError(f"{board.address.shown} has no run {run[:60]!r}. `locstore runs` lists them.")
    return facts


def _blobs(project: ProjectFolder) -> BlobStore:
    if project.config.cache.startswith("memory:"):
        raise UsageError("A queue needs a cache that workers reach: a shared folder or a bucket, not memory://.")
    return open_blobs(project.config.cache, project.root)


def _forgetful(board: Board, told: Mapping[str, str]) -> Finding:
    message = (
        f"{board.address.shown} may forget what it was told (appendonly {told['appendonly'] or '?'}, maxmemory-policy "
        f"{told['maxmemory_policy'] or '?'}). Set `appendonly yes` and `maxmemory-policy noeviction`."
    )
    return Finding(code="run-queue-forgetful", message=message, severity=Severity.WARNING)


def _book(project: ProjectFolder, settings: Settings) -> tuple[CallBook, PictureStore]:
    store = open_store(project.config.cache, project.root)
    return CallBook(settings.ledger, lambda key: key in store), store


def _lend(project: ProjectFolder, board: Board, settings: Settings) -> None:
    """What this project's own book holds as unknown or refused must not be asked for by workers, either."""
    from locstore.run import queue

    book, _ = _book(project, settings)
    try:
        calls = [*book.calls(CallState.REFUSED), *book.calls(CallState.UNKNOWN)]
    finally:
        book.close()
    queue.note_calls(board, {c.key: c.state for c in calls}, shots={c.key: c.shot for c in calls})


def _take_back(project: ProjectFolder, board: Board, run: str, settings: Settings) -> None:
    """The calls of the run that may have been paid in vain go into this project's own book; so do settled ones."""
    from locstore.run import queue

    book, store = _book(project, settings)
    unknown = board.unknown_calls(run)
    lost = [key for key in unknown if key not in store]
    queue.found_calls(board, run, [key for key in unknown if key not in lost])
    try:
        for call in book.calls(CallState.UNKNOWN):
            if call.key in store:
                book.settle(call.id, CallState.DONE)
        model = project.config.images.model
        for key in lost:
            claim, number = book.claim(key, shot=run, model=model, estimate=None, retry_unknown=False)
            if claim is Claim.GO:
                book.settle(number, CallState.UNKNOWN, message=f"a worker of run {run} was lost")
    finally:
        book.close()
