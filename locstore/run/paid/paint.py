"""The paid painters: what they would cost, and a run within a budget."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from locstore.cache import open_store
from locstore.config import ProjectFolder
from locstore.errors import FindingsError
from locstore.findings import Finding, Severity, has_errors
from locstore.paint.images import ImagesConfig
from locstore.prompt import end_of_model
from locstore.review import REVIEW_FILE, read_review
from locstore.run import (
    PaintJournal,
    PaintSettings,
    PlannedShot,
    Task,
    TaskResult,
    lost_workers,
    tasks_in_order,
    worker_pool,
)
from locstore.run.paid.answers import AnswerStore
from locstore.run.paid.api_key import api_key
from locstore.run.paid.batch_payments import BatchPaymentLedger
from locstore.run.paid.budget import BudgetLimits, LocalBudget, Spending
from locstore.run.paid.free_space import check_writable
from locstore.run.paid.paid_run import PaidRun
from locstore.run.paid.payments_file import payments_path
from locstore.run.paid.request import PaidPainter, Prepared, paid_painter, prepare_shots
from locstore.run.painter import find_painter


@dataclasses.dataclass(frozen=True, slots=True)
class CostRow:
    """What one locale costs on one display.

    `pictures` are those that can be asked for, `impossible` those that cannot; `calls` is the first try of each, and
    `calls_at_most` includes every repair of wrong words. `dollars` is of `calls`, None if the model's price is not
    known.
    """

    locale: str
    display: str
    pictures: int
    calls: int
    cached: int
    tokens: int
    dollars: float | None
    impossible: int = 0
    calls_at_most: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class CostTable:
    """The costs of a plan by locale and display, and why some pictures cannot be asked for."""

    rows: tuple[CostRow, ...] = ()
    findings: tuple[Finding, ...] = ()


def cost_table(project: ProjectFolder, planned: Sequence[PlannedShot], settings: PaintSettings) -> CostTable:
    """What the planned pictures would cost. Nothing is sent.

    A call that several pictures share counts where it is made first.
    """
    config = project.config
    store = open_store(config.cache, project.root)
    prepared = prepare_shots(
        planned, settings, config.images, project.config.painter, config.jobs or os.cpu_count() or 1
    )
    cells: dict[tuple[str, str], list[Prepared]] = {}
    for p in prepared:
        cells.setdefault((p.task.shot.locale.gettext, p.task.shot.display.id), []).append(p)
    reads = config.text.check != "never" and find_painter(config.painter).writes_words
    repairs = config.text.repairs if reads else 0
    seen: set[str] = set()
    rows = []
    for (locale, display), group in cells.items():
        same = [p for p in group if p.request is not None]
        cached = [p for p in same if p.key in store]
        calls: list[Prepared] = []
        for p in same:
            if p.key not in store and p.key not in seen:
                seen.add(p.key)
                calls.append(p)
        estimates = [p.estimate for p in calls if p.estimate is not None]
        prices = [e.dollars for e in estimates]
        known = [price for price in prices if price is not None]
        tokens = sum(p.tokens for p in calls)
        dollars = sum(known) if len(known) == len(prices) else None
        # The repairs of a picture whose first try is in the cache are still to come, unless they are there too.
        most = len(calls) * (1 + repairs) + len(cached) * repairs
        impossible = len(group) - len(same)
        rows.append(CostRow(locale, display, len(same), len(calls), len(cached), tokens, dollars, impossible, most))
    findings = _end_of_model(config.images) + [
        f for p in prepared if p.request is None and p.result is not None for f in p.result.findings
    ]
    return CostTable(tuple(rows), tuple(dict.fromkeys(findings)))


def _end_of_model(images: ImagesConfig) -> list[Finding]:
    """A warning if OpenAI is asked for a model that it ends; other servers name their models as they like."""
    told = end_of_model(images.model) if urlsplit(images.base_url).hostname == "api.openai.com" else ""
    return [Finding(code="run-model-ends", message=told, severity=Severity.WARNING)] if told else []


def with_text(project: ProjectFolder, settings: PaintSettings) -> PaintSettings:
    """The settings with how words are read back from pictures, and what people have accepted.

    Raises FindingsError for a review file that cannot be read: without it what was accepted would count as wrong.
    """
    options = project.config.text
    reads = options.check != "never" and (
        options.check == "always" or find_painter(project.config.painter).writes_words
    )
    if not reads:
        return settings
    from locstore.run.text_settings import text_settings

    review, problems = read_review(project.root / REVIEW_FILE)
    if has_errors(problems):
        raise FindingsError(problems)
    return dataclasses.replace(
        settings,
        text=text_settings(project),
        read_all=options.check == "always",
        accepted=tuple(sorted((name, d.accepted) for name, d in review.decisions.items() if d.accepted)),
        repairs=options.repairs,
        last_resort=options.last_resort,
    )


def paint_paid(
    project: ProjectFolder,
    planned: Sequence[PlannedShot],
    settings: PaintSettings,
    ledger: PaintJournal,
    limits: BudgetLimits,
    on_result: Callable[[TaskResult], None],
    *,
    say: Callable[[str], None] | None = None,
    allow_hosts: tuple[str, ...] = (),
) -> Spending:
    """Ask for every planned picture that the cache does not have. ^C and limits stop cleanly; what came is kept.

    `settings` are those of `with_text`; `say` hears whom the run asks and what it waits for;
    `allow_hosts` may have the key.
    """
    config = project.config
    key = api_key(project, allow_hosts)
    if say is not None:
        say(f"Asks {config.images.host} with the key in {config.images.key_env}.")
    for folder in (settings.output, settings.ledger.parent):
        check_writable(folder)
    AnswerStore(settings.ledger.parent / "answers").prune()
    store = open_store(config.cache, project.root)
    book = BatchPaymentLedger(payments_path(settings.ledger), lambda name: name in store)

    def recorded(result: TaskResult) -> None:
        if result.record is not None:
            ledger.put(settings.output, result.path, result.record, result.size, result.mtime)
        on_result(result)

    try:
        with lost_workers(), worker_pool(settings, config.jobs or os.cpu_count() or 1) as pool:
            run = PaidRun(
                config=config.images,
                kind=project.config.painter,
                key=key,
                settings=settings,
                store=store,
                book=book,
                budget=LocalBudget(limits.max_calls, limits.max_cost),
                pool=pool,
                on_result=recorded,
                retry_unknown=limits.retry_unknown,
                say=say,
            )
            tasks = tasks_in_order(planned)
            return run.run(_first_of_each(tasks, paid_painter(project.config.painter)))
    finally:
        book.close()


def _first_of_each(tasks: Sequence[Task], painter: PaidPainter) -> list[Task]:
    """One shot for each shared picture comes first: while a call is out, no turn is taken by shots that wait for it."""
    first: dict[tuple[object, ...], Task] = {}
    own: list[Task] = []
    rest: list[Task] = []
    for task in tasks:
        shared = painter.shared_by(task)
        if shared is None:
            own.append(task)
        elif first.setdefault(shared, task) is not task:
            rest.append(task)
    return [*first.values(), *own, *rest]


def unfinished(spent: Spending, left: int) -> list[Finding]:
    """A finding if the run ended before every picture was asked for."""
    if not spent.stopped or not left:
        return []
    pictures = "1 picture is" if left == 1 else f"{left} pictures are"
    message = f"{pictures} still to come: {spent.stopped}. What came is kept; run again to go on."
    return [Finding(code="run-stopped", message=message)]
