"""`run --batch`: a run's pictures asked for at half the price, and taken in when they are there.

Everything that knows the network is imported when it is needed: a project that runs no batch does not wait for it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locstore.cache import PictureStore, open_store, ready_cache
from locstore.cache.disk import make_folder, write_lock
from locstore.config import ProjectFolder
from locstore.errors import EnvironmentProblem, UsageError
from locstore.findings import Finding, Severity, sort_findings
from locstore.run import PaintSettings, PlannedShot
from locstore.run.paid.api_key import api_key
from locstore.run.paid.batch_payments import BATCH_RUN, BatchPaymentLedger, PartState
from locstore.run.paid.batch_recovery import lost_parts, recover_batches
from locstore.run.paid.batch_requests import drop_part
from locstore.run.paid.budget import BudgetLimits, LocalBudget
from locstore.run.paid.payments import CallState
from locstore.run.paid.payments_file import JOURNAL, PAYMENTS
from locstore.run.paid.request import Kind, Prepared, prepare_shots
from locstore.run.painter import find_painter

if TYPE_CHECKING:
    from locstore.run.paid.batch import Batches
    from locstore.run.paid.batch_requests import Bounds

_FOLDER = Path(".locstore/batches")
_LEDGER = Path(".locstore/payments.db")
_CHUNK = 2000  # requests that are in memory at a time
_SLOWEST = 60.0  # seconds between two looks at the server


@dataclasses.dataclass(frozen=True, slots=True)
class BatchReport:
    """What was asked for. `name` is the run's, '' if there was nothing to ask for; `parts` are batches of the server.

    `cached` pictures are here, `waiting` ones are with another run or batch, `refused` and `unknown` ones are not asked
    for; `left` ones are beyond a limit, which `stopped` names. `estimated` is in US dollars, at the batch's price.
    """

    name: str
    submitted: int
    parts: int
    cached: int
    waiting: int
    refused: int
    unknown: int
    left: int
    estimated: float
    stopped: str
    findings: tuple[Finding, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class BatchCollected:
    """What a run has brought, over all looks at it. `open` pictures are still with the server; 0 is the end.

    `done`, `failed` and `billed` (US dollars, over `told` pictures) are of this call.
    """

    name: str
    pictures: int
    open: int
    done: int
    failed: int
    billed: float
    findings: tuple[Finding, ...]
    told: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class BatchRun:
    """A run in the book. `state` is sending (it was killed, and --attach goes on), open, or done.

    `estimated` is in US dollars, `began` in seconds since 1970.
    """

    name: str
    state: str
    painter: str
    model: str
    pictures: int
    open: int
    done: int
    estimated: float
    began: float


def submit_batch(
    project: ProjectFolder,
    planned: Sequence[PlannedShot],
    settings: PaintSettings,
    limits: BudgetLimits,
    *,
    bounds: Bounds | None = None,
    allow_hosts: tuple[str, ...] = (),
    options: Mapping[str, Any] | None = None,
) -> BatchReport:
    """Ask for every planned picture that nobody has asked for, and return; `collect_batch` brings the pictures.

    `options` are what the run was planned with, kept for `--attach`. Parts that a killed run has left unsent are sent
    first. Raises UsageError where batches cannot be, and EnvironmentProblem if cache, disk or server fail; what has
    been sent is in the ledger.
    """
    from locstore.run.paid.batch_requests import BatchWriter, Bounds

    kind = _kind(project)
    found = ready_cache(project.config.cache, project.root)
    name = f"{BATCH_RUN}{secrets.token_hex(4)}"
    budget = LocalBudget(limits.max_calls, limits.max_cost)
    taken = 0

    def prepared() -> Iterator[Prepared]:
        nonlocal taken
        workers = project.config.jobs or os.cpu_count() or 1
        for start in range(0, len(planned), _CHUNK):
            for one in prepare_shots(planned[start : start + _CHUNK], settings, project.config.images, kind, workers):
                taken += 1
                yield one

    with _batches(project, allow_hosts) as (batches, book):
        found += batches.recovered
        found += batches.send()
        book.note_options(name, options or {})
        writer = BatchWriter(
            name,
            kind=kind,
            config=project.config.images,
            store=open_store(project.config.cache, project.root),
            book=book,
            folder=project.root / _FOLDER,
            budget=budget,
            bounds=bounds or Bounds(),
            retry_unknown=limits.retry_unknown,
        )
        told = writer.write(prepared())
        found += batches.send(name)
        parts = sum(part.batch != "" for part in book.parts(name))
    return BatchReport(
        name=name if parts else "",
        submitted=told.submitted,
        parts=parts,
        cached=told.cached,
        waiting=told.waiting,
        refused=told.refused,
        unknown=told.unknown,
        left=len(planned) - taken + 1 if told.stopped else 0,
        estimated=told.dollars,
        stopped=told.stopped,
        findings=tuple(sort_findings([*found, *told.findings])),
    )


def collect_batch(
    project: ProjectFolder,
    name: str,
    *,
    wait: bool = True,
    poll: float = 5.0,
    on_progress: Callable[[int, int], None] | None = None,
    allow_hosts: tuple[str, ...] = (),
) -> BatchCollected:
    """Take in what a run's batches have brought; with `wait` until all have ended, looking every `poll` seconds, later
    less often. `on_progress` hears how many pictures have been worked on, of how many.

    ^C passes through; what is taken in stays. Raises UsageError for a run that is not in the book, EnvironmentProblem
    if cache, disk or server fail.
    """
    findings = ready_cache(project.config.cache, project.root)
    done = failed = told = 0
    billed = 0.0
    while True:
        with _batches(project, allow_hosts) as (batches, book):
            _known(book, name)
            findings += batches.send(name)
            taken = batches.look(name)
            counts = book.counts(name)
        findings += taken.findings
        done, failed, billed = done + taken.done, failed + taken.failed, billed + taken.billed
        told += taken.told
        if on_progress is not None:
            on_progress(counts.pictures - counts.open + taken.worked, counts.pictures)
        if counts.open == 0 or not wait or taken.stuck:
            return BatchCollected(
                name, counts.pictures, counts.open, done, failed, billed, tuple(sort_findings(findings)), told
            )
        time.sleep(poll)
        poll = min(_SLOWEST, poll * 1.5)


def cancel_batch(project: ProjectFolder, name: str) -> None:
    """Ask the server to stop a run. Pictures that are done by then are paid for: `collect_batch` still brings them."""
    with _batches(project) as (batches, book):
        _known(book, name)
        batches.cancel(name)


def forget_batch(project: ProjectFolder, name: str) -> int:
    """Give a run's batches up: what nobody knows of is `unknown`, and --retry-unknown asks for it. Returns how much.

    For batches that the provider does not tell of any more. Nothing is asked of it. Raises UsageError for a run that is
    not in the ledger.
    """
    with _ledger(project) as (book, _), _locked(project.root / _FOLDER):
        _known(book, name)
        count = 0
        for part in book.parts(name):
            if part.state is not PartState.SETTLED:
                count += sum(1 for _ in book.open_calls(part))
                drop_part(book, project.root / _FOLDER, part, CallState.UNKNOWN, "given up by the user")
        return count


def batch_options(project: ProjectFolder, name: str) -> Mapping[str, Any]:
    """What a batch was planned with; empty if that is not known."""
    with _ledger(project) as (book, _):
        return book.options(name)


def list_batches(project: ProjectFolder) -> list[BatchRun]:
    """The runs in the book, the newest first. Nothing is asked of the server, and no key is needed."""
    if not any((project.root / _LEDGER).with_name(name).exists() for name in (PAYMENTS, JOURNAL)):
        return []
    with _ledger(project) as (book, _):
        return _batch_runs(book)


def _batch_runs(book: BatchPaymentLedger) -> list[BatchRun]:
    runs: dict[str, BatchRun] = {}
    for part in book.parts():
        counts = book.counts(part.name)
        sending = part.state not in (PartState.CREATED, PartState.SETTLED)
        before = runs.get(part.name)
        state = "sending" if sending or (before and before.state == "sending") else "open" if counts.open else "done"
        runs[part.name] = BatchRun(
            part.name, state, part.kind, part.model, counts.pictures, counts.open, counts.done, counts.dollars,
            before.began if before else part.began,
        )  # fmt: skip
    return sorted((run for run in runs.values() if run.pictures), key=lambda run: (-run.began, run.name))


def batch_findings(project: ProjectFolder, allow_hosts: tuple[str, ...] = ()) -> list[Finding]:
    """A note for each run that is with the server: an ordinary run does not ask for its pictures.

    Also warnings, if the payments file was damaged, or had lost a batch. Raises EnvironmentProblem if the provider has
    to be asked for a lost batch and cannot be.
    """
    with _ledger(project) as (book, _):
        found = book.findings
        lost, runs = bool(lost_parts(book, project.root / _FOLDER)), _batch_runs(book)
    if lost:
        with _batches(project, allow_hosts) as (batches, book):
            found += batches.recovered
            runs = _batch_runs(book)
    return found + [
        Finding(
            code="run-batch-open",
            message=f"{run.open} of {run.pictures} pictures are with the batch {run.name}. "
            f"`locstore run --attach {run.name}` takes them in.",
            severity=Severity.NOTE,
        )
        for run in runs
        if run.open
    ]


@contextlib.contextmanager
def _batches(project: ProjectFolder, allow_hosts: tuple[str, ...] = ()) -> Iterator[tuple[Batches, BatchPaymentLedger]]:
    """Batches, with the lock that only one process has: what is half sent then is a dead process's."""
    from locstore.paint.images.batch import BatchClient
    from locstore.run.paid.batch import METADATA, Batches

    config = project.config
    key = api_key(project, allow_hosts)
    folder = project.root / _FOLDER
    kind: Kind = config.painter
    with _locked(folder), _ledger(project) as (book, store), BatchClient(config.images, key) as client:
        recovered = book.findings + recover_batches(book, client, folder, METADATA, kind)
        batches = Batches(config=config.images, key=key, client=client, store=store, book=book, folder=folder)
        batches.recovered = recovered
        yield batches, book


