"""`locstore run`: paint what is new or changed, check it, shelve it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from locstore.cli.options import (
    BudgetOptions,
    DeliveryOptions,
    PainterOptions,
    SelectionOptions,
    TextCheckOptions,
    WordsOptions,
    budget_options,
    delivery_options,
    jobs_option,
    json_option,
    make_project,
    notes_option,
    option,
    painter_options,
    project_option,
    selection_options,
    text_options,
    words_options,
)
from locstore.cli.printing import count_words, print_findings, print_json
from locstore.errors import UsageError
from locstore.findings import has_errors

if TYPE_CHECKING:
    from locstore.project import BatchReport, Project, RunReport
    from locstore.run.paid import Spending
    from locstore.shots import Selection


@click.command("run")
@selection_options
@words_options
@delivery_options
@option("--overwrite", is_flag=True, help="Replace files that locstore did not write, or that were changed since.")
@painter_options
@budget_options
@text_options
@option("--queue", default=None, help="Hand shots to workers: redis://host/0, or `none` to paint here.")
@option("--attach", metavar="RUN", default=None, help="Follow a run that is with a queue or a batch, and shelve it.")
@option("--batch", is_flag=True, help="Hand requests to the provider's Batch API, at half the price, and return.")
@option("-y", "--yes", is_flag=True, help="Remove pictures without asking, however many have lost their place.")
@option("--require-approved", is_flag=True, help="Release only pictures that somebody has approved.")
@jobs_option
@notes_option
@json_option
@project_option
def command(
    chosen: SelectionOptions,
    words: WordsOptions,
    delivery: DeliveryOptions,
    overwrite: bool,
    painting: PainterOptions,
    budget: BudgetOptions,
    text: TextCheckOptions,
    queue: str | None,
    attach: str | None,
    batch: bool,
    yes: bool,
    require_approved: bool,
    jobs: int | None,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Paint what is new or changed, check it, shelve it in store-ready folders.

    A picture with errors is not written; the last good one stays. ^C keeps what is done.
    """
    from locstore.cli.progress import make_progress
    from locstore.project import BudgetLimits, pseudo_codes, run, send_batch
    from locstore.project.running import attached_options

    if batch and (attach or queue not in (None, "none")):
        raise UsageError("--batch is another way than --queue and --attach; give one of them.")
    if batch and require_approved:
        raise UsageError("--require-approved looks at pictures, and --batch only asks for them; give it with --attach.")
    groups = (words, delivery, painting, text)
    more = {"jobs": jobs, "queue": "" if queue == "none" else queue}
    project = make_project(project_folder, *groups, **more)
    limits = BudgetLimits(budget.max_calls, budget.max_cost, budget.retry_unknown)
    selection = chosen.selection()
    if attach:
        # The run is planned again as it was sent; what is given now comes first.
        options, planned = attached_options(project, attach)
        given = {name for group in groups for name, value in group.overrides().items() if value is not None}
        kept = {name: value for name, value in options.items() if name not in given}
        project = make_project(project_folder, *groups, **more, **kept)
        selection = planned if planned is not None and not chosen.given else selection
    if pseudo_codes(selection)[0]:
        if batch or attach or require_approved:
            raise UsageError(
                "Pseudo-locales are painted here and never released: without --batch, --attach, approvals."
            )
        return _paint_pseudo(project, selection, notes=notes, as_json=as_json)
    if batch:
        return _print_batch(
            send_batch(project, selection, overwrite=overwrite, limits=limits, allow_hosts=budget.allow_hosts),
            notes=notes,
            as_json=as_json,
        )
    with make_progress() as progress:
        report = run(
            project,
            selection,
            overwrite=overwrite,
            limits=limits,
            progress=progress,
            attach=attach,
            require_approved=require_approved,
            yes=yes,
            allow_hosts=budget.allow_hosts,
        )
    if as_json:
        print_json(
            {
                "painted": report.painted,
                "unchanged": report.unchanged,
                "failed": report.failed,
                "removed": report.removed,
                "pictures": len(report.pictures),
                "output": project.config.output,
                "spent": dataclasses.asdict(report.spent) if report.spent else None,
                "findings": [f.as_dict() for f in report.findings],
            }
        )
        return _exit_code(report)
    print_findings(report.findings, notes=notes)
    failed = f", {report.failed} failed" if report.failed else ""
    removed = f", {report.removed} removed" if report.removed else ""
    if report.spent is not None:
        click.echo(_spent(report.spent))
    found = count_words(report.findings, notes=notes)
    click.echo(f"Painted {report.painted}, {report.unchanged} unchanged{failed}{removed}; {found}.")
    if report.pictures:
        click.echo(
            f"{len(report.pictures)} pictures in {project.config.output}; open {project.config.output}/index.html"
        )
    return _exit_code(report)


def _spent(spent: Spending) -> str:
    """What a run did with the server, in a line. A bill is named only where the server told one."""
    cached = f"{spent.cached} pictures from the cache"
    if spent.recovered:
        cached += f" ({spent.recovered} of them from answers that were kept)"
    estimated = "of an unknown price" if spent.estimated is None else f"estimated ${spent.estimated:.2f}"
    if spent.billed is None:
        billed = "" if not spent.sent else "; the server told no bill"
    else:
        billed = f", billed ${spent.billed:.2f}"
        billed += "" if spent.told in (0, spent.sent) else f" for the {spent.told} calls that it was told for"
    return f"Sent {spent.sent} requests, {cached}; {estimated}{billed}."


def _exit_code(report: RunReport) -> int:
    if report.spent is not None and report.spent.by_server:
        return 3
    return 0 if report.ok else 1


def _print_batch(report: BatchReport, *, notes: bool, as_json: bool) -> int:
    if as_json:
        print_json({**dataclasses.asdict(report), "findings": [f.as_dict() for f in report.findings]})
        return 1 if has_errors(report.findings) else 0
    print_findings(report.findings, notes=notes)
    others = {
        "in the cache": report.cached,
        "with another run": report.waiting,
        "refused before": report.refused,
        "unknown (--retry-unknown)": report.unknown,
        "left": report.left,
    }
    also = "".join(f", {count} {what}" for what, count in others.items() if count)
    click.echo(f"Asked for {report.submitted} pictures, about ${report.estimated:.2f}{also}.")
    if report.stopped:
        click.echo(f"Stopped early: {report.stopped}.")
    if report.name:
        click.echo(f"They come within 24 hours. `locstore run --attach {report.name}` takes them.")
    return 1 if has_errors(report.findings) else 0


def _paint_pseudo(project: Project, selection: Selection, *, notes: bool, as_json: bool) -> int:
    from locstore.project import paint_pseudo

    report = paint_pseudo(project, selection)
    if as_json:
        print_json({**dataclasses.asdict(report), "findings": [f.as_dict() for f in report.findings]})
    else:
        print_findings(report.findings, notes=notes)
        failed = f", {report.failed} failed" if report.failed else ""
        found = count_words(report.findings, notes=notes)
        click.echo(f"Painted {report.painted}, {report.unchanged} unchanged{failed}; {found}.")
        click.echo(f"Pseudo-locales are in {report.folder}, where no store looks.")
    return 1 if has_errors(report.findings) else 0
