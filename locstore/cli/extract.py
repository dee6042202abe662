"""`locstore extract`: the concept's messages into the POT file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from locstore.cli.options import json_option, make_project, project_option
from locstore.cli.printing import print_findings, print_json


@click.command("extract")
@json_option
@project_option
def command(as_json: bool, project_folder: Path) -> None:
    """Write the messages of every concept into <locales>/<concept>.pot."""
    from locstore.project import extract

    project = make_project(project_folder)
    written = extract(project)
    findings = project.concept_findings()
    if as_json:
        print_json(
            {"files": [dataclasses.asdict(item) for item in written], "findings": [f.as_dict() for f in findings]}
        )
        return
    print_findings(findings, notes=False)
    for item in written:
        click.echo(f"{item.path}: {item.messages} messages, {'written' if item.changed else 'unchanged'}.")
