"""Painting over: no trace of the old words, the ground goes on behind the new ones, and the rest stays as it is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image, ImageFilter

from locstore.findings import Severity
from locstore.layout import compose
from locstore.paint import LocalPainter, replace_text
from locstore.paint.contrast_halo import shade_words
from locstore.paint.inpaint import Area, fill_smoothly, set_words
from locstore.paint.surface import Gradient, rounded
from locstore.typeset import Box

SIZE = (660, 1434)
GROUNDS = {
    "plain": {"solid": "#12372a"},
    "gradient": {"gradient": ["#4F7A5C", "#12372A"], "angle": 165},
}
WORDS = {
    "en": ("Never forget", "Never forgte"),
    "ar": ("لن تنسى سقي", "لن تسنى سقي"),
    "th": ("ไม่ลืมรดน้ำ", "ไม่ลมรดน้ำ"),
    "ja": ("もう忘れない", "もう忘なれい"),
    "hi": ("पौधों को पानी", "पौधो को पानी"),
}


@pytest.fixture(scope="module")
def painted(make_shot, library):
    """A composition and its picture."""

    def paint(*slots, locale="en", ground="plain", **other):
        shot = make_shot(*slots, locale=locale, display=SIZE, background=GROUNDS.get(ground, ground), **other)
        composition = compose(shot, library, lambda _: SIZE)
        return composition, LocalPainter(library).paint(composition)

    return paint


def without(composition, *roles):
    """The composition with the words of some slots not set."""
    slots = tuple(
        dataclasses.replace(s, text_background=None, text_layout=dataclasses.replace(s.text_layout, lines=()))
        if s.id.startswith(roles)
        else s
        for s in composition.slots
    )
    return dataclasses.replace(composition, slots=slots)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("locale", WORDS)
def test_the_picture_is_as_if_the_right_words_had_been_painted(painted, library, locale, ground):
    right, wrong = WORDS[locale]
    composition, wanted = painted(("headline", right), ("badge", "1,000"), locale=locale, ground=ground)
    other, before = painted(("headline", wrong), ("badge", "1,000"), locale=locale, ground=ground)
    found = {slot.id: slot.text_layout.ink for slot in other.slots}
    after, findings = replace_text(before, composition, {"headline-0"}, found, library)
    assert findings == []
    assert np.abs(after.astype(int) - wanted).max() <= 3
    assert np.abs(before.astype(int) - wanted).max() > 60, "the wrong words look like the right ones"


@pytest.mark.parametrize("shift", [(0, 25), (30, 0), (-20, -15)])
def test_words_that_stand_elsewhere_leave_no_trace(painted, library, shift):
    composition, wanted = painted(("headline", "Never forget"), ground="gradient")
    ground = LocalPainter(library).paint(without(composition, "headline"))
    letters = np.any(wanted != ground, axis=2)
    before = ground.copy()
    moved = np.roll(letters, shift, axis=(1, 0))
    before[moved] = (251, 250, 218)
    ink = composition.slots[0].text_layout.ink
    after, _ = replace_text(before, composition, {"headline-0"}, {"headline-0": ink.moved(*shift)}, library)
    assert np.abs(after.astype(int) - wanted).max() <= 4


def test_shadows_and_larger_letters_go_with_the_words(painted, library):
    """Nobody said where the words stand, and ink crosses the rim of their place."""
    composition, wanted = painted(("headline", "Never forget"))
    ink = composition.slots[0].text_layout.ink
    em = composition.slots[0].text_layout.size
    before = wanted.copy()
    before[int(ink.y - 0.6 * em) : int(ink.bottom + 0.6 * em), 320:326] = 250
    after, _ = replace_text(before, composition, {"headline-0"}, {}, library)
    assert np.array_equal(after, wanted)


def test_nothing_but_the_wrong_slot_changes(painted, library):
    slots = (("headline", "Never forget"), ("caption", "Every plant"), ("badge", "1,000"))
    composition, wanted = painted(*slots)
    before = wanted.copy()
    noise = np.random.default_rng(1).integers(0, 40, before.shape).astype(np.uint8)
    bottom = int(max(line.ink.bottom for line in composition.slots[0].text_layout.lines) + 4)
    before[bottom:] += noise[bottom:] // 8
    after, _ = replace_text(before, composition, {"headline-0"}, {}, library)
    for slot in composition.slots[1:]:
        box = slot.text_background.box if slot.text_background else slot.text_layout.ink
        part = np.s_[int(box.y) : int(box.bottom), int(box.x) : int(box.right)]
        assert np.array_equal(after[part], before[part])
    assert np.array_equal(after[900:], before[900:])


def test_on_a_busy_ground_only_the_letters_are_filled(painted, library):
    composition, _ = painted(("headline", "Never forget"))
    random = np.random.default_rng(3)
    low = Image.fromarray(random.integers(0, 150, (72, 33, 3)).astype(np.uint8)).resize(SIZE, Image.Resampling.BICUBIC)
    ground = np.asarray(low)
    _, wrong = painted(("headline", "Never forgte"))
    letters = np.any(wrong != wrong[-1, -1], axis=2)
    before = ground.copy()
    before[letters] = (251, 250, 218)
    after, _ = replace_text(before, composition, {"headline-0"}, {}, library)
    wanted = ground.copy()
    set_words(wanted, composition.slots, library)
    ink = composition.slots[0].text_layout.ink
    part = np.s_[int(ink.y) : int(ink.bottom), int(ink.x) : int(ink.right)]
    assert np.abs(after[part].astype(int) - wanted[part]).mean() < 25
    near = np.asarray(Image.fromarray(letters).convert("L").filter(ImageFilter.MaxFilter(41))) > 0
    assert np.array_equal(after[~near], before[~near]), "the ground around stays"
    assert not (np.abs(after.astype(int) - before).max(axis=2)[letters & ~np.any(wanted != ground, axis=2)] < 20).any()


def test_the_same_picture_gives_the_same_bytes(painted, library):
    composition, before = painted(("headline", "Never forget"), ground="gradient")
    copy = before.copy()
    first, second = (replace_text(before, composition, {"headline-0"}, {}, library)[0] for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(before, copy), "the picture that came in is left alone"


def test_a_gradient_goes_on_through_the_area():
    ground = rounded(Gradient((400, 600), [(20, 60, 200), (240, 180, 40)], 130).rows(0, 600))
    canvas = ground.copy()
    area = Box(60, 200, 280, 160)
    canvas[200:360, 60:340] = 255
    fill_smoothly(canvas, [Area(Box(50, 190, 300, 180), 60.0)], np.zeros(canvas.shape[:2], bool))
    assert np.abs(canvas.astype(int) - ground).max() <= 6
    assert area.bottom == 360


def test_grain_goes_on_through_the_area():
    random = np.random.default_rng(2)
    canvas = np.clip(random.normal(120, 9, (600, 400, 3)), 0, 255).astype(np.uint8)
    canvas[200:360, 60:340] = 255
    fill_smoothly(canvas, [Area(Box(50, 190, 300, 180), 60.0)], np.zeros(canvas.shape[:2], bool))
    inside, outside = canvas[220:340, 80:320], canvas[420:560]
    assert inside.std() == pytest.approx(outside.std(), rel=0.25)
    assert inside.mean() == pytest.approx(outside.mean(), abs=4)


def test_what_stays_gives_no_colour():
    canvas = np.full((600, 400, 3), 50, np.uint8)
    canvas[300:] = (250, 20, 20)
    stays = np.zeros(canvas.shape[:2], bool)
    stays[300:] = True
    before = canvas.copy()
    canvas[180:300, 50:350] = 255
    fill_smoothly(canvas, [Area(Box(40, 170, 320, 160), 40.0)], stays)
    assert np.array_equal(canvas, before)


def test_an_area_at_the_edge_of_the_picture_is_filled_to_the_edge():
    canvas = np.full((300, 400, 3), 90, np.uint8)
    canvas[:80, :200] = 255
    fill_smoothly(canvas, [Area(Box(-4, -4, 220, 100), 40.0)], np.zeros(canvas.shape[:2], bool))
    assert (canvas == 90).all()


@pytest.mark.parametrize(("ink", "ground", "needs"), [("#ffffff", "#d98a6a", True), ("#ffffff", "#12372a", False)])
def test_words_get_a_shade_only_where_they_need_one(painted, library, ink, ground, needs):
    composition, before = painted(("headline", "Never forget", {"color": ink}), ground=ground)
    after, findings = replace_text(before, composition, {"headline-0"}, {}, library)
    assert [(f.code, f.severity) for f in findings] == [("paint-scrim-added", Severity.NOTE)] * needs
    assert np.array_equal(after, before) is not needs
    assert np.array_equal(after[-1], before[-1])
    assert np.array_equal(after[0], before[0])


def test_words_that_no_shade_can_help_are_an_error(painted, library):
    composition, before = painted(("headline", "Never forget", {"color": "#747474"}), ground="#ffffff")
    stays = np.ones(before.shape[:2], bool)
    canvas = np.full_like(before, 116)
    findings = shade_words(canvas, composition.slots, library, stays)
    assert [(f.code, f.severity) for f in findings] == [("paint-low-contrast", Severity.ERROR)]
    assert (canvas == 116).all()
