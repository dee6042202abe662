"""Whatever stands in a concept file, reading it ends with findings and never with an exception."""

from __future__ import annotations

import re
from typing import Any

from concept_text import SAMPLE, VALID, parse
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from locstore.concept import LoadedConcept, concept_messages
from locstore.findings import Finding, explanations, has_errors

SOURCE = SAMPLE.read_text(encoding="utf-8")
TREE: dict[str, Any] = YAML(typ="safe", pure=True).load(SOURCE)

# What breaks YAML, and what the model's limits turn on.
PIECES = st.sampled_from(
    [
        *("", " ", "\n", "\t", "\x00", "\u2028", "é", "\\", ":", ": ", "-", "- ", "[", "]", "{", "}", "#", '"', "'"),
        *("&a", "*a", "!", "!!", "|", ">", "?", "%", "<<: ", "null", "~", "no", "true", "1e999", "-1", ".nan", "0x"),
        *("99999999999999999999", "2026-02-30", "*", "{{", "{plants}", "../..", "screens:", "copy:", "id: hero"),
        "overrides: {de: {hero: {text: a}}}",
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.sampled_from(["#fff", "../x", "all", "hero", "headline", "de", "iphone_69", "caption-top"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.sampled_from(["id", "text"]), inner)
    ),
    max_leaves=6,
)


def check(loaded: LoadedConcept | None, findings: list[Finding], lines: int) -> None:
    assert loaded is not None or has_errors(findings)
    assert len(findings) == len(set(findings))
    for finding in findings:
        assert finding.code in explanations()
        assert finding.file == "c.yaml"
        assert finding.line is None or 1 <= finding.line <= lines + 1
        assert finding.column is None or finding.column >= 1
        str(finding).encode()  # can be printed
    if loaded is not None:
        assert all(message.source for message in concept_messages(loaded))


def lines_of(text: str) -> int:
    return len(re.split(r"\r\n|\r|\n", text))


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"%YAML 1.1\n---\n- yes")
@example(b"? ? ? ?")
@example(b"!<!> a")
@example(b"a: !<tag:yaml.org,2002:int> x")
@example(b"a: !<tag:yaml.org,2002:timestamp> x")
@example(b"a: 0b2")
@example(b"&a [*a, *a]")
def test_any_bytes(raw: bytes) -> None:
    loaded, findings = parse(raw)
    check(loaded, findings, raw.count(b"\n") + raw.count(b"\r") + 1)


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@`?, \n\t0.~=<\\é\u2028\x85", max_size=80))
def test_any_yaml(text: str) -> None:
    check(*parse(text), lines_of(text))


@settings(max_examples=50)
@given(st.data())
def test_the_sample_with_damage(data: st.DataObject) -> None:
    """Pieces are cut out of the sample's head and tail, and put in."""
    text = SOURCE[: SOURCE.index("  saving:")] + SOURCE[SOURCE.index("typography:") :]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 30))
        text = text[:start] + data.draw(PIECES) + text[end:]
    check(*parse(text), lines_of(text))


@settings(max_examples=50)
@given(st.data())
def test_the_sample_with_other_values(data: st.DataObject) -> None:
    """The tree stays a concept but for one part, which becomes anything at all."""
    tree = {key: value for key, value in TREE.items() if key != "values"} | {"values": {"plants": {"number": 3}}}
    path: list[str | int] = []
    node: Any = tree
    while isinstance(node, (dict, list)) and node and (not path or data.draw(st.booleans())):
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        path.append(key)
        node = node[key]
    value = data.draw(VALUES)
    text = flow(replaced(tree, path, value))
    check(*parse(text), lines_of(text))


@given(name=st.text(max_size=10), value=VALUES)
def test_any_key_anywhere(name: str, value: object) -> None:
    for text in (
        VALID + f"{quoted(name)}: {flow(value)}\n",
        VALID.replace("{id:", f"{{{quoted(name)}: {flow(value)}, id:"),
    ):
        check(*parse(text), lines_of(text))


def replaced(node: Any, path: list[str | int], value: object) -> Any:
    if not path:
        return value
    key, *rest = path
    if isinstance(node, list):
        return [replaced(item, rest, value) if i == key else item for i, item in enumerate(node)]
    return {k: replaced(item, rest, value) if k == key else item for k, item in node.items()}


def flow(node: object) -> str:
    """YAML's flow style, one line; floats and dates as YAML writes them, texts always quoted."""
    if isinstance(node, dict):
        return "{" + ", ".join(f"{quoted(str(k))}: {flow(v)}" for k, v in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(flow(item) for item in node) + "]"
    if isinstance(node, str):
        return quoted(node)
    return (
        {None: "null", True: "true", False: "false"}.get(node, str(node)) if not isinstance(node, float) else str(node)
    )  # type: ignore[call-overload]


def quoted(text: str) -> str:
    return '"' + "".join(c if (c.isalnum() and c.isascii()) or c in " .:/-{}#[]*" else escape(c) for c in text) + '"'


def escape(char: str) -> str:
    return f"\\U{ord(char):08x}"


def test_the_tree_survives_the_tests_own_yaml() -> None:
    assert parse(flow(TREE))[1] == []
