"""The layers of a scene in words, bottom to top, for an image model that paints the whole picture."""

from __future__ import annotations

from locstore.layout import (
    BackgroundLayer,
    ConicGradient,
    DeviceLayer,
    ImageLayer,
    LinearGradient,
    MeshGradient,
    RadialGradient,
    Scene,
    ShapeLayer,
    SolidFill,
    ZoomLayer,
    bounds,
)
from locstore.prompt.places import place_in_words
from locstore.shots import Asset
from locstore.typeset.model import Color


def layers_in_words(scene: Scene, logo: Asset | None) -> list[str]:
    """A sentence for each layer but the words; `logo` is the brand's file."""
    found: list[str] = []
    for layer in scene.layers:
        if isinstance(layer, BackgroundLayer):
            found += _background(layer, scene.size)
        elif isinstance(layer, DeviceLayer):
            box = bounds(layer.plane.corners)
            what = "the app's screen without a device" if layer.frame.kind == "none" else f"a {layer.frame.kind}"
            turned = "" if layer.plane.upright else ", turned in perspective"
            found.append(f"Device: {what}, {place_in_words(box, scene.size)}{turned}.")
        elif isinstance(layer, ZoomLayer):
            box = bounds(layer.plane.corners)
            found.append(
                f"Detail: a rounded card with a part of the app's screen, enlarged, {place_in_words(box, scene.size)}."
            )
        elif isinstance(layer, ImageLayer):
            what = "Logo" if logo is not None and layer.asset == logo else "Picture"
            found.append(f"{what}: {place_in_words(bounds(layer.plane.corners), scene.size)}.")
        elif isinstance(layer, ShapeLayer):
            found.append(f"Shape: {place_in_words(bounds(layer.plane.corners), scene.size)}.")
    return found


def _background(layer: BackgroundLayer, size: tuple[int, int]) -> list[str]:
    ground = "the picture that is given" if layer.asset is not None else _fill(layer.fill)
    rows = [f"Background: {ground}."]
    rows += [
        f"Glow: a soft round light of {_hex(glow.color)}, {glow.opacity:.0%} strong, around "
        f"{glow.center[0] / size[0]:.0%} of the width and {glow.center[1] / size[1]:.0%} of the height."
        for glow in layer.glows
    ]
    if layer.fade is not None:
        rows.append(
            f"Scrim: {_hex(layer.fade.color)} fades in towards the {layer.fade.edge} edge, so that words stand out."
        )
    return rows


def _fill(fill: object) -> str:
    if isinstance(fill, SolidFill):
        return f"plain {_hex(fill.color)}"
    if isinstance(fill, LinearGradient):
        return f"a smooth gradient of {_stops(fill)} at {fill.angle:g} degrees"
    if isinstance(fill, RadialGradient):
        return f"a smooth gradient of {_stops(fill)} from its centre outwards"
    if isinstance(fill, ConicGradient):
        return f"a smooth gradient of {_stops(fill)} around its centre"
    if isinstance(fill, MeshGradient):
        return f"a soft mesh of {', '.join(_hex(color) for color in dict.fromkeys(fill.colors))}"
    return "plain"


def _stops(fill: LinearGradient | RadialGradient | ConicGradient) -> str:
    return " to ".join(_hex(stop.color) for stop in fill.stops)


def _hex(color: Color) -> str:
    return f"#{bytes(color).hex()}"
