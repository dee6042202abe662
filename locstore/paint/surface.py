"""Pixels under the words: gradients, glows, scrims, rounded shapes and soft shadows, computed with numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from locstore.typeset import Box

Pixels = npt.NDArray[np.uint8]
Color = tuple[int, int, int]


def solid(size: tuple[int, int], color: Color) -> Pixels:
    width, height = size
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:] = color
    return pixels


def gradient(size: tuple[int, int], colors: Sequence[Color], angle: float) -> npt.NDArray[np.float32]:
    """A linear gradient as CSS draws it: `angle` in degrees clockwise from upwards, ends at the corners.

    Shape (height, width, 3), float, so that glows can be added before the one rounding.
    """
    width, height = size
    radians = math.radians(angle)
    dx, dy = math.sin(radians), -math.cos(radians)
    length = abs(width * dx) + abs(height * dy)
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) * np.float32(dx)
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) * np.float32(dy)
    t = np.clip((y[:, None] + x[None, :]) / np.float32(length) + np.float32(0.5), 0, 1)
    stops = np.linspace(0, 1, len(colors), dtype=np.float32)
    table_at = np.linspace(0, 1, 4096, dtype=np.float32)
    table = np.stack(
        [np.interp(table_at, stops, [c[k] for c in colors]) for k in range(3)], axis=1
    ).astype(np.float32)
    return np.take(table, np.round(t * 4095).astype(np.int32), axis=0)


def add_glow(
    canvas: npt.NDArray[np.float32], color: Color, at: tuple[float, float], radius: float, opacity: float
) -> None:
    """Blend a round light into `canvas` in place; it fades to nothing at `radius` x the longer side."""
    height, width = canvas.shape[:2]
    reach = np.float32(radius * max(width, height))
    x = (np.arange(width, dtype=np.float32) - np.float32(at[0] * width)) / reach
    y = (np.arange(height, dtype=np.float32) - np.float32(at[1] * height)) / reach
    distance = np.minimum(np.sqrt(y[:, None] ** 2 + x[None, :] ** 2), 1)
    strength = (1 - distance) ** 2 * (1 + 2 * distance) * np.float32(opacity)
    for k in range(3):
        channel = canvas[..., k]
        channel += (np.float32(color[k]) - channel) * strength


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
    return np.clip((0.5 - (outside + inside - radius)) * 255, 0, 255).astype(np.uint8)


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
        rows = slice(start, end)
        if opaque[start]:
            part[rows] = source if picture is None else picture[rows]
        else:
            _mix(part[rows], source if picture is None else picture[rows], cover[rows])


def _mix(below: Pixels, over: Pixels | Color, alpha: Pixels) -> None:
    """below + (over - below) * alpha / 255, in place, rounded."""
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


def shadow(
    canvas: Pixels, box: Box, radius: float, *, opacity: float, spread: float, drop: float
) -> None:
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
