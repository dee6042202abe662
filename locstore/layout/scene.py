"""A shot's layers, as the concept says them, to a scene in pixels: groups resolved, mirrored, words typeset."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from locstore.concept import (
    BackgroundItem,
    DeviceItem,
    FillSpec,
    GroupItem,
    ImageItem,
    LayerSpec,
    ShapeItem,
    StopSpec,
    TextGradient,
    TextItem,
    ZoomItem,
)
from locstore.findings import Finding
from locstore.layout import shapes
from locstore.layout.color import rgb
from locstore.layout.composition import DeviceBox, LogoBox, SetSlot
from locstore.layout.device_layers import DeviceFiles, device_layer
from locstore.layout.geometry import IDENTITY, Matrix, Plane, about, multiply, rotation, scaling, translation
from locstore.layout.layers import (
    AnyLayer,
    BackgroundLayer,
    ConicGradient,
    Connector,
    DeviceLayer,
    EdgeFade,
    Fill,
    Glow,
    ImageLayer,
    LinearGradient,
    MeshGradient,
    RadialGradient,
    ShapeLayer,
    SolidFill,
    Stop,
    TextLayer,
    ZoomLayer,
)
from locstore.layout.placing import Canvas, mean_side, place, turn, turned, whole
from locstore.layout.text_stack import stack
from locstore.shots import Asset, SceneLayer, Shot
from locstore.typeset import Box, FontLibrary

PictureSize = Callable[[Asset], tuple[int, int]]
_LOGO = 0.055  # of the canvas's mean side
_LOGO_ROOM = 1.3  # of its side: what it takes from the words
_EDGES: dict[tuple[str, bool], Literal["top", "right", "bottom", "left"]] = {
    ("top", False): "top",
    ("top", True): "top",
    ("bottom", False): "bottom",
    ("bottom", True): "bottom",
    ("start", False): "left",
    ("start", True): "right",
    ("end", False): "right",
    ("end", True): "left",
}


@dataclasses.dataclass
class SceneBuilder:
    """Builds the layers of one shot; `devices` and `slots` are those made so far."""

    shot: Shot
    library: FontLibrary
    size: PictureSize
    assets: dict[str, Asset]
    layers: list[AnyLayer] = dataclasses.field(default_factory=list)
    devices: list[DeviceLayer] = dataclasses.field(default_factory=list)
    boxes: list[DeviceBox] = dataclasses.field(default_factory=list)
    slots: dict[str, SetSlot] = dataclasses.field(default_factory=dict)
    regions: list[Box] = dataclasses.field(default_factory=list)
    logo: LogoBox | None = None
    findings: list[Finding] = dataclasses.field(default_factory=list)

    def _missing(self, layer: SceneLayer, message: str) -> None:
        """A layer that has nothing to show: it would be left out in silence."""
        self.findings.append(
            Finding(
                code="compose-layer-empty",
                message=message,
                shot=self.shot.key,
                file=layer.file or None,
                line=layer.line or None,
            )
        )

    def build(self, items: Sequence[SceneLayer], canvas: Canvas) -> None:
        """Add layers, bottom to top."""
        named = {name for layer in items for name in _slot_names(layer.item)}
        rest = tuple(slot.id for slot in self.shot.slots if slot.id not in named)
        for layer in items:
            self._add(layer, canvas, IDENTITY, 1.0, rest)

    def _add(self, layer: SceneLayer, canvas: Canvas, matrix: Matrix, opacity: float, rest: tuple[str, ...]) -> None:
        item = layer.item
        own = canvas.fixed() if item.mirror == "never" else canvas
        if isinstance(item, GroupItem):
            center = own.point(item.about)
            dx, dy = own.vector(item.shift)
            inner = multiply(scaling(item.scale), rotation(own.angle(item.rotate)))
            moved = multiply(matrix, multiply(translation(dx, dy), about(center, inner)))
            for i, child in enumerate(item.group):
                name = child.id or f"{layer.name}/{i + 1}"
                self._add(dataclasses.replace(layer, item=child, name=name), own, moved, opacity * item.opacity, rest)
            return
        for made in self._made(layer, item, own, rest):
            put = dataclasses.replace(made, opacity=opacity * made.opacity)
            if matrix != IDENTITY:
                put = _moved(put, matrix)
            if isinstance(put, DeviceLayer):
                self.devices.append(put)
            self.layers.append(put)

    def _made(self, layer: SceneLayer, item: LayerSpec, canvas: Canvas, rest: tuple[str, ...]) -> Iterator[AnyLayer]:
        match item:
            case BackgroundItem():
                yield self._background(layer, item, canvas)
            case DeviceItem():
                yield from self._device(layer, item, canvas)
            case ImageItem():
                yield self._image(layer, item, canvas)
            case ShapeItem():
                yield from self._shapes(layer, item, canvas)
            case TextItem():
                yield from self._text(layer, item, canvas, rest)
            case ZoomItem():
                yield from self._zoom(layer, item, canvas)

    def _background(self, layer: SceneLayer, item: BackgroundItem, canvas: Canvas) -> BackgroundLayer:
        spec = item.background
        width, height = canvas.size
        longer = max(width, height)
        glows = tuple(Glow(rgb(g.color), canvas.point(g.at), g.radius * longer, g.opacity) for g in spec.glow)
        fade = None
        if spec.fade is not None:
            edge = _EDGES[spec.fade.edge, canvas.mirrored]
            length = width if edge in ("left", "right") else height
            fade = EdgeFade(rgb(spec.fade.color), edge, spec.fade.reach * length, spec.fade.strength)
        x, y = spec.position
        return BackgroundLayer(
            name=layer.name,
            file=layer.file,
            line=layer.line,
            opacity=item.opacity,
            box=Box(0, 0, width, height),
            fill=None if spec.image else fill(spec, width, height, canvas),
            asset=self.assets[spec.image] if spec.image else None,
            position=(1 - x if canvas.mirrored else x, y),
            flipped=canvas.mirrored and item.mirror == "flip",
            blur=spec.blur * canvas.unit,
            tint=SolidFill(rgb(spec.tint.color), spec.tint.opacity) if spec.tint else None,
            glows=glows,
            fade=fade,
            dither=spec.dither,
        )

    def _device(self, layer: SceneLayer, item: DeviceItem, canvas: Canvas) -> Iterator[DeviceLayer]:
        spec, shot = item.device, self.shot
        capture = self.assets[spec.capture] if spec.capture else shot.capture
        if capture is None:
            self._missing(layer, f"The device {layer.name!r} has no capture: give it or the screen one.")
            return
        frame = spec.frame or shot.frame
        own = self.assets.get(frame.image) if frame.image else None
        files = DeviceFiles(
            capture,
            own or (shot.frame_asset if frame.kind == "image" else None),
            self.assets.get(frame.mask) if frame.mask else None,
            self.size,
        )
        made, boxes = device_layer(item, shot, canvas, files, frame, name=layer.name, file=layer.file, line=layer.line)
        if boxes is not None:
            self.boxes.append(boxes)
        yield made

    def _image(self, layer: SceneLayer, item: ImageItem, canvas: Canvas) -> ImageLayer:
        spec = item.image
        asset = self.assets[spec.file]
        width, height = self.size(asset)
        return ImageLayer(
            name=layer.name,
            file=layer.file,
            line=layer.line,
            opacity=item.opacity,
            plane=place(spec, canvas, width / height),
            asset=asset,
            flipped=canvas.mirrored and item.mirror == "flip",
            radius=spec.radius * canvas.unit,
            blur=spec.blur * canvas.unit,
            tint=SolidFill(rgb(spec.tint.color), spec.tint.opacity) if spec.tint else None,
            shadow=canvas.shadow(spec.shadow),
        )

    def _shapes(self, layer: SceneLayer, item: ShapeItem, canvas: Canvas) -> Iterator[ShapeLayer]:
        spec = item.shape
        stroke = canvas.stroke(spec.stroke)
        if spec.kind == "line" and spec.start is not None and spec.end is not None:
            points = (canvas.point(spec.start), canvas.point(spec.end))
            plane = Plane(canvas.size[0], canvas.size[1])
            yield ShapeLayer(
                name=layer.name,
                file=layer.file,
                line=layer.line,
                opacity=item.opacity,
                plane=plane,
                kind="line",
                points=points,
                stroke=stroke,
                shadow=canvas.shadow(spec.shadow),
            )
            return
        aspects = {"stars": 1.15 * spec.count, "laurel": 0.5}
        plane = place(spec, canvas, aspects.get(spec.kind, 1.0))
        base = ShapeLayer(
            name=layer.name,
            file=layer.file,
            line=layer.line,
            opacity=item.opacity,
            plane=plane,
            kind="rectangle",
            radius=min(spec.radius * canvas.unit, plane.width / 2, plane.height / 2),
            fill=fill(spec.fill, plane.width, plane.height, canvas) if spec.fill else None,
            stroke=stroke,
            glass=spec.glass * canvas.unit,
            shadow=canvas.shadow(spec.shadow),
        )
        if spec.kind == "rectangle":
            yield base
        elif spec.kind == "circle":
            yield dataclasses.replace(base, kind="ellipse")
        elif spec.kind == "blob":
            yield dataclasses.replace(base, kind="blob", points=shapes.blob(plane.width, plane.height, spec.seed))
        elif spec.kind == "laurel":
            for leaf in shapes.laurel(plane.width, plane.height):
                outline = tuple((plane.width - x, y) for x, y in leaf) if spec.flip else leaf
                yield dataclasses.replace(base, kind="blob", points=outline)
        else:
            for outline, share in shapes.stars(plane.width, plane.height, spec.count, spec.value):
                yield from _star(base, outline, share)

    def _text(self, layer: SceneLayer, item: TextItem, canvas: Canvas, rest: tuple[str, ...]) -> Iterator[AnyLayer]:
        shot = self.shot
        wanted = rest if item.text == ("all",) else item.text
        slots = [slot for slot in shot.slots if slot.id in wanted and slot.id not in self.slots]
        if item.text != ("all",):
            slots.sort(key=lambda slot: item.text.index(slot.id))
        region = canvas.box(item.box)
        if item.logo and shot.logo is not None:
            self.logo, region = _logo(shot, item.align, region, mirrored=canvas.mirrored)
            yield self._logo_layer(layer, self.logo)
        self.regions.append(region)
        set_slots = stack(shot, slots, region, self.library, canvas, align=item.align, valign=item.valign)
        middle = (region.x + region.width / 2, region.y + region.height / 2)
        matrix = IDENTITY
        if item.rotate or item.tilt is not None:
            matrix = about(middle, turn(item.tilt, item.rotate, canvas))
        for words, set_slot in zip(slots, set_slots, strict=True):
            self.slots[set_slot.id] = set_slot
            yield TextLayer(
                name=set_slot.id,
                file=words.file,
                line=words.line,
                opacity=item.opacity,
                slot=set_slot,
                matrix=matrix,
                shadow=canvas.shadow(words.style.shadow),
                outline=canvas.stroke(words.style.outline),
                gradient=_letters(words.style.gradient, canvas),
            )

    def _logo_layer(self, layer: SceneLayer, logo: LogoBox) -> AnyLayer:
        assert self.shot.logo is not None  # noqa: S101 - the caller's case
        return ImageLayer(
            name="logo",
            file=layer.file,
            line=layer.line,
            plane=Plane.of(logo.box),
            asset=self.shot.logo,
            fit="inside",
        )

    def _zoom(self, layer: SceneLayer, item: ZoomItem, canvas: Canvas) -> Iterator[ZoomLayer]:
        spec = item.zoom
        device = self._zoomed(spec.of)
        if device is None:
            self._missing(layer, f"The zoom {layer.name!r} is of {spec.of!r}, and there is no such device below it.")
            return
        width, height = self.size(device.capture)
        x, y, wide, high = spec.area
        area = Box(x * width, y * height, wide * width, high * height)
        plane = place(spec, canvas, area.width / area.height)
        card = plane
        if spec.box is not None and not spec.rotate and spec.tilt is None:
            area = _same_aspect(area, plane.width / plane.height, (width, height))
        elif spec.box is not None:
            card = turned(canvas.box(spec.box), spec, canvas)
        origin = _on_device(device, area, (width, height))
        stroke = canvas.stroke(spec.line)
        connector = None
        if stroke is not None:
            start = tuple(sum(p[k] for p in origin) / 4 for k in (0, 1))
            end = card.at(card.width / 2, card.height / 2)
            connector = Connector((start[0], start[1]), end, stroke)
        yield ZoomLayer(
            name=layer.name,
            file=layer.file,
            line=layer.line,
            opacity=item.opacity,
            plane=card,
            capture=device.capture,
            area=area,
            radius=min(spec.radius * canvas.unit, card.width / 2, card.height / 2),
            origin=origin,
            stroke=canvas.stroke(spec.stroke),
            connector=connector,
            shadow=canvas.shadow(spec.shadow),
        )

    def _zoomed(self, of: int | str) -> DeviceLayer | None:
        if isinstance(of, int):
            return self.devices[of - 1] if of <= len(self.devices) else None
        return next((d for d in self.devices if d.name == of), None)


def _slot_names(item: LayerSpec) -> Iterator[str]:
    if isinstance(item, TextItem):
        yield from (name for name in item.text if name != "all")
    elif isinstance(item, GroupItem):
        for child in item.group:
            yield from _slot_names(child)


def fill(spec: FillSpec, width: float, height: float, canvas: Canvas) -> Fill:
    """A fill of an area of this size, in pixels of it, mirrored as the canvas is."""
    if spec.solid is not None:
        return SolidFill(rgb(spec.solid))
    x = 1 - spec.center[0] if canvas.mirrored else spec.center[0]
    center = (x * width, spec.center[1] * height)
    if spec.mesh is not None:
        rows = [row[::-1] if canvas.mirrored else row for row in spec.mesh]
        colors = tuple(rgb(color) for row in rows for color in row)
        return MeshGradient(len(rows[0]), len(rows), colors)
    stops = _stops(spec.gradient or ())
    angle = (360 - spec.angle) % 360 if canvas.mirrored else spec.angle
    if spec.kind == "linear":
        return LinearGradient(stops, angle)
    if spec.kind == "radial":
        reach = spec.radius * max(width, height)
        return RadialGradient(stops, center, (reach, reach))
    return ConicGradient(stops, center, angle)


def _stops(given: Sequence[StopSpec]) -> tuple[Stop, ...]:
    even = [i / (len(given) - 1) for i in range(len(given))]
    return tuple(
        Stop(even[i] if stop.at is None else stop.at, rgb(stop.color), stop.opacity) for i, stop in enumerate(given)
    )


def _letters(spec: TextGradient | None, canvas: Canvas) -> LinearGradient | None:
    if spec is None:
        return None
    angle = (360 - spec.angle) % 360 if canvas.mirrored else spec.angle
    return LinearGradient(_stops(spec.colors), angle)


def _star(base: ShapeLayer, outline: tuple[tuple[float, float], ...], share: float) -> Iterator[ShapeLayer]:
    """A star that is filled from its left by a share; the rest is the same colour, faint."""
    faint = dataclasses.replace(base, kind="blob", points=outline, opacity=base.opacity * 0.28, shadow=None)
    if share < 1:
        yield faint
    if share > 0:
        xs = [p[0] for p in outline]
        points = outline if share >= 1 else shapes.cut_at(outline, min(xs) + share * (max(xs) - min(xs)))
        yield dataclasses.replace(base, kind="blob", points=points)


def _logo(shot: Shot, align: str, region: Box, *, mirrored: bool) -> tuple[LogoBox, Box]:
    """The logo above the words; the words give it room."""
    side = _LOGO * mean_side(shot.size)
    start = region.right - side if mirrored else region.x
    x = region.x + (region.width - side) / 2 if align == "center" else start
    taken = side * _LOGO_ROOM
    below = Box(region.x, region.y + taken, region.width, region.height - taken)
    return LogoBox(Box(round(x), round(region.y), round(side), round(side))), below


def _same_aspect(area: Box, aspect: float, size: tuple[int, int]) -> Box:
    """The area grown or cut about its middle to the card's shape, inside the capture."""
    height = area.width / aspect
    y = min(max(0.0, area.y + (area.height - height) / 2), max(0.0, size[1] - height))
    return Box(area.x, y, area.width, min(height, size[1]))


