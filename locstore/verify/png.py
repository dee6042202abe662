"""The PNG reader of the checks: walks every chunk, checks every sum and inflates the pixels, without keeping them.

Source: W3C, Portable Network Graphics Specification, third edition (2025).
"""

from __future__ import annotations

import dataclasses
import struct
import zlib
from typing import BinaryIO

from locstore.verify.limits import pixel_problem
from locstore.verify.profile import cicp_name, icc_name

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_MODES = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}
_CHANNELS = {"L": 1, "RGB": 3, "P": 1, "LA": 2, "RGBA": 4}
_DEPTHS = {"L": (1, 2, 4, 8, 16), "RGB": (8, 16), "P": (1, 2, 4, 8), "LA": (8, 16), "RGBA": (8, 16)}
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"sRGB", b"cICP", b"acTL", b"IEND")
# The seven passes of Adam7 interlacing: first column and row, and the steps.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_MAX_CHUNKS = 100_000
_MAX_KEPT = 8 * 1024 * 1024
_BLOCK = 64 * 1024
_INFLATED_BLOCK = 128 * 1024  # small enough to stay in the processor's cache
_LAST_FILTER = 4


@dataclasses.dataclass(frozen=True, slots=True)
class PngHeader:
    """IHDR, valid. `width` and `height` in pixels, `bit_depth` in bits a channel."""

    width: int
    height: int
    bit_depth: int
    mode: str
    interlaced: bool

    def row_bytes(self, width: int) -> int:
        """Length of a row of `width` pixels with its filter byte."""
        return 1 + (width * _CHANNELS[self.mode] * self.bit_depth + 7) // 8

    @property
    def data_bytes(self) -> int:
        """What the picture data must inflate to."""
        if not self.interlaced:
            return self.height * self.row_bytes(self.width)
        total = 0
        for column, row, across, down in _PASSES:
            width = (self.width - column + across - 1) // across
            height = (self.height - row + down - 1) // down
            if width > 0 and height > 0:
                total += height * self.row_bytes(width)
        return total


@dataclasses.dataclass(slots=True)
class PngReading:
    """What a walk through the file found; `problem` is the first damage, after which the walk stopped."""

    header: PngHeader | None = None
    transparent: bool = False
    profile: str | None = None
    frames: int = 1
    trailing: int = 0
    too_large: str | None = None
    problem: str | None = None


class _Damage(Exception):
    """The file is not a whole PNG; the text says why."""


def read_png(stream: BinaryIO, length: int, *, inflate: bool = True) -> PngReading:
    """Walk a PNG of `length` bytes from its signature on; memory stays below a few megabytes.

    Without `inflate` the picture data is only summed, not unpacked and counted.
    """
    walk = _Walk(stream, length, inflate)
    try:
        walk.run()
    except _Damage as damage:
        walk.reading.problem = str(damage)
    return walk.reading


