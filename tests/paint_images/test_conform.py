"""Whatever a server paints comes out as exact pixels or as a finding that says why not."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from locstore.findings import Severity
from locstore.paint.fit_to_display import FittedPicture, fit_to_display


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def plain(size: tuple[int, int], color: Any = (200, 100, 50), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, color)


def codes(found: FittedPicture) -> list[str]:
    return [finding.code.removeprefix("paint-picture-") for finding in found.findings]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_of_the_right_size_is_left_alone(kind: str) -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (48, 32, 3), dtype=np.uint8)
    found = fit_to_display(
        saved(Image.fromarray(pixels), kind, **({"lossless": True} if kind == "WEBP" else {})), (32, 48)
    )
    assert (found.came, found.format, found.findings) == ((32, 48), kind.lower(), ())
    assert found.pixels is not None
    assert found.pixels.shape == (48, 32, 3)
    assert found.pixels.dtype == np.uint8
    if kind != "JPEG":
        assert np.array_equal(found.pixels, pixels)


def test_a_larger_picture_is_scaled_and_cropped_evenly_never_stretched() -> None:
    image = plain((1328, 2880))
    circle = Image.new("RGB", (400, 400), (255, 255, 255))
    image.paste(circle, (464, 1240))
    found = fit_to_display(saved(image), (1320, 2868), asked=(1328, 2880))
    assert found.findings == ()
    assert found.pixels is not None
    rows, columns = np.nonzero(found.pixels.min(axis=2) > 200)
    assert abs(np.ptp(rows) - np.ptp(columns)) <= 1
    assert abs((rows.min() + rows.max()) / 2 - 2867 / 2) <= 1
    assert abs((columns.min() + columns.max()) / 2 - 1319 / 2) <= 1


@pytest.mark.parametrize(
    ("came", "size", "options", "expected"),
    [
        ((1328, 2880), (1320, 2868), {"asked": (1328, 2880)}, []),
        ((1328, 2880), (1320, 2868), {}, []),
        ((1320, 2868), (1320, 2868), {"asked": (1328, 2880)}, ["other-size"]),
        ((1400, 2868), (1320, 2868), {}, []),
        ((1430, 2868), (1320, 2868), {}, ["too-far-off"]),
        ((1430, 2868), (1320, 2868), {"tolerance": 0.1}, []),
        ((1320, 3100), (1320, 2868), {}, ["too-far-off"]),
        ((1024, 1024), (1024, 500), {}, ["too-far-off"]),
        ((1262, 2742), (1320, 2868), {}, []),
        ((1240, 2694), (1320, 2868), {}, ["enlarged"]),
        ((660, 1434), (1320, 2868), {"asked": (1328, 2880)}, ["other-size", "enlarged"]),
        ((1024, 1536), (1320, 2868), {}, ["too-far-off", "enlarged"]),
    ],
)
def test_sizes_and_what_is_said_of_them(
    came: tuple[int, int], size: tuple[int, int], options: dict[str, Any], expected: list[str]
) -> None:
    found = fit_to_display(saved(plain(came), compress_level=1), size, **options, shot="hero/ja/iphone_69")
    assert codes(found) == expected
    assert found.came == came
    assert found.pixels is not None
    assert found.pixels.shape == (size[1], size[0], 3)
    severities = {"too-far-off": Severity.ERROR, "enlarged": Severity.WARNING, "other-size": Severity.NOTE}
    for finding in found.findings:
        assert finding.severity is severities[finding.code.removeprefix("paint-picture-")]
        assert finding.shot == "hero/ja/iphone_69"


def test_transparent_parts_take_the_colour_of_an_opaque_edge() -> None:
    image = plain((20, 20), (10, 20, 30, 255), "RGBA")
    image.paste((0, 0, 0, 0), (5, 5, 15, 15))
    found = fit_to_display(saved(image), (20, 20))
    assert codes(found) == ["alpha"]
    assert found.pixels is not None
    assert (found.pixels == (10, 20, 30)).all()


def test_a_transparent_edge_is_filled_with_white() -> None:
    image = plain((20, 20), (0, 0, 0, 0), "RGBA")
    image.paste((10, 20, 30, 255), (5, 5, 15, 15))
    found = fit_to_display(saved(image), (20, 20))
    assert found.pixels is not None
    assert (found.pixels[0] == 255).all()
    assert (found.pixels[10, 10] == (10, 20, 30)).all()


def test_half_transparent_pixels_are_mixed_and_opaque_alpha_is_not_worth_a_note() -> None:
    image = plain((4, 4), (0, 0, 0, 255), "RGBA")
    image.putpixel((1, 1), (255, 255, 255, 128))
    found = fit_to_display(saved(image), (4, 4))
    assert found.pixels is not None
    assert abs(int(found.pixels[1, 1, 0]) - 128) <= 1
    assert fit_to_display(saved(plain((4, 4), (1, 2, 3, 255), "RGBA")), (4, 4)).findings == ()


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA", "I;16", "CMYK"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.full((8, 8), 200 * 257, np.uint16))
    else:
        image = plain((8, 8), (200, 200, 200)).convert(mode)
    found = fit_to_display(saved(image, "JPEG" if mode == "CMYK" else "PNG"), (8, 8))
    assert found.pixels is not None
    level = 255 if mode == "1" else 200
    assert abs(found.pixels.astype(int).mean() - level) < (60 if mode == "1" else 6)
    assert found.findings == ()


def test_a_palette_with_a_transparent_colour_is_flattened() -> None:
    image = plain((8, 8), 0, "P")
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((3, 3), 1)
    found = fit_to_display(saved(image, transparency=1), (8, 8))
    assert codes(found) == ["alpha"]
    assert found.pixels is not None
    assert (found.pixels == (255, 0, 0)).all()


def test_an_srgb_profile_is_dropped_without_a_word() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = fit_to_display(saved(plain((4, 4)), icc_profile=profile), (4, 4))
    assert found.findings == ()
    assert found.pixels is not None
    assert (found.pixels == (200, 100, 50)).all()


def red_and_green_exchanged() -> bytes:
    """The profile of sRGB under another name, with the tags of its red and green primaries exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_another_profile_is_converted(mode: str) -> None:
    image = plain((4, 4), (255, 0, 0)).convert(mode)
    if mode == "RGBA":
        image.putpixel((0, 0), (0, 0, 0, 0))
    found = fit_to_display(saved(image, icc_profile=red_and_green_exchanged()), (4, 4))
    assert codes(found) == ["profile"] + ["alpha"] * (mode == "RGBA")
    assert found.findings[0].severity is Severity.NOTE
    assert "odd!" in found.findings[0].message
    assert found.pixels is not None
    assert (np.abs(found.pixels[2, 2].astype(int) - (0, 255, 0)) < 3).all()


