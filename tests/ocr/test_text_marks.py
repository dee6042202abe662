"""Dots and accents over letters, told by their ink: how many there are and how they lean."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from locstore.ocr.components import marks_over_letters
from locstore.ocr.lines import bands
from locstore.ocr.prepare import prepare
from locstore.ocr.self_test import _painted
from locstore.typeset import Box, FontLibrary, StyledText, TextStyle, typeset


def marks(
    text: str, library: FontLibrary, language: str = "cs", *, blur: float = 0.0, inked: float = 0.5
) -> list[float]:
    style = TextStyle(min_size=64, max_size=64, max_lines=3, weight=500, align="start")
    setting = typeset(StyledText(text=text, language=language), style, Box(40, 40, 1100, 900), library)
    pixels, place = _painted(setting, library)
    if blur:
        pixels = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(blur)))
    (way, *_) = prepare(pixels, place)
    return [round(slant, 1) for slant in marks_over_letters(way.lines, inked)]


@pytest.mark.parametrize(
    ("text", "count"),
    [("Celý týden", 2), ("plant", 0), ("jilm", 2), ("grün", 2), ("освещённость", 2), ("βήμα", 1), ("příští", 4)],
)
def test_every_piece_over_a_letter_counts(library: FontLibrary, text: str, count: int) -> None:
    assert len(marks(text, library)) == count


def test_accents_lean_and_dots_carons_and_rings_do_not(library: FontLibrary) -> None:
    acute, grave = marks("á", library), marks("à", library)
    assert acute[0] < -0.6
    assert grave[0] > 0.6
    for level in ("ǎ", "å", "ȧ", "â", "ā"):
        (slant,) = marks(level, library)
        assert abs(slant) < 0.3, level


def test_the_order_is_that_of_the_letters(library: FontLibrary) -> None:
    assert [slant > 0 for slant in marks("à á è", library)] == [True, False, True]


def test_a_blur_that_joins_a_mark_to_its_letter_is_parted(library: FontLibrary) -> None:
    assert len(marks("növény", library, "hu", blur=2.5)) == 2
    assert len(marks("növény", library, "hu", blur=2.5, inked=0.65)) == 3


def rows(*spans: tuple[int, int, int]) -> np.ndarray:
    """Ink in rows [top, bottom) of so many columns."""
    ink = np.zeros((200, 600), np.float32)
    for top, bottom, wide in spans:
        ink[top:bottom, 20 : 20 + wide] = 1
    return ink


def test_the_remains_of_an_edge_are_no_line() -> None:
    found = bands(rows((5, 10, 140), (40, 80, 400)), 48)
    assert [(band.top, band.bottom) for band in found] == [(40, 80)]


def test_a_dash_alone_is_a_line() -> None:
    assert len(bands(rows((10, 14, 200)), 48)) == 1


def test_lines_that_touch_are_parted_where_two_were_seen() -> None:
    ink = rows((40, 78, 400), (78, 82, 10), (82, 120, 400))
    assert len(bands(ink, 48)) == 1
    assert [78 <= band.bottom < 83 for band in bands(ink, 48, known=2)] == [True, False]
