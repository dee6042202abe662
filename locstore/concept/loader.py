"""A concept file to a `LoadedConcept`, with every error of the file in one pass."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import difflib
import functools
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from locstore.concept.model import SCREEN_DESIGN_KEYS, Concept
from locstore.concept.names import check_names
from locstore.concept.reader import Document, Path, read_yaml
from locstore.files import open_regular
from locstore.findings import Finding, Severity
from locstore.stores import UnknownLocale, resolve_locale

_MAX_BYTES = 512 * 1024  # seconds of parsing, and a hundred times the sample

_NEVER_WORDS = "An override changes design, never words."

# What pydantic says of Python's types, in the words of the file.
_KINDS = {
    "tuple_type": "This should be a list: [first, second]",
    "dict_type": "This should be a mapping: {key: value}",
    "model_type": "This should be a mapping: {key: value}",
    "string_type": "This should be a text; put it in quotes",
    "decimal_type": "This should be a number",
    "decimal_parsing": "This should be a number",
    "float_parsing": "This should be a number",
    "bool_parsing": "This should be true or false",
}


@dataclasses.dataclass(frozen=True)
class LoadedConcept:
    """A valid concept and where its parts stand. `folder` is what its paths are relative to."""

    concept: Concept
    document: Document
    path: FilePath
    display_path: str
    digest: str

    @property
    def folder(self) -> FilePath:
        return self.path.parent

    def screen_index(self, screen: str) -> int:
        """The place of a screen in the concept, from 0. Raises StopIteration for an id that is not there."""
        return next(i for i, s in enumerate(self.concept.screens) if s.id == screen)

    @functools.cached_property
    def overrides_of_locales(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of the map of overrides by the gettext code that they mean, without keys that mean no locale."""
        found: dict[str, list[str]] = {}
        for written in self.concept.locale_overrides:
            with contextlib.suppress(UnknownLocale):  # a finding of the check
                found.setdefault(resolve_locale(written).gettext, []).append(written)
        return {code: tuple(keys) for code, keys in found.items()}

    def line(self, *path: str | int) -> int:
        return self.document.line(*path)

    def finding(
        self, code: str, message: str, *path: str | int, severity: Severity = Severity.ERROR, key: bool = False
    ) -> Finding:
        """A finding at a part of the file."""
        return self.document.finding(code, message, *path, severity=severity, key=key)


def load_concept(path: FilePath, display_path: str) -> tuple[LoadedConcept | None, list[Finding]]:
    """Read, parse and validate; None with findings of severity error if the concept cannot be used."""
    try:
        with open_regular(path) as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        message = f"The concept cannot be read: {error.strerror or error}."
        return None, [Finding(code="concept-unreadable", message=message, file=display_path)]
    if len(raw) > _MAX_BYTES:
        message = f"The concept is larger than {_MAX_BYTES // 1024} KiB; that cannot be right."
        return None, [Finding(code="concept-unreadable", message=message, file=display_path)]
    return parse_concept(raw, path, display_path)


