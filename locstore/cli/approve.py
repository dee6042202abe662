"""`locstore approve`: approve pictures, send them back, or show where every shot stands."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from locstore.cli.options import (
    PainterOptions,
    SelectionOptions,
    json_option,
    make_project,
    option,
    painter_options,
    project_option,
    selection_options,
)
from locstore.cli.printing import print_json, print_table
from locstore.errors import UsageError

if TYPE_CHECKING:
    from locstore.project import Project
    from locstore.shots import Selection


@click.command("approve")
@click.argument("shots", metavar="[SHOT]...", nargs=-1)
@option("--list", "as_list", is_flag=True, help="Show where every shot stands; -l, -d and -s choose some.")
@option("--send-back", is_flag=True, help="Send the pictures back; say why with --comment.")
@option("--withdraw", is_flag=True, help="Take an approval or a sending back away again.")
@option("--comment", metavar="TEXT", default="", help="What the one who mends it should know.")
@option("--by", metavar="NAME", default="", help="Who has looked.")
@selection_options
@painter_options
@json_option
@project_option
def command(
    shots: tuple[str, ...],
    as_list: bool,
    send_back: bool,
    withdraw: bool,
    comment: str,
    by: str,
    chosen: SelectionOptions,
    painting: PainterOptions,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Approve the pictures of SHOTs, such as hero/ja/iphone_69 or 'hero/ja/*'.

    Decisions are remembered in review.json by the picture: one that changes has to be looked at again.
    """
    project = make_project(project_folder, painting)
    selection = chosen.selection()
    if as_list:
        if shots or send_back or withdraw:
            raise UsageError("--list only shows; leave it away to decide.")
        return _list(project, selection, as_json=as_json)
    if not shots:
        raise UsageError("Name shots: `locstore approve hero/ja/iphone_69`, 'hero/ja/*', or see `approve --list`.")
    if chosen.given:
        raise UsageError("-l, -d and -s choose for --list only. Name shots, as globs where you like.")
    if send_back and withdraw:
        raise UsageError("--send-back or --withdraw, not both.")
    if send_back and not comment.strip():
        raise UsageError("--send-back needs --comment: say what is to be changed.")
    from locstore.project.reporting import decide_shots

    made = decide_shots(
        project, shots, "" if withdraw else "sent-back" if send_back else "approved", by=by, comment=comment
    )
    if as_json:
        decided = [
            {"shot": d.shot, "picture": d.path, "state": d.decision.state, "comment": d.decision.comment} for d in made
        ]
        print_json({"decided": decided})
        return 0
    word = "Withdrawn" if withdraw else "Sent back" if send_back else "Approved"
    for d in made:
        what = "candidate " if d.candidate else ""
        click.echo(f"{word}: {d.shot} ({what}{d.path}){f': {comment}' if comment else ''}")
    return 0


def _list(project: Project, selection: Selection, *, as_json: bool) -> int:
    from locstore.project.reporting import review_rows

    rows = review_rows(project, selection)
    counts = Counter(str(row.standing) for row in rows)
    if as_json:
        print_json(
            {
                "shots": [
                    {"shot": r.shot, "picture": r.path, "state": r.standing, "by": r.by, "comment": r.comment}
                    for r in rows
                ],
                "counts": dict(sorted(counts.items())),
            }
        )
        return 0
    print_table(("shot", "state", "by", "comment"), [(r.shot, str(r.standing), r.by, r.comment) for r in rows])
    click.echo(f"{len(rows)} shots: {', '.join(f'{n} {state}' for state, n in sorted(counts.items())) or 'none'}.")
    return 0
