"""`locstore extract` and `update`: a second time there is nothing to do, and gettext's own tools agree."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from projects import CONCEPT, Call, Folder

MSGFMT = pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext's msgfmt is not installed")
POT = "locales/tiny.pot"


def catalogs(folder: Folder) -> dict[str, tuple[bytes, int]]:
    files = sorted((folder.root / "locales").rglob("*.po*"))
    return {p.relative_to(folder.root).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


def msgfmt(path: Path) -> tuple[int, str]:
    done = subprocess.run(["msgfmt", "-c", "-o", "/dev/null", str(path)], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_extract_writes_every_message_and_then_nothing(folder: Folder, locstore: Call) -> None:
    said = locstore("extract")
    assert (said.code, said.out) == (0, f"{POT}: 2 messages, written.\n")
    text = (folder.root / POT).read_text()
    assert text.count('msgctxt "hero/headline"\nmsgid "Say it"\nmsgstr ""') == 1
    assert "#. Verb first." in text
    assert "#: concepts/tiny.yaml:7" in text
    before = catalogs(folder)
    assert locstore("extract").out == f"{POT}: 2 messages, unchanged.\n"
    assert catalogs(folder) == before


def test_extract_of_two_concepts(folder: Folder, locstore: Call) -> None:
    folder.write("concepts/other.yaml", CONCEPT.replace("concept: tiny", "concept: other"))
    assert (
        locstore("extract").out == "locales/other.pot: 2 messages, written.\nlocales/tiny.pot: 2 messages, written.\n"
    )


def test_update_is_done_after_one_time(folder: Folder, locstore: Call) -> None:
    assert locstore("update").code == 0
    before = catalogs(folder)
    said = locstore("update")
    assert (said.code, said.err) == (0, "")
    assert catalogs(folder) == before
    assert locstore("run").out.startswith("Painted 6")


def test_a_changed_text_becomes_fuzzy_and_stops_the_run(folder: Folder, locstore: Call) -> None:
    folder.replace("concepts/tiny.yaml", "Say it", "Say it now")
    assert locstore("update").out.count("1 fuzzied") == 2
    assert '#| msgid "Say it"' in folder.po.read_text()
    assert "Sag es" in folder.po.read_text()
    said = locstore("run")
    assert said.code == 1
    assert "[shots-fuzzy]" in said.err
    assert locstore("run", "--allow-fuzzy").code == 0
    before = catalogs(folder)
    assert locstore("update").code == 0
    assert catalogs(folder) == before


def test_a_text_that_is_gone_keeps_its_translation(folder: Folder, locstore: Call) -> None:
    concept = (folder.root / "concepts/tiny.yaml").read_text()
    start, end = concept.index("  - id: how"), concept.index("displays:")
    folder.write("concepts/tiny.yaml", concept[:start] + concept[end:])
    assert locstore("update").code == 0
    assert '#~ msgstr "Und wie"' in folder.po.read_text()
    folder.write("concepts/tiny.yaml", concept)
    assert locstore("update").code == 0
    assert '\nmsgstr "Und wie"' in folder.po.read_text()


def test_a_new_catalog(folder: Folder, locstore: Call) -> None:
    said = locstore("update", "--new", "pt-BR", "--new", "ar", "--new", "de")
    assert said.code == 0
    assert "locales/pt_BR/LC_MESSAGES/tiny.po: new file: 2 added." in said.out
    text = (folder.root / "locales/ar/LC_MESSAGES/tiny.po").read_text()
    assert "nplurals=6" in text
    assert "Sag es" in folder.po.read_text(), "a catalog that is there is not started again"
    before = catalogs(folder)
    assert locstore("update", "--new", "pt_BR").code == 0
    assert catalogs(folder) == before


def test_a_new_catalog_for_a_locale_that_no_store_knows(folder: Folder, locstore: Call) -> None:
    before = {name for name in catalogs(folder) if name.endswith(".po")}
    said = locstore("update", "--new", "xx_YY")
    assert (said.code, said.err.startswith("locstore: --new xx_YY: ")) == (2, True)
    assert {name for name in catalogs(folder) if name.endswith(".po")} == before


def test_a_broken_catalog_is_left_alone_and_the_others_are_not(folder: Folder, locstore: Call) -> None:
    broken = folder.po.read_text() + '\nmsgid "half\nmsgstr\nwhat\n'
    folder.po.write_text(broken)
    folder.replace("concepts/tiny.yaml", "And how", "And so")
    said = locstore("update")
    assert said.code == 1
    assert [f"tiny.po:{line}: error" in said.err for line in (17, 18, 19)] == [True, True, True]
    assert "locales/de/LC_MESSAGES/tiny.po: left alone, for it has errors." in said.out
    assert folder.po.read_text() == broken
    assert "And so" in (folder.root / "locales/ja/LC_MESSAGES/tiny.po").read_text()


def test_a_concept_with_errors_changes_no_catalog(folder: Folder, locstore: Call) -> None:
    folder.replace("concepts/tiny.yaml", "id: how", "id: hero")
    before = catalogs(folder)
    for command in ("extract", "update"):
        said = locstore(command)
        assert (said.code, said.out) == (1, "")
        assert "concepts/tiny.yaml:8:9: error:" in said.err
    assert catalogs(folder) == before


@MSGFMT
def test_msgfmt_accepts_everything(folder: Folder, locstore: Call) -> None:
    folder.write(
        "concepts/tiny.yaml",
        CONCEPT.replace("screens:", "values:\n  n: {number: 5}\nscreens:").replace(
            'text: "And how"}', 'text: "{n} \\"day\\"\\n", plural: "{n} \\"days\\"\\n", count: n}'
        ),
    )
    assert locstore("update", "--new", "ar", "--new", "fr").code == 0
    assert msgfmt(folder.root / "locales/ar/LC_MESSAGES/tiny.po") == (0, "")
    assert msgfmt(folder.root / "locales/fr/LC_MESSAGES/tiny.po") == (0, "")
    for merged in (folder.po, folder.root / POT):  # not all of the header's fields are there
        code, words = msgfmt(merged)
        assert code == 0, words
