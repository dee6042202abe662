"""Properties of every update, and the same files through GNU gettext's own msgfmt and msgmerge."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import tempfile
from pathlib import Path

import polib
import pytest
from catalog_files import HEADER
from hypothesis import given, settings
from hypothesis import strategies as st

from locstore.catalog import Catalog, State, UpdateResult, load_catalog, update_catalog, write_pot
from locstore.messages import Message

CONTEXTS = ["hero/headline", "hero/proof", "week/caption", "sync/caption", "light/x"]
SOURCES = [
    "Never forget to water",
    "Never forget to water again",
    "{n} plant kept alive",
    "{n} plant",
    "Reminders that follow the weather, all year round, wherever your garden may be in this wide world",
    'Say "hello" \\ to\nyour garden',
]
PLURALS = [None, None, "{n} plants", "{n} plants kept alive"]
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"]), min_size=1, max_size=30
)
# msgfmt -c wants msgid and msgstr to agree about line ends at the ends, so there are none.
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map("\n".join).filter(lambda text: text.strip() == text)


@dataclasses.dataclass(frozen=True)
class Old:
    """An entry of the old file."""

    context: str
    source: str
    plural: str | None
    forms: tuple[str, str]
    comments: tuple[str, ...]
    flags: tuple[str, ...]
    obsolete: bool

    @property
    def words(self) -> list[str]:
        return [form for form in self.forms[: 1 if self.plural is None else 2] if form]

    def text(self) -> str:
        entry = polib.POEntry(msgctxt=self.context, msgid=self.source, obsolete=self.obsolete, flags=list(self.flags))
        if self.plural is None:
            entry.msgstr = self.forms[0]
        else:
            entry.msgid_plural = self.plural
            entry.msgstr_plural = dict(enumerate(self.forms))
        return "".join(f"# {comment}\n" for comment in self.comments) + str(entry)


OLD = st.lists(
    st.builds(
        Old,
        context=st.sampled_from(CONTEXTS),
        source=st.sampled_from(SOURCES),
        plural=st.sampled_from(PLURALS),
        forms=st.tuples(TEXTS | st.just(""), TEXTS | st.just("")),
        comments=st.lists(WORDS.map(str.strip).filter(bool), max_size=2).map(tuple),
        flags=st.sampled_from([(), ("fuzzy",), ("no-wrap",), ("fuzzy", "no-wrap")]),
        obsolete=st.booleans(),
    ),
    max_size=7,
    unique_by=lambda old: (old.context, old.source),
)
MESSAGES = st.lists(
    st.builds(
        Message,
        context=st.sampled_from(CONTEXTS),
        source=st.sampled_from(SOURCES),
        plural=st.sampled_from(PLURALS),
        comments=st.sampled_from([(), ("Warm tone.",)]),
        file=st.just("garden.yaml"),
        line=st.integers(1, 99),
    ),
    max_size=7,
    unique_by=lambda message: message.key,
)


def update(path: Path, messages: list[Message]) -> UpdateResult:
    return update_catalog(path, messages, code="fr", locale="fr", project="garden", display_path="fr.po")


def written(folder: str, old: list[Old]) -> Path:
    path = Path(folder) / "fr.po"
    path.write_text(HEADER + "\n".join(entry.text() for entry in old), encoding="utf-8")
    return path


def loaded(path: Path) -> Catalog:
    catalog, findings = load_catalog(path, code="fr", display_path="fr.po")
    assert catalog is not None, findings
    return catalog


def holds(path: Path, word: str) -> bool:
    """Whether a translation stands in the file: as a msgstr, or in the comment that keeps a lost form."""
    catalog = loaded(path)
    entries = [*catalog.entries.values(), *catalog.obsolete]
    quoted = f' was "{polib.escape(word)}"\n'
    return any(word in entry.msgstr for entry in entries) or quoted in path.read_text(encoding="utf-8")


@settings(max_examples=60, deadline=None)
@given(OLD, MESSAGES)
def test_nothing_is_lost_and_every_message_is_there(old: list[Old], messages: list[Message]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, old)
        result = update(path, messages)
        text = path.read_text(encoding="utf-8")
        catalog = loaded(path)
        assert all(holds(path, word) for entry in old for word in entry.words)
        assert not update(path, messages).changed

    assert result.findings == ()
    assert all(f"# {comment}\n" in text for entry in old for comment in entry.comments)
    assert list(catalog.entries) == [message.key for message in messages]
    outcomes = [*result.added, *result.fuzzied, *result.revived, *result.unchanged]
    assert sorted(outcomes) == sorted(message.key for message in messages)


@settings(max_examples=60, deadline=None)
@given(OLD, MESSAGES)
def test_states_after_an_update(old: list[Old], messages: list[Message]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, old)
        before = loaded(path)
        result = update(path, messages)
        after = loaded(path)
    was = {entry.key: entry for entry in [*before.entries.values(), *before.obsolete]}
    for message in messages:
        entry = after.entries[message.key]
        earlier = was.get(message.key)
        if earlier is not None and earlier.msgid_plural == message.plural:
            # The same message keeps its translation and its state, also when it was obsolete.
            assert (entry.msgstr, entry.state) == (earlier.msgstr, earlier.state)
        else:
            # Words that were made for another text must be looked at.
            assert entry.state is not State.TRANSLATED
            assert ("fuzzy" in entry.flags) == any(entry.msgstr)
        assert (message.key in result.fuzzied) <= ("fuzzy" in entry.flags)


needs_gettext = pytest.mark.skipif(
    not (shutil.which("msgfmt") and shutil.which("msgmerge")), reason="GNU gettext's msgfmt and msgmerge are missing"
)


def msgfmt(path: Path) -> None:
    done = subprocess.run(
        ["msgfmt", "-c", "-o", "/dev/null", path], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@needs_gettext
@settings(max_examples=25, deadline=None)
@given(OLD, MESSAGES)
def test_msgfmt_accepts_every_update(old: list[Old], messages: list[Message]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, old)
        update(path, messages)
        msgfmt(path)


@needs_gettext
@settings(max_examples=25, deadline=None)
@given(OLD, MESSAGES.filter(bool))  # msgmerge writes no file for an empty template
def test_msgmerge_agrees(old: list[Old], messages: list[Message]) -> None:
    """The same active entries in the same order, the same translation where the message is the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, old)
        pot = Path(folder) / "garden.pot"
        write_pot(messages, pot, project="garden")
        merged = Path(folder) / "merged.po"
        subprocess.run(["msgmerge", "-q", "--previous", "-o", merged, path, pot], check=True, capture_output=True)
        was = loaded(path)
        update(path, messages)
        ours, theirs = loaded(path), loaded(merged)
        # What they keep as obsolete, a slot's new text may have taken over here.
        assert all(holds(path, word) for entry in theirs.obsolete for word in entry.msgstr if word)
    assert list(ours.entries) == list(theirs.entries)
    known = {entry.key: entry for entry in [*was.entries.values(), *was.obsolete]}
    for key, entry in ours.entries.items():
        earlier = known.get(key)
        if earlier is not None and earlier.msgid_plural == entry.msgid_plural:
            assert (entry.msgstr, entry.state) == (theirs.entries[key].msgstr, theirs.entries[key].state)