def parse_concept(raw: bytes, path: FilePath, display_path: str) -> tuple[LoadedConcept | None, list[Finding]]:
    """As `load_concept`, for the bytes of a file that is already open."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"The file is not UTF-8: byte 0x{raw[error.start]:02x}. Save it as UTF-8."
        return None, [Finding(code="concept-unreadable", message=message, file=display_path, line=line)]
    document, findings = read_yaml(text, display_path)
    if document is None:
        return None, findings
    concept: Concept | None = None
    problems = check_names(document)
    try:
        concept = Concept.model_validate(document.data)
    except ValidationError as error:
        details = [d for d in error.errors(include_url=False) if not _follows_from_another(d)]
        problems += [_explain(document, d) for d in details]
    problems += _nothing(document, {f.path for f in problems})
    whole = not findings and concept is not None
    found = sorted({*findings, *problems}, key=lambda f: (f.line or 0, f.column or 0, f.path or "", f.message))
    if concept is None or not whole:
        return None, found
    return LoadedConcept(concept, document, path, display_path, hashlib.sha256(raw).hexdigest()), found


def _nothing(document: Document, known: set[str | None]) -> Iterator[Finding]:
    """Keys without a value, which pydantic takes for left out: most often a colour without quotes."""
    for path in document.empty:
        if ".".join(map(str, path)) not in known:
            message = f'{path[-1]} has no value. Remove it, or put quotes around what begins with a #: "#RRGGBB".'
            yield document.finding("concept-value", message, *path)


def _follows_from_another(details: ErrorDetails) -> bool:
    """A list that seems too short only because its items have errors of their own."""
    if details["type"] != "too_short":
        return False
    given = details["input"]
    return isinstance(given, list) and len(given) >= details.get("ctx", {}).get("min_length", 0)


def _explain(document: Document, details: ErrorDetails) -> Finding:
    """A pydantic error in words for the person who writes the spec."""
    path = _real_path(document.data, details["loc"])
    kind, context = details["type"], details.get("ctx", {})
    last = details["loc"][-1] if details["loc"] else ""
    if kind == "extra_forbidden":
        return document.finding("concept-unknown-key", _unknown(str(last), details["loc"]), *path, key=True)
    if kind == "missing" and isinstance(last, int):
        return document.finding("concept-value", f"{path[-1]} needs {last + 1} items or more.", *path)
    if kind == "missing":
        where = f" of {'.'.join(map(str, path))}" if path else ""
        return document.finding("concept-missing-key", f"The key {last!r}{where} is missing.", *path)
    if kind == "value_error":
        message = str(context.get("error", details["msg"]))
        return document.finding("concept-value", message[:1].upper() + message[1:] + ".", *path)
    if kind == "model_type" and details["loc"][-2:-1] == ("slots",):
        return _no_style(document, str(last), path)
    found = _shortened(details["input"])
    if kind == "string_pattern_mismatch":
        message = f"{found} has a character or form that is not allowed here ({context.get('pattern')})."
    elif kind in ("too_short", "too_long"):
        least, most = context.get("min_length", 0), context.get("max_length")
        wanted = f"{least} items or more" if most is None else f"{most} items at most"
        message = f"{path[-1]} takes {wanted} (found {found})."
    else:
        message = f"{_KINDS.get(kind, details['msg'])} (found {found})."
    return document.finding("concept-value", message, *path)


def _no_style(document: Document, name: str, path: Path) -> Finding:
    """A key of a screen's override that is neither design nor a slot's style."""
    close = difflib.get_close_matches(name, SCREEN_DESIGN_KEYS, n=1)
    if close:
        message = f"There is no key {name!r} here. Did you mean {close[0]!r}?"
        return document.finding("concept-unknown-key", message, *path, key=True)
    message = f"{_NEVER_WORDS} {name!r} takes a slot's style, such as {{max_lines: 3}}."
    return document.finding("concept-value", message, *path)


def _shortened(found: Any) -> str:
    """A value from the file as it is written there, more or less, and never longer than a line."""
    text = found.isoformat() if isinstance(found, datetime.date) else "nothing" if found is None else repr(found)
    return text if len(text) <= 60 else text[:57] + "..."


def _unknown(name: str, loc: tuple[int | str, ...]) -> str:
    if "slots" in loc and name in ("text", "plural"):
        return f"{_NEVER_WORDS} Put the words for {name!r} into the locale's catalog."
    known = _fields_at(loc[:-1])
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"There is no key {name!r} here. Did you mean {close[0]!r}?"
    return f"There is no key {name!r} here. Known keys: {', '.join(known)}." if known else f"Unknown key {name!r}."


def _fields_at(loc: tuple[int | str, ...]) -> list[str]:
    """Names that the model knows at a location, found by walking the JSON schema's references."""
    schema = _model_schema()
    node: dict[str, Any] = schema
    for part in loc:
        node = _resolve(schema, node)
        if isinstance(part, int):
            node = node.get("items") or (node.get("prefixItems") or [{}])[0]
            continue
        kinds = [_resolve(schema, option) for option in node.get("oneOf", [])]
        of_kind = next((kind for kind in kinds if part in kind.get("properties", {}) or kind.get("type") == part), None)
        if of_kind is not None:
            node = of_kind  # pydantic's location has the kind of a layer before its key
            continue
        if part in node.get("properties", {}):
            node = node["properties"][part]
        elif isinstance(node.get("additionalProperties"), dict):
            node = node["additionalProperties"]
        options = node.get("anyOf") or node.get("allOf") or []
        for option in options:
            resolved = _resolve(schema, option)
            if "properties" in resolved or "items" in resolved:
                node = resolved
                break
    return sorted(_resolve(schema, node).get("properties", {}))


@cache
def _model_schema() -> dict[str, Any]:
    return Concept.model_json_schema()


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _real_path(data: Any, loc: tuple[int | str, ...]) -> Path:
    """The part of pydantic's location that exists in the file: it also names union branches and models."""
    path: list[str | int] = []
    for part in loc:
        known = data if isinstance(data, dict) else dict(enumerate(data)) if isinstance(data, list) else {}
        name = "text_styles" if part == "typography" and part not in known and not path else part
        if name in known:
            data = known[name]
            path.append(name)
    return tuple(path)


def concept_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a concept file, for editors."""
    schema = Concept.model_json_schema(by_alias=True)
    override = schema["$defs"].pop("ScreenOverride", None)
    if override is not None:
        # In the file, a screen's override is one mapping: design keys, and slot ids with their styles.
        design = dict(schema["$defs"]["ScreenDesign"])
        design["additionalProperties"] = {"$ref": "#/$defs/SlotStyle"}
        patch = {"type": "object", "additionalProperties": {"type": "object"}}
        layers = {"anyOf": [design["properties"]["layers"], patch]}
        design["properties"] = {**design["properties"], "layers": layers}
        schema["$defs"]["ScreenOverride"] = design
    names = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    schema["$defs"]["ShowOn"] = {"anyOf": [{"type": "string"}, names, {"$ref": "#/$defs/When"}]}
    schema["$defs"]["Background"] = {"anyOf": [{"type": "string"}, schema["$defs"].pop("Background")]}
    schema["$defs"]["Frame"] = {"anyOf": [{"type": "string"}, schema["$defs"].pop("Frame")]}
    schema["properties"]["text_styles"] = schema["properties"]["typography"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "locstore concept", **schema}


__all__ = ["LoadedConcept", "concept_schema", "load_concept"]
