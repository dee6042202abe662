"""Glyphs to pixels: masks in their place, and colour glyphs in their colours."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from font_files import FOREGROUND, write_color_font, write_font

from locstore.typeset import (
    Box,
    FontFile,
    FontLibrary,
    Highlight,
    Layer,
    StyledText,
    TextStyle,
    font_directories,
    project_font_files,
    rasterise,
    typeset,
)

STYLE = TextStyle(min_size=10, max_size=100, color=(0, 160, 80))
BOX = Box(40, 60, 700, 400)
SYSTEM_EMOJI = next((p for folder in font_directories() for p in folder.rglob("NotoColorEmoji.ttf")), None)


def inked(layers: list[Layer]) -> Box:
    """The box of all pixels that are not transparent."""
    boxes = []
    for layer in layers:
        alpha = layer.alpha if layer.rgba is None else layer.rgba[..., 3]
        assert alpha is not None
        rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
        x, y = layer.x + int(columns[0]), layer.y + int(rows[0])
        boxes.append(Box(x, y, int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1))
    box = boxes[0]
    for other in boxes[1:]:
        box = box.union(other)
    return box


def emoji_library(path: Path) -> FontLibrary:
    return FontLibrary([FontFile(path, "project"), *project_font_files(None)])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Never forget to jQ", "en"),
        ("لن تنسى سقي نباتاتك", "ar"),
        ("もう水やりを忘れない", "ja"),
        ("ปั๊ปที่ไม่ลืม", "th"),
        ("செடிக்கு நீர்", "ta"),
        ("水 and water 12", "zh-Hans"),
    ],
)
def test_the_mask_is_where_the_ink_box_says(library: FontLibrary, text: str, language: str) -> None:
    words = StyledText(text=text, language=language, direction="rtl" if language == "ar" else "ltr")
    setting = typeset(words, STYLE, BOX, library)
    for line in setting.lines:
        # One mask a colour and line: the lines come one after the other.
        layers = rasterise(dataclasses.replace(setting, lines=(line,)), library)
        assert [layer.color for layer in layers] == [STYLE.color]
        found = inked(layers)
        assert line.ink.contains(found, 1.5)
        assert found.contains(line.ink, 1.5)
        (mask,) = (layer.alpha for layer in layers)
        assert mask is not None
        assert mask.dtype == np.uint8
        assert mask.max() == 255
        assert not mask[0].any()
        assert not mask[-1].any()
        assert not mask[:, 0].any()
        assert not mask[:, -1].any()


def test_very_long_lines_are_not_clipped(library: FontLibrary) -> None:
    text = "Never forget to water again " * 8
    setting = typeset(
        StyledText(text=text.strip(), language="en"),
        TextStyle(min_size=90, max_size=90, max_lines=1),
        Box(0, 0, 13000, 200),
        library,
    )
    assert setting.size == 90
    found = inked(rasterise(setting, library))
    assert found.width > 9000
    assert found.width == pytest.approx(setting.lines[0].ink.width, abs=3)


def test_colours_have_masks_of_their_own(library: FontLibrary) -> None:
    style = TextStyle(min_size=10, max_size=100, color=(1, 2, 3), highlight=Highlight((9, 8, 7)))
    words = StyledText(text="to water again", language="en", highlights=((3, 8),))
    setting = typeset(words, style, Box(0, 0, 900, 200), library)
    plain, marked = sorted(rasterise(setting, library), key=lambda layer: layer.color or (0, 0, 0))
    assert (plain.color, marked.color) == ((1, 2, 3), (9, 8, 7))
    assert inked([plain]).contains(inked([marked]))
    whole = rasterise(
        typeset(StyledText(text="to water again", language="en"), STYLE, Box(0, 0, 900, 200), library), library
    )
    assert inked(whole) == inked([plain, marked])


def test_the_same_setting_gives_the_same_pixels(library: FontLibrary) -> None:
    setting = typeset(StyledText(text="Water 水 مرحبا", language="en"), STYLE, BOX, library)
    for one, two in zip(rasterise(setting, library), rasterise(setting, library), strict=True):
        assert (one.x, one.y, one.color) == (two.x, two.y, two.color)
        assert one.alpha is not None
        assert np.array_equal(one.alpha, two.alpha)


def test_coverage_is_exact_on_whole_pixels(tmp_path: Path) -> None:
    """A letter that is a square: 60 by 70 pixels of 255 and nothing else."""
    library = FontLibrary([FontFile(write_font(tmp_path / "square.ttf", "a"), "project")])
    setting = typeset(
        StyledText(text="a", language="en"), TextStyle(min_size=1, max_size=100, align="start"), BOX, library
    )
    (layer,) = rasterise(setting, library)
    assert layer.alpha is not None
    assert int((layer.alpha == 255).sum()) == 60 * 70
    assert int((layer.alpha > 0).sum()) == 60 * 70
    baseline = setting.lines[0].baseline
    assert inked([layer]) == Box(40, baseline - 70, 60, 70)


def test_blanks_and_missing_glyphs_give_no_layers(library: FontLibrary) -> None:
    assert rasterise(typeset(StyledText(text="\ue000", language="en"), STYLE, BOX, library), library) == []
    assert rasterise(typeset(StyledText(text=" ", language="en"), STYLE, BOX, library), library) == []
    assert rasterise(typeset(StyledText(text="\u00a0\u200b", language="en"), STYLE, BOX, library), library) == []


def middle_of(layer: Layer, share: float) -> list[int]:
    """The RGBA value in the middle row at this share of the inked width."""
    assert layer.rgba is not None
    box = inked([layer])
    row = layer.rgba[int(box.y - layer.y + box.height / 2)]
    pixel: npt.NDArray[np.uint8] = row[int(box.x - layer.x + share * box.width)]
    return [int(value) for value in pixel]


@pytest.mark.parametrize(("version", "clip"), [(0, False), (1, False), (1, True)])
@pytest.mark.parametrize("outline", [True, False])
def test_layers_of_a_colour_font(tmp_path: Path, version: int, outline: bool, clip: bool) -> None:
    library = emoji_library(write_color_font(tmp_path / "c.ttf", version, outline=outline, clip=clip))
    setting = typeset(StyledText(text="a😀", language="en"), STYLE, BOX, library)
    assert setting.findings == ()
    picture = next(layer for layer in rasterise(setting, library) if layer.rgba is not None)
    assert picture.color is None
    assert picture.rgba is not None
    assert picture.rgba.dtype == np.uint8
    assert middle_of(picture, 0.25) == [255, 0, 0, 255]
    assert middle_of(picture, 0.75) == [0, 0, 255, 255]
    found = inked([picture])
    assert (found.width, found.height) == (pytest.approx(100, abs=1), pytest.approx(100, abs=1))
    assert setting.lines[0].ink.contains(found, 1.5)


@pytest.mark.parametrize("version", [0, 1])
def test_what_a_colour_font_leaves_to_the_text_has_its_colour(tmp_path: Path, version: int) -> None:
    path = write_color_font(tmp_path / "c.ttf", version, plain="☘", palette=(FOREGROUND, 1), family="Two Tone")
    library = FontLibrary([FontFile(path, "project")])
    letter, picture = rasterise(typeset(StyledText(text="☘😀", language="en"), STYLE, BOX, library), library)
    assert middle_of(picture, 0.25) == [*STYLE.color, 255]
    assert middle_of(picture, 0.75) == [0, 0, 255, 255]
    assert middle_of(letter, 0.5) == [*STYLE.color, 255]


@pytest.mark.skipif(SYSTEM_EMOJI is None, reason="this machine has no bitmap emoji font (NotoColorEmoji.ttf)")
@pytest.mark.parametrize("text", ["🌱", "👩‍👩‍👧", "🇺🇦", "👍🏽"])
def test_bitmap_emoji(text: str) -> None:
    assert SYSTEM_EMOJI is not None
    library = FontLibrary([*project_font_files(None), FontFile(SYSTEM_EMOJI, "project")])
    setting = typeset(StyledText(text=text, language="en"), STYLE, BOX, library)
    assert setting.findings == ()
    (layer,) = rasterise(setting, library)
    assert layer.rgba is not None
    found = inked([layer])
    assert setting.lines[0].ink.contains(found, 1.5)
    assert found.height > 60
    seen = layer.rgba[..., 3] > 200
    assert len(np.unique(layer.rgba[seen], axis=0)) > 20
