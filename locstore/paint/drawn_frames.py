"""Drawn devices: their outlines and fills, part by part, in the coordinates of the device's front.

Proportions are those a viewer recognises as a kind of device. No frame has a maker's logo, name or exact outline.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from locstore.layout import DeviceLayer, Fill, FrameKind, LinearGradient, SolidFill, Stop
from locstore.paint.outline import CIRCLE, CONTINUOUS, ellipse, hole, line, rounded_box
from locstore.paint.projection import Points
from locstore.paint.surface import Color
from locstore.typeset import Box

_BEZEL: Color = (9, 10, 12)
_GLASS_BLACK: Color = (0, 0, 0)
_LENS: Color = (24, 30, 44)
# Width, height and distance from the top, of the screen's shorter side.
_ISLAND, _HOLE = (0.300, 0.087, 0.028), (0.052, 0.052, 0.034)
_NOTCH = (0.47, 0.076)


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """Contours of one fill, in pixels of the device's plane; inner contours run the other way."""

    contours: tuple[Points, ...]
    fill: Fill


@dataclasses.dataclass(frozen=True, slots=True)
class DrawnFrame:
    """A device from the back to the front.

    `behind` stands out of the body (buttons, a stand) and is painted first. `body` is the silhouette of the front,
    `inside` lies within it below the capture, `screen` cuts the capture, `front` lies on the capture (a camera).
    `side` is the colour of the edge between front and back.
    """

    body: tuple[Points, ...]
    screen: Points
    side: Color
    behind: tuple[Part, ...] = ()
    inside: tuple[Part, ...] = ()
    front: tuple[Part, ...] = ()


def shade(color: Color, amount: float) -> Color:
    """A colour mixed with white (amount above 0) or black (below 0)."""
    far = 255 if amount > 0 else 0
    r, g, b = (round(value + (far - value) * abs(amount)) for value in color)
    return (r, g, b)


def drawn_frame(layer: DeviceLayer) -> DrawnFrame:
    """The parts of a layer's device; a frame that is a picture has only the silhouette and the screen."""
    return _KINDS.get(layer.frame.kind, _plain)(layer)


def _short(layer: DeviceLayer) -> float:
    return min(layer.screen.width, layer.screen.height)


def _full(layer: DeviceLayer) -> Box:
    return Box(0.0, 0.0, layer.plane.width, layer.plane.height)


def _inset(box: Box, by: float) -> Box:
    return Box(box.x + by, box.y + by, max(1.0, box.width - 2 * by), max(1.0, box.height - 2 * by))


def metal(color: Color, angle: float = 115.0) -> LinearGradient:
    """A metal's light: bright, its own tone, dark, and a second gleam."""
    stops = (
        Stop(0.0, shade(color, 0.42)),
        Stop(0.22, shade(color, 0.10)),
        Stop(0.55, shade(color, -0.12)),
        Stop(0.82, shade(color, 0.06)),
        Stop(1.0, shade(color, 0.26)),
    )
    return LinearGradient(stops, angle)


def _plain(layer: DeviceLayer) -> DrawnFrame:
    """No drawn body: the capture with round corners, or a picture of a frame."""
    exponent = CIRCLE if layer.frame.kind == "image" else CONTINUOUS
    return DrawnFrame(
        body=(rounded_box(_full(layer), layer.body_radius, exponent),),
        screen=rounded_box(layer.screen, layer.screen_radius, exponent),
        side=shade(layer.frame.color, -0.3),
    )


def _slab(layer: DeviceLayer, rim: float) -> tuple[Part, ...]:
    """A metal edge with a darker lip, and the black glass within."""
    box, radius = _full(layer), layer.body_radius
    outer = rounded_box(box, radius, CONTINUOUS)
    bright, lip = rim * 0.20, rim * 0.36
    first = rounded_box(_inset(box, bright), radius - bright, CONTINUOUS)
    second = rounded_box(_inset(box, lip), radius - lip, CONTINUOUS)
    return (
        Part((outer, hole(rounded_box(_inset(box, lip), radius - lip, CONTINUOUS))), metal(layer.frame.color)),
        Part((first, hole(second)), SolidFill(shade(layer.frame.color, -0.62))),
        Part((second,), SolidFill(_BEZEL)),
    )


