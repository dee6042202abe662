"""Separates words from what is behind them: ink from 0 to 1, whatever the colours, and how far its lines are turned."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from locstore.ocr.engine import Pixels

Plane = npt.NDArray[np.float32]

_COARSE = 6  # the background is looked for in a picture this much smaller
_KERNEL = 21  # coarse pixels: about three lines of words
_FLOOR = 7.0  # of lightness or Lab distance: less than this is noise
_NOISE = 92  # percentile of what is no ink: above it the grain of a background counts as none
_POOL = 3  # half-size pixels that are taken together where only the strongest counts
_GRAINY = 2.0  # of lightness or Lab distance
_WEAKEST = 0.3  # of the strongest words: what is weaker is no word of the same slot
_MOST_TURN = 7.0  # degrees either way that lines are looked for at
_TURN_STEP = 0.5


def to_lab(pixels: Pixels) -> Plane:
    """CIE Lab (D65) of sRGB pixels, shape (h, w, 3)."""
    value = pixels.astype(np.float32) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    matrix = [[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]]
    xyz = linear @ np.array(matrix, np.float32)
    xyz /= np.array([0.9505, 1.0, 1.089], np.float32)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    lab = np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)
    return lab.astype(np.float32)


def background(pixels: Pixels) -> Pixels:
    """What is behind the words: the median of a large neighbourhood, as large as the picture."""
    height, width = pixels.shape[:2]
    size = (max(3, width // _COARSE), max(3, height // _COARSE))
    small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
    edge = _KERNEL // 2
    padded = np.pad(small, ((edge, edge), (edge, edge), (0, 0)), mode="edge")
    bands = [band.filter(ImageFilter.MedianFilter(_KERNEL)) for band in Image.fromarray(padded).split()]
    middle = Image.merge("RGB", bands).crop((edge, edge, edge + size[0], edge + size[1]))
    return np.asarray(middle.filter(ImageFilter.GaussianBlur(1)).resize((width, height), Image.Resampling.BICUBIC))


def lightness_residues(lab: Plane, ground: Plane) -> tuple[Plane, Plane]:
    """Lightness minus the background's: the positive part has light words, the negative dark ones; stronger first."""
    residual = lab[..., 0] - ground[..., 0]
    light, dark = np.maximum(residual, 0), np.maximum(-residual, 0)
    return (light, dark) if float((light**2).sum()) >= float((dark**2).sum()) else (dark, light)


def color_distance(lab: Plane, ground: Plane) -> Plane:
    """How far a pixel's colour is from the background's in Lab, whichever way: for colour on colour."""
    distance: Plane = np.sqrt(((lab - ground) ** 2).sum(axis=-1))
    return distance


def as_ink(plane: Plane, reach: int) -> Plane:
    """Distances from the background as ink, 0 to 1; words in a weaker colour become as strong as their neighbours.

    `reach` is about half a letter in pixels: strength is measured in neighbourhoods of that size.
    """
    top = float(plane.max(initial=0.0))
    strong = plane[plane > max(_FLOOR, top * 0.4)]
    full = float(np.percentile(strong, 60)) if strong.size else 0.0
    if full <= _FLOOR * 1.3:
        return np.zeros_like(plane)
    strength = _neighbourhood(np.clip(plane * (255 / top), 0, 255).astype(np.uint8), reach).astype(np.float32)
    strength *= top / 255
    strength = np.clip(strength, _WEAKEST * full, full)
    quiet = plane[plane < 0.35 * full]
    noise = float(np.percentile(quiet, _NOISE)) if quiet.size else 0.0
    low = np.maximum(max(_FLOOR * 0.5, noise), 0.14 * strength)
    ink: Plane = np.clip((plane - low) / np.maximum(0.86 * strength - low, 0.25 * strength), 0, 1).astype(np.float32)
    if noise > _GRAINY:
        # Single specks would be read as full stops.
        levels = Image.fromarray(np.rint(ink * 255).astype(np.uint8)).filter(ImageFilter.MedianFilter(3))
        ink = np.asarray(levels).astype(np.float32) / np.float32(255)
    return ink


def _neighbourhood(levels: npt.NDArray[np.uint8], reach: int) -> npt.NDArray[np.uint8]:
    """The strongest level within `reach` pixels or so, smooth and as large as `levels`; single pixels do not count."""
    height, width = levels.shape
    half = np.asarray(Image.fromarray(levels).resize((max(1, width // 2), max(1, height // 2)), Image.Resampling.BOX))
    rows, columns = -(-half.shape[0] // _POOL), -(-half.shape[1] // _POOL)
    padded = np.pad(half, ((0, rows * _POOL - half.shape[0]), (0, columns * _POOL - half.shape[1])), mode="edge")
    pooled = Image.fromarray(padded.reshape(rows, _POOL, columns, _POOL).max(axis=(1, 3)))
    size = max(3, round(reach / _POOL / 2) * 2 + 1)
    wide = pooled.filter(ImageFilter.MaxFilter(size)).filter(ImageFilter.GaussianBlur(reach / (6 * _POOL)))
    return np.asarray(wide.resize((width, height), Image.Resampling.BILINEAR))


def turn_of(ink: Plane) -> float:
    """Degrees by which the lines run downwards to the right, by the variance of row sums; 0.0 when in doubt."""
    ys, xs = np.nonzero(ink > 0.5)
    if ys.size < 50:
        return 0.0
    if ys.size > 6000:
        step = ys.size // 6000 + 1
        ys, xs = ys[::step], xs[::step]
    angles = np.arange(-_MOST_TURN, _MOST_TURN + _TURN_STEP / 2, _TURN_STEP)
    scores = [_sharpness(ys, xs, angle) for angle in angles]
    best = int(np.argmax(scores))
    level = scores[len(scores) // 2]
    return float(angles[best]) if scores[best] > level * 1.04 else 0.0


def _sharpness(ys: npt.NDArray[np.int64], xs: npt.NDArray[np.int64], angle: float) -> float:
    rows = np.floor((ys - xs * np.tan(np.radians(angle))) / 2 + 0.25).astype(
        np.int64
    )  # rounding would favour 0 degrees
    counts = np.bincount(rows - rows.min()).astype(np.float64)
    return float((counts**2).sum())


def turned(ink: Plane, degrees: float) -> Plane:
    """The ink with lines that run down by `degrees` made level; grown so that nothing is cut."""
    if not degrees:
        return ink
    picture = Image.fromarray(ink).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=0.0)
    level: Plane = np.clip(np.asarray(picture), 0, 1)
    return level
