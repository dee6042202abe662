"""What is not there: the packages of the queue, or a Redis that answers."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects import Folder, make_folder

from locstore.cli.main import run_cli

UNREACHABLE = "redis://127.0.0.1:1/0"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    folder = make_folder(tmp_path / "project")
    monkeypatch.chdir(folder.root)
    return folder


COMMANDS = [
    ("run", "--queue"),
    ("runs", "--queue"),
    ("worker", "--processes", "1", "--cache", "cache", "--queue"),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_without_the_packages(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "dramatiq" else find(name))
    assert run_cli([*command, UNREACHABLE]) == 3
    said = capsys.readouterr().err
    assert "The queue needs dramatiq" in said
    assert "pip install 'locstore[queue]'" in said


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_nobody_listens(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli([*command, UNREACHABLE]) == 3
    said = capsys.readouterr().err
    assert "cannot be reached" in said
    assert "goes on with the workers" not in said


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


@pytest.mark.usefixtures("folder")
def test_a_server_that_never_answers(silent: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["run", "--queue", silent]) == 3
    assert "cannot be reached" in capsys.readouterr().err
