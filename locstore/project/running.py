"""`run`: plan, paint what changed, check the sets, and write pictures, manifest and gallery into the output folder."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locstore.cache import ready_cache
from locstore.delivery import PictureRecord
from locstore.errors import EnvironmentProblem, FindingsError, UsageError
from locstore.files import link_below, remove_leftovers
from locstore.findings import Finding, has_errors, sort_findings
from locstore.project.delivery_recorder import DeliveryRecorder
from locstore.project.digests import FileDigests
from locstore.project.project import Project, ProjectSnapshot
from locstore.run import PaintJournal, PaintSettings, Plan, PlannedShot, Status, TaskResult, interrupts_held, run_tasks
from locstore.run.paid import Spending
from locstore.run.paid.batch_payments import BATCH_RUN
from locstore.run.paid.budget import BudgetLimits
from locstore.run.paid.paint import paint_paid, unfinished, with_text
from locstore.shots import Selection

if TYPE_CHECKING:
    from locstore.run.paid.batch_run import BatchReport


@dataclasses.dataclass(frozen=True, slots=True)
class RunPicture:
    """A picture in the output folder: its path there, its shot, (width, height) in pixels, digest and findings.

    `painted` says whether this run painted it.
    """

    path: str
    shot: str
    size: tuple[int, int]
    sha256: str
    painted: bool
    findings: tuple[Finding, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did: how many pictures it painted, left as they were, failed at and removed, and every finding.

    `pictures` are all pictures of ours in the output folder, by path. `spent` is what a painter that pays spent.
    """

    painted: int
    unchanged: int
    failed: int
    removed: int
    pictures: tuple[RunPicture, ...]
    findings: tuple[Finding, ...]
    spent: Spending | None = None

    @property
    def ok(self) -> bool:
        return not has_errors(self.findings)


class Progress:
    """Receives the progress of a run; this base class ignores it."""

    def start(self, total: int) -> None:
        """Called once with the number of pictures to paint."""

    def advance(self, outcome: TaskResult) -> None:
        """Called after each picture."""

    def say(self, line: str) -> None:
        """Called with a line for the user: the name of a run, a worker that was lost."""

    def confirm(self, question: str) -> bool:
        """Called before many pictures are removed; returns whether to remove them. Nobody can be asked here: no."""
        del question
        return False


def run(
    project: Project,
    selection: Selection,
    *,
    overwrite: bool = False,
    limits: BudgetLimits | None = None,
    progress: Progress | None = None,
    attach: str | None = None,
    require_approved: bool = False,
    yes: bool = False,
    allow_hosts: tuple[str, ...] = (),
) -> RunReport:
    """Paint what is new or changed among the selected shots, check it and write it to the output folder.

    `attach` takes the pictures of a run that is with a queue or a batch instead of painting them. `allow_hosts` are
    servers that may have the key of the images API, beside those of the user's own configuration. With
    `require_approved` only what somebody has approved is painted, and the rest is an error. A run that would remove
    more pictures than it paints, and more than a tenth of all, removes them only with `yes` or if `progress.confirm`
    says so; else they stay, with an error.

    Shots with errors are not written; their last good picture stays. Raises EnvironmentProblem when the disk or a
    worker fails, UsageError for a selector that names nothing, FindingsError for a manifest that is not ours;
    KeyboardInterrupt passes through. Pictures that are finished are kept.
    """
    progress = progress or Progress()
    limits = limits or BudgetLimits()
    with project.ledger() as ledger:
        snapshot, plan, settings = _planned(project, selection, ledger, overwrite=overwrite)
        todo = [*plan.of(Status.NEW), *plan.of(Status.CHANGED)]
        book = DeliveryRecorder(project, snapshot, plan, ledger, overwrite=overwrite)
        if project.output.is_dir():
            remove_leftovers(project.output)
        spent: Spending | None = None
        try:
            if plan.removes_many and not yes and not progress.confirm(_removal_question(plan)):
                book.keep_removed()
            if require_approved:
                todo = _approved(project, plan, todo, book)
            if attach is not None and not attach.startswith(BATCH_RUN):
                todo = _of_run(project, todo, attach)
            progress.start(len(todo))
            if todo or attach:
                options = run_options(project, selection)
                spent = _paint(project, todo, settings, ledger, limits, book, progress, attach, allow_hosts, options)
            removed = 0 if book.has_errors else _remove(project.output, plan.removed, ledger)
        finally:
            # Also after ^C or a full disk: the manifest lists the pictures that are in the folder.
            with interrupts_held():
                book.close(settings.font_digests)
    return RunReport(
        painted=len(book.painted),
        unchanged=len(plan.of(Status.UNCHANGED)),
        failed=len(todo) - len(book.painted),
        removed=removed,
        pictures=tuple(
            RunPicture(path, r.shot, r.size, r.sha256, painted=path in book.painted, findings=r.findings)
            for path, r in sorted(book.records.items())
        ),
        findings=tuple(book.findings),
        spent=spent,
    )


