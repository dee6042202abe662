"""`locstore init`: a project that runs."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from locstore.cli.options import option


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@option("--name", default=None, help="Name of the concept [default: the folder's name].")
def command(folder: Path, name: str | None) -> None:
    """Start a project in FOLDER: a project file, a concept, two catalogs and placeholder captures.

    Files that are there already are never overwritten.
    """
    from locstore.project import scaffold

    for path in scaffold(folder, name):
        click.echo(f"Wrote {path.as_posix()}")
    target = shlex.quote(f"./{folder.as_posix()}" if folder.as_posix().startswith("-") else folder.as_posix())
    where = "" if folder == Path() else f"cd {target} && "
    click.echo(f"Next: {where}locstore run")
