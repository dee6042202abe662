"""Outlines of shapes as closed polygons, fine enough that no corner shows: rounded boxes, superellipses, blobs, hulls.

An outline is an array of points, shape (n, 2), float64, clockwise on the screen (y runs down). Straight lines stay
straight under a projective map, so a polygon can be tilted point by point.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from locstore.paint.projection import Points
from locstore.typeset import Box

CIRCLE = 2.0  # exponent of a circular corner
CONTINUOUS = 2.7  # exponent of a corner whose curvature begins gently, as on phones of today
_TOLERANCE = 0.002  # pixels by which a chord may leave its curve: half a level of 255
_GENTLE = 1.18  # a continuous corner of the same look takes this much more of the edge than a circle


def rounded_box(box: Box, radius: float | tuple[float, float, float, float], exponent: float = CIRCLE) -> Points:
    """A box with rounded corners; four radii run from the top left, clockwise.

    With another `exponent` than 2 corners are quarters of a superellipse |x|^n + |y|^n = r^n; `radius` is that of the
    circle that it resembles.
    """
    radii = (radius,) * 4 if isinstance(radius, (int, float)) else radius
    grown = 1.0 if exponent == CIRCLE else _GENTLE
    limit = min(box.width, box.height) / 2
    parts = []
    left, top, right, bottom = box.x, box.y, box.right, box.bottom
    places = ((left, top, 1, 1), (right, top, -1, 1), (right, bottom, -1, -1), (left, bottom, 1, -1))
    for index, (x, y, sx, sy) in enumerate(places):
        r = min(max(0.0, radii[index] * grown), limit)
        if r <= 0:
            parts.append(np.array([[x, y]]))
            continue
        quarter = _quarter(r, exponent)
        # `quarter` runs from (0, r) to (r, 0), both seen from the corner; every second corner runs backwards.
        quarter = quarter if index % 2 == 0 else quarter[::-1]
        parts.append(np.array([x, y]) + quarter * np.array([sx, sy]))
    return np.concatenate(parts)


def _quarter(radius: float, exponent: float) -> Points:
    """A quarter in a corner's own coordinates, from (0, r) on one edge to (r, 0) on the other."""
    count = max(4, math.ceil(math.pi / 4 / math.sqrt(2 * _TOLERANCE / max(radius, 0.05))) * (1 if exponent == 2 else 2))
    angle = np.linspace(0.0, math.pi / 2, count + 1)
    c, s = np.cos(angle), np.sin(angle)
    power = 2 / exponent
    x, y = 1 - np.abs(c) ** power, 1 - np.abs(s) ** power
    return np.column_stack([x, y]) * radius


def ellipse(box: Box) -> Points:
    """The ellipse inside a box."""
    radius = max(box.width, box.height) / 2
    count = 4 * max(8, math.ceil(math.pi / 4 / math.sqrt(2 * _TOLERANCE / max(radius, 0.05))))
    angle = np.arange(count) * (2 * math.pi / count)
    return np.column_stack([box.x + box.width / 2 * (1 + np.cos(angle)), box.y + box.height / 2 * (1 + np.sin(angle))])


def line(start: tuple[float, float], end: tuple[float, float], width: float, *, round_ends: bool = True) -> Points:
    """A straight stroke of a width, as a box turned along it."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if length == 0:
        dx, dy, length = 1.0, 0.0, 1.0
        round_ends = True
    ends = width / 2 if round_ends else 0.0
    along = math.hypot(end[0] - start[0], end[1] - start[1])
    flat = rounded_box(Box(-ends, -width / 2, along + 2 * ends, width), ends)
    c, s = dx / length, dy / length
    turned = flat @ np.array([[c, s], [-s, c]])
    result: Points = turned + np.array(start)
    return result


def offset(outline: Points, distance: float) -> Points:
    """An outline moved outwards (or inwards, below 0) along its normals; its corners must be rounder than that."""
    points = clockwise(outline)
    before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
    normals = []
    for step in (points - before, after - points):
        length = np.maximum(np.sqrt((step**2).sum(axis=1)), 1e-12)[:, None]
        normals.append(np.column_stack([step[:, 1], -step[:, 0]]) / length)
    mean = normals[0] + normals[1]
    # A corner moves further than its edges; a hairpin is cut off at three times the distance.
    square = np.maximum((mean**2).sum(axis=1), 0.45)[:, None]
    result: Points = points + mean * (2 * distance / square)
    return result


def convex_hull(*outlines: Points) -> Points:
    """The convex hull of several outlines, clockwise on the screen: the silhouette of a solid between two faces."""
    points = np.unique(np.concatenate(outlines), axis=0)
    ordered: Sequence[tuple[float, float]] = [(float(x), float(y)) for x, y in points]

    def chain(sequence: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for x, y in sequence:
            while len(kept) > 1:
                (ax, ay), (bx, by) = kept[-2], kept[-1]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    return np.array([*chain(ordered), *chain(ordered[::-1])])


def signed_area(outline: Points) -> float:
    """Positive for an outline that runs clockwise on the screen."""
    x, y = outline[:, 0], outline[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def clockwise(outline: Points) -> Points:
    """The same outline, running clockwise on the screen."""
    return outline if signed_area(outline) >= 0 else outline[::-1]


def hole(outline: Points) -> Points:
    """The same outline, running the other way: beside an outer outline it cuts a hole."""
    return outline[::-1] if signed_area(outline) >= 0 else outline
