"""Shapes, pictures and enlarged details of a scene."""

from __future__ import annotations

import itertools

import numpy as np
from PIL import Image

from locstore.layout import ImageLayer, Plane, Shadow, ShapeLayer, Stroke, ZoomLayer
from locstore.paint.canvas import Canvas, bands, blend_into
from locstore.paint.coverage import Coverage, Window, coverage
from locstore.paint.device_layer import picture_source, put_picture
from locstore.paint.fills import fill_source, is_opaque
from locstore.paint.outline import clockwise, ellipse, hole, line, rounded_box
from locstore.paint.outline import offset as moved_outline
from locstore.paint.pictures import PixelCache, open_picture
from locstore.paint.projection import Points, apply, matrix_of, scaling, translation, whole_pixel_box
from locstore.paint.soft import blur_coverage, blurred_pixels, reach, soft_coverage
from locstore.paint.surface import Pixels, blend
from locstore.paint.svg import svg_picture
from locstore.paint.warp import Warped, warp
from locstore.typeset import Box

_DOT = 1.9  # a connecting line's start, in widths of the line


def paint_shape(canvas: Canvas, layer: ShapeLayer, offset: tuple[int, int]) -> None:
    """Shadow, glass, fill and stroke of an outline."""
    matrix = matrix_of(layer.plane.matrix, offset)
    size = (layer.plane.width, layer.plane.height)
    if layer.kind == "line":
        _paint_line(canvas, layer, offset)
        return
    outline = apply(matrix, _outline(layer, 0.0))
    cover = coverage([outline], canvas.window)
    # Through glass and thin colours one would see the shape's own shadow.
    thin = layer.glass > 0 or (layer.fill is not None and not is_opaque(layer.fill))
    _paint_shadow(canvas, [outline], layer.shadow, layer.opacity, outside=cover if thin else None)
    if layer.glass > 0 and cover is not None:
        _paint_glass(canvas, cover, layer.glass, layer.opacity)
    if layer.fill is not None:
        canvas.blend(cover, fill_source(layer.fill, size, matrix), layer.opacity)
    if layer.stroke is not None and layer.stroke.width > 0:
        half = layer.stroke.width / 2
        ring = (apply(matrix, _outline(layer, half)), hole(apply(matrix, _outline(layer, -half))))
        opacity = layer.opacity * layer.stroke.opacity
        canvas.blend_color(coverage(ring, canvas.window), layer.stroke.color, opacity)


def _outline(layer: ShapeLayer, grown: float) -> Points:
    """The outline in its plane, moved outwards."""
    box = Box(-grown, -grown, layer.plane.width + 2 * grown, layer.plane.height + 2 * grown)
    if layer.kind == "ellipse":
        return ellipse(box)
    if layer.kind == "rectangle":
        return rounded_box(box, layer.radius + grown if layer.radius > 0 else 0.0)
    return moved_outline(np.array(layer.points, np.float64), grown)


def polyline_coverage(points: Points, width: float, window: Window) -> Coverage | None:
    """The coverage of a line through points with round ends and joints."""
    parts = [line((a[0], a[1]), (b[0], b[1]), width) for a, b in itertools.pairwise(points)]
    around = Window.around(np.concatenate(parts)).meet(window)
    if around is None:
        return None
    whole = Coverage(around.x, around.y, np.zeros((around.height, around.width), np.float32))
    for part in parts:
        found = coverage([part], around)
        if found is None:
            continue
        top, left = found.y - whole.y, found.x - whole.x
        there = whole.alpha[top : top + found.alpha.shape[0], left : left + found.alpha.shape[1]]
        np.maximum(there, found.alpha, out=there)
    return whole


