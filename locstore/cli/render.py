"""`locstore render`: one shot, painted at once and opened."""

from __future__ import annotations

from pathlib import Path

import click

from locstore.cli.options import (
    WordsOptions,
    json_option,
    make_project,
    notes_option,
    option,
    project_option,
    words_options,
)
from locstore.cli.printing import print_findings, print_json
from locstore.findings import has_errors


@click.command("render")
@click.argument("shots", nargs=-1, required=True, metavar="SHOT...")
@option("--open", "open_it", is_flag=True, help="Open the pictures with the system's viewer.")
@option("--to", "folder", type=click.Path(path_type=Path), default=None, help="Folder [default: .locstore/render]")
@words_options
@notes_option
@json_option
@project_option
def command(
    shots: tuple[str, ...],
    open_it: bool,
    folder: Path | None,
    words: WordsOptions,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Paint single shots at once, here and beside the store folders: locstore render hero/ja/iphone_69 --open.

    SHOT is a shot's key or a glob of keys. The local painter paints, whatever the project's painter is.
    """
    from locstore.project import render_shots

    project = make_project(project_folder, words)
    rendered, findings = render_shots(project, shots, folder)
    if as_json:
        listed = [{"shot": r.shot, "path": r.path.as_posix() if r.path else None} for r in rendered]
        print_json({"pictures": listed, "findings": [f.as_dict() for f in findings]})
    else:
        print_findings(findings, notes=notes)
        for one in rendered:
            click.echo(f"{one.shot}: {one.path.as_posix() if one.path else 'not painted'}")
    for one in rendered if open_it else ():
        if one.path is not None:
            click.launch(str(one.path))
    return 1 if has_errors(findings) else 0
