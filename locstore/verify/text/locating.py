"""Finds where a slot's words stand: in the typesetter's own place, or wherever a model has moved them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from locstore.compose import Composition, SetSlot
from locstore.typeset import Box
from locstore.verify.text.cleaning import to_lab
from locstore.verify.text.comparing import distance
from locstore.verify.text.lines import as_gray
from locstore.verify.text.panel import Panel
from locstore.verify.text.preparing import Place, prepare
from locstore.verify.text.rapid import Rapid
from locstore.verify.text.readers import Pixels
from locstore.verify.text.scanning import scan_lines
from locstore.verify.text.wording import fold

_REACH = 0.14  # of the canvas's height above and below the slot in which words are looked for
_MOST_LINES = 12
_PLATE_REACH = 5.0  # em to the left and right of the words in which a plate ends
_PLATE_EM = 16  # pixels of an em in which a plate's edges are looked for
_PLATE_COLOR = 12.0  # Lab distance within a plate
_PLATE_SHARE = 0.25  # of a row or column that has the plate's colour; words cover the rest
_PLATE_EDGE = 4.0  # pixels around a plate that its soft edge takes
_NEAR = 0.5  # a group of lines farther than this from the words is not them


def given_place(composition: Composition, slot: SetSlot) -> Place:
    """The typesetter's place of a slot, within its plate and clear of its neighbours."""
    setting = slot.typesetting
    box = setting.ink or setting.box
    limit = None
    if slot.plate is not None:
        plate = slot.plate.box
        # The ends of a plate are round.
        side, edge = 0.35 * plate.height, 0.08 * plate.height
        limit = Box(plate.x + side, plate.y + edge, plate.width - 2 * side, plate.height - 2 * edge)
    above, below = 0.0, math.inf
    for other in composition.slots:
        if other.id == slot.id or not other.typesetting.lines:
            continue
        near = other.plate.box if other.plate is not None else other.typesetting.ink or other.typesetting.box
        edge = 0.0 if other.plate is None else _PLATE_EDGE
        if near.y >= box.bottom - 1:
            below = min(below, max(box.bottom, near.y - edge))
        elif near.bottom <= box.y + 1:
            above = max(above, min(box.y, near.bottom + edge))
    return Place(box, setting.size, limit, above, below)