def test_a_broken_profile_is_said() -> None:
    found = fit_to_display(saved(plain((4, 4)), icc_profile=b"no profile at all"), (4, 4))
    assert codes(found) == ["profile"]
    assert found.findings[0].severity is Severity.WARNING
    assert found.pixels is not None
    assert (found.pixels == (200, 100, 50)).all()


def test_a_turned_picture_is_set_upright() -> None:
    image = plain((20, 10))
    exif = Image.Exif()
    exif[0x0112] = 6
    found = fit_to_display(saved(image, "JPEG", exif=exif), (10, 20))
    assert (found.came, found.findings) == ((10, 20), ())


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        saved(plain((9, 9)), "TIFF"),
        b"<svg/>",
        saved(plain((99, 99)))[:60],
        saved(Image.effect_noise((99, 99), 90), "JPEG")[:900],
        saved(Image.effect_noise((99, 99), 90), "WEBP")[:200],
        bomb(9000, 9000),
        bomb(60_000, 60_000),
        bomb(2**31 - 1, 2**31 - 1),
    ],
)
def test_what_cannot_be_decoded_is_a_finding(data: bytes) -> None:
    found = fit_to_display(data, (9, 9), shot="hero/ja/iphone_69")
    assert codes(found) == ["unreadable"]
    assert (found.pixels, found.came, found.format) == (None, None, None)
    assert found.findings[0].severity is Severity.ERROR


WHOLE = [saved(Image.effect_noise((24, 16), 90).convert("RGBA"), kind) for kind in ("PNG", "WEBP")]


@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=6))
def test_damage_never_raises(data: bytes, hits: list[tuple[int, int]]) -> None:
    damaged = bytearray(data)
    for at, value in hits:
        damaged[at % len(damaged)] = value
    found = fit_to_display(bytes(damaged), (24, 16))
    assert (found.pixels is None) == (codes(found) == ["unreadable"])
    assert found.pixels is None or found.pixels.shape == (16, 24, 3)