def _paint_line(canvas: Canvas, layer: ShapeLayer, offset: tuple[int, int]) -> None:
    if layer.stroke is None or len(layer.points) < 2:
        return
    points = apply(matrix_of(layer.plane.matrix, offset), np.array(layer.points, np.float64))
    if layer.shadow is not None:
        shadow = polyline_coverage(
            points + np.array([layer.shadow.dx, layer.shadow.dy]),
            layer.stroke.width,
            canvas.window.grown(reach(layer.shadow.blur)),
        )
        if shadow is not None:
            soft = blur_coverage(shadow, layer.shadow.blur, canvas.window)
            canvas.blend_color(soft, layer.shadow.color, layer.shadow.opacity * layer.opacity)
    cover = polyline_coverage(points, layer.stroke.width, canvas.window)
    canvas.blend_color(cover, layer.stroke.color, layer.stroke.opacity * layer.opacity)


def _paint_shadow(
    canvas: Canvas,
    outlines: list[Points],
    shadow: Shadow | None,
    opacity: float,
    *,
    outside: Coverage | None = None,
) -> None:
    """A soft shadow of outlines; with `outside` only what that coverage leaves."""
    if shadow is None or shadow.opacity <= 0:
        return
    moved = [outline + np.array([shadow.dx, shadow.dy]) for outline in outlines]
    soft = soft_coverage(moved, shadow.blur, canvas.window)
    shared = outside.cut(soft.window) if soft is not None and outside is not None else None
    if soft is not None and shared is not None:
        top, left = shared.y - soft.y, shared.x - soft.x
        alpha = soft.alpha.copy()
        alpha[top : top + shared.alpha.shape[0], left : left + shared.alpha.shape[1]] *= 1 - shared.alpha
        soft = Coverage(soft.x, soft.y, alpha)
    canvas.blend_color(soft, shadow.color, shadow.opacity * opacity)


def _paint_glass(canvas: Canvas, cover: Coverage, blur: float, opacity: float) -> None:
    """What is on the canvas inside a coverage, blurred."""
    part = cover.window
    near = part.grown(reach(blur)).meet(canvas.window) or part
    below = canvas.view(near).copy()
    for band in bands(part):
        pixels = blurred_pixels(below, near, blur, band)
        alpha = cover.alpha[band.y - part.y : band.bottom - part.y]
        blend_into(canvas.view(band), alpha if opacity >= 1 else alpha * np.float32(opacity), pixels, None)


