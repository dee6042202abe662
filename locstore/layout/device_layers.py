"""Devices as layers: frame, screen, tilt and thickness of a capture, in pixels."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from locstore.concept import Device, DeviceItem, DevicePlace, Frame
from locstore.layout.color import rgb
from locstore.layout.composition import DeviceBox
from locstore.layout.device import frame_kind, place_device
from locstore.layout.frames import FRAMES, FrameGeometry
from locstore.layout.geometry import Plane, about, multiply, translation
from locstore.layout.layers import Camera, DeviceFrame, DeviceLayer, FrameKind, Shadow
from locstore.layout.placing import Canvas, place, turn, whole
from locstore.layout.presets import DeviceRule, Region
from locstore.shots import Asset, Shot
from locstore.stores import Store
from locstore.typeset import Box

_CLASSIC = frozenset({"phone", "tablet", "none", "image"})
_CAMERA_FROM = 1.9  # height to width: older phones have a home button and no camera in the screen


@dataclasses.dataclass(frozen=True, slots=True)
class DeviceFiles:
    """The files of a device: its capture, a picture frame, the frame's mask, and the sizes of all."""

    capture: Asset
    frame: Asset | None
    mask: Asset | None
    size: Callable[[Asset], tuple[int, int]]


def device_layer(
    item: DeviceItem, shot: Shot, canvas: Canvas, files: DeviceFiles, frame: Frame, *, name: str, file: str, line: int
) -> tuple[DeviceLayer, DeviceBox | None]:
    """The layer, and its boxes if it is upright."""
    spec = item.device
    capture = files.size(files.capture)
    kind = frame_kind(frame, shot.display.form, capture)
    flat = (frame.style or "detailed") == "flat" and kind in _CLASSIC and spec.tilt is None and not spec.rotate
    if flat and spec.box is not None:
        return _flat(item, shot, canvas, files, frame, kind, name=name, file=file, line=line)
    crop = None
    shown = (float(capture[0]), float(capture[1]))
    if spec.crop is not None:
        x, y, wide, high = spec.crop
        crop = Box(x * capture[0], y * capture[1], wide * capture[0], high * capture[1])
        shown = (crop.width, crop.height)
    outer, inner, radii, depth = _outline(frame, kind, shown, files)
    body, scale = _body(spec, canvas, outer)
    depth *= scale * spec.thickness
    middle = (body.x + body.width / 2, body.y + body.height / 2)
    plane = Plane.of(body)
    back = None
    if spec.tilt is not None or spec.rotate:
        put = translation(body.x, body.y)
        plane = Plane(body.width, body.height, multiply(about(middle, turn(spec.tilt, spec.rotate, canvas)), put))
        if spec.tilt is not None and depth:
            back = multiply(about(middle, turn(spec.tilt, spec.rotate, canvas, depth=depth)), put)
    screen = Box(inner.x * scale, inner.y * scale, inner.width * scale, inner.height * scale)
    if plane.upright:
        screen = whole(screen)
    layer = DeviceLayer(
        name=name,
        file=file,
        line=line,
        opacity=item.opacity,
        plane=plane,
        screen=screen,
        body_radius=radii[1] * scale,
        screen_radius=radii[0] * scale,
        frame=DeviceFrame(
            kind=_kind(kind),
            color=rgb(frame.color),
            camera=_camera(frame, kind, shown, shot),
            buttons=frame.buttons is not False,
            asset=files.frame,
            mask=files.mask,
        ),
        capture=files.capture,
        crop=crop,
        back=back,
        edge_light=spec.edge_light,
        shadow=canvas.shadow(spec.shadow),
        contact=spec.contact,
    )
    return layer, _boxes(layer) if plane.upright else None


def _kind(kind: str) -> FrameKind:
    known: tuple[FrameKind, ...] = (*FRAMES, "image")
    return next(k for k in known if k == kind)


def _outline(
    frame: Frame, kind: str, shown: tuple[float, float], files: DeviceFiles
) -> tuple[tuple[float, float], Box, tuple[float, float], float]:
    """Body size, screen, corner radii (screen, body) and thickness, in pixels of the capture or of a picture frame."""
    if kind == "image" and frame.screen is not None and files.frame is not None:
        x, y, wide, high = frame.screen
        width, height = files.size(files.frame)
        return (width, height), Box(x, y, wide, high), (frame.radius, frame.radius), 0.0
    geometry = _geometry(_kind(kind))
    base = min(shown)
    left, top, right, bottom = (rim * base for rim in geometry.rims)
    outer = (shown[0] + left + right, shown[1] + top + bottom)
    inner = Box(left, top, shown[0], shown[1])
    return outer, inner, (geometry.screen_radius * base, geometry.body_radius * base), geometry.thickness * base


