"""How findings and tables are printed: colours on a terminal, plain lines elsewhere, JSON when asked."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click

from locstore.findings import Finding, Severity

_BIDI_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def print_findings(findings: Iterable[Finding], *, notes: bool) -> None:
    """One line each, on standard error, worst first; notes only if they are wanted."""
    for finding in findings:
        if finding.severity is Severity.NOTE and not notes:
            continue
        line = printable(str(finding))
        word = str(finding.severity)
        click.echo(line.replace(f"{word}: ", click.style(word, fg=_COLORS[finding.severity]) + ": ", 1), err=True)


def print_causes(findings: Iterable[Finding], *, notes: bool, shown: int = 3) -> None:
    """As `print_findings`, but findings of one cause as one line with their count and the first places."""
    from locstore.verify import by_cause

    for cause in by_cause(findings):
        if len(cause.places) == 1:
            print_findings([cause.first], notes=notes)
        elif notes or cause.first.severity is not Severity.NOTE:
            places = ", ".join(cause.places[:shown])
            more = f" and {len(cause.places) - shown} more" if len(cause.places) > shown else ""
            line = f"{len(cause.places)} times: {cause.first.message} [{cause.first.code}] In {places}{more}."
            word = click.style(str(cause.first.severity), fg=_COLORS[cause.first.severity])
            click.echo(f"{word}: {printable(line)}", err=True)


def printable(text: str) -> str:
    """The text with control characters and characters that turn the reading order as escapes, such as \\u001b."""
    return "".join(f"\\u{ord(c):04x}" if _steers(c) else c for c in text)


def _steers(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or unicodedata.bidirectional(character) in _BIDI_CONTROLS


def count_words(findings: Sequence[Finding], *, notes: bool) -> str:
    """`2 errors, 1 warning, 3 notes`, without what there is none of; `no findings` for none at all.

    `notes` says whether they have been shown.
    """
    parts = []
    for severity in Severity:
        count = sum(f.severity is severity for f in findings)
        if count:
            parts.append(f"{count} {severity}{'s' if count > 1 else ''}")
    text = ", ".join(parts) or "no findings"
    return f"{text} (--notes shows them)" if "note" in text and not notes else text


def print_json(data: Any) -> None:
    """Characters that standard output cannot take are written as JSON's own escapes."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(data, indent=2, default=str)
    click.echo(text)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table for people; without a terminal, tab-separated lines for other programs."""
    if not sys.stdout.isatty():
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join(map(printable, row)))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))  # no markup: a name such as [/]x is not ours
    Console().print(table)
