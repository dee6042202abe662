"""`locstore diff`: pictures against another folder, or a git revision."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from locstore.cli.options import json_option, make_project, option, project_option
from locstore.cli.printing import print_json, print_table


@click.command("diff")
@click.argument("other")
@option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write a page here.")
@option("--exit-code", is_flag=True, help="Exit with 1 if anything differs.")
@json_option
@project_option
def command(other: str, page: Path | None, exit_code: bool, as_json: bool, project_folder: Path) -> int:
    """Say which pictures differ from OTHER, a folder or a git revision: added, removed, changed.

    `--html` writes a page of before and after that holds all pictures itself.
    """
    from locstore.project.differences import Change, compare

    project = make_project(project_folder)
    found = compare(project, other)
    differing = [d for d in found if d.change is not Change.SAME]
    if page is not None:
        from locstore.files import write_whole
        from locstore.pages import ComparedPicture, render_comparison

        pictures = [ComparedPicture(d.path, str(d.change), d.before, d.after) for d in differing]
        write_whole(page, render_comparison(other, pictures).encode())
    counts = Counter(str(d.change) for d in found)
    if as_json:
        print_json({"differences": [{"path": d.path, "change": str(d.change)} for d in differing], "counts": counts})
    else:
        print_table(("change", "path"), [(str(d.change), d.path) for d in differing])
        parts = ", ".join(f"{counts[str(change)]} {change}" for change in Change if counts[str(change)])
        click.echo(f"{parts or 'No pictures in either'}.")
    return 1 if exit_code and differing else 0
