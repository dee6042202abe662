"""A slot's set words and what is painted behind them."""

from __future__ import annotations

import dataclasses

from locstore.typeset import Box, TextLayout


@dataclasses.dataclass(frozen=True, slots=True)
class TextBackground:
    """A rounded plate behind a badge's words."""

    box: Box
    color: str


@dataclasses.dataclass(frozen=True, slots=True)
class SetSlot:
    """A slot's words in their place."""

    id: str
    text_layout: TextLayout
    text_background: TextBackground | None
