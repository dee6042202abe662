"""Editing an entry of a PO file: its own lines change, every other byte stays, and nobody's words are lost."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from catalog_files import HEADER, Write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from locstore import __version__
from locstore.catalog import (
    Edit,
    EditStatus,
    EntryText,
    State,
    edit_entries,
    edit_entry,
    entry_version,
    load_catalog,
)
from locstore.errors import EnvironmentProblem
from locstore.messages import Message

NOW = dt.datetime(2026, 11, 23, 5, 30, tzinfo=dt.UTC)
HERO = Message(context="hero/headline", source="Never forget")
PROOF = Message(context="hero/proof", source="{n} plant", plural="{n} plants")
LIGHT = Message(context="light/headline", source="Find *every* plant", comments=("Headline.",), file="c.yaml", line=7)
ENTRIES = """\
# A translator's note.
#. Headline, at most 3 lines.
#: c.yaml:3
msgctxt "hero/headline"
msgid "Never forget"
msgstr "N'oubliez jamais"

#: c.yaml:4
#, fuzzy, c-format
#| msgctxt "hero/proof"
#| msgid "{n} flower"
msgctxt "hero/proof"
msgid "{n} plant"
msgid_plural "{n} plants"
msgstr[0] "{n} plante"
msgstr[1] "{n} plantes"

#~ msgctxt "old/one"
#~ msgid "Gone"
#~ msgstr "Parti"

# The end.
"""


def save(path: Path, message: Message, text: str | dict[int, str], **more: object) -> object:
    options = {"expected": more.pop("expected", None), "fuzzy": bool(more.pop("fuzzy", False))}
    edit = Edit(message=message, text=text, **options)  # type: ignore[arg-type]
    return edit_entry(path, edit, display_path="fr.po", known_values={"n"}, now=NOW, **more)  # type: ignore[arg-type]


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that only one of the two files has, between the lines that both begin and end with."""
    old, new = before.split("\n"), after.split("\n")
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return old, new


class TestOneEntry:
    def test_one_line_changes(self, write: Write) -> None:
        path = write(ENTRIES, header=HEADER.replace('"PO-Revision-Date: \\n"\n', ""))
        before = path.read_text()
        result = save(path, HERO, "N'oubliez plus")
        assert result.status is EditStatus.SAVED
        assert changed_lines(before, path.read_text()) == (['msgstr "N\'oubliez jamais"'], ['msgstr "N\'oubliez plus"'])
        assert path.read_text().split("\n")[result.line - 1] == 'msgstr "N\'oubliez plus"'

    def test_the_same_words_write_nothing(self, write: Write) -> None:
        path = write(ENTRIES)
        before = path.stat()
        result = save(path, HERO, "N'oubliez jamais", expected="whatever was seen")
        assert result.status is EditStatus.UNCHANGED
        assert path.stat().st_mtime_ns == before.st_mtime_ns

    def test_a_plural_form_by_its_number_leaves_the_others(self, write: Write) -> None:
        path = write(ENTRIES)
        result = save(path, PROOF, {1: "{n} fleurs"}, fuzzy=True)
        assert result.mine == EntryText(("{n} plante", "{n} fleurs"), fuzzy=True)
        assert changed_lines(before := HEADER + ENTRIES, path.read_text())[1][-1] == 'msgstr[1] "{n} fleurs"', before

    def test_confirming_takes_the_flag_and_the_previous_text(self, write: Write) -> None:
        path = write(ENTRIES)
        save(path, PROOF, {0: "{n} plante"})
        text = path.read_text()
        assert "#, c-format\nmsgctxt" in text
        assert "#|" not in text
        assert "#: c.yaml:4\n" in text

    def test_the_flag_is_set_beside_other_flags(self, write: Write) -> None:
        path = write(ENTRIES.replace("fuzzy, c-format", "c-format"))
        save(path, PROOF, {0: "{n} plante ?"}, fuzzy=True)
        assert '#, fuzzy, c-format\n#| msgctxt "hero/proof"' in path.read_text()

    def test_the_flag_is_set_below_the_comments(self, write: Write) -> None:
        path = write(ENTRIES)
        save(path, HERO, "Jamais ?", fuzzy=True)
        assert '#: c.yaml:3\n#, fuzzy\nmsgctxt "hero/headline"\n' in path.read_text()

    def test_an_empty_text_is_missing_and_never_fuzzy(self, write: Write) -> None:
        path = write(ENTRIES)
        result = save(path, HERO, "", fuzzy=True)
        assert result.status is EditStatus.SAVED
        catalog, _ = load_catalog(path, code="fr", display_path="fr.po")
        assert catalog is not None
        assert catalog.entries[HERO.key].state is State.MISSING
        assert catalog.entries[HERO.key].flags == ()


