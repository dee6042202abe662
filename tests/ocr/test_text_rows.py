"""Rows as a detector gives them: put together, in a level frame, and given to the slots whose words they are."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.layout import Composition, compose
from locstore.ocr.assign import assigned_places
from locstore.ocr.prepare import SearchRegion
from locstore.ocr.rows import Frame, Row, common_turn, whole_rows
from locstore.shots import Shot
from locstore.typeset import Box, FontLibrary

DISPLAY = (900, 1600)


def corners(row: Row) -> list[list[float]]:
    c, s = math.cos(math.radians(row.turn)), math.sin(math.radians(row.turn))
    ends = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    halves = [(a * row.width / 2, b * row.height / 2) for a, b in ends]
    return [[row.x + u * c - v * s, row.y + u * s + v * c] for u, v in halves]


SIZES = st.floats(10, 500)
ROWS = st.builds(Row, SIZES, SIZES, st.floats(100, 800), st.floats(10, 90), st.floats(-40, 40))


@given(ROWS)
def test_a_row_is_what_its_corners_say(row: Row) -> None:
    found = Row.of_corners(corners(row))
    for field in ("x", "y", "width", "height", "turn"):
        assert getattr(found, field) == pytest.approx(getattr(row, field), abs=1e-6)
    xs, ys = zip(*corners(row), strict=True)
    assert row.box.x == pytest.approx(min(xs))
    assert row.box.bottom == pytest.approx(max(ys))


@given(ROWS, SIZES, SIZES, st.floats(-30, 30))
def test_a_frame_can_be_left_again(row: Row, x: float, y: float, turn: float) -> None:
    frame = Frame(x, y, turn)
    back = frame.row(frame.level(row))
    assert (back.x, back.y) == (pytest.approx(row.x, abs=1e-6), pytest.approx(row.y, abs=1e-6))


def test_a_row_that_runs_down_is_level_in_its_frame() -> None:
    left, right = Row(100, 100, 80, 20, 10), Row(200, 100 + 100 * math.tan(math.radians(10)), 80, 20, 10)
    frame = Frame(0, 0, 10)
    assert frame.level(left).y == pytest.approx(frame.level(right).y)


def test_most_of_the_words_decide_on_the_turn() -> None:
    short = Row(0, 0, 30, 20, 45)
    assert common_turn([Row(0, 0, 300, 20, 3), Row(0, 50, 400, 20, 3.2), Row(0, 90, 100, 20, -9), short]) == 3
    assert common_turn([short]) == 0.0
    assert common_turn([]) == 0.0
    assert common_turn([short], 2.0) == 2.0


def test_pieces_of_a_row_become_one() -> None:
    pieces = [Row(100, 50, 120, 30), Row(240, 52, 120, 30), Row(100, 100, 120, 30), Row(700, 50, 120, 30)]
    found = whole_rows(pieces, 0.0)
    assert sorted((row.x, row.width) for row in found) == [(100, 120), (170, 260), (700, 120)]


def test_rows_of_another_height_stay_apart() -> None:
    assert len(whole_rows([Row(100, 50, 120, 60), Row(240, 52, 120, 20)], 0.0)) == 2


@pytest.fixture(scope="module")
def asked(make_shot: Callable[..., Shot], library: FontLibrary) -> Composition:
    shot = make_shot(
        ("headline", "Never forget to water your plants again"),
        ("caption", "Reminders that follow the weather"),
        ("badge", "12,000 plants kept alive"),
        display=DISPLAY,
    )
    return compose(shot, library, lambda asset: (330, 717))


def seen(composition: Composition, slot: int, *, dy: float = 0.0, by: float = 1.0) -> list[Row]:
    """What a detector sees of a slot: a box around each line, moved and scaled."""
    found = []
    for line in composition.slots[slot].text_layout.lines:
        ink = line.ink
        x, y = ink.x + ink.width / 2, ink.y + ink.height / 2
        found.append(Row(x, y + dy, (ink.width + 0.5 * ink.height) * by, 1.3 * ink.height * by))
    return found


def middle(place: SearchRegion) -> float:
    return place.box.y + place.box.height / 2


def wanted(composition: Composition, slot: int) -> float:
    ink = composition.slots[slot].text_layout.ink
    assert ink is not None
    return ink.y + ink.height / 2


@pytest.mark.parametrize("dy", [-60, 0, 80])
def test_slots_get_their_rows_wherever_all_of_them_have_moved(asked: Composition, dy: float) -> None:
    rows = [row for slot in range(3) for row in seen(asked, slot, dy=dy)]
    places = assigned_places(rows, asked)
    assert list(places) == [slot.id for slot in asked.slots]
    for number, slot in enumerate(asked.slots):
        place = places[slot.id]
        assert middle(place) == pytest.approx(wanted(asked, number) + dy, abs=6)
        assert place.size == pytest.approx(slot.text_layout.size, rel=0.1)
        assert place.rows == len(slot.text_layout.lines)
        assert place.on_plate == (slot.text_background is not None)


def test_neighbours_end_where_the_next_words_begin(asked: Composition) -> None:
    places = assigned_places([row for slot in range(3) for row in seen(asked, slot, dy=50)], asked)
    headline, caption = places[asked.slots[0].id], places[asked.slots[1].id]
    assert headline.below < caption.box.bottom
    assert caption.above > headline.box.y
    assert headline.below == pytest.approx(caption.above)


def test_a_slot_without_rows_has_no_place(asked: Composition) -> None:
    rows = [*seen(asked, 0), *seen(asked, 2)]
    assert set(assigned_places(rows, asked)) == {asked.slots[0].id, asked.slots[2].id}
    assert assigned_places([], asked) == {}


def test_words_that_are_no_slots_are_nobodys(asked: Composition) -> None:
    stray = Row(450, 1400, 200, 18)
    places = assigned_places([*seen(asked, 0), stray], asked)
    assert set(places) == {asked.slots[0].id}
    assert places[asked.slots[0].id].rows == len(asked.slots[0].text_layout.lines)


def test_turned_words_have_a_turned_place(asked: Composition) -> None:
    frame = Frame(450, 800, 3.0)
    rows = [frame.row(row.box) for slot in range(3) for row in seen(asked, slot)]
    places = assigned_places(rows, asked)
    assert [place.turn for place in places.values()] == pytest.approx([3.0, 3.0, 3.0])
    for place in places.values():
        assert place.bounds.contains(Box(place.box.x + place.box.width / 2, place.box.y + place.box.height / 2, 1, 1))
        assert place.bounds.height > place.box.height


def test_words_that_are_turned_unlike_the_others_have_a_turn_of_their_own(asked: Composition) -> None:
    """As in perspective: the last slot's row runs down, the others are level; a little is the detector's doing."""
    level = [row for slot in range(len(asked.slots) - 1) for row in seen(asked, slot)]
    last = seen(asked, len(asked.slots) - 1)
    ids = [slot.id for slot in asked.slots]
    for turn, own in ((2.5, 2.5), (0.5, 0.0)):
        places = assigned_places([*level, *(dataclasses.replace(row, turn=turn) for row in last)], asked)
        assert [places[i].turn for i in ids] == [*([0.0] * (len(ids) - 1)), own]
        box = places[ids[-1]].box
        middle = (last[0].y + last[-1].y) / 2
        assert box.y + box.height / 2 == pytest.approx(middle, abs=2)


def test_a_row_that_the_detector_missed_is_looked_for(asked: Composition) -> None:
    """Of two rows or more one is seen: the place reaches to where the others must be."""
    lines = asked.slots[0].text_layout.lines
    assert len(lines) > 1
    place = assigned_places(seen(asked, 0)[:1], asked)[asked.slots[0].id]
    assert place.rows == 0
    assert place.box.contains(Box(lines[-1].ink.x, lines[-1].ink.y, 1, 1), slack=lines[-1].ink.width)
