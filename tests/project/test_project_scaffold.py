"""`locstore init`: what it makes runs, and it never takes anything from anybody."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest
from projects import Call, Folder

from locstore.errors import UsageError
from locstore.project import open_project, scaffold

FILES = [
    "locstore.toml",
    "concepts/{name}.yaml",
    "locales/de/LC_MESSAGES/{name}.po",
    "locales/ja/LC_MESSAGES/{name}.po",
    ".gitignore",
    "concepts/captures/hero-phone.png",
    "concepts/captures/hero-tablet.png",
]


@pytest.fixture
def empty(folder: Folder, tmp_path: Path) -> Folder:
    """An empty folder; the small project is moved out of the way."""
    folder.root.rename(tmp_path / "away")
    folder.root.mkdir()
    return folder


def contents(root: Path) -> dict[str, tuple[bytes, int]]:
    files = (p for p in sorted(root.rglob("*")) if p.is_file())
    return {p.relative_to(root).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


def test_it_runs_and_passes_verify(empty: Folder, locstore: Call) -> None:
    said = locstore("init")
    assert said.code == 0
    assert said.out.splitlines() == [*(f"Wrote {f.format(name='project')}" for f in FILES), "Next: locstore run"]
    said = locstore("run", "-j1", "-d", "play_phone", "--json")
    painted = said.json["painted"]
    assert (said.code, said.json["failed"]) == (0, 0)
    assert painted >= 6, "two screens in three languages at least"
    assert {f["severity"] for f in said.json["findings"]} <= {"note"}
    said = locstore("verify", "output", "--json")
    assert (said.code, said.json["pictures"]) == (0, painted)
    assert locstore("run", "-j1", "-d", "play_phone").out.startswith(f"Painted 0, {painted} unchanged")


def test_it_has_nothing_to_complain_of(empty: Folder, locstore: Call) -> None:
    locstore("init")
    said = locstore("check", "-j1")
    assert (said.code, said.err) == (0, ""), "no errors and no warnings, for any display of the concept"


def test_a_second_time_it_writes_nothing(empty: Folder, locstore: Call) -> None:
    locstore("init")
    before = contents(empty.root)
    said = locstore("init")
    assert (said.code, said.out) == (0, "Next: locstore run\n")
    assert contents(empty.root) == before


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    mine = {pattern.format(name="mine"): f"mine: {pattern}" for pattern in FILES}
    for name, text in mine.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert scaffold(tmp_path, "mine") == []
    assert {name: (tmp_path / name).read_text() for name in mine} == mine


def test_what_is_missing_is_added(tmp_path: Path) -> None:
    scaffold(tmp_path, "mine")
    (tmp_path / ".gitignore").unlink()
    (tmp_path / "locstore.toml").write_text("# mine\n")
    assert scaffold(tmp_path, "mine") == [tmp_path / ".gitignore"]
    assert (tmp_path / "locstore.toml").read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("folder_name", "concept"),
    [
        ("My App", "my-app"),
        ("123", "123"),
        ("true", "true"),
        ("null", "null"),
        ("2026-01-01", "2026-01-01"),
        ("1e5", "1e5"),
        ("0x1F", "0x1f"),
        ("no", "no"),
        ("Приложение", "app"),
        ("日本", "app"),
        ("-x", "x"),
        (".hidden", "hidden"),
        ("a'b\"c", "a-b-c"),
        ("$HOME `date`", "home-date"),
        ("two\nlines", "two-lines"),
        ("[tool]", "tool"),
        ("a" * 200, "a" * 60),
        pytest.param(
            os.fsdecode(b"bytes-\xff\xfe"),
            "bytes",
            marks=pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are text there"),
        ),
    ],
)
def test_odd_folder_names(tmp_path: Path, folder_name: str, concept: str) -> None:
    root = tmp_path / folder_name
    for file in FILES[-2:]:  # they take a while to draw, and no part in this
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()
    scaffold(root, None)
    project = open_project(root)
    assert project.concept_findings() == []
    assert [loaded.concept.concept for loaded in project.concepts()] == [concept]
    catalogs, findings = project.catalogs(concept)
    assert (sorted(catalogs), findings) == (["de", "ja"], [])
    with project.ledger() as ledger:
        ledger.put_digests({str(root): (1, 2, "3")})


@pytest.mark.parametrize("name", ["My App", "", "-x", "../x", "a/b", "ü", "a" * 64, "x\n", "x y"])
def test_a_name_that_cannot_be_used(tmp_path: Path, name: str) -> None:
    if not name:
        assert scaffold(tmp_path / "given", name), "an empty name is none"
        return
    with pytest.raises(UsageError, match="--name"):
        scaffold(tmp_path, name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["new", "two words", "-x", "it's"])
def test_what_it_says_to_do_next_can_be_pasted_into_a_shell(empty: Folder, locstore: Call, name: str) -> None:
    said = locstore("init", "--", name)
    command = said.out.splitlines()[-1].removeprefix("Next: ")
    words = shlex.split(command)
    assert words[0] == "cd"
    assert (empty.root / words[1]).resolve() == empty.root / name
    assert not words[1].startswith("-")
    assert words[2:] == ["&&", "locstore", "run"]


def test_a_file_where_the_folder_should_be(empty: Folder, locstore: Call) -> None:
    empty.write("taken", "a file")
    assert locstore("init", "taken").code == 2
    empty.write("half/concepts", "a file")
    said = locstore("init", "half")
    assert said.code == 3
    assert "half/concepts" in said.err
    assert "Traceback" not in said.err