class TestHeader:
    def test_fields_that_are_there_are_kept_up_to_date(self, write: Write) -> None:
        header = HEADER.replace('"MIME', '"X-Generator: Poedit 3.4\\n"\n"MIME')
        path = write(ENTRIES, header=header)
        save(path, HERO, "Plus jamais", translator="Zoë\n Ümlaut <z@example.org>")
        fields = polib.pofile(str(path)).metadata
        assert fields["PO-Revision-Date"] == "2026-11-23 05:30+0000"
        assert fields["X-Generator"] == f"locstore {__version__}"
        assert fields["Last-Translator"] == "Zoë Ümlaut <z@example.org>"
        assert list(fields) == list(polib.pofile(header + ENTRIES).metadata)

    def test_fields_that_are_not_there_stay_away(self, write: Write) -> None:
        header = HEADER.replace('"PO-Revision-Date: \\n"\n"Last-Translator: \\n"\n', "")
        path = write(ENTRIES, header=header)
        save(path, HERO, "Plus jamais", translator="Zoë")
        assert path.read_text().startswith(header)

    def test_without_a_name_the_last_translator_stays(self, write: Write) -> None:
        path = write(ENTRIES, header=HEADER.replace("Last-Translator: ", "Last-Translator: Ann"))
        save(path, HERO, "Plus jamais")
        assert polib.pofile(str(path)).metadata["Last-Translator"] == "Ann"

    @pytest.mark.parametrize(
        "field",
        [
            '"Last-Translator: A very long name "\n"<with@an.address>\\n"\n',
            '"Last-Translator: A"\n"B"\n"C\\nX-Two: 2\\n"\n',
            '"X-One: 1\\nLast-Translator: A\\nX-Two: 2\\n"\n',
        ],
    )
    def test_fields_on_odd_lines(self, write: Write, field: str) -> None:
        path = write(ENTRIES, header=HEADER.replace('"Last-Translator: \\n"\n', field))
        before = dict(polib.pofile(str(path)).metadata)
        save(path, HERO, "Plus jamais", translator="Zoë")
        assert polib.pofile(str(path)).metadata == before | {
            "Last-Translator": "Zoë",
            "PO-Revision-Date": "2026-11-23 05:30+0000",
        }


class TestConflicts:
    def version(self, path: Path, message: Message) -> str:
        catalog, _ = load_catalog(path, code="fr", display_path="fr.po")
        assert catalog is not None
        return entry_version(catalog.entries.get(message.key))

    def test_the_same_entry_changed_on_disk(self, write: Write) -> None:
        path = write(ENTRIES)
        seen = self.version(path, HERO)
        save(path, HERO, "Theirs")
        before = path.read_bytes()
        result = save(path, HERO, "Mine", expected=seen)
        assert result.status is EditStatus.CONFLICT
        assert result.mine == EntryText(("Mine",), fuzzy=False)
        assert result.theirs == EntryText(("Theirs",), fuzzy=False)
        assert path.read_bytes() == before
        again = save(path, HERO, "Mine", expected=result.version)
        assert again.status is EditStatus.SAVED

    def test_another_entry_changed_on_disk(self, write: Write) -> None:
        path = write(ENTRIES)
        seen = self.version(path, HERO)
        save(path, PROOF, {0: "{n} theirs", 1: "{n} theirs"})
        assert save(path, HERO, "Mine", expected=seen).status is EditStatus.SAVED
        assert path.read_text().count("theirs") == 2

    def test_an_entry_that_update_has_added_meanwhile(self, write: Write) -> None:
        path = write(ENTRIES)
        seen = self.version(path, LIGHT)
        path.write_text(path.read_text() + f'\nmsgctxt "{LIGHT.context}"\nmsgid "{LIGHT.source}"\nmsgstr ""\n')
        assert save(path, LIGHT, "*Chaque* plante", expected=seen).status is EditStatus.SAVED

    def test_both_wrote_the_same(self, write: Write) -> None:
        path = write(ENTRIES)
        seen = self.version(path, HERO)
        save(path, HERO, "Pareil")
        assert save(path, HERO, "Pareil", expected=seen).status is EditStatus.UNCHANGED

    def test_only_the_conflicting_edit_of_several_is_left_out(self, write: Write) -> None:
        path = write(ENTRIES)
        edits = [Edit(message=HERO, text="Mine", expected="old"), Edit(message=LIGHT, text="*Trouvez*")]
        results = edit_entries(path, edits, display_path="fr.po", known_values={"n"}, now=NOW)
        assert [r.status for r in results] == [EditStatus.CONFLICT, EditStatus.SAVED]
        assert "N'oubliez jamais" in path.read_text()
        assert len({r.digest for r in results}) == 1


