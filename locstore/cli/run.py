"""`locstore run`: paint what is new or changed, check it, shelve it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from locstore.cli.options import (
    images_override,
    jobs_option,
    json_option,
    make_project,
    make_selection,
    notes_option,
    option,
    painter_options,
    project_option,
    selection_options,
    shelf_options,
    words_options,
)
from locstore.cli.report import count_words, print_findings, print_json

if TYPE_CHECKING:
    from locstore.project import RunReport


@click.command("run")
@selection_options
@words_options
@shelf_options
@option("--overwrite", is_flag=True, help="Replace files that locstore did not write, or that were changed since.")
@painter_options
@option("--max-calls", type=click.IntRange(0), default=None, help="Stop before more requests than this are sent.")
@option("--max-cost", type=click.FloatRange(0), default=None, help="Stop before more US dollars than this are spent.")
@option("--retry-unknown", is_flag=True, help="Ask again for pictures whose earlier call may have been paid.")
@jobs_option
@notes_option
@json_option
@project_option
def command(
    locale: tuple[str, ...],
    display: tuple[str, ...],
    screen: tuple[str, ...],
    allow_fuzzy: bool | None,
    fallback: str | None,
    layout: str | None,
    file_format: str | None,
    output: str | None,
    overwrite: bool,
    painter: str | None,
    mode: str | None,
    max_calls: int | None,
    max_cost: float | None,
    retry_unknown: bool,
    jobs: int | None,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Paint what is new or changed, check it, shelve it in store-ready folders.

    A picture with errors is not written; the last good one stays. ^C keeps what is done.
    """
    from locstore.cli.progress import make_progress
    from locstore.project import Limits, run

    project = make_project(
        project_folder,
        allow_fuzzy=allow_fuzzy,
        fallback=fallback,
        layout=layout,
        format=file_format,
        output=output,
        jobs=jobs,
        painter=painter,
        images=images_override(mode),
    )
    limits = Limits(max_calls, max_cost, retry_unknown)
    with make_progress() as progress:
        selection = make_selection(locale, display, screen)
        report = run(project, selection, overwrite=overwrite, limits=limits, progress=progress)
    if as_json:
        print_json(
            {
                "painted": report.painted,
                "unchanged": report.unchanged,
                "failed": report.failed,
                "removed": report.removed,
                "pictures": report.pictures,
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
        spent = report.spent
        click.echo(
            f"Sent {spent.sent} requests, {spent.cached} pictures from the cache; estimated ${spent.estimated:.2f}, "
            f"billed ${spent.billed:.2f}."
        )
    found = count_words(report.findings, notes=notes)
    click.echo(f"Painted {report.painted}, {report.unchanged} unchanged{failed}{removed}; {found}.")
    if report.pictures:
        click.echo(f"{report.pictures} pictures in {project.config.output}; open {project.config.output}/index.html")
    return _exit_code(report)


def _exit_code(report: RunReport) -> int:
    if report.spent is not None and report.spent.by_server:
        return 3
    return 0 if report.ok else 1
