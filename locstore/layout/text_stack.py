"""Slots of words stacked in a region and typeset, or each in a box of its own."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Sequence
from typing import cast

from locstore.layout.color import rgb
from locstore.layout.composition import SetSlot, TextBackground
from locstore.layout.font_families import families_for
from locstore.layout.placing import Canvas, mean_side
from locstore.shots import Shot, SlotWords
from locstore.typeset import Box, FontLibrary, Highlight, StyledText, TextLayout, TextStyle, typeset
from locstore.typeset.model import Align, VerticalAlign

_SAFE_MARGIN = 0.025  # of each side: store pages round and crop the corners
_GAP = 0.72  # between stacked slots, in em of the smaller neighbour's largest size
_PILL_PAD_X, _PILL_PAD_Y = 0.75, 0.38  # em
_MAX_SHARE = 0.46  # of the text region that a caption or badge may take from the headline
_TOP = {"top": 0.0, "middle": 0.5, "bottom": 1.0}


def text_style(shot: Shot, slot: SlotWords, align: Align) -> TextStyle:
    """A slot's style in pixels of its canvas."""
    style = slot.style
    unit = mean_side(shot.size) / 100
    low, high = cast("tuple[float, float]", style.size)
    highlight = style.highlight
    families, own_families = families_for(style, slot.language)
    return TextStyle(
        min_size=low * unit,
        max_size=high * unit,
        max_lines=style.max_lines or 3,
        weight=style.weight or 700,
        color=rgb(style.color or "#000000"),
        align=style.align or align,
        line_height=style.line_height,
        letter_spacing=style.letter_spacing or 0.0,
        highlight=Highlight(rgb(highlight.color), highlight.weight) if highlight else None,
        families=families,
        own_families=own_families,
        hyphenate=bool(style.hyphenate),
    )


def styled_words(slot: SlotWords) -> StyledText:
    """A slot's words for the typesetter."""
    return StyledText(
        text=slot.text,
        language=slot.language,
        direction=slot.direction,
        highlights=slot.highlights,
        slot=slot.id,
        keep_together=slot.keep_together,
    )


def stack(
    shot: Shot,
    slots: Sequence[SlotWords],
    region: Box,
    library: FontLibrary,
    canvas: Canvas,
    *,
    align: Align,
    valign: VerticalAlign,
) -> list[SetSlot]:
    """Typeset slots; those without a box of their own are stacked in the region, in their order.

    Captions and badges are set first, at their own size; the headline gets the room that they leave.
    """
    width, height = shot.size
    margin = (_SAFE_MARGIN * width, _SAFE_MARGIN * height)
    safe = Box(margin[0], margin[1], width - 2 * margin[0], height - 2 * margin[1])
    styles = [text_style(shot, slot, align) for slot in slots]
    stacked = [i for i, slot in enumerate(slots) if slot.style.box is None]
    gaps = [_gap(styles[a], styles[b]) for a, b in itertools.pairwise(stacked)]
    left = region.height - sum(gaps)
    settings: dict[int, TextLayout] = {}
    order = sorted(stacked, key=lambda i: styles[i].max_size)
    for place, index in enumerate(order):
        last = place == len(order) - 1
        room = left if last else min(left, region.height * _MAX_SHARE)
        setting = _set(slots[index], styles[index], region, room, library)
        settings[index] = setting
        left -= _outer_height(slots[index], setting)
    total = sum(_outer_height(slots[i], settings[i]) for i in stacked) + sum(gaps)
    y = region.y + _TOP[valign] * (region.height - total)
    result: dict[int, SetSlot] = {}
    for position, index in enumerate(stacked):
        slot, setting = slots[index], settings[index]
        pad = _pad(slot, setting.size)
        setting = setting.moved(0.0, y + pad[1] - _stand(setting)[0], safe=safe)
        result[index] = SetSlot(slot.id, setting, _background(slot, setting))
        y += _outer_height(slot, setting) + (gaps[position] if position < len(gaps) else 0.0)
    for index, slot in enumerate(slots):
        if slot.style.box is not None:
            own = canvas.box(slot.style.box)
            pad = _pad(slot, styles[index].max_size)
            inner = Box(own.x + pad[0], own.y + pad[1], own.width - 2 * pad[0], own.height - 2 * pad[1])
            style = dataclasses.replace(styles[index], valign="middle")
            setting = typeset(styled_words(slot), style, inner, library, safe=safe)
            result[index] = SetSlot(slot.id, setting, _background(slot, setting))
    return [result[i] for i in range(len(slots))]


def _gap(a: TextStyle, b: TextStyle) -> float:
    return _GAP * min(a.max_size, b.max_size)


def _pad(slot: SlotWords, size: float) -> tuple[float, float]:
    if slot.style.background is not None:
        x, y = slot.style.background.padding
        return (x * size, y * size)
    return (_PILL_PAD_X * size, _PILL_PAD_Y * size) if slot.style.pill else (0.0, 0.0)


def _set(slot: SlotWords, style: TextStyle, region: Box, room: float, library: FontLibrary) -> TextLayout:
    pad = _pad(slot, style.max_size)
    box = Box(region.x + pad[0], region.y, region.width - 2 * pad[0], max(1.0, room - 2 * pad[1]))
    return typeset(styled_words(slot), style, box, library)


def _outer_height(slot: SlotWords, setting: TextLayout) -> float:
    if not setting.lines:
        return 0.0
    top, bottom = _stand(setting)
    return bottom - top + 2 * _pad(slot, setting.size)[1]


def _stand(setting: TextLayout) -> tuple[float, float]:
    """Top and bottom of the room that set words take in the stack; ink outside their box takes none."""
    extent = _extent(setting) if setting.lines else setting.box
    return max(extent.y, setting.box.y), min(extent.bottom, setting.box.bottom)


def _extent(setting: TextLayout) -> Box:
    """The lines with their ink: marks may leave a tight line."""
    boxes = [box for line in setting.lines for box in (line.box, line.ink)]
    return functools.reduce(Box.union, boxes)


def _background(slot: SlotWords, setting: TextLayout) -> TextBackground | None:
    if not setting.lines:
        return None
    plate = slot.style.background
    if plate is None:
        return (
            None
            if slot.style.pill is None
            else TextBackground(_padded(slot, setting, _extent(setting)), slot.style.pill)
        )
    boxes: tuple[Box, ...] = ()
    if plate.per_line and len(setting.lines) > 1:
        boxes = tuple(_padded(slot, setting, line.box.union(line.ink)) for line in setting.lines if line.text.strip())
    radius = None if plate.radius is None else plate.radius * setting.size
    return TextBackground(_padded(slot, setting, _extent(setting)), plate.color, radius, plate.opacity, boxes)


def _padded(slot: SlotWords, setting: TextLayout, box: Box) -> Box:
    pad_x, pad_y = _pad(slot, setting.size)
    return Box(
        round(box.x - pad_x),
        round(box.y - pad_y),
        round(box.width + 2 * pad_x),
        round(box.height + 2 * pad_y),
    )
