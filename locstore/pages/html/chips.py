"""Findings as HTML: chips that say how bad in words, tallies of them, and one finding in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from locstore.findings import Finding, Severity
from locstore.pages.html.markup import Html, count_of, el


def tally_of(findings: Iterable[Finding]) -> Counter[Severity]:
    return Counter(f.severity for f in findings)


def tally_chips(tally: Mapping[Severity, int]) -> Html:
    return Html(" ".join(chip(s, count_of(tally[s], str(s))) for s in Severity if tally.get(s)))


def chip(severity: Severity, text: str) -> Html:
    return el("span", text, class_=f"chip {severity}")


def finding_item(finding: Finding) -> Html:
    message: list[str] = [el("bdi", finding.message)]
    if finding.slot:
        message.insert(0, el("b", f"{finding.slot}: "))
    place = finding.place if finding.place != finding.shot else ""
    where = [el("span", part) for part in (place, finding.path, finding.code) if part]
    return el(
        "li",
        chip(finding.severity, finding.severity.capitalize()),
        el("p", *message),
        el("p", *where, class_="where"),
    )
