"""`locstore update`: new and changed messages into every catalog, with nothing of a translator's lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from locstore.cli.options import json_option, make_project, option, project_option
from locstore.cli.printing import print_findings, print_json
from locstore.findings import has_errors, sort_findings

if TYPE_CHECKING:
    from locstore.catalog import UpdateResult


@click.command("update")
@option("--new", multiple=True, metavar="LOCALE", help="Start a catalog for this locale.")
@json_option
@project_option
def command(new: tuple[str, ...], as_json: bool, project_folder: Path) -> int:
    """Merge new and changed messages into every catalog, as msgmerge does.

    A changed text keeps its translation as fuzzy with the previous text; a text that is gone keeps it as obsolete.
    """
    from locstore.project import extract, update

    project = make_project(project_folder)
    extract(project)
    results = update(project, new)
    findings = sort_findings([*project.concept_findings(), *(f for item in results for f in item.findings)])
    if as_json:
        catalogs = [
            {
                "path": item.path,
                "code": item.code,
                **{name: [list(key) for key in keys] for name, keys in _outcomes(item.result).items()},
            }
            for item in results
        ]
        print_json({"catalogs": catalogs, "findings": [f.as_dict() for f in findings]})
    else:
        print_findings(findings, notes=True)
        for item in results:
            click.echo(f"{item.path}: {_summary(item.result)}.")
    return 1 if has_errors(findings) else 0


def _outcomes(result: UpdateResult | None) -> dict[str, tuple[tuple[str, str], ...]]:
    """What changed, by what happened to it."""
    names = ("added", "fuzzied", "revived", "obsoleted", "dropped", "unchanged")
    return {name: getattr(result, name) for name in names} if result is not None else {}


def _summary(result: UpdateResult | None) -> str:
    if result is None or has_errors(result.findings):
        return "left alone, for it has errors"
    parts = [f"{len(keys)} {name}" for name, keys in _outcomes(result).items() if keys]
    return ("new file: " if result.created else "") + (", ".join(parts) or "nothing to do")
