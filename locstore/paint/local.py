"""The local painter: a Composition to exact pixels, with what locales share painted once."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Literal, Protocol

import numpy as np
from PIL import Image

from locstore.findings import Finding
from locstore.layout import Composition
from locstore.layout.compose import hex_color
from locstore.paint.contrast import contrast_findings, ensure_contrast
from locstore.paint.device import capture_pixels, draw_device, draw_picture_frame
from locstore.paint.pictures import PixelCache, cover, open_picture
from locstore.paint.surface import Color, Glow, Gradient, Pixels, Scrim, blend, rounded, solid, strips
from locstore.paint.text import set_words
from locstore.shots import Asset, Shot, canvas_shape, fingerprint
from locstore.typeset import Box, FontLibrary

# Enough for a screen's background with a few captures; a worker stays below 300 MB.
_CACHE_BYTES = 48 * 1024 * 1024
_SCRIM_REACH = 0.56
_SCRIM_SIDE_REACH = 0.80
_SCRIM_STRENGTH = 0.86


class Painter(Protocol):
    """Turns a composition into pixels of exactly the shot's size, shape (height, width, 3), sRGB."""

    def paint(self, composition: Composition) -> Pixels: ...


@dataclasses.dataclass(frozen=True)
class Backdrop:
    """A picture without words to paint on: its key, and what makes its pixels in the shot's exact size."""

    key: str
    pixels: Callable[[], Pixels]


class LocalPainter:
    """Paints with numpy and Pillow; the words come from the typesetter, so they are right by construction."""

    def __init__(self, library: FontLibrary, *, cache_bytes: int = _CACHE_BYTES) -> None:
        self._library = library
        self._cache = PixelCache(cache_bytes)

    def paint(self, composition: Composition) -> Pixels:
        """Exact pixels; the same bytes for the same composition and files."""
        canvas = self._base(composition, None).copy()
        set_words(canvas, composition.slots, self._library)
        return canvas

    def contrast(self, composition: Composition) -> list[Finding]:
        """Warnings for words on a picture that cannot be read well; gradients and plates are the designer's own."""
        if composition.shot.layout != "full-bleed":
            return []
        return contrast_findings(self._base(composition, None), composition)

    def paint_on(self, composition: Composition, backdrop: Backdrop) -> tuple[Pixels, list[Finding]]:
        """As `paint`, on a backdrop instead of the concept's background, with a scrim where words lack contrast."""
        canvas = self._base(composition, backdrop).copy()
        findings = ensure_contrast(canvas, composition)
        set_words(canvas, composition.slots, self._library)
        return canvas, findings

    def _base(self, composition: Composition, backdrop: Backdrop | None) -> Pixels:
        """Everything but the words: shared by all locales that have the same capture, device and logo in place."""
        inputs = composition.shot.inputs()
        design = {k: v for k, v in inputs["design"].items() if k != "styles"}
        places = repr((composition.device, composition.logo))
        key = fingerprint([design, inputs["display"], inputs["assets"], places, backdrop.key if backdrop else ""])
        return self._cache.get(key, functools.partial(self._paint_base, composition, backdrop))

    def _paint_base(self, composition: Composition, backdrop: Backdrop | None) -> Pixels:
        shot = composition.shot
        if backdrop is None:
            canvas = self._background(shot).copy()
        else:
            canvas = self._cache.get(("backdrop", backdrop.key, shot.size), backdrop.pixels).copy()
        place, capture = composition.device, shot.capture
        if place is not None and capture is not None:
            pixels = self._cache.get(
                ("capture", capture.sha256, place.screen.width, place.screen.height),
                lambda: capture_pixels(open_picture(capture.path, "RGB"), place.screen),
            )
            if shot.frame_asset is not None:
                frame = open_picture(shot.frame_asset.path, "RGBA")
                draw_picture_frame(canvas, place, pixels, frame, shadow_opacity=shot.device.shadow)
            else:
                color = hex_color(shot.frame.color)
                draw_device(canvas, place, pixels, color=color, shadow_opacity=shot.device.shadow)
        if composition.logo is not None and shot.logo is not None:
            _draw_logo(canvas, shot.logo, composition.logo.box)
        return canvas

    def _background(self, shot: Shot) -> Pixels:
        background = shot.background
        key = ("background", background.model_dump_json(), shot.size, shot.scrim, shot.layout, shot.locale.direction)
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
            lights.append(_scrim(shot, hex_color(shot.scrim)))
        if gradient is None and not lights:
            return ground
        for start, end in strips(size[1]):
            rows = gradient.rows(start, end) if gradient else ground[start:end].astype(np.float32)
            for light in lights:
                light.add(rows, start)
            ground[start:end] = rounded(rows)
        return ground


def _scrim(shot: Shot, color: Color) -> Scrim:
    """From the edge that the words stand at."""
    if canvas_shape(shot.size) == "landscape":
        side: Literal["left", "right"] = "right" if shot.locale.direction == "rtl" else "left"
        return Scrim(shot.size, color, edge=side, reach=_SCRIM_SIDE_REACH, strength=_SCRIM_STRENGTH)
    return Scrim(shot.size, color, edge="top", reach=_SCRIM_REACH, strength=_SCRIM_STRENGTH)


def _draw_logo(canvas: Pixels, logo: Asset, box: Box) -> None:
    image = open_picture(logo.path, "RGBA")
    image.thumbnail((int(box.width), int(box.height)), Image.Resampling.LANCZOS, reducing_gap=3.0)
    rgba = np.asarray(image)
    x = int(box.x + (box.width - image.width) / 2)
    y = int(box.y + (box.height - image.height) / 2)
    blend(canvas, x, y, rgba[..., :3], rgba[..., 3])
