"""A glyph as HarfBuzz shaped it, before it has a place on the canvas."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class ShapedGlyph:
    """A glyph in visual order, all lengths in em; `cluster` is a code point offset into the paragraph.

    `face` is an index into the library, `optical_size` the pixels that its `opsz` axis was set from (0: no axis).
    """

    face: int
    weight: int
    id: int
    cluster: int
    advance: float
    dx: float
    dy: float
    optical_size: float = 0.0
