"""Updating PO files: msgmerge's meaning, line by line."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from catalog_files import HEADER, Write

from locstore.catalog import UpdateResult, update_catalog
from locstore.messages import Message
from locstore.values import LocaleCodeError


def message(context: str, source: str, plural: str | None = None, comment: str = "") -> Message:
    return Message(context=context, source=source, plural=plural, comments=(comment,) if comment else ())


def update(path: Path, *messages: Message, code: str = "fr") -> UpdateResult:
    return update_catalog(path, messages, code=code, locale=code, project="garden", display_path=path.name)


def updated(write: Write, old: str, *messages: Message) -> tuple[UpdateResult, str]:
    """The result, and the entries of the new file; a second update must change nothing."""
    path = write(old)
    result = update(path, *messages)
    text = path.read_text(encoding="utf-8")
    again = update(path, *messages)
    assert (again.changed, path.read_text(encoding="utf-8")) == (False, text)
    assert text.startswith(HEADER)
    return result, text.removeprefix(HEADER)


A = message("hero/headline", "Never forget to water")
A_FR = 'msgctxt "hero/headline"\nmsgid "Never forget to water"\nmsgstr "N\'oubliez plus"\n'
B = message("week/caption", "Reminders that follow the weather")
B_FR = 'msgctxt "week/caption"\nmsgid "Reminders that follow the weather"\nmsgstr "Des rappels"\n'
PLANTS = message("hero/proof", "{n} plant", "{n} plants")
PLANTS_FR = (
    'msgctxt "hero/proof"\nmsgid "{n} plant"\nmsgid_plural "{n} plants"\n'
    'msgstr[0] "{n} plante"\nmsgstr[1] "{n} plantes"\n'
)


def test_nothing_to_do_touches_nothing(write: Write) -> None:
    odd = (
        "#   odd  spacing stays\n#,fuzzy, no-wrap\n"
        '#| msgid "Nevr"\nmsgctxt "hero/headline"\n\nmsgid"Never "\n   "forget to water"\nmsgstr "N\'oubliez plus"'
    )
    path = write(odd + "\n\n\n\n# the end, without a line end")
    before = path.read_bytes()
    os.utime(path, (1, 1))
    result = update(path, A)
    assert not result.changed
    assert result.unchanged == (A.key,)
    assert (path.read_bytes(), path.stat().st_mtime) == (before, 1)


def test_a_new_message_is_added_in_the_concepts_order(write: Write) -> None:
    result, text = updated(write, B_FR, A, B)
    assert (result.added, result.unchanged) == ((A.key,), (B.key,))
    assert text == 'msgctxt "hero/headline"\nmsgid "Never forget to water"\nmsgstr ""\n\n' + B_FR


def test_a_new_plural_has_the_headers_number_of_forms(write: Write) -> None:
    _, text = updated(write, "", PLANTS)
    assert text.endswith('msgid_plural "{n} plants"\nmsgstr[0] ""\nmsgstr[1] ""\n')


def test_new_text_in_a_slot_is_fuzzy_with_the_previous_one(write: Write) -> None:
    new = message("hero/headline", "Something else entirely", comment="Verb first.")
    result, text = updated(write, "# Warm, please.\n#, no-wrap\n" + A_FR, new)
    assert (result.fuzzied, result.obsoleted) == ((new.key,), ())
    assert text == (
        "# Warm, please.\n#. Verb first.\n#, fuzzy, no-wrap\n"
        '#| msgctxt "hero/headline"\n#| msgid "Never forget to water"\n'
        'msgctxt "hero/headline"\nmsgid "Something else entirely"\nmsgstr "N\'oubliez plus"\n'
    )


def test_a_fuzzy_entry_keeps_the_text_it_was_made_for(write: Write) -> None:
    old = '#, fuzzy\n#| msgid "First"\nmsgctxt "a/b"\nmsgid "Second"\nmsgstr "Premier"\n'
    _, text = updated(write, old, message("a/b", "Third"))
    assert '#| msgid "First"\n' in text
    assert "Second" not in text


def test_a_similar_text_elsewhere_is_suggested(write: Write) -> None:
    new = message("sync/caption", "Reminders that follow the sun")
    result, text = updated(write, "# Mine.\n" + B_FR, B, new)
    assert (result.fuzzied, result.unchanged) == ((new.key,), (B.key,))
    # B keeps its comment; what is lent is the translation.
    assert text == "# Mine.\n" + B_FR + (
        '\n#, fuzzy\n#| msgctxt "week/caption"\n#| msgid "Reminders that follow the weather"\n'
        'msgctxt "sync/caption"\nmsgid "Reminders that follow the sun"\nmsgstr "Des rappels"\n'
    )
    result, _ = updated(write, B_FR, B, message("sync/caption", "Save on new plants"))
    assert result.fuzzied == ()


def test_a_text_that_moves_to_another_slot_takes_its_comments_along(write: Write) -> None:
    new = message("week/headline", B.source)
    result, text = updated(write, "# Mine.\n" + B_FR, new)
    assert (result.fuzzied, result.obsoleted, result.dropped) == ((new.key,), (), ())
    assert text.startswith("# Mine.\n#, fuzzy\n#| msgctxt")
    assert "#~" not in text


def test_what_is_gone_is_obsolete_with_its_comments(write: Write) -> None:
    old = '# Mine.\n#. theirs\n#: g.yaml:1\n#, fuzzy\n#| msgid "Old"\n' + B_FR
    result, text = updated(write, A_FR + "\n" + old, A)
    assert result.obsoleted == (B.key,)
    assert text == A_FR + (
        '\n# Mine.\n#, fuzzy\n#~| msgid "Old"\n'
        '#~ msgctxt "week/caption"\n#~ msgid "Reminders that follow the weather"\n#~ msgstr "Des rappels"\n'
    )


def test_untranslated_entries_go_unless_someone_commented_them(write: Write) -> None:
    empty = 'msgctxt "x/{}"\nmsgid "qqqq {}"\nmsgstr ""\n'
    result, text = updated(write, A_FR + "\n" + empty.format(1, 1) + "\n# Why?\n" + empty.format(2, 2), A)
    assert (result.dropped, result.obsoleted) == ((("x/1", "qqqq 1"),), (("x/2", "qqqq 2"),))
    assert text.endswith('# Why?\n#~ msgctxt "x/2"\n#~ msgid "qqqq 2"\n#~ msgstr ""\n')


OBSOLETE = "# Mine.\n{}" + "".join(f"#~ {line}\n" for line in B_FR.splitlines())


@pytest.mark.parametrize(("flag", "previous"), [("", ""), ("#, fuzzy\n", '#~| msgid "Old"\n')])
def test_an_obsolete_entry_that_comes_back_is_as_it_was(write: Write, flag: str, previous: str) -> None:
    result, text = updated(write, OBSOLETE.format(flag + previous), dataclasses.replace(B, file="g.yaml", line=2))
    assert (result.revived, result.fuzzied) == ((B.key,), ())
    assert text == "# Mine.\n#: g.yaml:2\n" + flag + previous.replace("~", "") + B_FR


def test_an_obsolete_entry_is_suggested_and_then_no_longer_obsolete(write: Write) -> None:
    new = message("week/caption", "Reminders that follow the sun")
    result, text = updated(write, OBSOLETE.format(""), new)
    assert result.fuzzied == (new.key,)
    assert text.startswith("# Mine.\n#, fuzzy\n")
    assert "#~" not in text


def test_the_concepts_comments_and_lines_are_renewed(write: Write) -> None:
    old = "# Mine.\n#. Old words.\n#: old.yaml:1\n#, no-wrap\n"
    new = dataclasses.replace(B, comments=("New words.",), file="g.yaml", line=7)
    result, text = updated(write, old + B_FR, new)
    assert (result.changed, result.unchanged) == (True, (B.key,))
    assert text == "# Mine.\n#. New words.\n#: g.yaml:7\n#, no-wrap\n" + B_FR


def test_comments_that_another_tool_has_wrapped_are_the_same(write: Write) -> None:
    path = write("#. One two\n#. three.\n#: g.yaml:7\n" + B_FR)
    new = dataclasses.replace(B, comments=("One two three.",), file="g.yaml", line=7)
    assert not update(path, new).changed


def test_changed_plural_text_is_fuzzy(write: Write) -> None:
    _, text = updated(write, PLANTS_FR, message("hero/proof", "{n} plant", "{n} happy plants"))
    assert text == (
        '#, fuzzy\n#| msgctxt "hero/proof"\n#| msgid "{n} plant"\n#| msgid_plural "{n} plants"\n'
        + PLANTS_FR.replace("{n} plants", "{n} happy plants")
    )


def test_from_singular_to_plural(write: Write) -> None:
    result, text = updated(write, A_FR, message("hero/headline", A.source, "Never, {n} times"))
    assert len(result.fuzzied) == 1
    assert text.endswith('msgstr[0] "N\'oubliez plus"\nmsgstr[1] "N\'oubliez plus"\n')


def test_from_plural_to_singular_no_form_is_lost(write: Write) -> None:
    result, text = updated(write, PLANTS_FR, message("hero/proof", "{n} plant"))
    assert len(result.fuzzied) == 1
    assert text.startswith('# msgstr[1] was "{n} plantes"\n#, fuzzy\n')
    assert text.endswith('msgstr "{n} plante"\n')


def test_an_untranslated_entry_is_never_fuzzy(write: Write) -> None:
    result, text = updated(write, '# Mine.\nmsgctxt "a/b"\nmsgid "Old"\nmsgstr ""\n', message("a/b", "New"))
    assert (result.added, result.fuzzied) == ((("a/b", "New"),), ())
    assert text == '# Mine.\nmsgctxt "a/b"\nmsgid "New"\nmsgstr ""\n'


def test_header_and_loose_comments_stay(write: Write) -> None:
    header = (
        '# Marie, 2024.\n#, fuzzy\n# more\nmsgid ""\nmsgstr ""\n"X-Generator: Poedit 3\\n"\n'
        '"Language: fr\\n"\n"Plural-Forms: nplurals=2; plural=n>1;\\n"\n"X-Empty:\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
    )
    path = write(A_FR + "\n# the end\n#, odd\n", header=header + "\n")
    assert update(path, A, B).changed
    text = path.read_text(encoding="utf-8")
    assert text.startswith(header)
    assert text.endswith("\n\n# the end\n#, odd\n")


def test_a_header_gets_what_it_cannot_do_without(write: Write) -> None:
    path = write(A_FR, header='msgid ""\nmsgstr "Language: pl"\n\n')
    assert update(path, A, PLANTS, code="pl").changed
    text = path.read_text(encoding="utf-8")
    assert text.startswith(
        'msgid ""\nmsgstr "Language: pl\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=3; '
    )
    assert "msgstr[2]" in text
    assert not update(path, A, PLANTS, code="pl").changed


def test_a_file_without_header_gets_one(write: Write) -> None:
    path = write(A_FR, header="")
    result = update(path, A)
    assert (result.changed, result.findings) == (True, ())
    assert path.read_text(encoding="utf-8").startswith("# garden: screenshot captions in French.\n")


def test_windows_line_ends_stay(write: Write) -> None:
    path = write((HEADER + A_FR).replace("\n", "\r\n").encode())
    assert update(path, A, B).changed
    data = path.read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") > 15
    assert not update(path, A, B).changed


@pytest.mark.parametrize(
    "text",
    [
        A_FR + 'msgid "unclosed\n',
        A_FR + "\n" + A_FR,
        A_FR.replace("plus", "\x0bplus"),
        A_FR.replace("plus", "+" * 2001),
    ],
)
def test_a_broken_file_is_not_touched(write: Write, text: str) -> None:
    path = write(text)
    before = path.read_bytes()
    result = update(path, B)
    assert not result.changed
    assert [f.file for f in result.findings] == ["fr.po"]
    assert path.read_bytes() == before


def test_wrong_plural_forms_stop_the_update(write: Write) -> None:
    path = write(A_FR, header=HEADER.replace("(n > 1)", "(n >"))
    before = path.read_bytes()
    (finding,) = update(path, A, PLANTS).findings
    assert (finding.code, finding.line) == ("catalog-plural-forms", 12)
    assert path.read_bytes() == before


def test_a_new_catalog(tmp_path: Path) -> None:
    path = tmp_path / "pt_BR" / "LC_MESSAGES" / "garden.po"
    result = update(path, A, PLANTS, code="pt_BR")
    assert (result.created, result.changed, result.added) == (True, True, (A.key, PLANTS.key))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# garden: screenshot captions in Portuguese (Brazil).\n")
    assert '"Language: pt_BR\\n"' in text
    assert '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"' in text
    assert not update(path, A, PLANTS, code="pt_BR").changed


def test_a_language_that_babel_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(LocaleCodeError):
        update(tmp_path / "qq.po", A, code="qq")
    assert not list(tmp_path.iterdir())


def test_a_message_that_comes_twice(write: Write) -> None:
    result, text = updated(write, A_FR, A, A)
    assert (result.unchanged, text) == ((A.key,), A_FR)
