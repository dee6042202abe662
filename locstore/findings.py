"""What went wrong, as data: every room reports `Finding`s, one command prints all of them."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class Severity(StrEnum):
    """How bad: an error fails the command (exit 1), a warning needs a look, a note is for the record."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that the user can fix.

    `code` is a stable kebab-case name that `explain()` knows; `message` says what is wrong and what to do.
    `file` is shown as given (relative to the project where possible), `line` and `column` count from 1,
    `path` is the place inside a structured file (`screens.0.copy.1.text`), `shot` is a shot's key
    (`hero/ja/iphone_69`), `slot` the slot of that shot.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None
    shot: str | None = None
    slot: str | None = None

    @property
    def place(self) -> str:
        """`file:line:column` as far as known, else the shot, else ''."""
        if self.file is None:
            return self.shot or ""
        numbers = [str(n) for n in (self.line, self.column) if n is not None]
        return ":".join([self.file, *numbers])

    def __str__(self) -> str:
        parts = [self.place] if self.place else []
        parts.append(str(self.severity))
        if self.path:
            parts.append(self.path)
        where = f" ({self.shot})" if self.shot and self.shot != self.place else ""
        return ": ".join([*parts, f"{self.message}{where} [{self.code}]"])

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, without the fields that are not known."""
        return {k: v for k, v in dataclasses.asdict(self).items() if v is not None}


def finding_from_dict(data: dict[str, Any]) -> Finding:
    """The inverse of `Finding.as_dict`. Raises KeyError, TypeError or ValueError for other data."""
    found = Finding(**{**data, "severity": Severity(data["severity"])})
    numbers = (found.line, found.column)
    texts = (found.code, found.message, found.file or "", found.path or "", found.shot or "", found.slot or "")
    if not all(type(text) is str for text in texts) or not all(n is None or type(n) is int for n in numbers):
        raise TypeError("a finding has a value of the wrong kind")
    return found


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first, then by place; duplicates are dropped."""
    return sorted(
        set(findings),
        key=lambda f: (
            _RANK[f.severity],
            f.file or "",
            f.line or 0,
            f.column or 0,
            f.path or "",
            f.shot or "",
            f.slot or "",
            f.code,
            f.message,
        ),
    )


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(f.severity is Severity.ERROR for f in findings)


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """What a finding's code means (`title`), why it matters (`why`) and what to do about it (`fix`)."""

    code: str
    title: str
    why: str
    fix: str


@cache
def explanations() -> dict[str, Explanation]:
    """Every code that locstore can report, from `explanations.toml`, in the file's order."""
    text = resources.files("locstore").joinpath("explanations.toml").read_text(encoding="utf-8")
    return {code: Explanation(code, **fields) for code, fields in tomllib.loads(text).items()}
