"""`locstore lint`: the catalogs, read the way a careful translator reads them."""

from __future__ import annotations

from pathlib import Path

import click

from locstore.cli.options import json_option, make_project, make_selection, notes_option, option, project_option
from locstore.cli.printing import count_words, print_findings, print_json


@click.command("lint")
@option("-l", "--locale", multiple=True, help="Only these locales, in any spelling or as globs.")
@option("--strict", is_flag=True, help="End with 1 for warnings, too.")
@notes_option
@json_option
@project_option
def command(locale: tuple[str, ...], strict: bool, notes: bool, as_json: bool, project_folder: Path) -> int:
    """Check the catalogs: placeholders, punctuation, quotes, spaces, numbers, doubled or untranslated words, and more.

    A translator's comment `locstore-lint: ignore CODE` above an entry silences one check for it. The list is in
    docs/workbench.md.
    """
    from locstore.findings import Severity
    from locstore.project.linting import lint

    report = lint(make_project(project_folder), make_selection(locale, (), ()).locales)
    warned = any(f.severity is Severity.WARNING for f in report.findings)
    if as_json:
        print_json(
            {
                "catalogs": report.catalogs,
                "translations": report.translations,
                "findings": [f.as_dict() for f in report.findings],
            }
        )
    else:
        print_findings(report.findings, notes=notes)
        click.echo(
            f"Read {report.translations} translations in {report.catalogs} catalogs; "
            f"{count_words(report.findings, notes=notes)}."
        )
    return 1 if not report.ok or (strict and warned) else 0
