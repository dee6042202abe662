"""Presets as layers: what `layout: caption-top` says, written out for one shape of canvas.

`locstore concept expand` prints these; the compositor takes nothing else. Numbers are fractions of the canvas.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from locstore.concept import (
    Background,
    BackgroundFill,
    BackgroundItem,
    Device,
    DeviceItem,
    DevicePlace,
    FadeSpec,
    Frame,
    GlowSpec,
    LayerSpec,
    ShadowSpec,
    Shape,
    ShapeItem,
    ShapePlace,
    StopSpec,
    TextItem,
    TiltSpec,
    ZoomItem,
    ZoomPlace,
)
from locstore.concept.fills import FillSpec
from locstore.layout.presets import DeviceRule, LayoutRule, Region, shape_rule

_SCRIM_REACH, _SCRIM_SIDE_REACH, _SCRIM_STRENGTH = 0.56, 0.80, 0.86
_Box = tuple[float, float, float, float]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PresetDesign:
    """What a screen says beside its layout. `capture` is a path pattern; `slots` are the ids of its words."""

    layout: str
    background: Background
    capture: str | None
    frame: Frame
    device: Device
    scrim: str | None
    logo: bool
    slots: tuple[str, ...] = ()


def preset_layers(design: PresetDesign, shape: Shape, between: Sequence[LayerSpec] = ()) -> list[LayerSpec]:
    """The layers of a preset on a shape of canvas, bottom to top, with `between` below its words."""
    maker = _MAKERS.get(design.layout, _classic)
    below, above = maker(design, shape)
    return [*below, *between, *above]


_Parts = tuple[list[LayerSpec], list[LayerSpec]]


def _classic(design: PresetDesign, shape: Shape) -> _Parts:
    """The first presets: a ground, a device where the rule says, and all words in one region."""
    rule = shape_rule(design.layout, shape)
    bleed = design.layout == "full-bleed"
    below: list[LayerSpec] = [_ground(design, shape, bleed=bleed)]
    if rule.device is not None and design.capture is not None:
        below.append(_ruled_device(design, rule.device))
    return below, [_words(design, rule)]


def _ground(design: PresetDesign, shape: Shape, *, bleed: bool, edge: str = "top") -> BackgroundItem:
    ground = design.background
    fill: dict[str, object] = {"solid": ground.solid, "image": ground.image, "angle": ground.angle}
    if ground.gradient is not None:
        fill["gradient"] = tuple(StopSpec(color=color) for color in ground.gradient)
    if bleed and design.capture is not None:
        fill = {"image": design.capture}
    fade = None
    if design.scrim is not None:
        side = shape == "landscape"
        fade = FadeSpec.model_validate(
            {
                "color": design.scrim,
                "edge": "start" if side else edge,
                "reach": _SCRIM_SIDE_REACH if side else _SCRIM_REACH,
                "strength": _SCRIM_STRENGTH,
            }
        )
    glow = tuple(GlowSpec(color=g.color, at=g.at, radius=g.radius, opacity=g.opacity) for g in ground.glow)
    given = {k: v for k, v in fill.items() if v is not None and not (k == "angle" and ground.gradient is None)}
    return BackgroundItem(
        background=BackgroundFill.model_validate({**given, "glow": glow, "fade": fade, "dither": False})
    )


def _box(region: Region) -> _Box:
    return (region.x, region.y, region.width, region.height)


def _ruled_device(design: PresetDesign, rule: DeviceRule) -> DeviceItem:
    device = design.device
    style = design.frame.style or ("detailed" if device.tilt is not None or device.rotate else "flat")
    return DeviceItem(
        device=DevicePlace(
            capture=design.capture,
            box=_box(rule.region),
            fit=rule.fit,
            anchor=rule.anchor,
            scale=device.scale,
            shift=device.shift,
            shadow=ShadowSpec(opacity=device.shadow),
            tilt=device.tilt,
            rotate=device.rotate or 0.0,
            frame=design.frame.model_copy(update={"style": style}),
        )
    )


def _words(design: PresetDesign, rule: LayoutRule) -> TextItem:
    return TextItem(text=("all",), box=_box(rule.text), align=rule.align, valign=rule.valign, logo=design.logo)


def _free_device(design: PresetDesign, box: _Box, **own: object) -> DeviceItem:
    """A detailed device in a box; the screen's own tilt, turn, scale and shift come on top."""
    device = design.device
    tilt = device.tilt or own.pop("tilt", None)
    rotate = device.rotate if device.rotate is not None else own.pop("rotate", 0.0)
    own.pop("rotate", None)
    return DeviceItem(
        device=DevicePlace.model_validate(
            {
                "capture": design.capture,
                "box": box,
                "fit": "inside",
                "anchor": "middle",
                "scale": device.scale,
                "shift": device.shift,
                "shadow": ShadowSpec(opacity=device.shadow, blur=2.4, shift=(0.0, 1.6)),
                "frame": design.frame.model_copy(update={"style": design.frame.style or "detailed"}),
                "tilt": tilt,
                "rotate": rotate,
                **own,
            }
        )
    )


