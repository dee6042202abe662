"""What stops the work. Problems that the user can fix one by one are findings, not exceptions.

LocstoreError            exit code 3
├── UsageError           2: the command line or the project file cannot be understood
├── FindingsError        1: findings of severity error that leave nothing to go on with
└── EnvironmentProblem   3: disk full, read-only output, a missing library, a worker that died
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from locstore.findings import Finding, sort_findings


class LocstoreError(Exception):
    """Base of all; `exit_code` is what the command ends with."""

    exit_code: ClassVar[int] = 3


class UsageError(LocstoreError):
    """The command line or the project file cannot be understood."""

    exit_code: ClassVar[int] = 2


class FindingsError(LocstoreError):
    """The input has errors and the work cannot start; all of them are in `findings`."""

    exit_code: ClassVar[int] = 1

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sort_findings(findings)
        super().__init__("\n".join(str(f) for f in self.findings))


class EnvironmentProblem(LocstoreError):
    """Something outside the project failed: the disk, a permission, a worker process."""
