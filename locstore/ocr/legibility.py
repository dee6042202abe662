"""Measures the contrast of words in a finished picture: ink and ground are told apart by the pixels alone."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from locstore.paint import luminance as relative_luminance
from locstore.typeset import Box

MINIMUM = 3.0  # WCAG 2.2, 1.4.3: large text; headlines and captions of a store picture are large on any display
_EM = 24  # pixels of an em at which colours are measured: strokes keep their core, noise goes
_TILE = 1.5  # em: wide enough for a letter, small enough for a ground of one colour
_FAINTEST = 12  # percentile of the tiles that has to be legible
_CLEAR = 1.25  # a tile whose two colours are closer than this has no ink in it
_PARTED = 0.8  # share of a tile's variance that lies between its colours: noise has 0.64, a gradient 0.75
_SLIVER = 0.08  # share of a tile: less ink than that is the soft edge of a letter in the next tile
_MOST = (15, 85)  # percentiles
_STEADY = 0.2  # in logarithms of luminance: a colour that varies less all over the words is one colour

Plane = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class _Tile:
    """The two luminances that a tile's pixels fall into, how clearly they do (0 to 1), and the share of the rarer."""

    dark: float
    bright: float
    parted: float
    rarer: float

    @property
    def ratio(self) -> float:
        return (self.bright + 0.05) / (self.dark + 0.05)

    @property
    def has_ink(self) -> bool:
        return self.ratio >= _CLEAR and self.parted >= _PARTED and self.rarer >= _SLIVER


def contrast_of_words(pixels: npt.NDArray[np.uint8], box: Box, size: float) -> float:
    """The contrast (1 to 21) of the faintest part of the words in a box; NaN where there is nothing to measure.

    `size` is the em of the words in pixels. The box is cut into tiles of about a letter. The colours of a tile are the
    two that its pixels fall into; contrast is the same whichever of them is the ink. In a tile without a clear ink the
    ink of the other tiles is held against it: letters that vanish in a bright spot leave such a tile.
    """
    luminance = _luminance(pixels, box, size)
    if luminance.size == 0:
        return math.nan
    tiles = [_tile(part) for part in _parts(luminance)]
    inked = [tile for tile in tiles if tile.has_ink]
    if not inked:
        return math.nan
    ink = _ink(inked, luminance)
    return float(np.percentile([tile.ratio if tile.has_ink else _against(ink, tile) for tile in tiles], _FAINTEST))


def _luminance(pixels: npt.NDArray[np.uint8], box: Box, size: float) -> Plane:
    """Relative luminance (WCAG 2.2) of the box, scaled so that an em has `_EM` pixels, and never enlarged."""
    height, width = pixels.shape[:2]
    left, top = max(0, math.floor(box.x)), max(0, math.floor(box.y))
    right, bottom = min(width, math.ceil(box.right)), min(height, math.ceil(box.bottom))
    if right - left < 4 or bottom - top < 4:
        return np.empty((0, 0))
    part = Image.fromarray(np.ascontiguousarray(pixels[top:bottom, left:right]))
    factor = max(1, int(size // _EM))
    return relative_luminance(np.asarray(part.reduce(factor)))


def _parts(luminance: Plane) -> list[Plane]:
    height, width = luminance.shape
    side = round(_TILE * _EM)
    rows = np.array_split(luminance, max(1, round(height / side)), axis=0)
    return [part for row in rows for part in np.array_split(row, max(1, round(width / side)), axis=1) if part.size > 16]


def _tile(part: Plane) -> _Tile:
    """Parted where the two classes are most apart, as perceived.

    Edges of letters are between the two, so the outer half of each class speaks for it.
    """
    values = np.sort(part, axis=None)
    level = np.log(values + 0.05)
    count = np.arange(1, level.size)
    sums = np.cumsum(level)
    below, above = sums[:-1] / count, (sums[-1] - sums[:-1]) / (level.size - count)
    between = count * (level.size - count) * (above - below) ** 2 / level.size**2
    at = int(np.argmax(between)) + 1
    parted = float(between[at - 1] / max(float(level.var()), 1e-12))
    dark, bright = values[: max(1, at // 2)], values[at + (values.size - at) // 2 :]
    return _Tile(float(np.median(dark)), float(np.median(bright)), parted, min(at, level.size - at) / level.size)


def _against(ink: float, tile: _Tile) -> float:
    """The contrast of the words' ink with a tile that shows none, or with its own two colours if those are farther."""
    levels = [math.log(value + 0.05) for value in (tile.dark, tile.bright)]
    ground = max(levels, key=lambda level: abs(level - ink))
    return max(tile.ratio, math.exp(abs(ground - ink)))


def _ink(tiles: list[_Tile], luminance: Plane) -> float:
    """Logarithm of the ink's luminance: the steadier of the two colours, else the one that covers less of the box."""
    dark = np.log(np.array([tile.dark for tile in tiles]) + 0.05)
    bright = np.log(np.array([tile.bright for tile in tiles]) + 0.05)
    spread = float(np.ptp(np.percentile(dark, _MOST))), float(np.ptp(np.percentile(bright, _MOST)))
    middles = float(np.median(dark)), float(np.median(bright))
    if max(spread) > _STEADY + 2 * min(spread):
        return middles[spread.index(min(spread))]
    share = float((np.log(luminance + 0.05) > sum(middles) / 2).mean())
    return middles[1] if share < 0.5 else middles[0]
