"""Setting words: the plates and glyphs of slots onto a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from locstore.layout import IDENTITY, SetSlot, TextLayer
from locstore.layout.compose import hex_color
from locstore.paint.canvas import Canvas
from locstore.paint.contrast import WordContrast, measure
from locstore.paint.coverage import Coverage, Window, unit
from locstore.paint.projection import matrix_of, translation
from locstore.paint.surface import Pixels, blend, rounded_mask
from locstore.paint.text_effects import (
    blend_turned,
    effect_reach,
    ink_window,
    is_plain,
    paint_below_letters,
    paint_letters,
    turned_window,
)
from locstore.paint.warp import warp
from locstore.typeset import FontLibrary, rasterise
from locstore.typeset import Layer as Raster


def set_words(canvas: Pixels, slots: Sequence[SetSlot], library: FontLibrary) -> None:
    """The plates and words of some slots onto a picture, in place."""
    for slot in slots:
        _set_plate(canvas, slot, (0, 0))
        _set_letters(canvas, rasterise(slot.text_layout, library), (0, 0))


def paint_text(
    canvas: Canvas, layer: TextLayer, library: FontLibrary, offset: tuple[int, int], size: tuple[int, int]
) -> list[WordContrast]:
    """A slot of a scene with its effects, and the contrast of its words with what is behind them.

    `offset` is the screen's place in its panorama, `size` its size in pixels.
    """
    rasters = rasterise(layer.slot.text_layout, library)
    pixels = canvas.bytes_or_none
    if pixels is not None and is_plain(layer):
        at = (offset[0] - canvas.window.x, offset[1] - canvas.window.y)
        _set_plate(pixels, layer.slot, at)
        measured = measure(pixels, (-at[0], -at[1]), layer, rasters, size)
        _set_letters(pixels, rasters, at)
        return measured
    window = _window(layer, rasters)
    if window is None:
        return []
    if layer.matrix != IDENTITY:
        return _paint_turned(canvas, layer, rasters, window, offset, size)
    part = Window(window.x + offset[0], window.y + offset[1], window.width, window.height).meet(canvas.window)
    if part is None:
        return []
    # Only what the words reach becomes floats; the rest of a finished picture is left as it is.
    top, left = part.y - canvas.window.y, part.x - canvas.window.x
    rows, columns = slice(top, top + part.height), slice(left, left + part.width)
    if pixels is not None:
        own = Canvas(part, np.ascontiguousarray(pixels[rows, columns]))
        measured = _paint_set(own, layer, rasters, offset, size)
        pixels[rows, columns] = own.finished()
        return measured
    return _paint_set(canvas, layer, rasters, offset, size)


def _window(layer: TextLayer, rasters: Sequence[Raster]) -> Window | None:
    """What the words and their plate reach, in the set words' own coordinates."""
    window = ink_window(rasters)
    if window is None:
        return None
    window = window.grown(effect_reach(layer))
    plate = layer.slot.text_background
    if plate is None:
        return window
    left, top = min(window.x, int(plate.box.x)), min(window.y, int(plate.box.y))
    right, bottom = max(window.right, int(plate.box.right) + 1), max(window.bottom, int(plate.box.bottom) + 1)
    return Window(left, top, right - left, bottom - top)


def _paint_set(
    canvas: Canvas, layer: TextLayer, rasters: Sequence[Raster], offset: tuple[int, int], size: tuple[int, int]
) -> list[WordContrast]:
    moved = [_moved(raster, offset) for raster in rasters]
    plate = layer.slot.text_background
    if plate is not None:
        for box, radius in plate.areas:
            mask = rounded_mask(int(box.width), int(box.height), radius)
            cover = Coverage(int(box.x) + offset[0], int(box.y) + offset[1], unit(mask))
            canvas.blend_color(cover, hex_color(plate.color), layer.opacity * plate.opacity)
    paint_below_letters(canvas, layer, moved)
    behind = canvas.finished()
    paint_letters(canvas, layer, moved, offset)
    return measure(behind, (canvas.window.x, canvas.window.y), layer, moved, size)


def _paint_turned(
    canvas: Canvas,
    layer: TextLayer,
    rasters: Sequence[Raster],
    window: Window,
    offset: tuple[int, int],
    size: tuple[int, int],
) -> list[WordContrast]:
    """The words painted flat on nothing, then turned: on black and on white, which gives their alpha."""
    measured = _measure_turned(canvas, layer, rasters, window, offset, size)
    flat = []
    for ground in (0, 255):
        own = Canvas(window, np.full((window.height, window.width, 3), ground, np.uint8))
        _paint_set(own, layer, rasters, (0, 0), size)
        flat.append(own.floats().copy())
    alpha = np.clip(255 - (flat[1] - flat[0]).mean(axis=2), 0, 255)
    colors = flat[0] / np.maximum(alpha[..., None] / 255, 1e-3)
    rgba = np.concatenate([np.clip(colors, 0, 255), alpha[..., None]], axis=2)
    image = Image.fromarray(np.rint(rgba).astype(np.uint8))
    if turned_window(layer, window, offset).meet(canvas.window) is not None:
        blend_turned(canvas, image, window, layer, offset)
    return measured


def _measure_turned(
    canvas: Canvas,
    layer: TextLayer,
    rasters: Sequence[Raster],
    window: Window,
    offset: tuple[int, int],
    size: tuple[int, int],
) -> list[WordContrast]:
    """As `measure`, with what is behind the words turned back to where they are set."""
    seen = turned_window(layer, window, offset).meet(canvas.window)
    if seen is None:
        return []
    top, left = seen.y - canvas.window.y, seen.x - canvas.window.x
    pixels = canvas.bytes_or_none
    rows, columns = slice(top, top + seen.height), slice(left, left + seen.width)
    behind = canvas.finished(seen) if pixels is None else pixels[rows, columns]
    place = np.linalg.inv(matrix_of(layer.matrix, offset)) @ translation(seen.x, seen.y)
    back = warp(Image.fromarray(np.ascontiguousarray(behind)), place / place[2, 2], window, repeat_edges=True)
    if back is None:
        return []
    own = Canvas(back.window, back.colors.copy())
    return _paint_set(own, layer, rasters, (0, 0), size)


def _moved(raster: Raster, offset: tuple[int, int]) -> Raster:
    return Raster(raster.x + offset[0], raster.y + offset[1], raster.alpha, raster.color, raster.rgba)


def _set_plate(canvas: Pixels, slot: SetSlot, at: tuple[int, int]) -> None:
    plate = slot.text_background
    if plate is None:
        return
    for box, radius in plate.areas:
        mask = rounded_mask(int(box.width), int(box.height), radius)
        if plate.opacity < 1:
            mask = np.rint(mask * plate.opacity).astype(np.uint8)
        blend(canvas, int(box.x) + at[0], int(box.y) + at[1], hex_color(plate.color), mask)


def _set_letters(canvas: Pixels, rasters: Sequence[Raster], at: tuple[int, int]) -> None:
    for layer in rasters:
        if layer.rgba is not None:
            blend(canvas, layer.x + at[0], layer.y + at[1], layer.rgba[..., :3], layer.rgba[..., 3])
        elif layer.alpha is not None and layer.color is not None:
            blend(canvas, layer.x + at[0], layer.y + at[1], layer.color, layer.alpha)
