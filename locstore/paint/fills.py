"""Fills of shapes and backgrounds: one colour, and linear, radial, conic and mesh gradients, in a plane's coordinates.

Linear gradients follow CSS Images 3. Stops with opacity are interpolated premultiplied, as CSS does.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from locstore.layout import ConicGradient, Fill, LinearGradient, MeshGradient, RadialGradient, SolidFill, Stop
from locstore.paint.canvas import Source
from locstore.paint.coverage import Floats, Window
from locstore.paint.projection import Matrix

_STEPS = 8192  # of a colour table: at most 0.016 of a level from the exact colour
_AFFINE = 1e-12
Doubles = npt.NDArray[np.float64]


def fill_source(fill: Fill, size: tuple[float, float], matrix: Matrix) -> Source:
    """What paints a fill of a plane of this size that `matrix` puts on the scene."""
    inverse: Matrix = np.linalg.inv(matrix).astype(np.float64)
    if isinstance(fill, SolidFill):
        return solid_source(fill)
    if isinstance(fill, MeshGradient):
        return lambda window: (_mesh(fill, size, inverse, window), None)
    table, opaque = _table(fill.stops)

    def source(window: Window) -> tuple[npt.NDArray[np.float32], Floats | None]:
        if isinstance(fill, LinearGradient):
            way = _linear(fill, size, inverse, window)
        elif isinstance(fill, RadialGradient):
            way = _radial(fill, inverse, window)
        else:
            return _conic(fill, table, opaque, inverse, window)
        return _looked_up(table, way, opaque)

    return source


def is_opaque(fill: Fill) -> bool:
    """Whether a fill hides everything below it."""
    if isinstance(fill, MeshGradient):
        return True
    if isinstance(fill, SolidFill):
        return fill.opacity >= 1
    return all(stop.opacity >= 1 for stop in fill.stops)


def solid_source(fill: SolidFill) -> Source:
    """What paints one colour."""
    color = np.array(fill.color, np.float32) * np.float32(fill.opacity)

    def source(window: Window) -> tuple[npt.NDArray[np.float32], Floats | None]:
        shape = (window.height, window.width)
        alpha = None if fill.opacity >= 1 else np.full(shape, fill.opacity, np.float32)
        return np.broadcast_to(color, (*shape, 3)), alpha

    return source


def plane_points(inverse: Matrix, window: Window) -> tuple[Doubles, Doubles]:
    """The plane's coordinates (u, v) of the centres of a window's pixels, float64, broadcastable to its shape."""
    x = (np.arange(window.x, window.right) + 0.5)[None, :]
    y = (np.arange(window.y, window.bottom) + 0.5)[:, None]
    m = inverse / inverse[2, 2]
    if max(abs(m[0, 1]), abs(m[1, 0]), abs(m[2, 0]), abs(m[2, 1])) < _AFFINE:
        return m[0, 0] * x + m[0, 2], m[1, 1] * y + m[1, 2]
    w = m[2, 0] * x + m[2, 1] * y + 1.0
    return (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / w, (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / w


def _table(stops: tuple[Stop, ...]) -> tuple[npt.NDArray[np.float32], bool]:
    """Premultiplied colours and alpha along the way, shape (steps, 4), and whether all are opaque."""
    at = np.linspace(0, 1, _STEPS)
    places = [stop.at for stop in stops]
    columns = [[stop.color[k] * stop.opacity for stop in stops] for k in range(3)]
    columns.append([stop.opacity for stop in stops])
    table = np.stack([np.interp(at, places, column) for column in columns], axis=1)
    return table.astype(np.float32), all(stop.opacity >= 1 for stop in stops)


def _looked_up(
    table: npt.NDArray[np.float32], way: Doubles, opaque: bool
) -> tuple[npt.NDArray[np.float32], Floats | None]:
    index = np.rint(np.clip(way, 0, 1) * (_STEPS - 1)).astype(np.int32)
    found = np.take(table, index, axis=0)
    return found[..., :3], None if opaque else found[..., 3]


def _linear(fill: LinearGradient, size: tuple[float, float], inverse: Matrix, window: Window) -> Doubles:
    u, v = plane_points(inverse, window)
    radians = math.radians(fill.angle)
    dx, dy = math.sin(radians), -math.cos(radians)
    length = max(1e-9, abs(size[0] * dx) + abs(size[1] * dy))
    way: Doubles = (u - size[0] / 2) * (dx / length) + (v - size[1] / 2) * (dy / length) + 0.5
    return way


def _radial(fill: RadialGradient, inverse: Matrix, window: Window) -> Doubles:
    u, v = plane_points(inverse, window)
    way: Doubles = np.sqrt(((u - fill.center[0]) / fill.radii[0]) ** 2 + ((v - fill.center[1]) / fill.radii[1]) ** 2)
    return way


def _conic(
    fill: ConicGradient, table: npt.NDArray[np.float32], opaque: bool, inverse: Matrix, window: Window
) -> tuple[npt.NDArray[np.float32], Floats | None]:
    u, v = plane_points(inverse, window)
    dx, dy = u - fill.center[0], v - fill.center[1]
    turn = 2 * math.pi
    way = np.mod(np.arctan2(dx, -dy) / turn - fill.angle / 360, 1.0)
    index = np.rint(way * (_STEPS - 1)).astype(np.int32)
    found = np.take(table, index, axis=0)
    # Where the last colour meets the first there is an edge: a pixel beside it has a share of both.
    around = np.sqrt(dx * dx + dy * dy) * turn
    after, before = way * around, (1 - way) * around
    edge = (after < 0.5) | (before < 0.5)
    share = np.where(after < before, np.minimum(0.5 + after, 1), np.maximum(0.5 - before, 0)).astype(np.float32)
    mixed = table[0] * share[..., None] + table[-1] * (1 - share[..., None])
    found = np.where(edge[..., None], mixed, found)
    return found[..., :3], None if opaque else found[..., 3]


def _weights(at: Doubles, count: int) -> Floats:
    """Catmull-Rom weights of `count` nodes, evenly spaced over 0-1, shape (*at.shape, count); ends are repeated."""
    place = np.clip(at, 0, 1) * (count - 1)
    low = np.minimum(np.floor(place).astype(np.int64), max(0, count - 2))
    t = place - low
    parts = (
        0.5 * (-t + 2 * t**2 - t**3),
        0.5 * (2 - 5 * t**2 + 3 * t**3),
        0.5 * (t + 4 * t**2 - 3 * t**3),
        0.5 * (-(t**2) + t**3),
    )
    weights = np.zeros((*at.shape, count))
    for step, part in enumerate(parts):
        node = np.clip(low + step - 1, 0, count - 1)
        np.put_along_axis(
            weights, node[..., None], np.take_along_axis(weights, node[..., None], -1) + part[..., None], -1
        )
    return weights.astype(np.float32)


def _mesh(fill: MeshGradient, size: tuple[float, float], inverse: Matrix, window: Window) -> npt.NDArray[np.float32]:
    colors = np.array(fill.colors, np.float32).reshape(fill.rows, fill.columns, 3)
    u, v = plane_points(inverse, window)
    rows = np.zeros((window.height, window.width, 3), np.float32)
    across, down = _weights(u / size[0], fill.columns), _weights(v / size[1], fill.rows)
    for r in range(fill.rows):
        line = np.zeros((*across.shape[:2], 3), np.float32)
        for c in range(fill.columns):
            line += across[..., c, None] * colors[r, c]
        rows += down[..., r, None] * line
    return np.clip(rows, 0, 255)
