"""The JSON Schema for editors: up to date, true of the sample, and as strict as the loader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from concept_text import SAMPLE, VALID, parse, screen, slot
from ruamel.yaml import YAML

from locstore.concept import Screen, ScreenDesign, Slot, concept_schema
from locstore.concept.model import Concept

FILE = Path(__file__).parents[2] / "docs" / "concept.schema.json"
SCHEMA = concept_schema()


def errors(data: Any, node: dict[str, Any], path: str = "") -> list[str]:
    """What is wrong with data, by the keywords that the schema uses; an unknown keyword stops the test."""
    unknown = node.keys() - set(CHECKS) - {"title", "description", "default", "$defs", "$schema"}
    assert not unknown, f"the test does not know {unknown}"
    return [error for keyword, check in CHECKS.items() if keyword in node for error in check(data, node, path)]


def _reference(data: Any, node: dict[str, Any], path: str) -> list[str]:
    return errors(data, SCHEMA["$defs"][node["$ref"].removeprefix("#/$defs/")], path)


def _any(data: Any, node: dict[str, Any], path: str) -> list[str]:
    tried = [errors(data, option, path) for option in node.get("anyOf", node.get("oneOf"))]
    return [] if [] in tried else min(tried, key=len)


def _type(data: Any, node: dict[str, Any], path: str) -> list[str]:
    kinds = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "null": type(None)}
    kinds |= {"object": dict, "array": list}
    good = isinstance(data, kinds[node["type"]]) and not (isinstance(data, bool) and node["type"] != "boolean")
    return [] if good else [f"{path}: {data!r} is no {node['type']}"]


def _mapping(data: Any, node: dict[str, Any], path: str) -> list[str]:
    if not isinstance(data, dict):
        return []
    found = [f"{path}: {key} is missing" for key in node.get("required", ()) if key not in data]
    for key, value in data.items():
        rest = node.get("additionalProperties", True)
        patterns = [s for p, s in node.get("patternProperties", {}).items() if re.search(p, key)]
        inner = node.get("properties", {}).get(key) or (patterns[0] if patterns else rest)
        if inner is False:
            found.append(f"{path}: {key} is unknown")
        elif isinstance(inner, dict):
            found += errors(value, inner, f"{path}.{key}")
        if "propertyNames" in node:
            found += errors(key, node["propertyNames"], f"{path}.{key}")
    return found


def _items(data: Any, node: dict[str, Any], path: str) -> list[str]:
    if not isinstance(data, list):
        return []
    found = [] if len(data) >= node.get("minItems", 0) else [f"{path}: too few"]
    found += [] if len(data) <= node.get("maxItems", len(data)) else [f"{path}: too many"]
    first = node.get("prefixItems", [])
    for i, item in enumerate(data):
        inner = first[i] if i < len(first) else node.get("items")
        found += errors(item, inner, f"{path}.{i}") if isinstance(inner, dict) else []
    return found


def _text(data: Any, node: dict[str, Any], path: str) -> list[str]:
    if not isinstance(data, str):
        return []
    good = node.get("minLength", 0) <= len(data) <= node.get("maxLength", len(data))
    return [] if good and re.search(node.get("pattern", ""), data) else [f"{path}: {data!r}"]


def _number(data: Any, node: dict[str, Any], path: str) -> list[str]:
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        return []
    good = node.get("minimum", data) <= data <= node.get("maximum", data)
    above = "exclusiveMinimum" not in node or data > node["exclusiveMinimum"]
    return [] if good and above else [f"{path}: {data}"]


CHECKS = {
    "$ref": _reference,
    "anyOf": _any,
    "oneOf": _any,
    "type": _type,
    "const": lambda data, node, path: [] if data == node["const"] else [f"{path}: {data!r}"],
    "enum": lambda data, node, path: [] if data in node["enum"] else [f"{path}: {data!r}"],
    "properties": _mapping,
    "additionalProperties": lambda data, node, path: [] if "properties" in node else _mapping(data, node, path),
    "propertyNames": lambda *_: [],
    "patternProperties": lambda data, node, path: [] if "properties" in node else _mapping(data, node, path),
    "required": lambda *_: [],
    "items": _items,
    "prefixItems": lambda data, node, path: [] if "items" in node else _items(data, node, path),
    "minItems": lambda *_: [],
    "maxItems": lambda *_: [],
    "pattern": _text,
    "minLength": lambda data, node, path: [] if "pattern" in node else _text(data, node, path),
    "maxLength": lambda *_: [],
    "minimum": _number,
    "maximum": lambda data, node, path: [] if "minimum" in node else _number(data, node, path),
    "exclusiveMinimum": lambda data, node, path: [] if "minimum" in node else _number(data, node, path),
    "format": lambda data, _, path: [] if isinstance(data, str) else [f"{path}: {data!r}"],
}


def yaml(text: str) -> Any:
    """Plain data as an editor's YAML server sees it: a date is a text to JSON."""
    loader = YAML(typ="safe", pure=True)
    return json.loads(json.dumps(loader.load(text), default=str))


