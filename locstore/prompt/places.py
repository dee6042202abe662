"""Where something is on a canvas, in words and whole percents, as people brief a designer."""

from __future__ import annotations

from locstore.typeset import Box

_WHOLE = 0.8  # of the canvas: what is wider or higher than this fills it


def place_in_words(box: Box, size: tuple[int, int]) -> str:
    """`upper third, centred: 7% to 93% of the width, 11% to 23% of the height`; percents from the top left corner."""
    width, height = size
    left, right = _percent(box.x / width), _percent(box.right / width)
    top, bottom = _percent(box.y / height), _percent(box.bottom / height)
    return (
        f"{_vertical(box, height)}, {_horizontal(box, width)}: {left} to {right} of the width, "
        f"{top} to {bottom} of the height"
    )


def _percent(share: float) -> str:
    return f"{round(share * 100)}%"


def _vertical(box: Box, height: int) -> str:
    if min(box.bottom, height) - max(box.y, 0) > _WHOLE * height:
        return "the whole height"
    middle = (max(box.y, 0) + min(box.bottom, height)) / 2 / height
    return ("upper third", "middle third", "lower third")[min(2, int(middle * 3))]


def _horizontal(box: Box, width: int) -> str:
    middle = (max(box.x, 0) + min(box.right, width)) / 2 / width
    if abs(middle - 0.5) < 0.08:
        return "centred"
    return "left side" if middle < 0.5 else "right side"