def _on_device(
    device: DeviceLayer, area: Box, size: tuple[int, int]
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Corners of an area of the capture on the canvas."""
    crop = device.crop or Box(0, 0, size[0], size[1])
    sx, sy = device.screen.width / crop.width, device.screen.height / crop.height
    x, y = device.screen.x + (area.x - crop.x) * sx, device.screen.y + (area.y - crop.y) * sy
    return device.plane.part(Box(x, y, area.width * sx, area.height * sy)).corners


def _moved(layer: AnyLayer, matrix: Matrix) -> AnyLayer:
    """A layer of a group: its plane moved with the group."""
    if isinstance(layer, BackgroundLayer):
        return layer
    if isinstance(layer, TextLayer):
        return dataclasses.replace(layer, matrix=multiply(matrix, layer.matrix))
    plane = layer.plane.moved(matrix)
    if isinstance(layer, DeviceLayer):
        back = multiply(matrix, layer.back) if layer.back is not None else None
        frame = dataclasses.replace(layer.frame, classic=layer.frame.classic and plane.upright)
        return dataclasses.replace(layer, plane=plane, back=back, frame=frame)
    if isinstance(layer, ZoomLayer):
        unit = Plane(1, 1, matrix)
        connector = layer.connector
        if connector is not None:
            connector = dataclasses.replace(connector, end=unit.at(*connector.end))
        return dataclasses.replace(layer, plane=plane, connector=connector)
    if plane.upright:
        plane = Plane.of(whole(plane.bounds))
    return dataclasses.replace(layer, plane=plane)
