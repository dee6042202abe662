"""Every command: its help, its options' variables, its JSON, its exit code."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from projects import STORE_DISPLAY, Call, Folder, clean_environment

from locstore import __version__
from locstore.cli.main import COMMANDS, cli
from locstore.findings import explanations


def leaves(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                below = command.get_command(context, name)
                assert below is not None
                yield from leaves(below, (*path, name))
    else:
        yield path, command


ALL = dict(leaves(cli, ()))


def test_the_table_of_commands_is_the_folder_of_commands() -> None:
    modules = {p.stem for p in Path(importlib.import_module("locstore.cli").__file__ or "").parent.glob("*.py")}
    others = {"__init__", "main", "options", "progress", "printing", "streams"}
    assert set(COMMANDS) == {"import" if name == "import_" else name for name in modules - others}


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help(locstore: Call, path: tuple[str, ...]) -> None:
    for flag in ("-h", "--help"):
        said = locstore(*path, flag)
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith(f"Usage: locstore {' '.join(path)} ")
    command = ALL[path]
    assert command.help
    assert "\n" not in command.get_short_help_str(200)
    assert max(map(len, said.out.splitlines())) <= 110


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_option_has_help_and_a_variable(path: tuple[str, ...]) -> None:
    for option in ALL[path].params:
        if not isinstance(option, click.Option):
            continue
        long = [name for name in option.opts if name.startswith("--")]
        assert len(long) == 1
        name = long[0].removeprefix("--").replace("-", "_").upper()
        # A command's own, where the name means something else in another command.
        assert option.envvar in {f"LOCSTORE_{name}", f"LOCSTORE_{path[0].upper()}_{name}"}
        assert option.show_envvar
        assert option.help


def test_one_variable_means_one_thing() -> None:
    kinds: dict[str, set[str]] = {}
    for command in ALL.values():
        for option in command.params:
            if isinstance(option, click.Option):
                kinds.setdefault(str(option.envvar), set()).add(str(option.to_info_dict()["type"]))
    assert {variable for variable, types in kinds.items() if len(types) > 1} == set()


def test_variables_do_what_options_do(folder: Folder, locstore: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCSTORE_LOCALE", "de ja")
    monkeypatch.setenv("LOCSTORE_SCREEN", "hero")
    monkeypatch.setenv("LOCSTORE_DISPLAY", "t*")
    monkeypatch.setenv("LOCSTORE_JSON", "1")
    assert {s["shot"] for s in locstore("plan").json["shots"]} == {"hero/de/tiny", "hero/ja/tiny"}
    monkeypatch.setenv("LOCSTORE_LOCALE", "de,en")
    assert {s["shot"] for s in locstore("plan").json["shots"]} == {"hero/de/tiny", "hero/en_US/tiny"}
    assert {s["shot"] for s in locstore("plan", "-l", "ja").json["shots"]} == {"hero/ja/tiny"}
    monkeypatch.setenv("LOCSTORE_PROJECT", str(folder.root / "nowhere"))
    assert locstore("plan").code == 2


def test_version(locstore: Call) -> None:
    assert locstore("--version").out == f"locstore, version {__version__}\n"


def test_a_project_elsewhere(folder: Folder, locstore: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = locstore("plan", "--project", str(folder.root / "concepts"), "--json")
    assert len(said.json["shots"]) == 6


@pytest.mark.parametrize(
    "arguments",
    [
        ("nope",),
        ("run", "--nope"),
        ("run", "-j", "many"),
        ("run", "-j", "-1"),
        ("run", "--format", "gif"),
        ("run", "--project", "nowhere"),
        ("verify",),
        ("verify", "nowhere"),
        ("verify", "locstore.toml"),
        ("verify", "--explain", "no-such-code"),
        ("displays", "--store", "windows"),
        ("init", "--name", "Not a name", "new"),
        ("extract", "surplus"),
    ],
)
def test_a_command_line_that_cannot_be_understood(folder: Folder, locstore: Call, arguments: tuple[str, ...]) -> None:
    said = locstore(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err
    assert "Traceback" not in said.err


def test_without_a_command_there_is_help(locstore: Call) -> None:
    said = locstore()
    assert said.code == 2
    assert "Commands:" in said.out + said.err


def test_zero_jobs_are_one_for_each_core(folder: Folder, locstore: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCSTORE_JOBS", "0")
    assert locstore("check").code == 0
    assert locstore("check", "-j", "0").code == 0


# JSON


@pytest.mark.parametrize("bad", [False, True], ids=["good", "with errors"])
@pytest.mark.parametrize("command", ["check", "plan", "run", "prompt", "extract", "update"])
def test_json_of_a_project(folder: Folder, locstore: Call, command: str, bad: bool) -> None:
    if bad:
        folder.replace("concepts/tiny.yaml", "locales: all", "locale: all\ndisplay: x")
    said = locstore(command, "--json")
    assert said.code == (1 if bad else 0)
    findings = said.json["findings"]
    assert [f["code"] for f in findings] == (["concept-unknown-key"] * 2 if bad else [])
    assert [(f["file"], f["line"]) for f in findings] == (
        [("concepts/tiny.yaml", 13), ("concepts/tiny.yaml", 14)] if bad else []
    )
    assert "[concept-" not in said.err, "what is in the JSON is not printed again"


def test_json_of_a_manifest_that_is_not_ours(folder: Folder, locstore: Call) -> None:
    folder.write("output/manifest.json", "{}")
    said = locstore("run", "--json")
    assert (said.code, said.codes()) == (1, {"shelve-manifest-unreadable"})


def test_json_of_a_run(folder: Folder, locstore: Call) -> None:
    report = locstore("run", "--json").json
    assert {k: report[k] for k in ("painted", "unchanged", "failed", "removed", "pictures", "output")} == {
        "painted": 6,
        "unchanged": 0,
        "failed": 0,
        "removed": 0,
        "pictures": 6,
        "output": "output",
    }


def test_json_of_the_commands_that_need_no_project(folder: Folder, locstore: Call) -> None:
    displays = locstore("displays", "--json").json
    assert STORE_DISPLAY in {d["id"] for d in displays}
    assert {d["store"] for d in locstore("displays", "--store", "play", "--json").json} == {"play"}
    locales = {row["gettext"]: row for row in locstore("locales", "--json").json}
    assert locales["pt_BR"]["bcp47"] == "pt-BR"
    assert all(row["apple"] for row in locstore("locales", "--store", "apple", "--json").json)
    schema = locstore("schema").json
    assert {"concept", "screens", "displays"} <= schema["properties"].keys()
    code = next(iter(explanations()))
    assert locstore("verify", "--explain", code, "--json").json["code"] == code


def test_json_of_verify(folder: Folder, locstore: Call) -> None:
    folder.replace("concepts/tiny.yaml", "displays: [", f"displays: [{STORE_DISPLAY}, ")
    locstore("run")
    assert locstore("verify", "output", "--json").json["pictures"] == 6
    (folder.output / f"screenshots/de-DE/01_{STORE_DISPLAY}_hero.png").write_bytes(b"no picture")
    said = locstore("verify", "output", "--json")
    assert said.code == 1
    assert [f["file"] for f in said.json["findings"] if f["severity"] == "error"] == [
        f"output/screenshots/de-DE/01_{STORE_DISPLAY}_hero.png"
    ]


def test_tables_for_programs_are_separated_by_tabs(locstore: Call) -> None:
    for command in ("displays", "locales"):
        rows = [line.split("\t") for line in locstore(command).out.splitlines()]
        assert len({len(row) for row in rows}) == 1
        assert len(rows) > 20


def test_every_code_is_explained(locstore: Call) -> None:
    for code in explanations():
        said = locstore("verify", "--explain", code)
        assert said.code == 0
        assert f"[{code}]" in said.out
        assert "To do: " in said.out


def test_a_code_that_is_misspelt(locstore: Call) -> None:
    assert "Did you mean concept-yaml" in locstore("verify", "--explain", "concept-yml").err


# Quickness

HEAVY = {"numpy", "PIL", "uharfbuzz", "pydantic", "babel", "icu4py", "ruamel", "rich", "polib", "sqlite3", "httpx"}
LOOK = """
import json, sys
from locstore.cli import main
try:
    main()
except SystemExit:
    print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(arguments: list[str], folder: Path) -> set[str]:
    """Names of the modules that a command has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env=clean_environment(),
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["init", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    assert not loaded_by(arguments, tmp_path) & HEAVY


def test_what_is_heavy_is_seen(tmp_path: Path) -> None:
    assert {"pydantic", "numpy"} <= loaded_by(["check"], tmp_path)
