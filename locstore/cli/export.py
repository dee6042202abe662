"""`locstore export`: the strings for people who translate elsewhere."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import click

from locstore.cli.options import (
    SelectionOptions,
    json_option,
    make_project,
    notes_option,
    option,
    project_option,
    selection_options,
)
from locstore.cli.printing import count_words, print_findings, print_json


@click.command("export")
@option(
    "--format",
    "kind",
    type=click.Choice(["csv", "pack"]),
    default="csv",
    own="export",
    show_default=True,
    help="csv: a table of strings; pack: each string with a picture of where it stands.",
)
@option(
    "-o",
    "--to",
    "target",
    type=click.Path(path_type=Path),
    default=None,
    help="File of the table [default: standard output]; folder or .zip of the pack [default: context-pack].",
)
@selection_options
@notes_option
@json_option
@project_option
def command(
    kind: str,
    target: Path | None,
    chosen: SelectionOptions,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Write the strings as CSV (`locstore import` reads it back), or as a pack with a picture of each.

    The pack is painted here, in the source language; Weblate and Crowdin take its pictures as screenshots.
    """
    project = make_project(project_folder)
    selection = chosen.selection()
    if kind == "csv":
        from locstore.files import write_whole
        from locstore.project.exporting import export_table

        if selection.displays or selection.screens:
            raise click.UsageError("-d and -s choose pictures; a table has none.")
        data = export_table(project, selection.locales)
        if target is None or str(target) == "-":
            if as_json:
                raise click.UsageError("--json needs -o for the table.")
            sys.stdout.buffer.write(data)
            return 0
        write_whole(target, data)
        if as_json:
            print_json({"file": target.as_posix(), "bytes": len(data)})
        else:
            click.echo(f"Wrote {target.as_posix()}.")
        return 0
    if selection.locales:
        raise click.UsageError("-l: a pack shows the source language.")
    from locstore.project.context_pack import export_pack

    target = target or Path("context-pack")
    pack = export_pack(project, target, selection)
    if as_json:
        print_json(
            {
                "target": target.as_posix(),
                "strings": [dataclasses.asdict(string) for string in pack.strings],
                "findings": [f.as_dict() for f in pack.findings],
            }
        )
        return 0 if pack.ok else 1
    print_findings(pack.findings, notes=notes)
    shown = sum(bool(string.crop) for string in pack.strings)
    click.echo(
        f"Wrote {pack.pictures} pictures of {shown} of {len(pack.strings)} strings to {target.as_posix()}; "
        f"{count_words(pack.findings, notes=notes)}."
    )
    return 0 if pack.ok else 1
