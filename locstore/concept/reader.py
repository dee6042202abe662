"""YAML to plain data with the place of every key and value; nothing is executed, every problem is reported."""

from __future__ import annotations

import bisect
import dataclasses
import datetime
import re
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from locstore.findings import Finding, Severity

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_COLLECTIONS = (_TAG + "map", _TAG + "seq")
_MAX_NODES = 50_000  # aliases can make a small file expand without end
_MAX_DEPTH = 40
_MAX_DIGITS = 40
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BASED = re.compile(r"^[-+]?0[xo]", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Document:
    """Plain data and where each part stands: path -> (line, column), both from 1.

    `display_path` names the file in findings; `keys` has the places of mapping keys, `values` those of values; `empty`
    are keys and items after which nothing is written.
    """

    display_path: str
    data: Any
    empty: tuple[Path, ...]
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

    def line(self, *path: str | int) -> int:
        """The line of a part of the file."""
        place = self.place(path)
        return place[0] if place else 1

    def finding(
        self, code: str, message: str, *path: str | int, severity: Severity = Severity.ERROR, key: bool = False
    ) -> Finding:
        """A finding at a part of the file, or at the part's key."""
        line, column = self.place(path, key=key) or (None, None)
        return Finding(
            code=code,
            message=message,
            severity=severity,
            file=self.display_path,
            line=line,
            column=column,
            path=".".join(map(str, path)) or None,
        )


def read_yaml(text: str, display_path: str) -> tuple[Document | None, list[Finding]]:
    """Parse YAML 1.2 (so `no` is a word). `display_path` names the file in findings.

    With a document that has findings the rest can still be checked, so that one run reports everything.
    """
    lines = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def broken(what: str, index: int | None) -> tuple[None, list[Finding]]:
        line, column = (None, None) if index is None else _position(lines, index)
        message = f"This is not valid YAML: {what}."
        return None, [Finding(code="concept-yaml", message=message, file=display_path, line=line, column=column)]

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark, begin = error.problem_mark or error.context_mark, error.context_mark
        since = f"from line {_position(lines, begin.index)[0]}:" if begin and mark and begin.line < mark.line else ""
        what = " ".join(part for part in (error.context, since, error.problem) if part)
        return broken(what, mark.index if mark else None)
    except ReaderError as error:
        return broken(f"the character U+{ord(text[error.position]):04X} is not allowed", error.position)
    except RecursionError:
        return broken("its parts are nested too deeply", None)
    except (YAMLError, ValueError) as error:
        return broken(str(error), None)
    if root is None:
        return None, [Finding(code="concept-yaml", message="The file is empty.", file=display_path, line=1)]
    builder = _Builder(display_path, lines)
    data = builder.build(root, ())
    return Document(display_path, data, tuple(builder.empty), builder.keys, builder.values), builder.findings


def _position(lines: list[int], index: int) -> tuple[int, int]:
    """Line and column as editors count them: to ruamel.yaml, U+0085, U+2028 and U+2029 end a line, too."""
    line = bisect.bisect_right(lines, index)
    return line, index - lines[line - 1] + 1


class _Builder:
    def __init__(self, display_path: str, lines: list[int]) -> None:
        self.display_path = display_path
        self.lines = lines
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}
        self.empty: list[Path] = []
        self.findings: list[Finding] = []
        self._count = 0
        self._open: list[int] = []

    def build(self, node: Node, path: Path) -> Any:
        self._count += 1
        if self._count > _MAX_NODES or len(path) > _MAX_DEPTH or id(node) in self._open:
            if not any(f.code == "concept-yaml-too-large" for f in self.findings):
                message = "The file expands or nests without end; write its parts out, without aliases."
                self._report(node, path[:6], "concept-yaml-too-large", message)
            return None
        if node.start_mark.index < node.end_mark.index:
            self.values.setdefault(path, self._place(node))
        else:
            self.empty.append(path)  # its place is that of its key
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if node.tag not in _COLLECTIONS:
            self._refuse_tag(node, path)
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
        merged: list[Node] = []
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._report(key_node, path, "concept-yaml", "A key must be a plain word.")
                continue
            if key_node.tag == _TAG + "merge":
                merged += self._merged(value_node, path)
                continue
            key = self._text(key_node, path)
            if key in lines:
                self._report(
                    key_node,
                    (*path, key),
                    "concept-duplicate-key",
                    f"The key {key!r} stands here for the second time (first on line {lines[key]}). Remove one.",
                )
                continue
            lines[key] = self._place(key_node)[0]
            self.keys[(*path, key)] = self._place(key_node)
            data[key] = self.build(value_node, (*path, key))
        self._add_merged(data, merged, path)
        return data

    def _merged(self, node: Node, path: Path) -> list[Node]:
        """The mappings that a merge key `<<` names; the first wins (YAML merge key type, yaml.org/type/merge.html)."""
        found = list(node.value) if isinstance(node, SequenceNode) else [node]
        for item in found:
            if item.tag != _TAG + "map":
                self._report(item, path, "concept-yaml", "<< takes a mapping, or a list of mappings.")
        return [item for item in found if item.tag == _TAG + "map"]

    def _add_merged(self, data: dict[str, Any], nodes: list[Node], path: Path) -> None:
        """Keys of merged mappings that the mapping does not have itself; their places are where they are written."""
        for node in nodes:
            if id(node) in self._open:
                self.build(node, path)  # reports that it has no end
                continue
            self._open.append(id(node))
            values, keys = self.values.get(path), dict(self.keys)
            own = self._mapping(node, path)
            self._open.pop()
            self.keys.update(keys)
            if values is not None:
                self.values[path] = values
            for name, value in own.items():
                data.setdefault(name, value)

    def _scalar(self, node: ScalarNode, path: Path) -> Any:
        text = self._text(node, path)
        kind = str(node.tag).removeprefix(_TAG)
        if kind not in _SCALARS:
            self._refuse_tag(node, path)
            return text
        if kind == "int" and len(text) > _MAX_DIGITS:
            self._report(node, path, "concept-value", f"This number has {len(text)} digits. Write a shorter one.")
            return 0
        try:
            return _SCALARS[kind](text)
        except ValueError:
            return text  # a date like 2026-13-40: the model says what it wanted instead

    def _text(self, node: ScalarNode, path: Path) -> str:
        r"""The scalar's characters; `"\ud83c\udf31"`, as JSON writes an emoji, is one."""
        text = str(node.value)
        if _SURROGATE.search(text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if "\ufffd" in text:
                self._report(node, path, "concept-yaml", "Half of a character stands here; write the whole one.")
        return text

    def _refuse_tag(self, node: Node, path: Path) -> None:
        tag = str(node.tag).replace(_TAG, "!!")
        self._report(node, path, "concept-yaml", f"The tag {tag} is not allowed here. Write a plain value.")

    def _place(self, node: Node) -> tuple[int, int]:
        return _position(self.lines, node.start_mark.index)

    def _report(self, node: Node, path: Path, code: str, message: str) -> None:
        line, column = self._place(node)
        self.findings.append(
            Finding(
                code=code,
                message=message,
                file=self.display_path,
                line=line,
                column=column,
                path=".".join(map(str, path)) or None,
            )
        )


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)  # a file that says %YAML 1.1 makes booleans of yes and no
    return text.lower() == "true"


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    return int(digits, 0) if _BASED.match(digits) else int(digits)


# What a plain scalar of YAML's core schema means; every other tag is refused.
_SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "null": lambda _: None,
    "bool": _boolean,
    "int": _integer,
    "float": lambda text: float(text.replace("_", "")),
    "timestamp": datetime.date.fromisoformat,
}
