"""Where layers are on the canvas: fractions to planes in pixels, mirrored for right-to-left, turned and tilted."""

from __future__ import annotations

import dataclasses
import math

from locstore.concept import Placed, ShadowSpec, StrokeSpec, TiltSpec
from locstore.layout.color import rgb
from locstore.layout.geometry import (
    IDENTITY,
    Matrix,
    Plane,
    about,
    multiply,
    rotation,
    tilt,
    translation,
)
from locstore.layout.layers import Shadow, Stroke
from locstore.typeset import Box

_DEFAULT_WIDTH = 0.6


@dataclasses.dataclass(frozen=True, slots=True)
class Canvas:
    """The area that fractions refer to: `size` in pixels, mirrored or not.

    In a panorama it is the whole of it. `unit` is one percent of a screen's mean side, in which lengths are given.
    """

    size: tuple[int, int]
    mirrored: bool
    unit: float

    @classmethod
    def of(cls, size: tuple[int, int], *, rtl: bool) -> Canvas:
        return cls(size, rtl, mean_side(size) / 100)

    def fixed(self) -> Canvas:
        """The canvas for a layer that is not mirrored."""
        return dataclasses.replace(self, mirrored=False)

    def point(self, at: tuple[float, float]) -> tuple[float, float]:
        x = 1 - at[0] if self.mirrored else at[0]
        return (x * self.size[0], at[1] * self.size[1])

    def vector(self, shift: tuple[float, float]) -> tuple[float, float]:
        return (shift[0] * self.size[0] * (-1 if self.mirrored else 1), shift[1] * self.size[1])

    def box(self, box: tuple[float, float, float, float]) -> Box:
        x = 1 - box[0] - box[2] if self.mirrored else box[0]
        width, height = self.size
        return Box(x * width, box[1] * height, box[2] * width, box[3] * height)

    def angle(self, degrees: float) -> float:
        return -degrees if self.mirrored else degrees

    def shadow(self, spec: ShadowSpec | None) -> Shadow | None:
        if spec is None or spec.opacity == 0:
            return None
        dx = spec.shift[0] * (-1 if self.mirrored else 1)
        return Shadow(rgb(spec.color), spec.opacity, spec.blur * self.unit, dx * self.unit, spec.shift[1] * self.unit)

    def stroke(self, spec: StrokeSpec | None) -> Stroke | None:
        return None if spec is None else Stroke(rgb(spec.color), spec.width * self.unit, spec.opacity)


def mean_side(size: tuple[int, int]) -> float:
    return math.sqrt(size[0] * size[1])


def place(spec: Placed, canvas: Canvas, aspect: float) -> Plane:
    """The plane of a layer whose width is `aspect` times its height; a box decides its own aspect."""
    width, height = canvas.size
    if spec.box is not None:
        box = canvas.box(spec.box)
        return turned(box, spec, canvas)
    if spec.width is not None and spec.height is not None:
        wide, high = spec.width * width, spec.height * height
    elif spec.height is not None:
        wide, high = spec.height * height * aspect, spec.height * height
    else:
        wide = (spec.width or _DEFAULT_WIDTH) * width
        high = wide / aspect
    x, y = canvas.point(spec.at or (0.5, 0.5))
    return turned(Box(x - wide / 2, y - high / 2, wide, high), spec, canvas)


def turned(box: Box, spec: Placed, canvas: Canvas) -> Plane:
    """A box as a plane, turned about its middle; in whole pixels if it stays upright."""
    if not spec.rotate and spec.tilt is None:
        return Plane.of(whole(box))
    matrix = turn(spec.tilt, spec.rotate, canvas)
    middle = (box.x + box.width / 2, box.y + box.height / 2)
    return Plane(box.width, box.height, multiply(about(middle, matrix), translation(box.x, box.y)))


def turn(spec: TiltSpec | None, rotate: float, canvas: Canvas, *, depth: float = 0.0) -> Matrix:
    """Tilt, then rotation on the canvas, both about the origin."""
    flat = rotation(canvas.angle(rotate))
    if spec is None:
        return flat if not depth else multiply(flat, IDENTITY)
    matrix = tilt(
        canvas.angle(spec.yaw),
        spec.pitch,
        canvas.angle(spec.roll),
        distance=spec.distance * canvas.unit * 100,
        depth=depth,
    )
    return multiply(flat, matrix)


def whole(box: Box) -> Box:
    """A box in whole pixels, at least one wide and high: edges of upright layers are sharp."""
    return Box(round(box.x), round(box.y), max(1, round(box.width)), max(1, round(box.height)))
