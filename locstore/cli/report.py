"""`locstore report`: words, fit, pictures, verdicts, store rules, cost and decisions of each locale, joined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from locstore.cli.options import (
    PainterOptions,
    SelectionOptions,
    json_option,
    make_project,
    notes_option,
    option,
    painter_options,
    project_option,
    selection_options,
)
from locstore.cli.printing import count_words, print_findings, print_json, print_table
from locstore.errors import UsageError
from locstore.findings import has_errors, sort_findings

if TYPE_CHECKING:
    from locstore.pages import LocaleRow, Report

_FORMATS = ("table", "json", "html", "junit")
COLUMNS = ("locale", "words", "fuzzy", "missing", "fit", "pictures", "text", "store", "review", "cost")


@click.command("report")
@option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    own="report",
    help="table for people; html to judge doubtful words by eye; junit for CI; json for programs.",
)
@option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    own="report",
    help="File to write instead of printing.",
)
@selection_options
@painter_options
@notes_option
@json_option
@project_option
def command(
    form: Literal["table", "json", "html", "junit"],
    output: Path | None,
    chosen: SelectionOptions,
    painting: PainterOptions,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Join what is known of each locale: words, fit, pictures, verdicts, store rules, review, cost.

    Nothing is painted, and no picture is read: verdicts are those of `locstore run` and `locstore verify`.
    """
    from locstore.files import write_whole
    from locstore.project.reporting import make_report

    if as_json and form not in ("table", "json"):
        raise UsageError(f"--json or --format {form}, not both.")
    form = "json" if as_json else form
    project = make_project(project_folder, painting)
    report = make_report(project, chosen.selection(), crops=form == "html")
    findings = sort_findings(report.all_findings())
    code = 1 if has_errors(findings) else 0
    if form == "table" and output is None:
        print_findings(findings, notes=notes)
        print_table(COLUMNS, [_row(row) for row in report.locales])
        click.echo(f"{len(report.doubtful)} slots to look at; {count_words(findings, notes=notes)}.")
        return code
    if form == "json" and output is None:
        print_json(report.as_dict())
        return code
    data = _rendered(report, form)
    if output is None:
        click.echo(data, nl=False)
    else:
        write_whole(output, data)
        click.echo(
            f"Wrote {output.as_posix()}: {len(report.doubtful)} slots to look at, {count_words(findings, notes=notes)}."
        )
    return code


def _rendered(report: Report, form: str) -> bytes:
    if form == "html":
        from locstore.pages import render_report

        return render_report(report).encode()
    if form == "junit":
        from locstore.pages import render_junit

        return render_junit(report)
    if form == "json":
        return (json.dumps(report.as_dict(), ensure_ascii=False, indent=2) + "\n").encode()
    rows = [COLUMNS, *(_row(row) for row in report.locales)]
    return "".join("\t".join(row) + "\n" for row in rows).encode()


def _row(row: LocaleRow) -> tuple[str, ...]:
    from locstore.findings import Severity
    from locstore.pages import Check, cost_of

    def findings(check: Check) -> str:
        counts = row.severities(check)
        parts = [
            f"{counts[s]} {s}{'' if counts[s] == 1 else 's'}" for s in (Severity.ERROR, Severity.WARNING) if counts[s]
        ]
        return ", ".join(parts) or ("good" if row.looked_at(check) else "-")

    total = row.translated + row.fuzzy + row.missing
    return (
        row.locale,
        f"{row.translated}/{total}",
        str(row.fuzzy),
        str(row.missing),
        findings(Check.FIT),
        ", ".join(f"{number} {state}" for state, number in sorted(row.pictures.items())) or "-",
        ", ".join(f"{number} {verdict}" for verdict, number in row.verdicts.items()) or "-",
        findings(Check.STORE),
        ", ".join(f"{number} {standing}" for standing, number in sorted(row.standings.items())) or "-",
        cost_of(row).replace("–", "-"),
    )