class TestNewEntries:
    def test_it_stands_after_the_last_in_use(self, write: Write) -> None:
        path = write(ENTRIES)
        result = save(path, LIGHT, "Trouvez *chaque* plante")
        assert result.status is EditStatus.SAVED
        new = (
            '\n#. Headline.\n#: c.yaml:7\nmsgctxt "light/headline"\nmsgid "Find *every* plant"\n'
            'msgstr "Trouvez *chaque* plante"\n'
        )
        last = 'msgstr[1] "{n} plantes"\n'
        assert path.read_text().partition("\n\n")[2] == ENTRIES.replace(last, last + new)

    def test_an_obsolete_entry_comes_back_with_its_comments(self, write: Write) -> None:
        path = write(ENTRIES.replace("#~ msgctxt", "# By Ann.\n#~ msgctxt"))
        result = save(path, Message(context="old/one", source="Gone"), "Disparu")
        assert result.status is EditStatus.SAVED
        text = path.read_text()
        assert '# By Ann.\nmsgctxt "old/one"\nmsgid "Gone"\nmsgstr "Disparu"\n' in text
        assert "#~" not in text
        assert load_catalog(path, code="fr", display_path="fr.po")[1] == []

    def test_below_a_last_line_without_its_end(self, write: Write) -> None:
        path = write('msgctxt "a/b"\nmsgid "A"\nmsgstr "B"')
        save(path, HERO, "Jamais")
        assert path.read_text().endswith('msgstr "B"\n\nmsgctxt "hero/headline"\nmsgid "Never forget"\nmsgstr "Jamais"')


class TestRefusals:
    @pytest.mark.parametrize(
        ("message", "text", "code"),
        [
            (HERO, "a\x00b", "catalog-character"),
            (HERO, "a\u202eb", "catalog-character"),
            (HERO, "a\u2028b", "catalog-character"),
            (HERO, "a\ud800b", "catalog-character"),
            (HERO, "x" * 2001, "catalog-too-long"),
            (HERO, "{n", "catalog-placeholder-malformed"),
            (HERO, "{name}", "catalog-placeholder-unknown"),
            (HERO, "*half", "catalog-highlight-malformed"),
            (PROOF, {0: "one", 1: "many"}, "catalog-placeholder-lost"),
            (PROOF, {0: "", 1: "a\x07"}, "catalog-character"),
            (PROOF, {2: "{n}"}, "catalog-plural-count"),
            (Message(context="a/b", source="a\u2028b"), "x", "catalog-source-character"),
            (Message(context="hero/headline", source="Never forget", plural="Nevers"), "x", "catalog-outdated"),
        ],
    )
    def test_what_must_not_be_painted(self, write: Write, message: Message, text: str, code: str) -> None:
        path = write(ENTRIES)
        before = path.read_bytes()
        result = save(path, message, text)
        assert result.status is EditStatus.REFUSED
        assert code in {f.code for f in result.findings}
        assert path.read_bytes() == before

    def test_work_in_progress_is_kept_as_fuzzy(self, write: Write) -> None:
        path = write(ENTRIES)
        result = save(path, PROOF, {0: "{n} plante", 1: "perdu"}, fuzzy=True)
        assert result.status is EditStatus.SAVED
        assert [f.code for f in result.findings] == ["catalog-placeholder-lost"]
        assert result.findings[0].line == result.line + 1

    def test_a_broken_file(self, write: Write) -> None:
        path = write(ENTRIES + "rubbish\n")
        result = save(path, HERO, "Jamais")
        assert result.status is EditStatus.REFUSED
        assert {f.code for f in result.findings} == {"catalog-syntax"}

    def test_no_file_and_no_header(self, tmp_path: Path, write: Write) -> None:
        assert save(tmp_path / "none.po", HERO, "Jamais").findings[0].code == "catalog-unreadable"
        assert save(write("", header=""), HERO, "Jamais").findings[0].code == "catalog-header"

    def test_a_header_without_the_rule_for_a_plural(self, write: Write) -> None:
        path = write(ENTRIES, header="\n".join(line for line in HEADER.split("\n") if "Plural" not in line))
        assert save(path, PROOF, {0: "{n}"}).findings[0].code == "catalog-plural-forms-missing"
        assert save(path, HERO, "Jamais").status is EditStatus.SAVED

    def test_edits_that_are_none(self, write: Write) -> None:
        for text in ({}, {-1: "x"}):
            with pytest.raises(ValueError, match="hero/headline"):
                save(write(ENTRIES), HERO, text)


