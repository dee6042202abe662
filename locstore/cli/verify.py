"""`locstore verify`: check finished pictures, whoever made them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from locstore.cli.options import jobs_option, json_option, notes_option, option
from locstore.cli.printing import count_words, print_causes, print_findings, print_json
from locstore.errors import UsageError
from locstore.findings import Finding, Severity, has_errors, sort_findings

if TYPE_CHECKING:
    from locstore.config import VerifyOptions
    from locstore.project.verify_text import ReadBack
    from locstore.verify import Judged


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@option("--explain", metavar="CODE", default=None, help="Explain a finding's code, and what to do about it.")
@option(
    "--text/--no-text",
    default=None,
    help="Read every word back, or none [default: those that an image model painted, in a project's own output]",
)
@option(
    "--ignore", multiple=True, metavar="CODE[:PATH]", help="Leave findings out; both may be globs. May be repeated."
)
@option(
    "--severity",
    multiple=True,
    metavar="CODE[:PATH]=LEVEL",
    help="Make findings an error, a warning or a note. May be repeated.",
)
@option("--all", "show_all", is_flag=True, help="A line for each finding, not one for each cause.")
@jobs_option
@notes_option
@json_option
def command(
    folder: Path | None,
    explain: str | None,
    text: bool | None,
    ignore: tuple[str, ...],
    severity: tuple[str, ...],
    show_all: bool,
    jobs: int | None,
    notes: bool,
    as_json: bool,
) -> int:
    """Check finished pictures in FOLDER: sizes, formats, counts, order, locales, and the words in them.

    FOLDER holds fastlane's or Gradle Play Publisher's layout; locstore need not have made it. Words are read back where
    a project knows what they should be. A project file in or above FOLDER may say in [verify] which findings count.
    """
    if explain is not None:
        return _explain(explain, as_json=as_json)
    if folder is None:
        raise UsageError("Name the folder to check: `locstore verify output`, or a code: --explain CODE.")
    from locstore.project.verify_text import read_back
    from locstore.verify import verify_folder

    rules = _rules(folder, ignore, severity)

    workers = jobs or os.cpu_count() or 1
    report = verify_folder(folder, display_path=folder.as_posix(), jobs=workers)
    words = read_back(folder, asked=text, jobs=workers)
    judged = _judged([*report.findings, *words.findings], rules)
    findings = sort_findings(judged.findings)
    if as_json:
        print_json(
            {
                "pictures": report.pictures,
                "locales": report.locales,
                "displays": report.displays,
                "text": _words_as_dict(words),
                "ignored": judged.ignored,
                "unused_rules": list(judged.unused),
                "findings": [f.as_dict() for f in findings],
            }
        )
    else:
        if show_all:
            print_findings(findings, notes=notes)
        else:
            print_causes(findings, notes=notes)
        for rule in judged.unused:
            click.echo(f"The rule {rule} matches no finding. Remove or correct it.", err=True)
        click.echo(
            f"Verified {report.pictures} pictures: {len(report.locales)} locales, {len(report.displays)} displays; "
            f"{count_words(findings, notes=notes)}."
        )
        if judged.ignored:
            parts = ", ".join(f"{count} {code}" for code, count in judged.ignored.items())
            click.echo(f"Ignored by rules: {parts}.")
        counts = ", ".join(f"{number} {verdict}" for verdict, number in words.counts.items())
        click.echo(f"Words: {f'not checked, {words.why}' if words.why else counts or 'none to check'}.")
    return 1 if has_errors(findings) else 0


def _rules(folder: Path, ignore: Sequence[str], severity: Sequence[str]) -> VerifyOptions:
    """The rules of the project around the folder, with those of the command line after them."""
    from locstore.config import VerifyOptions, find_project_file, read_config
    from locstore.verify import parse_rule

    path = find_project_file(folder)
    own = VerifyOptions()
    if path is not None:
        try:
            own = read_config(path, {}).verify
        except UsageError as error:
            # A rule that is wrong must not be passed over. Of another fault the pictures are checked all the same:
            # without rules every finding counts as it is.
            if re.search(r"error: verify\b", str(error)):
                raise
            reason = str(error).splitlines()[0]
            click.echo(f"The [verify] rules of {path.name} are not applied: {reason}", err=True)
    levels: dict[str, Any] = dict(own.severity)
    problems = []
    for text in severity:
        rule, sign, level = text.rpartition("=")
        if not sign or level not in set(Severity):
            problems.append(f"--severity {text}: write CODE=error, CODE=warning or CODE=note.")
        levels[rule] = level
    for option_name, texts in (("--ignore", ignore), ("--severity", [t.rpartition("=")[0] or t for t in severity])):
        for text in texts:
            try:
                parse_rule(text)
            except ValueError as error:
                problems.append(f"{option_name}: {error}.")
    if problems:
        raise UsageError("\n".join(problems))
    return VerifyOptions(ignore=(*own.ignore, *ignore), severity=levels)


def _judged(findings: Sequence[Finding], rules: VerifyOptions) -> Judged:
    from locstore.verify import judge

    return judge(sort_findings(findings), rules.ignore, rules.severity)


def _words_as_dict(words: ReadBack) -> dict[str, Any]:
    return {
        "checked": not words.why,
        "why": words.why,
        "counts": {str(verdict): number for verdict, number in words.counts.items()},
        "pictures": [
            {"path": p.path, "shot": p.shot, "readings": [r.as_dict() for r in p.readings]} for p in words.pictures
        ],
    }


def _explain(code: str, *, as_json: bool) -> int:
    import difflib

    from locstore.findings import explanations

    known = explanations()
    found = known.get(code)
    if found is None:
        close = difflib.get_close_matches(code, known, n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else "`locstore verify DIR` shows codes in brackets."
        raise UsageError(f"There is no finding with the code {code!r}. {hint}")
    if as_json:
        print_json({"code": found.code, "title": found.title, "why": found.why, "fix": found.fix})
    else:
        click.echo(f"{found.title} [{found.code}]\n\n{found.why}\n\nTo do: {found.fix}")
    return 0
