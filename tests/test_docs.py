"""The documentation names everything there is, and nothing that is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from locstore.cli.main import COMMANDS, cli, run_cli
from locstore.concept import Screen, Slot, concept_schema
from locstore.concept.loader import parse_concept
from locstore.concept.model import Concept
from locstore.findings import explanations
from locstore.project import ProjectFile, read_config

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {path.name: path.read_text(encoding="utf-8") for path in PAGES}
ALL = "\n".join(TEXT.values())

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """As GitHub makes them of headings."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def commands(group: click.Group | None = None, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """(`cache verify`, command) of every command and subcommand."""
    group = group or cli
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        yield f"{name} {word}".strip(), command
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}".strip())


# -- the README's promises


def test_the_readmes_two_commands() -> None:
    """Each makes and enters an environment of its own: Debian's Python refuses to install into the system's."""
    enter = "    python3 -m venv .venv && . .venv/bin/activate && "
    assert f"{enter}pip install . && locstore run\n" in TEXT["README.md"]
    assert f"{enter}pip install -e '.[test]' && pytest\n" in TEXT["README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links(page: Path) -> None:
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, part = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_relative_to(ROOT), f"{link} leads out of the repository"
        assert target.exists(), f"{link} leads nowhere"
        if part:
            headings = _HEADING.findall(target.read_text(encoding="utf-8"))
            assert part in {anchor(heading) for heading in headings}, f"{link} has no such heading"


def test_every_page_of_docs_is_linked() -> None:
    linked = {Path(link.partition("#")[0]).name for text in TEXT.values() for link in _LINK.findall(text)}
    assert {path.name for path in (ROOT / "docs").glob("*.md")} <= linked


# -- commands


def test_the_groups_list_is_that_of_the_modules() -> None:
    modules = {path.stem.rstrip("_") for path in (ROOT / "locstore" / "cli").glob("*.py")}
    assert set(COMMANDS) <= modules
    assert [name for name, _ in commands() if " " not in name] == list(COMMANDS)


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_command_has_help(name: str, command: click.Command, capsys: pytest.CaptureFixture[str]) -> None:
    summary = (command.help or "").strip().splitlines()
    assert summary, f"{name} has no help"
    assert summary[0].endswith((".", ":")), name
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[-1]} has no help"
    assert run_cli([*name.split(), "--help"]) == 0
    assert summary[0].split(".")[0].split()[0] in capsys.readouterr().out


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_a_command_is_documented(name: str) -> None:
    assert re.search(rf"locstore {name}\b", ALL), f"locstore {name} is in no page"


def test_commands_and_options_in_the_pages_exist() -> None:
    known = dict(commands())
    for words in re.findall(r"(?:^ {4}|`|&& )locstore ((?:[a-z]+ ?)+)", ALL, re.MULTILINE):
        first, *rest = words.split()
        assert first in known, f"locstore {words} does not exist"
        if isinstance(known[first], click.Group) and rest:
            assert f"{first} {rest[0]}" in known, f"locstore {words} does not exist"
    options = {option for command in known.values() for p in command.params for option in (*p.opts, *p.secondary_opts)}
    ours = re.sub(r"^ {4}(?:python|redis-server) .*$", "", ALL, flags=re.MULTILINE)
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours):
        assert option in options | {"--help", "--version"}, f"{option} does not exist"


# -- options of the project file


def options(model: type[BaseModel] = ProjectFile, prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from options(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


@pytest.mark.parametrize("option", list(options()))
def test_an_option_is_in_the_table(option: str) -> None:
    table = "\n".join(line for line in TEXT["configuration.md"].splitlines() if line.startswith("| "))
    assert f"`{option}`" in table, f"docs/configuration.md lacks {option}"


def test_options_in_the_table_exist() -> None:
    named = re.findall(r"^\| `([a-z_.]+)` \|", TEXT["configuration.md"], re.MULTILINE)
    assert named
    known = set(options())
    files = (".json", ".db")
    assert [name for name in named if not name.endswith(files) and name not in known] == []


def test_the_options_defaults_in_the_table(tmp_path: Path) -> None:
    """Where the table has a value in TOML, the file may say it, and it changes nothing."""
    rows = re.findall(r"^\| `([a-z_.]+)` \| `([^`]+)`", TEXT["configuration.md"], re.MULTILINE)
    assert len(rows) > 8
    for name, value in rows:
        path = tmp_path / "locstore.toml"
        path.write_text(f"{name} = {value}\n", encoding="utf-8")
        assert read_config(path, {}) == ProjectFile(), f"{name} = {value} is not the default"


def test_environment_variables_in_the_table_are_real() -> None:
    variables = {f"LOCSTORE_{p.name.upper()}" for _, c in commands() for p in c.params if p.name}
    variables |= {str(name) for _, c in commands() for p in c.params for name in _names(p.envvar)}
    for name in re.findall(r"`(LOCSTORE_[A-Z_]+)`", TEXT["configuration.md"]):
        assert name in variables or name == "LOCSTORE_", f"{name} is read by nothing"


def _names(envvar: object) -> list[str]:
    return [envvar] if isinstance(envvar, str) else list(envvar) if isinstance(envvar, (list, tuple)) else []


# -- the concept


def test_every_key_of_a_concept_is_documented() -> None:
    page = TEXT["concept.md"]
    keys = {*Concept.model_fields, *Screen.model_fields, *Slot.model_fields} - {"copy_"} | {"copy"}
    keys |= {name for schema in concept_schema()["$defs"].values() for name in schema.get("properties", ())}
    missing = {key for key in keys if not re.search(rf"\b{key}\b", page)}
    assert missing == set()


def test_the_yaml_in_the_pages_can_be_read() -> None:
    """Pieces of the page about concepts, put together, are one concept without errors."""
    pieces = [text for kind, text in _FENCE.findall(TEXT["concept.md"]) if kind == "yaml"]
    loaded, findings = parse_concept("\n".join(pieces).encode(), ROOT / "concept.yaml", "docs/concept.md")
    assert [str(finding) for finding in findings] == []
    assert loaded is not None


def test_codes_in_the_pages_exist() -> None:
    rooms = "|".join({code.partition("-")[0] for code in explanations()})
    for code in re.findall(rf"\[((?:{rooms})-[a-z-]+)\]", ALL):
        assert code in explanations(), f"{code} is no code"


def test_no_page_names_a_place_on_one_machine() -> None:
    assert not re.search(r"(?<![\w.])/(?:home|root|work|Users|tmp)/", ALL)


@pytest.mark.parametrize("page", [*PAGES, *sorted((ROOT / "locstore").rglob("*.toml"))], ids=lambda path: path.name)
def test_lines_end_as_they_should(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