def _buttons(layer: DeviceLayer, bars: tuple[tuple[str, float, float], ...]) -> tuple[Part, ...]:
    """Bars on the long sides: (side, start, end as shares of the length); they turn with a landscape device."""
    if not layer.frame.buttons:
        return ()
    width, height = layer.plane.width, layer.plane.height
    lying = width > height
    out = 0.0085 * _short(layer)
    parts = []
    for side, start, end in bars:
        first = side in ("left", "top")
        if lying:
            # A quarter turn to the left: the right side is above, the top is on the left.
            box = Box(start * width, -out if side == "right" else height - 3 * out, (end - start) * width, 4 * out)
            if side == "top":
                box = Box(-out, (1 - end) * height, 4 * out, (end - start) * height)
        elif side == "top":
            box = Box(start * width, -out, (end - start) * width, 4 * out)
        else:
            box = Box(-out if first else width - 3 * out, start * height, 4 * out, (end - start) * height)
        tone = metal(shade(layer.frame.color, -0.12), 90 if lying else 180)
        parts.append(Part((rounded_box(box, out * 0.8),), tone))
    return tuple(parts)


def _at_top(layer: DeviceLayer, width: float, height: float, top: float) -> Box:
    """A box at the middle of the upper edge, or of the left edge of a device that lies on its side."""
    s, screen = _short(layer), layer.screen
    wide, high, down = width * s, height * s, top * s
    if screen.width > screen.height:
        return Box(screen.x + down, screen.y + (screen.height - wide) / 2, high, wide)
    return Box(screen.x + (screen.width - wide) / 2, screen.y + down, wide, high)


def _camera(layer: DeviceLayer) -> tuple[Part, ...]:
    camera = layer.frame.camera
    if camera == "island":
        box = _at_top(layer, *_ISLAND)
        r = min(box.width, box.height)
        middle = Box(box.right - 0.76 * r, box.bottom - 0.76 * r, 0.52 * r, 0.52 * r)
        lens = Box(middle.x + 0.14 * r, middle.y + 0.14 * r, 0.24 * r, 0.24 * r)
        return (
            Part((rounded_box(box, r / 2),), SolidFill(_GLASS_BLACK)),
            Part((ellipse(middle),), SolidFill((11, 13, 18))),
            Part((ellipse(lens),), SolidFill(_LENS)),
        )
    if camera == "hole":
        box = _at_top(layer, *_HOLE)
        lens = _inset(box, 0.30 * box.width)
        return (Part((ellipse(box),), SolidFill(_GLASS_BLACK)), Part((ellipse(lens),), SolidFill(_LENS)))
    if camera == "notch":
        return _notch(layer)
    return ()


def _notch(layer: DeviceLayer) -> tuple[Part, ...]:
    s, screen = _short(layer), layer.screen
    wide, high = _NOTCH[0] * s, _NOTCH[1] * s
    r = high * 0.62
    over = 0.3 * _rim(layer)  # onto the bezel, so that no line is left between
    if screen.width > screen.height:
        box = Box(screen.x - over, screen.y + (screen.height - wide) / 2, high + over, wide)
        radii = (0.0, r, r, 0.0)
    else:
        box = Box(screen.x + (screen.width - wide) / 2, screen.y - over, wide, high + over)
        radii = (0.0, 0.0, r, r)
    slot = _at_top(layer, 0.11, 0.014, 0.026)
    return (
        Part((rounded_box(box, radii),), SolidFill(_BEZEL)),
        Part((rounded_box(slot, min(slot.width, slot.height) / 2),), SolidFill((30, 31, 35))),
    )


def _rim(layer: DeviceLayer) -> float:
    screen = layer.screen
    right, bottom = layer.plane.width - screen.right, layer.plane.height - screen.bottom
    return max(1.0, min(screen.x, screen.y, right, bottom))


