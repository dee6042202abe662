"""A small project in a folder of its own, and the command line called on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from projects import Folder, Said, call, clean_environment, make_folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path / "project")


@pytest.fixture
def locstore(
    folder: Folder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """`locstore("run", "-j1")` in the project's folder, in this process."""
    for name in set(__import__("os").environ) - set(clean_environment()):
        monkeypatch.delenv(name)
    folder.root.mkdir(exist_ok=True)

    def run(*arguments: str) -> Said:
        monkeypatch.chdir(folder.root)
        capsys.readouterr()
        code = call(arguments)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run
