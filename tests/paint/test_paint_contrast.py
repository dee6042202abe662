"""Contrast is measured against what is painted behind the words, in every layout and for every colour."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from locstore.findings import Severity
from locstore.layout import (
    Composition,
    LinearGradient,
    Scene,
    Shadow,
    ShapeLayer,
    SolidFill,
    Stop,
    Stroke,
    TextLayer,
    compose,
    geometry,
)
from locstore.paint import LocalPainter, picture_size
from locstore.shots import Asset, Shot
from locstore.typeset import FontLibrary

SIZE = (660, 1434)
Composed = Callable[..., Composition]


@pytest.fixture
def composed(make_shot: Callable[..., Shot], library: FontLibrary) -> Composed:
    def composed(*slots: tuple[Any, ...], **design: Any) -> Composition:
        shot = make_shot(*slots, **{"display": SIZE, **design})
        return compose(shot, library, lambda asset: picture_size(asset.path))

    return composed


def codes(painter: LocalPainter, composition: Composition) -> list[tuple[str, str, str | None]]:
    painter.paint(composition)
    return [(f.code, str(f.severity), f.slot) for f in painter.contrast(composition)]


def restyled(composition: Composition, **changes: Any) -> Composition:
    """With other effects on all slots."""
    layers = [
        dataclasses.replace(layer, **changes) if isinstance(layer, TextLayer) else layer
        for layer in composition.scene.layers
    ]
    scene = dataclasses.replace(composition.scene, layers=tuple(layers))
    return dataclasses.replace(composition, scene=scene)


@pytest.mark.parametrize("layout", ["caption-top", "caption-bottom", "caption-side", "full-bleed", "art-only"])
def test_white_on_white_is_an_error_in_every_layout(library: FontLibrary, composed: Composed, layout: str) -> None:
    composition = composed(("headline", "Water now", {"color": "#ffffff"}), background="#ffffff", layout=layout)
    (finding,) = LocalPainter(library).contrast(composition)
    assert (finding.code, finding.severity, finding.slot) == ("paint-low-contrast", Severity.ERROR, "headline-0")
    assert "#ffffff" in finding.message
    assert "1.0:1" in finding.message
    assert (finding.file, finding.line) == (composition.scene.layers[-1].file, composition.scene.layers[-1].line)


def test_a_highlight_is_measured_by_itself(library: FontLibrary, composed: Composed) -> None:
    slot = ("headline", "Never *forget* again", {"color": "#ffffff", "highlight": {"color": "#204030"}})
    (finding,) = LocalPainter(library).contrast(composed(slot, background="#12372a"))
    assert "highlighted words (#204030)" in finding.message


def test_words_on_a_plate_are_measured_against_the_plate(library: FontLibrary, composed: Composed) -> None:
    painter = LocalPainter(library)
    good = composed(("badge", "Save $120", {"color": "#ffffff", "pill": "#102030"}), background="#ffffff")
    poor = composed(("badge", "Save $120", {"color": "#ffffff", "pill": "#f0f0f0"}), background="#000000")
    assert codes(painter, good) == []
    assert codes(painter, poor) == [("paint-low-contrast", "error", "badge-0")]


@pytest.mark.parametrize(("size", "wanted"), [([1.8, 2.2], "4.5:1"), ([5.0, 5.2], "")])
def test_small_words_need_more(library: FontLibrary, composed: Composed, size: list[float], wanted: str) -> None:
    """#808080 on white has 3.95:1: enough for a headline, not for a caption."""
    slot = ("headline", "Light", {"color": "#808080", "size": size})
    findings = LocalPainter(library).contrast(composed(slot, background="#ffffff"))
    assert [(f.severity, wanted in f.message) for f in findings] == ([(Severity.WARNING, True)] if wanted else [])


def test_a_shape_below_the_words_counts(library: FontLibrary, composed: Composed) -> None:
    """White words on a black background with a white card between."""
    composition = composed(("headline", "Hello", {"color": "#ffffff"}), background="#000000")
    painter = LocalPainter(library)
    assert codes(painter, composition) == []
    card = ShapeLayer(
        name="card",
        plane=geometry.Plane(*SIZE, geometry.IDENTITY),
        kind="rectangle",
        fill=SolidFill((255, 255, 255)),
    )
    layers = composition.scene.layers
    scene = Scene(SIZE, (*layers[:-1], card, layers[-1]))
    shown = dataclasses.replace(composition, scene=scene)
    assert codes(painter, shown) == [("paint-low-contrast", "error", "headline-0")]


def test_an_outline_makes_words_readable(library: FontLibrary, composed: Composed) -> None:
    painter = LocalPainter(library)
    composition = composed(("headline", "Hello", {"color": "#ffffff"}), background="#ffffff")
    outlined = restyled(composition, outline=Stroke((0, 0, 0), 12.0))
    assert codes(painter, outlined) == []
    assert codes(painter, restyled(composition, shadow=Shadow((0, 0, 0), 1.0, 2.0, 0.0, 0.0))) != []


def test_every_colour_of_a_gradient_is_measured(library: FontLibrary, composed: Composed) -> None:
    painter = LocalPainter(library)
    composition = composed(("headline", "Hello", {"color": "#000000"}), background="#ffffff")
    fill = LinearGradient((Stop(0, (0, 0, 0)), Stop(1, (250, 250, 250))), 180)
    assert codes(painter, composition) == []
    assert codes(painter, restyled(composition, gradient=fill)) == [("paint-low-contrast", "error", "headline-0")]


def test_turned_words_are_measured_where_they_are(library: FontLibrary, composed: Composed, tmp_path: Path) -> None:
    """A picture that is dark but for the place that the words are turned away from."""
    painter = LocalPainter(library)
    slot = ("headline", "Water it now", {"color": "#ffffff", "max_lines": 1})
    composition = composed(slot, background="#ffffff")
    ink = composition.slots[0].text_layout.ink
    assert ink is not None
    turn = geometry.about((ink.x + ink.width / 2, ink.y + ink.height / 2), geometry.rotation(90))
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    middle = round(ink.x + ink.width / 2)
    picture[:, : middle - 60] = picture[:, middle + 60 :] = 255
    Image.fromarray(picture).save(tmp_path / "ground.png")
    digest = hashlib.sha256((tmp_path / "ground.png").read_bytes()).hexdigest()
    ground = dataclasses.replace(
        composition.scene.layers[0], fill=None, asset=Asset(tmp_path / "ground.png", "ground.png", digest)
    )
    scene = Scene(SIZE, (ground, *composition.scene.layers[1:]))
    straight = dataclasses.replace(composition, scene=scene)
    assert ink.width > 220
    assert codes(painter, straight) == [("paint-low-contrast", "error", "headline-0")]
    assert codes(painter, restyled(straight, matrix=turn)) == []
