"""`locstore check`: every problem that a run would meet, without painting."""

from __future__ import annotations

from pathlib import Path

import click

from locstore.cli.options import (
    SelectionOptions,
    WordsOptions,
    jobs_option,
    json_option,
    make_project,
    notes_option,
    option,
    project_option,
    selection_options,
    words_options,
)
from locstore.cli.printing import count_words, print_findings, print_json


@click.command("check")
@selection_options
@words_options
@option("--pseudo", is_flag=True, help="Tell which slots would break in a longer or right-to-left language.")
@jobs_option
@notes_option
@json_option
@project_option
def command(
    chosen: SelectionOptions,
    words: WordsOptions,
    pseudo: bool,
    jobs: int | None,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Find every problem without painting: spec, catalogs, files, fonts, and whether all words fit.

    Looks at every display of the concept unless -d says otherwise. `--pseudo` adds the stand-in locales en-XA
    (accents, 40 % longer), ar-XB (right to left) and en-XL (as wide as German and Finnish); -l takes their names, too.
    """
    from locstore.project import check

    project = make_project(project_folder, words, jobs=jobs)
    report = check(project, chosen.selection(), pseudo=pseudo)
    if as_json:
        print_json(
            {
                "shots": report.shots,
                "locales": report.locales,
                "displays": report.displays,
                "screens": report.screens,
                "findings": [f.as_dict() for f in report.findings],
            }
        )
    else:
        print_findings(report.findings, notes=notes)
        click.echo(
            f"Checked {report.shots} shots: {report.screens} screens, {report.locales} locales, "
            f"{report.displays} displays; {count_words(report.findings, notes=notes)}."
        )
    return 0 if report.ok else 1
