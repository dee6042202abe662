"""The JPEG reader of the checks: walks the markers itself, then has Pillow decode what is needed for the pixels.

Source: ITU-T T.81 (markers), ICC.1:2022 annex B.4 (profile in APP2).
"""

from __future__ import annotations

import dataclasses
import io
import re
import struct

from locstore.verify.limits import pixel_problem
from locstore.verify.profile import icc_name

JPEG_SIGNATURE = b"\xff\xd8\xff"

_END = 0xD9
_START_OF_SCAN = 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_ADOBE = 0xEE
_EXIF = 0xE1
_ORIENTATION = 0x0112
_PICTURES = 0xB001
_NUMBERS = {3: "H", 4: "I"}  # TIFF's types SHORT and LONG
_PROFILE = 0xE2
_PROFILE_MARK = b"ICC_PROFILE\0"
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}
# Inside a scan 0xFF is followed by zero, a restart marker or fill bytes; anything else ends the scan.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# A progressive picture has about ten scans; hundreds of them are an attack on the decoder's time.
_MAX_SCANS = 100


@dataclasses.dataclass(frozen=True, slots=True)
class JpegHeader:
    """The frame header. `width` and `height` in pixels, `bit_depth` in bits a channel."""

    width: int
    height: int
    bit_depth: int
    mode: str


@dataclasses.dataclass(slots=True)
class JpegReading:
    """What a walk through the markers and a decoding found; `problem` is the first damage.

    `orientation` is EXIF's number (1 to 8), `trailing` the bytes after the end of the picture, `pictures` how many
    pictures the file says that it holds (a Multi-Picture file has more than one).
    """

    header: JpegHeader | None = None
    profile: str | None = None
    orientation: int = 1
    trailing: int = 0
    pictures: int = 1
    too_large: str | None = None
    problem: str | None = None


class _Damage(Exception):
    """The file is not a whole JPEG; the text says why."""


def read_jpeg(data: bytes) -> JpegReading:
    """Walk and decode a JPEG. Only segments that decide the pixels reach the decoder."""
    walk = _Walk(data)
    reading = walk.reading
    try:
        walk.run()
        if reading.header is None:
            raise _Damage("it has no frame header")
        if not reading.too_large:
            _decode(b"".join(walk.essential), reading.header)
    except _Damage as damage:
        reading.problem = str(damage)
    if walk.profile_parts:
        reading.profile = icc_name(b"".join(part for _, part in sorted(walk.profile_parts.items())))
    return reading


class _Walk:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 2
        self.reading = JpegReading()
        self.essential = [data[:2]]
        self.profile_parts: dict[int, bytes] = {}
        self.scans = 0

    def run(self) -> None:
        while True:
            marker = self.marker()
            if marker == _END:
                self.essential.append(b"\xff\xd9")
                self.reading.trailing = len(self.data) - self.place
                break
            if marker in _STANDALONE:
                continue
            body = self.body()
            self.note(marker, body)
            if not 0xE0 <= marker <= 0xEF or marker == _ADOBE:
                self.essential += (b"\xff", bytes([marker]), struct.pack(">H", len(body) + 2), body)
            if marker == _START_OF_SCAN:
                self.scan()
        if not self.scans:
            raise _Damage("it has no picture data")

    def marker(self) -> int:
        data = self.data
        if data[self.place : self.place + 1] not in {b"\xff", b""}:
            raise _Damage("a marker is missing where one must stand")
        while data[self.place : self.place + 2] == b"\xff\xff":
            self.place += 1
        if self.place + 2 > len(data):
            raise _Damage("the file ends too early (it is truncated)")
        marker = data[self.place + 1]
        self.place += 2
        return marker

    def body(self) -> bytes:
        data = self.data
        if self.place + 2 > len(data):
            raise _Damage("the file ends too early (it is truncated)")
        (length,) = struct.unpack_from(">H", data, self.place)
        if length < 2 or self.place + length > len(data):
            raise _Damage("the file ends inside a segment (it is truncated)")
        body = data[self.place + 2 : self.place + length]
        self.place += length
        return body

    def note(self, marker: int, body: bytes) -> None:
        if marker in _FRAMES:
            if self.reading.header is not None:
                raise _Damage("it has two frame headers")
            header = self.reading.header = _read_frame(body)
            self.reading.too_large = pixel_problem(header.width, header.height)
        elif marker == _PROFILE and body.startswith(_PROFILE_MARK) and len(body) > 14:
            self.profile_parts[body[12]] = body[14:]
        elif marker == _EXIF and body.startswith(b"Exif\0\0"):
            self.reading.orientation = _tiff_number(body[6:], _ORIENTATION, range(1, 9)) or self.reading.orientation
        elif marker == _PROFILE and body.startswith(b"MPF\0"):
            self.reading.pictures = _tiff_number(body[4:], _PICTURES, range(1, 1000)) or self.reading.pictures

    def scan(self) -> None:
        self.scans += 1
        if self.scans > _MAX_SCANS:
            raise _Damage(f"it has more than {_MAX_SCANS} scans")
        found = _NEXT_MARKER.search(self.data, self.place)
        if found is None:
            raise _Damage("the file ends inside the picture data (it is truncated)")
        self.essential.append(self.data[self.place : found.start()])
        self.place = found.start()


def _read_frame(body: bytes) -> JpegHeader:
    if len(body) < 6:
        raise _Damage("the frame header is too short")
    depth, height, width, channels = struct.unpack_from(">BHHB", body)
    if not width or not height or channels not in _MODES:
        raise _Damage(f"the frame header says {width}x{height} pixels in {channels} channels")
    return JpegHeader(width, height, depth, _MODES[channels])


def _tiff_number(data: bytes, tag: int, allowed: range) -> int | None:
    """A number in the first directory of a TIFF header, as EXIF (2.32, 4.6) and MPF (CIPA DC-007) have it.

    None where the header is not valid, the tag is not there or its number is not allowed: such metadata is ignored, as
    every reader of pictures does.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None or len(data) < 8:
        return None
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    if start + 2 > len(data):
        return None
    (count,) = struct.unpack_from(f"{order}H", data, start)
    for place in range(start + 2, min(start + 2 + 12 * count, len(data) - 11), 12):
        name, kind = struct.unpack_from(f"{order}HH", data, place)
        if name == tag and kind in _NUMBERS:
            (number,) = struct.unpack_from(f"{order}{_NUMBERS[kind]}", data, place + 8)
            return int(number) if number in allowed else None
    return None


def _decode(data: bytes, header: JpegHeader) -> None:
    """Have Pillow read all picture data. An eighth of the size is enough: every coded block is still read."""
    from PIL import Image  # loaded only when there is a JPEG to decode

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            picture.draft(None, (max(1, header.width // 8), max(1, header.height // 8)))
            picture.load()
    except (OSError, ValueError, SyntaxError, struct.error) as error:
        raise _Damage(f"it cannot be decoded ({error})") from error
