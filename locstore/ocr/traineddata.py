"""Reads Tesseract's model container far enough to know which characters a model can write.

A `.traineddata` file is a little-endian count, that many 64-bit offsets (-1 for a part that is absent), and the parts
in a fixed order; part 21 lists the characters of the LSTM, one a line, the first word of each (tesseract-ocr 5,
`src/ccutil/tessdatamanager.h` and `unicharset.cpp`, 2026-11).
"""

from __future__ import annotations

import struct
from pathlib import Path

_LSTM_UNICHARSET = 21
_MOST_PARTS = 64
_NOT_CHARACTERS = frozenset({"NULL", "Joined"})


class UnreadableModel(Exception):
    """The file is no Tesseract model, or is cut short, or has no LSTM."""


def model_charset(path: Path) -> frozenset[str]:
    """Every code point that the model's LSTM can write. Raises UnreadableModel, OSError."""
    with path.open("rb") as stream:
        head = stream.read(4)
        count = struct.unpack("<i", head)[0] if len(head) == 4 else 0
        if not _LSTM_UNICHARSET < count <= _MOST_PARTS:
            raise UnreadableModel(f"{path.name} is no Tesseract model with an LSTM")
        table = stream.read(8 * count)
        if len(table) < 8 * count:
            raise UnreadableModel(f"{path.name} ends before its table of parts")
        offsets = struct.unpack(f"<{count}q", table)
        size = path.stat().st_size
        start = offsets[_LSTM_UNICHARSET]
        end = min((o for o in offsets if o > start), default=size)
        if start < 0 or end > size or max(offsets) >= size:
            raise UnreadableModel(f"{path.name} has no characters, or is cut short")
        stream.seek(start)
        part = stream.read(end - start)
    try:
        lines = part.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise UnreadableModel(f"{path.name} has a character list that is not UTF-8") from None
    names = [line.partition(" ")[0] for line in lines[1:]]
    return frozenset(
        c for name in names if name not in _NOT_CHARACTERS and not name.startswith("|Broken") for c in name
    )