class PicturePainter:
    """Paints picture and zoom layers; scaled pictures are kept in `cache`."""

    def __init__(self, cache: PixelCache) -> None:
        self._cache = cache

    def paint_image(self, canvas: Canvas, layer: ImageLayer, offset: tuple[int, int]) -> None:
        """A picture or SVG with its shadow. Raises UnreadablePicture."""
        if self._as_bytes(canvas, layer, offset):
            return
        margin = reach(layer.blur) if layer.blur > 0 else 0
        if layer.shadow is not None:
            margin += reach(layer.shadow.blur) + round(max(abs(layer.shadow.dx), abs(layer.shadow.dy)))
        window = canvas.window.grown(margin)
        image = self._open(layer)
        found = put_picture(image, _fitted(layer, image), window, offset)
        if found is None or found.alpha is None:
            return
        colors, alpha = found.colors.astype(np.float32), found.alpha.astype(np.float32)
        place = found.window
        if layer.radius > 0:
            outline = rounded_box(Box(0, 0, layer.plane.width, layer.plane.height), layer.radius)
            cut = coverage([apply(matrix_of(layer.plane.matrix, offset), outline)], place)
            share = np.zeros(alpha.shape, np.float32)
            if cut is not None:
                top, left = cut.y - place.y, cut.x - place.x
                share[top : top + cut.alpha.shape[0], left : left + cut.alpha.shape[1]] = cut.alpha
            alpha *= share
            colors *= share[..., None]
        if layer.tint is not None:
            tint = np.array(layer.tint.color, np.float32) * (alpha / 255)[..., None]
            colors += (tint - colors) * np.float32(layer.tint.opacity)
        if layer.blur > 0:
            colors, alpha, place = _blurred_picture(colors, alpha, place, layer.blur)
        if layer.shadow is not None and layer.shadow.opacity > 0:
            dx, dy = round(layer.shadow.dx), round(layer.shadow.dy)
            below = Coverage(place.x + dx, place.y + dy, (alpha / 255).astype(np.float32))
            soft = blur_coverage(below, layer.shadow.blur, canvas.window) if layer.shadow.blur >= 0.3 else below
            canvas.blend_color(soft, layer.shadow.color, layer.shadow.opacity * layer.opacity)
        cover = Coverage(place.x, place.y, (alpha / 255).astype(np.float32))
        part = cover.cut(canvas.window)
        if part is None:
            return
        for band in bands(part.window):
            rows, columns = (
                slice(band.y - place.y, band.bottom - place.y),
                slice(band.x - place.x, band.right - place.x),
            )
            pixels = canvas.view(band)
            pixels *= 1 - cover.alpha[rows, columns, None] * np.float32(layer.opacity)
            pixels += colors[rows, columns] * np.float32(layer.opacity)

    def _open(self, layer: ImageLayer) -> Image.Image:
        if layer.svg:
            wide, high = _shown_size(layer.plane)
            image = svg_picture(layer.asset.path, (wide, high))
        else:
            image = open_picture(layer.asset.path, "RGBA")
        return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if layer.flipped else image

    def _as_bytes(self, canvas: Canvas, layer: ImageLayer, offset: tuple[int, int]) -> bool:
        """Whether a plain picture on whole pixels was put on a canvas of bytes, as logos always were."""
        plain = layer.blur <= 0 and layer.radius <= 0 and layer.tint is None and layer.shadow is None
        box = whole_pixel_box(matrix_of(layer.plane.matrix, offset), (layer.plane.width, layer.plane.height))
        if canvas.bytes_or_none is None or not plain or box is None or layer.opacity < 1:
            return False
        x, y, width, height = box
        image = self._open(layer)
        if layer.fit == "inside":
            image.thumbnail((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
            x, y = int(x + (width - image.width) / 2), int(y + (height - image.height) / 2)
        elif image.size != (width, height):
            image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        rgba = np.asarray(image)
        blend(canvas.bytes_or_none, x - canvas.window.x, y - canvas.window.y, rgba[..., :3], rgba[..., 3])
        return True

    def paint_zoom(self, canvas: Canvas, layer: ZoomLayer, offset: tuple[int, int]) -> None:
        """A part of a capture in a card, with the outline of its origin and a line to it. Raises UnreadablePicture."""
        matrix = matrix_of(layer.plane.matrix, offset)
        size = (layer.plane.width, layer.plane.height)
        card = apply(matrix, rounded_box(Box(0, 0, *size), layer.radius))
        shift = np.array(offset, np.float64)
        if layer.stroke is not None:
            corners = np.array(layer.origin, np.float64) + shift
            around = polyline_coverage(np.concatenate([corners, corners[:1]]), layer.stroke.width, canvas.window)
            canvas.blend_color(around, layer.stroke.color, layer.stroke.opacity * layer.opacity)
        if layer.connector is not None:
            stroke, end = layer.connector.stroke, np.array(layer.connector.end) + shift
            start = _leaving(np.array(layer.origin) + shift, np.array(layer.connector.start) + shift, end)
            points = np.array([start, end])
            path = polyline_coverage(points, stroke.width, canvas.window)
            canvas.blend_color(path, stroke.color, stroke.opacity * layer.opacity)
            r = _DOT * stroke.width
            dot = ellipse(Box(start[0] - r, start[1] - r, 2 * r, 2 * r))
            canvas.blend_color(coverage([dot], canvas.window), stroke.color, stroke.opacity * layer.opacity)
        _paint_shadow(canvas, [card], layer.shadow, layer.opacity)
        cover = coverage([card], canvas.window)
        if cover is not None:
            seen = cover.window.grown(1)
            key = ("zoom", layer.capture.sha256, matrix.tobytes(), repr(layer.area), size, seen)
            found = self._cache.get(key, lambda: _detail(layer, offset, seen))
            canvas.blend(cover, picture_source(seen.x, seen.y, found), layer.opacity)
        if layer.stroke is not None:
            _paint_ring(canvas, layer, offset, layer.stroke)


def _leaving(corners: Points, start: Points, end: Points) -> Points:
    """Where a line from inside a convex polygon leaves it; its start if it does not."""
    way = end - start
    for a, b in itertools.pairwise([*corners, corners[0]]):
        edge = b - a
        cross = way[0] * edge[1] - way[1] * edge[0]
        if abs(cross) < 1e-9:
            continue
        along = ((a[0] - start[0]) * edge[1] - (a[1] - start[1]) * edge[0]) / cross
        across = ((a[0] - start[0]) * way[1] - (a[1] - start[1]) * way[0]) / cross
        if 0 < along <= 1 and 0 <= across <= 1:
            result: Points = start + way * along
            return result
    return start


def _paint_ring(canvas: Canvas, layer: ZoomLayer, offset: tuple[int, int], stroke: Stroke) -> None:
    matrix = matrix_of(layer.plane.matrix, offset)
    half = stroke.width / 2
    rings = []
    for grown in (half, -half):
        box = Box(-grown, -grown, layer.plane.width + 2 * grown, layer.plane.height + 2 * grown)
        rings.append(apply(matrix, rounded_box(box, max(0.0, layer.radius + grown))))
    cover = coverage([clockwise(rings[0]), hole(rings[1])], canvas.window)
    canvas.blend_color(cover, stroke.color, stroke.opacity * layer.opacity)


def _detail(layer: ZoomLayer, offset: tuple[int, int], seen: Window) -> Pixels:
    """The enlarged part, for a window of the scene, shape (height, width, 3)."""
    image = open_picture(layer.capture.path, "RGB")
    area = layer.area
    matrix = matrix_of(layer.plane.matrix, offset)
    scale = scaling(layer.plane.width / area.width, layer.plane.height / area.height)
    place = matrix @ scale @ translation(-area.x, -area.y)
    blank = np.zeros((seen.height, seen.width, 3), np.uint8)
    found: Warped | None = warp(image, place, seen, repeat_edges=True)
    if found is not None:
        rows, columns = found.y - seen.y, found.x - seen.x
        blank[rows : rows + found.colors.shape[0], columns : columns + found.colors.shape[1]] = found.colors
    return blank


def _fitted(layer: ImageLayer, image: Image.Image) -> Plane:
    """The plane that the picture fills: the layer's, or the part of it with the picture's shape."""
    plane = layer.plane
    if layer.fit == "fill":
        return plane
    scale = min(plane.width / image.width, plane.height / image.height)
    wide, high = image.width * scale, image.height * scale
    return plane.part(Box((plane.width - wide) / 2, (plane.height - high) / 2, wide, high))


def _shown_size(plane: Plane) -> tuple[int, int]:
    """Pixels in which an SVG is drawn for a plane: the larger of the plane and its place on the canvas."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = plane.corners
    wide = max(plane.width, np.hypot(bx - ax, by - ay), np.hypot(cx - dx, cy - dy))
    high = max(plane.height, np.hypot(dx - ax, dy - ay), np.hypot(cx - bx, cy - by))
    return max(1, round(float(wide))), max(1, round(float(high)))


def _blurred_picture(
    colors: Pixels | np.ndarray, alpha: np.ndarray, place: Window, blur: float
) -> tuple[np.ndarray, np.ndarray, Window]:
    """Premultiplied colours and alpha blurred, on a larger window."""
    margin = reach(blur)
    wide = place.grown(margin)
    pad = ((margin, margin), (margin, margin))
    big = np.pad(colors, (*pad, (0, 0)))
    shade = np.repeat(np.pad(alpha, pad)[..., None], 3, axis=2)
    return blurred_pixels(big, wide, blur, wide), blurred_pixels(shade, wide, blur, wide)[..., 0], wide
