"""Turns a drawn picture into one of few colours that looks the same, so a capture weighs 130 kB, not 450.

Plain median cut spends its palette on large areas and leaves bands in the small gradients of pots. Here a colour
counts by the square root of its pixels, and only pixels inside a gradient mix two palette colours in a fine
ordered pattern.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

ROUNDS = 8
STEP = 3
REACH = 3
VISIBLE = 2.0
BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) / 16 + 1 / 32

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


def few_colours(image: Image.Image, most: int = 256) -> Image.Image:
    """The picture with a palette of at most `most` colours: mode P, same size, no transparency."""
    pixels = np.asarray(image.convert("RGB"))
    codes = (pixels.astype(np.int64) * (65536, 256, 1)).sum(axis=2)
    found, where, counts = np.unique(codes, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.float64)
    palette = _palette(colours, np.sqrt(counts), most)
    near = np.argsort(_distances(colours, palette), axis=1)[:, :12]
    second, share = _mixtures(colours, palette, near)
    misses = np.abs(colours - palette[near[:, 0]]).max(axis=1) > VISIBLE
    spots = where.reshape(codes.shape)
    rows, columns = np.indices(codes.shape, dtype=np.int16)
    mixed = _in_gradient(pixels) & misses[spots] & (share[spots] > BAYER[rows % 4, columns % 4])
    chosen = np.where(mixed, second[spots], near[:, 0][spots]).astype(np.uint8)
    few = Image.frombytes("P", image.size, chosen.tobytes())
    few.putpalette(palette.astype(np.uint8).tobytes())
    return few


def _distances(colours: Floats, palette: Floats) -> Floats:
    squares: Floats = (colours**2).sum(axis=1)[:, None] - 2 * colours @ palette.T + (palette**2).sum(axis=1)
    return squares


def _palette(colours: Floats, weights: Floats, most: int) -> Floats:
    """Weighted k-means from a median cut over a strip that holds each colour as often as it weighs."""
    times = np.maximum(1, np.round(weights / weights.sum() * 200_000)).astype(np.intp)
    strip = Image.fromarray(np.repeat(colours.astype(np.uint8), times, axis=0)[None])
    cut = strip.quantize(most, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = np.array((cut.getpalette() or [])[: 3 * most], dtype=np.float64).reshape(-1, 3)
    for _ in range(ROUNDS):
        nearest = _distances(colours, palette).argmin(axis=1)
        mass = np.bincount(nearest, weights, len(palette))
        sums = [np.bincount(nearest, weights * colours[:, i], len(palette)) for i in range(3)]
        means = np.stack(sums, axis=1) / np.maximum(mass, 1e-9)[:, None]
        palette = np.where(mass[:, None] > 0, means, palette)
    rounded: Floats = np.round(palette)
    return rounded


def _mixtures(colours: Floats, palette: Floats, near: Whole) -> tuple[Whole, Floats]:
    """For each colour the palette entry to mix with its nearest one, and that entry's share (0 to 0.5)."""
    base = palette[near[:, 0]]
    second, share, least = near[:, 0].copy(), np.zeros(len(colours)), np.full(len(colours), np.inf)
    for rank in range(1, near.shape[1]):
        step = palette[near[:, rank]] - base
        length = np.maximum((step**2).sum(axis=1), 1e-9)
        part = np.clip(((colours - base) * step).sum(axis=1) / length, 0, 0.5)
        # A far partner would show as grain, so a long step counts against it.
        error = ((colours - base - part[:, None] * step) ** 2).sum(axis=1) + 0.02 * length
        better = error < least
        least[better], second[better], share[better] = error[better], near[better, rank], part[better]
    return second, share


def _in_gradient(pixels: npt.NDArray[np.uint8]) -> Mask:
    """True where a pixel is like its direct neighbours (no edge) but a little unlike one farther off (not flat)."""
    calm, slope = np.ones(pixels.shape[:2], dtype=np.bool_), np.zeros(pixels.shape[:2], dtype=np.bool_)
    wide = pixels.astype(np.int16)
    for axis in (0, 1):
        ahead, behind = _apart(axis, 1)
        even = np.abs(wide[ahead] - wide[behind]).max(axis=2) <= STEP
        calm[ahead] &= even
        calm[behind] &= even
        ahead, behind = _apart(axis, REACH)
        unlike = np.abs(wide[ahead] - wide[behind]).max(axis=2)
        gentle = (unlike > 0) & (unlike <= REACH * STEP)
        slope[ahead] |= gentle
        slope[behind] |= gentle
    return calm & slope


def _apart(axis: int, reach: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Two views of a picture that lie `reach` pixels apart along an axis."""
    every, ahead, behind = slice(None), slice(reach, None), slice(None, -reach)
    return ((ahead, every), (behind, every)) if axis == 0 else ((every, ahead), (every, behind))