def plate_place(pixels: Pixels, ink: Box, size: float) -> Place | None:
    """The inside of the plate that words in this box stand on, as it is in the picture; None if there is none."""
    height, width = pixels.shape[:2]
    x0, y0 = max(0, int(ink.x - _PLATE_REACH * size)), max(0, int(ink.y - 1.5 * size))
    x1, y1 = min(width, int(ink.right + _PLATE_REACH * size)), min(height, int(ink.bottom + 1.5 * size))
    step = max(1, round(size / _PLATE_EM))
    lab = to_lab(np.ascontiguousarray(pixels[y0:y1:step, x0:x1:step]))
    rows = slice(max(0, int((ink.y - y0) / step)), int((ink.bottom - y0) / step) + 1)
    columns = slice(max(0, int((ink.x - x0) / step)), int((ink.right - x0) / step) + 1)
    ground = np.median(lab[rows, columns].reshape(-1, 3), axis=0)
    same = np.sqrt(((lab - ground) ** 2).sum(axis=-1)) < _PLATE_COLOR
    gap = 0.35 * size / step
    left, right = _stretch(same[rows].mean(axis=0) > _PLATE_SHARE, int((ink.x + ink.right) / 2 - x0) // step, gap)
    top, bottom = _stretch(
        same[:, left : right + 1].mean(axis=1) > _PLATE_SHARE, int((ink.y + ink.bottom) / 2 - y0) // step, gap
    )
    if right - left < size / step or left == 0 or right == same.shape[1] - 1 or top == 0:
        return None  # no edges: the words stand on the open ground
    high = (bottom - top + 1) * step
    side, edge = 0.35 * high, 0.08 * high
    inside = Box(x0 + left * step + side, y0 + top * step + edge, (right - left + 1) * step - 2 * side, high - 2 * edge)
    return Place(inside, size, inside) if inside.width > size else None


def _stretch(inked: npt.NDArray[np.bool_], start: int, gap: float) -> tuple[int, int]:
    """First and last index of the stretch around `start` that has no longer gap than that."""
    first = last = min(max(start, 0), len(inked) - 1)
    for direction in (-1, 1):
        at = seen = first if direction < 0 else last
        while 0 <= at < len(inked) and abs(at - seen) <= gap:
            if inked[at]:
                seen = at
            at += direction
        first, last = (seen, last) if direction < 0 else (first, seen)
    return first, last


def search(
    pixels: Pixels,
    slot: SetSlot,
    panel: Panel,
    detector: Rapid | None,
    wanted: str,
    language: str,
) -> Place | None:
    """The lines of the picture, near the slot, that say something like `wanted` (folded); None if there are none."""
    setting = slot.typesetting
    ink = setting.ink or setting.box
    height = pixels.shape[0]
    top = max(0, int(ink.y - _REACH * height))
    bottom = min(height, int(ink.bottom + _REACH * height))
    region = pixels[top:bottom]
    boxes = detector.find_lines(region) if detector is not None else scan_lines(region, setting.size)
    rows = _rows([box.moved(0, top) for box in boxes], setting.size)
    middle = (ink.y + ink.bottom) / 2
    near = sorted(rows, key=lambda box: abs((box.y + box.bottom) / 2 - middle))[:_MOST_LINES]
    near.sort(key=lambda box: box.y)
    texts = [glance(pixels, box, panel) for box in near]
    best: tuple[float, int, int] | None = None
    for first in range(len(near)):
        for last in range(first, min(len(near), first + len(setting.lines) + 2)):
            text = fold("".join(texts[first : last + 1]), language)
            off = distance(wanted, text)
            if best is None or off < best[0]:
                best = (off, first, last)
    if best is None or best[0] > _NEAR:
        return None
    group = near[best[1] : best[2] + 1]
    whole = group[0]
    for box in group[1:]:
        whole = whole.union(box)
    asked_width = sum(line.ink.width for line in setting.lines)
    ratio = min(2.5, max(0.4, sum(box.width for box in group) / max(1.0, asked_width)))
    above, below = _clear(whole, near, group)
    place = Place(whole, setting.size * ratio, None, above, below)
    return plate_place(pixels, whole, place.size) or place if slot.plate is not None else place


def _clear(whole: Box, near: Sequence[Box], group: Sequence[Box]) -> tuple[float, float]:
    """The rows above and below the group that are its own."""
    top, bottom = 0.0, math.inf
    for box in near:
        if box in group:
            continue
        if box.y >= whole.bottom - 0.2 * box.height:
            bottom = min(bottom, max(whole.bottom, box.y))
        elif box.bottom <= whole.y + 0.2 * box.height:
            top = max(top, min(whole.y, box.bottom))
    return top, bottom


def _rows(boxes: Sequence[Box], size: float) -> list[Box]:
    """Boxes of one line put together."""
    rows: list[Box] = []
    for box in sorted(boxes, key=lambda b: b.y + b.bottom):
        for i, row in enumerate(rows):
            shared = min(row.bottom, box.bottom) - max(row.y, box.y)
            gap = max(row.x, box.x) - min(row.right, box.right)
            if shared > 0.55 * min(row.height, box.height) and gap < 2 * size:
                rows[i] = row.union(box)
                break
        else:
            rows.append(box)
    return list(itertools.chain(rows))


def glance(pixels: Pixels, box: Box, panel: Panel) -> str:
    """One quick reading of a line by the panel's first reader."""
    ways = prepare(pixels, Place(box, box.height / 1.3, None, box.y - 0.1 * box.height, box.bottom + 0.1 * box.height))
    if not ways:
        return ""
    reader = panel.readers[0]
    return "".join(reader.read_raw(as_gray(line, height=30, margin=(3, 3))) for line in ways[0].lines)
