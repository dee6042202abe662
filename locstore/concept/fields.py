"""The small types of a concept: ids, colours, paths, sizes and boxes, each with its limits."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Fraction = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(gt=0, le=40)]
# Larger numbers belong on no screenshot; Babel would spell out every digit.
Number = Annotated[Decimal, Field(ge=-(10**18), le=10**18)]

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def _color(value: str) -> str:
    if not _HEX.fullmatch(value):
        raise ValueError(f"{value!r} is not a colour; write it as #RRGGBB")
    if len(value) == 4:
        value = "#" + "".join(c * 2 for c in value[1:])
    return value.lower()


def _relative(value: str) -> str:
    """A path below the concept's folder: no absolute paths, no `..`, no backslashes, no control characters."""
    parts = value.split("/")
    bad = value.startswith(("/", "~")) or "\\" in value or ":" in parts[0] or ".." in parts
    if not value or bad or any(ord(char) < 32 for char in value):
        raise ValueError(f"{value!r} must be a path below the concept's own folder, with forward slashes")
    return value


def _range(size: tuple[float, float]) -> tuple[float, float]:
    if size[0] > size[1]:
        raise ValueError("size is [smallest, largest]; the first is larger than the second")
    return size


def _box(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    if box[0] + box[2] > 1.0001 or box[1] + box[3] > 1.0001:
        raise ValueError("box is [x, y, width, height] as fractions of the canvas; this one leaves the canvas")
    if min(box[2:]) <= 0:
        raise ValueError("box is [x, y, width, height] as fractions of the canvas; this one has no area")
    return box


def _screen(screen: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    if min(screen[2:]) < 1:
        raise ValueError("screen is [x, y, width, height] with a positive size")
    return screen


SizeRange = Annotated[tuple[Percent, Percent], AfterValidator(_range)]
FractionBox = Annotated[tuple[Fraction, Fraction, Fraction, Fraction], AfterValidator(_box)]
# Larger pictures are not decoded.
Pixel = Annotated[int, Field(ge=0, le=30_000)]
PixelBox = Annotated[tuple[Pixel, Pixel, Pixel, Pixel], AfterValidator(_screen)]
HexColor = Annotated[str, AfterValidator(_color)]
RelativePath = Annotated[str, AfterValidator(_relative)]
