"""Soft shapes: shadows and blurred glass, computed at a fraction of the size in floats.

A Gaussian blur changes slowly, so a grid of 1/n of the size holds it; bicubic interpolation brings it back. The grid
begins at the scene's origin, so that parts of a scene agree with the whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from locstore.paint.coverage import Coverage, Floats, Window, coverage
from locstore.paint.projection import Points

_LEAST = 4.0  # standard deviation in cells of the grid: enough for bicubic interpolation to be within half a level
_REACH = 4.0  # standard deviations that a kernel takes in


def reach(blur: float) -> int:
    """Pixels beyond a shape to which its blur is visible, with what interpolation needs."""
    return math.ceil((_REACH + 1) * blur) + 4 * cell(blur)


def cell(blur: float) -> int:
    """Pixels of the scene in a cell of the grid."""
    return max(1, int(blur / _LEAST))


def soft_coverage(contours: Sequence[Points], blur: float, window: Window) -> Coverage | None:
    """The coverage of polygons blurred by a Gaussian of this standard deviation (pixels), inside `window`."""
    if blur < 0.3:
        return coverage(contours, window)
    n = cell(blur)
    around = Window.around(np.concatenate(list(contours))).grown(math.ceil(_REACH * blur) + 2 * n)
    part = around.meet(window)
    if part is None:
        return None
    grid = _grid(part, n)
    kernel = _kernel(blur / n, n)
    wide = grid.grown(len(kernel) // 2)
    found = coverage([contour / n for contour in contours], wide)
    cells = np.zeros((wide.height, wide.width), np.float32)
    if found is not None:
        top, left = found.y - wide.y, found.x - wide.x
        cells[top : top + found.alpha.shape[0], left : left + found.alpha.shape[1]] = found.alpha
    return Coverage(part.x, part.y, np.clip(_enlarged(_blurred(cells, kernel), grid, n, part), 0, 1))


def blur_coverage(cover: Coverage, blur: float, window: Window) -> Coverage | None:
    """A coverage (of letters) blurred by a Gaussian of this standard deviation, inside `window`."""
    n = cell(blur)
    part = cover.window.grown(math.ceil(_REACH * blur) + 2 * n).meet(window)
    if part is None:
        return None
    grid = _grid(part, n)
    kernel = _kernel(blur / n, n)
    wide = grid.grown(len(kernel) // 2)
    cells = np.zeros((wide.height * n, wide.width * n), np.float32)
    full = Window(wide.x * n, wide.y * n, wide.width * n, wide.height * n)
    seen = cover.cut(full)
    if seen is not None:
        top, left = seen.y - full.y, seen.x - full.x
        cells[top : top + seen.alpha.shape[0], left : left + seen.alpha.shape[1]] = seen.alpha
    small = _averaged(cells, n)
    return Coverage(part.x, part.y, np.clip(_enlarged(_blurred(small, kernel), grid, n, part), 0, 1))


def blurred_pixels(pixels: npt.NDArray[np.float32], at: Window, blur: float, part: Window) -> npt.NDArray[np.float32]:
    """Float pixels of `at`, shape (height, width, 3), blurred by a Gaussian, for a part of it.

    Beyond `at` the pixels of its edge go on.
    """
    n = cell(blur)
    grid = _grid(part, n)
    kernel = _kernel(blur / n, n)
    wide = grid.grown(len(kernel) // 2)
    full = Window(wide.x * n, wide.y * n, wide.width * n, wide.height * n)
    rows = np.clip(np.arange(full.y, full.bottom) - at.y, 0, at.height - 1)
    columns = np.clip(np.arange(full.x, full.right) - at.x, 0, at.width - 1)
    result = np.empty((part.height, part.width, 3), np.float32)
    for k in range(3):
        small = _averaged(pixels[..., k][rows][:, columns], n)
        result[..., k] = _enlarged(_blurred(small, kernel), grid, n, part)
    return result


def _grid(part: Window, n: int) -> Window:
    """The cells that interpolation of a part needs: two more on each side."""
    left, top = part.x // n - 2, part.y // n - 2
    right, bottom = -(-part.right // n) + 2, -(-part.bottom // n) + 2
    return Window(left, top, right - left, bottom - top)


def _kernel(sigma: float, n: int) -> list[float]:
    """A Gaussian's weights for cells of n x n pixels, whose averaging is a blur of its own."""
    variance = max(0.01, sigma * sigma - (1 - 1 / (n * n)) / 12)
    radius = max(1, math.ceil(_REACH * sigma))
    weights = [math.exp(-(k * k) / (2 * variance)) for k in range(-radius, radius + 1)]
    total = sum(weights)
    return [weight / total for weight in weights]


def _blurred(cells: Floats, kernel: list[float]) -> Floats:
    """Both directions; the result is smaller by the kernel's radius on every side."""
    height, width = cells.shape
    inner = len(kernel) - 1
    across = np.zeros((height, width - inner), np.float32)
    for k, weight in enumerate(kernel):
        across += cells[:, k : k + width - inner] * np.float32(weight)
    down = np.zeros((height - inner, width - inner), np.float32)
    for k, weight in enumerate(kernel):
        down += across[k : k + height - inner] * np.float32(weight)
    return down


def _averaged(pixels: Floats, n: int) -> Floats:
    """The means of n x n pixels."""
    if n == 1:
        return pixels
    height, width = pixels.shape[0] // n, pixels.shape[1] // n
    rows = np.zeros((height, width * n), np.float32)
    for k in range(n):
        rows += pixels[k::n]
    result = np.zeros((height, width), np.float32)
    for k in range(n):
        result += rows[:, k::n]
    return result * np.float32(1 / (n * n))


def _enlarged(cells: Floats, grid: Window, n: int, part: Window) -> Floats:
    """Cells of a grid interpolated (Keys' bicubic) at the centres of a part's pixels."""
    if n == 1:
        top, left = part.y - grid.y, part.x - grid.x
        return cells[top : top + part.height, left : left + part.width]
    rows = _interpolated(cells, grid.y, n, part.y, part.bottom)
    return _interpolated(rows.T, grid.x, n, part.x, part.right).T


def _interpolated(cells: Floats, first: int, n: int, start: int, end: int) -> Floats:
    """Along axis 0: pixels [start, end) from cells that begin at cell `first`."""
    low, high = start // n, -(-end // n)
    result = np.empty(((high - low) * n, cells.shape[1]), np.float32)
    for phase in range(n):
        offset = (phase + 0.5) / n - 0.5
        base = -1 if offset < 0 else 0
        t = offset - base
        weights = (
            -0.5 * t + t**2 - 0.5 * t**3,
            1 - 2.5 * t**2 + 1.5 * t**3,
            0.5 * t + 2 * t**2 - 1.5 * t**3,
            -0.5 * t**2 + 0.5 * t**3,
        )
        at = low - first + base - 1
        row = np.zeros((high - low, cells.shape[1]), np.float32)
        for step, weight in enumerate(weights):
            row += cells[at + step : at + step + high - low] * np.float32(weight)
        result[phase::n] = row
    return result[start - low * n : end - low * n]