@needs_gettext
@pytest.mark.parametrize("code", ["ar", "de", "fil", "he", "ja", "lv", "pl", "pt_BR", "zh_Hans"])
def test_msgfmt_accepts_every_new_catalog(tmp_path: Path, code: str) -> None:
    path = tmp_path / f"{code}.po"
    messages = [
        Message(context="a/b", source='Say "hi" \\*', comments=("A comment.",), file="my garden.yaml", line=3),
        Message(context="a/c", source="{n} plant", plural="{n} plants", file="garden.yaml", line=4),
    ]
    update_catalog(path, messages, code=code, locale=code, project="garden", display_path="x.po")
    msgfmt(path)


@needs_gettext
def test_msgfmt_and_the_scanner_agree_about_broken_files(tmp_path: Path) -> None:
    path = tmp_path / "fr.po"
    for entry in (
        'msgid "a\nmsgstr "b"\n',
        'msgid "a"\nmsgstr b\n',
        'msgid "a"\nmsgstr "\\q"\n',
        'msgid "a"\n# comment\nmsgstr "b"\n',
        'msgid "a"\n\nmsgid "b"\nmsgstr "c"\n',
        '#~ msgid "a"\nmsgstr "b"\n',
        'msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[2] "c"\n',
        'msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\n',
        'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n',
        "nonsense\n",
    ):
        path.write_text(HEADER + entry)
        _, findings = load_catalog(path, code="fr", display_path="fr.po")
        done = subprocess.run(["msgfmt", "-c", "-o", "/dev/null", path], capture_output=True, check=False)
        assert done.returncode != 0
        assert [f for f in findings if f.severity == "error"], entry
