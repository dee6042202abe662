"""Decodes a project's pictures (captures, frames, backgrounds, logos), with limits on bytes and pixels."""

from __future__ import annotations

import contextlib
import struct
import warnings
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from locstore.files import open_regular
from locstore.findings import Finding, Severity
from locstore.paint.color import UnusableProfile, eight_bits, in_srgb, opaque

_FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 60_000_000  # decoding and converting takes about 20 bytes for each
_MAX_BYTES = 1 << 28  # 256 MiB
# What Pillow's decoders raise on damaged files.
DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, OverflowError, struct.error, zlib.error)
# What reading an Exif block that is not one raises; such a picture is taken as it stands.
_ODD_METADATA = (SyntaxError, ValueError, KeyError, IndexError, struct.error)


class UnreadablePicture(Exception):
    """A picture that cannot be decoded; the message says why in plain words."""


def picture_size(path: Path) -> tuple[int, int]:
    """(width, height) in pixels, upright; an SVG's own size in CSS pixels. Raises UnreadablePicture."""
    if path.suffix.lower() == ".svg":
        from locstore.paint.svg import svg_size

        return svg_size(path)
    turned = False
    with _reading(path) as image, contextlib.suppress(*_ODD_METADATA):
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    width, height = image.size
    return (height, width) if turned else (width, height)


def check_picture(path: Path, display_path: str) -> list[Finding]:
    """Findings for a picture that cannot be used: not there, not a picture, truncated, far too large."""
    if path.suffix.lower() == ".svg":
        from locstore.paint.svg import check_svg

        return check_svg(path, display_path)
    try:
        with _reading(path) as image:
            image.load()
            in_srgb(eight_bits(image))
    except UnreadablePicture as error:
        return [Finding(code="paint-picture-unreadable", message=f"{error}", file=display_path)]
    except UnusableProfile:
        message = "The colour profile cannot be used; the colours are taken for sRGB. Export the picture as sRGB."
        return [Finding(code="paint-picture-profile", message=message, severity=Severity.WARNING, file=display_path)]
    return []


def open_picture(path: Path, mode: Literal["RGB", "RGBA"]) -> Image.Image:
    """The decoded picture, upright, in sRGB.

    As RGB, what is transparent lets black through, as a screen that is off does. Raises UnreadablePicture.
    """
    with _reading(path) as image:
        image.load()
        with contextlib.suppress(*_ODD_METADATA):
            ImageOps.exif_transpose(image, in_place=True)  # a copy of a large picture is memory for nothing
        upright = eight_bits(image)
        try:
            color, _ = in_srgb(upright)
        except UnusableProfile:
            color = opaque(upright).convert("RGB")  # `check_picture` has said so
        if not upright.has_transparency_data:
            return color if color.mode == mode else color.convert(mode)
        alpha = upright.convert("RGBA").getchannel("A")
        if mode == "RGB":
            return Image.composite(color, Image.new("RGB", color.size), alpha)
        color.putalpha(alpha)
        return color


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[Image.Image]:
    """An opened picture. Raises UnreadablePicture, also for damage that is found while it is read."""
    with warnings.catch_warnings():
        # Pillow warns about large pictures and odd metadata; our own limits decide.
        warnings.simplefilter("ignore")
        try:
            with _opened(path) as image:
                yield image
        except DAMAGE as error:
            raise UnreadablePicture(f"The picture is damaged: {str(error)[:100]}. Export it again.") from None


def _opened(path: Path) -> Image.Image:
    large = f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels. Export it smaller."
    try:
        open_regular(path, _MAX_BYTES).close()
        image = Image.open(path, formats=_FORMATS)
    except FileNotFoundError:
        raise UnreadablePicture("The file is not there. Put it there or correct the path.") from None
    except UnidentifiedImageError:
        raise UnreadablePicture(f"This is not a {', '.join(_FORMATS)} picture. Export it as PNG.") from None
    except Image.DecompressionBombError:
        raise UnreadablePicture(large) from None
    except OSError as error:
        raise UnreadablePicture(f"The picture cannot be read: {error.strerror or error}.") from None
    if image.size[0] * image.size[1] > MAX_PIXELS:
        image.close()
        raise UnreadablePicture(large)
    return image


def cover(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Scale to fill `size` and crop what is outside, evenly from both sides."""
    width, height = image.size
    wide, high = size
    scale = max(wide / width, high / height)
    # Rounding may make a quotient larger than the side, and Pillow refuses a box that leaves the picture.
    crop_w, crop_h = min(width, wide / scale), min(height, high / scale)
    left, top = (width - crop_w) / 2, (height - crop_h) / 2
    box = (left, top, left + crop_w, top + crop_h)
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


class PixelCache:
    """Decoded and scaled pixels by key, least recently used out first, within a budget of bytes.

    What is larger than the whole budget is made each time.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._used = 0
        self._items: OrderedDict[Any, npt.NDArray[Any]] = OrderedDict()

    def get(self, key: Any, make: Callable[[], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """The array for `key`, made on first use; it is read-only, for it is shared."""
        if key in self._items:
            self._items.move_to_end(key)
            return self._items[key]
        made = np.ascontiguousarray(make())
        made.flags.writeable = False
        if made.nbytes > self._budget:
            return made
        while self._items and self._used + made.nbytes > self._budget:
            _, dropped = self._items.popitem(last=False)
            self._used -= dropped.nbytes
        self._items[key] = made
        self._used += made.nbytes
        return made