def _phone(layer: DeviceLayer) -> DrawnFrame:
    island = layer.frame.camera in ("island", "notch")
    left: tuple[tuple[str, float, float], ...] = (
        (("left", 0.172, 0.203), ("left", 0.236, 0.296), ("left", 0.314, 0.374)) if island else ()
    )
    right = (("right", 0.262, 0.362),) if island else (("right", 0.185, 0.305), ("right", 0.345, 0.405))
    return dataclasses.replace(
        _plain(layer),
        side=layer.frame.color,
        behind=_buttons(layer, (*left, *right)),
        inside=_slab(layer, _rim(layer)),
        front=_camera(layer),
    )


def _tablet(layer: DeviceLayer) -> DrawnFrame:
    s, rim = _short(layer), _rim(layer)
    dot = _at_top(layer, 0.010, 0.010, -rim / s * 0.56 - 0.005)
    bars = (("top", 0.86, 0.93), ("right", 0.075, 0.125), ("right", 0.14, 0.19))
    return dataclasses.replace(
        _plain(layer),
        side=layer.frame.color,
        behind=_buttons(layer, bars),
        inside=(*_slab(layer, rim * 0.62), Part((ellipse(dot),), SolidFill(_LENS))),
        front=_camera(layer),
    )


def _watch(layer: DeviceLayer) -> DrawnFrame:
    s, width, height = _short(layer), layer.plane.width, layer.plane.height
    crown = Box(width - 0.045 * s, 0.235 * height, 0.105 * s, 0.17 * height)
    grooves = []
    for k in range(1, 8):
        y = crown.y + crown.height * k / 8
        grooves.append(line((width, y), (crown.right - 0.008 * s, y), 0.006 * s))
    button = Box(width - 0.05 * s, 0.56 * height, 0.066 * s, 0.19 * height)
    tone = metal(shade(layer.frame.color, -0.08), 180)
    behind: tuple[Part, ...] = ()
    if layer.frame.buttons:
        behind = (
            Part((rounded_box(crown, 0.032 * s),), tone),
            Part(tuple(grooves), SolidFill(shade(layer.frame.color, -0.5))),
            Part((rounded_box(button, 0.012 * s),), tone),
        )
    return dataclasses.replace(
        _plain(layer), side=layer.frame.color, behind=behind, inside=_slab(layer, _rim(layer) * 0.9)
    )


def _laptop(layer: DeviceLayer) -> DrawnFrame:
    s, screen, width, height = _short(layer), layer.screen, layer.plane.width, layer.plane.height
    pad = 0.030 * s
    lid_bottom = screen.bottom + pad * 0.9
    lid = Box(screen.x - pad, screen.y - pad, screen.width + 2 * pad, lid_bottom - screen.y + pad)
    corner = layer.screen_radius + pad
    lid_outline = rounded_box(lid, (corner, corner, 0.008 * s, 0.008 * s), CONTINUOUS)
    top = lid_bottom + 0.012 * s
    deck = Box(0.0, top, width, min(height - top, 0.052 * s))
    base = rounded_box(deck, (0.006 * s, 0.006 * s, 0.034 * s, 0.034 * s))
    hinge = Box(lid.x + 0.05 * lid.width, lid_bottom - 0.01 * s, 0.9 * lid.width, 0.03 * s)
    lip = Box(width / 2 - 0.11 * s, deck.y, 0.22 * s, deck.height * 0.34)
    color = layer.frame.color
    edge = pad * 0.16
    tones = ((0.0, 0.34), (0.3, 0.08), (0.7, -0.16), (1.0, -0.5))
    places = [(deck.y + at * deck.height) / height for at, _ in tones]
    deck_tone = LinearGradient(
        tuple(Stop(at, shade(color, light)) for at, (_, light) in zip(places, tones, strict=True)), 180
    )
    inner = rounded_box(_inset(lid, edge), (corner - edge, corner - edge, 0.006 * s, 0.006 * s), CONTINUOUS)
    return DrawnFrame(
        body=(lid_outline, base),
        screen=rounded_box(screen, layer.screen_radius, CONTINUOUS),
        side=color,
        behind=(Part((rounded_box(hinge, 0),), SolidFill(shade(color, -0.72))),),
        inside=(
            Part((lid_outline,), metal(color)),
            Part((inner,), SolidFill(_BEZEL)),
            Part((base,), deck_tone),
            Part((rounded_box(lip, (0, 0, lip.height, lip.height)),), SolidFill(shade(color, -0.28))),
            Part((ellipse(Box(width / 2 - 0.004 * s, lid.y + pad * 0.42, 0.008 * s, 0.008 * s)),), SolidFill(_LENS)),
        ),
    )


