"""Exact typography: fonts, shaping, bidi, line breaking, fitting and line boxes. Words and boxes in, glyphs out.

Nothing here knows concepts, catalogs or stores. `typeset()` is a pure function of its arguments; `FontLibrary`
is what it reads fonts from and `rasterise()` turns its result into coverage masks.
"""

from locstore.typeset.fonts import FontFile, FontLibrary, font_directories, project_font_files
from locstore.typeset.markup import MarkedText, parse_highlight
from locstore.typeset.model import (
    Box,
    FaceUse,
    Glyph,
    GlyphRun,
    Highlight,
    Line,
    StyledText,
    TextLayout,
    TextStyle,
)
from locstore.typeset.raster import Layer, rasterise
from locstore.typeset.segment import graphemes, word_spans
from locstore.typeset.typesetter import typeset

__all__ = [
    "Box",
    "FaceUse",
    "FontFile",
    "FontLibrary",
    "Glyph",
    "GlyphRun",
    "Highlight",
    "Layer",
    "Line",
    "MarkedText",
    "StyledText",
    "TextLayout",
    "TextStyle",
    "font_directories",
    "graphemes",
    "parse_highlight",
    "project_font_files",
    "rasterise",
    "typeset",
    "word_spans",
]
