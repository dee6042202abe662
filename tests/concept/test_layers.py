"""Layers in a concept: each kind is read, every number has limits, mistakes have their line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from locstore.concept import LayerSpec, concept_schema
from locstore.concept.loader import parse_concept

_LAYERS = """\
concept: garden
displays: [iphone_69]
screens:
  - id: hero
    layers:
      - {background: {gradient: ["#102030", {color: "#405060", at: 0.8}], kind: radial, center: [0.2, 0.1]}}
      - {id: back, device: {capture: a.png, at: [0.3, 0.6], width: 0.6, rotate: -7, tilt: {yaw: -18}}}
      - {image: {file: art/leaf.svg, at: [0.8, 0.2], width: 0.2}, mirror: flip}
      - {group: [{shape: {kind: blob, fill: "#ffffff", box: [0.1, 0.1, 0.3, 0.2]}}], rotate: 5}
      - {zoom: {of: back, area: [0, 0.3, 1, 0.1], at: [0.5, 0.5], width: 0.8, line: "#ffffff"}}
      - {text: all, box: [0.1, 0.05, 0.8, 0.2], when: {shape: tall}}
    copy: [{id: headline, text: Hello}]
"""


def errors(text: str) -> list[tuple[int | None, str]]:
    return [(f.line, f.message) for f in parse_concept(text.encode(), Path("c.yaml"), "c.yaml")[1]]


def test_every_kind_of_layer_is_read() -> None:
    loaded, findings = parse_concept(_LAYERS.encode(), Path("c.yaml"), "c.yaml")
    assert not findings
    assert loaded is not None
    layers = loaded.concept.screens[0].layers
    assert layers is not None
    assert [type(layer).__name__.removesuffix("Item").lower() for layer in layers] == [
        "background",
        "device",
        "image",
        "group",
        "zoom",
        "text",
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("width: 0.6", "widht: 0.6", "There is no key 'widht' here. Did you mean 'width'?"),
        ("width: 0.6", "width: 60", "less than or equal to 4"),
        ("yaw: -18", "yaw: -95", "greater than or equal to -70"),
        ("at: [0.8, 0.2]", "at: [1e999, 0.2]", "less than or equal to 4"),
        ("kind: radial", "kind: round", "'linear', 'radial' or 'conic'"),
        ('fill: "#ffffff", ', "", "nothing of it would be seen"),
        ("kind: blob", "kind: line", "a line needs start, end and stroke".capitalize()),
        ("text: all", "txt: all", "exactly one of: background, device"),
        ("box: [0.1, 0.1, 0.3, 0.2]", "box: [0.1, 0.1, 0.3, 0.2], at: [0, 0]", "leave at, width and height out"),
    ],
)
def test_mistakes_have_their_line(old: str, new: str, says: str) -> None:
    line = _LAYERS[: _LAYERS.index(old)].count("\n") + 1
    found = errors(_LAYERS.replace(old, new, 1))
    assert [entry[0] for entry in found] == [line], found
    assert says.casefold() in found[0][1].casefold()


def test_layers_survive_json() -> None:
    loaded, _ = parse_concept(_LAYERS.encode(), Path("c.yaml"), "c.yaml")
    assert loaded is not None
    adapter: TypeAdapter[Any] = TypeAdapter(LayerSpec)
    for layer in loaded.concept.screens[0].layers or ():
        assert adapter.validate_json(adapter.dump_json(layer)) == layer


def test_no_number_is_unbounded() -> None:
    """Every number of a layer has both limits in the schema."""
    kinds = ("Item", "Place", "Spec", "Fill", "Frame", "When")
    for name, part in concept_schema()["$defs"].items():
        if not name.endswith(kinds) or name in ("CurrencySpec", "NumberSpec", "PercentSpec"):
            continue
        for key, value in part.get("properties", {}).items():
            assert not _unbounded(value), f"{name}.{key}"


def _unbounded(value: Any) -> bool:
    if isinstance(value, list):
        return any(_unbounded(item) for item in value)
    if not isinstance(value, dict):
        return False
    if value.get("type") in ("number", "integer"):
        low = "minimum" in value or "exclusiveMinimum" in value
        return not low or not ("maximum" in value or "exclusiveMaximum" in value)
    return any(_unbounded(item) for key, item in value.items() if key not in ("default", "enum"))
