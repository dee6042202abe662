"""Pixels to the bytes of a store-ready file."""

from __future__ import annotations

import io
from typing import Literal

from PIL import Image

from locstore.paint.png import encode_png
from locstore.paint.surface import Pixels

_JPEG_QUALITY = 92


def encode(pixels: Pixels, format: Literal["png", "jpeg"]) -> bytes:  # noqa: A002 - the field's word
    """PNG, or JPEG without colour subsampling, which would blur coloured letters."""
    if format == "png":
        return encode_png(pixels)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=_JPEG_QUALITY, subsampling=0, optimize=True)
    return stream.getvalue()
