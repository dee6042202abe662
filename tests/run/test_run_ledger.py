"""The ledger: what goes in comes out, from many processes at once, and what is wrong with it is said."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import clean_environment

from locstore.delivery import PictureRecord
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding, Severity
from locstore.run import PaintJournal

OUTPUT = Path("/somewhere/output")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def record(*, sha256: str = "ab" * 32, words: str = "Sag es", finding: str = "Look at it.") -> PictureRecord:
    return PictureRecord(
        shot="hero/de/tiny",
        concept="tiny",
        screen="hero",
        number=1,
        locale="de",
        display="tiny",
        size=(200, 400),
        sha256=sha256,
        bytes=1234,
        digests={"words": "1", "picture": "2"},
        assets={"concepts/a.png": "cd" * 32},
        faces=(("Noto Sans", 700, "NotoSans.ttf", "ef" * 32),),
        words=(("headline", words),),
        findings=(Finding(code="typeset-word-broken", message=finding, severity=Severity.WARNING, line=3),),
    )


@settings(max_examples=50)
@given(path=TEXT, words=TEXT, finding=TEXT, size=st.integers(0, 2**40), mtime=st.integers(0, 2**62))
def test_what_is_put_comes_out(path: str, words: str, finding: str, size: int, mtime: int) -> None:
    made = record(words=words, finding=finding)
    with PaintJournal(Path(":memory:")) as ledger:
        ledger.put(OUTPUT, path, made, size, mtime)
        assert ledger.pictures(OUTPUT) == {path: (made, size, mtime)}
        assert ledger.pictures(OUTPUT / "other") == {}
        ledger.forget(OUTPUT, path)
        assert ledger.pictures(OUTPUT) == {}


def test_it_is_there_when_opened_again(tmp_path: Path) -> None:
    with PaintJournal(tmp_path / "ledger.db") as ledger:
        ledger.put(OUTPUT, "a.png", record(), 1, 2)
        ledger.put(OUTPUT, "a.png", record(sha256="00" * 32), 3, 4)
        ledger.put_digests({"/x/font.ttf": (5, 6, "77")})
    with PaintJournal(tmp_path / "ledger.db") as ledger:
        assert ledger.pictures(OUTPUT) == {"a.png": (record(sha256="00" * 32), 3, 4)}
        assert ledger.known_digests() == {"/x/font.ttf": (5, 6, "77")}


def test_an_announced_picture_is_known_until_it_is_recorded(tmp_path: Path) -> None:
    with PaintJournal(tmp_path / "ledger.db") as ledger:
        ledger.put(OUTPUT, "a.png", record(sha256="00" * 32), 1, 2)
        ledger.begin_write(OUTPUT, "a.png", record())
        assert ledger.begun_writes(OUTPUT) == {"a.png": record()}
        assert ledger.pictures(OUTPUT)["a.png"][0].sha256 == "00" * 32, "an announcement must not hide the old picture"
        assert ledger.begun_writes(OUTPUT / "other") == {}
        ledger.put(OUTPUT, "a.png", record(), 3, 4)
        assert ledger.begun_writes(OUTPUT) == {}


WRITER = """
import sys
from pathlib import Path
from locstore.run import PaintJournal
sys.path.insert(0, sys.argv[3])
from test_run_ledger import OUTPUT, record
path, name = Path(sys.argv[1]), sys.argv[2]
while not path.with_name("go").exists():
    pass
for i in range(30):
    with PaintJournal(path) as ledger:
        ledger.begin_write(OUTPUT, f"{name}-{i}.png", record())
        ledger.put(OUTPUT, f"{name}-{i}.png", record(words=name), i, i)
        ledger.put_digests({f"/{name}/{i}": (i, i, name)})
"""


def test_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "state" / "ledger.db"
    path.parent.mkdir()
    here = Path(__file__).parent
    environment = clean_environment() | {
        "PYTHONPATH": os.pathsep.join([str(here.parent), os.environ.get("PYTHONPATH", "")])
    }
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(here)], env=environment) for name in "ab"
    ]
    path.with_name("go").touch()  # they all open a ledger that is not there yet
    assert [writer.wait(60) for writer in writers] == [0, 0]
    with PaintJournal(path) as ledger:
        assert len(ledger.pictures(OUTPUT)) == len(ledger.known_digests()) == 60
        assert ledger.begun_writes(OUTPUT) == {}


def test_a_file_where_its_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a folder")
    with pytest.raises(EnvironmentProblem, match=r"state/ledger\.db: it cannot be opened"):
        PaintJournal(tmp_path / "state" / "ledger.db")


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    with pytest.raises(EnvironmentProblem, match="cannot be opened"):
        PaintJournal(tmp_path / "ledger.db")


def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"half a ledger" * 100)
    with PaintJournal(tmp_path / "ledger.db") as ledger:
        assert ledger.was_damaged
        assert ledger.pictures(OUTPUT) == {}
    assert (tmp_path / "ledger.db.damaged-1").read_bytes() == b"half a ledger" * 100
    with PaintJournal(tmp_path / "ledger.db") as ledger:
        assert not ledger.was_damaged


@pytest.mark.parametrize("text", ["not JSON", "[]", "{}", '{"size": [1]}'])
def test_a_record_that_another_version_wrote(tmp_path: Path, text: str) -> None:
    with PaintJournal(tmp_path / "ledger.db") as ledger:
        ledger.put(OUTPUT, "a.png", record(), 1, 2)
        with sqlite3.connect(tmp_path / "ledger.db") as database:
            database.execute("update pictures set record = ?", (text,))
        database.close()
        with pytest.raises(EnvironmentProblem, match=r"Use the version that wrote it, or rename the file"):
            ledger.pictures(OUTPUT)


def test_a_table_that_another_version_made(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        database.execute("create table pictures (path text)")
    database.close()
    with (
        PaintJournal(tmp_path / "ledger.db") as ledger,
        pytest.raises(EnvironmentProblem, match="SQLite cannot use it"),
    ):
        ledger.put(OUTPUT, "a.png", record(), 1, 2)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are text there")
def test_a_folder_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(b"/somewhere/\xff\xfe"))
    with PaintJournal(tmp_path / "ledger.db") as ledger:
        ledger.put(odd, "a.png", record(), 1, 2)
        ledger.put_digests({str(odd / "font.ttf"): (1, 2, "33")})
        assert ledger.pictures(odd) == {"a.png": (record(), 1, 2)}
