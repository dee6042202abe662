"""Glyphs to pixels: coverage masks by HarfBuzz's rasteriser, colour glyphs as small RGBA pictures."""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import uharfbuzz as hb
from PIL import Image

from locstore.typeset.fonts import Face, FontLibrary
from locstore.typeset.model import Color, Glyph, GlyphRun, TextLayout

# Overlapping contours of variable fonts show nicks at 1x, so the raster is finer and box-reduced.
_OVERSAMPLE = 4
_PAD = 2


@dataclasses.dataclass(frozen=True)
class Layer:
    """Something to put on the canvas with its top left corner at (x, y) pixels.

    `alpha` is coverage 0-255, shape (height, width), in the one `color`; or `rgba` is a picture of shape
    (height, width, 4), not premultiplied, and `color` is None.
    """

    x: int
    y: int
    alpha: npt.NDArray[np.uint8] | None = None
    color: Color | None = None
    rgba: npt.NDArray[np.uint8] | None = None


def rasterise(text_layout: TextLayout, library: FontLibrary) -> list[Layer]:
    """Layers of a typesetting in painting order: for each line one mask a colour, then its colour glyphs."""
    layers: list[Layer] = []
    for line in text_layout.lines:
        outlines: dict[Color, list[GlyphRun]] = {}
        for run in line.runs:
            if library.faces[run.face_index].color:
                for glyph in run.glyphs:
                    layer = _color_glyph(library.faces[run.face_index], run, glyph, text_layout.size)
                    layers += [layer] if layer else []
            else:
                outlines.setdefault(run.color, []).append(run)
        for color, runs in outlines.items():
            mask = _mask(runs, library, text_layout.size)
            if mask is not None:
                x, y, alpha = mask
                layers.append(Layer(x, y, alpha=alpha, color=color))
    return layers


def _bounds(runs: Sequence[GlyphRun], library: FontLibrary, size: float) -> tuple[int, int, int, int] | None:
    """The ink of the runs in whole pixels (left, top, right, bottom)."""
    left = top = math.inf
    right = bottom = -math.inf
    for run in runs:
        face = library.faces[run.face_index]
        font, scale = face.at_weight(run.weight, run.optical_size), size / face.upem
        for glyph in run.glyphs:
            ink = font.get_glyph_extents(glyph.id)
            if ink is None or (ink.width == 0 and ink.height == 0):
                continue
            x, y = glyph.x + ink.x_bearing * scale, glyph.y - ink.y_bearing * scale
            left, right = min(left, x), max(right, x + ink.width * scale)
            top, bottom = min(top, y), max(bottom, y - ink.height * scale)
    if not math.isfinite(left):
        return None
    return (
        math.floor(left) - _PAD,
        math.floor(top) - _PAD,
        math.ceil(right) + _PAD,
        math.ceil(bottom) + _PAD,
    )


def _mask(runs: Sequence[GlyphRun], library: FontLibrary, size: float) -> tuple[int, int, npt.NDArray[np.uint8]] | None:
    bounds = _bounds(runs, library, size)
    if bounds is None:
        return None
    left, top, right, bottom = bounds
    width, height = (right - left) * _OVERSAMPLE, (bottom - top) * _OVERSAMPLE
    raster = hb.RasterDraw()
    # The extents are set by hand: automatic ones clip at 4,096 pixels.
    raster.extents = hb.RasterExtents(0, 0, width, height, width)
    for run in runs:
        face = library.faces[run.face_index]
        font, scale = face.at_weight(run.weight, run.optical_size), size / face.upem * _OVERSAMPLE
        for glyph in run.glyphs:
            x, y = (glyph.x - left) * _OVERSAMPLE, (bottom - glyph.y) * _OVERSAMPLE
            raster.transform = (scale, 0.0, 0.0, scale, x, y)
            raster.draw_glyph(font, glyph.id)
    image = raster.render()
    if image is None:
        raise MemoryError(f"no room to draw a line of {width} x {height} samples")
    samples = Image.frombuffer("L", (width, height), image.buffer, "raw", "L", image.extents.stride, -1)
    return left, top, np.asarray(samples.reduce(_OVERSAMPLE))


def _color_glyph(face: Face, run: GlyphRun, glyph: Glyph, size: float) -> Layer | None:
    font = face.at_weight(run.weight, run.optical_size)
    layer = _bitmap_glyph(face, font, glyph, size) if face.hb_face.has_color_png else None
    # A colour font's plain letters have no picture, only an outline.
    return layer or _painted_glyph(face, font, glyph, size, run.color)


def _bitmap_glyph(face: Face, font: hb.Font, glyph: Glyph, size: float) -> Layer | None:
    """CBDT and sbix: the strike's PNG, scaled to the glyph's extents."""
    data = font.get_glyph_color_png(glyph.id).data
    ink = font.get_glyph_extents(glyph.id)
    if not data or ink is None:
        return None
    scale = size / face.upem
    with Image.open(io.BytesIO(data)) as strike:
        wide, high = max(1, round(ink.width * scale)), max(1, round(-ink.height * scale))
        picture = strike.convert("RGBA").resize((wide, high), Image.Resampling.LANCZOS, reducing_gap=3.0)
    x, y = round(glyph.x + ink.x_bearing * scale), round(glyph.y - ink.y_bearing * scale)
    return Layer(x, y, rgba=np.asarray(picture))


def _painted_glyph(face: Face, font: hb.Font, glyph: Glyph, size: float, color: Color) -> Layer | None:
    """COLR: painted by HarfBuzz at 4x; the buffer is premultiplied BGRA, rows from the bottom.

    `color` is what the font paints in the text's own colour.
    """
    ink = font.get_glyph_extents(glyph.id)
    if ink is None or (ink.width == 0 and ink.height == 0):
        return None
    scale = size / face.upem
    left = math.floor(glyph.x + ink.x_bearing * scale) - _PAD
    top = math.floor(glyph.y - ink.y_bearing * scale) - _PAD
    right = math.ceil(glyph.x + (ink.x_bearing + ink.width) * scale) + _PAD
    bottom = math.ceil(glyph.y - (ink.y_bearing + ink.height) * scale) + _PAD
    width, height = (right - left) * _OVERSAMPLE, (bottom - top) * _OVERSAMPLE
    paint = hb.RasterPaint()
    fine = scale * _OVERSAMPLE
    paint.transform = (fine, 0.0, 0.0, fine, (glyph.x - left) * _OVERSAMPLE, (bottom - glyph.y) * _OVERSAMPLE)
    paint.extents = hb.RasterExtents(0, 0, width, height, width * 4)
    paint.foreground = hb.Color(*color, 255)
    paint.paint_glyph(font, glyph.id)
    image = paint.render()
    if image is None:
        return None
    premultiplied = Image.frombuffer("RGBa", (width, height), image.buffer, "raw", "BGRa", image.extents.stride, -1)
    return Layer(left, top, rgba=np.asarray(premultiplied.reduce(_OVERSAMPLE).convert("RGBA")))
