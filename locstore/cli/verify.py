"""`locstore verify`: check finished pictures, whoever made them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from locstore.cli.options import jobs_option, json_option, notes_option, option
from locstore.cli.report import count_words, print_findings, print_json
from locstore.errors import UsageError
from locstore.findings import has_errors


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@option("--explain", metavar="CODE", default=None, help="Explain a finding's code, and what to do about it.")
@jobs_option
@notes_option
@json_option
def command(folder: Path | None, explain: str | None, jobs: int | None, notes: bool, as_json: bool) -> int:
    """Check finished pictures in FOLDER: sizes, formats, counts, order, locales.

    FOLDER holds fastlane's or Gradle Play Publisher's layout; locstore need not have made it.
    """
    if explain is not None:
        return _explain(explain, as_json=as_json)
    if folder is None:
        raise UsageError("Name the folder to check: `locstore verify output`, or a code: --explain CODE.")
    from locstore.verify import verify_folder

    report = verify_folder(folder, shown=folder.as_posix(), jobs=jobs or os.cpu_count() or 1)
    if as_json:
        print_json(
            {
                "pictures": report.pictures,
                "locales": report.locales,
                "displays": report.displays,
                "findings": [f.as_dict() for f in report.findings],
            }
        )
    else:
        print_findings(report.findings, notes=notes)
        click.echo(
            f"Verified {report.pictures} pictures: {len(report.locales)} locales, {len(report.displays)} displays; "
            f"{count_words(report.findings, notes=notes)}."
        )
    return 1 if has_errors(report.findings) else 0


def _explain(code: str, *, as_json: bool) -> int:
    import difflib

    from locstore.findings import explanations

    known = explanations()
    found = known.get(code)
    if found is None:
        close = difflib.get_close_matches(code, known, n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else "`locstore verify DIR` shows codes in brackets."
        raise UsageError(f"There is no finding with the code {code!r}. {hint}")
    if as_json:
        print_json({"code": found.code, "title": found.title, "why": found.why, "fix": found.fix})
    else:
        click.echo(f"{found.title} [{found.code}]\n\n{found.why}\n\nTo do: {found.fix}")
    return 0
