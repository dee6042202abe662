"""The ground of a scene: a fill or a picture, a tint over it, lights, and a colour that fades in from an edge."""

from __future__ import annotations

import numpy as np
from PIL import Image

from locstore.layout import BackgroundLayer, EdgeFade, Glow, LinearGradient, SolidFill
from locstore.paint import surface
from locstore.paint.canvas import Canvas, bands, blend_into
from locstore.paint.coverage import Floats, Window
from locstore.paint.fills import fill_source, solid_source
from locstore.paint.pictures import PixelCache, open_picture
from locstore.paint.projection import translation
from locstore.paint.soft import blurred_pixels
from locstore.paint.surface import Pixels
from locstore.shots import Asset


class BackgroundPainter:
    """Paints background layers; scaled pictures are kept in `cache`."""

    def __init__(self, cache: PixelCache) -> None:
        self._cache = cache

    def paint(
        self, canvas: Canvas, layer: BackgroundLayer, offset: tuple[int, int], screen: Window | None = None
    ) -> None:
        """The layer on the canvas, which may be a part of `screen`. Raises UnreadablePicture.

        Without `dither` a background that covers the canvas is rounded as it was before there were scenes.
        """
        box = Window(
            round(layer.box.x) + offset[0],
            round(layer.box.y) + offset[1],
            round(layer.box.width),
            round(layer.box.height),
        )
        part = box.meet(canvas.window)
        if part is None:
            return
        pixels = canvas.bytes_or_none if part == canvas.window and layer.opacity >= 1 else None
        wanted = box.meet(screen) if screen is not None else None
        if wanted is None or wanted.meet(part) != part:
            wanted = part
        if pixels is not None and self._plain(pixels, layer, box, part, wanted):
            return
        picture = None if layer.asset is None else self._picture(layer, layer.asset, box, part, wanted)
        lights = [_Light(glow, box) for glow in layer.glows]
        fade = None if layer.fade is None else _Fade(layer.fade, box)
        size = (float(box.width), float(box.height))
        fill = None if layer.fill is None else fill_source(layer.fill, size, translation(box.x, box.y))
        tint = None if layer.tint is None else solid_source(layer.tint)
        for band in bands(part):
            below = canvas.view(band)
            rows = below.copy() if layer.opacity < 1 else below
            full = np.ones((band.height, band.width), np.float32)
            if picture is not None:
                rows[:] = picture[band.y - part.y : band.bottom - part.y]
            if fill is not None:
                blend_into(rows, full, *fill(band))
            if tint is not None:
                blend_into(rows, full, *tint(band))
            for light in lights:
                light.add(rows, band)
            if fade is not None:
                fade.add(rows, band)
            if layer.opacity < 1:
                below += (rows - below) * np.float32(layer.opacity)

    def _plain(self, pixels: Pixels, layer: BackgroundLayer, box: Window, part: Window, wanted: Window) -> bool:
        """Whether the layer was painted as bytes: one colour, a picture as it is, or what is not to be dithered."""
        gradient = layer.fill if isinstance(layer.fill, LinearGradient) else None
        solid = layer.fill if isinstance(layer.fill, SolidFill) else None
        opaque = all(stop.opacity >= 1 for stop in gradient.stops) if gradient else solid is None or solid.opacity >= 1
        lit = layer.glows or layer.fade is not None
        if layer.tint is not None or layer.blur > 0 or not opaque or (layer.dither and (lit or gradient is not None)):
            return False
        if layer.asset is None and gradient is None and solid is None:
            return False
        if solid is not None:
            pixels[:] = solid.color
        if layer.asset is not None:
            pixels[:] = self._picture(layer, layer.asset, box, part, wanted)
        old = None
        if gradient is not None:
            stops = [stop.at for stop in gradient.stops]
            old = surface.Gradient(
                (box.width, box.height),
                [stop.color for stop in gradient.stops],
                gradient.angle,
                stops=stops,
                columns=(part.x - box.x, part.right - box.x),
            )
        lights = [_Light(glow, box) for glow in layer.glows]
        fade = None if layer.fade is None else _Fade(layer.fade, box)
        if old is None and not lights and fade is None:
            return True
        for start, end in surface.strips(part.height):
            first = part.y - box.y
            rows = old.rows(first + start, first + end) if old else pixels[start:end].astype(np.float32)
            band = Window(part.x, part.y + start, part.width, end - start)
            for light in lights:
                light.add(rows, band)
            if fade is not None:
                fade.add(rows, band)
            pixels[start:end] = surface.rounded(rows)
        return True

    def _picture(self, layer: BackgroundLayer, asset: Asset, box: Window, part: Window, wanted: Window) -> Pixels:
        """The pixels of a part; those of `wanted`, around it, are kept."""
        key = ("background", asset.sha256, box, wanted, layer.position, layer.flipped, layer.blur)

        def made() -> Pixels:
            image = open_picture(asset.path, "RGB")
            if layer.flipped:
                image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            image = _placed(image, (box.width, box.height), layer.position)
            if layer.blur <= 0:
                return np.asarray(
                    image.crop((wanted.x - box.x, wanted.y - box.y, wanted.right - box.x, wanted.bottom - box.y))
                )
            whole = np.asarray(image)
            blurred = np.empty((wanted.height, wanted.width, 3), np.uint8)
            for band in bands(wanted):
                blurred[band.y - wanted.y : band.bottom - wanted.y] = surface.rounded(
                    blurred_pixels(whole, box, layer.blur, band)
                )
            return blurred

        pixels = self._cache.get(key, made)
        rows, columns = (
            slice(part.y - wanted.y, part.bottom - wanted.y),
            slice(part.x - wanted.x, part.right - wanted.x),
        )
        return pixels[rows, columns]


