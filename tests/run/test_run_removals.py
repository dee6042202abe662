"""What a run may remove: never on a doubt, never many without being told, never through a link."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from projects import CONCEPT, Call, Folder, catalog

from locstore.delivery import JOURNAL
from locstore.errors import UsageError
from locstore.project import Progress, run
from locstore.shots import Selection


def missing(folder: Folder) -> None:
    folder.write("locstore.toml", (folder.root / "locstore.toml").read_text() + 'locales = "locale"\n')


def a_file(folder: Folder) -> None:
    shutil.rmtree(folder.root / "locales")
    folder.write("locales", "no folder")


def empty(folder: Folder) -> None:
    shutil.rmtree(folder.root / "locales")
    (folder.root / "locales").mkdir()


def of_another_concept(folder: Folder) -> None:
    for code in ("de", "ja"):
        place = folder.root / f"locales/{code}/LC_MESSAGES"
        (place / "tiny.po").rename(place / "other.po")


@pytest.mark.parametrize("spoil", [missing, a_file, empty, of_another_concept], ids=lambda f: f.__name__)
def test_without_a_catalog_nothing_is_removed(folder: Folder, locstore: Call, spoil: Callable[[Folder], None]) -> None:
    folder.run()
    before = folder.pictures()
    spoil(folder)
    said = locstore("run", "--yes", "--json")
    assert (said.code, said.codes(), said.json["removed"]) == (1, {"project-no-catalogs"}, 0)
    (found,) = said.json["findings"]
    assert (found["file"], found["line"]) == ("concepts/tiny.yaml", 13)
    assert folder.pictures() == before
    assert set(folder.manifest()["pictures"]) == set(before)
    for command in ("check", "plan"):
        assert "project-no-catalogs" in locstore(command, "--json").codes()


def test_a_list_of_locales_needs_no_catalog(folder: Folder) -> None:
    shutil.rmtree(folder.root / "locales")
    folder.replace("concepts/tiny.yaml", "locales: all", "locales: [en]")
    assert folder.run().findings == ()


def without_japanese(folder: Folder) -> None:
    shutil.rmtree(folder.root / "locales/ja")


def test_many_are_kept_until_somebody_says_yes(folder: Folder, locstore: Call) -> None:
    locstore("run")
    without_japanese(folder)
    plan = locstore("plan")
    assert plan.code == 0
    assert plan.out.startswith("To remove: web/ja/01_tiny_hero.png"), "removals come first"
    assert "only with --yes" in plan.out
    said = locstore("run", "--json")
    assert (said.code, said.codes(), said.json["removed"]) == (1, {"run-many-removals"}, 0)
    assert "2 of 6 pictures" in said.json["findings"][0]["message"]
    assert len(folder.pictures()) == len(folder.manifest()["pictures"]) == 6
    said = locstore("run", "--yes", "--json")
    assert (said.code, said.json["removed"]) == (0, 2)
    assert len(folder.pictures()) == len(folder.manifest()["pictures"]) == 4


@pytest.mark.parametrize("answer", [True, False])
def test_a_person_is_asked(folder: Folder, answer: bool) -> None:
    class Person(Progress):
        asked = ""

        def confirm(self, question: str) -> bool:
            self.asked = question
            return answer

    folder.run()
    without_japanese(folder)
    person = Person()
    report = run(folder.open(), Selection(), progress=person)
    assert person.asked.startswith("Remove 2 of 6 pictures")
    assert (report.removed, report.ok) == ((2, True) if answer else (0, False))


def test_a_few_of_many_are_removed_without_a_question(folder: Folder) -> None:
    sizes = ", ".join(f"{{id: d{n}, size: [200, {400 + n}]}}" for n in range(6))
    folder.replace("concepts/tiny.yaml", "{id: tiny, size: [200, 400]}", sizes)
    folder.run()
    assert len(folder.pictures()) == 36
    folder.replace("concepts/tiny.yaml", ", {id: d5, size: [200, 405]}", "")
    assert folder.plan().removes_many, "6 of 36"
    folder.replace("concepts/tiny.yaml", "size: [200, 400]", "size: [200, 500]")
    assert not folder.plan().removes_many, "as many are painted"
    assert folder.run(yes=False).removed == 6


# Links


@pytest.fixture
def victim(folder: Folder) -> Path:
    """A file outside of the project."""
    place = folder.root.parent / "victim"
    place.mkdir()
    return place


def record_of(folder: Folder, path: str, taken_from: str) -> None:
    """Have the manifest list `path` with the record of a picture of ours."""
    import json

    manifest = folder.manifest()
    manifest["pictures"][path] = manifest["pictures"][taken_from]
    folder.write("output/manifest.json", json.dumps(manifest))


def test_what_is_behind_a_link_is_not_removed(folder: Folder, victim: Path) -> None:
    folder.run()
    path, data = next(iter(folder.pictures().items()))
    (victim / "keep.png").write_bytes(data)
    (folder.output / "link").symlink_to(victim)
    record_of(folder, "link/keep.png", path)
    report = folder.run()
    assert [(f.code, f.file) for f in report.findings] == [("run-link", "output/link")]
    assert (victim / "keep.png").exists()
    assert report.removed == 0
    shutil.rmtree(folder.root / ".locstore")
    assert folder.run().removed == 0
    assert (victim / "keep.png").exists()


def test_a_picture_that_is_a_link_is_not_removed_or_followed(folder: Folder, victim: Path) -> None:
    folder.run()
    path, data = next(iter(folder.pictures().items()))
    (victim / "keep.png").write_bytes(data)
    (folder.output / "old.png").symlink_to(victim / "keep.png")
    record_of(folder, "old.png", path)
    assert folder.run().removed == 0
    assert (folder.output / "old.png").is_symlink()
    (folder.output / path).unlink()
    (folder.output / path).symlink_to(victim / "keep.png")
    report = folder.run()
    assert [(f.code, f.file) for f in report.findings] == [("run-foreign-file", f"output/{path}")]
    (victim / "keep.png").write_bytes(b"other")
    assert folder.run(overwrite=True).painted == 1
    assert (victim / "keep.png").read_bytes() == b"other"
    assert (folder.output / path).read_bytes() == data


@pytest.mark.parametrize("level", ["web", "web/ja"])
def test_nothing_is_painted_through_a_link(folder: Folder, victim: Path, level: str) -> None:
    target = folder.output / level
    target.parent.mkdir(parents=True)
    target.symlink_to(victim)
    for overwrite in (False, True):
        report = folder.run(overwrite=overwrite)
        assert {(f.code, f.file) for f in report.findings} == {("run-link", f"output/{level}")}
        assert list(victim.iterdir()) == []


@pytest.mark.parametrize("output", ["output", "output/deep"])
def test_an_output_folder_that_is_a_link_is_asked_for(
    folder: Folder, victim: Path, locstore: Call, output: str
) -> None:
    (folder.root / "output").symlink_to(victim)
    with pytest.raises(UsageError, match="output_link = true"):
        folder.run(output=output)
    assert locstore("plan", "--output", output).code == 2
    assert list(victim.iterdir()) == []
    folder.write("locstore.toml", (folder.root / "locstore.toml").read_text() + "output_link = true\n")
    assert tomllib.loads((folder.root / "locstore.toml").read_text())["output_link"] is True
    assert folder.run(output=output).painted == 6
    assert len(list(victim.rglob("*.png"))) == 6


def test_a_candidate_is_not_removed_through_a_link(folder: Folder, victim: Path) -> None:
    (victim / "ja").mkdir()
    keep = victim / "ja/01_tiny_hero.png"
    keep.write_bytes(b"keep")
    (folder.root / ".locstore/candidates").mkdir(parents=True)
    (folder.root / ".locstore/candidates/web").symlink_to(victim)
    assert folder.run().painted == 6
    assert keep.read_bytes() == b"keep"


# The manifest and its journal


def test_a_lost_ledger_loses_no_picture(folder: Folder) -> None:
    folder.run()
    before = folder.stamps()
    shutil.rmtree(folder.root / ".locstore")
    report = folder.run()
    assert (report.painted, report.unchanged, report.findings) == (0, 6, ())
    assert folder.stamps() == before
    assert not (folder.output / JOURNAL).exists()


def test_a_journal_that_is_damaged_is_read_as_far_as_it_goes(folder: Folder) -> None:
    folder.run()
    folder.write(f"output/{JOURNAL}", b'{"path": "web/de-DE/01_tiny\n[]\n{"path": "../out.png", "record": {}}\n\xff\n')
    assert folder.run().findings == ()


@pytest.mark.parametrize("command", ["check", "plan", "status"])
def test_commands_that_only_report_need_no_folder_to_write_to(folder: Folder, locstore: Call, command: str) -> None:
    """As in a checkout that is read-only: `.locstore` cannot be made, or cannot be written to."""
    folder.run()
    expected = locstore(command)
    assert expected.code == 0
    shutil.rmtree(folder.root / ".locstore")
    folder.write(".locstore", "a file where the folder would be")
    said = locstore(command)
    assert (said.code, said.out, said.err) == (0, expected.out, expected.err)
    assert (folder.root / ".locstore").read_text() == "a file where the folder would be"


@pytest.mark.skipif(shutil.os.geteuid() == 0, reason="root may write everywhere")
def test_a_ledger_that_is_read_only(folder: Folder, locstore: Call) -> None:
    folder.run()
    state = folder.root / ".locstore"
    (state / "ledger.db").chmod(0o444)
    state.chmod(0o555)
    try:
        assert locstore("plan").code == 0
    finally:
        state.chmod(0o755)
        (state / "ledger.db").chmod(0o644)


def test_catalogs_without_words_still_count(folder: Folder) -> None:
    shutil.rmtree(folder.root / "locales")
    folder.write("locales/de/LC_MESSAGES/tiny.po", catalog("de", {}))
    codes = {f.code for f in folder.run().findings}
    assert "project-no-catalogs" not in codes
    assert CONCEPT