def test_the_file_in_docs_is_the_one_that_the_command_prints() -> None:
    same = json.loads(FILE.read_text(encoding="utf-8")) == json.loads(json.dumps(SCHEMA))
    assert same, "docs/concept.schema.json is old: run `locstore schema > docs/concept.schema.json`"


def test_the_sample() -> None:
    assert errors(yaml(SAMPLE.read_text(encoding="utf-8")), SCHEMA) == []


def test_every_reference_has_its_target() -> None:
    names = re.findall(r'"#/\$defs/([^"]+)"', json.dumps(SCHEMA))
    assert set(names) <= set(SCHEMA["$defs"])


@pytest.mark.parametrize(
    "text",
    [
        VALID,
        slot("plural: Hellos, count: n, only: [apple], box: [0, 0, 1, 1]")
        + "values: {n: {number: 3, compact: long}}\n",
        screen('background: "#fff"'),
        screen('background: {gradient: ["#fff", "#000"], glow: [{color: "#fff", at: [0.5, 1.5]}]}'),
        screen("frame: phone"),
        screen("frame: {image: a.png, screen: [0, 0, 9, 9], radius: 3}"),
        VALID + "locales: [no, de]\n",
        VALID + "overrides: {de: {hero: {headline: {max_lines: 2}, layout: full-bleed, capture: null}}}\n",
        VALID
        + "values: {a: {date: 2026-12-01}, b: {currency: 4.99, code: USD, locales: {ja: {currency: 5, code: JPY}}}}\n",
        VALID + "values: {a: {percent: 0.97}, b: {text: iCloud}, c: {number: 1, compact: true}}\n",
        VALID.replace("[iphone_69]", "[{id: og, size: [1200, 630], format: jpeg}, mac]"),
    ],
)
def test_what_the_loader_takes_the_schema_takes(text: str) -> None:
    assert parse(text)[1] == []
    assert errors(yaml(text), SCHEMA) == []


@pytest.mark.parametrize(
    "text",
    [
        VALID + "colour: red\n",
        VALID.replace("concept: garden\n", ""),
        VALID.replace("garden", "Gar den"),
        VALID.replace("[iphone_69]", "[]"),
        VALID.replace("[iphone_69]", "[{id: og}]"),
        VALID.replace("Hello", '""'),
        VALID + "locales: german\n",
        VALID + "locales: [1]\n",
        VALID + "values: {a: {number: 1, txt: 2}}\n",
        VALID + "values: {a: {number: 1, compact: maybe}}\n",
        VALID + "overrides: {de: {hero: {headline: {text: Hallo}}}}\n",
        VALID + "overrides: {de: {hero: {headline: Hallo}}}\n",
        slot("max_lines: 0"),
        slot("size: [1]"),
        slot("size: [1, 99]"),
        slot("align: left"),
        slot("box: [0, 0, 1]"),
        screen("layout: top"),
        screen("foo: 1"),
        screen("device: {scale: 9}"),
        screen('background: {gradient: ["#fff"]}'),
        screen("background: 5"),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(text: str) -> None:
    assert parse(text)[1] != []
    assert errors(yaml(text), SCHEMA) != []


def test_every_key_of_the_model_is_there() -> None:
    assert set(SCHEMA["properties"]) == {*Concept.model_fields, "text_styles"}  # another name of typography
    assert set(SCHEMA["$defs"]["Slot"]["properties"]) == set(Slot.model_fields)
    assert set(SCHEMA["$defs"]["Screen"]["properties"]) == set(Screen.model_fields) - {"copy_"} | {"copy"}
    assert set(SCHEMA["$defs"]["ScreenOverride"]["properties"]) == set(ScreenDesign.model_fields)