def _luminous(color: Color) -> bool:
    return 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2] > 128


def _dots(x: float, y: float, size: float, color: Color) -> tuple[Part, ...]:
    tone = SolidFill(shade(color, -0.22) if _luminous(color) else shade(color, 0.26))
    return tuple(Part((ellipse(Box(x + k * 1.75 * size, y - size / 2, size, size)),), tone) for k in range(3))


def _window_frame(layer: DeviceLayer) -> tuple[DrawnFrame, Box, Color]:
    box, radius = _full(layer), layer.body_radius
    screen = rounded_box(layer.screen, (0.0, 0.0, radius, radius))
    frame = DrawnFrame(body=(rounded_box(box, radius),), screen=screen, side=shade(layer.frame.color, -0.3))
    return frame, Box(0, 0, layer.plane.width, layer.screen.y), layer.frame.color


def _desktop(layer: DeviceLayer) -> DrawnFrame:
    frame, bar, color = _window_frame(layer)
    size = bar.height * 0.27
    border = SolidFill(shade(color, -0.14) if _luminous(color) else shade(color, 0.12))
    return dataclasses.replace(
        frame,
        inside=(
            Part(frame.body, SolidFill(color)),
            Part(
                (rounded_box(Box(0, bar.bottom - max(1.0, bar.height * 0.02), bar.width, bar.height * 0.02), 0),),
                border,
            ),
            *_dots(bar.height * 0.42, bar.height / 2, size, color),
        ),
    )


def _browser(layer: DeviceLayer) -> DrawnFrame:
    frame, bar, color = _window_frame(layer)
    light = _luminous(color)
    tabs, row = bar.height * 0.44, bar.height * 0.56
    back = shade(color, -0.10) if light else shade(color, -0.35)
    field = shade(color, -0.07) if light else shade(color, 0.12)
    mark = SolidFill(shade(color, -0.42) if light else shade(color, 0.45))
    size = tabs * 0.30
    start = tabs * 0.5 + 3 * 1.75 * size + tabs * 0.5
    tab = Box(start, tabs * 0.16, bar.width * 0.26, tabs)
    middle = tabs + row / 2
    pill = Box(bar.width * 0.16, tabs + row * 0.17, bar.width * 0.68, row * 0.66)
    pen, reach = row * 0.055, row * 0.14
    marks = []
    for k, turn in ((0, -1), (1, 1)):
        x = tabs * 0.7 + k * row * 0.9
        tip = (x + turn * reach / 2, middle)
        marks += [
            line((x - turn * reach / 2, middle - reach), tip, pen),
            line(tip, (x - turn * reach / 2, middle + reach), pen),
        ]
    menu = [ellipse(Box(bar.width - row * 0.62, middle + k * row * 0.17 - pen, 2 * pen, 2 * pen)) for k in (-1, 0, 1)]
    icon = ellipse(Box(tab.x + tabs * 0.34, tabs * 0.58 - tabs * 0.14, tabs * 0.28, tabs * 0.28))
    name = rounded_box(Box(tab.x + tabs * 0.78, tabs * 0.52, bar.width * 0.12, tabs * 0.12), tabs * 0.06)
    lock = rounded_box(Box(pill.x + row * 0.3, middle - row * 0.05, bar.width * 0.2, row * 0.1), row * 0.05)
    quiet = SolidFill(shade(color, -0.2) if light else shade(color, 0.3))
    return dataclasses.replace(
        frame,
        inside=(
            Part(frame.body, SolidFill(back)),
            *_dots(tabs * 0.5, tabs * 0.52, size, color),
            Part((rounded_box(tab, (tabs * 0.22, tabs * 0.22, 0, 0)),), SolidFill(color)),
            Part((rounded_box(Box(0, tabs, bar.width, row + 1), 0),), SolidFill(color)),
            Part((icon,), quiet),
            Part((name,), quiet),
            Part((rounded_box(pill, pill.height / 2),), SolidFill(field)),
            Part((lock,), quiet),
            *(Part((outline,), mark) for outline in (*marks, *menu)),
        ),
    )


