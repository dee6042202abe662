"""`locstore accept`: a person has read a doubtful slot in its picture and found the words right."""

from __future__ import annotations

from pathlib import Path

import click

from locstore.cli.options import PainterOptions, json_option, make_project, option, painter_options, project_option
from locstore.cli.printing import print_json


@click.command("accept")
@click.argument("shot")
@click.argument("slot")
@option("--by", metavar="NAME", default="", help="Who has looked.")
@option("--comment", metavar="TEXT", default="", help="What to remember with it.")
@painter_options
@json_option
@project_option
def command(
    shot: str,
    slot: str,
    by: str,
    comment: str,
    painting: PainterOptions,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Accept the words of SLOT in the picture of SHOT, after looking at them.

    SHOT is a key such as hero/ja/iphone_69, or a glob such as 'hero/ja/*'; SLOT is a slot's id, or a glob. It is
    remembered in review.json for this very picture: another one is doubted again.
    """
    from locstore.project.reporting import accept_slots

    project = make_project(project_folder, painting)
    made = accept_slots(project, shot, slot, by=by, comment=comment)
    if as_json:
        print_json({"accepted": [{"shot": d.shot, "picture": d.path, "slots": list(d.slots)} for d in made]})
        return 0
    for d in made:
        what = "candidate" if d.candidate else "picture"
        click.echo(f"Accepted {', '.join(d.slots)} of {d.shot} ({what} {d.path}).")
    return 0
