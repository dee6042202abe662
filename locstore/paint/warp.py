"""Pictures under a projective map: captures inside tilted screens, and pictures with transparency.

Pillow samples at k times the size (bilinear) and the samples are averaged. Tiles are keyed to the scene's coordinates,
so parts of a scene agree with the whole. Edges are not taken from the picture: a computed coverage cuts it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

import numpy as np
from PIL import Image

from locstore.paint.coverage import Window
from locstore.paint.projection import Matrix, apply, corners_of, least_scale, scaling, translation
from locstore.paint.surface import Pixels

_TILE = 256
_MARGIN = 8  # pixels of its edge that go on around a picture
_SMALL, _HALF = 0.2, 0.4  # scales: below the first a picture is reduced until it is shown at about the second
_SAMPLES = 1.7  # for one pixel of the picture, in each direction


@dataclasses.dataclass(frozen=True, slots=True)
class Warped:
    """A picture on the scene: premultiplied colours, shape (height, width, 3), and alpha or None where it is opaque."""

    x: int
    y: int
    colors: Pixels
    alpha: Pixels | None

    @property
    def window(self) -> Window:
        return Window(self.x, self.y, self.colors.shape[1], self.colors.shape[0])


def oversampling(scale: float) -> int:
    """How many samples a pixel has in each direction, for a picture that is shown at this scale."""
    return min(6, max(2, math.ceil(_SAMPLES / max(scale, 1e-6) - 1e-9)))


def warp(picture: Image.Image, matrix: Matrix, window: Window, *, repeat_edges: bool) -> Warped | None:
    """An RGB or RGBA picture put on the scene by `matrix` (its pixels to the scene's), inside `window`.

    With `repeat_edges` the colours of an RGB picture's edge go on around it, for a coverage to cut; otherwise it is
    transparent around. None where it does not reach the window.
    """
    corners = apply(matrix, corners_of(*picture.size))
    part = Window.around(corners).grown(1).meet(window)
    if part is None:
        return None
    scale = least_scale(matrix, picture.size)
    source, inverse = _prepared(picture, matrix, scale, repeat_edges=repeat_edges)
    factor = oversampling(scale * _reduction(scale))
    colors = np.zeros((part.height, part.width, 3), np.uint8)
    alpha = None if source.mode == "RGB" else np.zeros((part.height, part.width), np.uint8)
    for tile in _tiles(part):
        # From the tile's finer pixels to the scene, and on to the picture's pixels; Pillow's coordinates are those
        # of corners, as ours.
        fine = inverse @ translation(tile.x, tile.y) @ scaling(1 / factor, 1 / factor)
        fine = fine / fine[2, 2]
        size = (tile.width * factor, tile.height * factor)
        numbers = [float(value) for value in fine.ravel()[:8]]
        moved = source.transform(size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BILINEAR)
        found = np.asarray(moved.reduce(factor))
        seen = tile.meet(part)
        if seen is None:
            continue
        own = (slice(seen.y - tile.y, seen.bottom - tile.y), slice(seen.x - tile.x, seen.right - tile.x))
        there = (slice(seen.y - part.y, seen.bottom - part.y), slice(seen.x - part.x, seen.right - part.x))
        colors[there] = found[own][..., :3]
        if alpha is not None:
            alpha[there] = found[own][..., 3]
    return Warped(part.x, part.y, colors, alpha)


def _reduction(scale: float) -> int:
    """By how much a picture is reduced before it is sampled: 1 unless it is shown very small."""
    return math.floor(_HALF / max(scale, 1e-6)) if scale < _SMALL else 1


def _prepared(picture: Image.Image, matrix: Matrix, scale: float, *, repeat_edges: bool) -> tuple[Image.Image, Matrix]:
    """The picture with a margin, premultiplied, and the map from the scene to its pixels."""
    reduction = _reduction(scale)
    image = picture if picture.mode == "RGB" else picture.convert("RGBA").convert("RGBa")
    if reduction > 1:
        image = image.reduce(reduction)
    pad = ((_MARGIN, _MARGIN), (_MARGIN, _MARGIN), (0, 0))
    pixels = np.asarray(image)
    if image.mode == "RGB" and repeat_edges:
        image = Image.fromarray(np.pad(pixels, pad, mode="edge"))
    else:
        if image.mode == "RGB":
            pixels = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=2)
        padded = np.ascontiguousarray(np.pad(pixels, pad))
        image = Image.frombuffer("RGBa", (padded.shape[1], padded.shape[0]), padded.tobytes(), "raw", "RGBa", 0, 1)
    to_picture = translation(_MARGIN, _MARGIN) @ scaling(1 / reduction, 1 / reduction) @ np.linalg.inv(matrix)
    return image, to_picture


def _tiles(part: Window) -> Iterator[Window]:
    """The tiles of the scene that a part touches."""
    for top in range(part.y // _TILE * _TILE, part.bottom, _TILE):
        for left in range(part.x // _TILE * _TILE, part.right, _TILE):
            yield Window(left, top, _TILE, _TILE)