def _tv(layer: DeviceLayer) -> DrawnFrame:
    s, width, height = _short(layer), layer.plane.width, layer.plane.height
    color = layer.frame.color
    feet = []
    for center in (0.2, 0.8):
        x = center * width
        feet.append(line((x, height - 0.01 * s), (x - 0.035 * s, height + 0.05 * s), 0.014 * s))
        feet.append(line((x, height - 0.01 * s), (x + 0.035 * s, height + 0.05 * s), 0.014 * s))
    box = _full(layer)
    inner = _inset(box, 0.003 * s)
    return dataclasses.replace(
        _plain(layer),
        side=color,
        screen=rounded_box(layer.screen, layer.screen_radius),
        behind=tuple(Part((foot,), SolidFill(shade(color, -0.2))) for foot in feet) if layer.frame.buttons else (),
        inside=(
            Part((rounded_box(box, layer.body_radius),), metal(shade(color, 0.08), 180)),
            Part((rounded_box(inner, layer.body_radius - 0.003 * s),), SolidFill(_BEZEL)),
            Part(
                (
                    rounded_box(
                        Box(
                            inner.x,
                            layer.screen.bottom + 0.004 * s,
                            inner.width,
                            inner.bottom - layer.screen.bottom - 0.004 * s,
                        ),
                        (0, 0, layer.body_radius, layer.body_radius),
                    ),
                ),
                SolidFill(shade(color, -0.1)),
            ),
        ),
    )


def _foldable(layer: DeviceLayer) -> DrawnFrame:
    """Closed: a phone whose left edge is the hinge."""
    frame = _phone(layer)
    share = 0.62 * layer.screen.x / layer.plane.width
    color = layer.frame.color
    # The gradient runs over the whole plane, so its stops lie within the narrow spine.
    tones = ((0.0, -0.45), (0.3, 0.35), (0.62, -0.05), (1.0, -0.6))
    tone = LinearGradient(tuple(Stop(at * share, shade(color, light)) for at, light in tones), 90)
    # A convex outline whose points are moved back to a line is cut off along that line.
    spine = np.column_stack([np.minimum(frame.body[0][:, 0], share * layer.plane.width), frame.body[0][:, 1]])
    return dataclasses.replace(
        frame,
        behind=_buttons(layer, (("right", 0.20, 0.31), ("right", 0.345, 0.405))),
        inside=(*frame.inside, Part((spine,), tone)),
    )


def _foldable_open(layer: DeviceLayer) -> DrawnFrame:
    """Open: an almost square screen with a faint crease in the middle."""
    frame = _phone(layer)
    screen, width = layer.screen, layer.plane.width
    # The camera is in the right half: a hole in the crease would be in the fold.
    aside = np.array([screen.width / 4, 0.0])
    front = tuple(dataclasses.replace(part, contours=tuple(c + aside for c in part.contours)) for part in frame.front)
    middle, half = (screen.x + screen.width / 2) / width, 0.030 * screen.width / width
    stops = (
        Stop(middle - half, (0, 0, 0), 0.0),
        Stop(middle - 0.35 * half, (0, 0, 0), 0.10),
        Stop(middle, (255, 255, 255), 0.06),
        Stop(middle + 0.35 * half, (0, 0, 0), 0.07),
        Stop(middle + half, (0, 0, 0), 0.0),
    )
    # The gradient's way is the plane's width, as its angle is 90 degrees.
    crease = Box(screen.x + screen.width * 0.47, screen.y, screen.width * 0.06, screen.height)
    return dataclasses.replace(
        frame,
        behind=_buttons(layer, (("right", 0.10, 0.17), ("right", 0.20, 0.245))),
        front=(Part((rounded_box(crease, 0),), LinearGradient(stops, 90)), *front),
    )


_KINDS: dict[FrameKind, Callable[[DeviceLayer], DrawnFrame]] = {
    "phone": _phone,
    "tablet": _tablet,
    "watch": _watch,
    "laptop": _laptop,
    "desktop": _desktop,
    "browser": _browser,
    "tv": _tv,
    "foldable": _foldable,
    "foldable-open": _foldable_open,
}
