"""Checks of a translation against its message: placeholders, highlights, plurals, and the text itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator

from locstore.catalog.characters import too_long
from locstore.catalog.po import Catalog, Entry, State, entry_findings
from locstore.findings import Finding, Severity
from locstore.messages import Message
from locstore.values.plural import PluralRule
from locstore.values.template import PlaceholderError, highlights, placeholders


def check_message(
    message: Message,
    entry: Entry,
    catalog: Catalog,
    known_values: Collection[str],
    *,
    count: str | None = None,
    allow_fuzzy: bool = False,
) -> list[Finding]:
    """Everything that is wrong with one translation; nothing for a missing one, which the caller reports.

    `known_values` are the names of the concept's values, `count` the one that chooses the plural form (by
    default the placeholder that the plural source has and the singular has not, or its only one). Findings
    about a fuzzy entry are warnings unless `allow_fuzzy` says that it will be used. What `load_catalog`
    reports for the same entry is reported here in the same words; `sort_findings` keeps one of the two.
    """
    if entry.state is State.MISSING:
        return []
    check = _Check(message, entry, catalog.path, frozenset(known_values), _count_name(message, count))
    found = list(check.run(catalog.plural))
    if entry.state is State.FUZZY and not allow_fuzzy:
        found = [dataclasses.replace(f, severity=_at_most_warning(f.severity)) for f in found]
    return [*found, *entry_findings(entry, catalog.path)]


def _at_most_warning(severity: Severity) -> Severity:
    return Severity.WARNING if severity is Severity.ERROR else severity


def _names(text: str | None) -> frozenset[str]:
    """The placeholders of a source text; none if it is malformed, which the concept's own check reports."""
    try:
        return frozenset(placeholders(text or ""))
    except PlaceholderError:
        return frozenset()


def _count_name(message: Message, count: str | None) -> str | None:
    if message.plural is None or count is not None:
        return count
    singular, plural = _names(message.source), _names(message.plural)
    candidates = plural - singular or plural
    return next(iter(candidates)) if len(candidates) == 1 else None


@dataclasses.dataclass(frozen=True, slots=True)
class _Check:
    message: Message
    entry: Entry
    display_path: str
    known: frozenset[str]
    count: str | None

    def finding(self, code: str, problem: str, form: int = 0, severity: Severity = Severity.ERROR) -> Finding:
        name = f"msgctxt “{self.entry.context}”"
        if self.entry.msgid_plural is not None:
            name += f", msgstr[{form}]"
        return Finding(
            code=code,
            severity=severity,
            message=f"{name}: {problem}",
            file=self.display_path,
            line=self.entry.msgstr_lines[form],
        )

    def run(self, rule: PluralRule) -> Iterator[Finding]:
        if self.message.plural != self.entry.msgid_plural:
            yield self.finding(
                "catalog-outdated",
                "the plural source has changed or is new; run `locstore update`, then check the translation.",
                severity=Severity.ERROR if self.plurality_changed else Severity.WARNING,
            )
        for form, text in enumerate(self.entry.msgstr):
            if too_long(text):
                yield self.finding("catalog-too-long", f"the translation has {len(text):,} characters.", form)
                continue
            yield from self.placeholders(form, text, rule)
            yield from self.highlights(form, text)

    @property
    def plurality_changed(self) -> bool:
        return (self.message.plural is None) != (self.entry.msgid_plural is None)

    def placeholders(self, form: int, text: str, rule: PluralRule) -> Iterator[Finding]:
        try:
            names = frozenset(placeholders(text))
        except PlaceholderError as error:
            problem = f"{error} (character {error.position + 1})."
            yield self.finding("catalog-placeholder-malformed", problem, form)
            return
        wanted = _names(self.message.source)
        if self.message.plural is not None:
            wanted |= _names(self.message.plural)
        for name in sorted(names - self.known - wanted):
            choice = ", ".join(f"{{{w}}}" for w in sorted(wanted)) or "no placeholder"
            problem = f"the placeholder {{{name}}} is unknown; the source has {choice}."
            yield self.finding("catalog-placeholder-unknown", problem, form)
        for name in sorted(wanted - names):
            if name == self.count and form in rule.single:
                continue
            problem = f"the placeholder {{{name}}} of the source is lost; put it into the translation."
            yield self.finding("catalog-placeholder-lost", problem, form)

    def highlights(self, form: int, text: str) -> Iterator[Finding]:
        try:
            spans = highlights(text)
        except ValueError as error:
            yield self.finding("catalog-highlight-malformed", f"{error}.", form)
            return
        if not spans and self.source_is_highlighted:
            problem = "the source highlights words and the translation none; put *asterisks* around the same words."
            yield self.finding("catalog-highlight-lost", problem, form, Severity.WARNING)

    @property
    def source_is_highlighted(self) -> bool:
        try:
            return any(highlights(text) for text in (self.message.source, self.message.plural or ""))
        except ValueError:
            return False
