"""`locstore plan`: the matrix, and what a run would do with it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from locstore.cli.options import (
    DeliveryOptions,
    PainterOptions,
    SelectionOptions,
    WordsOptions,
    delivery_options,
    json_option,
    make_project,
    notes_option,
    option,
    painter_options,
    project_option,
    selection_options,
    words_options,
)
from locstore.cli.printing import count_words, print_findings, print_json, print_table
from locstore.findings import has_errors

if TYPE_CHECKING:
    from locstore.project import CostRow
    from locstore.run import Plan


@click.command("plan")
@selection_options
@words_options
@delivery_options
@painter_options
@option("--overwrite", is_flag=True, help="Count files that locstore did not write as ours to replace.")
@notes_option
@json_option
@project_option
def command(
    chosen: SelectionOptions,
    words: WordsOptions,
    delivery: DeliveryOptions,
    painting: PainterOptions,
    overwrite: bool,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Show what a run would paint, and why. Nothing is painted or removed."""
    from locstore.project import plan as make_plan

    project = make_project(project_folder, words, delivery, painting)
    plan, costs = make_plan(project, chosen.selection(), overwrite=overwrite)
    findings = plan.findings
    if as_json:
        print_json(
            {
                "removed": sorted(plan.removed),
                "removed_only_with_yes": plan.removes_many,
                "shots": [{"shot": p.shot.key, "path": p.path, "status": p.status, "why": p.why} for p in plan.shots],
                "costs": [dataclasses.asdict(row) for row in costs],
                "findings": [f.as_dict() for f in findings],
            }
        )
    else:
        print_findings(findings, notes=notes)
        _print(plan)
        if costs:
            _print_costs(costs)
        click.echo(f"{count_words(findings, notes=notes)}.")
    return 1 if has_errors(findings) else 0


def _print_costs(rows: Sequence[CostRow]) -> None:
    def dollars(value: float | None) -> str:
        return "unknown" if value is None else f"${value:.2f}"

    print_table(
        ("locale", "display", "pictures", "calls", "cached", "tokens", "dollars"),
        [
            (r.locale, r.display, str(r.pictures), str(r.calls), str(r.cached), str(r.tokens), dollars(r.dollars))
            for r in rows
            if r.pictures or not r.impossible
        ],
    )
    for r in rows:
        if r.impossible:
            pictures = "1 picture" if r.impossible == 1 else f"{r.impossible} pictures"
            click.echo(f"{r.locale} {r.display}: {pictures} cannot be asked for; the findings say why.")
    known = [r.dollars for r in rows if r.dollars is not None]
    total = dollars(sum(known) if len(known) == len(rows) else None)
    calls, cached = sum(r.calls for r in rows), sum(r.cached for r in rows)
    click.echo(f"{calls} calls, {cached} pictures from the cache, {sum(r.tokens for r in rows)} tokens, {total}.")
    most = sum(r.calls_at_most for r in rows)
    if most > calls:
        click.echo(f"Wrong words are asked for again: up to (1 + repairs) times each, {most} calls in all.")


def _print(plan: Plan) -> None:
    for path in sorted(plan.removed):
        click.echo(f"To remove: {path} (its screen, locale or display is gone).")
    if plan.removes_many:
        click.echo(f"A run removes these {len(plan.removed)} of {plan.existing} pictures only with --yes.")
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
    total = Counter(p.status for p in plan.shots)
    parts = ", ".join(f"{n} {status}" for status, n in sorted(total.items())) or "none"
    click.echo(f"{len(plan.shots)} shots: {parts}; {len(plan.removed)} to remove.")
