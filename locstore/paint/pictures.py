"""Decoding the pictures that people give us (captures, frames, backgrounds, logos), with limits."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from locstore.findings import Finding

_FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 100_000_000


class UnreadablePicture(Exception):
    """A picture that cannot be decoded; the message says why in plain words."""


def picture_size(path: Path) -> tuple[int, int]:
    """(width, height) in pixels, upright, from the header alone."""
    with _opened(path) as image:
        width, height = image.size
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    return (height, width) if turned else (width, height)


def check_picture(path: Path, shown: str) -> list[Finding]:
    """Findings for a picture that cannot be used: not there, not a picture, truncated, far too large."""
    try:
        with _opened(path) as image:
            image.load()
    except UnreadablePicture as error:
        return [Finding(code="paint-picture-unreadable", message=f"{error}", file=shown)]
    except (OSError, ValueError, SyntaxError) as error:
        message = f"The picture is damaged: {error}. Export it again."
        return [Finding(code="paint-picture-unreadable", message=message, file=shown)]
    return []


def open_picture(path: Path, mode: str) -> Image.Image:
    """The decoded picture, upright, as `RGB` or `RGBA`."""
    with _opened(path) as image:
        upright = ImageOps.exif_transpose(image)
        return upright.convert(mode)


def _opened(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path, formats=_FORMATS)
    except FileNotFoundError:
        raise UnreadablePicture("The file is not there. Put it there or correct the path.") from None
    except UnidentifiedImageError:
        raise UnreadablePicture(f"This is not a {', '.join(_FORMATS)} picture. Export it as PNG.") from None
    except (OSError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(f"The picture cannot be read: {error}.") from None
    if image.size[0] * image.size[1] > MAX_PIXELS:
        image.close()
        raise UnreadablePicture(f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels.")
    return image


def cover(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Scale to fill `size` and crop what stands over, evenly from both sides."""
    width, height = image.size
    wide, high = size
    scale = max(wide / width, high / height)
    crop_w, crop_h = wide / scale, high / scale
    left, top = (width - crop_w) / 2, (height - crop_h) / 2
    box = (left, top, left + crop_w, top + crop_h)
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


class PixelCache:
    """Decoded and scaled pixels by key, least recently used out first, within a budget of bytes."""

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
        while self._items and self._used + made.nbytes > self._budget:
            _, dropped = self._items.popitem(last=False)
            self._used -= dropped.nbytes
        self._items[key] = made
        self._used += made.nbytes
        return made
