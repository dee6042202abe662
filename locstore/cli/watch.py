"""`locstore watch`: paint the selection again at each save."""

from __future__ import annotations

from pathlib import Path

import click

from locstore.cli.options import (
    SelectionOptions,
    WordsOptions,
    jobs_option,
    make_project,
    notes_option,
    project_option,
    selection_options,
    words_options,
)
from locstore.cli.printing import count_words, print_findings


@click.command("watch")
@selection_options
@words_options
@jobs_option
@notes_option
@project_option
def command(
    chosen: SelectionOptions,
    words: WordsOptions,
    jobs: int | None,
    notes: bool,
    project_folder: Path,
) -> int:
    """Paint what is new or changed, then again whenever a concept, catalog, capture or font is saved. ^C ends it.

    It runs as `locstore run` does, with the local painter only: a save never sends a paid request.
    """
    from locstore.errors import FindingsError, UsageError
    from locstore.preview import watched_changes
    from locstore.project import run

    selection = chosen.selection()
    opened = make_project(project_folder)
    if opened.config.painter != "local":
        advice = "Look at single shots with `locstore render`."
        raise UsageError(f"The project's painter is {opened.config.painter!r}, and a save must not pay. {advice}")

    def once() -> None:
        try:
            project = make_project(project_folder, words, jobs=jobs, queue="")
            report = run(project, selection)
        except FindingsError as error:
            print_findings(error.findings, notes=True)
            return
        except UsageError as error:
            click.echo(f"locstore: {error}", err=True)
            return
        print_findings(report.findings, notes=notes)
        click.echo(
            f"Painted {report.painted}, {report.unchanged} unchanged; {count_words(report.findings, notes=notes)}."
        )

    once()
    click.echo("Watching for changes. ^C ends it.")
    for _ in watched_changes(opened.root, output=opened.config.output):
        once()
    return 0
