"""Which rows of a picture are which slot's words: by order, place, size and length, before anything is read."""

from __future__ import annotations

import dataclasses
import itertools
import math
import statistics
from collections.abc import Sequence

from locstore.layout import Composition, SetSlot
from locstore.ocr.prepare import SearchRegion
from locstore.ocr.rows import Frame, Row, common_turn, whole_rows
from locstore.typeset import Box

_LEFT_OUT = 2.5  # what it costs that no row is a slot's
_NOBODYS = 0.35  # what it costs that a row is no slot's
_MOST = 1.9  # what rows may cost that are a slot's
_FAR = 0.06  # of the canvas's height and width: rows so far from their box cost 1
_LONGER, _HIGHER = 0.35, 0.3  # natural logarithms of length and height: rows so much longer or higher cost 1
_GROWN = 1.3  # a detector's box is so much higher than the ink of its row
_MORE_LINES = 2  # than were set
_LEVEL = 0.4  # degrees: less is level
_OWN_TURN = 0.7  # degrees from the other rows' turn: a detector is not surer of a single row
_SHORT, _PITCH = 0.85, 1.35  # of the length: rows are missing; of a row's height, from row to row
_HEIGHTS = (0.55, 1.8)  # of the other rows of the same words


@dataclasses.dataclass(frozen=True, slots=True)
class _Wanted:
    """What a slot's rows should be like: their middle, how many there are, how long all together, how high each."""

    slot: SetSlot
    x: float
    y: float
    lines: int
    length: float
    height: float


def assigned_places(rows: Sequence[Row], composition: Composition) -> dict[str, SearchRegion]:
    """For each slot whose rows are found among `rows`, where they stand and how they are turned.

    Rows within the device are the app's own. The others are given to the slots in order from top to bottom, so that
    places, lengths and heights differ least from what was set; rows may be nobody's, and slots may have none.
    """
    device = composition.device
    free = [r for r in rows if device is None or not device.body.contains(Box(r.x, r.y, 0.0, 0.0))]
    turn = common_turn(free)
    turn = turn if abs(turn) >= _LEVEL else 0.0
    width, height = composition.shot.size
    frame = Frame(width / 2, height / 2, turn)
    whole = sorted(whole_rows(free, turn), key=lambda row: frame.level(row).y + frame.level(row).bottom)
    wanted = sorted((_wanted(slot) for slot in composition.slots if slot.text_layout.lines), key=lambda w: w.y)
    groups = _matched(wanted, [frame.level(row) for row in whole], (width, height))
    places = {}
    for want, group in zip(wanted, groups, strict=True):
        if group is not None:
            first, last = group
            own = _own_frame(frame, whole[first : last + 1])
            level = [own.level(row) for row in whole]
            places[want.slot.id] = _place(want, level[first : last + 1], level, own)
    return places


def _own_frame(frame: Frame, rows: Sequence[Row]) -> Frame:
    """The frame in which these rows are level: words in perspective are not all turned alike."""
    turn = common_turn(rows, frame.turn)
    turn = turn if abs(turn) >= _LEVEL else 0.0
    return dataclasses.replace(frame, turn=turn) if abs(turn - frame.turn) >= _OWN_TURN else frame


def _wanted(slot: SetSlot) -> _Wanted:
    setting = slot.text_layout
    ink = setting.ink or setting.box
    heights = [line.ink.height for line in setting.lines]
    length = sum(line.ink.width for line in setting.lines)
    middle = (ink.x + ink.width / 2, ink.y + ink.height / 2)
    return _Wanted(slot, *middle, len(setting.lines), max(1.0, length), max(1.0, statistics.median(heights)))


def _matched(wanted: Sequence[_Wanted], rows: Sequence[Box], canvas: tuple[int, int]) -> list[tuple[int, int] | None]:
    """For each slot the first and last of its rows, the cheapest way for all together."""
    # best[j]: the cost of the slots so far with the first j rows used up, and their groups.
    passing = [_NOBODYS if row.width > 2 * row.height else 0.0 for row in rows]
    best: list[tuple[float, list[tuple[int, int] | None]]] = [
        (cost, []) for cost in itertools.accumulate(passing, initial=0.0)
    ]
    for want in wanted:
        after = [(cost + _LEFT_OUT, [*groups, None]) for cost, groups in best]
        for first in range(len(rows)):
            cost, groups = best[first]
            for last in range(first, min(len(rows), first + want.lines + _MORE_LINES)):
                own = _cost(want, rows[first : last + 1], canvas)
                if own <= _MOST and cost + own < after[last + 1][0]:
                    after[last + 1] = (cost + own, [*groups, (first, last)])
        for j in range(1, len(after)):
            if after[j - 1][0] + passing[j - 1] <= after[j][0]:
                after[j] = (after[j - 1][0] + passing[j - 1], after[j - 1][1])
        best = after
    return best[-1][1]


def _cost(want: _Wanted, rows: Sequence[Box], canvas: tuple[int, int]) -> float:
    heights = [row.height for row in rows]
    high = statistics.median(heights)
    if min(heights) < _HEIGHTS[0] * high or max(heights) > _HEIGHTS[1] * high:
        return math.inf
    if any(below.y - above.bottom > 1.2 * high for above, below in itertools.pairwise(rows)):
        return math.inf
    whole = Box.around(rows)
    off = math.hypot(
        (whole.x + whole.width / 2 - want.x) / (_FAR * canvas[0] * 1.6),
        (whole.y + whole.height / 2 - want.y) / (_FAR * canvas[1]),
    )
    longer = abs(math.log(_length(rows) / want.length)) / _LONGER
    higher = abs(math.log(high / (_GROWN * want.height))) / _HIGHER
    return 0.5 * off + 0.5 * longer + 0.4 * higher + 0.1 * abs(len(rows) - want.lines)


def _place(want: _Wanted, own: Sequence[Box], rows: Sequence[Box], frame: Frame) -> SearchRegion:
    whole = Box.around(own)
    above, below = 0.0, math.inf
    for row in rows:
        if row in own or min(row.right, whole.right) <= max(row.x, whole.x):
            continue
        if row.y + row.bottom > whole.y + whole.bottom:
            below = min(below, max(whole.bottom, (row.y + own[-1].bottom) / 2))
        else:
            above = max(above, min(whole.y, (row.bottom + own[0].y) / 2))
    length, high = _length(own), statistics.median(row.height for row in own)
    ratio = length / want.length
    lost = want.lines - len(own) if ratio < _SHORT else 0
    if lost > 0:  # the detector may have seen only some of the rows
        top, bottom = max(above, whole.y - lost * _PITCH * high), min(below, whole.bottom + lost * _PITCH * high)
        whole = Box(whole.x, top, whole.width, bottom - top)
        ratio = high / (_GROWN * want.height)
    middle = frame.row(whole)
    # The place's box is level; it has the rows' middle in the picture, where it is turned about.
    dx, dy = middle.x - whole.x - whole.width / 2, middle.y - whole.y - whole.height / 2
    return SearchRegion(
        whole.moved(dx, dy),
        want.slot.text_layout.size * min(1.8, max(0.55, ratio)),
        above=above + dy,
        below=below + dy,
        turn=frame.turn,
        on_plate=want.slot.text_background is not None,
        rows=0 if lost > 0 else len(own),
    )


def _length(rows: Sequence[Box]) -> float:
    """Of the words in all rows; a detector's boxes have some room at both ends."""
    return max(1.0, sum(row.width - 0.4 * row.height for row in rows))
