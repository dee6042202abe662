"""Projective maps of the plane (3x3 homographies) between a layer's own coordinates and the canvas.

A matrix H maps a layer's point (u, v) to the canvas's point (x, y): `[x w, y w, w] = H [u, v, 1]`. Coordinates are in
pixels and continuous: pixel (0, 0) is the square from (0, 0) to (1, 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]  # shape (n, 2)

_FLAT = 1e-9


def matrix_of(values: Sequence[float], offset: tuple[float, float] = (0.0, 0.0)) -> Matrix:
    """A row-major homography as an array, moved by `offset`.

    Entries are rounded to 12 digits of the largest: what was moved there and back is the same again, bit for bit.
    """
    moved = translation(*offset) @ np.asarray(values, np.float64).reshape(3, 3)
    result = np.empty((3, 3))
    for row in range(3):
        result[row] = [float(f"{value:.12g}") for value in moved[row]]
    return result


def translation(x: float, y: float) -> Matrix:
    """A shift by (x, y) pixels."""
    return np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]])


def scaling(x: float, y: float) -> Matrix:
    """A scale about the origin."""
    return np.diag([x, y, 1.0])


def apply(matrix: Matrix, points: Points | Sequence[Sequence[float]]) -> Points:
    """Mapped points, shape (n, 2). Raises ValueError for points at or behind the horizon."""
    flat = np.asarray(points, np.float64)
    mapped = flat @ matrix[:, :2].T + matrix[:, 2]
    if mapped[:, 2].min() <= _FLAT:
        raise ValueError("a point lies behind the camera")
    result: Points = mapped[:, :2] / mapped[:, 2:]
    return result


def corners_of(width: float, height: float) -> Points:
    """The corners of a rectangle at the origin, clockwise from the top left."""
    return np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])


def bounds_of(points: Points) -> tuple[int, int, int, int]:
    """Whole pixels around points: (left, top, right, bottom)."""
    low, high = points.min(axis=0), points.max(axis=0)
    return math.floor(low[0]), math.floor(low[1]), math.ceil(high[0]), math.ceil(high[1])


def least_scale(matrix: Matrix, size: tuple[float, float]) -> float:
    """The smallest scale (canvas pixels for one of the layer's) at the corners and the centre of a rectangle."""
    width, height = size
    least = math.inf
    for u, v in [*corners_of(width, height).tolist(), (width / 2, height / 2)]:
        x, y, w = matrix @ np.array([u, v, 1.0])
        jacobian = np.array(
            [
                [matrix[0, 0] * w - x * matrix[2, 0], matrix[0, 1] * w - x * matrix[2, 1]],
                [matrix[1, 0] * w - y * matrix[2, 0], matrix[1, 1] * w - y * matrix[2, 1]],
            ]
        ) / (w * w)
        least = min(least, float(np.linalg.svd(jacobian, compute_uv=False)[-1]))
    return least


def whole_pixel_box(matrix: Matrix, size: tuple[float, float]) -> tuple[int, int, int, int] | None:
    """The box (x, y, width, height) of a rectangle that the map puts upright on whole pixels, or None."""
    off = (matrix[0, 1], matrix[1, 0], matrix[2, 0], matrix[2, 1])
    if max(abs(value) for value in off) > _FLAT or matrix[0, 0] <= 0 or matrix[1, 1] <= 0:
        return None
    a, b = apply(matrix, [[0.0, 0.0], [size[0], size[1]]])
    values = [a[0], a[1], b[0], b[1]]
    if max(abs(value - round(value)) for value in values) > 1e-4:
        return None
    left, top, right, bottom = (round(float(value)) for value in values)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None
