"""Letters with a shadow, an outline or a gradient, or turned with their layer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from locstore.layout import IDENTITY, TextLayer
from locstore.paint.canvas import Canvas
from locstore.paint.coverage import Coverage, Floats, Window, unit
from locstore.paint.fills import fill_source
from locstore.paint.projection import apply, matrix_of, translation
from locstore.paint.soft import blur_coverage, reach
from locstore.paint.warp import warp
from locstore.typeset import Layer as Raster


def is_plain(layer: TextLayer) -> bool:
    """Whether the letters are painted as they are set."""
    return (
        layer.shadow is None
        and layer.outline is None
        and layer.gradient is None
        and layer.opacity >= 1
        and layer.matrix == IDENTITY
    )


def ink_window(rasters: Sequence[Raster]) -> Window | None:
    """The smallest window around the rasters of letters."""
    boxes = []
    for raster in rasters:
        pixels = raster.alpha if raster.alpha is not None else raster.rgba
        if pixels is not None:
            boxes.append((raster.x, raster.y, raster.x + pixels.shape[1], raster.y + pixels.shape[0]))
    if not boxes:
        return None
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return Window(left, top, right - left, bottom - top)


def letters_coverage(rasters: Sequence[Raster]) -> Coverage | None:
    """The coverage of all letters together."""
    window = ink_window(rasters)
    if window is None:
        return None
    whole = np.zeros((window.height, window.width), np.float32)
    for raster in rasters:
        pixels = raster.alpha
        if pixels is None:
            pixels = raster.rgba[..., 3] if raster.rgba is not None else None
        if pixels is None:
            continue
        top, left = raster.y - window.y, raster.x - window.x
        part = whole[top : top + pixels.shape[0], left : left + pixels.shape[1]]
        part += (1 - part) * (pixels.astype(np.float32) / 255)
    return Coverage(window.x, window.y, whole)


def outlined(cover: Coverage, width: float) -> Coverage:
    """The letters with a line of `width` pixels around them, outside only."""
    margin = math.ceil(width) + 1
    alpha = np.pad(cover.alpha, margin)
    # How far a pixel's centre is from ink: a half-covered pixel is at the edge. Down the columns first.
    near = np.where(alpha > 0, np.float32(0.5) - alpha, np.float32(1e6))
    down = near.copy()
    for step in range(1, margin + 1):
        np.minimum(down[step:], near[:-step] + np.float32(step), out=down[step:])
        np.minimum(down[:-step], near[step:] + np.float32(step), out=down[:-step])
    best = down.copy()
    squared = np.square(np.maximum(down, 0))
    for step in range(1, margin + 1):
        aside = np.sqrt(squared + np.float32(step * step))
        np.minimum(best[:, step:], aside[:, :-step], out=best[:, step:])
        np.minimum(best[:, :-step], aside[:, step:], out=best[:, :-step])
    grown: Floats = np.clip(np.float32(width + 0.5) - best, 0, 1)
    return Coverage(cover.x - margin, cover.y - margin, np.maximum(grown, alpha))


def effect_reach(layer: TextLayer) -> int:
    """Pixels around the letters that shadow and outline take."""
    margin = 2
    if layer.outline is not None:
        margin += math.ceil(layer.outline.width) + 2
    if layer.shadow is not None:
        margin += reach(max(0.3, layer.shadow.blur)) + math.ceil(max(abs(layer.shadow.dx), abs(layer.shadow.dy)))
    return margin


def paint_below_letters(canvas: Canvas, layer: TextLayer, rasters: Sequence[Raster]) -> None:
    """Shadow and outline of letters, as they are set (not turned)."""
    if layer.shadow is None and layer.outline is None:
        return
    cover = letters_coverage(rasters)
    if cover is None:
        return
    width = layer.outline.width if layer.outline is not None else 0.0
    grown = outlined(cover, width) if width > 0 else cover
    if layer.shadow is not None and layer.shadow.opacity > 0:
        dx, dy = round(layer.shadow.dx), round(layer.shadow.dy)
        below = Coverage(grown.x + dx, grown.y + dy, grown.alpha)
        soft = blur_coverage(below, layer.shadow.blur, canvas.window) if layer.shadow.blur >= 0.3 else below
        canvas.blend_color(soft, layer.shadow.color, layer.shadow.opacity * layer.opacity)
    if layer.outline is not None and layer.outline.width > 0:
        canvas.blend_color(grown, layer.outline.color, layer.outline.opacity * layer.opacity)


def paint_letters(canvas: Canvas, layer: TextLayer, rasters: Sequence[Raster], offset: tuple[int, int]) -> None:
    """The letters, as they are set (not turned); `rasters` are moved by `offset` already."""
    plain = layer.slot.text_layout.style.color
    ink = layer.slot.text_layout.ink
    for raster in rasters:
        if raster.rgba is not None:
            alpha = raster.rgba[..., 3]
            colors = raster.rgba[..., :3].astype(np.float32) * unit(alpha)[..., None]
            canvas.blend_premultiplied(raster.x, raster.y, colors, alpha, layer.opacity)
        elif raster.alpha is not None and raster.color is not None:
            letters = Coverage(raster.x, raster.y, unit(raster.alpha))
            if layer.gradient is not None and ink is not None and raster.color == plain:
                fill = fill_source(
                    layer.gradient, (ink.width, ink.height), translation(ink.x + offset[0], ink.y + offset[1])
                )
                canvas.blend(letters, fill, layer.opacity)
            else:
                canvas.blend_color(letters, raster.color, layer.opacity)


def turned_window(layer: TextLayer, window: Window, offset: tuple[int, int]) -> Window:
    """The window of the scene that a turned window of the set words takes."""
    corners = [(window.x, window.y), (window.right, window.y), (window.right, window.bottom), (window.x, window.bottom)]
    return Window.around(apply(matrix_of(layer.matrix, offset), corners)).grown(1)


def blend_turned(canvas: Canvas, image: Image.Image, at: Window, layer: TextLayer, offset: tuple[int, int]) -> None:
    """A premultiplied picture of set words (RGBA, at `at` of the set words) under the layer's matrix."""
    found = warp(image, matrix_of(layer.matrix, offset) @ translation(at.x, at.y), canvas.window, repeat_edges=False)
    if found is not None and found.alpha is not None:
        canvas.blend_premultiplied(found.x, found.y, found.colors, found.alpha, layer.opacity)
