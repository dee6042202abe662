"""`lint`: what a careful translator would notice in the catalogs, beside what would break a picture."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from locstore.catalog import State
from locstore.findings import Finding, has_errors, sort_findings
from locstore.project.project import Project
from locstore.project.translations import wordings


@dataclasses.dataclass(frozen=True, slots=True)
class LintReport:
    """How many catalogs and translations were looked at, and what was found."""

    catalogs: int
    translations: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not has_errors(self.findings)


def lint(project: Project, locales: Sequence[str] = ()) -> LintReport:
    """Read every catalog with a translator's eyes; `locales` (codes or globs) are all by default.

    Raises FindingsError if a concept has errors, UsageError for a locale that the project has not.
    """
    found, loose = wordings(project, locales)
    texts = [
        entry
        for wording in found
        if wording.catalog is not None
        for message in wording.messages
        if (entry := wording.catalog.entries.get(message.key)) is not None and entry.state is not State.MISSING
    ]
    return LintReport(
        catalogs=sum(wording.catalog is not None for wording in found),
        translations=len(texts),
        findings=tuple(sort_findings([*loose, *(f for wording in found for f in wording.findings())])),
    )
