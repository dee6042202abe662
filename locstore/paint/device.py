"""Drawn devices: a bezel with a rim of light, the capture clipped to rounded corners, a shadow below."""

from __future__ import annotations

import numpy as np
from PIL import Image

from locstore.layout import DeviceBox
from locstore.paint.pictures import cover
from locstore.paint.surface import Color, Pixels, blend, rounded_mask, shadow
from locstore.typeset import Box

_RIM_LIGHT = 0.30  # how far the outer edge of the bezel is mixed towards white
_SHADOW_SPREAD, _SHADOW_DROP = 0.055, 0.035  # of the body's width
# Width, height and distance from the top, of the screen's width.
_CAMERAS = {"island": (0.305, 0.0915, 0.0305), "hole": (0.055, 0.055, 0.042)}


def draw_device(canvas: Pixels, place: DeviceBox, capture: Pixels, *, color: Color, shadow_opacity: float) -> None:
    """Shadow, bezel and capture on `canvas` in place; `capture` has the screen's size."""
    body, screen = place.body, place.screen
    rim = screen.x - body.x
    outer_radius = place.radius + rim
    shadow(
        canvas,
        body,
        outer_radius,
        opacity=shadow_opacity,
        spread=_SHADOW_SPREAD * body.width,
        drop=_SHADOW_DROP * body.width,
    )
    if place.drawn != "none":
        _bezel(canvas, body, outer_radius, rim, color)
    mask = rounded_mask(int(screen.width), int(screen.height), place.radius)
    blend(canvas, int(screen.x), int(screen.y), capture, mask)
    if place.camera != "none":
        _camera(canvas, screen, _CAMERAS[place.camera])


def draw_picture_frame(
    canvas: Pixels, place: DeviceBox, capture: Pixels, frame: Image.Image, *, shadow_opacity: float
) -> None:
    """The capture below a frame picture with a transparent screen, in place."""
    body, screen = place.body, place.screen
    shadow(
        canvas,
        body,
        place.radius,
        opacity=shadow_opacity,
        spread=_SHADOW_SPREAD * body.width,
        drop=_SHADOW_DROP * body.width,
    )
    mask = rounded_mask(int(screen.width), int(screen.height), place.radius)
    blend(canvas, int(screen.x), int(screen.y), capture, mask)
    scaled = frame.resize((int(body.width), int(body.height)), Image.Resampling.LANCZOS, reducing_gap=3.0)
    rgba = np.asarray(scaled)
    blend(canvas, int(body.x), int(body.y), rgba[..., :3], rgba[..., 3])


def capture_pixels(image: Image.Image, screen: Box) -> Pixels:
    """The capture scaled to fill the screen."""
    return np.asarray(cover(image, (int(screen.width), int(screen.height))))


def _bezel(canvas: Pixels, body: Box, radius: float, rim: float, color: Color) -> None:
    light = tuple(round(c + (255 - c) * _RIM_LIGHT) for c in color)
    edge = max(1, round(rim * 0.14))
    outer = rounded_mask(int(body.width), int(body.height), radius)
    blend(canvas, int(body.x), int(body.y), (light[0], light[1], light[2]), outer)
    inner = rounded_mask(int(body.width) - 2 * edge, int(body.height) - 2 * edge, radius - edge)
    blend(canvas, int(body.x) + edge, int(body.y) + edge, color, inner)


def _camera(canvas: Pixels, screen: Box, shares: tuple[float, float, float]) -> None:
    wide, high, top = (round(share * screen.width) for share in shares)
    mask = rounded_mask(wide, high, high / 2)
    blend(canvas, round(screen.x + (screen.width - wide) / 2), round(screen.y) + top, (0, 0, 0), mask)