def _geometry(kind: FrameKind) -> FrameGeometry:
    return FRAMES[kind]


def _body(spec: DevicePlace, canvas: Canvas, outer: tuple[float, float]) -> tuple[Box, float]:
    """The body before it is turned, and the scale from pixels of the capture to the canvas."""
    dx, dy = canvas.vector(spec.shift)
    if spec.box is None:
        found = place(dataclass_free(spec), canvas, outer[0] / outer[1])
        box = Box(found.matrix[2], found.matrix[5], found.width, found.height)
        scale = min(box.width / outer[0], box.height / outer[1]) * spec.scale
        x, y = box.x + box.width / 2, box.y + box.height / 2
        width, height = outer[0] * scale, outer[1] * scale
        return Box(x - width / 2 + dx, y - height / 2 + dy, width, height), scale
    region = canvas.box(spec.box)
    scale = region.width / outer[0]
    if spec.fit == "inside":
        scale = min(scale, region.height / outer[1])
    scale *= spec.scale
    width, height = outer[0] * scale, outer[1] * scale
    y = {
        "top": region.y,
        "middle": region.y + (region.height - height) / 2,
        "bottom": region.bottom - height,
    }[spec.anchor]
    return Box(region.x + (region.width - width) / 2 + dx, y + dy, width, height), scale


def dataclass_free(spec: DevicePlace) -> DevicePlace:
    """The place without its turn: the body is measured upright."""
    return spec.model_copy(update={"rotate": 0.0, "tilt": None})


def _camera(frame: Frame, kind: str, shown: tuple[float, float], shot: Shot) -> Camera:
    if frame.camera not in (None, "auto"):
        return frame.camera  # type: ignore[return-value]
    tall = max(shown) > _CAMERA_FROM * min(shown)
    if kind != "phone" or not tall:
        return "hole" if kind == "foldable" else "none"
    return "hole" if shot.display.store is Store.PLAY else "island"


def _boxes(layer: DeviceLayer) -> DeviceBox:
    body = layer.plane.bounds
    screen = layer.screen.moved(body.x, body.y)
    return DeviceBox(whole(screen), whole(body), layer.screen_radius, layer.frame.kind, layer.frame.camera)


def _flat(
    item: DeviceItem,
    shot: Shot,
    canvas: Canvas,
    files: DeviceFiles,
    frame: Frame,
    kind: str,
    *,
    name: str,
    file: str,
    line: int,
) -> tuple[DeviceLayer, DeviceBox]:
    """A frame of the first presets: its own rounding to whole pixels, its own shadow."""
    spec = item.device
    assert spec.box is not None  # noqa: S101 - the caller's case
    boxes = place_device(
        DeviceRule(Region(*spec.box), spec.fit, spec.anchor),
        canvas=canvas.size,
        rtl=canvas.mirrored,
        frame=frame,
        kind=kind,
        capture=files.size(files.capture),
        frame_size=files.size(files.frame) if files.frame else None,
        device=Device.model_construct(scale=spec.scale, shift=spec.shift, shadow=0.0),
        apple=shot.display.store is not Store.PLAY,
    )
    rim = boxes.screen.x - boxes.body.x
    shadow = spec.shadow
    layer = DeviceLayer(
        name=name,
        file=file,
        line=line,
        opacity=item.opacity,
        plane=Plane.of(boxes.body),
        screen=boxes.screen.moved(-boxes.body.x, -boxes.body.y),
        body_radius=boxes.radius + rim,
        screen_radius=boxes.radius,
        frame=DeviceFrame(
            kind=_kind(kind),
            color=rgb(frame.color),
            camera="island" if boxes.camera == "island" else "hole" if boxes.camera == "hole" else "none",
            classic=True,
            asset=files.frame,
            mask=files.mask,
        ),
        capture=files.capture,
        shadow=Shadow((0, 0, 0), shadow.opacity, 0.0, 0.0, 0.0) if shadow is not None else None,
    )
    return layer, boxes
