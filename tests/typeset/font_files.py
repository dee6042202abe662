"""Tiny fonts for the typesetter's tests: black squares for letters, and layered colour glyphs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

EM = 1000
RED, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)
FOREGROUND = 0xFFFF
LEFT, RIGHT = "left half", "right half"


def _rectangle(left: int, right: int, top: int = 700) -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((left, 0))
    pen.lineTo((left, top))
    pen.lineTo((right, top))
    pen.lineTo((right, 0))
    pen.closePath()
    return pen.glyph()


def _blank() -> Any:
    return TTGlyphPen(None).glyph()


def write_font(
    path: Path,
    characters: Iterable[str],
    *,
    family: str = "Tiny",
    weight: int = 400,
    blanks: str = " ",
    shift: int = 0,
) -> Path:
    """A font whose letters are squares 0.6 em wide, `shift` units to the right of where they should stand."""
    names = {ord(c): f"u{ord(c):04X}" for c in characters}
    glyphs = {".notdef": _blank()}
    for code, name in names.items():
        glyphs[name] = _blank() if chr(code) in blanks else _rectangle(shift, 600 + shift)
    lefts = {name: shift if glyph.numberOfContours else 0 for name, glyph in glyphs.items()}
    _save(path, glyphs, names, family, weight, lefts)
    return path


def write_ligature_font(path: Path, *, family: str = "Tiny Ligature") -> Path:
    """A font with the letters f and i, a space, and a ligature of f and i."""
    names = {ord("f"): "f", ord("i"): "i", ord(" "): "space"}
    glyphs = {
        ".notdef": _blank(),
        "f": _rectangle(0, 600),
        "i": _rectangle(0, 600),
        "space": _blank(),
        "f_i": _rectangle(0, 900),
    }
    _save(path, glyphs, names, family, 400, dict.fromkeys(glyphs, 0))
    with TTFont(path) as font:
        addOpenTypeFeaturesFromString(font, "feature liga { sub f i by f_i; } liga;")
        font.save(path)
    return path


def write_color_font(
    path: Path,
    version: int,
    *,
    family: str = "Tiny Color Emoji",
    emoji: str = "😀",
    plain: str = "",
    outline: bool = True,
    clip: bool = False,
    palette: tuple[int, int] = (0, 1),
) -> Path:
    """A COLR font: `emoji` is a square, its left half in the palette's first colour, its right half in the second.

    Characters of `plain` have an outline and no layers. Without `outline` the emoji's own glyph is blank, with
    `clip` (version 1) it has a clip box.
    """
    names = {ord(emoji): "emoji", **{ord(c): f"u{ord(c):04X}" for c in plain}}
    glyphs = {
        ".notdef": _blank(),
        "emoji": _rectangle(0, 1000, 1000) if outline else _blank(),
        LEFT: _rectangle(0, 500, 1000),
        RIGHT: _rectangle(500, 1000, 1000),
        **{f"u{ord(c):04X}": _rectangle(100, 600) for c in plain},
    }
    lefts = dict.fromkeys(glyphs, 0) | {RIGHT: 500} | {f"u{ord(c):04X}": 100 for c in plain}
    layers: Mapping[str, Any]
    if version == 0:
        layers = {"emoji": [(LEFT, palette[0]), (RIGHT, palette[1])]}
    else:
        parts = [
            {"Format": 10, "Glyph": half, "Paint": {"Format": 2, "PaletteIndex": index, "Alpha": 1.0}}
            for half, index in zip((LEFT, RIGHT), palette, strict=True)
        ]
        layers = {"emoji": {"Format": 1, "Layers": parts}}
    tables = {
        "COLR": buildCOLR(layers, version=version, clipBoxes={"emoji": (0, 0, EM, EM)} if clip else None),
        "CPAL": buildCPAL([[RED, BLUE]]),
    }
    _save(path, glyphs, names, family, 400, lefts, tables)
    return path


def _save(
    path: Path,
    glyphs: Mapping[str, Any],
    names: Mapping[int, str],
    family: str,
    weight: int,
    lefts: Mapping[str, int],
    tables: Mapping[str, Any] | None = None,
) -> None:
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(dict(names))
    builder.setupGlyf(dict(glyphs))
    builder.setupHorizontalMetrics({name: (EM, lefts[name]) for name in glyphs})
    builder.setupHorizontalHeader(ascent=EM, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(usWeightClass=weight)
    builder.setupPost()
    for tag, table in (tables or {}).items():
        builder.font[tag] = table
    builder.save(path)