@contextlib.contextmanager
def _ledger(project: ProjectFolder) -> Iterator[tuple[BatchPaymentLedger, PictureStore]]:
    store = open_store(project.config.cache, project.root)
    book = BatchPaymentLedger(project.root / _LEDGER, lambda key: key in store)
    try:
        yield book, store
    finally:
        book.close()


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            make_folder(folder)
            stack.enter_context(write_lock(folder))
        except OSError as error:
            raise EnvironmentProblem(f"{folder.as_posix()} cannot be written: {error.strerror}.") from error
        yield


def _known(book: BatchPaymentLedger, name: str) -> None:
    if not book.parts(name):
        raise UsageError(f"There is no batch {name!r} in this project. `locstore runs` lists them.")


def _kind(project: ProjectFolder) -> Kind:
    """The painter. Raises UsageError where there is nothing that a batch could be made of."""
    config = project.config
    images = config.images
    if not find_painter(config.painter).pays:
        raise UsageError("--batch asks an image model; add --painter images or --painter backdrop.")
    if images.dialect != "openai":
        raise UsageError("--batch needs the dialect openai: gateways have no batch API that locstore knows.")
    paths = {"generations_path": "/v1/images/generations", "edits_path": "/v1/images/edits"}
    for name, path in paths.items():
        if getattr(images, name) != path:
            raise UsageError(f"--batch needs images.{name} to be {path}: a batch names its requests by it.")
    return config.painter