class _Walk:
    def __init__(self, stream: BinaryIO, length: int, inflate: bool) -> None:
        self.stream = stream
        self.inflate = inflate
        self.left = length
        self.reading = PngReading()
        self.pixels: _Pixels | None = None
        self.data_done = False
        self.has_palette = False
        self.tagged_by = b""

    def run(self) -> None:
        self.take(len(PNG_SIGNATURE))
        previous = b""
        for _ in range(_MAX_CHUNKS):
            kind, body = self.chunk(previous)
            if kind == b"IEND":
                self.end(body)
                return
            self.note(kind, body)
            previous = kind
        raise _Damage(f"it has more than {_MAX_CHUNKS:,} chunks")

    def take(self, count: int) -> bytes:
        data = self.stream.read(count)
        self.left -= len(data)
        if len(data) < count:
            raise _Damage("the file ends too early (it is truncated)")
        return data

    def chunk(self, previous: bytes) -> tuple[bytes, bytes]:
        """Read one chunk and check its sum; the body is returned only for kinds that matter here."""
        if self.left == 0:
            raise _Damage("the end mark IEND is missing (it is truncated)")
        length, kind = struct.unpack(">I4s", self.take(8))
        self.expect(kind, length, previous)
        crc = zlib.crc32(kind)
        kept: list[bytes] = []
        keep = kind in _KEPT and length <= _MAX_KEPT
        rest = length
        while rest:
            block = self.take(min(rest, _BLOCK))
            rest -= len(block)
            crc = zlib.crc32(block, crc)
            if kind == b"IDAT":
                self.feed(block)
            elif keep:
                kept.append(block)
        (wanted,) = struct.unpack(">I", self.take(4))
        if crc != wanted:
            raise _Damage(f"the check sum of chunk {_name(kind)} is wrong")
        return kind, b"".join(kept)

    def expect(self, kind: bytes, length: int, previous: bytes) -> None:
        """Order and length of a chunk, before its body is read."""
        if kind == b"CgBI" and not previous:
            raise _Damage("it is Xcode's compressed form for devices (CgBI), not a standard PNG; take the original")
        if not all(65 <= byte <= 90 or 97 <= byte <= 122 for byte in kind):
            raise _Damage(f"{kind!r} is no chunk name")
        if (kind == b"IHDR") == bool(previous):
            raise _Damage("the header IHDR is not the first and only one")
        if length > self.left:
            raise _Damage(f"chunk {_name(kind)} says {length:,} bytes, {self.left:,} are left (it is truncated)")
        if kind[:1].isupper() and kind not in _CRITICAL:
            raise _Damage(f"chunk {_name(kind)} is unknown and marked as critical")
        if kind == b"IDAT" and self.data_done:
            raise _Damage("the picture data is not in one piece")
        if previous == b"IDAT" and kind != b"IDAT":
            self.data_done = True

    def feed(self, block: bytes) -> None:
        if self.pixels is None and self.reading.header and not self.reading.too_large:
            if self.reading.header.mode == "P" and not self.has_palette:
                raise _Damage("it has no palette")
            self.pixels = _Pixels(self.reading.header)
        if self.pixels is not None and self.inflate:
            self.pixels.feed(block)

    def note(self, kind: bytes, body: bytes) -> None:
        reading = self.reading
        if kind == b"IHDR":
            reading.header = _read_header(body)
            reading.too_large = pixel_problem(reading.header.width, reading.header.height)
        elif kind == b"PLTE":
            if not body or len(body) % 3 or len(body) > 768:
                raise _Damage(f"the palette has {len(body)} bytes")
            self.has_palette = True
        elif kind == b"tRNS":
            reading.transparent = True
        elif kind == b"acTL" and len(body) == 8:
            reading.frames = struct.unpack(">I", body[:4])[0]
        else:
            self.note_colours(kind, body)

    def note_colours(self, kind: bytes, body: bytes) -> None:
        """A cICP chunk goes before an ICC profile, that before sRGB (PNG third edition, 4.3)."""
        if kind == b"cICP" and len(body) == 4:
            self.reading.profile = cicp_name(body)
            self.tagged_by = kind
        elif kind == b"iCCP" and self.tagged_by != b"cICP":
            self.reading.profile = icc_name(_embedded_profile(body))
            self.tagged_by = kind
        elif kind == b"sRGB" and not self.tagged_by:
            self.reading.profile = "sRGB"
            self.tagged_by = kind

    def end(self, body: bytes) -> None:
        if body:
            raise _Damage("the end mark IEND is not empty")
        self.reading.trailing = self.left
        if self.pixels is None:
            if not self.reading.too_large:
                raise _Damage("it has no picture data")
            return
        if self.inflate:
            self.pixels.finish()
            self.reading.trailing += self.pixels.extra


class _Pixels:
    """The inflated picture data, counted and thrown away; the filter byte of each row is looked at."""

    def __init__(self, header: PngHeader) -> None:
        self.expected = header.data_bytes
        # The rows of interlaced passes have different lengths; there only the count is checked.
        self.row = 0 if header.interlaced else header.row_bytes(header.width)
        self.count = 0
        self.extra = 0
        self.inflater = zlib.decompressobj()

    def feed(self, block: bytes) -> None:
        if self.inflater.eof:
            self.extra += len(block)
            return
        # At the end of the stream unconsumed_tail may keep old bytes, so it alone must not end the loop.
        while block and not self.inflater.eof:
            try:
                rows = self.inflater.decompress(block, _INFLATED_BLOCK)
            except zlib.error as error:
                raise _Damage(f"the picture data cannot be inflated ({error})") from error
            self.look(rows)
            block = self.inflater.unconsumed_tail
        self.extra += len(self.inflater.unused_data)

    def look(self, rows: bytes) -> None:
        if self.row:
            filters = rows[-self.count % self.row :: self.row]
            if filters and max(filters) > _LAST_FILTER:
                raise _Damage(f"a row has the unknown filter {max(filters)}")
        self.count += len(rows)
        if self.count > self.expected:
            raise _Damage(f"the picture data is longer than the {self.expected:,} bytes that its size takes")

    def finish(self) -> None:
        if self.count < self.expected:
            raise _Damage(f"the picture data has {self.count:,} of {self.expected:,} bytes")
        if not self.inflater.eof:
            raise _Damage("the picture data has no end")


def _read_header(body: bytes) -> PngHeader:
    if len(body) != 13:
        raise _Damage(f"the header has {len(body)} bytes, not 13")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", body)
    mode = _MODES.get(colour, "")
    if not (0 < width < 2**31 and 0 < height < 2**31):
        raise _Damage(f"the header says {width}x{height} pixels")
    if depth not in _DEPTHS.get(mode, ()):
        raise _Damage(f"the header says colour type {colour} with {depth} bits")
    if compression or filtering or interlace > 1:
        raise _Damage("the header names an unknown compression, filter or interlacing")
    return PngHeader(width, height, depth, mode, bool(interlace))


def _embedded_profile(body: bytes) -> bytes:
    """The ICC profile in an iCCP chunk; empty if it cannot be read."""
    _, _, packed = body.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(packed[1:], _MAX_KEPT)
    except zlib.error:
        return b""  # the profile's name is then given as unreadable, which is reported


def _name(kind: bytes) -> str:
    return kind.decode("ascii")
