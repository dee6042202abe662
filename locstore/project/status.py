"""`status`: how far each locale is: words translated, fuzzy and missing, findings, pictures approved."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from locstore.findings import Finding, Severity, sort_findings
from locstore.project.project import Project
from locstore.project.translations import wordings
from locstore.review import REVIEW_FILE, ReviewState
from locstore.shots import Selection


@dataclasses.dataclass(frozen=True, slots=True)
class LocaleStatus:
    """One locale of one concept.

    `inherited` messages have no words of their own and take those of a related locale, as es_MX takes those of es:
    that is how it is meant, and they count as done. `approved` of `pictures` are None without a review file.
    """

    concept: str
    code: str
    name: str
    total: int
    translated: int
    inherited: int
    fuzzy: int
    missing: int
    errors: int
    warnings: int
    approved: int | None = None
    pictures: int | None = None

    @property
    def percent(self) -> float:
        """The share that is done, in percent with one decimal, rounded down: 100 means all."""
        done = self.translated + self.inherited
        return done * 1000 // self.total / 10 if self.total else 100.0


def status(project: Project, locales: Sequence[str] = ()) -> tuple[list[LocaleStatus], list[Finding]]:
    """A row for each concept and locale, and the errors of catalogs: a broken one counts as missing altogether.

    Raises FindingsError if a concept has errors or the review file cannot be read, UsageError for a locale that the
    project has not.
    """
    found, loose = wordings(project, locales)
    reviewed: Counter[str] | None = None
    pictures: Counter[str] = Counter()
    if (project.root / REVIEW_FILE).is_file():
        from locstore.project.reporting import review_rows

        rows = [(row, row.shot.split("/")[1]) for row in review_rows(project, Selection(locales=tuple(locales)))]
        pictures = Counter(code for _, code in rows)
        reviewed = Counter(code for row, code in rows if row.standing is ReviewState.APPROVED)
    statuses = []
    errors = [f for f in loose if f.severity is Severity.ERROR]
    for wording in found:
        code = wording.locale.gettext
        findings = wording.findings()
        errors += [f for f in findings if f.severity is Severity.ERROR]
        counts = Counter(map(wording.state, wording.messages))
        severities = Counter(f.severity for f in sort_findings(findings))
        statuses.append(
            LocaleStatus(
                concept=wording.loaded.concept.concept,
                code=code,
                name=wording.locale.english,
                total=len(wording.messages),
                translated=counts["translated"],
                inherited=counts["inherited"],
                fuzzy=counts["fuzzy"],
                missing=counts["missing"],
                errors=severities[Severity.ERROR],
                warnings=severities[Severity.WARNING],
                approved=None if reviewed is None else reviewed[code],
                pictures=None if reviewed is None else pictures[code],
            )
        )
    return statuses, sort_findings(errors)
