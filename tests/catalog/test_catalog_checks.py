"""Checks of translations against their messages."""

from __future__ import annotations

import pytest
from catalog_files import HEADER, HEADER_LINES, Load

from locstore.catalog import Catalog, State, check_message
from locstore.findings import Finding, Severity, sort_findings
from locstore.messages import Message

VALUES = {"n", "price", "day"}


def check(
    load: Load, message: Message, *msgstr: str, flags: str = "", header: str = HEADER, **options: object
) -> list[Finding]:
    """The findings about a message with these translations."""
    lines = [flags] if flags else []
    lines += [f'msgctxt "{message.context}"', f'msgid "{message.source}"']
    if message.plural is None:
        lines += [f'msgstr "{msgstr[0]}"']
    else:
        lines += [f'msgid_plural "{message.plural}"', *(f'msgstr[{i}] "{s}"' for i, s in enumerate(msgstr))]
    catalog, _ = load("\n".join(lines) + "\n", header=header)
    assert isinstance(catalog, Catalog)
    entry = catalog.entries[message.key]
    return check_message(message, entry, catalog, VALUES, **options)  # type: ignore[arg-type]


def single(source: str) -> Message:
    return Message(context="hero/headline", source=source)


PLANTS = Message(context="hero/proof", source="{n} plant", plural="{n} plants")


def test_a_good_translation(load: Load) -> None:
    assert check(load, single("Save *{price}* a year"), "*{price}* d'économies par an") == []
    assert check(load, PLANTS, "{n} plante", "{n} plantes") == []


@pytest.mark.parametrize(
    ("source", "msgstr", "code", "severity"),
    [
        ("{n} left", "{m} restants {n}", "catalog-placeholder-unknown", "error"),
        ("{n} left", "restants", "catalog-placeholder-lost", "error"),
        ("{n} left", "{n restants", "catalog-placeholder-malformed", "error"),
        ("{n} left", "{ n } restants", "catalog-placeholder-malformed", "error"),
        ("*A* b", "*a b", "catalog-highlight-malformed", "error"),
        ("*A* b", "**a** b", "catalog-highlight-malformed", "error"),
        ("*A* b", "a b", "catalog-highlight-lost", "warning"),
        ("*A* b", "5\\\\* b", "catalog-highlight-lost", "warning"),
        ("a", "a ", "catalog-whitespace", "warning"),
        ("a", "a\u202e", "catalog-character", "error"),
    ],
)
def test_each_problem_names_its_place(load: Load, source: str, msgstr: str, code: str, severity: str) -> None:
    (finding,) = check(load, single(source), msgstr)
    assert (finding.code, finding.severity) == (code, severity)
    assert finding.place == f"fr.po:{HEADER_LINES + 3}"
    assert "“hero/headline”" in finding.message


def test_a_value_of_the_concept_may_be_added(load: Load) -> None:
    assert check(load, single("Today"), "{day}") == []
    (finding,) = check(load, single("Today"), "{jour}")
    assert "{jour}" in finding.message


def test_every_form_is_checked_at_its_line(load: Load) -> None:
    findings = check(load, PLANTS, "une plante", "des plantes {x}")
    assert [(f.code, f.line - HEADER_LINES if f.line else 0) for f in findings] == [
        ("catalog-placeholder-lost", 4),
        ("catalog-placeholder-unknown", 5),
        ("catalog-placeholder-lost", 5),
    ]
    assert "msgstr[1]" in findings[1].message


ENGLISH = HEADER.replace("(n > 1)", "(n != 1)")


def test_a_form_for_one_number_may_spell_it_out(load: Load) -> None:
    assert check(load, PLANTS, "one plant", "{n} plants", header=ENGLISH) == []
    assert [f.line for f in check(load, PLANTS, "{n} plant", "plants", header=ENGLISH)] == [HEADER_LINES + 5]
    # French 0 and 1 share a form, so it cannot name the number.
    assert [f.code for f in check(load, PLANTS, "une plante", "{n} plantes")] == ["catalog-placeholder-lost"]


def test_only_the_count_may_be_left_out(load: Load) -> None:
    message = Message(context="a/b", source="{n} plant for {price}", plural="{n} plants for {price}")
    texts = ("one plant", "{n} plants for {price}")
    lost = check(load, message, *texts, header=ENGLISH, count="n")
    assert ["{price}" in f.message for f in lost] == [True]
    # Without `count`, nothing says which of the two it is.
    assert len(check(load, message, *texts, header=ENGLISH)) == 2
    message = Message(context="a/b", source="A plant for {price}", plural="{n} plants for {price}")
    assert check(load, message, "one for {price}", "{n} for {price}", header=ENGLISH) == []


def test_missing_translations_are_not_checked(load: Load) -> None:
    assert check(load, single("{n} left"), "") == []


def test_fuzzy_ones_are_checked_as_far_as_they_are_used(load: Load) -> None:
    for allowed, severity in ((False, Severity.WARNING), (True, Severity.ERROR)):
        (finding,) = check(load, single("{n}"), "x", flags="#, fuzzy", allow_fuzzy=allowed)
        assert finding.severity is severity


def test_a_changed_plural_is_out_of_date(load: Load) -> None:
    catalog, _ = load('msgid "{n} plant"\nmsgid_plural "{n} plants"\nmsgstr[0] "{n} a"\nmsgstr[1] "{n} b"\n')
    assert catalog is not None
    entry = catalog.entries["", "{n} plant"]
    assert entry.state is State.TRANSLATED
    for plural, severity in (("{n} more plants", Severity.WARNING), (None, Severity.ERROR)):
        message = Message(context="", source="{n} plant", plural=plural)
        (finding,) = check_message(message, entry, catalog, VALUES)
        assert (finding.code, finding.severity) == ("catalog-outdated", severity)


def test_what_loading_reports_is_reported_in_the_same_words(load: Load) -> None:
    catalog, loaded = load('msgid "a"\nmsgstr "b\u202e "\n')
    assert catalog is not None
    found = check_message(Message(context="", source="a"), catalog.entries["", "a"], catalog, ())
    assert len(found) == 2
    assert sort_findings([*loaded, *found]) == sort_findings(loaded)


def test_a_broken_source_is_the_concepts_problem(load: Load) -> None:
    assert check(load, single("{n left *x"), "n left") == []
