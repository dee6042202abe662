"""Findings of a scene: each fault is found with its line, and a scene without it has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from locstore.concept import LayerSpec
from locstore.layout import compose
from locstore.shots import Asset, SceneLayer, Shot
from locstore.typeset import FontLibrary

_ADAPTER: TypeAdapter[Any] = TypeAdapter(LayerSpec)
_TEXT = {"text": "headline-0", "box": [0.1, 0.1, 0.8, 0.2]}
_BOTH = {"text": "all", "box": [0.1, 0.1, 0.8, 0.2]}
_CARD = {"kind": "rectangle", "fill": "#ffffff"}
_PICTURE = Asset(Path("leaf.png"), "art/leaf.png", "1" * 64)


def codes(
    make_shot: Callable[..., Shot], library: FontLibrary, *layers: dict[str, Any]
) -> list[tuple[str, int | None]]:
    items = [
        SceneLayer(item=_ADAPTER.validate_python(layer), name=f"layer-{i}", file="c.yaml", line=i)
        for i, layer in enumerate(layers, start=1)
    ]
    slots = [("headline", "Never forget to water again"), ("caption", "Always on time")]
    shot = make_shot(*slots, layout="layers", layers=tuple(items), layer_assets=(("leaf.png", _PICTURE),))
    found = compose(shot, library, lambda _: (300, 300)).findings
    return list(dict.fromkeys((f.code, f.line) for f in found))


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([_TEXT, {"text": "caption-1", "box": [0.1, 0.5, 0.8, 0.1]}], []),
        ([_TEXT], [("compose-slot-without-layer", 11)]),
        ([_BOTH, {"device": {"at": [0.5, 0.7]}}], [("compose-layer-empty", 2)]),
        ([_BOTH, {"zoom": {"of": 1, "area": [0, 0, 1, 0.5], "at": [0.5, 0.7]}}], [("compose-layer-empty", 2)]),
        ([_TEXT, {"text": "caption-1", "box": [0.1, 0.17, 0.8, 0.06]}], [("compose-words-overlap", 11)]),
        ([_BOTH, {"shape": {**_CARD, "box": [0.3, 0.15, 0.4, 0.4]}}], [("compose-words-hidden", 2)]),
        ([{"shape": {**_CARD, "box": [0.3, 0.15, 0.4, 0.4]}}, _BOTH], []),
        ([_BOTH, {"shape": {**_CARD, "box": [0.3, 0.15, 0.4, 0.4]}, "opacity": 0.1}], []),
        ([_BOTH, {"shape": {**_CARD, "at": [0.5, 0.62], "width": 0.3, "height": 0.3, "rotate": 30}}], []),
        ([_BOTH, {"group": [{"shape": {**_CARD, "at": [0.5, 0.2], "width": 0.3}}]}], [("compose-words-hidden", 2)]),
        ([_BOTH, {"shape": {**_CARD, "at": [1.8, 0.5], "width": 0.3}}], [("compose-layer-outside", 2)]),
        ([_BOTH, {"image": {"file": "leaf.png", "at": [0.5, 0.8], "width": 0.2}}], []),
        ([_BOTH, {"image": {"file": "leaf.png", "at": [0.5, 0.8], "width": 0.4}}], [("compose-image-enlarged", 2)]),
        ([{"background": {"image": "leaf.png"}}, _BOTH], [("compose-image-enlarged", 1)]),
    ],
)
def test_each_fault_has_its_line(
    make_shot: Callable[..., Shot],
    library: FontLibrary,
    layers: list[dict[str, Any]],
    expected: list[tuple[str, int | None]],
) -> None:
    assert codes(make_shot, library, *layers) == expected
