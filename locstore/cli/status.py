"""`locstore status`: how far each locale is."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from locstore.cli.options import json_option, make_project, make_selection, option, project_option
from locstore.cli.printing import print_findings, print_json, print_table

if TYPE_CHECKING:
    from locstore.project.status import LocaleStatus


@click.command("status")
@option("-l", "--locale", multiple=True, help="Only these locales, in any spelling or as globs.")
@option(
    "--fail-under", type=click.FloatRange(0, 100), default=None, help="End with 1 if a locale is below, in percent."
)
@json_option
@project_option
def command(locale: tuple[str, ...], fail_under: float | None, as_json: bool, project_folder: Path) -> int:
    """Count the words of each locale: translated, taken from a related locale, fuzzy, missing; findings; approvals.

    Approved pictures are counted where review.json is.
    """
    from locstore.project.status import status

    rows, findings = status(make_project(project_folder), make_selection(locale, (), ()).locales)
    below = [row for row in rows if fail_under is not None and row.percent < fail_under]
    if as_json:
        print_json(
            {
                "locales": [{**dataclasses.asdict(row), "percent": row.percent} for row in rows],
                "findings": [f.as_dict() for f in findings],
            }
        )
    else:
        print_findings(findings, notes=False)
        _print(rows)
        done = sum(row.translated + row.inherited for row in rows)
        total = sum(row.total for row in rows)
        share = f", {done * 1000 // total / 10:g} %" if total else ""
        click.echo(f"{len(rows)} locales: {done} of {total} messages done{share}.")
        if below:
            click.echo(f"Below {fail_under:g} %: {', '.join(row.code for row in below)}.")
    return 1 if below else 0


def _print(rows: list[LocaleStatus]) -> None:
    several = len({row.concept for row in rows}) > 1
    reviewed = any(row.approved is not None for row in rows)
    columns = ["locale", "language", "translated", "inherited", "fuzzy", "missing", "percent", "errors", "warnings"]
    table = [
        [
            *([row.concept] if several else []),
            row.code,
            row.name,
            *(str(n) for n in (row.translated, row.inherited, row.fuzzy, row.missing)),
            f"{row.percent:g}",
            str(row.errors),
            str(row.warnings),
            *([f"{row.approved} of {row.pictures}"] if reviewed else []),
        ]
        for row in rows
    ]
    print_table([*(["concept"] if several else []), *columns, *(["approved"] if reviewed else [])], table)
