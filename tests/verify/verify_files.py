"""Small pictures for the tests of the checks, made with Pillow or chunk by chunk."""

from __future__ import annotations

import functools
import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


@functools.cache
def picture_bytes(
    size: tuple[int, int] = (40, 30), mode: str = "RGB", *, shade: int = 90, kind: str = "PNG", **options: Any
) -> bytes:
    """A picture of one shade, encoded."""
    colour: Any = shade if len(Image.new(mode, (1, 1)).getbands()) == 1 else (shade,) * len(mode)
    stream = io.BytesIO()
    Image.new(mode, size, colour).save(stream, kind, **options)
    return stream.getvalue()


def put(
    path: Path, size: tuple[int, int] = (40, 30), mode: str = "RGB", *, note: str | None = None, **options: Any
) -> Path:
    """Write a picture, PNG or by its suffix JPEG, whose bytes are its own, or shared with those of the same `note`."""
    if path.suffix.lower() in {".jpg", ".jpeg"}:
        options.setdefault("kind", "JPEG")
    text = (path.as_posix() if note is None else note).encode()
    data = picture_bytes(size, mode, **options)
    if data.startswith(SIGNATURE):
        data = with_chunk(data, b"tEXt", b"Comment\0" + text)
    else:
        data = data[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + data[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def split_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks = []
    place = len(SIGNATURE)
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        chunks.append((kind, data[place + 8 : place + 8 + length]))
        place += length + 12
    return chunks


def join_chunks(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return SIGNATURE + b"".join(chunk(kind, body) for kind, body in chunks)


def with_chunk(data: bytes, kind: bytes, body: bytes) -> bytes:
    """The PNG with one more chunk after its header."""
    chunks = split_chunks(data)
    return join_chunks([chunks[0], (kind, body), *chunks[1:]])


def raw_png(
    size: tuple[int, int],
    rows: bytes,
    *,
    depth: int = 8,
    colour: int = 2,
    interlace: int = 0,
    more: tuple[tuple[bytes, bytes], ...] = (),
) -> bytes:
    """A PNG whose picture data inflates to just `rows`, filter bytes included."""
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlace)
    return join_chunks([(b"IHDR", header), *more, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")])
