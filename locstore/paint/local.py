"""The local painter: a Composition to exact pixels, with what locales share painted once."""

from __future__ import annotations

import functools
from typing import Protocol

import numpy as np
from PIL import Image

from locstore.compose import Composition
from locstore.compose.compose import hex_color
from locstore.paint.device import capture_pixels, draw_device, draw_picture_frame
from locstore.paint.pictures import PixelCache, cover, open_picture
from locstore.paint.surface import Glow, Gradient, Pixels, Scrim, blend, rounded, rounded_mask, solid, strips
from locstore.shots import Asset, Shot, fingerprint
from locstore.typeset import Box, FontLibrary, rasterise

# Enough for the backgrounds of one display's screens; a worker stays far below 300 MB.
_CACHE_BYTES = 72 * 1024 * 1024
_SCRIM_REACH = 0.46
_SCRIM_STRENGTH = 0.82


class Painter(Protocol):
    """Turns a composition into pixels of exactly the shot's size, shape (height, width, 3), sRGB."""

    def paint(self, composition: Composition) -> Pixels: ...


class LocalPainter:
    """Paints with numpy and Pillow; the words come from the typesetter, so they are right by construction."""

    def __init__(self, library: FontLibrary, *, cache_bytes: int = _CACHE_BYTES) -> None:
        self._library = library
        self._cache = PixelCache(cache_bytes)

    def paint(self, composition: Composition) -> Pixels:
        """Exact pixels; the same bytes for the same composition and files."""
        canvas = self._base(composition).copy()
        for slot in composition.slots:
            if slot.plate is not None:
                box = slot.plate.box
                mask = rounded_mask(int(box.width), int(box.height), min(box.height / 2, 60 * box.height / 100))
                blend(canvas, int(box.x), int(box.y), hex_color(slot.plate.color), mask)
            for layer in rasterise(slot.typesetting, self._library):
                if layer.rgba is not None:
                    blend(canvas, layer.x, layer.y, layer.rgba[..., :3], layer.rgba[..., 3])
                elif layer.alpha is not None and layer.color is not None:
                    blend(canvas, layer.x, layer.y, layer.color, layer.alpha)
        return canvas

    def _base(self, composition: Composition) -> Pixels:
        """Everything but the words: shared by all locales that have the same capture and direction."""
        shot = composition.shot
        inputs = shot.inputs()
        design = {k: v for k, v in inputs["design"].items() if k != "styles"}
        key = fingerprint([design, inputs["display"], inputs["assets"], repr(composition.device)])
        return self._cache.get(key, functools.partial(self._paint_base, composition))

    def _paint_base(self, composition: Composition) -> Pixels:
        shot = composition.shot
        canvas = self._background(shot).copy()
        if composition.device is not None and shot.capture is not None:
            place = composition.device
            screen_size = (int(place.screen.width), int(place.screen.height))
            capture = self._cache.get(
                ("capture", shot.capture.sha256, screen_size),
                lambda: capture_pixels(open_picture(shot.capture.path, "RGB"), place.screen),  # type: ignore[union-attr]
            )
            if shot.frame_asset is not None:
                frame = open_picture(shot.frame_asset.path, "RGBA")
                draw_picture_frame(canvas, place, capture, frame, shadow_opacity=shot.device.shadow)
            else:
                color = hex_color(shot.frame.color)
                draw_device(canvas, place, capture, color=color, shadow_opacity=shot.device.shadow)
        if composition.logo is not None and shot.logo is not None:
            _draw_logo(canvas, shot.logo, composition.logo.box)
        return canvas

    def _background(self, shot: Shot) -> Pixels:
        background = shot.background
        key = ("background", background.model_dump_json(), shot.size, shot.scrim, shot.layout)
        asset = shot.background_asset
        if shot.layout == "full-bleed" and shot.capture is not None:
            asset = shot.capture
        return self._cache.get((*key, asset.sha256 if asset else ""), lambda: self._paint_background(shot, asset))

    def _paint_background(self, shot: Shot, asset: Asset | None) -> Pixels:
        background = shot.background
        size = shot.size
        ground = solid(size, hex_color(background.solid or "#000000"))
        gradient = None
        if asset is not None:
            ground[:] = np.asarray(cover(open_picture(asset.path, "RGB"), size))
        elif background.gradient is not None:
            gradient = Gradient(size, [hex_color(c) for c in background.gradient], background.angle)
        lights: list[Glow | Scrim] = [
            Glow(size, hex_color(g.color), g.at, g.radius, g.opacity) for g in background.glow
        ]
        if shot.scrim is not None:
            lights.append(Scrim(size[1], hex_color(shot.scrim), reach=_SCRIM_REACH, strength=_SCRIM_STRENGTH))
        if gradient is None and not lights:
            return ground
        for start, end in strips(size[1]):
            rows = gradient.rows(start, end) if gradient else ground[start:end].astype(np.float32)
            for light in lights:
                light.add(rows, start)
            ground[start:end] = rounded(rows)
        return ground


def _draw_logo(canvas: Pixels, logo: Asset, box: Box) -> None:
    image = open_picture(logo.path, "RGBA")
    image.thumbnail((int(box.width), int(box.height)), Image.Resampling.LANCZOS, reducing_gap=3.0)
    rgba = np.asarray(image)
    x = int(box.x + (box.width - image.width) / 2)
    y = int(box.y + (box.height - image.height) / 2)
    blend(canvas, x, y, rgba[..., :3], rgba[..., 3])
