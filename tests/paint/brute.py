"""Brute-force references for painters: 16 x 16 samples in each pixel, nothing clever."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from locstore.paint.coverage import Window

Doubles = npt.NDArray[np.float64]
N = 16


def samples(window: Window, n: int = N) -> tuple[Doubles, Doubles]:
    """The x and y of n x n samples in each pixel, shape (height n, width n).

    Rows and columns of a pixel's samples are shifted against each other, so that an upright edge is not counted in
    whole rows of samples.
    """
    x = np.arange(window.width * n)[None, :]
    y = np.arange(window.height * n)[:, None]
    across = (x + (y % n + 0.5) / n) / n + window.x
    down = (y + (x % n + 0.5) / n) / n + window.y
    return np.broadcast_arrays(across, down)  # type: ignore[return-value]


def pooled(values: npt.NDArray[np.bool_] | Doubles, n: int = N) -> Doubles:
    """The mean of each pixel's samples."""
    height, width = values.shape[0] // n, values.shape[1] // n
    shape = (height, n, width, n, *values.shape[2:])
    return np.asarray(values.reshape(shape).mean(axis=(1, 3)), np.float64)


def back(matrix: Doubles, x: Doubles, y: Doubles) -> tuple[Doubles, Doubles]:
    """Points of the scene in the plane's coordinates."""
    m = np.linalg.inv(matrix)
    w = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    return (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / w, (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / w


def in_rounded_box(
    u: Doubles, v: Doubles, box: Sequence[float], radius: float, exponent: float = 2.0
) -> npt.NDArray[np.bool_]:
    """Whether points are in a box (x, y, width, height) with superellipse corners."""
    x, y, width, height = box
    qx = np.maximum(np.abs(u - x - width / 2) - (width / 2 - radius), 0) / max(radius, 1e-9)
    qy = np.maximum(np.abs(v - y - height / 2) - (height / 2 - radius), 0) / max(radius, 1e-9)
    if radius <= 0:
        return np.asarray((np.abs(u - x - width / 2) <= width / 2) & (np.abs(v - y - height / 2) <= height / 2))
    return np.asarray(qx**exponent + qy**exponent <= 1)


def in_convex(points: Doubles, x: Doubles, y: Doubles) -> npt.NDArray[np.bool_]:
    """Whether points are in a convex polygon that runs clockwise on the screen."""
    inside = np.ones(x.shape, bool)
    for (ax, ay), (bx, by) in zip(points, np.roll(points, -1, axis=0), strict=True):
        inside &= (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0
    return inside


def gaussian_at(mask: Doubles, sigma: float) -> Doubles:
    """A mask blurred by a true Gaussian in double precision; beyond its edge is nothing."""
    radius = math.ceil(6 * sigma)
    weights = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma * sigma))
    weights /= weights.sum()
    padded = np.pad(mask, radius)
    across = sum(w * padded[:, k : k + mask.shape[1]] for k, w in enumerate(weights))
    return np.asarray(sum(w * across[k : k + mask.shape[0]] for k, w in enumerate(weights)), np.float64)  # type: ignore[index]
