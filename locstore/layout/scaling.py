"""A scene at another scale: every length multiplied, nothing laid out again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from locstore.layout.geometry import Matrix, Plane, multiply, scaling
from locstore.layout.layers import (
    AnyLayer,
    BackgroundLayer,
    ConicGradient,
    DeviceLayer,
    Fill,
    Glow,
    ImageLayer,
    RadialGradient,
    Scene,
    Shadow,
    ShapeLayer,
    Stroke,
    TextLayer,
    ZoomLayer,
)
from locstore.layout.set_slot import SetSlot
from locstore.typeset import Box


def scaled_scene(scene: Scene, size: tuple[int, int], slots: Mapping[str, SetSlot]) -> Scene:
    """The scene on a canvas of this size; `slots` are its set words at that scale, by id."""
    factor = size[0] / scene.size[0]
    layers = tuple(_layer(layer, factor, scene.size, size, slots) for layer in scene.layers)
    return Scene(size, layers, (round(scene.offset[0] * factor), round(scene.offset[1] * factor)))


def edge_box(box: Box, factor: float) -> Box:
    """In whole pixels, by its edges, so that neighbours still touch; at least one pixel."""
    left, top = round(box.x * factor), round(box.y * factor)
    return Box(left, top, max(1, round(box.right * factor) - left), max(1, round(box.bottom * factor) - top))


def _layer(
    layer: AnyLayer, factor: float, full: tuple[int, int], size: tuple[int, int], slots: Mapping[str, SetSlot]
) -> AnyLayer:
    match layer:
        case BackgroundLayer():
            whole = layer.box == Box(0, 0, *full)
            fade = layer.fade
            return dataclasses.replace(
                layer,
                box=Box(0, 0, *size) if whole else edge_box(layer.box, factor),
                fill=_fill(layer.fill, factor),
                blur=layer.blur * factor,
                glows=tuple(Glow(g.color, _point(g.center, factor), g.radius * factor, g.opacity) for g in layer.glows),
                fade=dataclasses.replace(fade, reach=fade.reach * factor) if fade else None,
            )
        case DeviceLayer():
            return _device(layer, factor)
        case ImageLayer():
            return dataclasses.replace(
                layer,
                plane=_plane(layer.plane, factor),
                radius=layer.radius * factor,
                blur=layer.blur * factor,
                shadow=_shadow(layer.shadow, factor),
            )
        case ShapeLayer():
            return dataclasses.replace(
                layer,
                plane=_plane(layer.plane, factor),
                radius=layer.radius * factor,
                points=tuple(_point(p, factor) for p in layer.points),
                fill=_fill(layer.fill, factor),
                stroke=_stroke(layer.stroke, factor),
                glass=layer.glass * factor,
                shadow=_shadow(layer.shadow, factor),
            )
        case TextLayer():
            return dataclasses.replace(
                layer,
                slot=slots[layer.slot.id],
                matrix=_conjugate(layer.matrix, factor),
                shadow=_shadow(layer.shadow, factor),
                outline=_stroke(layer.outline, factor),
            )
        case ZoomLayer():
            return _zoom(layer, factor)


def _device(layer: DeviceLayer, factor: float) -> DeviceLayer:
    plane, screen = _plane(layer.plane, factor), _box(layer.screen, factor)
    if layer.plane.upright:
        body = layer.plane.bounds
        own = edge_box(body, factor)
        screen = edge_box(layer.screen.moved(body.x, body.y), factor).moved(-own.x, -own.y)
    return dataclasses.replace(
        layer,
        plane=plane,
        screen=screen,
        body_radius=layer.body_radius * factor,
        screen_radius=layer.screen_radius * factor,
        back=_conjugate(layer.back, factor) if layer.back else None,
        shadow=_shadow(layer.shadow, factor),
    )


def _zoom(layer: ZoomLayer, factor: float) -> ZoomLayer:
    a, b, c, d = (_point(p, factor) for p in layer.origin)
    line = layer.connector
    if line is not None:
        stroke = _stroke(line.stroke, factor) or line.stroke
        line = dataclasses.replace(line, start=_point(line.start, factor), end=_point(line.end, factor), stroke=stroke)
    return dataclasses.replace(
        layer,
        plane=_plane(layer.plane, factor),
        radius=layer.radius * factor,
        origin=(a, b, c, d),
        stroke=_stroke(layer.stroke, factor),
        connector=line,
        shadow=_shadow(layer.shadow, factor),
    )


def _plane(plane: Plane, factor: float) -> Plane:
    if plane.upright:
        return Plane.of(edge_box(plane.bounds, factor))
    return Plane(plane.width * factor, plane.height * factor, _conjugate(plane.matrix, factor))


def _conjugate(matrix: Matrix, factor: float) -> Matrix:
    """The map between scaled planes and the scaled canvas."""
    return multiply(scaling(factor), multiply(matrix, scaling(1 / factor)))


def _point(point: tuple[float, float], factor: float) -> tuple[float, float]:
    return (point[0] * factor, point[1] * factor)


def _box(box: Box, factor: float) -> Box:
    return Box(box.x * factor, box.y * factor, box.width * factor, box.height * factor)


def _fill(fill: Fill | None, factor: float) -> Fill | None:
    if isinstance(fill, RadialGradient):
        return dataclasses.replace(fill, center=_point(fill.center, factor), radii=_point(fill.radii, factor))
    if isinstance(fill, ConicGradient):
        return dataclasses.replace(fill, center=_point(fill.center, factor))
    return fill


def _shadow(shadow: Shadow | None, factor: float) -> Shadow | None:
    if shadow is None:
        return None
    return dataclasses.replace(shadow, blur=shadow.blur * factor, dx=shadow.dx * factor, dy=shadow.dy * factor)


def _stroke(stroke: Stroke | None, factor: float) -> Stroke | None:
    return None if stroke is None else dataclasses.replace(stroke, width=stroke.width * factor)
