"""`locstore fastlane`: lanes for a Fastfile that upload this project's pictures."""

from __future__ import annotations

from pathlib import Path

import click

from locstore.cli.options import json_option, make_project, project_option
from locstore.cli.printing import print_json


@click.command("fastlane")
@json_option
@project_option
def command(as_json: bool, project_folder: Path) -> int:
    """Print the lanes of a Fastfile that upload this project's pictures, one for each platform.

    Paste them into fastlane/Fastfile. Nothing is uploaded.
    """
    from locstore.project import FileDigests
    from locstore.project.fastlane_lanes import fastlane_lanes
    from locstore.shots import Selection

    project = make_project(project_folder)
    with project.ledger() as ledger:
        snapshot = project.snapshot(project.default_selection(Selection()), FileDigests(ledger))
    text = fastlane_lanes(project, snapshot.places)
    if as_json:
        print_json({"fastfile": text})
    elif text:
        click.echo(text, nl=False)
    else:
        click.echo("fastlane uploads none of this project's displays.", err=True)
    return 0
