"""Pixels to files: exact, without alpha, the same bytes for the same pixels."""

from __future__ import annotations

import io
import struct
import sys
import zlib

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from locstore.paint import encode, encode_png, encoder_name, png


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG; fails where a length or checksum is wrong."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert checksum == zlib.crc32(kind + body)
        found.append((kind, body))
        at += 12 + length
    return found


def some_pixels(width: int, height: int, seed: int) -> npt.NDArray[np.uint8]:
    """Flat areas and noise."""
    random = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), random.integers(0, 256, 3), np.uint8)
    pixels[height // 3 : height // 2 + 1] = random.integers(0, 256, pixels[height // 3 : height // 2 + 1].shape)
    return pixels


def decoded(data: bytes) -> npt.NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGB"
        return np.asarray(image)


sizes = st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))


@given(sizes)
def test_png_round_trip(size: tuple[int, int, int]) -> None:
    pixels = some_pixels(*size)
    data = encode_png(pixels)
    assert np.array_equal(decoded(data), pixels)
    assert encode_png(pixels.copy()) == data


def test_chunks_and_header() -> None:
    found = chunks(encode_png(some_pixels(5, 4, 1)))
    assert [kind for kind, _ in found] == [b"IHDR", b"sRGB", b"IDAT", b"IEND"]
    header = struct.unpack(">IIBBBBB", found[0][1])
    assert header == (5, 4, 8, 2, 0, 0, 0)  # 8 bits, colour type 2: RGB, no alpha, not interlaced
    assert found[1][1] == b"\0"
    assert found[3][1] == b""
    rows = zlib.decompress(found[2][1])
    assert len(rows) == 4 * 16
    assert {rows[i * 16] for i in range(4)} == {2}


@given(sizes)
def test_without_zlib_ng_the_pixels_are_the_same(size: tuple[int, int, int]) -> None:
    pixels = some_pixels(*size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(png, "_fast_compress", None)
        assert encoder_name() == "zlib"
        data = encode_png(pixels)
    assert np.array_equal(decoded(data), pixels)
    assert [kind for kind, _ in chunks(data)] == [b"IHDR", b"sRGB", b"IDAT", b"IEND"]


@pytest.mark.skipif("zlib_ng" not in sys.modules, reason="zlib-ng has no wheel for this platform")
def test_the_encoder_is_named() -> None:
    assert encoder_name() == "zlib-ng"


def test_views_and_read_only_arrays_can_be_written() -> None:
    pixels = some_pixels(30, 20, 3)
    pixels.flags.writeable = False
    for view in (pixels, pixels[::2, ::3], pixels[::-1], pixels[:, ::-1], pixels[..., ::-1], np.asfortranarray(pixels)):
        assert np.array_equal(decoded(encode_png(view)), view)


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_only_rgb_is_written(channels: int) -> None:
    with pytest.raises(ValueError, match=f"not {channels} channels"):
        encode_png(np.zeros((3, 3, channels), np.uint8))


def test_flat_pictures_are_small() -> None:
    assert len(encode_png(np.full((2868, 1320, 3), 77, np.uint8))) < 60_000


def test_jpeg() -> None:
    y, x = np.mgrid[0:90, 0:60]
    pixels = np.stack([x * 4, y * 2, 255 - x * 4], axis=2).astype(np.uint8)
    data = encode(pixels, "jpeg")
    assert data == encode(pixels.copy(), "jpeg")
    assert np.abs(decoded(data).astype(int) - pixels).max() < 20
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        assert image.size == (60, 90)
        # No subsampling: every component has as many samples as the picture has pixels.
        assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3  # type: ignore[attr-defined]


def test_coloured_edges_stay_sharp_in_jpeg() -> None:
    pixels = np.full((32, 32, 3), (200, 30, 30), np.uint8)
    pixels[:, 17:] = (30, 30, 200)
    found = decoded(encode(pixels, "jpeg")).astype(int)
    assert np.abs(found - pixels).max() < 40


def test_format_is_chosen() -> None:
    pixels = some_pixels(8, 8, 1)
    assert encode(pixels, "png") == encode_png(pixels)
    assert encode(pixels, "jpeg")[:3] == b"\xff\xd8\xff"
