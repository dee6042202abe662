"""A device of a scene: shadow, edge, drawn or pictured frame, and the capture, tilted or flat."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from locstore.layout import DeviceLayer, LinearGradient, Plane, SolidFill, Stop
from locstore.paint.canvas import Canvas, Source, bands, blend_into
from locstore.paint.coverage import Coverage, EdgeTable, Window, coverage
from locstore.paint.drawn_frames import DrawnFrame, Part, drawn_frame, shade
from locstore.paint.fills import fill_source, is_opaque
from locstore.paint.outline import convex_hull, ellipse, rounded_box
from locstore.paint.pictures import PixelCache, cover, open_picture
from locstore.paint.projection import Matrix, Points, apply, bounds_of, matrix_of, scaling, translation, whole_pixel_box
from locstore.paint.soft import soft_coverage
from locstore.paint.surface import Color, Pixels
from locstore.paint.warp import Warped, warp
from locstore.typeset import Box

_TILE = 128  # pixels of the squares that are painted at a time
# Where the edge's tones begin, as shares of the thickness from the front, with how light they are.
_EDGE_TONES = ((1.0, -0.42), (0.93, 0.02), (0.10, -0.30), (0.055, 1.0))


@dataclasses.dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a device on the scene."""

    contours: tuple[Points, ...]
    source: Source
    opaque: bool = True


class DevicePainter:
    """Paints device layers; scaled and tilted captures are kept in `cache`."""

    def __init__(self, cache: PixelCache) -> None:
        self._cache = cache

    def paint(self, canvas: Canvas, layer: DeviceLayer, offset: tuple[int, int]) -> None:
        """The layer on the canvas; `offset` is the screen's place in its panorama. Raises UnreadablePicture."""
        front = matrix_of(layer.plane.matrix, offset)
        frame = drawn_frame(layer)
        faces = [apply(front, outline) for outline in frame.body]
        silhouette: tuple[Points, ...] = tuple(faces)
        pieces: list[_Piece] = []
        if layer.back is not None:
            back = matrix_of(layer.back, offset)
            silhouette = tuple(_hull(outline, front, back, 1.0) for outline in frame.body)
            pieces += _edge(layer, frame, front, back)
        self._shadows(canvas, layer, silhouette)
        size = (layer.plane.width, layer.plane.height)
        lifted = front if layer.back is None else _between(front, matrix_of(layer.back, offset), 0.5)
        for part in frame.behind:
            contours = [apply(lifted, contour) for contour in part.contours]
            canvas.blend(coverage(contours, canvas.window), fill_source(part.fill, size, lifted), layer.opacity)
        pieces += [_placed(part, size, front) for part in frame.inside]
        if layer.frame.kind == "image":
            self._pictured(canvas, layer, frame, front, offset)
            return
        reach = Window.around(np.concatenate(silhouette)).meet(canvas.window)
        if reach is None:
            return
        pieces.append(_Piece((apply(front, frame.screen),), self._capture(layer, front, reach)))
        pieces += [_placed(part, size, front) for part in frame.front]
        _blend_within(canvas, reach, silhouette, pieces, layer.opacity)

    def _shadows(self, canvas: Canvas, layer: DeviceLayer, silhouette: Sequence[Points]) -> None:
        if layer.shadow is not None and layer.shadow.opacity > 0:
            moved = [outline + np.array([layer.shadow.dx, layer.shadow.dy]) for outline in silhouette]
            cover_ = soft_coverage(moved, layer.shadow.blur, canvas.window)
            canvas.blend_color(cover_, layer.shadow.color, layer.shadow.opacity * layer.opacity)
        if layer.contact > 0:
            left, _, right, bottom = bounds_of(np.concatenate(list(silhouette)))
            wide = right - left
            ground = Box(left + 0.1 * wide, bottom - 0.035 * wide, 0.8 * wide, 0.06 * wide)
            dark = soft_coverage([ellipse(ground)], 0.025 * wide, canvas.window)
            canvas.blend_color(dark, (0, 0, 0), layer.contact * layer.opacity)

    def _capture(self, layer: DeviceLayer, front: Matrix, reach: Window) -> Source:
        """The capture as a source: exact where the screen is upright on whole pixels, else projected."""
        screen = layer.screen
        place = front @ translation(screen.x, screen.y)
        upright = whole_pixel_box(place, (screen.width, screen.height))
        if upright is not None:
            x, y, width, height = upright
            key = ("capture", layer.capture.sha256, width, height, repr(layer.crop))
            pixels = self._cache.get(key, lambda: self._scaled(layer, (width, height)))
            return picture_source(x, y, pixels)
        wanted = Window.around(apply(place, rounded_box(Box(0, 0, screen.width, screen.height), 0))).grown(1)
        seen = wanted.meet(reach) or Window(reach.x, reach.y, 1, 1)
        placed = ("tilted", layer.capture.sha256, place.tobytes(), repr(layer.crop), screen.width, screen.height, seen)
        pixels = self._cache.get(placed, lambda: self._projected(layer, place, seen).colors)
        return picture_source(seen.x, seen.y, pixels)

    def _scaled(self, layer: DeviceLayer, size: tuple[int, int]) -> Pixels:
        image = open_picture(layer.capture.path, "RGB")
        if layer.crop is not None:
            image = image.crop(_whole(layer.crop, image.size))
        return np.asarray(cover(image, size))

    def _projected(self, layer: DeviceLayer, place: Matrix, seen: Window) -> Warped:
        image = open_picture(layer.capture.path, "RGB")
        crop = layer.crop or covering(image.size, layer.screen.width / layer.screen.height)
        left, top, right, bottom = _whole(crop, image.size)
        # From the pixels of the cut picture to the screen.
        scale = scaling(layer.screen.width / crop.width, layer.screen.height / crop.height)
        matrix = place @ scale @ translation(left - crop.x, top - crop.y)
        found = warp(image.crop((left, top, right, bottom)), matrix, seen, repeat_edges=True)
        if found is None or found.window != seen:
            blank = np.zeros((seen.height, seen.width, 3), np.uint8)
            if found is not None:
                rows, columns = found.y - seen.y, found.x - seen.x
                blank[rows : rows + found.colors.shape[0], columns : columns + found.colors.shape[1]] = found.colors
            return Warped(seen.x, seen.y, blank, None)
        return found

    def _pictured(
        self, canvas: Canvas, layer: DeviceLayer, frame: DrawnFrame, front: Matrix, offset: tuple[int, int]
    ) -> None:
        """The capture below a picture of a frame, cut by round corners or by the frame's mask."""
        if layer.frame.asset is None:
            raise ValueError("a frame of kind `image` needs its picture")
        screen = apply(front, frame.screen)
        reach = Window.around(screen).meet(canvas.window)
        if reach is not None:
            cut: Coverage | None = None
            if layer.frame.mask is None:
                cut = coverage([screen], reach)
            else:
                mask = self._put(
                    layer.plane,
                    layer.frame.mask.sha256,
                    open_picture(layer.frame.mask.path, "RGBA"),
                    canvas.window,
                    offset,
                )
                if mask is not None and mask.alpha is not None:
                    # A mask may be drawn in white on black, or in any colour on nothing.
                    light = mask.colors.max(axis=2)
                    cut = Coverage(mask.x, mask.y, light.astype(np.float32) / 255).cut(reach)
            canvas.blend(cut, self._capture(layer, front, reach), layer.opacity)
        picture = open_picture(layer.frame.asset.path, "RGBA")
        found = self._put(layer.plane, layer.frame.asset.sha256, picture, canvas.window, offset)
        if found is not None and found.alpha is not None:
            canvas.blend_premultiplied(found.x, found.y, found.colors, found.alpha, layer.opacity)

    def _put(
        self, plane: Plane, digest: str, image: Image.Image, window: Window, offset: tuple[int, int]
    ) -> Warped | None:
        del digest
        return put_picture(image, plane, window, offset)


