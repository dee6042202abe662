"""What a painter is: its name, whether it pays, who sets the words, and what decides its pixels.

Built-in painters are `local`, `images` and `backdrop`; a package adds its own by the entry point `locstore.painters`,
which names an object with the attributes of `Painter`.
"""

from __future__ import annotations

from typing import Protocol, cast

from locstore.findings import Finding
from locstore.layout import Composition
from locstore.paint import LocalPainter, Pixels
from locstore.paint.images import ImagesConfig
from locstore.painter_names import BUILT_IN, GROUP
from locstore.plugins import load_plugin
from locstore.typeset import FontLibrary


class CompositionPainter(Protocol):
    """Paints compositions with the fonts of one project; kept for many pictures."""

    def paint(self, composition: Composition) -> Pixels:
        """The picture, shape (height, width, 3), sRGB, 8 bits. Raises UnreadablePicture, OSError."""
        ...

    def contrast(self, composition: Composition) -> list[Finding]:
        """What is to be said of the painted picture; an error keeps it from the store folder."""
        ...


class Painter(Protocol):
    """A way to make the pixels of a shot."""

    name: str
    pays: bool  # its pictures are asked for from an images API, within a budget; see `run.paid.request.PaidPainter`
    writes_words: bool  # an image model writes the words, so they are read back from the picture

    def fingerprint(self, images: ImagesConfig) -> str:
        """What decides the pixels beside the shot; '' if nothing does. A change paints every picture again."""
        ...

    def open(self, library: FontLibrary) -> CompositionPainter:
        """What paints on this machine. Of a painter that pays: what sets words and what no model is asked for."""
        ...


class LocalPainting:
    """The typesetter and the local painter make the whole picture."""

    name = "local"
    pays = False
    writes_words = False

    def fingerprint(self, images: ImagesConfig) -> str:  # noqa: ARG002 - the shot decides everything
        return ""

    def open(self, library: FontLibrary) -> CompositionPainter:
        return LocalPainter(library)


LOCAL = LocalPainting()


def find_painter(name: str) -> Painter:
    """The painter of a name. Raises UsageError for one that nothing has."""
    return cast("Painter", load_plugin(GROUP, name, BUILT_IN))
