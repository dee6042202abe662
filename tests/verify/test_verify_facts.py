"""What is measured of a single file, and that no damage goes by or stops the work."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from verify_files import SIGNATURE, chunk, join_chunks, picture_bytes, raw_png, split_chunks, with_chunk

from locstore.findings import Severity
from locstore.verify import inspect_picture

PNG = picture_bytes()
JPEG = picture_bytes(kind="JPEG")


def codes(data: bytes, display_path: str = "a.png") -> list[str]:
    return [f.code for f in inspect_picture(data, display_path)[1]]


def complaint(data: bytes, display_path: str = "a.png") -> str:
    findings = inspect_picture(data, display_path)[1]
    assert len(findings) == 1, findings
    assert findings[0].file == display_path
    return findings[0].message


def test_facts_of_a_plain_png() -> None:
    facts, findings = inspect_picture(PNG, "a.png")
    assert findings == []
    assert facts is not None
    assert (facts.format, facts.size, facts.mode, facts.bit_depth) == ("png", (40, 30), "RGB", 8)
    assert (facts.has_alpha, facts.profile, facts.bytes) == (False, None, len(PNG))
    assert facts.sha256 == hashlib.sha256(PNG).hexdigest()


@pytest.mark.parametrize("progressive", [False, True])
def test_facts_of_a_jpeg(progressive: bool) -> None:
    data = picture_bytes((50, 20), kind="JPEG", progressive=progressive)
    facts, findings = inspect_picture(data, "a.jpg")
    assert findings == []
    assert facts is not None
    assert (facts.format, facts.size, facts.mode, facts.bit_depth) == ("jpeg", (50, 20), "RGB", 8)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()


def test_a_path_gives_the_same_as_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    assert inspect_picture(tmp_path / "a.png", "a.png") == inspect_picture(PNG, "a.png")


@pytest.mark.parametrize(
    ("mode", "depth", "alpha"),
    [("RGB", 8, False), ("RGBA", 8, True), ("L", 8, False), ("LA", 8, True), ("P", 1, False), ("I;16", 16, False)],
)
def test_modes_of_png(mode: str, depth: int, alpha: bool) -> None:
    facts, findings = inspect_picture(picture_bytes(mode=mode, shade=0), "a.png")
    assert findings == []
    assert facts is not None
    assert (facts.mode, facts.bit_depth, facts.has_alpha) == ({"I;16": "L"}.get(mode, mode), depth, alpha)


def test_a_transparent_colour_is_alpha() -> None:
    facts, _ = inspect_picture(picture_bytes(transparency=(1, 2, 3)), "a.png")
    assert facts is not None
    assert facts.mode == "RGB"
    assert facts.has_alpha


@pytest.mark.parametrize(("mode", "named"), [("L", "L"), ("CMYK", "CMYK")])
def test_modes_of_jpeg(mode: str, named: str) -> None:
    facts, findings = inspect_picture(picture_bytes(mode=mode, kind="JPEG"), "a.jpeg")
    assert findings == []
    assert facts is not None
    assert facts.mode == named


# Profiles


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def profile(name: bytes, red: tuple[float, float, float]) -> bytes:
    """A small matrix profile: only what the name is taken from."""
    description = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0"
    colorants = (red, (0.2919, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
    bodies = [description, *(b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in c)) for c in colorants)]
    place = 128 + 4 + 12 * len(bodies)
    table = struct.pack(">I", len(bodies))
    for signature, body in zip((b"desc", b"rXYZ", b"gXYZ", b"bXYZ"), bodies, strict=True):
        table += struct.pack(">4sII", signature, place, len(body))
        place += len(body)
    return b"\0" * 36 + b"acsp" + b"\0" * 88 + table + b"".join(bodies)


DISPLAY_P3 = profile(b"Display P3", (0.5151, 0.2412, -0.0011))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize(("icc", "named"), [(srgb(), "sRGB"), (DISPLAY_P3, "Display P3"), (b"junk", "unreadable")])
def test_embedded_profiles(kind: str, icc: bytes, named: str) -> None:
    data = picture_bytes(kind=kind, icc_profile=icc)
    facts, findings = inspect_picture(data, "a.png" if kind == "PNG" else "a.jpg")
    assert findings == []
    assert facts is not None
    assert facts.profile == named


def test_a_profile_that_only_calls_itself_srgb_is_none() -> None:
    wide = profile(b"sRGB (really P3)", (0.5151, 0.2412, -0.0011))
    facts, _ = inspect_picture(picture_bytes(icc_profile=wide), "a.png")
    assert facts is not None
    assert facts.profile == "sRGB (really P3)"


@pytest.mark.parametrize(
    ("kind", "body", "named"),
    [
        (b"sRGB", b"\0", "sRGB"),
        (b"cICP", bytes([1, 13, 0, 1]), "sRGB"),
        (b"cICP", bytes([12, 13, 0, 1]), "Display P3"),
        (b"cICP", bytes([9, 16, 0, 1]), "BT.2020 (HDR)"),
    ],
)
def test_chunks_that_name_the_colours(kind: bytes, body: bytes, named: str) -> None:
    facts, findings = inspect_picture(with_chunk(PNG, kind, body), "a.png")
    assert findings == []
    assert facts is not None
    assert facts.profile == named


# Damage


@pytest.mark.parametrize("kept", [8, 12, 20, 30, 33, 45, len(PNG) - 12, len(PNG) - 1])
def test_a_cut_png_is_damaged(kept: int) -> None:
    assert "truncated" in complaint(PNG[:kept])


def test_a_wrong_check_sum_names_its_chunk() -> None:
    data = bytearray(PNG)
    data[data.index(b"IDAT") + 6] ^= 1
    findings = inspect_picture(bytes(data), "a.png")[1]
    assert [f.code for f in findings] == ["verify-damaged"]


def test_too_little_and_too_much_picture_data() -> None:
    row = b"\0" + b"abc" * 4
    assert codes(raw_png((4, 3), row * 3)) == []
    assert "has 26 of 39 bytes" in complaint(raw_png((4, 3), row * 2))
    assert "longer than the 39 bytes" in complaint(raw_png((4, 3), row * 4))


def test_picture_data_without_an_end() -> None:
    """Every row is there, and the compressed stream is not finished: a decoder may wait for more."""
    packer = zlib.compressobj()
    data = packer.compress((b"\0" + b"abc" * 4) * 3) + packer.flush(zlib.Z_SYNC_FLUSH)
    whole = split_chunks(raw_png((4, 3), (b"\0" + b"abc" * 4) * 3))
    unfinished = join_chunks([(kind, data if kind == b"IDAT" else body) for kind, body in whole])
    assert "the picture data has no end" in complaint(unfinished)


def test_an_unknown_row_filter() -> None:
    rows = [b"\0" + b"abc" * 4] * 3000
    rows[2999] = b"\5" + rows[0][1:]
    assert "filter 5" in complaint(raw_png((4, 3000), b"".join(rows)))


def test_bytes_after_the_compressed_stream() -> None:
    row = b"\0" + b"abc" * 4
    header, (_, body), end = split_chunks(raw_png((4, 3), row * 3))
    assert codes(join_chunks([header, (b"IDAT", body + b"!" * 100_000), end])) == ["verify-trailing-data"]
    assert codes(join_chunks([header, (b"IDAT", body), (b"IDAT", b"!" * 100), end])) == ["verify-trailing-data"]


def test_data_in_many_chunks_is_whole() -> None:
    row = b"\0" + bytes(range(240))
    header, (_, body), end = split_chunks(raw_png((80, 60), row * 60))
    parts = [(b"IDAT", body[i : i + 3]) for i in range(0, len(body), 3)]
    assert codes(join_chunks([header, *parts, end])) == []
    parts.insert(4, (b"tEXt", b"a\0b"))
    assert "not in one piece" in complaint(join_chunks([header, *parts, end]))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (struct.pack(">IIBBBBB", 0, 3, 8, 2, 0, 0, 0), "0x3"),
        (struct.pack(">IIBBBBB", 4, 3, 4, 2, 0, 0, 0), "colour type 2 with 4 bits"),
        (struct.pack(">IIBBBBB", 4, 3, 8, 5, 0, 0, 0), "colour type 5"),
        (struct.pack(">IIBBBBB", 4, 3, 8, 2, 1, 0, 0), "unknown compression"),
        (b"short", "5 bytes"),
    ],
)
def test_impossible_headers_have_no_facts(header: bytes, said: str) -> None:
    data = join_chunks([(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")])
    facts, findings = inspect_picture(data, "a.png")
    assert facts is None
    assert said in findings[0].message


def test_chunks_that_may_not_be_there() -> None:
    chunks = split_chunks(PNG)
    assert "IHDR is not the first" in complaint(join_chunks(chunks[1:]))
    assert "IHDR is not the first" in complaint(join_chunks([chunks[0], *chunks]))
    assert "ABCD is unknown" in complaint(with_chunk(PNG, b"ABCD", b""))
    assert "no chunk name" in complaint(with_chunk(PNG, b"a1b2", b""))
    assert "no picture data" in complaint(join_chunks([chunks[0], chunks[-1]]))
    assert "no palette" in complaint(raw_png((4, 1), b"\0abcd", colour=3))
    assert "CgBI" in complaint(SIGNATURE + chunk(b"CgBI", b"\x50\0\x20\x06") + PNG[8:])


def test_a_damaged_picture_still_has_facts_for_the_other_checks() -> None:
    facts, findings = inspect_picture(PNG[:-20], "a.png")
    assert facts is not None
    assert facts.size == (40, 30)
    assert findings


ADAM7 = ("16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777")


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (8, 8), (3, 9), (17, 13)])
def test_interlaced_sizes_are_exact(size: tuple[int, int]) -> None:
    """The passes are counted from the pattern as the PNG specification draws it."""
    width, height = size
    count = 0
    for number in "1234567":
        rows = [[c for x in range(width) if (c := ADAM7[y % 8][x % 8]) == number] for y in range(height)]
        count += sum(1 + 3 * len(row) for row in rows if row)
    assert codes(raw_png(size, bytes(count), interlace=1)) == ["verify-interlaced"]
    assert "verify-damaged" in codes(raw_png(size, bytes(count - 1), interlace=1))
    assert "verify-damaged" in codes(raw_png(size, bytes(count + 1), interlace=1))


def test_animated_png() -> None:
    facts, findings = inspect_picture(with_chunk(PNG, b"acTL", struct.pack(">II", 7, 0)), "a.png")
    assert facts is not None
    assert [(f.code, f.severity) for f in findings] == [("verify-animated", Severity.WARNING)]
    assert "7 frames" in findings[0].message
    assert codes(with_chunk(PNG, b"acTL", struct.pack(">II", 1, 0))) == []


def test_bytes_after_the_end() -> None:
    assert codes(PNG + b"more") == ["verify-trailing-data"]


@pytest.mark.parametrize("kept", [3, 10, 150, len(JPEG) // 2, len(JPEG) - 2, len(JPEG) - 1])
def test_a_cut_jpeg_is_damaged(kept: int) -> None:
    assert codes(JPEG[:kept], "a.jpg") == ["verify-damaged"]


def test_jpeg_structure() -> None:
    frame = JPEG.index(b"\xff\xc0")
    length = 2 + struct.unpack_from(">H", JPEG, frame + 2)[0]
    twice = JPEG[:frame] + JPEG[frame : frame + length] * 2 + JPEG[frame + length :]
    assert "two frame headers" in complaint(twice, "a.jpg")
    assert "no picture data" in complaint(JPEG[: frame + length] + b"\xff\xd9", "a.jpg")
    scan = JPEG.index(b"\xff\xda")
    assert "more than 100 scans" in complaint(JPEG[:-2] + JPEG[scan:-2] * 101 + b"\xff\xd9", "a.jpg")


def test_metadata_does_not_reach_the_decoder() -> None:
    broken_exif = b"\xff\xe1\x00\x10Exif\0\0II*\0\xff\xff\xff\xff"
    assert codes(JPEG[:2] + broken_exif + JPEG[2:], "a.jpg") == []


# Bombs


def test_a_huge_png_is_not_inflated() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = join_chunks([(b"IHDR", header), (b"IDAT", zlib.compress(bytes(5_000_000))), (b"IEND", b"")])
    facts, findings = inspect_picture(bomb, "a.png")
    assert facts is not None
    assert facts.size == (60_000, 60_000)
    assert [f.code for f in findings] == ["verify-too-many-pixels"]


def test_a_bomb_with_a_small_header_costs_no_memory() -> None:
    header = struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    bomb = join_chunks([(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")])
    tracemalloc.start()
    try:
        assert codes(bomb) == ["verify-damaged"]
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_profile_bomb() -> None:
    packed = zlib.compress(bytes(50_000_000), 9)
    facts, findings = inspect_picture(with_chunk(PNG, b"iCCP", b"p\0\0" + packed), "a.png")
    assert findings == []
    assert facts is not None
    assert facts.profile == "unreadable"


def test_a_huge_jpeg_is_not_decoded() -> None:
    place = JPEG.index(b"\xff\xc0") + 5
    data = JPEG[:place] + struct.pack(">HH", 60_000, 60_000) + JPEG[place + 4 :]
    assert codes(data, "a.jpg") == ["verify-too-many-pixels"]


def test_chunks_without_end() -> None:
    chunks = split_chunks(PNG)
    data = join_chunks([chunks[0], *[(b"tEXt", b"")] * 100_001, *chunks[1:]])
    assert "100,000 chunks" in complaint(data)


# Other files


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (picture_bytes(kind="GIF"), "a GIF"),
        (picture_bytes(kind="WEBP"), "a WebP"),
        (picture_bytes(kind="BMP"), "a BMP"),
        (picture_bytes(kind="TIFF"), "a TIFF"),
        (b"%PDF-1.7", "a PDF"),
        (b"\0\0\0\x20ftypheic", "HEIC"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull"),
        (b"hello", "neither PNG nor JPEG"),
        (b"\xff\xd8", "neither PNG nor JPEG"),
    ],
)
def test_other_files_are_named(data: bytes, said: str) -> None:
    assert codes(data) == ["verify-not-a-picture"]
    assert said in complaint(data)


def test_an_empty_file_and_line_ends_changed_by_a_copy() -> None:
    assert "empty" in complaint(b"")
    assert "text-mode" in complaint(PNG.replace(b"\r\n", b"\n"))


@pytest.mark.parametrize(
    ("data", "name", "fits"),
    [(PNG, "a.PNG", True), (PNG, "a.jpg", False), (JPEG, "a.jpeg", True), (JPEG, "a.png", False), (JPEG, "a", True)],
)
def test_the_suffix_says_what_the_content_is(data: bytes, name: str, fits: bool) -> None:
    assert codes(data, name) == ([] if fits else ["verify-extension"])


def test_what_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    assert inspect_picture(tmp_path / "none.png", "none.png")[1][0].code == "verify-unreadable"
    assert inspect_picture(tmp_path, "folder")[1][0].code == "verify-unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    assert inspect_picture(tmp_path / "a.png", "a.png")[1][0].code == "verify-unreadable"


# Properties

SUBJECTS = [
    ("a.png", picture_bytes((9, 7), shade=3)),
    ("a.png", picture_bytes((9, 7), "P", icc_profile=DISPLAY_P3)),
    ("a.jpg", picture_bytes((9, 7), kind="JPEG")),
    ("a.jpg", picture_bytes((24, 17), kind="JPEG", progressive=True, icc_profile=DISPLAY_P3)),
]


@given(st.sampled_from(SUBJECTS), st.data())
def test_a_changed_byte_never_raises(subject: tuple[str, bytes], data: st.DataObject) -> None:
    name, whole = subject
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != whole[place]))
    facts, findings = inspect_picture(whole[:place] + bytes([byte]) + whole[place + 1 :], name)
    assert facts is not None or findings
    if name == "a.png":
        # Every byte of a PNG is under a check sum or decides the structure.
        assert findings


@given(st.sampled_from(SUBJECTS), st.data())
def test_a_cut_file_is_always_found(subject: tuple[str, bytes], data: st.DataObject) -> None:
    name, whole = subject
    findings = inspect_picture(whole[: data.draw(st.integers(0, len(whole) - 1))], name)[1]
    assert any(f.severity is Severity.ERROR for f in findings)


@given(st.sampled_from(SUBJECTS), st.data(), st.binary(min_size=1, max_size=20))
def test_inserted_bytes_never_raise(subject: tuple[str, bytes], data: st.DataObject, more: bytes) -> None:
    name, whole = subject
    place = data.draw(st.integers(0, len(whole)))
    facts, findings = inspect_picture(whole[:place] + more + whole[place:], name)
    assert facts is not None or findings


@given(st.binary(max_size=200), st.sampled_from([b"", SIGNATURE, b"\xff\xd8\xff"]))
@example(b"\xff\xff\xff\xff", b"\xff\xd8\xff")
def test_any_bytes_never_raise(data: bytes, start: bytes) -> None:
    facts, findings = inspect_picture(start + data, "a.png")
    assert facts is None
    assert findings


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"iCCP", b"cICP", b"sRGB", b"acTL"]),
            st.binary(max_size=30),
        ),
        max_size=6,
    )
)
def test_chunks_with_good_sums_and_any_content_never_raise(chunks: list[tuple[bytes, bytes]]) -> None:
    header = (b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 3, 0, 0, 0))
    facts, findings = inspect_picture(join_chunks([header, *chunks, (b"IEND", b"")]), "a.png")
    assert facts is not None
    assert findings


# What follows or surrounds the picture of a JPEG


def exif(number: int, order: str = "<", tag: int = 0x0112, kind: int = 3) -> bytes:
    """An APP1 segment with one EXIF entry."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    value = struct.pack(f"{order}H", number) + b"\0\0" if kind == 3 else struct.pack(f"{order}I", number)
    body = b"Exif\0\0" + head + struct.pack(f"{order}HHHI", 1, tag, kind, 1) + value + bytes(4)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("number", "shown"), [(1, (40, 30)), (3, (40, 30)), (6, (30, 40)), (8, (30, 40))])
