"""The local painter: a Composition to exact pixels, with what locales share painted once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Protocol

from locstore.findings import Finding
from locstore.layout import Composition, Scene
from locstore.paint.contrast import WordContrast, contrast_findings, ensure_contrast
from locstore.paint.pictures import PixelCache
from locstore.paint.scene import ScenePainter
from locstore.paint.surface import Pixels
from locstore.typeset import FontLibrary

# Enough for a screen's background with a few captures; a worker stays below 300 MB.
_CACHE_BYTES = 48 * 1024 * 1024


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
        self._cache = PixelCache(cache_bytes)
        self._scenes = ScenePainter(library, self._cache)
        # Words are measured while they are painted; whoever asks next asks about the same scene.
        self._measured: tuple[Scene, list[WordContrast]] | None = None

    def paint(self, composition: Composition) -> Pixels:
        """Exact pixels; the same bytes for the same composition and files. Raises UnreadablePicture."""
        pixels, measured = self._scenes.paint_measured(composition.scene)
        self._measured = (composition.scene, measured)
        return pixels

    def contrast(self, composition: Composition) -> list[Finding]:
        """Findings for words that lack contrast with what is really painted behind them, in any layout."""
        if self._measured is None or self._measured[0] is not composition.scene:
            self.paint(composition)
        return contrast_findings(self._measured[1] if self._measured else [])

    def paint_on(self, composition: Composition, backdrop: Backdrop) -> tuple[Pixels, list[Finding]]:
        """As `paint`, on a backdrop instead of the concept's background, with a scrim where words lack contrast."""
        scene = composition.scene
        below, above = self._scenes.split(scene)
        pixels = self._cache.get(("backdrop", backdrop.key, scene.size), backdrop.pixels)
        canvas = self._scenes.ground(scene, below, backdrop=(backdrop.key, pixels)).copy()
        findings = ensure_contrast(canvas, composition)
        return self._scenes.paint_over(scene, canvas, above)[0], findings
