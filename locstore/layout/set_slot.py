"""A slot's set words and what is painted behind them."""

from __future__ import annotations

import dataclasses

from locstore.typeset import Box, TextLayout


@dataclasses.dataclass(frozen=True, slots=True)
class TextBackground:
    """Rounded areas behind a slot's words: one behind all, or one for each line (`boxes`).

    `box` is around all of them. `radius` is in pixels, None for round ends.
    """

    box: Box
    color: str
    radius: float | None = None
    opacity: float = 1.0
    boxes: tuple[Box, ...] = ()

    @property
    def areas(self) -> tuple[tuple[Box, float], ...]:
        """Each area with its corner radius, in whole pixels."""
        return tuple((b, b.height / 2 if self.radius is None else self.radius) for b in self.boxes or (self.box,))

    def scaled(self, factor: float) -> TextBackground:
        radius = None if self.radius is None else self.radius * factor
        boxes = tuple(_edges(box, factor) for box in self.boxes)
        return TextBackground(_edges(self.box, factor), self.color, radius, self.opacity, boxes)


def _edges(box: Box, factor: float) -> Box:
    left, top = round(box.x * factor), round(box.y * factor)
    return Box(left, top, max(1, round(box.right * factor) - left), max(1, round(box.bottom * factor) - top))


@dataclasses.dataclass(frozen=True, slots=True)
class SetSlot:
    """A slot's words in their place."""

    id: str
    text_layout: TextLayout
    text_background: TextBackground | None
