"""Every variable of the documented table reaches every command that opens a project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from projects import Folder, make_folder

from locstore.cli.main import cli, run_cli
from locstore.config import VARIABLES, ProjectFile, read_config
from locstore.errors import UsageError

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
# Variable -> what is written into it, and what the option must be then.
VALUES: dict[str, tuple[str, Any]] = {
    "LOCSTORE_ALLOW_FUZZY": ("1", True),
    "LOCSTORE_CACHE": ("../elsewhere", "../elsewhere"),
    "LOCSTORE_DISPLAY": ("tiny,other", ("tiny", "other")),
    "LOCSTORE_FALLBACK": ("source", "source"),
    "LOCSTORE_FORMAT": ("jpeg", "jpeg"),
    "LOCSTORE_JOBS": ("3", 3),
    "LOCSTORE_LAST_RESORT": ("fail", "fail"),
    "LOCSTORE_LAYOUT": ("gradle-play-publisher", "gradle-play-publisher"),
    "LOCSTORE_MODE": ("thinking", "thinking"),
    "LOCSTORE_OUTPUT": ("pictures", "pictures"),
    "LOCSTORE_PAINTER": ("backdrop", "backdrop"),
    "LOCSTORE_QUEUE": ("redis://127.0.0.1:1/0", "redis://127.0.0.1:1/0"),
    "LOCSTORE_REPAIRS": ("7", 7),
    "LOCSTORE_TEXT_CHECK": ("never", "never"),
}
# Arguments that a command must be given; none of them is looked at before the project is opened.
ARGUMENTS = {
    "accept": ["hero/de/tiny", "headline"],
    "approve": ["hero/de/tiny"],
    "cache rm": ["0" * 64],
    "cache push": [],
    "diff": ["HEAD"],
    "export": ["--format", "csv"],
    "import": ["tiny.csv", "--locale", "de"],
    "render": ["hero/de/tiny"],
    "concept explain": ["hero/de/tiny"],
    "runs cancel": ["batch-1"],
    "runs forget": ["batch-1"],
    "verify": ["locales", "--text"],
}
NO_PROJECT = {"init", "worker", "displays", "locales", "schema"}


def commands(group: click.Group, name: str = "") -> Iterator[str]:
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        path = f"{name} {word}".strip()
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield path
            yield from commands(command, path)
        else:
            yield path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    folder = make_folder(tmp_path / "project", config="")
    folder.write("tiny.csv", "id,de\n")
    monkeypatch.chdir(folder.root)
    return folder


def option_of(config: ProjectFile, variable: str) -> Any:
    value: Any = config
    for key in VARIABLES[variable]:
        value = getattr(value, key)
    return value


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", [name for name in commands(cli) if name not in NO_PROJECT])
def test_every_variable_reaches_the_command(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, (text, _) in VALUES.items():
        monkeypatch.setenv(variable, text)
    seen: list[ProjectFile] = []

    def read(*arguments: Any) -> ProjectFile:
        seen.append(read_config(*arguments))
        raise KeyboardInterrupt  # the rest of the command is not of interest here

    monkeypatch.setattr("locstore.project.project.read_config", read)
    assert run_cli([*command.split(), *ARGUMENTS.get(command, [])]) == 130
    (config,) = seen
    assert {name: option_of(config, name) for name in VALUES} == {name: value for name, (_, value) in VALUES.items()}


def test_the_documented_table_is_the_programs() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \|.*?\| `(LOCSTORE_\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    documented = {variable: tuple(option.split(".")) for option, variable in rows}
    assert documented | {"LOCSTORE_MODE": ("images", "mode")} == dict(VARIABLES)
    assert set(VALUES) == set(VARIABLES)


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder.root / "locstore.toml"
    file.write_text('output = "file"\n[text]\nrepairs = 1\ntolerance = 0.1\n')
    monkeypatch.setenv("LOCSTORE_OUTPUT", "environment")
    monkeypatch.setenv("LOCSTORE_REPAIRS", "2")
    config = read_config(file, {})
    assert (config.output, config.text.repairs, config.text.tolerance) == ("environment", 2, 0.1)
    assert read_config(file, {"output": "option"}).output == "option"
    monkeypatch.setenv("LOCSTORE_OUTPUT", "")
    assert read_config(file, {}).output == "file"


@pytest.mark.parametrize(("variable", "value"), [("LOCSTORE_FORMAT", "gif"), ("LOCSTORE_REPAIRS", "many")])
def test_a_wrong_value_names_the_variable(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=f"^{variable}: "):
        read_config(folder.root / "locstore.toml", {})
