"""Outlines of drawn shapes as polygons in a plane of their own: blobs, stars, laurel branches."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from locstore.layout.geometry import Point

_BLOB_CORNERS = 7
_STEPS = 16  # of a curve between two corners
_INNER = 0.5  # radius of a star's inner corners: rounder than a pentagram's 0.38, as stores draw ratings
_LEAVES = 7


def blob(width: float, height: float, seed: int) -> tuple[Point, ...]:
    """A closed, smooth outline that fills the plane, the same for the same seed."""
    chance = random.Random(seed)
    corners = []
    for i in range(_BLOB_CORNERS):
        angle = math.tau * (i + chance.uniform(-0.25, 0.25)) / _BLOB_CORNERS
        reach = chance.uniform(0.74, 1.0)
        corners.append((math.cos(angle) * reach, math.sin(angle) * reach))
    return fitted(_closed_curve(corners), width, height)


def fitted(points: Sequence[Point], width: float, height: float) -> tuple[Point, ...]:
    """The outline stretched to fill (0, 0) to (width, height)."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    return tuple(((x - min(xs)) / wide * width, (y - min(ys)) / high * height) for x, y in points)


def _closed_curve(corners: Sequence[Point]) -> list[Point]:
    """A Catmull-Rom spline through all corners."""
    points = []
    count = len(corners)
    for i in range(count):
        p0, p1, p2, p3 = (corners[(i + k) % count] for k in (-1, 0, 1, 2))
        for step in range(_STEPS):
            t = step / _STEPS
            points.append((_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)))
    return points


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def stars(width: float, height: float, count: int, value: float) -> list[tuple[tuple[Point, ...], float]]:
    """`count` five-pointed stars side by side: their outlines, and the share 0-1 of each that is filled."""
    step = width / count
    radius = min(height / 2, step * 0.46)
    found = []
    for i in range(count):
        center = (step * (i + 0.5), height / 2)
        outline = tuple(
            (
                center[0] + math.sin(math.pi * k / 5) * radius * (1 if k % 2 == 0 else _INNER),
                center[1] - math.cos(math.pi * k / 5) * radius * (1 if k % 2 == 0 else _INNER),
            )
            for k in range(10)
        )
        found.append((outline, min(1.0, max(0.0, value - i))))
    return found


def cut_at(outline: Sequence[Point], x: float) -> tuple[Point, ...]:
    """The part of a polygon left of `x` (Sutherland and Hodgman, 1974, for one edge)."""
    kept: list[Point] = []
    for (ax, ay), (bx, by) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if ax <= x:
            kept.append((ax, ay))
        if (ax <= x) != (bx <= x):
            kept.append((x, ay + (by - ay) * (x - ax) / (bx - ax)))
    return tuple(kept)


def laurel(width: float, height: float) -> list[tuple[Point, ...]]:
    """The leaves of a laurel branch that curves around its right side, from the bottom up."""
    leaves = []
    for i in range(_LEAVES):
        angle = math.radians(115 + i * 21)
        leaves += [_leaf(angle, side, 1 - 0.35 * i / _LEAVES) for side in (-1, 1)]
    tip = _leaf(math.radians(115 + _LEAVES * 21), 0, 0.7)
    shapes = [*leaves, tip]
    xs = [p[0] for leaf in shapes for p in leaf]
    ys = [p[1] for leaf in shapes for p in leaf]
    scale = min(width / (max(xs) - min(xs)), height / (max(ys) - min(ys)))
    left = (width - scale * (max(xs) - min(xs))) / 2
    top = (height - scale * (max(ys) - min(ys))) / 2
    return [tuple((left + (x - min(xs)) * scale, top + (y - min(ys)) * scale) for x, y in leaf) for leaf in shapes]


def _leaf(angle: float, side: int, size: float) -> tuple[Point, ...]:
    """A pointed leaf on the unit circle at `angle` (clockwise from the right), turned outwards or inwards."""
    x, y = math.cos(angle), math.sin(angle)
    along = angle + math.pi / 2 + side * 0.75  # the branch runs clockwise, leaves spread to both sides
    length, half = 0.34 * size, 0.085 * size
    points = []
    for k in range(2 * _STEPS):
        t = k / _STEPS
        out, way = (t, 1) if t <= 1 else (2 - t, -1)
        bulge = half * math.sin(math.pi * out**0.8) * way
        points.append(
            (
                x + math.cos(along) * out * length - math.sin(along) * bulge,
                y + math.sin(along) * out * length + math.cos(along) * bulge,
            )
        )
    return tuple(points)
