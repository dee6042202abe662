"""Contrast of words as measured from pixels alone, against the known colours of pictures that we paint ourselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageFilter

from locstore.layout import Composition, compose
from locstore.ocr.legibility import contrast_of_words
from locstore.ocr.surroundings import surroundings
from locstore.paint import LocalPainter
from locstore.paint.contrast import contrast_ratio
from locstore.readings import SlotReading, Verdict
from locstore.shots import Shot
from locstore.typeset import Box, FontLibrary

SIZE = (660, 1434)
WORDS = {"en": "Never forget to water again", "ar": "لن تنسى سقي نباتاتك بعد اليوم", "ja": "水やりをもう忘れない"}

Pixels = npt.NDArray[np.uint8]
Paint = Callable[..., tuple[Pixels, Composition]]


@pytest.fixture(scope="module")
def painted(make_shot: Callable[..., Shot], library: FontLibrary) -> Paint:
    painter = LocalPainter(library)

    def painted(locale: str = "en", color: str = "#ffffff", **design: Any) -> tuple[Pixels, Composition]:
        shot = make_shot(("headline", WORDS[locale], {"color": color}), locale=locale, display=SIZE, **design)
        composition = compose(shot, library, lambda _: (1, 1))
        return painter.paint(composition), composition

    return painted


def measured(pixels: Pixels, composition: Composition) -> float:
    setting = composition.slots[0].text_layout
    assert setting.ink is not None
    return contrast_of_words(pixels, setting.ink, setting.size)


def known(composition: Composition, library: FontLibrary) -> float:
    """By the colour that was asked for and the ground alone."""
    setting = composition.slots[0].text_layout
    assert setting.ink is not None
    ground = LocalPainter(library).paint(composition.without_words())
    return contrast_ratio(ground, setting.ink, setting.style.color)


@pytest.mark.parametrize("locale", sorted(WORDS))
@pytest.mark.parametrize(
    ("color", "background"),
    [
        ("#ffffff", "#12372a"),
        ("#111318", "#f6dde3"),
        ("#ffffff", "#d9694f"),
        ("#999999", "#bbbbbb"),
        ("#fbfada", {"gradient": ["#4f7a5c", "#12372a"], "angle": 165}),
    ],
)
def test_the_measure_agrees_with_the_known_colours(
    painted: Paint, library: FontLibrary, locale: str, color: str, background: Any
) -> None:
    pixels, composition = painted(locale, color, background=background)
    assert measured(pixels, composition) == pytest.approx(known(composition, library), rel=0.08)


@pytest.mark.parametrize(("color", "legible"), [("#ffffff", True), ("#9db5a8", True), ("#2a4f42", False)])
def test_blur_and_grain_do_not_change_the_verdict(painted: Paint, color: str, legible: bool) -> None:
    pixels, composition = painted("en", color)
    soft = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(1)), np.float64)
    grainy = np.clip(soft + np.random.default_rng(5).normal(0, 6, soft.shape), 0, 255).astype(np.uint8)
    assert (measured(grainy, composition) >= 3.0) is legible


def test_letters_that_vanish_in_a_bright_part_are_found(painted: Paint, library: FontLibrary) -> None:
    background = {"solid": "#12372a", "glow": [{"color": "#ffffff", "at": [0.9, 0.15], "radius": 0.4, "opacity": 1.0}]}
    pixels, composition = painted("en", "#ffffff", background=background)
    assert measured(pixels, composition) < 3.0
    assert measured(*painted("en", "#ffffff")) > 10


@pytest.mark.parametrize("box", [Box(0, 0, 2, 2), Box(900, 0, 50, 50), Box(40, 900, 300, 80)])
def test_there_is_nothing_to_measure_without_ink(painted: Paint, box: Box) -> None:
    pixels, _ = painted()
    assert math.isnan(contrast_of_words(pixels, box, 60))


def test_the_finding_names_the_slot_and_the_ratio(painted: Paint) -> None:
    pixels, composition = painted("en", "#2f6b57")
    setting = composition.slots[0].text_layout
    assert setting.ink is not None
    ink = setting.ink
    box = (round(ink.x), round(ink.y), round(ink.width), round(ink.height))
    reading = SlotReading(slot="headline-0", verdict=Verdict.EXACT, asked=WORDS["en"], box=box)
    (found,) = surroundings(pixels, composition, [reading], lines=[])
    assert (found.code, found.slot, found.line) == ("verify-text-contrast", "headline-0", 10)
    assert found.severity == "warning"
    assert ":1 with what is behind them" in found.message


def test_a_faint_highlight_is_not_saved_by_the_words_around_it(
    make_shot: Callable[..., Shot], library: FontLibrary
) -> None:
    style = {"color": "#ffffff", "highlight": {"color": "#2f6b57"}}
    shot = make_shot(("headline", "Never forget to *water your plants* again", style), display=SIZE)
    composition = compose(shot, library, lambda _: (1, 1))
    assert measured(LocalPainter(library).paint(composition), composition) < 3.0
