"""Pixels under the words: gradients, glows, scrims, rounded shapes and soft shadows, computed with numpy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from locstore.typeset import Box

_STEPS = 4096  # of a gradient's colour table
_STRIP = 192  # rows that are computed at a time

Pixels = npt.NDArray[np.uint8]
Floats3 = npt.NDArray[np.float32]  # shape (height, width, 3), 0-255
Color = tuple[int, int, int]


def solid(size: tuple[int, int], color: Color) -> Pixels:
    width, height = size
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:] = color
    return pixels


class Gradient:
    """A linear gradient as CSS draws it: `angle` in degrees clockwise from upwards, ends at the corners.

    Colours are spread evenly unless `stops` (0-1) says where they are; `columns` are the columns that `rows` gives.
    """

    def __init__(
        self,
        size: tuple[int, int],
        colors: Sequence[Color],
        angle: float,
        *,
        stops: Sequence[float] | None = None,
        columns: tuple[int, int] | None = None,
    ) -> None:
        width, height = size
        first, last = columns or (0, width)
        radians = math.radians(angle)
        dx, dy = math.sin(radians), -math.cos(radians)
        length = np.float32(abs(width * dx) + abs(height * dy))
        x = np.arange(first, last, dtype=np.float32)
        self._x = (x + 0.5 - width / 2) * np.float32(dx) / length + np.float32(0.5)
        self._y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) * np.float32(dy) / length
        places = np.linspace(0, 1, len(colors)) if stops is None else np.array(stops)
        at = np.linspace(0, 1, _STEPS, dtype=np.float32)
        channels = [np.interp(at, places.astype(np.float32), [color[k] for color in colors]) for k in range(3)]
        self._table = np.stack(channels, axis=1).astype(np.float32)

    def rows(self, start: int, end: int) -> Floats3:
        """Rows [start, end), shape (rows, width, 3), float: glows are added before the one rounding."""
        t = np.clip(self._y[start:end, None] + self._x[None, :], 0, 1)
        rows: Floats3 = np.take(self._table, np.rint(t * (_STEPS - 1)).astype(np.int16), axis=0)
        return rows


class Glow:
    """A round light that fades to nothing at `radius` x the longer side; `at` in fractions of the canvas."""

    def __init__(
        self, size: tuple[int, int], color: Color, at: tuple[float, float], radius: float, opacity: float
    ) -> None:
        width, height = size
        reach = np.float32(radius * max(width, height))
        self._x = ((np.arange(width, dtype=np.float32) - np.float32(at[0] * width)) / reach) ** 2
        self._y = ((np.arange(height, dtype=np.float32) - np.float32(at[1] * height)) / reach) ** 2
        self._color = color
        self._opacity = np.float32(opacity)

    def add(self, rows: Floats3, start: int) -> None:
        """Blend into rows that begin at `start`, in place."""
        add_glow(rows, self._x, self._y[start : start + len(rows)], self._color, self._opacity)


def add_glow(
    rows: Floats3, x: npt.NDArray[np.float32], y: npt.NDArray[np.float32], color: Color, opacity: np.float32
) -> None:
    """Blend a round light into rows, in place; `x` and `y` are squared distances in radii, by column and row."""
    distance = np.sqrt(np.minimum(y[:, None] + x[None, :], 1))
    strength = (1 - distance) ** 2 * (1 + 2 * distance) * opacity
    for k in range(3):
        channel = rows[..., k]
        channel += (np.float32(color[k]) - channel) * strength


def fade_ramp(length: int, reach: float, strength: float) -> npt.NDArray[np.float32]:
    """How strong a colour is that fades out from pixel 0 over `reach` pixels, 0-1, shape (length,)."""
    fade = np.clip(1 - np.arange(length, dtype=np.float32) / np.float32(max(1.0, reach)), 0, 1)
    ramp: npt.NDArray[np.float32] = fade * fade * (3 - 2 * fade) * np.float32(strength)
    return ramp


class Scrim:
    """A colour that fades in from an edge, over `reach` x the height or width."""

    def __init__(
        self,
        size: tuple[int, int],
        color: Color,
        *,
        edge: Literal["top", "left", "right"],
        reach: float,
        strength: float,
    ) -> None:
        length = size[1] if edge == "top" else size[0]
        ramp = fade_ramp(length, reach * length, strength)
        self._strength = ramp[::-1] if edge == "right" else ramp
        self._from_top = edge == "top"
        self._color = np.array(color, np.float32)

    def add(self, rows: Floats3, start: int) -> None:
        """Blend into rows that begin at `start`, in place."""
        if self._from_top:
            strength = self._strength[start : start + len(rows), None, None]
        else:
            strength = self._strength[None, :, None]
        rows += (self._color - rows) * strength


def strips(height: int) -> Iterator[tuple[int, int]]:
    """(start, end) of strips of rows, so that floats of a whole canvas are never in memory."""
    for start in range(0, height, _STRIP):
        yield start, min(start + _STRIP, height)


def rounded(pixels: npt.NDArray[np.float32]) -> Pixels:
    """Floats to bytes."""
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def rounded_mask(width: int, height: int, radius: float, *, margin: int = 0) -> Pixels:
    """Coverage of a rounded rectangle of this size inside `margin` pixels of nothing, antialiased exactly.

    Shape (height + 2 margin, width + 2 margin).
    """
    radius = min(radius, width / 2, height / 2)
    x = np.arange(width + 2 * margin, dtype=np.float32) + 0.5 - margin
    y = np.arange(height + 2 * margin, dtype=np.float32) + 0.5 - margin
    qx = np.abs(x - width / 2) - (width / 2 - radius)
    qy = np.abs(y - height / 2) - (height / 2 - radius)
    # Only the corners need distances; the rest is decided by the nearer axis.
    outside = np.hypot(np.maximum(qx, 0)[None, :], np.maximum(qy, 0)[:, None])
    inside = np.minimum(np.maximum(qx[None, :], qy[:, None]), 0)
    coverage: npt.NDArray[np.float32] = np.clip((0.5 - (outside + inside - radius)) * 255, 0, 255)
    return np.rint(coverage).astype(np.uint8)  # cut off, 254.99997 at a straight edge would let the ground through


def blend(canvas: Pixels, x: int, y: int, source: Pixels | Color, alpha: Pixels) -> None:
    """Put a colour or an RGB picture on `canvas` in place with coverage `alpha`, clipped to the canvas."""
    height, width = alpha.shape
    left, top = max(0, -x), max(0, -y)
    right, bottom = min(width, canvas.shape[1] - x), min(height, canvas.shape[0] - y)
    if left >= right or top >= bottom:
        return
    part = canvas[y + top : y + bottom, x + left : x + right]
    cover = alpha[top:bottom, left:right]
    picture = None if isinstance(source, tuple) else source[top:bottom, left:right]
    # Whole rows that are opaque are copied; only the others need arithmetic.
    opaque = cover.min(axis=1) == 255
    edges = np.flatnonzero(np.diff(opaque, prepend=~opaque[:1]))
    for start, end in zip(edges, [*edges[1:], len(opaque)], strict=True):
        if opaque[start]:
            part[start:end] = source if picture is None else picture[start:end]
            continue
        for first, last in strips(int(end - start)):
            rows = slice(start + first, start + last)
            _mix(part[rows], source if picture is None else picture[rows], cover[rows])


def _mix(below: Pixels, over: Pixels | Color, alpha: Pixels) -> None:
    """Below + (over - below) * alpha / 255, in place, rounded."""
    if isinstance(over, tuple) and not alpha.any():
        return
    base = below.astype(np.int32)
    mixed = np.subtract(np.asarray(over, np.int32), base)
    mixed *= alpha[..., None]
    # x * 257 / 65536 with rounding is x / 255 for these ranges, by shifts instead of a division.
    mixed += 128
    mixed += mixed >> 8
    mixed >>= 8
    mixed += base
    below[:] = mixed


def shadow(canvas: Pixels, box: Box, radius: float, *, opacity: float, spread: float, drop: float) -> None:
    """A soft shadow of a rounded box, `spread` pixels wide and `drop` pixels down, blurred at low resolution."""
    if opacity <= 0:
        return
    step = max(1, int(spread / 6))
    margin = int(3 * spread)
    wide, high = (int(box.width) + 2 * margin) // step, (int(box.height) + 2 * margin) // step
    small = np.zeros((high, wide), np.uint8)
    body = rounded_mask(max(1, int(box.width) // step), max(1, int(box.height) // step), radius / step)
    at = margin // step
    small[at : at + body.shape[0], at : at + body.shape[1]] = body
    blurred = Image.fromarray(small).filter(ImageFilter.GaussianBlur(spread / step))
    full = blurred.resize((wide * step, high * step), Image.Resampling.BICUBIC)
    alpha = np.asarray(full.point([round(v * opacity) for v in range(256)]))
    blend(canvas, round(box.x) - margin, round(box.y + drop) - margin, (0, 0, 0), alpha)


def soft_band(width: int, height: int, box: Box, fade: float) -> tuple[int, Pixels]:
    """A band of full coverage at the height of `box` that fades out over `fade` pixels: its top row and its alpha."""
    top = max(0, int(box.y - fade))
    bottom = min(height, int(box.bottom + fade) + 1)
    rows = np.arange(top, bottom, dtype=np.float32) + 0.5
    inside = np.clip(np.minimum(rows - (box.y - fade), box.bottom + fade - rows) / fade, 0, 1)
    smooth = inside * inside * (3 - 2 * inside) * 255
    return top, np.repeat(np.rint(smooth).astype(np.uint8)[:, None], width, axis=1)
