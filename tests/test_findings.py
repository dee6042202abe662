"""Findings as data: sorted, written, read back; and every code that is reported is explained, and the reverse."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locstore
from locstore.errors import EnvironmentProblem, FindingsError, LocstoreError, UsageError
from locstore.findings import (
    Explanation,
    Finding,
    Severity,
    explanations,
    finding_from_dict,
    has_errors,
    sort_findings,
)
from locstore.messages import Message

PACKAGE = Path(locstore.__file__).parent
ROOMS = ("concept", "catalog", "shots", "project", "typeset", "compose", "paint", "cache", "run", "shelve", "verify")
CODE = re.compile(rf"(?:{'|'.join(ROOMS)})(?:-[a-z]+)+")

FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["a-b", "a-c"]),
    message=st.sampled_from(["One.", "Two."]),
    severity=st.sampled_from(Severity),
    file=st.none() | st.sampled_from(["a.po", "b.po"]),
    line=st.none() | st.integers(1, 3),
    column=st.none() | st.integers(1, 3),
    path=st.none() | st.just("screens.0"),
    shot=st.none() | st.sampled_from(["hero/ja/mac", "hero/de/mac"]),
    slot=st.none() | st.just("headline"),
)


# -- one finding


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Finding(code="a-b", message="Bad."), "error: Bad. [a-b]"),
        (Finding(code="a-b", message="Bad.", file="a.po"), "a.po: error: Bad. [a-b]"),
        (Finding(code="a-b", message="Bad.", file="a.po", line=3), "a.po:3: error: Bad. [a-b]"),
        (Finding(code="a-b", message="Bad.", file="a.po", line=3, column=5), "a.po:3:5: error: Bad. [a-b]"),
        (
            Finding(code="a-b", message="Bad.", severity=Severity.NOTE, file="c.yaml", line=3, path="screens.0.id"),
            "c.yaml:3: note: screens.0.id: Bad. [a-b]",
        ),
        (
            Finding(code="a-b", message="Bad.", severity=Severity.WARNING, shot="hero/ja/mac"),
            "hero/ja/mac: warning: Bad. [a-b]",
        ),
        (
            Finding(code="a-b", message="Bad.", file="a.po", line=3, shot="hero/ja/mac", slot="headline"),
            "a.po:3: error: Bad. (hero/ja/mac) [a-b]",
        ),
    ],
)
def test_in_words(finding: Finding, text: str) -> None:
    assert str(finding) == text


@given(FINDINGS)
def test_there_and_back(finding: Finding) -> None:
    data = finding.as_dict()
    assert None not in data.values()
    assert finding_from_dict(data) == finding


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"code": "a", "message": "b"},
        {"code": "a", "severity": "error"},
        {"code": "a", "message": "b", "severity": "fatal"},
        {"code": "a", "message": "b", "severity": "error", "colour": "red"},
        {"code": "a", "message": 5, "severity": "error"},
        {"code": "a", "message": "b", "severity": "error", "line": "5"},
        {"code": "a", "message": "b", "severity": "error", "line": True},
        {"code": "a", "message": "b", "severity": "error", "file": ["a"]},
    ],
)
def test_other_data(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        finding_from_dict(data)


# -- many


@given(st.lists(FINDINGS))
def test_sorting(findings: list[Finding]) -> None:
    found = sort_findings(findings)
    assert set(found) == set(findings)
    assert len(found) == len(set(findings))
    ranks = [list(Severity).index(f.severity) for f in found]
    assert ranks == sorted(ranks)
    assert found == sort_findings(reversed(findings))


def test_by_place() -> None:
    def at(line: int | None, column: int | None = None, file: str | None = "a.po") -> Finding:
        return Finding(code="a-b", message="Bad.", file=file, line=line, column=column)

    ordered = [at(None, file=None), at(None), at(2), at(2, 4), at(10), at(1, file="b.po")]
    assert sort_findings(reversed(ordered)) == ordered


def test_errors_among_them() -> None:
    note = Finding(code="a-b", message="Look.", severity=Severity.NOTE)
    assert not has_errors([])
    assert not has_errors([note, Finding(code="a-b", message="Look.", severity=Severity.WARNING)])
    assert has_errors([note, Finding(code="a-b", message="Bad.")])


def test_the_exception_has_all_of_them() -> None:
    findings = [Finding(code="a-b", message=m, file="a.po", line=n) for m, n in (("Two.", 2), ("One.", 1))]
    error = FindingsError(findings)
    assert str(error) == "a.po:1: error: One. [a-b]\na.po:2: error: Two. [a-b]"
    assert [f.line for f in error.findings] == [1, 2]


@pytest.mark.parametrize(
    ("kind", "code"), [(LocstoreError, 3), (UsageError, 2), (FindingsError, 1), (EnvironmentProblem, 3)]
)
def test_exit_codes(kind: type[LocstoreError], code: int) -> None:
    assert kind.exit_code == code
    assert issubclass(kind, LocstoreError)


def test_a_messages_key() -> None:
    assert Message(context="hero/headline", source="Hello", plural="Hellos").key == ("hero/headline", "Hello")


# -- explanations


@pytest.fixture(scope="module")
def reported() -> dict[str, str]:
    """Code -> module of every text in the package that reads like a code, in one piece or put together from two."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = list(ast.walk(tree))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        firsts = [node.values[0] for node in nodes if isinstance(node, ast.JoinedStr)]
        begun = {str(first.value) for first in firsts if isinstance(first, ast.Constant)}
        joined = {f"{start}{text}" for start in begun if start.endswith("-") for text in texts}
        texts.discard("cache-control")  # a header of HTTP, not a code
        codes = {text for text in texts if CODE.fullmatch(text)} | (joined & set(explanations()))
        found |= dict.fromkeys(codes, path.relative_to(PACKAGE).as_posix())
    return found


def test_the_search_finds_codes(reported: dict[str, str]) -> None:
    assert reported["concept-duplicate-key"] == "concept/reader.py"
    assert reported["paint-picture-too-far-off"] == "paint/fit_to_display.py"
    assert len(reported) > 100


def test_every_code_is_explained(reported: dict[str, str]) -> None:
    missing = {code: module for code, module in reported.items() if code not in explanations()}
    assert missing == {}, "write them into locstore/explanations.toml"


def test_every_explanation_has_its_code(reported: dict[str, str]) -> None:
    assert set(explanations()) - reported.keys() == set(), "remove them from locstore/explanations.toml"


def test_codes_are_grouped_by_room_in_the_order_of_the_work() -> None:
    rooms = [code.partition("-")[0] for code in explanations()]
    assert rooms == sorted(rooms, key=ROOMS.index)


@pytest.mark.parametrize("code", explanations())
def test_an_explanation(code: str) -> None:
    explanation = explanations()[code]
    assert explanation == Explanation(code, explanation.title, explanation.why, explanation.fix)
    assert CODE.fullmatch(code)
    assert 0 < len(explanation.title) <= 60
    assert not explanation.title.endswith(".")
    for text in (explanation.why, explanation.fix):
        assert text.strip() == text
        assert text.endswith(".")
        assert len(text) < 320


def test_no_two_codes_have_one_title() -> None:
    titles = [explanation.title for explanation in explanations().values()]
    assert len(set(titles)) == len(titles)
