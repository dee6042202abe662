"""Whether bytes that a worker sent are the picture that was asked for: workers are trusted with nothing but time."""

from __future__ import annotations

import hashlib
import io
from pathlib import PurePosixPath

import numpy as np
from PIL import Image

from locstore.delivery import PictureRecord
from locstore.run.render import pixels_digest

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


def picture_fault(data: bytes, record: PictureRecord, path: str, size: tuple[int, int]) -> str:
    """Why `data` is not the picture of `record` for `path` with `size` (width, height) in pixels; '' if it is.

    The picture is decoded whole. Its words were read from the pixels whose digest is in the record; a PNG must have
    exactly these.
    """
    if len(data) != record.bytes or hashlib.sha256(data).hexdigest() != record.sha256:
        return "its bytes are not those of its record"
    expected = _FORMATS.get(PurePosixPath(path).suffix.lower(), "")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            wrong = _shape_fault(image, expected, size)
            if wrong or record.size != size:
                return wrong or "its record tells another size"
            pixels = np.asarray(image)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        return "it cannot be decoded"
    if expected == "PNG" and record.pixels and pixels_digest(pixels) != record.pixels:
        return "its words were read from another picture"
    return ""


def _shape_fault(image: Image.Image, expected: str, size: tuple[int, int]) -> str:
    """What is wrong with a picture whose header has been read."""
    if image.format != expected:
        return f"it is a {image.format} in place of a {expected}"
    if image.size != size:
        return f"it has {image.size[0]}x{image.size[1]} pixels instead of {size[0]}x{size[1]}"
    return "" if image.mode == "RGB" else f"its mode is {image.mode} instead of RGB"
