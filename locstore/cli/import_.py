"""`locstore import`: translations that an app has already, into the catalogs."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from locstore.cli.options import json_option, make_project, notes_option, option, project_option
from locstore.cli.printing import count_words, print_findings, print_json
from locstore.files import read_regular

if TYPE_CHECKING:
    from locstore.project.importing import ImportReport

_SHOWN = 20
_MAX_MAP = 1 << 24  # bytes


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--locale", default="", help="The language of files that name none; of several, take this one only.")
@option(
    "--screen-map",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    help="File with a line `key = screen/slot` for each text whose key is known.",
)
@option(
    "--mark",
    type=click.Choice(["file", "fuzzy", "translated"]),
    default="file",
    show_default=True,
    help="What taken words become; `file`: translated where the file says so and the source is the same, else fuzzy.",
)
@option("--new", own="import", is_flag=True, help="Start a catalog for each language of the files that has none.")
@option("--overwrite", is_flag=True, help="Take words also where the catalog has others.")
@option("--dry-run", is_flag=True, help="Say what would be taken, and write nothing.")
@notes_option
@json_option
@project_option
def command(
    files: tuple[Path, ...],
    locale: str,
    screen_map: Path | None,
    mark: str,
    new: bool,
    overwrite: bool,
    dry_run: bool,
    notes: bool,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Take translations over from FILES of an app, of a translation service or of fastlane.

    .xcstrings, .strings (also fastlane's title.strings and keyword.strings), .stringsdict, Android strings.xml, PO,
    ARB, XLIFF, CSV, and the .txt files of metadata trees. In --screen-map, `title:KEY = screen/slot` and
    `keyword:KEY = screen/slot` tell two files with the same keys apart.

    A text fits a message whose source is the same, or whose name is its key (hero/headline, hero_headline). Missing
    words are filled in; others stay unless --overwrite says otherwise.
    """
    from locstore.project.importing import Marking, import_files

    report = import_files(
        make_project(project_folder),
        files,
        locale=locale,
        key_map=_read_map(screen_map) if screen_map else None,
        marking=Marking(mark),
        new=new,
        overwrite=overwrite,
        dry_run=dry_run,
    )
    if as_json:
        print_json(
            {
                "messages": [dataclasses.asdict(row) for row in report.rows],
                "unmatched": {file: list(keys) for file, keys in report.unmatched.items()},
                "missing": {code: list(names) for code, names in report.missing.items()},
                "findings": [f.as_dict() for f in report.findings],
            }
        )
        return 0 if report.ok else 1
    print_findings(report.findings, notes=notes)
    _print(report, dry_run=dry_run)
    click.echo(f"{count_words(report.findings, notes=notes)}.")
    return 0 if report.ok else 1


def _print(report: ImportReport, *, dry_run: bool) -> None:
    locales = list(dict.fromkeys(row.locale for row in report.rows))
    for code in locales:
        outcomes = Counter(f"{row.outcome}{_as(row.state, row.outcome)}" for row in report.rows if row.locale == code)
        parts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        missing = report.missing.get(code, ())
        still = f"; still without words: {_some(missing)}" if missing else ""
        click.echo(f"{code}: {parts}{still}.")
    for file, keys in report.unmatched.items():
        click.echo(f"{file}: {len(keys)} texts fit no message: {_some(keys)}.")
    if not report.rows and report.ok:
        click.echo("No text fits a message.")
    if dry_run:
        click.echo("Nothing was written.")


def _as(state: str, outcome: str) -> str:
    return f" as {state}" if outcome in {"filled", "overwritten"} else ""


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(name.replace("\n", " ")[:60] for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _read_map(path: Path) -> Mapping[str, str]:
    """Lines of `key = screen/slot`; empty ones and those that begin with # are passed over."""
    found = {}
    try:
        lines = read_regular(path, _MAX_MAP).decode("utf-8-sig").splitlines()
    except OSError as error:
        raise click.UsageError(f"--screen-map {path}: it cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"--screen-map {path}: this is not UTF-8. Save it as UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key, sign, context = line.rpartition("=")
        if not sign or not key.strip() or not context.strip():
            raise click.UsageError(f"--screen-map {path}, line {number}: write key = screen/slot.")
        found[key.strip()] = context.strip()
    return found
