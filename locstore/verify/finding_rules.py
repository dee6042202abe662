"""A project's own judgement of findings: which to ignore, and which severity a code has, by path."""

from __future__ import annotations

import dataclasses
import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from locstore.findings import Finding, Severity

_RULE = re.compile(r"[a-z*?][a-z*?-]*(?::.+)?")


@dataclasses.dataclass(frozen=True, slots=True)
class FindingRule:
    """`CODE` or `CODE:PATH`, both globs: `verify-alpha`, `verify-size:**/icon.png`.

    The path is a finding's file as it is shown, or the end of it from any folder on.
    """

    text: str

    def matches(self, finding: Finding) -> bool:
        code, _, path = self.text.partition(":")
        if not fnmatch.fnmatchcase(finding.code, code):
            return False
        file = finding.file or ""
        return not path or fnmatch.fnmatchcase(file, path) or fnmatch.fnmatchcase(file, f"*/{path}")


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """Findings after the rules: those that are left, how many of each code were ignored, rules that matched none."""

    findings: tuple[Finding, ...]
    ignored: Mapping[str, int]
    unused: tuple[str, ...]


def parse_rule(text: str) -> FindingRule:
    """A rule from the project file or the command line. Raises ValueError for anything that is no rule."""
    if not _RULE.fullmatch(text):
        raise ValueError(f"{text!r} is no rule; write a finding's code, or CODE:PATH, such as verify-alpha:**/icon.png")
    return FindingRule(text)


def judge(findings: Iterable[Finding], ignore: Sequence[str], severity: Mapping[str, str]) -> Judged:
    """Apply rules to findings; of several severities the last rule that matches decides. Raises as `parse_rule`."""
    ignoring = [parse_rule(text) for text in ignore]
    levels = [(parse_rule(text), Severity(level)) for text, level in severity.items()]
    used: set[str] = set()
    kept: list[Finding] = []
    ignored: Counter[str] = Counter()
    for finding in findings:
        matching = [rule.text for rule in ignoring if rule.matches(finding)]
        used.update(matching)
        if matching:
            ignored[finding.code] += 1
            continue
        changed = finding
        for rule, level in levels:
            if rule.matches(finding):
                used.add(rule.text)
                changed = dataclasses.replace(changed, severity=level)
        kept.append(changed)
    rules = dict.fromkeys([*ignore, *severity])
    return Judged(tuple(kept), dict(sorted(ignored.items())), tuple(text for text in rules if text not in used))


@dataclasses.dataclass(frozen=True, slots=True)
class Cause:
    """Findings of one cause: the first one's message, and where all of them are."""

    first: Finding
    places: tuple[str, ...]


_SPECIFIC = re.compile(r"'[^']*'|[0-9][0-9.,:x]*")
_LIST = re.compile(r"#(?:(?:, | and )#(?: more)?)+")


def by_cause(findings: Iterable[Finding]) -> list[Cause]:
    """Findings of one code and severity whose messages differ in numbers and quoted names only, as one, in order."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.code, str(finding.severity), _LIST.sub("#", _SPECIFIC.sub("#", finding.message)))
        groups.setdefault(key, []).append(finding)
    return [Cause(group[0], tuple(f.place for f in group)) for group in groups.values()]
