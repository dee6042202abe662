"""What only a process of its own shows: pipes that close, full disks, terminals, odd encodings."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from projects import Folder, clean_environment

from locstore.cli.printing import print_table

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


@POSIX
@pytest.mark.parametrize("command", ["schema", "locales"])
def test_a_reader_that_goes_away(folder: Folder, command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            folder.command(command),
            cwd=folder.root,
            env=clean_environment(),
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_under_the_output(folder: Folder) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            folder.command("schema"),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=clean_environment(),
        )
    assert done.returncode == 3
    assert done.stderr.startswith("locstore: No space left on device")
    assert "Traceback" not in done.stderr


def test_an_output_that_takes_ascii_only(folder: Folder) -> None:
    folder.replace("locales/ja/LC_MESSAGES/tiny.po", "伝えよう", "伝えよう{なに}")
    said = folder.process("check", "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert said.code == 1
    assert said.out.isascii()
    assert "なに" in str(said.json), "the characters come back out of JSON's own escapes"


@POSIX
def test_a_terminal_gets_a_bar_and_tables(folder: Folder) -> None:
    import pty

    main, terminal = pty.openpty()
    with subprocess.Popen(
        [*folder.command("run", "-j1")],
        cwd=folder.root,
        env=clean_environment() | {"TERM": "xterm-256color", "COLUMNS": "100"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as running:
        os.close(terminal)
        said = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:  # Linux: the other side is closed
                break
            if not piece:
                break
            said += piece
        os.close(main)
        assert running.wait(60) == 0
    text = said.decode()
    assert "Painting" in text
    assert "Painted 6, 0 unchanged; no findings." in text
    assert "Traceback" not in text


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are text there")
def test_a_folder_whose_name_is_not_utf_8(folder: Folder) -> None:
    odd = folder.root.parent / os.fsdecode(b"odd-\xff\xfe")
    folder.root.rename(odd)
    said = Folder(odd).process("run", "-j1", "-l", "de")
    assert (said.code, said.err) == (0, "Painting 2 pictures.\n")
    said = Folder(odd).process("run", "-j1", "-l", "de", "--project", str(odd))
    assert said.out.startswith("Painted 0, 2 unchanged")


@POSIX
@pytest.mark.parametrize("closed", [">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_streams_that_are_closed_or_full(folder: Folder, closed: str) -> None:
    """What was painted is painted, no file takes the place of a stream, and the exit code says how it went."""
    command = " ".join(shlex.quote(part) for part in folder.command("run", "-j1"))
    done = subprocess.run(
        ["sh", "-c", f"{command} {closed}"], cwd=folder.root, env=clean_environment(), capture_output=True, check=False
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stdout + done.stderr
    assert len(folder.pictures()) == 6
    assert folder.plan().findings == ()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_too_little_memory(folder: Folder) -> None:
    command = " ".join(shlex.quote(part) for part in folder.command("run", "-j1"))
    for kilobytes in (150_000, 400_000):
        done = subprocess.run(
            ["sh", "-c", f"ulimit -v {kilobytes}; {command}"],
            cwd=folder.root,
            env=clean_environment() | {"OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in done.stderr
        assert done.returncode in {0, 3}


def test_names_are_no_markup(
    folder: Folder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    print_table(("name", "[b]x"), [("[/]x", "[red]y\x1b[31m")])
    said = capsys.readouterr().out
    assert "[/]x" in said
    assert "[red]y\\u001b[31m" in said