def put_picture(image: Image.Image, plane: Plane, window: Window, offset: tuple[int, int]) -> Warped | None:
    """An RGBA picture that fills a plane: scaled if the plane is upright on whole pixels, else projected."""
    matrix = matrix_of(plane.matrix, offset)
    box = whole_pixel_box(matrix, (plane.width, plane.height))
    if box is not None:
        x, y, width, height = box
        scaled = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0).convert("RGBa")
        pixels = np.asarray(scaled)
        return Warped(x, y, pixels[..., :3], pixels[..., 3])
    scale = scaling(plane.width / image.width, plane.height / image.height)
    return warp(image, matrix @ scale, window, repeat_edges=False)


def picture_source(x: int, y: int, pixels: Pixels) -> Source:
    """An opaque picture whose top left pixel is (x, y), as a source; around it the edge's pixels go on."""

    def source(window: Window) -> tuple[npt.NDArray[np.float32], None]:
        rows = np.clip(np.arange(window.y - y, window.bottom - y), 0, pixels.shape[0] - 1)
        columns = np.clip(np.arange(window.x - x, window.right - x), 0, pixels.shape[1] - 1)
        inside = rows[0] == window.y - y and rows[-1] == window.bottom - 1 - y
        inside = inside and columns[0] == window.x - x and columns[-1] == window.right - 1 - x
        if inside:
            return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32), None
        return pixels[rows[:, None], columns].astype(np.float32), None

    return source