class TestOtherWriters:
    def test_a_program_that_saves_between_reading_and_writing(
        self, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write(ENTRIES)
        whole = path.read_text()
        import locstore.catalog.edit as module

        calls = []

        def parse(text: str, *rest: object, **more: object) -> str:
            if not calls:
                path.write_text(whole.replace("{n} plantes", "{n} theirs"))
            calls.append(1)
            return real(text, *rest, **more)  # type: ignore[arg-type]

        real = module.rewritten
        monkeypatch.setattr(module, "rewritten", parse)
        assert save(path, HERO, "Mine").status is EditStatus.SAVED
        assert "{n} theirs" in path.read_text()
        assert "Mine" in path.read_text()

    def test_processes_lose_nothing(self, write: Write) -> None:
        messages = [Message(context=f"s/{i}", source=f"Text {i}") for i in range(12)]
        path = write("".join(f'msgctxt "{m.context}"\nmsgid "{m.source}"\nmsgstr ""\n\n' for m in messages))
        with multiprocessing.get_context("spawn").Pool(3) as pool:
            assert pool.starmap(_edit_in_process, [(path, m) for m in messages], 1) == [EditStatus.SAVED] * 12
        catalog, findings = load_catalog(path, code="fr", display_path="fr.po")
        assert catalog is not None
        assert findings == []
        assert {e.msgstr for e in catalog.entries.values()} == {(f"Texte {i}",) for i in range(12)}

    def test_a_folder_that_may_not_be_written(self, tmp_path: Path) -> None:
        with pytest.raises(EnvironmentProblem, match="cannot be locked"):
            save(tmp_path / "gone" / "fr.po", HERO, "x")


def _edit_in_process(path: Path, message: Message) -> EditStatus:
    edit = Edit(message=message, text=message.source.replace("Text", "Texte"))
    return edit_entry(path, edit, display_path="fr.po", known_values=(), now=NOW).status


# Properties: whatever the file looks like, an edit leaves every other line as it is, byte for byte.

_WORDS = st.text(st.sampled_from('ab "\\é*水 \n'), max_size=30).map(str.strip)
_LONG = st.lists(st.sampled_from(["wide", "words", 'a "quote"', "é水", "x-y"]), max_size=60).map(" ".join)


@st.composite
def po_files(draw: st.DrawFn) -> tuple[bytes, list[Message]]:
    """A PO file with entries of every kind, its line ends, wrapping and mark drawn, and its messages."""
    width = draw(st.sampled_from([0, 40, 78, 80]))
    messages, blocks = [], []
    for number in range(draw(st.integers(1, 5))):
        plural = f"{number} things" if draw(st.booleans()) else None
        message = Message(context=f"screen/{number}", source=f"{number} thing", plural=plural)
        messages.append(message)
        forms = draw(st.lists(_LONG, min_size=2, max_size=2))
        entry = polib.POEntry(msgctxt=message.context, msgid=message.source, msgstr=forms[0])
        if plural:
            entry.msgid_plural, entry.msgstr_plural = plural, dict(enumerate(forms))
        entry.flags = draw(st.sampled_from([[], ["fuzzy"], ["c-format"], ["no-wrap", "fuzzy"]]))
        if "fuzzy" in entry.flags and draw(st.booleans()):
            entry.previous_msgid = "before"
        entry.tcomment = draw(st.sampled_from(["", "By Ann.\nAgain"]))
        entry.comment = draw(st.sampled_from(["", "Headline."]))
        block = entry.__unicode__(width).rstrip("\n")
        blocks.append(block.replace("#, fuzzy", "#,fuzzy") if draw(st.booleans()) else block)
    blocks += draw(st.sampled_from([[], ['#~ msgctxt "o"\n#~ msgid "O"\n#~ msgstr "P"'], ["# loose"]]))
    gap = draw(st.sampled_from(["\n\n", "\n\n\n"]))
    text = (
        HEADER.replace('"PO-Revision-Date: \\n"\n', "") + gap.join(blocks) + draw(st.sampled_from(["", "\n", "\n\n"]))
    )
    data = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + data, messages


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(file=po_files(), form=st.one_of(_WORDS, _LONG), fuzzy=st.booleans(), pick=st.integers(0, 4))
def test_every_other_line_stays(
    tmp_path: Path, file: tuple[bytes, list[Message]], form: str, fuzzy: bool, pick: int
) -> None:
    data, messages = file
    message = messages[pick % len(messages)]
    path = tmp_path / "fr.po"
    path.write_bytes(data)
    result = save(path, message, {0: form}, fuzzy=fuzzy)
    after = path.read_bytes()
    if result.status is not EditStatus.SAVED:
        assert after == data
        return
    old, new = data.split(b"\n"), after.split(b"\n")
    _, own_start, own_end = _span(old, message)
    head, tail = old[:own_start], old[own_end:]
    assert new[: len(head)] == head
    assert not tail or new[-len(tail) :] == tail
    own, was = new[len(head) : len(new) - len(tail)], old[own_start:own_end]
    kept = [line for line in was if not line.startswith((b"msgstr", b'"', b"#,", b"#|"))]
    assert [line for line in own if not line.startswith((b"msgstr", b'"', b"#,", b"#|"))] == kept
    path.write_bytes(after.removeprefix(b"\xef\xbb\xbf"))
    catalog, _ = load_catalog(path, code="fr", display_path="fr.po")
    assert catalog is not None
    entry = catalog.entries[message.key]
    assert entry.msgstr[0] == form
    assert ("fuzzy" in entry.flags) == result.mine.fuzzy
    assert entry_version(entry) == result.version
    assert after.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    assert (b"\r\n" in after) == (b"\r\n" in data)
    ends = {line.endswith(b"\r") for line in new[:-1]}
    assert len(ends) == 1


def test_the_last_line_of_a_file_without_a_line_end_may_become_several(tmp_path: Path) -> None:
    """The new ones end as the lines above do."""
    path = tmp_path / "fr.po"
    header = b'msgid ""\r\nmsgstr ""\r\n"Language: fr\\n"\r\n\r\n'
    message = Message(context="a", source="one\ntwo", plural=None, comments=(), file="", line=0)
    path.write_bytes(header + b'msgctxt "a"\r\nmsgid ""\r\n"one\\n"\r\n"two"\r\nmsgstr ""')
    assert save(path, message, {0: "un\ndeux"}, fuzzy=False).status is EditStatus.SAVED
    assert path.read_bytes().endswith(b'msgstr ""\r\n"un\\n"\r\n"deux"')


def _span(lines: list[bytes], message: Message) -> tuple[int, int, int]:
    """The entry's msgctxt line, and the lines from its comments to its last string."""
    context = next(i for i, line in enumerate(lines) if line.strip() == f'msgctxt "{message.context}"'.encode())
    start = end = context
    while start and lines[start - 1].startswith(b"#") and not lines[start - 1].startswith(b"#~"):
        start -= 1
    while end < len(lines) and lines[end].strip() and not lines[end].startswith(b"#"):
        end += 1
    return context, start, end


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="GNU gettext is not installed (apt-get install gettext)")
def test_msgfmt_takes_the_result(write: Write) -> None:
    path = write(ENTRIES)
    save(path, LIGHT, "Trouvez *chaque* plante à l'endroit où elle aime vivre, près d'une fenêtre ou au fond du salon")
    save(path, PROOF, {0: '{n} "plante"', 1: "{n} plantes"})
    checked = subprocess.run(["msgfmt", "-c", "-o", "/dev/null", str(path)], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("width", [40, 60, 77, 79])
def test_the_files_own_wrapping_goes_on(write: Write, width: int) -> None:
    texts = ["Des mots et encore des mots, " * n for n in (3, 6, 9)]
    entries = [polib.POEntry(msgctxt=f"s/{i}", msgid=f"T{i}", msgstr=t.strip()) for i, t in enumerate(texts)]
    path = write("\n".join(e.__unicode__(width) for e in entries))
    new = "Autre chose, tout autre chose, mais toujours aussi long, " * 3 + "voilà"
    save(path, Message(context="s/1", source="T1"), new)
    expected = polib.POEntry(msgctxt="s/1", msgid="T1", msgstr=new).__unicode__(width)
    assert expected in path.read_text()


def test_a_file_that_does_not_wrap(write: Write) -> None:
    long = "Des mots et encore des mots, " * 6 + "voilà"
    path = write(f'msgctxt "s/0"\nmsgid "T0"\nmsgstr "{long}"\n')
    save(path, Message(context="s/0", source="T0"), long.replace("mots", "paroles"))
    assert f'msgstr "{long.replace("mots", "paroles")}"\n' in path.read_text()
