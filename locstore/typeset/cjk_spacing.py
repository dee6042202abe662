"""Blanks in Chinese and Japanese lines: wide marks lose a half, Latin gets a quarter em.

JLREQ 3.1.2 to 3.1.5 and 3.2.6, CLREQ "Adjustment of punctuation" and "Mixed text": an opening mark at a line's start
and a closing one at its end lose the blank half, two marks in a row share one blank, and there is a quarter em between
CJK characters and Latin letters or digits. Korean writes spaces and proportional marks and is left alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import lru_cache

import uharfbuzz as hb

from locstore.typeset.fitness import CJK, language_key
from locstore.typeset.fonts import Face
from locstore.typeset.glyphs import ShapedGlyph
from locstore.typeset.unicode_data import script

OPENING = frozenset("（［｛〈《「『【〔〖〘〝｢“‘")
CLOSING = frozenset("）］｝〉》」』】〕〗〙〟｣，、。．”’")
_MIDDLE = frozenset("・：；")
_LANGUAGES = frozenset({"ja", "zh-hans", "zh-hant", "zh-hk"})
_QUARTER = 0.25  # em between CJK characters and Latin
_FULL = 0.9  # em; a mark with a smaller advance is proportional and has no blank half
_LETTERS = frozenset({"Latn", "Grek", "Cyrl"})
_CHARACTERS = CJK - {"Hang"}


def has_cjk_spacing(language: str) -> bool:
    return language_key(language) in _LANGUAGES


def space_line(
    glyphs: Sequence[ShapedGlyph], text: str, faces: Sequence[Face], language: str, scripts: Sequence[str]
) -> list[ShapedGlyph]:
    """The glyphs of one line (left to right) with CJK blanks trimmed and quarter ems put in.

    `scripts` has the script that each code point of `text` is shaped in.
    """
    spaced = list(glyphs)
    chars = [text[glyph.cluster] for glyph in glyphs]
    for index, glyph in enumerate(glyphs):
        before = chars[index - 1] if index else ""
        after = chars[index + 1] if index + 1 < len(chars) else ""
        char = chars[index]
        opens = char in OPENING and (not before or before in OPENING or before in _MIDDLE)
        closes = char in CLOSING and (not after or after in CLOSING or after in OPENING or after in _MIDDLE)
        if (opens or closes) and glyph.advance >= _FULL:
            face = faces[glyph.face]
            advance, shift = _half(face, glyph.weight, glyph.id, char, scripts[glyph.cluster], language)
            spaced[index] = dataclasses.replace(glyph, advance=glyph.advance - (1 - advance), dx=glyph.dx + shift)
        elif after and _meet(char, after):
            spaced[index] = dataclasses.replace(glyph, advance=glyph.advance + _QUARTER)
    return spaced


def _meet(left: str, right: str) -> bool:
    kinds = (_kind(left), _kind(right))
    return kinds in (("cjk", "latin"), ("latin", "cjk"))


@lru_cache(maxsize=8192)
def _kind(char: str) -> str:
    if char.isascii():
        return "latin" if char.isalnum() else ""
    found = script(char)
    if found in _CHARACTERS and char.isalpha():
        return "cjk"
    return "latin" if found in _LETTERS and char.isalpha() and not "\uff00" <= char <= "\uffef" else ""


@lru_cache(maxsize=1024)
def _half(face: Face, weight: int, glyph: int, char: str, kind: str, language: str) -> tuple[float, float]:
    """The advance of a full-width mark without its blank half and the shift of its glyph, in em.

    By the font's own `halt`; without one, what the ink leaves free on the mark's blank side, at most half an em.
    """
    font = face.at_weight(weight)
    advances: list[tuple[float, float]] = []
    for feature in (False, True):
        buffer = hb.Buffer()
        buffer.add_str(char)
        buffer.direction = "ltr"
        buffer.script = kind
        buffer.language = language
        hb.shape(font, buffer, {"halt": feature})
        place = (buffer.glyph_positions or [])[0]
        advances.append((place.x_advance / face.upem, place.x_offset / face.upem))
    (full, _), (half, shift) = advances
    if half < full:
        return 1 - (full - half), shift
    ink = font.get_glyph_extents(glyph)
    if ink is None:
        return 1.0, 0.0
    left = ink.x_bearing / face.upem
    right = full - left - ink.width / face.upem
    margin = 0.04
    if char in OPENING:
        trimmed = max(0.0, min(0.5, left - margin))
        return 1 - trimmed, -trimmed
    return 1 - max(0.0, min(0.5, right - margin)), 0.0
