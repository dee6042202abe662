"""Colours of the concept as RGB."""

from __future__ import annotations

from locstore.typeset.model import Color


def rgb(value: str) -> Color:
    """`#rrggbb` to (r, g, b)."""
    return (int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16))
