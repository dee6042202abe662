"""The rules of `locstore lint`, and the run of all of them over a catalog."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from locstore.catalog.po import Catalog, Entry, State
from locstore.findings import Finding, Severity
from locstore.lint import consistency, punctuation, symbols, words
from locstore.lint.pairs import Pair, Rule, Side, title_of
from locstore.messages import Message

_PREFIX = "catalog-lint-"
_IGNORE_COMMENT = re.compile(r"locstore-lint:\s*ignore\s+([a-z][a-z ,-]*)")
_IGNORE_FLAG = "locstore-ignore:"
_Whole = Callable[[Sequence[Message], Catalog], Iterator[tuple[Entry, str]]]


@dataclasses.dataclass(frozen=True, slots=True)
class SlotLimits:
    """What is known of a message's slot: its role, and how many lines it may have (0: not known)."""

    role: str = ""
    max_lines: int = 0


def rules() -> tuple[Rule, ...]:
    """Every check of one text, in the order in which they are reported."""
    return (
        Rule("catalog-lint-placeholders", symbols.placeholders),
        Rule("catalog-lint-highlights", symbols.highlights),
        Rule("catalog-lint-end-punctuation", punctuation.end_punctuation),
        Rule("catalog-lint-opening-mark", punctuation.opening_mark),
        Rule("catalog-lint-doubled-words", words.doubled_words),
        Rule("catalog-lint-untranslated", words.untranslated),
        Rule("catalog-lint-length", words.length),
        Rule("catalog-lint-numbers", symbols.numbers),
        Rule("catalog-lint-quotes", punctuation.quotes),
        Rule("catalog-lint-spaces", symbols.spaces),
        Rule("catalog-lint-sign-spaces", punctuation.sign_spaces),
        Rule("catalog-lint-capitals", words.capitals),
        Rule("catalog-lint-brackets", punctuation.brackets),
        Rule("catalog-lint-accelerators", symbols.accelerators),
        Rule("catalog-lint-entities", symbols.entities),
        Rule("catalog-lint-mixed-scripts", symbols.mixed_scripts),
        Rule("catalog-lint-invisible", symbols.invisible),
        Rule("catalog-lint-line-breaks", symbols.line_breaks),
    )


def lint_titles() -> dict[str, str]:
    """Every code that `lint_catalog` reports, with its title as users see it."""
    titles = {rule.code: rule.title for rule in rules()}
    return titles | {code: title_of(check) for code, (check, _) in _whole().items()}


def _whole() -> Mapping[str, tuple[_Whole, Severity]]:
    return {
        "catalog-lint-inconsistent": (consistency.inconsistent, Severity.WARNING),
        # Two English words for one thing are as common as the mistake.
        "catalog-lint-same-translation": (consistency.same_translation, Severity.NOTE),
    }


def lint_catalog(
    messages: Sequence[Message],
    catalog: Catalog,
    *,
    source_language: str,
    rooms: Mapping[str, SlotLimits] | None = None,
) -> list[Finding]:
    """What a careful translator would notice in a catalog; `check_message` has what would break a picture.

    `rooms` are by msgctxt. Entries that are missing are not looked at, obsolete ones neither. A translator's comment
    `locstore-lint: ignore CODE`, or a flag `locstore-ignore:CODE`, silences a check for its entry; several codes are
    separated by commas, and `catalog-lint-` may be left out.
    """
    findings: list[Finding] = []
    for message in messages:
        entry = catalog.entries.get(message.key)
        if entry is None or entry.state is State.MISSING or (message.plural is None) != (entry.msgid_plural is None):
            continue
        room = (rooms or {}).get(message.context, SlotLimits())
        findings += _entry(message, entry, catalog, source_language, room)
    for code, (check, severity) in _whole().items():
        findings += [
            _finding(code, severity, entry, 0, problem, catalog)
            for entry, problem in check(messages, catalog)
            if code not in ignored(entry)
        ]
    return findings


def ignored(entry: Entry) -> frozenset[str]:
    """The codes of the checks that the entry's translator has silenced."""
    found = [m[1] for m in _IGNORE_COMMENT.finditer(entry.comment)]
    found += [flag.removeprefix(_IGNORE_FLAG) for flag in entry.flags if flag.startswith(_IGNORE_FLAG)]
    words = (word for text in found for word in text.replace(",", " ").split())
    return frozenset(_PREFIX + word.removeprefix(_PREFIX) for word in words)


def _entry(
    message: Message, entry: Entry, catalog: Catalog, source_language: str, room: SlotLimits
) -> Iterator[Finding]:
    silenced = ignored(entry)
    for form, text in enumerate(entry.msgstr):
        one = message.plural is None or form in catalog.plural.single
        pair = Pair(
            source=Side(message.source if one else message.plural or ""),
            text=Side(text),
            code=catalog.code,
            source_language=source_language,
            role=room.role,
            max_lines=room.max_lines,
        )
        for rule in rules():
            if rule.code not in silenced:
                for problem in rule.check(pair):
                    yield _finding(rule.code, rule.severity, entry, form, problem, catalog)


def _finding(code: str, severity: Severity, entry: Entry, form: int, problem: str, catalog: Catalog) -> Finding:
    where = f"msgctxt “{entry.context}”" + (f", msgstr[{form}]" if entry.msgid_plural is not None else "")
    return Finding(
        code=code,
        severity=severity,
        message=f"{where}: {problem}.",
        file=catalog.path,
        line=entry.msgstr_lines[form],
    )
