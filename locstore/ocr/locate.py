"""Finds where a slot's words stand: in the typesetter's own place, or wherever a model has moved them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from locstore.layout import Composition, SetSlot
from locstore.ocr.compare import distance
from locstore.ocr.engine import Pixels
from locstore.ocr.ensemble import OcrEnsemble
from locstore.ocr.lines import as_gray
from locstore.ocr.normalize import fold
from locstore.ocr.plates import plate_inside
from locstore.ocr.prepare import SearchRegion, prepare
from locstore.ocr.rapid import Rapid
from locstore.ocr.scan import scan_lines
from locstore.typeset import Box

_REACH = 0.14  # of the canvas's height above and below the slot in which words are looked for
_MOST_LINES = 12
_PLATE_EDGE = 4.0  # pixels around a plate that its soft edge takes
_NEAR = 0.5  # a group of lines farther than this from the words is not them


def given_place(composition: Composition, slot: SetSlot) -> SearchRegion:
    """The typesetter's place of a slot, within its plate and clear of its neighbours."""
    setting = slot.text_layout
    box = setting.ink or setting.box
    limit = None
    if slot.text_background is not None:
        plate = slot.text_background.box
        # The ends of a plate are round.
        side, edge = 0.35 * plate.height, 0.08 * plate.height
        limit = Box(plate.x + side, plate.y + edge, plate.width - 2 * side, plate.height - 2 * edge)
    above, below = 0.0, math.inf
    for other in composition.slots:
        if other.id == slot.id or not other.text_layout.lines:
            continue
        near = (
            other.text_background.box
            if other.text_background is not None
            else other.text_layout.ink or other.text_layout.box
        )
        edge = 0.0 if other.text_background is None else _PLATE_EDGE
        if near.y >= box.bottom - 1:
            below = min(below, max(box.bottom, near.y - edge))
        elif near.bottom <= box.y + 1:
            above = max(above, min(box.y, near.bottom + edge))
    return SearchRegion(box, setting.size, limit, above, below)


def plate_place(pixels: Pixels, ink: Box, size: float) -> SearchRegion | None:
    """The inside of the plate that words in this box stand on, as it is in the picture; None if there is none."""
    inside = plate_inside(pixels, ink, size)
    return None if inside is None else SearchRegion(inside, size, inside)


def search(
    pixels: Pixels,
    slot: SetSlot,
    ensemble: OcrEnsemble,
    detector: Rapid | None,
    wanted: str,
    language: str,
) -> SearchRegion | None:
    """The lines of the picture, near the slot, that say something like `wanted` (folded); None if there are none."""
    setting = slot.text_layout
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
    texts = [glance(pixels, box, ensemble) for box in near]
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
    whole = Box.around(group)
    asked_width = sum(line.ink.width for line in setting.lines)
    ratio = min(2.5, max(0.4, sum(box.width for box in group) / max(1.0, asked_width)))
    above, below = _clear(whole, near, group)
    place = SearchRegion(whole, setting.size * ratio, None, above, below)
    return plate_place(pixels, whole, place.size) or place if slot.text_background is not None else place


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


def glance(pixels: Pixels, box: Box, ensemble: OcrEnsemble) -> str:
    """One quick reading of a line by the panel's first reader."""
    ways = prepare(
        pixels, SearchRegion(box, box.height / 1.3, None, box.y - 0.1 * box.height, box.bottom + 0.1 * box.height)
    )
    if not ways:
        return ""
    reader = ensemble.readers[0]
    return "".join(reader.read_raw(as_gray(line, height=30, margin=(3, 3))).text for line in ways[0].lines)
