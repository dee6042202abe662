"""The scene painter: the layers of a screen to exact pixels, with what locales share painted once.

Everything below the first slot is one picture, kept by what decides it. Layers are painted in the coordinates of the
panorama, so that its windows are parts of one picture, byte for byte.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from locstore.layout import (
    AnyLayer,
    BackgroundLayer,
    DeviceBox,
    DeviceLayer,
    ImageLayer,
    Scene,
    ShapeLayer,
    TextLayer,
    ZoomLayer,
)
from locstore.paint.background_layer import BackgroundPainter
from locstore.paint.canvas import Canvas, bands
from locstore.paint.contrast import WordContrast
from locstore.paint.coverage import Window
from locstore.paint.device import capture_pixels, draw_device, draw_picture_frame
from locstore.paint.device_layer import DevicePainter
from locstore.paint.layer_shapes import PicturePainter, paint_shape
from locstore.paint.pictures import PixelCache, open_picture
from locstore.paint.projection import matrix_of, whole_pixel_box
from locstore.paint.soft import reach
from locstore.paint.surface import Pixels
from locstore.paint.text import paint_text
from locstore.typeset import Box, FontLibrary

_CAMERAS = frozenset({"none", "island", "hole"})  # those that classic frames have


_PIXELS = 6_000_000  # that are painted at a time, in floats: the whole screen of a phone or tablet


class ScenePainter:
    """Paints scenes with numpy and Pillow; pictures and grounds are kept in `cache`."""

    def __init__(self, library: FontLibrary, cache: PixelCache) -> None:
        self._library = library
        self._cache = cache
        self._backgrounds = BackgroundPainter(cache)
        self._devices = DevicePainter(cache)
        self._pictures = PicturePainter(cache)

    def paint(self, scene: Scene) -> Pixels:
        """Exact pixels, shape (height, width, 3). Raises UnreadablePicture."""
        return self.paint_measured(scene)[0]

    def paint_measured(self, scene: Scene) -> tuple[Pixels, list[WordContrast]]:
        """As `paint`, with the contrast of all words with what is painted behind them."""
        below, above = self.split(scene)
        return self.paint_over(scene, self.ground(scene, below).copy(), above)

    def split(self, scene: Scene) -> tuple[list[AnyLayer], list[AnyLayer]]:
        """The layers below the first slot, and the others."""
        below = list(itertools.takewhile(lambda layer: not isinstance(layer, TextLayer), scene.layers))
        return below, list(scene.layers[len(below) :])

    def paint_over(self, scene: Scene, pixels: Pixels, layers: Sequence[AnyLayer]) -> tuple[Pixels, list[WordContrast]]:
        """Layers over finished pixels, which are painted on (the result may be another array), and words' contrast."""
        canvas = Canvas(_window(scene), pixels)
        measured: list[WordContrast] = []
        for layer in layers:
            if isinstance(layer, TextLayer):
                measured += paint_text(canvas, layer, self._library, scene.offset, scene.size)
            else:
                self._paint_layer(canvas, layer, scene.offset)
        return canvas.finished(), measured

    def ground(self, scene: Scene, layers: Sequence[AnyLayer], *, backdrop: tuple[str, Pixels] | None = None) -> Pixels:
        """Layers that locales may share, kept by all that decides them. Read-only.

        A `backdrop` (its key and its pixels) takes the place of the background.
        """
        key = ("ground", scene.size, scene.offset, repr(layers), backdrop[0] if backdrop else "")
        pixels = backdrop[1] if backdrop else None
        return self._cache.get(key, lambda: self._paint_ground(scene, layers, pixels))

    def _paint_ground(self, scene: Scene, layers: Sequence[AnyLayer], backdrop: Pixels | None) -> Pixels:
        window = _window(scene)
        if backdrop is not None:
            others = [layer for layer in layers if not isinstance(layer, BackgroundLayer)]
            return self.paint_over(scene, backdrop.copy(), others)[0]
        rows = max(64, _PIXELS // window.width)
        if rows >= window.height:
            return self._paint_part(scene, layers, window)
        # Floats of a whole large canvas would take too much memory; parts are the whole, byte for byte.
        pixels = np.empty((window.height, window.width, 3), np.uint8)
        for part in bands(window, rows):
            top = part.y - window.y
            pixels[top : top + part.height] = self._paint_part(scene, layers, part)
        return pixels

    def _paint_part(self, scene: Scene, layers: Sequence[AnyLayer], part: Window) -> Pixels:
        canvas = Canvas(_with_margin(scene, part, layers))
        for layer in layers:
            if isinstance(layer, BackgroundLayer):
                self._backgrounds.paint(canvas, layer, scene.offset, _with_margin(scene, _window(scene), layers))
            else:
                self._paint_layer(canvas, layer, scene.offset)
        return canvas.finished(part)

    def _paint_layer(self, canvas: Canvas, layer: AnyLayer, offset: tuple[int, int]) -> None:
        if isinstance(layer, BackgroundLayer):
            self._backgrounds.paint(canvas, layer, offset)
        elif isinstance(layer, DeviceLayer):
            if not self._paint_classic(canvas, layer, offset):
                self._devices.paint(canvas, layer, offset)
        elif isinstance(layer, ImageLayer):
            self._pictures.paint_image(canvas, layer, offset)
        elif isinstance(layer, ShapeLayer):
            paint_shape(canvas, layer, offset)
        elif isinstance(layer, ZoomLayer):
            self._pictures.paint_zoom(canvas, layer, offset)

    def _paint_classic(self, canvas: Canvas, layer: DeviceLayer, offset: tuple[int, int]) -> bool:
        """Whether a device of the first presets was painted as it always was: on bytes and whole pixels."""
        size = (layer.plane.width, layer.plane.height)
        place = whole_pixel_box(matrix_of(layer.plane.matrix, offset), size)
        plain = layer.frame.classic and layer.opacity >= 1 and layer.back is None and layer.crop is None
        if canvas.bytes_or_none is None or place is None or not plain or layer.frame.mask is not None:
            return False
        if layer.frame.camera not in _CAMERAS:
            return False
        x, y, width, height = place
        left, top = x - canvas.window.x, y - canvas.window.y
        screen = Box(left + layer.screen.x, top + layer.screen.y, layer.screen.width, layer.screen.height)
        drawn = layer.frame.kind if layer.frame.kind in ("phone", "tablet", "none", "image") else "none"
        box = DeviceBox(screen, Box(left, top, width, height), layer.screen_radius, drawn, layer.frame.camera)
        key = ("capture", layer.capture.sha256, screen.width, screen.height)
        capture = self._cache.get(key, lambda: capture_pixels(open_picture(layer.capture.path, "RGB"), screen))
        opacity = layer.shadow.opacity if layer.shadow is not None else 0.0
        if layer.frame.asset is not None:
            frame = open_picture(layer.frame.asset.path, "RGBA")
            draw_picture_frame(canvas.bytes_or_none, box, capture, frame, shadow_opacity=opacity)
        else:
            draw_device(canvas.bytes_or_none, box, capture, color=layer.frame.color, shadow_opacity=opacity)
        return True


def _window(scene: Scene) -> Window:
    return Window(scene.offset[0], scene.offset[1], scene.size[0], scene.size[1])


def _with_margin(scene: Scene, window: Window, layers: Sequence[AnyLayer]) -> Window:
    """The window with what blurred glass at its edges needs to see, as far as the background goes."""
    blurs = [layer.glass for layer in layers if isinstance(layer, ShapeLayer) and layer.glass > 0]
    if not blurs:
        return window
    margin = reach(max(blurs))
    boxes = [layer.box for layer in layers if isinstance(layer, BackgroundLayer)]
    left = min([0.0, *(box.x for box in boxes)]) + scene.offset[0]
    top = min([0.0, *(box.y for box in boxes)]) + scene.offset[1]
    right = max([float(scene.size[0]), *(box.right for box in boxes)]) + scene.offset[0]
    bottom = max([float(scene.size[1]), *(box.bottom for box in boxes)]) + scene.offset[1]
    whole = Window(round(left), round(top), round(right - left), round(bottom - top))
    return window.grown(margin).meet(whole) or window
