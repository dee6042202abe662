"""`locstore run`: paint what is new or changed, check it, shelve it."""

from __future__ import annotations

from pathlib import Path

import click

from locstore.cli.options import (
    jobs_option,
    json_option,
    make_project,
    make_selection,
    notes_option,
    option,
    project_option,
    selection_options,
    words_options,
)
from locstore.cli.report import count_words, print_findings, print_json


@click.command("run")
@selection_options
@words_options
@option(
    "--layout",
    type=click.Choice(["fastlane", "gradle-play-publisher"]),
    default=None,
    help="Folders for Play.",
)
@option("--format", "file_format", type=click.Choice(["png", "jpeg"]), default=None, help="File format.")
@option("--output", default=None, help="Folder for the pictures, below the project's.")
@option("--overwrite", is_flag=True, help="Replace files that locstore did not write, or that were changed since.")
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
    jobs: int | None,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Paint what is new or changed, check it, shelve it in store-ready folders.

    A picture with errors is not written; the last good one stays. ^C keeps what is done.
    """
    from locstore.cli.progress import make_progress
    from locstore.project import run

    project = make_project(
        project_folder,
        allow_fuzzy=allow_fuzzy,
        fallback=fallback,
        layout=layout,
        format=file_format,
        output=output,
        jobs=jobs,
    )
    with make_progress() as progress:
        report = run(project, make_selection(locale, display, screen), overwrite=overwrite, progress=progress)
    if as_json:
        print_json(
            {
                "painted": report.painted,
                "unchanged": report.unchanged,
                "failed": report.failed,
                "removed": report.removed,
                "pictures": report.pictures,
                "output": project.config.output,
                "findings": [f.as_dict() for f in report.findings],
            }
        )
        return 0 if report.ok else 1
    print_findings(report.findings, notes=notes)
    failed = f", {report.failed} failed" if report.failed else ""
    removed = f", {report.removed} removed" if report.removed else ""
    found = count_words(report.findings, notes=notes)
    click.echo(f"Painted {report.painted}, {report.unchanged} unchanged{failed}{removed}; {found}.")
    if report.pictures:
        click.echo(f"{report.pictures} pictures in {project.config.output}; open {project.config.output}/index.html")
    return 0 if report.ok else 1
