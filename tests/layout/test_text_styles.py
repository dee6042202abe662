"""Text styles in pixels: areas behind words, effects of letters, mirrored with the canvas; scenes at another scale."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from locstore.layout import Composition, TextLayer, compose, scaled_scene
from locstore.shots import Shot
from locstore.typeset import Box, FontLibrary

_WORDS = "Never forget to *water* your plants again this summer"


def text_layer(composition: Composition) -> TextLayer:
    return next(layer for layer in composition.scene.layers if isinstance(layer, TextLayer))


def made(
    make_shot: Callable[..., Shot], library: FontLibrary, style: dict[str, Any], locale: str = "en"
) -> Composition:
    return compose(make_shot(("headline", _WORDS, style), locale=locale), library, lambda _: (100, 200))


def test_an_area_behind_each_line(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    style = {"background": {"color": "#112233", "opacity": 0.5, "padding": (0.4, 0.1), "radius": 0.2, "per_line": True}}
    slot = text_layer(made(make_shot, library, style)).slot
    plate, setting = slot.text_background, slot.text_layout
    assert plate is not None
    assert len(plate.areas) == len(setting.lines) > 1
    for (area, radius), line in zip(plate.areas, setting.lines, strict=True):
        assert area.contains(line.ink, slack=1)
        assert area.width == pytest.approx(line.box.union(line.ink).width + 0.8 * setting.size, abs=1)
        assert radius == pytest.approx(0.2 * setting.size)
    assert all(plate.box.contains(area, slack=1) for area, _ in plate.areas)


def test_effects_are_in_pixels_and_mirrored(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    style = {
        "shadow": {"opacity": 0.4, "blur": 1.0, "shift": (0.5, 1.0)},
        "outline": {"color": "#ffffff", "width": 0.2},
        "gradient": {"colors": ("#ffffff", "#000000"), "angle": 90},
    }
    left, right = (text_layer(made(make_shot, library, style, locale)) for locale in ("en", "ar"))
    assert left.shadow is not None
    assert right.shadow is not None
    assert left.shadow.dx == -right.shadow.dx == pytest.approx(0.5 * (1320 * 2868) ** 0.5 / 100)
    assert left.outline is not None
    assert left.outline.color == (255, 255, 255)
    assert left.gradient is not None
    assert right.gradient is not None
    assert (left.gradient.angle, right.gradient.angle) == (90, 270)


def test_capitals_are_set_and_digests_keep_the_words(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    composition = made(make_shot, library, {"uppercase": True})
    words = composition.slots[0].text_layout.words
    assert words.text == "NEVER FORGET TO WATER YOUR PLANTS AGAIN THIS SUMMER"
    assert [words.text[a:b] for a, b in words.highlights] == ["WATER"]
    assert composition.shot.inputs()["words"][0]["markup"] == _WORDS


def test_a_scene_at_half_the_scale(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    background = {"gradient": ("#112233", "#445566"), "glow": [{"color": "#ffffff", "at": (0.2, 0.1)}]}
    shot = make_shot(("headline", _WORDS), background=background)
    scene = compose(shot, library, lambda _: (100, 200)).scene
    slots = {layer.slot.id: layer.slot for layer in scene.layers if isinstance(layer, TextLayer)}
    half: Any = scaled_scene(scene, (660, 1434), slots).layers[0]
    whole: Any = scene.layers[0]
    assert half.box == Box(0, 0, 660, 1434)
    assert half.glows[0].center == pytest.approx(tuple(c / 2 for c in whole.glows[0].center))
    assert half.glows[0].radius == pytest.approx(whole.glows[0].radius / 2)
    assert dataclasses.replace(half, box=whole.box, glows=whole.glows) == whole
