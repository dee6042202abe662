"""The layouts: which part of the canvas is for words and where the device stands, by shape of canvas.

All numbers are fractions of the canvas, judged by eye on every store size; x runs with the text, so the same
rule serves left-to-right and right-to-left.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from locstore.concept import Shape
from locstore.shots import canvas_shape
from locstore.typeset import Box


@dataclasses.dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in fractions of the canvas, x from the side where text starts."""

    x: float
    y: float
    width: float
    height: float

    def on(self, size: tuple[int, int], *, rtl: bool) -> Box:
        """In pixels; mirrored for right-to-left."""
        width, height = size
        x = 1 - self.x - self.width if rtl else self.x
        return Box(x * width, self.y * height, self.width * width, self.height * height)


@dataclasses.dataclass(frozen=True, slots=True)
class DeviceRule:
    """How the device is placed: fitted into `region` by width or as a whole, then anchored.

    `fit` `width` fills the region's width and may run off the canvas; `inside` shows the whole device. `anchor`
    is the edge of the region that the device keeps to.
    """

    region: Region
    fit: Literal["width", "inside"]
    anchor: Literal["top", "bottom", "middle"]


@dataclasses.dataclass(frozen=True, slots=True)
class LayoutRule:
    """Words and device of one layout on one shape of canvas."""

    text: Region
    align: Literal["start", "center"]
    valign: Literal["top", "middle", "bottom"]
    device: DeviceRule | None


_SIDE = LayoutRule(
    Region(0.06, 0.12, 0.42, 0.76),
    "start",
    "middle",
    DeviceRule(Region(0.54, 0.09, 0.40, 0.82), "inside", "middle"),
)
_SIDE_FROM_BELOW = LayoutRule(
    Region(0.06, 0.12, 0.42, 0.76),
    "start",
    "middle",
    DeviceRule(Region(0.55, 0.12, 0.37, 1.0), "width", "top"),
)

_RULES: dict[tuple[str, Shape], LayoutRule] = {
    ("caption-top", "tall"): LayoutRule(
        Region(0.07, 0.055, 0.86, 0.225),
        "center",
        "middle",
        DeviceRule(Region(0.105, 0.315, 0.79, 0.7), "width", "top"),
    ),
    ("caption-top", "portrait"): LayoutRule(
        Region(0.09, 0.05, 0.82, 0.20),
        "center",
        "middle",
        DeviceRule(Region(0.14, 0.285, 0.72, 0.72), "width", "top"),
    ),
    ("caption-bottom", "tall"): LayoutRule(
        Region(0.07, 0.735, 0.86, 0.21),
        "center",
        "middle",
        DeviceRule(Region(0.105, 0.0, 0.79, 0.695), "width", "bottom"),
    ),
    ("caption-bottom", "portrait"): LayoutRule(
        Region(0.09, 0.765, 0.82, 0.185),
        "center",
        "middle",
        DeviceRule(Region(0.14, 0.0, 0.72, 0.72), "width", "bottom"),
    ),
    ("caption-side", "tall"): LayoutRule(
        Region(0.08, 0.065, 0.80, 0.245),
        "start",
        "middle",
        DeviceRule(Region(0.16, 0.34, 0.80, 0.66), "width", "top"),
    ),
    ("caption-side", "portrait"): LayoutRule(
        Region(0.08, 0.06, 0.76, 0.215),
        "start",
        "middle",
        DeviceRule(Region(0.22, 0.305, 0.74, 0.70), "width", "top"),
    ),
    ("full-bleed", "tall"): LayoutRule(Region(0.08, 0.07, 0.84, 0.24), "center", "middle", None),
    ("full-bleed", "portrait"): LayoutRule(Region(0.09, 0.06, 0.82, 0.22), "center", "middle", None),
    ("full-bleed", "landscape"): LayoutRule(Region(0.06, 0.10, 0.46, 0.80), "start", "middle", None),
    ("full-bleed", "square"): LayoutRule(Region(0.08, 0.07, 0.84, 0.30), "center", "middle", None),
    ("caption-top", "square"): LayoutRule(
        Region(0.08, 0.05, 0.84, 0.24),
        "center",
        "middle",
        DeviceRule(Region(0.24, 0.33, 0.52, 0.67), "width", "top"),
    ),
    ("caption-bottom", "square"): LayoutRule(
        Region(0.08, 0.72, 0.84, 0.23),
        "center",
        "middle",
        DeviceRule(Region(0.24, 0.0, 0.52, 0.67), "width", "bottom"),
    ),
    ("caption-side", "square"): _SIDE,
    ("caption-side", "landscape"): _SIDE_FROM_BELOW,
    # A wide canvas has no room above a device: words and device stand side by side, the device whole or rising.
    ("caption-top", "landscape"): _SIDE,
    ("caption-bottom", "landscape"): _SIDE,
}
_ART = LayoutRule(
    Region(0.08, 0.06, 0.84, 0.10),
    "center",
    "top",
    DeviceRule(Region(0.09, 0.06, 0.82, 0.88), "inside", "middle"),
)


def layout_rule(layout: str, size: tuple[int, int]) -> LayoutRule:
    """The rule for one of the first layouts on a canvas of this size."""
    return shape_rule(layout, canvas_shape(size))


def shape_rule(layout: str, shape: Shape) -> LayoutRule:
    """The rule for one of the first layouts on a shape of canvas."""
    return _ART if layout == "art-only" else _RULES[layout, shape]
