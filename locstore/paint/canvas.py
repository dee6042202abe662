"""The canvas of a scene: float pixels of a window, blended by coverage and rounded once, with an ordered dither.

Whole numbers come through unchanged: neither a flat colour nor a capture is dithered. All patterns are keyed to the
scene's coordinates, so the windows of a panorama are parts of one picture, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from locstore.paint.coverage import Coverage, Floats, Window
from locstore.paint.surface import Color, Pixels

# Premultiplied colours of a window, shape (height, width, 3), 0-255, and their alpha 0-1 (None: opaque).
Source = Callable[[Window], tuple[npt.NDArray[np.float32], Floats | None]]
BAND = 128  # rows that are computed at a time


def bayer8() -> Floats:
    """The 8x8 ordered dither: thresholds (k + 0.5) / 64, each once."""
    matrix = np.zeros((1, 1), np.int64)
    for _ in range(3):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return ((matrix + 0.5) / 64).astype(np.float32)


def bands(window: Window, rows: int = BAND) -> Iterator[Window]:
    """The window in bands of rows that begin at multiples of `rows` of the scene."""
    top = window.y
    while top < window.bottom:
        bottom = min(window.bottom, (top // rows + 1) * rows)
        yield Window(window.x, top, window.width, bottom - top)
        top = bottom


class Canvas:
    """The pixels of a window of a scene.

    They are bytes while nothing but whole values was painted (`bytes_or_none`), and floats 0-255 from then on.
    """

    def __init__(self, window: Window, pixels: Pixels | None = None) -> None:
        self.window = window
        blank = np.zeros((window.height, window.width, 3), np.uint8) if pixels is None else pixels
        self._bytes: Pixels | None = blank
        self._floats: npt.NDArray[np.float32] | None = None

    @property
    def bytes_or_none(self) -> Pixels | None:
        """The pixels, to be painted on in place, as long as they are bytes."""
        return self._bytes

    def floats(self) -> npt.NDArray[np.float32]:
        """The pixels as floats, to be painted on in place; bytes become floats."""
        if self._bytes is not None:
            self._floats = self._bytes.astype(np.float32)
            self._bytes = None
        if self._floats is None:
            raise RuntimeError("a canvas without pixels")
        return self._floats

    def view(self, window: Window) -> npt.NDArray[np.float32]:
        """The floats of a part that lies inside the canvas, to be painted on in place."""
        top, left = window.y - self.window.y, window.x - self.window.x
        return self.floats()[top : top + window.height, left : left + window.width]

    def blend_color(self, cover: Coverage | None, color: Color, opacity: float = 1.0) -> None:
        """One colour with a coverage."""
        part = cover.cut(self.window) if cover is not None else None
        if part is None or opacity <= 0:
            return
        tone = np.array(color, np.float32)
        for band in bands(part.window):
            alpha = part.alpha[band.y - part.y : band.bottom - part.y]
            if not alpha.any():
                continue
            pixels = self.view(band)
            share = (alpha * np.float32(opacity))[..., None]
            if alpha.min() >= 1 and opacity >= 1:
                pixels[:] = tone
            else:
                pixels *= 1 - share
                pixels += tone * share

    def blend(self, cover: Coverage | None, source: Source, opacity: float = 1.0) -> None:
        """What a source paints, with a coverage."""
        part = cover.cut(self.window) if cover is not None else None
        if part is None or opacity <= 0:
            return
        for band in bands(part.window):
            alpha = part.alpha[band.y - part.y : band.bottom - part.y]
            if not alpha.any():
                continue
            colors, own = source(band)
            blend_into(self.view(band), alpha if opacity >= 1 else alpha * np.float32(opacity), colors, own)

    def blend_premultiplied(
        self, x: int, y: int, colors: npt.NDArray[np.uint8] | Floats, alpha: npt.NDArray[np.uint8], opacity: float = 1.0
    ) -> None:
        """A picture with premultiplied colours 0-255 and alpha 0-255, its top left pixel at (x, y)."""
        part = Window(x, y, alpha.shape[1], alpha.shape[0]).meet(self.window)
        if part is None or opacity <= 0:
            return
        for band in bands(part):
            rows, columns = slice(band.y - y, band.bottom - y), slice(band.x - x, band.right - x)
            pixels = self.view(band)
            pixels *= 1 - alpha[rows, columns, None].astype(np.float32) * np.float32(opacity / 255)
            pixels += colors[rows, columns].astype(np.float32) * np.float32(opacity)

    def finished(self, window: Window | None = None) -> Pixels:
        """The pixels (or those of a part) as bytes, shape (height, width, 3); what is not whole is dithered."""
        part = window or self.window
        top, left = part.y - self.window.y, part.x - self.window.x
        if self._bytes is not None:
            return np.ascontiguousarray(self._bytes[top : top + part.height, left : left + part.width])
        result = np.empty((part.height, part.width, 3), np.uint8)
        thresholds = np.roll(bayer8(), (-part.y % -8, -part.x % -8), (0, 1))
        tiled = np.tile(thresholds, (BAND // 8 + 1, part.width // 8 + 1))
        for band in bands(part):
            first = (band.y - part.y) % 8
            pattern = tiled[first : first + band.height, : band.width, None]
            rows = np.clip(self.view(band), 0, 255)
            rows += pattern
            result[band.y - part.y : band.bottom - part.y] = np.minimum(rows, 255).astype(np.uint8)
        return result


def blend_into(
    pixels: npt.NDArray[np.float32], alpha: Floats, colors: npt.NDArray[np.float32], own: Floats | None
) -> None:
    """Premultiplied colours over pixels, in place, all of one shape; `own` is the colours' alpha (None: opaque)."""
    if own is None and alpha.size and alpha.min() >= 1:
        pixels[:] = colors
        return
    share = alpha[..., None]
    pixels *= 1 - (share if own is None else share * own[..., None])
    pixels += colors * share
