"""Font files on disk: which there are, and their bytes as HarfBuzz faces, with the reason where there are none."""

from __future__ import annotations

import importlib.util
import io
import struct
from pathlib import Path

import uharfbuzz as hb

SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc", ".woff", ".woff2"})
"""Files that can be read; the last two need the extra `woff`."""

UNUSABLE = {
    ".eot": "Embedded OpenType is a web format of its own",
    ".pfb": "PostScript Type 1 fonts have no Unicode character map",
    ".pfa": "PostScript Type 1 fonts have no Unicode character map",
    ".dfont": "a Mac resource file is no OpenType file",
    ".suit": "a Mac resource file is no OpenType file",
    ".fon": "bitmap fonts have no outlines",
    ".bdf": "bitmap fonts have no outlines",
    ".pcf": "bitmap fonts have no outlines",
}
"""Font files that people put into `fonts/` and that cannot set text, with the reason."""

_MAX_FACES = 64  # of one collection; Noto Sans CJK has 10


class FontFileError(ValueError):
    """A font file that cannot be used; the message says why, without an end mark."""


def font_paths(folder: Path, *, unusable: bool = False) -> list[Path]:
    """Font files below a folder, sorted; with `unusable` also those of formats that cannot be read."""
    wanted = SUFFIXES | UNUSABLE.keys() if unusable else SUFFIXES
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in wanted and p.is_file())


def open_faces(path: Path, *, first_only: bool = False) -> list[hb.Face]:
    """The faces of a file: several of a collection, of which `first_only` takes one.

    Raises FontFileError, or OSError if the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in UNUSABLE:
        raise FontFileError(UNUSABLE[suffix])
    if path.stat().st_size == 0:
        raise FontFileError("the file is empty")
    with path.open("rb") as stream:
        signature = stream.read(4)
    if signature in (b"wOFF", b"wOF2"):
        blob = hb.Blob(_unpacked(path))
    else:
        if _is_cut_short(path):
            raise FontFileError("the file ends before its last table")
        blob = hb.Blob.from_file_path(str(path))
    try:
        count = 1 if first_only else min(max(hb.Face(blob).count, 1), _MAX_FACES)
        return [hb.Face(blob, index) for index in range(count)]
    except hb.HarfBuzzError as error:
        raise FontFileError(str(error)) from error


def _unpacked(path: Path) -> bytes:
    """The OpenType file inside a WOFF or WOFF2 file."""
    if importlib.util.find_spec("fontTools") is None or importlib.util.find_spec("brotli") is None:
        raise FontFileError("web fonts need the extra `woff` (pip install locstore[woff]), or convert it to TTF")
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, recalcBBoxes=False, recalcTimestamp=False) as font:
            font.flavor = None
            out = io.BytesIO()
            font.save(out, reorderTables=False)
    # fontTools lets the errors of zlib, brotli and struct through.
    except Exception as error:
        kind = "TTLibError" if isinstance(error, TTLibError) else type(error).__name__
        raise FontFileError(f"the web font cannot be unpacked ({kind})") from error
    return out.getvalue()


def _is_cut_short(path: Path) -> bool:
    """Whether a table ends beyond the file, as after a broken download: HarfBuzz would draw blanks, and not say so."""
    with path.open("rb") as stream:
        head = stream.read(16)
        start = int.from_bytes(head[12:16]) if head[:4] == b"ttcf" else 0
        stream.seek(start + 4)
        count = int.from_bytes(stream.read(2))
        stream.seek(start + 12)
        directory = stream.read(16 * count)
    ends = [offset + length for offset, length in struct.iter_unpack(">8xII", directory[: len(directory) // 16 * 16])]
    return max(ends, default=0) > path.stat().st_size
