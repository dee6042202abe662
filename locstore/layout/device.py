"""Where the device and its screen stand, for drawn bezels, picture frames and bare captures."""

from __future__ import annotations

import dataclasses

from locstore.concept import Device, Frame
from locstore.layout.composition import DeviceBox
from locstore.layout.presets import DeviceRule
from locstore.typeset import Box


@dataclasses.dataclass(frozen=True, slots=True)
class Bezel:
    """A drawn device in shares of its screen's width: the rim around the screen and its corner radius."""

    rim: float
    radius: float


_BEZELS = {"phone": Bezel(0.036, 0.135), "tablet": Bezel(0.036, 0.035), "none": Bezel(0.0, 0.045)}
_CAMERA_FROM = 1.9  # height to width: older phones have a home button and no camera in the screen
# Forms that a bezel of ours would not suit.
_FRAMELESS = frozenset({"watch", "car", "desktop"})
_PHONE_FROM = 1.6  # the longer edge to the shorter


def frame_kind(frame: Frame, form: str, capture_size: tuple[int, int]) -> str:
    """`phone`, `tablet`, `none` or `image`.

    `auto` goes by the capture's shape, so that a phone's screen on a tablet's screenshot still stands in a phone.
    """
    if frame.kind != "auto":
        return frame.kind
    if form in _FRAMELESS:
        return "none"
    return "phone" if max(capture_size) > _PHONE_FROM * min(capture_size) else "tablet"


def place_device(
    rule: DeviceRule,
    *,
    canvas: tuple[int, int],
    rtl: bool,
    frame: Frame,
    kind: str,
    capture: tuple[int, int],
    frame_size: tuple[int, int] | None,
    device: Device,
    apple: bool,
) -> DeviceBox:
    """Boxes in pixels for a capture of size `capture`; `frame_size` is the size of a picture frame's file.

    `apple` decides what a drawn phone's camera looks like: Google Play takes no picture of an iPhone kindly.
    """
    region = rule.region.on(canvas, rtl=rtl)
    if kind == "image" and frame.screen is not None and frame_size is not None:
        outer: tuple[float, float] = frame_size
        inner: tuple[float, float, float, float] = frame.screen
        radius_share = frame.radius / inner[2]
    else:
        bezel = _BEZELS[kind]
        rim = bezel.rim * min(capture)
        outer = (capture[0] + 2 * rim, capture[1] + 2 * rim)
        inner = (rim, rim, capture[0], capture[1])
        radius_share = bezel.radius * min(capture) / capture[0]
    scale = region.width / outer[0]
    if rule.fit == "inside":
        scale = min(scale, region.height / outer[1])
    scale *= device.scale
    width, height = outer[0] * scale, outer[1] * scale
    x = region.x + (region.width - width) / 2
    y = {
        "top": region.y,
        "middle": region.y + (region.height - height) / 2,
        "bottom": region.bottom - height,
    }[rule.anchor]
    x += device.shift[0] * canvas[0] * (-1 if rtl else 1)
    y += device.shift[1] * canvas[1]
    # Whole pixels keep the capture sharp and let it be scaled once for all locales.
    screen = Box(
        round(x + inner[0] * scale),
        round(y + inner[1] * scale),
        max(1, round(inner[2] * scale)),
        max(1, round(inner[3] * scale)),
    )
    body = Box(round(x), round(y), max(1, round(width)), max(1, round(height)))
    tall = capture[1] > _CAMERA_FROM * capture[0]
    camera = ("island" if apple else "hole") if kind == "phone" and tall else "none"
    return DeviceBox(screen, body, radius_share * screen.width, kind, camera)
