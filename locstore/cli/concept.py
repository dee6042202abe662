"""`locstore concept`: presets written out as layers, and where each value of a shot comes from."""

from __future__ import annotations

from pathlib import Path

import click

from locstore.cli.options import json_option, make_project, project_option
from locstore.cli.printing import print_findings, print_json, print_table
from locstore.findings import has_errors


@click.group("concept")
def command() -> None:
    """Look at the design of a concept."""


@command.command("expand")
@click.argument("screens", nargs=-1, metavar="[SCREEN]...")
@json_option
@project_option
def expand(screens: tuple[str, ...], as_json: bool, project_folder: Path) -> int:
    """Print screens with their presets written out as layers: YAML that paints the same pictures.

    A layer that differs by shape of canvas has a `when`. Put the screen in place of the one in the concept and change a
    line.
    """
    from locstore.project import expand_screens

    text = expand_screens(make_project(project_folder), screens)
    if as_json:
        print_json({"yaml": text})
    else:
        click.echo(text, nl=False)
    return 0


@command.command("explain")
@click.argument("shots", nargs=-1, required=True, metavar="SHOT...")
@json_option
@project_option
def explain(shots: tuple[str, ...], as_json: bool, project_folder: Path) -> int:
    """Print each value of a shot and the line that it comes from: locstore concept explain hero/ja/ipad_13."""
    from locstore.project import explain_shots

    explained, findings = explain_shots(make_project(project_folder), shots)
    if as_json:
        listed = [
            {
                "shot": one.shot,
                "values": [
                    {"name": r.name, "value": r.value, "file": r.file or None, "line": r.line or None, "why": r.why}
                    for r in one.rows
                ],
            }
            for one in explained
        ]
        print_json({"shots": listed, "findings": [f.as_dict() for f in findings]})
        return 1 if has_errors(findings) else 0
    print_findings(findings, notes=False)
    for one in explained:
        click.echo(f"# {one.shot}")
        rows = [(r.name, r.value, f"{r.file}:{r.line}" if r.line else "-", r.why) for r in one.rows]
        print_table(("value", "is", "from", "why"), rows)
    return 1 if has_errors(findings) else 0