def _text(box: _Box, align: str, valign: str, *, logo: bool, slots: tuple[str, ...] = ("all",)) -> TextItem:
    return TextItem.model_validate({"text": slots, "box": box, "align": align, "valign": valign, "logo": logo})


def _with_device(design: PresetDesign, shape: Shape, devices: Sequence[LayerSpec], text: LayerSpec) -> _Parts:
    shown = list(devices) if design.capture is not None else []
    return [_ground(design, shape, bleed=False), *shown], [text]


def _device_whole(design: PresetDesign, shape: Shape) -> _Parts:
    """The whole device below its words."""
    places: dict[Shape, tuple[_Box, _Box, str]] = {
        "tall": ((0.12, 0.29, 0.76, 0.67), (0.07, 0.05, 0.86, 0.20), "center"),
        "portrait": ((0.12, 0.27, 0.76, 0.69), (0.09, 0.045, 0.82, 0.19), "center"),
        "square": ((0.14, 0.30, 0.72, 0.64), (0.08, 0.05, 0.84, 0.21), "center"),
        "landscape": ((0.54, 0.07, 0.40, 0.86), (0.06, 0.12, 0.44, 0.76), "start"),
    }
    device, words, align = places[shape]
    text = _text(words, align, "middle", logo=design.logo)
    return _with_device(design, shape, [_free_device(design, device)], text)


def _two_devices(design: PresetDesign, shape: Shape) -> _Parts:
    """Two devices that overlap, each turned a little outwards, the second lower and in front."""
    places: dict[Shape, tuple[_Box, _Box, _Box, str]] = {
        "tall": ((0.02, 0.30, 0.60, 0.56), (0.38, 0.40, 0.62, 0.58), (0.07, 0.05, 0.86, 0.21), "center"),
        "portrait": ((0.03, 0.29, 0.58, 0.56), (0.40, 0.38, 0.58, 0.58), (0.09, 0.045, 0.82, 0.19), "center"),
        "square": ((0.10, 0.32, 0.45, 0.62), (0.45, 0.38, 0.45, 0.62), (0.08, 0.05, 0.84, 0.22), "center"),
        "landscape": ((0.48, 0.08, 0.30, 0.80), (0.68, 0.16, 0.30, 0.80), (0.05, 0.12, 0.42, 0.76), "start"),
    }
    back, front, words, align = places[shape]
    turned = design.device.rotate is not None
    devices = [
        _free_device(design, back, **({} if turned else {"rotate": -7.0})),
        _free_device(design, front, **({} if turned else {"rotate": 7.0})),
    ]
    return _with_device(design, shape, devices, _text(words, align, "middle", logo=design.logo))


def _device_side(design: PresetDesign, shape: Shape) -> _Parts:
    """The device seen from the side, large, running off the canvas at its end."""
    places: dict[Shape, tuple[_Box, _Box, str]] = {
        "tall": ((0.10, 0.315, 0.98, 0.72), (0.08, 0.06, 0.84, 0.21), "start"),
        "portrait": ((0.12, 0.29, 0.92, 0.76), (0.08, 0.05, 0.84, 0.19), "start"),
        "square": ((0.30, 0.30, 0.70, 0.80), (0.08, 0.05, 0.84, 0.21), "start"),
        "landscape": ((0.50, 0.04, 0.48, 0.94), (0.06, 0.12, 0.42, 0.76), "start"),
    }
    device, words, align = places[shape]
    item = _free_device(design, device, tilt=TiltSpec(yaw=34.0, pitch=6.0, roll=-5.0, distance=2.2))
    return _with_device(design, shape, [item], _text(words, align, "middle", logo=design.logo))


