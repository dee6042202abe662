"""The scanner on anything: it never fails, and what it lets through polib reads as it was written."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import locstore.catalog
from locstore.catalog import load_catalog, write_pot
from locstore.catalog.source import parse_source
from locstore.findings import Severity
from locstore.messages import Message

LINES = st.sampled_from(
    [
        'msgid "a"',
        'msgid "b"',
        'msgid ""',
        'msgid"c"',
        'msgctxt "k"',
        'msgstr "x"',
        'msgstr[0] "p"',
        'msgstr[1] "q"',
        'msgid_plural "as"',
        '"more"',
        "# c",
        "##c",
        "#",
        "#. e",
        "#: r:1",
        "#,fuzzy",
        '#| msgid "o"',
        '#|"more"',
        '#~ msgid "d"',
        '#~msgstr "y"',
        '#~| msgid "z"',
        "#~",
        "",
        "garbage",
        'msgid "open',
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=12).map("\n".join) | st.text(), st.sampled_from(["", "\n"]))
def test_any_text_is_read_or_reported(text: str, end: str) -> None:
    source, findings = parse_source((text + end).encode("utf-8"), "fr.po")
    broken = source is None or source.broken
    assert broken == any(f.severity is Severity.ERROR for f in findings)
    assert all(f.line and f.line <= text.count("\n") + 2 for f in findings)
    if source is not None and not broken:
        # Every line that says anything is in exactly one place.
        lines = [line.removesuffix("\r") for line in text.split("\n")]
        kept = [line for record in source.records for line in record.block.lines]
        kept += source.header.lines if source.header else ()
        kept += source.trailing
        assert sorted(kept) == sorted(line for line in lines if line.strip(" \t") not in ("", "#~"))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=300))
def test_any_words_survive_writing_and_reading(text: str) -> None:
    messages = [Message(context="a/b", source=text), Message(context="c\n\t", source='"\\' + text, plural=text + "\n")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "garden.pot"
        write_pot(messages, path, project="garden")
        catalog, _ = load_catalog(path, code="en", display_path="garden.pot")
    assert catalog is not None
    assert list(catalog.entries) == [message.key for message in messages]
    assert [entry.msgid_plural for entry in catalog.entries.values()] == [None, text + "\n"]


def test_the_public_names_are_all_there() -> None:
    assert len(set(locstore.catalog.__all__)) == len(locstore.catalog.__all__)
    assert all(hasattr(locstore.catalog, name) for name in locstore.catalog.__all__)
