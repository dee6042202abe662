"""`locstore plan`: the matrix, and what a run would do with it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from locstore.cli.options import (
    json_option,
    make_project,
    make_selection,
    notes_option,
    option,
    project_option,
    selection_options,
    words_options,
)
from locstore.cli.report import count_words, print_findings, print_json, print_table
from locstore.findings import has_errors, sort_findings

if TYPE_CHECKING:
    from locstore.run import Plan


@click.command("plan")
@selection_options
@words_options
@option("--overwrite", is_flag=True, help="Count files that locstore did not write as ours to replace.")
@notes_option
@json_option
@project_option
def command(
    locale: tuple[str, ...],
    display: tuple[str, ...],
    screen: tuple[str, ...],
    allow_fuzzy: bool | None,
    fallback: str | None,
    overwrite: bool,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Show what a run would paint, and why. Nothing is painted or removed."""
    from locstore.project import FileDigests

    project = make_project(project_folder, allow_fuzzy=allow_fuzzy, fallback=fallback)
    with project.ledger() as ledger:
        digests = FileDigests(ledger)
        selection = project.default_selection(make_selection(locale, display, screen))
        situation = project.situation(selection, digests)
        plan = project.plan(situation, ledger, digests, overwrite=overwrite)
        digests.save()
    findings = sort_findings([*situation.findings, *plan.findings])
    if as_json:
        print_json(
            {
                "shots": [{"shot": p.shot.key, "path": p.path, "status": p.status, "why": p.why} for p in plan.shots],
                "removed": sorted(plan.removed),
                "findings": [f.as_dict() for f in findings],
            }
        )
    else:
        print_findings(findings, notes=notes)
        _print(plan)
        click.echo(f"{count_words(findings, notes=notes)}.")
    return 1 if has_errors(findings) else 0


def _print(plan: Plan) -> None:
    displays = list(dict.fromkeys(p.shot.display.id for p in plan.shots))
    cells: dict[tuple[str, str], Counter[str]] = {}
    for p in plan.shots:
        cells.setdefault((p.shot.locale.gettext, p.shot.display.id), Counter())[p.status] += 1
    rows = []
    for code in dict.fromkeys(p.shot.locale.gettext for p in plan.shots):
        row = [code]
        for display in displays:
            counts = cells.get((code, display), Counter())
            row.append(", ".join(f"{n} {status}" for status, n in sorted(counts.items())) or "-")
        rows.append(row)
    print_table(("locale", *displays), rows)
    reasons = Counter(p.why for p in plan.shots if p.why)
    for why, count in sorted(reasons.items()):
        click.echo(f"{count} to paint: {why}.")
    for path in sorted(plan.removed):
        click.echo(f"To remove: {path} (its screen, locale or display is gone).")
    total = Counter(p.status for p in plan.shots)
    parts = ", ".join(f"{n} {status}" for status, n in sorted(total.items())) or "none"
    click.echo(f"{len(plan.shots)} shots: {parts}; {len(plan.removed)} to remove.")