def _detail_card(design: PresetDesign, shape: Shape) -> _Parts:
    """A device with a part of its screen enlarged in a card that stands out of it."""
    places: dict[Shape, tuple[_Box, _Box, _Box, str]] = {
        "tall": ((0.16, 0.30, 0.68, 0.66), (0.06, 0.57, 0.88, 0.17), (0.07, 0.05, 0.86, 0.21), "center"),
        "portrait": ((0.16, 0.28, 0.68, 0.68), (0.10, 0.58, 0.80, 0.17), (0.09, 0.045, 0.82, 0.19), "center"),
        "square": ((0.22, 0.30, 0.56, 0.66), (0.16, 0.62, 0.68, 0.18), (0.08, 0.05, 0.84, 0.21), "center"),
        "landscape": ((0.58, 0.07, 0.34, 0.86), (0.50, 0.55, 0.46, 0.24), (0.06, 0.12, 0.40, 0.76), "start"),
    }
    device, card, words, align = places[shape]
    zoom = ZoomItem(
        zoom=ZoomPlace.model_validate(
            {"of": 1, "area": (0.04, 0.36, 0.92, 0.14), "box": card, "radius": 2.0, "shadow": {"opacity": 0.35}}
        )
    )
    text = _text(words, align, "middle", logo=design.logo)
    return _with_device(design, shape, [_free_device(design, device), zoom], text)


def _bleed_bottom(design: PresetDesign, shape: Shape) -> _Parts:
    """A picture over the whole canvas, words at its bottom over the scrim."""
    words: dict[Shape, tuple[_Box, str, str]] = {
        "tall": ((0.08, 0.70, 0.84, 0.24), "center", "bottom"),
        "portrait": ((0.09, 0.71, 0.82, 0.23), "center", "bottom"),
        "square": ((0.08, 0.64, 0.84, 0.29), "center", "bottom"),
        "landscape": ((0.06, 0.10, 0.46, 0.80), "start", "bottom"),
    }
    box, align, valign = words[shape]
    ground = _ground(design, shape, bleed=True, edge="bottom")
    return [ground], [_text(box, align, valign, logo=design.logo)]


def _quote(design: PresetDesign, shape: Shape) -> _Parts:
    """A quotation between laurels, five stars above it; a device, if there is a capture, below."""
    ink = design.scrim or "#ffffff"
    fill = FillSpec(solid=ink)
    tops: dict[Shape, tuple[float, float, float]] = {  # top of the stars, height of the words, width of the words
        "tall": (0.10, 0.26, 0.60),
        "portrait": (0.10, 0.26, 0.60),
        "square": (0.09, 0.30, 0.62),
        "landscape": (0.20, 0.44, 0.56),
    }
    top, high, wide = tops[shape]
    whole_height = design.capture is None and shape != "landscape"
    top += 0.18 if whole_height else 0.0
    rating = ShapeItem(
        id="rating",
        shape=ShapePlace.model_validate(
            {"kind": "stars", "at": (0.5, top), "width": wide * 0.55, "height": 0.035, "fill": fill}
        ),
    )
    middle, leaf = top + 0.05 + high / 2, (1 - wide) / 2 - 0.05
    branches: list[LayerSpec] = [
        ShapeItem.model_validate(
            {
                "mirror": "never",
                "shape": {
                    "kind": "laurel",
                    "at": (0.03 + leaf / 2 if left else 0.97 - leaf / 2, middle),
                    "width": leaf,
                    "height": high * 0.8,
                    "flip": not left,
                    "fill": fill,
                },
            }
        )
        for left in (True, False)
    ]
    below: list[LayerSpec] = [_ground(design, shape, bleed=False)]
    if design.capture is not None and shape != "landscape":
        below.append(_free_device(design, (0.16, 0.47, 0.68, 0.70), fit="width", anchor="top"))
    words = _text(((1 - wide) / 2, top + 0.05, wide, high), "center", "middle", logo=design.logo)
    return [*below, *branches, rating], [words]


_MAKERS = {
    "device-whole": _device_whole,
    "two-devices": _two_devices,
    "device-side": _device_side,
    "detail-card": _detail_card,
    "bleed-bottom": _bleed_bottom,
    "quote": _quote,
}