def send_batch(
    project: Project,
    selection: Selection,
    *,
    overwrite: bool = False,
    limits: BudgetLimits | None = None,
    allow_hosts: tuple[str, ...] = (),
) -> BatchReport:
    """Ask for what is new or changed in batches of the provider, and return: `run(attach=...)` takes the pictures.

    Raises as `run`.
    """
    from locstore.run.paid.batch_run import submit_batch

    if not project.painter.pays:
        raise UsageError("--batch asks an image model; add --painter images or --painter backdrop.")
    with project.ledger() as ledger:
        snapshot, plan, settings = _planned(project, selection, ledger, overwrite=overwrite)
    todo = [*plan.of(Status.NEW), *plan.of(Status.CHANGED)]
    options = run_options(project, selection)
    report = submit_batch(project, todo, settings, limits or BudgetLimits(), allow_hosts=allow_hosts, options=options)
    findings = sort_findings([*snapshot.findings, *plan.findings, *report.findings])
    return dataclasses.replace(report, findings=tuple(findings))


def run_options(project: Project, selection: Selection) -> dict[str, Any]:
    """What a run was planned with, as options of the project file and `selection`: `--attach` plans with the same."""
    config = project.config
    names = ("painter", "output", "layout", "format", "allow_fuzzy", "fallback")
    options: dict[str, Any] = {name: getattr(config, name) for name in names}
    options["images"] = {"mode": config.images.mode}
    options["text"] = {name: getattr(config.text, name) for name in ("check", "repairs", "last_resort")}
    chosen = project.default_selection(selection)
    # No displays means all of them here, whatever the project file names.
    options["selection"] = {
        "locales": list(chosen.locales), "displays": list(chosen.displays) or ["all"], "screens": list(chosen.screens)
    }  # fmt: skip
    return options


def attached_options(project: Project, name: str) -> tuple[dict[str, Any], Selection | None]:
    """The options and the selection that the run or batch `name` was planned with; None for a run of an older version.

    Raises UsageError for a run that a queue does not know.
    """
    if name.startswith(BATCH_RUN):
        from locstore.run.paid.batch_run import batch_options

        options = dict(batch_options(project, name))
    else:
        from locstore.run.queue.run_queued import attach_options

        options = dict(attach_options(project.config.queue, name))
    kept = options.pop("selection", None)
    if not isinstance(kept, dict):
        return {}, None
    parts = {part: tuple(str(text) for text in kept.get(part, ())) for part in ("locales", "displays", "screens")}
    known = {"painter", "output", "layout", "format", "allow_fuzzy", "fallback", "images", "text"}
    return {key: value for key, value in options.items() if key in known}, Selection(**parts)


def _planned(
    project: Project, selection: Selection, ledger: PaintJournal, *, overwrite: bool
) -> tuple[ProjectSnapshot, Plan, PaintSettings]:
    """What there is, what a run would do, and what its painters need to know."""
    digests = FileDigests(ledger)
    snapshot = project.snapshot(project.default_selection(selection), digests)
    plan = project.plan(snapshot, ledger, digests, overwrite=overwrite)
    if not overwrite and any(f.code == "shelve-manifest-unreadable" for f in plan.findings):
        raise FindingsError([*snapshot.findings, *plan.findings])
    settings = with_text(project, project.settings(digests))
    digests.save()
    return snapshot, plan, settings


