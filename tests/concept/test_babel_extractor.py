"""`pybabel extract` finds what `locstore extract` finds."""

from __future__ import annotations

import io
import shutil
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import polib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import CommandLineInterface
from concept_text import SAMPLE, VALID, slot

from locstore.catalog import write_pot
from locstore.concept import concept_messages, load_concept
from locstore.concept.babel_extractor import extract
from locstore.errors import FindingsError

Entries = dict[tuple[str | None, str], tuple[str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the sample concept and two other YAML files."""
    (tmp_path / "concepts").mkdir()
    shutil.copy(SAMPLE, tmp_path / "concepts")
    (tmp_path / "concepts" / "ci.yaml").write_text(
        "on: [push]\njobs: {test: {steps: [{run: make}]}}\n", encoding="utf-8"
    )
    (tmp_path / "concepts" / "broken.yaml").write_text("a: [\n", encoding="utf-8")
    (tmp_path / "babel.cfg").write_text("[locstore: concepts/**.yaml]\n", encoding="utf-8")
    return tmp_path


def entries(pot: Path) -> Entries:
    """By context and id: the plural id, and the words of the comment, however it is wrapped."""
    return {(e.msgctxt, e.msgid): (e.msgid_plural, " ".join(e.comment.split())) for e in polib.pofile(str(pot))}


def ours(project: Path) -> Path:
    """The POT file that locstore itself writes."""
    loaded, _ = load_concept(project / "concepts" / SAMPLE.name, f"concepts/{SAMPLE.name}")
    assert loaded is not None
    write_pot(concept_messages(loaded), project / "ours.pot", project="pocket-garden")
    return project / "ours.pot"


def run(text: str | bytes, keywords: Any = DEFAULT_KEYWORDS) -> list[Any]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(extract(io.BytesIO(raw), keywords, (), {}))


def test_the_entry_point() -> None:
    (point,) = entry_points(group="babel.extractors", name="locstore")
    assert point.load() is extract


def test_the_command(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    CommandLineInterface().run(["pybabel", "-q", "extract", "-F", "babel.cfg", "-o", "theirs.pot", "."])
    assert entries(project / "theirs.pot") == entries(ours(project))
    assert entries(ours(project))["hero/proof", "{plants} plant kept alive"][0] == "{plants} plants kept alive"


def test_the_library(project: Path) -> None:
    """`extract_from_dir` gives file and line, as the POT's references do."""
    found = extract_from_dir(project, [("concepts/**.yaml", "locstore")])
    theirs = {(context, f"{Path(file).as_posix()}:{line}") for file, line, _, _, context in found}
    assert theirs == {(e.msgctxt, ":".join(e.occurrences[0])) for e in polib.pofile(str(ours(project)))}


def test_context_and_plural() -> None:
    assert run(VALID) == [(5, "pgettext", ("hero/headline", "Hello"), ["Headline."])]
    text = slot('plural: "{n} hellos", count: n') + "values: {n: {number: 3}}\n"
    ((line, function, arguments, _),) = run(text)
    assert (line, function, arguments) == (5, "npgettext", ("hero/headline", "Hello", "{n} hellos"))


def test_a_comment_of_several_lines() -> None:
    assert run(slot(r'comment: "One.\n\n  Two."'))[0][3] == ["Headline.", "One.", "Two."]


def test_keywords_that_are_not_asked_for() -> None:
    """`pybabel extract --no-default-keywords -k npgettext:1c,2,3`."""
    assert run(VALID, {"npgettext": ((1, "c"), 2, 3)}) == []
    assert run(VALID, {}) == []


@pytest.mark.parametrize(
    "text", ["", "a: 1\n", "- a\n", "a: [\n", "concept: a\n", "x:\n  concept: a\n  screens: []\n", b"\xff\xfe", b"\x00"]
)
def test_no_concept_has_no_messages(text: str | bytes) -> None:
    assert run(text) == []


@pytest.mark.parametrize(
    "text",
    [
        VALID + "colour: red\n",
        VALID + "foo: [\n",
        VALID.replace("displays", "  - id: hero\ndisplays"),
        VALID.encode() + b"\xff",
    ],
    ids=["unknown key", "broken YAML", "screen twice", "not UTF-8"],
)
def test_a_concept_with_errors_is_not_passed_over(text: str | bytes) -> None:
    """An empty POT would make every translation obsolete with the next `pybabel update`."""
    with pytest.raises(FindingsError, match="error"):
        run(text)


def test_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(VALID + "colour: red\n", encoding="utf-8")
    with path.open("rb") as stream, pytest.raises(FindingsError, match=r"c\.yaml:7:1: error: colour"):
        list(extract(stream, DEFAULT_KEYWORDS, (), {}))