def test_exif_orientation(number: int, shown: tuple[int, int], order: str) -> None:
    facts, findings = inspect_picture(JPEG[:2] + exif(number, order) + JPEG[2:], "a.jpg")
    assert facts is not None
    assert (facts.size, facts.shown_size, facts.orientation) == ((40, 30), shown, number)
    assert [f.code for f in findings] == ([] if number == 1 else ["verify-orientation"])


@pytest.mark.parametrize(
    "segment", [exif(9), exif(0), exif(6, tag=0x0110), exif(6, kind=4)[:-6], b"\xff\xe1\0\x0aExif\0\0II"]
)
def test_exif_that_says_nothing(segment: bytes) -> None:
    if segment.startswith(b"\xff\xe1") and len(segment) != 2 + int.from_bytes(segment[2:4], "big"):
        segment = segment[:2] + (len(segment) - 2).to_bytes(2, "big") + segment[4:]
    facts, findings = inspect_picture(JPEG[:2] + segment + JPEG[2:], "a.jpg")
    assert facts is not None
    assert (facts.orientation, findings) == (1, [])


def test_bytes_after_the_end_of_a_jpeg() -> None:
    _, findings = inspect_picture(JPEG + b"more bytes", "a.jpg")
    assert [(f.code, f.severity) for f in findings] == [("verify-trailing-data", Severity.WARNING)]
    assert findings[0].message.startswith("10 bytes")


def test_a_jpeg_of_several_pictures() -> None:
    stream = io.BytesIO()
    first, second = Image.new("RGB", (40, 30), 90), Image.new("RGB", (40, 30), 10)
    first.save(stream, "MPO", save_all=True, append_images=[second])
    facts, findings = inspect_picture(stream.getvalue(), "a.jpg")
    assert facts is not None
    assert [(f.code, f.severity) for f in findings] == [("verify-animated", Severity.WARNING)]
    assert "2 pictures (MPO" in findings[0].message
