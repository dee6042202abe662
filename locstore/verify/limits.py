"""How large a picture may be to be decoded at all: protection from decompression bombs."""

from __future__ import annotations

# Google Play's longest side is 7,680 pixels (Play Console, 2026-11); a square of it is the most any store takes.
MAX_PIXELS = 7680 * 7680


def pixel_problem(width: int, height: int) -> str | None:
    """Why a picture of this size is not decoded, or None."""
    if width * height <= MAX_PIXELS:
        return None
    return (
        f"The header says {width}x{height} pixels, more than any store takes, so the picture was not decoded. "
        "Save it in the display's size."
    )