def _placed(image: Image.Image, size: tuple[int, int], position: tuple[float, float]) -> Image.Image:
    """The picture scaled to cover a size; `position` 0-1 says which part is kept."""
    width, height = image.size
    wide, high = size
    scale = max(wide / width, high / height)
    crop_w, crop_h = min(width, wide / scale), min(height, high / scale)
    left, top = (width - crop_w) * position[0], (height - crop_h) * position[1]
    box = (left, top, min(width, left + crop_w), min(height, top + crop_h))
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


class _Light:
    """A glow of a background box, on windows of the scene."""

    def __init__(self, glow: Glow, box: Window) -> None:
        self._glow = glow
        self._box = box

    def add(self, rows: surface.Floats3, band: Window) -> None:
        glow, box = self._glow, self._box
        reach = np.float32(glow.radius)
        x = np.arange(band.x - box.x, band.right - box.x, dtype=np.float32) - np.float32(glow.center[0])
        y = np.arange(band.y - box.y, band.bottom - box.y, dtype=np.float32) - np.float32(glow.center[1])
        surface.add_glow(rows, (x / reach) ** 2, (y / reach) ** 2, glow.color, np.float32(glow.opacity))


class _Fade:
    """A colour that fades in from an edge of a background box, on windows of the scene."""

    def __init__(self, fade: EdgeFade, box: Window) -> None:
        self._down = fade.edge in ("top", "bottom")
        length = box.height if self._down else box.width
        ramp = surface.fade_ramp(length, fade.reach, fade.strength)
        self._strength: Floats = ramp[::-1] if fade.edge in ("right", "bottom") else ramp
        self._color = np.array(fade.color, np.float32)
        self._box = box

    def add(self, rows: surface.Floats3, band: Window) -> None:
        if self._down:
            strength = self._strength[band.y - self._box.y : band.bottom - self._box.y, None, None]
        else:
            strength = self._strength[None, band.x - self._box.x : band.right - self._box.x, None]
        rows += (self._color - rows) * strength
