"""The PNG writer: 8-bit RGB, no alpha, an sRGB chunk; fast, and the same bytes for the same pixels."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

_fast_compress: Callable[[Any, int], bytes] | None
try:
    from zlib_ng import zlib_ng

    _fast_compress = zlib_ng.compress
except ImportError:  # a platform without wheels: slower, larger by a few percent, the same pixels
    _fast_compress = None

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PERCEPTUAL = b"\x00"
_FILTER_UP = 2
_LEVEL = 4


def encoder_name() -> str:
    """Which deflate is in use, for the manifest: another one gives other bytes for the same pixels."""
    return "zlib" if _fast_compress is None else "zlib-ng"


def encode_png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """PNG bytes of an array of shape (height, width, 3).

    Every row uses the "up" filter: screenshots are flat or change slowly downwards, and choosing a filter for
    each row costs more time than it saves bytes.
    """
    height, width, channels = pixels.shape
    if channels != 3:
        raise ValueError(f"RGB is wanted, not {channels} channels")
    rows = pixels.reshape(height, width * 3)
    filtered = np.empty((height, width * 3 + 1), np.uint8)
    filtered[:, 0] = _FILTER_UP
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    data = zlib.compress(filtered.data, 6) if _fast_compress is None else _fast_compress(filtered.data, _LEVEL)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"sRGB", _PERCEPTUAL), (b"IDAT", data), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(body, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(body)), kind, body, struct.pack(">I", checksum)))