def _paint(
    project: Project,
    todo: Sequence[PlannedShot],
    settings: PaintSettings,
    ledger: PaintJournal,
    limits: BudgetLimits,
    book: DeliveryRecorder,
    progress: Progress,
    attach: str | None,
    allow_hosts: tuple[str, ...],
    options: Mapping[str, Any],
) -> Spending | None:
    """Have the shots painted by whom the project names; what a paid painter did with its server."""

    def heard(outcome: TaskResult) -> None:
        book.add(outcome)
        progress.advance(outcome)

    paid = project.painter.pays
    if attach is not None and attach.startswith(BATCH_RUN):
        return _take_batch(project, todo, settings, ledger, book, progress, heard, attach, allow_hosts)
    if paid:
        from locstore.run.paid.batch_run import batch_findings

        notes = batch_findings(project, allow_hosts)
        book.add_problems(notes)
        if notes and project.config.queue and limits.retry_unknown:
            raise UsageError(f"{notes[0].message} Take it in before --retry-unknown with a queue: it is paid for.")
    if attach is not None or project.config.queue:
        from locstore.run.queue.run_queued import RunListener, paint_queued

        listener = RunListener(heard, lambda finding: book.add_problems([finding]), progress.say)
        spent = paint_queued(project, todo, settings, ledger, limits, listener, attach=attach, options=options)
    elif paid:
        book.add_problems(ready_cache(project.config.cache, project.root))
        spent = paint_paid(project, todo, settings, ledger, limits, heard, say=progress.say, allow_hosts=allow_hosts)
    else:
        workers = project.config.jobs or os.cpu_count() or 1
        run_tasks(todo, settings=settings, ledger=ledger, workers=workers, on_result=heard)
        return None
    if spent is not None:
        book.add_problems(unfinished(spent, len(todo) - book.heard))
    return spent


def _of_run(project: Project, todo: Sequence[PlannedShot], name: str) -> list[PlannedShot]:
    """The shots that a run with the queue has."""
    from locstore.run.queue.run_queued import queued_paths

    paths = queued_paths(project, name)
    return [p for p in todo if p.path in paths]


def _take_batch(
    project: Project,
    todo: Sequence[PlannedShot],
    settings: PaintSettings,
    ledger: PaintJournal,
    book: DeliveryRecorder,
    progress: Progress,
    heard: Callable[[TaskResult], None],
    name: str,
    allow_hosts: tuple[str, ...],
) -> Spending:
    """Wait for a run's batches, then paint from the cache: nothing more is asked for, also not to repair words."""
    from locstore.run.paid.batch_run import collect_batch, list_batches

    painter = next((run.painter for run in list_batches(project) if run.name == name), project.config.painter)
    if painter != project.config.painter:
        raise UsageError(f"{name} was asked for with --painter {painter}; give that, too.")

    def told(done: int, total: int) -> None:
        progress.say(f"{name}: {done} of {total}")

    collected = collect_batch(project, name, on_progress=told, allow_hosts=allow_hosts)
    book.add_problems(list(collected.findings))
    only_cached = BudgetLimits(max_calls=0)
    spent = (
        paint_paid(project, todo, settings, ledger, only_cached, heard, allow_hosts=allow_hosts) if todo else Spending()
    )
    left = len(todo) - book.heard
    if left:
        pictures = "1 picture is" if left == 1 else f"{left} pictures are"
        message = f"{pictures} still to come: {name} did not ask for them, or their words are to be asked for again."
        todo_now = "Run with --batch again, or without."
        book.add_problems([Finding(code="run-stopped", message=f"{message} {todo_now}")])
    return dataclasses.replace(
        spent, billed=collected.billed if collected.told else None, told=collected.told, stopped=""
    )


def _approved(project: Project, plan: Plan, todo: Sequence[PlannedShot], book: DeliveryRecorder) -> list[PlannedShot]:
    """The shots that somebody has approved as they will be; the others, and those that stand, are errors."""
    from locstore.project.reporting import require_approved

    problems = require_approved(project, plan)
    book.add_problems(problems)
    if any(f.shot is None for f in problems):
        return []  # the review cannot be read: nobody can tell what is approved
    waiting = {f.shot for f in problems}
    return [p for p in todo if p.shot.key not in waiting]


def _removal_question(plan: Plan) -> str:
    examples = ", ".join(sorted(plan.removed)[:3])
    more = ", ..." if len(plan.removed) > 3 else ""
    return (
        f"Remove {len(plan.removed)} of {plan.existing} pictures, whose screen, locale or display is gone "
        f"({examples}{more})?"
    )


def _remove(output: Path, removed: Mapping[str, PictureRecord], ledger: PaintJournal) -> int:
    """Delete pictures of ours that no screen, locale or display has any more, and the folders left empty by that.

    Returns the number of pictures. Raises EnvironmentProblem if one cannot be removed.
    """
    count = 0
    for path in removed:
        target = output / path
        if link_below(output, path) is not None:
            raise EnvironmentProblem(f"{target.as_posix()} is behind a link, and nothing is removed through links.")
        try:
            target.unlink()
            count += 1
        except FileNotFoundError:
            pass  # somebody was quicker
        except OSError as error:
            raise EnvironmentProblem(f"Cannot remove {target.as_posix()}: {error.strerror}.") from error
        ledger.forget(output, path)
        for folder in target.relative_to(output).parents:
            try:
                (output / folder).rmdir()
            except OSError:
                break  # not empty: it, and all above it, stay
    return count
