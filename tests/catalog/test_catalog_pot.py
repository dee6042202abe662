"""The template that `locstore extract` writes."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from locstore.catalog import load_catalog, write_pot
from locstore.errors import EnvironmentProblem, FindingsError
from locstore.messages import Message

MESSAGES = [
    Message(
        context="z/last", source="Last *one*", comments=("Headline, 2 lines.", "Warm\ntone."), file="g.yaml", line=9
    ),
    Message(context="a/first", source="{n} plant", plural="{n} plants", file="my garden.yaml", line=3),
    Message(context="a/quoted", source='A "b" \\* \n c', file="g.yaml"),
]

EXPECTED = """\
# garden: screenshot captions.
msgid ""
msgstr ""
"Project-Id-Version: garden\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

#. Headline, 2 lines.
#. Warm
#. tone.
#: g.yaml:9
msgctxt "z/last"
msgid "Last *one*"
msgstr ""

#: \u2068my garden.yaml\u2069:3
msgctxt "a/first"
msgid "{n} plant"
msgid_plural "{n} plants"
msgstr[0] ""
msgstr[1] ""

#: g.yaml
msgctxt "a/quoted"
msgid ""
"A \\"b\\" \\\\* \\n"
" c"
msgstr ""
"""


def test_the_whole_file_in_the_concepts_order(tmp_path: Path) -> None:
    path = tmp_path / "locales" / "garden.pot"
    assert write_pot(MESSAGES, path, project="garden")
    assert path.read_text(encoding="utf-8") == EXPECTED
    catalog, findings = load_catalog(path, code="en", display_path="garden.pot")
    # Only a language's own file can say what its plurals are.
    assert [f.code for f in findings] == ["catalog-plural-forms-missing"]
    assert catalog is not None
    assert list(catalog.entries) == [message.key for message in MESSAGES]


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "garden.pot"
    write_pot(MESSAGES, path, project="garden")
    os.utime(path, (1, 1))
    assert not write_pot(MESSAGES, path, project="garden")
    assert path.stat().st_mtime == 1
    assert write_pot(MESSAGES[:2], path, project="garden")
    assert list(tmp_path.iterdir()) == [path]


def test_an_old_header_stays_with_its_date(tmp_path: Path) -> None:
    path = tmp_path / "garden.pot"
    header = (
        '# Our own words.\n#, fuzzy\nmsgid ""\nmsgstr ""\n"Project-Id-Version: old\\n"\n'
        '"POT-Creation-Date: 2024-01-01 00:00+0000\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    )
    path.write_text(header)
    assert write_pot(MESSAGES, path, project="garden")
    text = path.read_text(encoding="utf-8")
    assert text.startswith(header.replace("old", "garden"))
    assert not write_pot(MESSAGES, path, project="garden")


def test_a_broken_template_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "garden.pot"
    path.write_text('msgid "unclosed\n')
    assert write_pot(MESSAGES, path, project="garden")
    assert path.read_text(encoding="utf-8") == EXPECTED


def test_a_message_that_comes_twice_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "garden.pot"
    write_pot([*MESSAGES, *MESSAGES], path, project="garden")
    assert path.read_text(encoding="utf-8") == EXPECTED


def test_texts_that_no_po_file_can_carry(tmp_path: Path) -> None:
    bad = [Message(context="a/b", source=f"x{c}y", file="g.yaml", line=4) for c in "\u2028\x00\x0b\x85"]
    with pytest.raises(FindingsError) as caught:
        write_pot(bad, tmp_path / "garden.pot", project="garden")
    assert [f.place for f in caught.value.findings] == ["g.yaml:4"] * 4
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    real = tmp_path / "real.pot"
    real.write_text("")
    real.chmod(0o640)
    link = tmp_path / "garden.pot"
    link.symlink_to(real)
    assert write_pot(MESSAGES, link, project="garden")
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_text(encoding="utf-8") == EXPECTED


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem, match=r"garden\.pot cannot be written"):
        write_pot(MESSAGES, tmp_path / "file" / "garden.pot", project="garden")


def test_a_crash_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "garden.pot"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentProblem, match="No space left"):
        write_pot(MESSAGES, path, project="garden")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
