"""YAML to plain data with the place of every key and value; nothing is executed, every problem is reported."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from locstore.findings import Finding

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_MAX_NODES = 50_000  # aliases can make a small file expand without end
_BASED = re.compile(r"^[-+]?0[xo]", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Document:
    """Plain data and where each part stands: path -> (line, column), both from 1.

    `keys` has the places of mapping keys, `values` those of values.
    """

    data: Any
    keys: dict[Path, tuple[int, int]]
    values: dict[Path, tuple[int, int]]

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int] | None:
        """The place of `path`, or of the nearest part around it that the file has."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for length in range(len(path), -1, -1):
            found = first.get(path[:length]) or second.get(path[:length])
            if found:
                return found
        return None


def read_yaml(text: str, shown: str) -> tuple[Document | None, list[Finding]]:
    """Parse YAML 1.2 (so `no` is a word). `shown` names the file in findings.

    With a document that has findings the rest can still be checked, so that one run reports everything.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        return None, [
            Finding(
                code="concept-yaml",
                message=f"This is not valid YAML: {what}.",
                file=shown,
                line=mark.line + 1 if mark else None,
                column=mark.column + 1 if mark else None,
            )
        ]
    except (YAMLError, ValueError) as error:
        return None, [Finding(code="concept-yaml", message=f"This is not valid YAML: {error}.", file=shown)]
    builder = _Builder(shown)
    if root is None:
        return None, [Finding(code="concept-yaml", message="The file is empty.", file=shown, line=1)]
    data = builder.build(root, ())
    return Document(data, builder.keys, builder.values), builder.findings


class _Builder:
    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}
        self.findings: list[Finding] = []
        self._count = 0
        self._open: list[int] = []

    def build(self, node: Node, path: Path) -> Any:
        self._count += 1
        if self._count > _MAX_NODES or id(node) in self._open:
            if not any(f.code == "concept-yaml-too-large" for f in self.findings):
                self._report(node, path, "concept-yaml-too-large", "The file expands without end; remove the aliases.")
            return None
        self.values.setdefault(path, _place(node))
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        self._open.append(id(node))
        try:
            if isinstance(node, SequenceNode):
                return [self.build(child, (*path, i)) for i, child in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.pop()

    def _mapping(self, node: Node, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._report(key_node, path, "concept-yaml", "A key must be a plain word.")
                continue
            key = str(key_node.value)
            if key in lines:
                self._report(
                    key_node,
                    (*path, key),
                    "concept-duplicate-key",
                    f"The key {key!r} stands here for the second time (first on line {lines[key]}). Remove one.",
                )
                continue
            lines[key] = key_node.start_mark.line + 1
            self.keys[(*path, key)] = _place(key_node)
            data[key] = self.build(value_node, (*path, key))
        return data

    def _scalar(self, node: ScalarNode, path: Path) -> Any:
        text = str(node.value)
        kind = str(node.tag).removeprefix(_TAG)
        if kind not in _SCALARS:
            self._report(node, path, "concept-yaml", f"The tag {node.tag} is not allowed here. Write a plain value.")
            return None
        try:
            return _SCALARS[kind](text)
        except ValueError:
            return text  # a date like 2026-13-40: the model says what it wanted instead

    def _report(self, node: Node, path: Path, code: str, message: str) -> None:
        line, column = _place(node)
        self.findings.append(
            Finding(
                code=code,
                message=message,
                file=self.shown,
                line=line,
                column=column,
                path=".".join(map(str, path)) or None,
            )
        )


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    return int(digits, 0) if _BASED.match(digits) else int(digits)


# What a plain scalar of YAML's core schema means; every other tag is refused.
_SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": _integer,
    "float": lambda text: float(text.replace("_", "")),
    "timestamp": datetime.date.fromisoformat,
}


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
