"""Faults of a scene, found before it is painted: words that meet or are hidden, layers off canvas, soft pictures."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from locstore.findings import Finding, Severity
from locstore.layout.geometry import IDENTITY, Plane, Point, bounds
from locstore.layout.layers import (
    AnyLayer,
    BackgroundLayer,
    ImageLayer,
    Scene,
    ShapeLayer,
    TextLayer,
    ZoomLayer,
)
from locstore.shots import Asset
from locstore.typeset import Box

_TOUCH = 2.0  # pixels that ink may share: antialiased edges
_ENLARGED = 1.05
_ZOOMED = 2.5  # a detail is enlarged on purpose, up to where it is blurred
_FAINT = 0.12  # opacity below which a layer hides nothing

PictureSize = Callable[[Asset], tuple[int, int]]


def scene_findings(scene: Scene, shot: str, size: PictureSize) -> list[Finding]:
    """Findings with the shot's key and the file and line of the layer or of the words."""
    found = [*_meeting(scene, shot), *_hidden(scene, shot)]
    for layer in scene.layers:
        found += _outside(scene, layer, shot)
        found += _enlarged(layer, shot, size)
    return found


def _meeting(scene: Scene, shot: str) -> Iterator[Finding]:
    """Slots whose ink overlaps."""
    texts = [(layer, _ink(layer)) for layer in scene.layers if isinstance(layer, TextLayer)]
    for (first, above), (second, below) in itertools.combinations(texts, 2):
        if any(_overlap(a, b) for a in above for b in below):
            yield Finding(
                code="compose-words-overlap",
                message=f"The words of {second.name!r} overlap those of {first.name!r}. Move one of them.",
                shot=shot,
                slot=second.name,
                file=second.file or None,
                line=second.line or None,
            )


def _hidden(scene: Scene, shot: str) -> Iterator[Finding]:
    """Slots below a later layer that covers some of their ink."""
    for i, layer in enumerate(scene.layers):
        if not isinstance(layer, TextLayer):
            continue
        ink = _ink(layer)
        for above in scene.layers[i + 1 :]:
            outline = _outline(above)
            if outline is None or above.opacity < _FAINT:
                continue
            if any(_crosses(outline, box) for box in ink):
                # A picture may be transparent just there; only its pixels could tell.
                sure = not isinstance(above, ImageLayer)
                yield Finding(
                    code="compose-words-hidden",
                    message=f"The {_kind(above)} {above.name!r} is above the words of {layer.name!r} and "
                    f"{'hides' if sure else 'may hide'} some of them. Put it below them, or move it.",
                    severity=Severity.ERROR if sure else Severity.WARNING,
                    shot=shot,
                    slot=layer.name,
                    file=above.file or layer.file or None,
                    line=above.line or layer.line or None,
                )


def _outside(scene: Scene, layer: AnyLayer, shot: str) -> Iterator[Finding]:
    if isinstance(layer, (BackgroundLayer, TextLayer)) or scene.offset != (0, 0):
        return
    points = layer.points if isinstance(layer, ShapeLayer) and layer.kind == "line" else layer.plane.corners
    box = bounds(tuple(points))
    width, height = scene.size
    if box.right <= 0 or box.bottom <= 0 or box.x >= width or box.y >= height:
        yield Finding(
            code="compose-layer-outside",
            message=f"The {_kind(layer)} {layer.name!r} is outside the canvas and is not seen. Move it, or remove it.",
            severity=Severity.WARNING,
            shot=shot,
            file=layer.file or None,
            line=layer.line or None,
        )


def _enlarged(layer: AnyLayer, shot: str, size: PictureSize) -> Iterator[Finding]:
    limit = _ENLARGED
    if isinstance(layer, ImageLayer) and not layer.svg and layer.fit == "fill":
        width, height = size(layer.asset)
        factor, asset = max(layer.plane.width / width, layer.plane.height / height), layer.asset
    elif isinstance(layer, ZoomLayer):
        factor, asset, limit = layer.plane.width / layer.area.width, layer.capture, _ZOOMED
    elif isinstance(layer, BackgroundLayer) and layer.asset is not None and layer.file:
        width, height = size(layer.asset)
        factor, asset = max(layer.box.width / width, layer.box.height / height), layer.asset
    else:
        return
    if factor > limit:
        yield Finding(
            code="compose-image-enlarged",
            message=f"{asset.display_path} is enlarged {factor:.2f} times in {layer.name!r} and looks soft. "
            "Export it larger.",
            severity=Severity.WARNING,
            shot=shot,
            file=layer.file or None,
            line=layer.line or None,
        )


def _kind(layer: AnyLayer) -> str:
    return type(layer).__name__.removesuffix("Layer").lower()


def _ink(layer: TextLayer) -> list[Box]:
    """Boxes of the lines' ink on the canvas, around the turned ones where the words are turned."""
    boxes = [line.ink for line in layer.slot.text_layout.lines if line.ink.width > 0 and line.ink.height > 0]
    if layer.matrix == IDENTITY:
        return boxes
    return [Plane(1, 1, layer.matrix).part(box).bounds for box in boxes]


def _overlap(a: Box, b: Box) -> bool:
    wide = min(a.right, b.right) - max(a.x, b.x)
    high = min(a.bottom, b.bottom) - max(a.y, b.y)
    return wide > _TOUCH and high > _TOUCH


def _outline(layer: AnyLayer) -> Sequence[Point] | None:
    """The convex outline that a layer covers; None for one that covers nothing."""
    if isinstance(layer, (TextLayer, BackgroundLayer)):
        return None if isinstance(layer, TextLayer) else _corners(layer.box)
    if isinstance(layer, ShapeLayer):
        if layer.kind == "line" or (layer.fill is None and not layer.glass):
            return None
        if layer.points:
            return _corners(bounds(tuple(layer.plane.at(*p) for p in layer.points)))
    return layer.plane.corners


def _corners(box: Box) -> list[Point]:
    return [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]


def _crosses(outline: Sequence[Point], box: Box) -> bool:
    """Whether a convex outline covers a part of a box: no separating axis (edges of both) leaves more than a touch."""
    other = _corners(
        Box(box.x + _TOUCH, box.y + _TOUCH, max(0.0, box.width - 2 * _TOUCH), max(0.0, box.height - 2 * _TOUCH))
    )
    for points in (outline, other):
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
            nx, ny = ay - by, bx - ax
            mine = [nx * x + ny * y for x, y in outline]
            own = [nx * x + ny * y for x, y in other]
            if max(mine) <= min(own) or max(own) <= min(mine):
                return False
    return True
