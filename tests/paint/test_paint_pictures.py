"""Pictures that people give us: every mode becomes upright RGB, and what cannot be used says why."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from locstore.paint import UnreadablePicture, check_picture, picture_size, placeholder_capture
from locstore.paint.pictures import MAX_PIXELS, PixelCache, cover, open_picture

Write = Callable[[bytes], Path]
ORIENTATION = 0x0112


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file that has no telling name."""

    def write(data: bytes) -> Path:
        path = tmp_path / "picture"
        path.write_bytes(data)
        return path

    return write


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def raw_png(size: tuple[int, int], bits: int, kind: int, rows: bytes) -> bytes:
    """A PNG with any header, which Pillow would not write."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", *size, bits, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sixteen_bits(kind: int, width: int, *samples: int) -> bytes:
    """A PNG of one row with 16 bits a sample; kind 0 is grey, 2 RGB, 4 grey with alpha."""
    return raw_png((width, 1), 16, kind, b"\0" + struct.pack(f">{len(samples)}H", *samples))


def first_row(path: Path) -> list[list[int]]:
    image = open_picture(path, "RGB")
    assert image.mode == "RGB"
    return [list(map(int, pixel)) for pixel in np.asarray(image)[0]]


def row_of(mode: str, values: list[Any]) -> Image.Image:
    image = Image.new(mode, (len(values), 1))
    image.putdata(values)
    return image


def palette() -> Image.Image:
    image = row_of("P", [0, 1, 2])
    image.putpalette([200, 0, 0, 0, 200, 0, 0, 0, 200])
    return image


TRANSPARENT = [(250, 100, 0, 0), (250, 100, 0, 51), (250, 100, 0, 255)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (saved(row_of("RGB", [(1, 2, 3), (250, 251, 252)])), [[1, 2, 3], [250, 251, 252]]),
        (saved(row_of("L", [0, 77, 255])), [[0] * 3, [77] * 3, [255] * 3]),
        (saved(row_of("1", [0, 255])), [[0] * 3, [255] * 3]),
        (saved(palette()), [[200, 0, 0], [0, 200, 0], [0, 0, 200]]),
        (saved(row_of("CMYK", [(0, 0, 0, 0)] * 8), "JPEG", quality=100), [[255] * 3] * 8),
        (saved(row_of("CMYK", [(0, 255, 255, 0)] * 8), "JPEG", quality=100), [[254, 0, 0]] * 8),
        (sixteen_bits(0, 3, 0, 0x80FF, 0xFFFF), [[0] * 3, [128] * 3, [255] * 3]),
        (sixteen_bits(2, 2, 0, 0x8000, 0xFFFF, 255, 256, 512), [[0, 128, 255], [0, 1, 2]]),
        (sixteen_bits(4, 1, 0x8000, 0xFFFF), [[128] * 3]),
        # Transparent parts show black, and not the colour that is hidden in them.
        (saved(row_of("RGBA", TRANSPARENT)), [[0, 0, 0], [50, 20, 0], [250, 100, 0]]),
        (saved(row_of("RGBA", TRANSPARENT), "WEBP", lossless=True, exact=True), [[0] * 3, [50, 20, 0], [250, 100, 0]]),
        (saved(row_of("LA", [(200, 0), (200, 51), (200, 255)])), [[0] * 3, [40] * 3, [200] * 3]),
        (saved(palette(), transparency=1), [[200, 0, 0], [0, 0, 0], [0, 0, 200]]),
        (saved(palette(), transparency=b"\x00\x33\xff"), [[0, 0, 0], [0, 40, 0], [0, 0, 200]]),
        (saved(row_of("L", [9, 200]), transparency=200), [[9] * 3, [0] * 3]),
    ],
)  # fmt: skip
def test_every_mode_becomes_rgb(write: Write, data: bytes, expected: list[list[int]]) -> None:
    path = write(data)
    found = first_row(path)
    assert np.abs(np.array(found) - expected).max() <= 1
    assert picture_size(path) == (len(expected), 1)
    assert check_picture(path, "p.png") == []


def test_rgba_keeps_its_transparency(write: Write) -> None:
    for image in (row_of("RGBA", TRANSPARENT), palette()):
        options = {"transparency": 0} if image.mode == "P" else {}
        found = open_picture(write(saved(image, **options)), "RGBA")
        assert found.mode == "RGBA"
        assert found.getpixel((0, 0))[3] == 0  # type: ignore[index]
        assert found.getpixel((2, 0))[3] == 255  # type: ignore[index]


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_exif_rotation(write: Write, turn: int, kind: str) -> None:
    """The stored picture is what a camera turned that way saves of an upright one with a red top left corner."""
    upright = Image.new("RGB", (48, 32), (0, 0, 200))
    upright.paste((220, 0, 0), (0, 0, 16, 16))
    upright.paste((0, 200, 0), (32, 0, 48, 16))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(back[turn]) if turn > 1 else upright
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    path = write(saved(stored, kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {"lossless": True})))
    assert picture_size(path) == (48, 32)
    found = open_picture(path, "RGB")
    assert found.size == (48, 32)
    for at in ((8, 8), (40, 8), (8, 24), (40, 24)):
        assert np.abs(np.subtract(found.getpixel(at), upright.getpixel(at))).max() < 40  # type: ignore[arg-type]


def noise(kind: str) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    return saved(Image.fromarray(pixels), kind)


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(b ^ 0xFF for b in data[middle : middle + 40]) + data[middle + 40 :]


UNUSABLE = {
    "empty": b"",
    "text": b"<html>Not found</html>",
    "gif": saved(palette(), "GIF"),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "pdf": b"%PDF-1.7\n" * 20,
    "signature only": b"\x89PNG\r\n\x1a\n",
    "header only": noise("PNG")[:33],
    "half a png": noise("PNG")[: len(noise("PNG")) // 2],
    "half a jpeg": noise("JPEG")[: len(noise("JPEG")) // 2],
    "half a webp": noise("WEBP")[: len(noise("WEBP")) // 2],
    "corrupt png": flipped(noise("PNG")),
    "no pixels": raw_png((0, 5), 8, 2, b""),
    "bomb": raw_png((20000, 20000), 8, 0, b""),
    "too large": raw_png((MAX_PIXELS // 10_000 + 1, 10_000), 8, 0, b""),
}


@pytest.mark.parametrize("data", UNUSABLE.values(), ids=UNUSABLE)
def test_what_cannot_be_used_is_a_finding(write: Write, tmp_path: Path, data: bytes) -> None:
    path = write(data)
    (finding,) = check_picture(path, "captures/hero.png")
    assert (finding.code, finding.file) == ("paint-picture-unreadable", "captures/hero.png")
    assert str(tmp_path) not in finding.message
    assert finding.message.endswith(".")
    assert not finding.message.endswith("..")
    for mode in ("RGB", "RGBA"):
        with pytest.raises(UnreadablePicture) as raised:
            open_picture(path, mode)  # type: ignore[arg-type]
        assert str(raised.value) == finding.message


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.png"):
        (finding,) = check_picture(path, "captures/hero.png")
        assert str(tmp_path) not in finding.message
        with pytest.raises(UnreadablePicture):
            picture_size(path)


def test_bombs_are_refused_from_the_header(write: Write) -> None:
    path = write(UNUSABLE["bomb"])
    with pytest.raises(UnreadablePicture, match="more than 60 megapixels"):
        picture_size(path)


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0GARBAGE", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0II*\0\xff\xff\xff\xff"]
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_odd_metadata_is_no_reason(write: Write, exif: bytes, kind: str) -> None:
    path = write(saved(Image.new("RGB", (8, 4)), kind, exif=exif))
    assert check_picture(path, "p") == []
    assert picture_size(path) == (8, 4)
    assert open_picture(path, "RGB").size == (8, 4)


@given(
    st.tuples(st.integers(12, 60), st.integers(12, 60)),
    st.tuples(st.integers(12, 60), st.integers(12, 60)),
)
def test_cover_fills_and_keeps_the_middle(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    """A picture whose colours are its coordinates shows what part of it is left."""
    width, height = size
    x, y = np.meshgrid(np.linspace(0, 240, width), np.linspace(0, 240, height))
    pixels = np.stack([x, y, 0 * x], axis=2).astype(np.uint8)
    found = cover(Image.fromarray(pixels), wanted)
    assert found.size == wanted
    middle = np.asarray(found).astype(int)
    mirrored = 240 - middle[::-1, ::-1]
    assert np.abs(middle - mirrored)[..., :2].max() <= 3
    seen = (middle[..., 0].max() - middle[..., 0].min(), middle[..., 1].max() - middle[..., 1].min())
    scale = max(wanted[0] / width, wanted[1] / height)
    shares = (wanted[0] / scale / width, wanted[1] / scale / height)
    assert max(shares) == pytest.approx(1)
    for found_range, share in zip(seen, shares, strict=True):
        assert found_range == pytest.approx(240 * share, abs=240 / min(*size, *wanted) + 3)


class Counted:
    """Makes arrays of some bytes and counts how often."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.made = 0

    def __call__(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        self.made += 1
        return np.zeros(self.size, np.uint8)


def test_the_cache_keeps_what_was_used_last() -> None:
    cache = PixelCache(100)
    a, b, c = Counted(40), Counted(40), Counted(40)
    first = cache.get("a", a)
    assert cache.get("a", a) is first
    cache.get("b", b)
    cache.get("a", a)
    cache.get("c", c)
    cache.get("a", a)
    assert (a.made, b.made, c.made) == (1, 1, 1)
    cache.get("b", b)
    assert b.made == 2
    cache.get("a", a)
    assert a.made == 1


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 130)), max_size=30))
def test_the_cache_stays_in_its_budget(asked: list[tuple[int, int]]) -> None:
    cache = PixelCache(100)
    sizes: dict[int, int] = {}
    for key, proposed in asked:
        size = sizes.setdefault(key, proposed)
        assert cache.get(key, Counted(size)).nbytes == size
        held = sum(item.nbytes for item in cache._items.values())
        assert cache._used == held <= 100


def test_what_is_shared_cannot_be_written_to() -> None:
    cache = PixelCache(100)
    for size in (10, 1000):
        with pytest.raises(ValueError, match="read-only"):
            cache.get(size, Counted(size))[0] = 1


@pytest.mark.parametrize("size", [(1206, 2622), (2064, 2752), (2880, 1800), (30, 40), (16, 16), (1, 1)])
def test_the_placeholder_has_any_size(size: tuple[int, int]) -> None:
    pixels = placeholder_capture(size)
    assert pixels.shape == (size[1], size[0], 3)
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, placeholder_capture(size))
    if min(size) > 500:
        assert len({tuple(pixel) for row in pixels[::20, ::20].tolist() for pixel in row}) > 3
