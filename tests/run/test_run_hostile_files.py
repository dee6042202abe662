"""Files that would hang, flood or blow up a run: pipes, giants, pictures that are much larger than they look."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from projects import CONCEPT, Call, Folder, capture, with_capture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


def pipe(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def giant(path: Path) -> None:
    """50 GB that take no space on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.truncate(50 << 30)


@pytest.mark.parametrize("make", [pipe, giant], ids=["pipe", "giant"])
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("concepts/tiny.yaml", 1),
        ("locales/de/LC_MESSAGES/tiny.po", 1),
        ("locstore.toml", 2),
        ("output/manifest.json", 1),
        ("review.json", 0),
    ],
)
def test_no_pipe_is_waited_for_and_no_giant_is_read(
    folder: Folder, locstore: Call, make: object, path: str, code: int
) -> None:
    assert callable(make)
    make(folder.root / path)
    said = locstore("run")
    if path == "locales/de/LC_MESSAGES/tiny.po" and make is pipe:
        code = 0  # discovery takes no pipe for a catalog
    assert said.code == code
    assert "Traceback" not in said.err
    if code and not (path.endswith(".yaml") and make is pipe):  # the glob takes files only
        assert path in said.err


@pytest.mark.parametrize("make", [pipe, giant], ids=["pipe", "giant"])
def test_a_capture_that_is_no_file_or_a_giant(folder: Folder, locstore: Call, make: object) -> None:
    assert callable(make)
    folder.write("concepts/tiny.yaml", with_capture(CONCEPT, "hero", "cap.png"))
    make(folder.root / "concepts/cap.png")
    for command in ("check", "run"):
        said = locstore(command, "--json")
        assert said.code == 1
        assert said.codes() <= {"shots-missing-file", "shots-file-unreadable"}


@pytest.mark.parametrize("size", [(10, 2000), (1, 999), (999, 1)])
def test_a_capture_that_is_far_too_narrow(folder: Folder, locstore: Call, size: tuple[int, int]) -> None:
    folder.write("concepts/tiny.yaml", with_capture(CONCEPT, "hero", "cap.png"))
    folder.write("concepts/cap.png", capture(width=size[0], height=size[1]))
    for command in ("check", "run"):
        said = locstore(command, "--json")
        assert (said.code, said.codes()) == (1, {"paint-picture-shape"})
        assert {f["file"] for f in said.json["findings"]} == {"concepts/cap.png"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "locstore.toml:1:3: this is not valid TOML"),
        ("jobs = " + "9" * 10_000, "locstore.toml:1: this number has too many digits"),
        ("\n\njobs = 0x" + "f" * 5000, "jobs"),
        ("x = " + "[" * 100_000, "nested too deeply"),
    ],
)
def test_toml_without_measure(folder: Folder, locstore: Call, text: str, says: str) -> None:
    folder.write("locstore.toml", text)
    said = locstore("check")
    assert said.code == 2
    assert says in said.err
    assert len(said.err) < 1000


def test_toml_with_a_byte_order_mark(folder: Folder, locstore: Call) -> None:
    folder.write("locstore.toml", "\ufeff" + (folder.root / "locstore.toml").read_text())
    assert locstore("check").code == 0


def test_a_table_inside_a_string_is_no_table(folder: Folder, locstore: Call) -> None:
    (folder.root / "locstore.toml").unlink()
    folder.write("pyproject.toml", 'x = """\n[tool.locstore]\n"""\n')
    said = locstore("check")
    assert (said.code, "There is no locstore.toml" in said.err) == (2, True)
    folder.write("pyproject.toml", "[[tool.locstore]]\njobs = 1\n")
    said = locstore("check")
    assert said.code == 2
    assert "pyproject.toml:1: tool.locstore must be a table" in said.err


@pytest.mark.parametrize("digits", ["9" * 5000, "-" + "9" * 4000, "0x" + "f" * 5000])
def test_numbers_of_thousands_of_digits_in_a_concept(folder: Folder, locstore: Call, digits: str) -> None:
    folder.replace("concepts/tiny.yaml", "size: [200, 400]", f"size: [200, {digits}]")
    said = locstore("check", "--json")
    assert said.code == 1
    assert "concept-value" in said.codes()
    assert {f["line"] for f in said.json["findings"]} == {12}
    assert len(said.out) < 3000


@pytest.mark.parametrize("command", ["run", "plan"])
def test_a_ledger_that_is_a_pipe(folder: Folder, locstore: Call, command: str) -> None:
    pipe(folder.root / ".locstore/ledger.db")
    said = locstore(command)
    assert said.code == (3 if command == "run" else 0)
    assert command == "plan" or "ledger.db" in said.err
