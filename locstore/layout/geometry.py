"""Planes on the canvas: a flat rectangle of its own size, and the homography that puts it on the canvas.

Sources: Hartley and Zisserman, Multiple View Geometry, 2nd ed., section 2.3 (homographies of planes).
"""

from __future__ import annotations

import dataclasses
import math

from locstore.typeset import Box

Point = tuple[float, float]
# Row-major 3x3 homography: (x, y, 1) of the plane to homogeneous coordinates on the canvas.
Matrix = tuple[float, float, float, float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
_FLAT = 1e-9


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """The map that applies `b` first, then `a`."""
    rows = [a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j] for i in range(3) for j in range(3)]
    return (rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], rows[8])


def translation(dx: float, dy: float) -> Matrix:
    return (1.0, 0.0, dx, 0.0, 1.0, dy, 0.0, 0.0, 1.0)


def scaling(factor: float) -> Matrix:
    return (factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, 1.0)


def rotation(degrees: float) -> Matrix:
    """About the origin, clockwise on the canvas (y runs downwards)."""
    if degrees % 360 == 0:
        return IDENTITY
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0)


def about(center: Point, matrix: Matrix) -> Matrix:
    """`matrix` with `center` as its origin."""
    x, y = center
    return multiply(translation(x, y), multiply(matrix, translation(-x, -y)))


def tilt(yaw: float, pitch: float, roll: float, *, distance: float, depth: float = 0.0) -> Matrix:
    """A plane turned in three dimensions about the origin, seen by a camera `distance` pixels in front of it.

    Degrees. Positive `yaw` turns the right edge away from the camera, positive `pitch` the top edge, positive `roll`
    turns clockwise. `depth` is how far the plane is behind the one that is turned, in pixels along its normal: the
    back of a device. Points in the turned plane's origin keep their size.
    """
    a, b, c = math.radians(yaw), math.radians(pitch), math.radians(roll)
    cos_c, sin_c = math.cos(c), math.sin(c)
    # Columns: where the plane's x axis, y axis and normal go. Roll first, then pitch, then yaw; z is away from the
    # camera.
    axes = [(cos_c, sin_c, 0.0), (-sin_c, cos_c, 0.0), (0.0, 0.0, 1.0)]
    turned = [_yaw(_pitch(axis, b), a) for axis in axes]
    ox, oy, oz = (depth * part for part in turned[2])
    (xx, xy, xz), (yx, yy, yz) = turned[0], turned[1]
    return (xx, yx, ox, xy, yy, oy, xz / distance, yz / distance, 1.0 + oz / distance)


def _pitch(v: tuple[float, float, float], angle: float) -> tuple[float, float, float]:
    x, y, z = v
    # The top (negative y) goes away: z grows where y is negative.
    return (x, y * math.cos(angle) + z * math.sin(angle), -y * math.sin(angle) + z * math.cos(angle))


def _yaw(v: tuple[float, float, float], angle: float) -> tuple[float, float, float]:
    x, y, z = v
    return (x * math.cos(angle) - z * math.sin(angle), y, x * math.sin(angle) + z * math.cos(angle))


@dataclasses.dataclass(frozen=True, slots=True)
class Plane:
    """A rectangle of `width` x `height` pixels of its own, put on the canvas by `matrix`."""

    width: float
    height: float
    matrix: Matrix = IDENTITY

    @classmethod
    def of(cls, box: Box) -> Plane:
        """An upright plane that fills a box of the canvas."""
        return cls(box.width, box.height, translation(box.x, box.y))

    def at(self, x: float, y: float) -> Point:
        """A point of the plane on the canvas."""
        m = self.matrix
        w = m[6] * x + m[7] * y + m[8]
        return ((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w)

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Top left, top right, bottom right, bottom left of the plane, on the canvas."""
        return (self.at(0, 0), self.at(self.width, 0), self.at(self.width, self.height), self.at(0, self.height))

    @property
    def bounds(self) -> Box:
        """The upright box around the corners."""
        return bounds(self.corners)

    @property
    def upright(self) -> bool:
        """Whether the plane is only moved: not turned, scaled or tilted."""
        m = self.matrix
        return all(abs(m[i] - IDENTITY[i]) < _FLAT for i in (0, 1, 3, 4, 6, 7, 8))

    def moved(self, matrix: Matrix) -> Plane:
        """The plane with another map applied on the canvas."""
        return Plane(self.width, self.height, multiply(matrix, self.matrix))

    def part(self, box: Box) -> Plane:
        """A rectangle of this plane as a plane of its own."""
        return Plane(box.width, box.height, multiply(self.matrix, translation(box.x, box.y)))


def bounds(points: tuple[Point, ...]) -> Box:
    """The upright box around points."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
