"""`locstore ocr doctor`: which reader and models prove the words of each locale, and how to get what is missing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from locstore.cli.options import json_option, make_project, make_selection, option, project_option
from locstore.cli.printing import print_json, print_table
from locstore.errors import EnvironmentProblem


@click.group("ocr")
def command() -> None:
    """Tell which reader and models prove the words of each locale."""


@command.command("doctor")
@option("-l", "--locale", multiple=True, help="Only these locales, in any spelling or as globs.")
@json_option
@project_option
def doctor(locale: tuple[str, ...], as_json: bool, project_folder: Path) -> int:
    """List the model of each locale of the project, and the one command that brings those that are missing.

    Exit codes: 0 all are found, 1 some are missing, 3 no reader is installed.
    """
    from locstore.project.ocr_models import ocr_models

    report = ocr_models(make_project(project_folder), make_selection(locale, (), ()).locales)
    if as_json:
        print_json({**dataclasses.asdict(report), "ok": report.ok})
    else:
        print_table(
            ("locale", "name", "model", "found in", "also votes", "remarks"),
            [
                (
                    row.locale,
                    row.name,
                    row.model or row.wanted or "-",
                    row.folder or "missing",
                    ", ".join(row.second) or "-",
                    row.doubt or "-",
                )
                for row in report.locales
            ],
        )
    if not report.engines:
        message = "No reader is installed, so no words can be proved. Install it: pip install 'locstore[ocr]'."
        if as_json:
            return EnvironmentProblem.exit_code
        raise EnvironmentProblem(message)
    if not as_json:
        click.echo(f"Reader: {report.engines}.")
        if report.missing:
            click.echo(f"Missing: {', '.join(report.missing)}. To get them: {report.command}")
    return 0 if report.ok else 1
