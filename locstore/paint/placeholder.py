"""A stand-in for a capture in a new project: quiet shapes of an app, no words, until the real screen is there."""

from __future__ import annotations

from locstore.paint.surface import Color, Pixels, blend, rounded_mask, solid

_PAPER: Color = (247, 245, 240)
_CARD: Color = (255, 255, 255)
_LINE: Color = (221, 217, 208)
_ACCENT: Color = (51, 80, 127)


def placeholder_capture(size: tuple[int, int]) -> Pixels:
    """Cards with lines on paper, shape (height, width, 3)."""
    width, height = size
    canvas = solid(size, _PAPER)
    unit = max(1, width // 24)

    def bar(x: int, y: int, wide: int, high: int, color: Color) -> None:
        mask = rounded_mask(wide * unit, high * unit, unit * 0.9)
        blend(canvas, x * unit, y * unit, color, mask)

    bar(2, 5, 11, 2, _ACCENT)
    bar(2, 8, 7, 1, _LINE)
    row = 11
    while (row + 7) * unit < height:
        bar(2, row, 20, 6, _CARD)
        bar(3, row + 1, 4, 4, _ACCENT if row == 11 else _LINE)
        bar(8, row + 1, 9, 1, _LINE)
        bar(8, row + 3, 12, 1, _LINE)
        row += 7
    return canvas