def covering(size: tuple[int, int], aspect: float) -> Box:
    """The middle part of a picture with this ratio of width to height, in its pixels."""
    width, height = size
    wide, high = min(width, height * aspect), min(height, width / aspect)
    return Box((width - wide) / 2, (height - high) / 2, wide, high)


def _whole(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Whole pixels around a part of a picture, within it."""
    left, top = max(0, int(box.x + 1e-6)), max(0, int(box.y + 1e-6))
    right, bottom = min(size[0], -int(-box.right + 1e-6)), min(size[1], -int(-box.bottom + 1e-6))
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _placed(part: Part, size: tuple[float, float], matrix: Matrix) -> _Piece:
    contours = tuple(apply(matrix, contour) for contour in part.contours)
    return _Piece(contours, fill_source(part.fill, size, matrix), is_opaque(part.fill))


def _between(front: Matrix, back: Matrix, share: float) -> Matrix:
    """The plane at a share of the thickness. Both maps have one scale, so their entries run in straight lines."""
    return front * (1 - share) + back * share


def _hull(outline: Points, front: Matrix, back: Matrix, share: float) -> Points:
    return convex_hull(apply(front, outline), apply(_between(front, back, share), outline))


def _edge(layer: DeviceLayer, frame: DrawnFrame, front: Matrix, back: Matrix) -> list[_Piece]:
    """The side of a device: its tones from the back to the front, darker towards the lower right."""
    left, top, right, bottom = bounds_of(np.concatenate([apply(front, outline) for outline in frame.body]))
    size, place = (float(right - left), float(bottom - top)), translation(left, top)
    pieces = []
    for share, light in _EDGE_TONES:
        base = frame.side if light < 1 else shade(frame.side, layer.edge_light)
        tone: Color = base if light == 1.0 else shade(base, light)
        fill = LinearGradient((Stop(0, shade(tone, 0.16)), Stop(0.5, tone), Stop(1, shade(tone, -0.30))), 135)
        contours = tuple(_hull(outline, front, back, share) for outline in frame.body)
        pieces.append(_Piece(contours, fill_source(fill, size, place)))
    lip = SolidFill(shade(frame.side, -0.45))
    pieces.append(_Piece(tuple(apply(front, outline) for outline in frame.body), fill_source(lip, size, place)))
    return pieces


def _blend_within(
    canvas: Canvas, reach: Window, silhouette: Sequence[Points], pieces: Sequence[_Piece], opacity: float
) -> None:
    """Pieces one over the other, as one solid whose alpha is the coverage of its silhouette.

    Each piece covers its share of what the silhouette covers of a pixel: where both have the same edge nothing of the
    piece below shows through. Tiles are painted from the topmost piece that hides the others.
    """
    outer = EdgeTable(silhouette, reach)
    tables = [EdgeTable(piece.contours, reach) for piece in pieces]
    for band in bands(reach, _TILE):
        for tile in _columns(band):
            whole = outer.coverage(tile)
            if whole is None or not whole.alpha.any():
                continue
            shown: list[tuple[_Piece, Coverage]] = []
            for piece, table in zip(reversed(pieces), reversed(tables), strict=True):
                found = table.coverage(whole.window)
                if found is None or not found.alpha.any():
                    continue
                shown.append((piece, found))
                if piece.opaque and found.window == whole.window and (found.alpha >= whole.alpha).all():
                    break
            _paint_tile(canvas.view(whole.window), whole, shown[::-1], opacity)


def _paint_tile(
    below: npt.NDArray[np.float32], whole: Coverage, shown: list[tuple[_Piece, Coverage]], opacity: float
) -> None:
    solid = opacity >= 1 and bool(whole.alpha.min() >= 1)
    pixels = below if solid else np.zeros((*whole.alpha.shape, 3), np.float32)
    room = np.maximum(whole.alpha, np.float32(1e-6))
    for piece, found in shown:
        part = found.window
        rows = slice(part.y - whole.y, part.bottom - whole.y)
        columns = slice(part.x - whole.x, part.right - whole.x)
        share = np.minimum(found.alpha / room[rows, columns], 1)
        blend_into(pixels[rows, columns], share, *piece.source(part))
    if not solid:
        blend_into(below, whole.alpha if opacity >= 1 else whole.alpha * np.float32(opacity), pixels, None)


def _columns(band: Window) -> Iterator[Window]:
    """A band in tiles that begin at multiples of the tile's width."""
    left = band.x
    while left < band.right:
        right = min(band.right, (left // _TILE + 1) * _TILE)
        yield Window(left, band.y, right - left, band.height)
        left = right
