"""From a place in a picture to lines of ink, level and of one size, prepared in ways that fail differently."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageFilter

from locstore.ocr.clean import (
    Plane,
    as_ink,
    background,
    color_distance,
    lightness_residues,
    to_lab,
    turn_of,
    turned,
)
from locstore.ocr.engine import Pixels
from locstore.ocr.lines import bands, trimmed
from locstore.ocr.plates import plate_inside
from locstore.ocr.rows import Row
from locstore.typeset import Box

EM = 42  # pixels of the letters' em size when they are read
_PITCH = 1.15  # em from line to line, at least
_SIDE, _RISE = 1.1, 0.3  # em of room beside the words, and above and below them
_PLATE_SIDE, _PLATE_RISE = 5.0, 1.5  # em in which a plate ends
_ROOM = 4.0  # degrees that there is room for where words are cut off above or below
_CUT = 0.25  # em of ink at the edges that mean so
_LEVEL = 0.75  # degrees: less is level
_SOFT = 0.5  # pixels of blur against grain
_STRAY = 0.3  # em that a line's middle may lie outside of the words' place


@dataclasses.dataclass(frozen=True, slots=True)
class SearchRegion:
    """Where words are looked for: `box` in pixels of the picture, `size` their em size there.

    `limit` is what never to leave (a badge's plate); `above` and `below` are the rows where the neighbours begin.
    `turn` is how many degrees the words are known to run down to the right, with `box` and rows as they are when the
    picture is turned back about the box's middle; None where it is to be found out. `on_plate`: a plate's edges have to
    be found first. `rows` are as many as were seen there, 0 where nobody looked.
    """

    box: Box
    size: float
    limit: Box | None = None
    above: float = 0.0
    below: float = math.inf
    turn: float | None = None
    on_plate: bool = False
    rows: int = 0

    @property
    def bounds(self) -> Box:
        """The level box around the words as they stand in the picture."""
        if not self.turn:
            return self.box
        return dataclasses.replace(Row.of_box(self.box), turn=self.turn).box


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """The lines of ink, from top to bottom, in one way of preparing.

    `is_cut` says that ink goes on at the edges of what was looked at: there may be more of the words outside.
    """

    way: str
    lines: tuple[Plane, ...]
    is_cut: bool = False


def cut(pixels: Pixels, place: SearchRegion, *, turn: float = 0.0) -> tuple[Pixels, float]:
    """The place with some room around, scaled to `EM`, and the row of its middle (in pixels of the result).

    Words that are turned by so many degrees reach farther up and down, beside their neighbours.
    """
    height, width = pixels.shape[:2]
    box = place.box
    side, rise = _SIDE * place.size, _RISE * place.size
    left, top, right, bottom = box.x - side, box.y - rise, box.right + side, box.bottom + rise
    if turn:
        reach = abs(math.tan(math.radians(turn))) * box.width / 2
        top, bottom = top - reach, bottom + reach
    else:
        top, bottom = max(top, place.above), min(bottom, place.below)
    if place.limit is not None:
        limit = place.limit
        left, top = max(left, limit.x), max(top, limit.y)
        right, bottom = min(right, limit.right), min(bottom, limit.bottom)
    x0, y0 = max(0, int(left)), max(0, int(top))
    x1, y1 = min(width, int(right) + 1), min(height, int(bottom) + 1)
    if x1 - x0 < 4 or y1 - y0 < 4:
        return np.zeros((1, 1, 3), np.uint8), 0.0
    factor = EM / place.size
    size = (max(4, round((x1 - x0) * factor)), max(4, round((y1 - y0) * factor)))
    part = Image.fromarray(np.ascontiguousarray(pixels[y0:y1, x0:x1])).resize(size, Image.Resampling.LANCZOS)
    part = part.filter(ImageFilter.GaussianBlur(_SOFT))
    return np.asarray(part), ((box.y + box.bottom) / 2 - y0) * factor


def prepare(pixels: Pixels, place: SearchRegion, *, flipped: bool = False) -> list[Prepared]:
    """By lightness and by colour, or `flipped`: dark for light; a way without any ink is left out.

    What is stronger is taken for words, and a heavy shadow or outline may be stronger than they are.
    """
    degrees = 0.0
    if place.turn is not None:
        part, middle = cut_turned(pixels, place)
    else:
        part, middle = cut(pixels, place)
    if part.shape[0] < 8:
        return []
    planes = _planes(part, flipped=flipped)
    ink = as_ink(planes[0][1], EM // 2)
    if place.turn is None:
        if _goes_on(ink[:2], ink[-2:]):
            part, middle = cut(pixels, place, turn=_ROOM)
            planes = _planes(part, flipped=flipped)
            ink = as_ink(planes[0][1], EM // 2)
        degrees = turn_of(ink)
        if abs(degrees) >= _LEVEL:
            part, middle = cut(pixels, place, turn=degrees)
            planes = _planes(part, flipped=flipped)
    factor, centre = EM / place.size, (place.box.y + place.box.bottom) / 2
    reach = place.box.height * factor / 2 + _STRAY * EM
    own = (max(-reach, (place.above - centre) * factor), min(reach, (place.below - centre) * factor))
    ways = []
    is_cut = _goes_on(ink[:, :2].T, ink[:, -2:].T) or (abs(degrees) < _LEVEL and _goes_on(ink[:2], ink[-2:]))
    for way, plane in planes:
        lines = _lines(turned(as_ink(plane, EM // 2), degrees), middle - part.shape[0] / 2, own, place.rows)
        if lines:
            ways.append(Prepared(way, tuple(lines), is_cut))
    return ways


def cut_turned(pixels: Pixels, place: SearchRegion) -> tuple[Pixels, float]:
    """The place with some room around, turned level and scaled to `EM`, and the row of its middle (pixels of that)."""
    box, turn = place.box, place.turn or 0.0
    factor = EM / place.size
    x, y = box.x + box.width / 2, box.y + box.height / 2
    side, rise = (_PLATE_SIDE, _PLATE_RISE) if place.on_plate else (_SIDE, _RISE)
    left, right = box.width / 2 + side * place.size, box.width / 2 + side * place.size
    up, down = box.height / 2 + rise * place.size, box.height / 2 + rise * place.size
    if not place.on_plate:
        up, down = min(up, y - place.above), min(down, place.below - y)
    wide, high = max(4, round((left + right) * factor)), max(4, round((up + down) * factor))
    # From the result's pixels back to the picture's: shrink, turn, move. What lies outside is the nearest edge's.
    c, s = math.cos(math.radians(turn)) / factor, math.sin(math.radians(turn)) / factor
    u, v = left * factor, up * factor
    part = _sampled(pixels, (c, -s, x - c * u + s * v, s, c, y - s * u - c * v), (wide, high), 1 / factor)
    if place.on_plate:
        ink = Box(u - box.width * factor / 2, v - box.height * factor / 2, box.width * factor, box.height * factor)
        inside = plate_inside(part, ink, EM)
        if inside is None:
            plain = dataclasses.replace(place, on_plate=False)
            return cut_turned(pixels, plain)
        x0, y0 = max(0, int(inside.x)), max(0, int(inside.y))
        part = part[y0 : int(inside.bottom) + 1, x0 : int(inside.right) + 1]
        v -= y0
    picture = Image.fromarray(np.ascontiguousarray(part)).filter(ImageFilter.GaussianBlur(_SOFT))
    return np.asarray(picture), v


def _sampled(pixels: Pixels, matrix: Sequence[float], size: tuple[int, int], step: float) -> Pixels:
    """The picture under an affine map from the result's pixels to its own; shrunk first where it is much larger."""
    a, b, c, d, e, f = matrix
    corners = [(a * u + b * v + c, d * u + e * v + f) for u in (0, size[0]) for v in (0, size[1])]
    xs, ys = [p[0] for p in corners], [p[1] for p in corners]
    x0, x1 = math.floor(min(xs)) - 4, math.ceil(max(xs)) + 4
    y0, y1 = math.floor(min(ys)) - 4, math.ceil(max(ys)) + 4
    height, width = pixels.shape[:2]
    inner = pixels[max(0, y0) : min(height, y1), max(0, x0) : min(width, x1)]
    if inner.shape[0] < 2 or inner.shape[1] < 2:
        return np.zeros((1, 1, 3), np.uint8)
    beyond = ((max(0, -y0), max(0, y1 - height)), (max(0, -x0), max(0, x1 - width)), (0, 0))
    if any(side for pair in beyond for side in pair):
        inner = np.pad(inner, beyond, mode="edge")
    picture = Image.fromarray(np.ascontiguousarray(inner))
    if step > 1:
        # A picture is sampled at single points: it is brought to the result's scale before.
        small = (max(2, round(picture.width / step)), max(2, round(picture.height / step)))
        zoom = picture.width / small[0], picture.height / small[1]
        picture = picture.resize(small, Image.Resampling.LANCZOS)
    else:
        zoom = (1.0, 1.0)
    map_ = (a / zoom[0], b / zoom[0], (c - x0) / zoom[0], d / zoom[1], e / zoom[1], (f - y0) / zoom[1])
    return np.asarray(picture.transform(size, Image.Transform.AFFINE, map_, Image.Resampling.BICUBIC))


def _goes_on(one: Plane, other: Plane) -> bool:
    """Whether words go on beyond two opposite edges: turned lines do, and those that a model has moved or widened."""
    edges = np.concatenate([one, other]) > 0.5
    return int(edges.any(axis=0).sum()) > _CUT * EM


def _planes(part: Pixels, *, flipped: bool) -> tuple[tuple[str, Plane], ...]:
    lab, ground = to_lab(part), to_lab(background(part))
    first, second = lightness_residues(lab, ground)
    if flipped:
        return (("other side", second),)
    return ("lightness", first), ("colour", color_distance(lab, ground))


def _lines(ink: Plane, offset: float, own: tuple[float, float], known: int) -> Sequence[Plane]:
    """The lines in the words' own rows, `own` above and below their middle, which is `offset` from the ink's."""
    middle = ink.shape[0] / 2 + offset
    found = bands(ink, EM * _PITCH, (middle + own[0], middle + own[1]), known=known)
    lines = (trimmed(ink, band) for band in found)
    return [line for line in lines if line is not None]
