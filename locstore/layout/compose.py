"""Lay a shot out: the device in its place, the slots stacked in the text region and typeset."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Callable
from typing import cast

from locstore.findings import Finding, Severity
from locstore.layout.composition import Composition, DeviceBox, LogoBox, SetSlot, TextBackground
from locstore.layout.device import frame_kind, place_device
from locstore.layout.presets import LayoutRule, layout_rule
from locstore.shots import Asset, Shot, SlotWords
from locstore.stores import Store
from locstore.typeset import (
    Box,
    FontLibrary,
    Highlight,
    StyledText,
    TextLayout,
    TextStyle,
    parse_highlight,
    typeset,
)
from locstore.typeset.model import Align, Color

PictureSize = Callable[[Asset], tuple[int, int]]

_SAFE_MARGIN = 0.025  # of each side: store pages round and crop the corners
_GAP = 0.72  # between stacked slots, in em of the smaller neighbour's largest size
_PILL_PAD_X, _PILL_PAD_Y = 0.75, 0.38  # em
_MAX_SHARE = 0.46  # of the text region that a caption or badge may take from the headline
_LOGO = 0.055  # of the canvas's mean side
_ASPECT_SLACK = 0.02


def hex_color(value: str) -> Color:
    """`#rrggbb` to (r, g, b)."""
    return (int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16))


def compose(shot: Shot, library: FontLibrary, picture_size: PictureSize) -> Composition:
    """Boxes and typesettings of a shot; `picture_size` gives the pixel size of an asset.

    A pure function of its arguments. Findings carry the shot's key and the place of the words.
    """
    rule = layout_rule(shot.layout, shot.size)
    rtl = shot.locale.direction == "rtl"
    findings: list[Finding] = []
    device, problems = _device(shot, rule, picture_size, rtl=rtl)
    findings += problems
    region = rule.text.on(shot.size, rtl=rtl)
    logo: LogoBox | None = None
    if shot.logo is not None:
        logo, region = _logo(shot, rule, region, rtl=rtl)
    slots = _stack(shot, rule, region, library)
    for words, slot in zip(shot.slots, slots, strict=True):
        findings += [_located(f, shot, words) for f in slot.text_layout.findings]
    return Composition(
        shot=shot,
        device=device,
        logo=logo,
        text_region=region,
        slots=tuple(slots),
        findings=tuple(findings),
    )


def _located(finding: Finding, shot: Shot, words: SlotWords) -> Finding:
    return dataclasses.replace(finding, shot=shot.key, slot=words.id, file=words.file, line=words.line)


def _device(
    shot: Shot, rule: LayoutRule, picture_size: PictureSize, *, rtl: bool
) -> tuple[DeviceBox | None, list[Finding]]:
    if rule.device is None or shot.capture is None:
        return None, []
    capture = picture_size(shot.capture)
    kind = frame_kind(shot.frame, shot.display.form, capture)
    frame_size = picture_size(shot.frame_asset) if shot.frame_asset else None
    findings = []
    if shot.frame.screen is not None and kind == "image":
        wanted, own = shot.frame.screen[2] / shot.frame.screen[3], capture[0] / capture[1]
        if abs(wanted / own - 1) > _ASPECT_SLACK:
            findings.append(
                Finding(
                    code="compose-capture-aspect",
                    message=f"The capture is {capture[0]}x{capture[1]}, the frame's screen "
                    f"{shot.frame.screen[2]}x{shot.frame.screen[3]}: the capture is cropped to fill it.",
                    severity=Severity.WARNING,
                    file=shot.capture.display_path,
                    shot=shot.key,
                )
            )
    place = place_device(
        rule.device,
        canvas=shot.size,
        rtl=rtl,
        frame=shot.frame,
        kind=kind,
        capture=capture,
        frame_size=frame_size,
        device=shot.device,
        apple=shot.display.store is not Store.PLAY,
    )
    return place, findings


def _mean_side(size: tuple[int, int]) -> float:
    return math.sqrt(size[0] * size[1])


def _logo(shot: Shot, rule: LayoutRule, region: Box, *, rtl: bool) -> tuple[LogoBox, Box]:
    """The logo above the words; the words give it room."""
    side = _LOGO * _mean_side(shot.size)
    start = region.right - side if rtl else region.x
    x = region.x + (region.width - side) / 2 if rule.align == "center" else start
    taken = side * 1.3
    below = Box(region.x, region.y + taken, region.width, region.height - taken)
    return LogoBox(Box(round(x), round(region.y), round(side), round(side))), below


def text_style(shot: Shot, slot: SlotWords, align: Align) -> TextStyle:
    """A slot's style in pixels of its canvas."""
    style = slot.style
    unit = _mean_side(shot.size) / 100
    low, high = cast("tuple[float, float]", style.size)
    highlight = style.highlight
    return TextStyle(
        min_size=low * unit,
        max_size=high * unit,
        max_lines=style.max_lines or 3,
        weight=style.weight or 700,
        color=hex_color(style.color or "#000000"),
        align=style.align or align,
        line_height=style.line_height,
        letter_spacing=style.letter_spacing or 0.0,
        highlight=Highlight(hex_color(highlight.color), highlight.weight) if highlight else None,
        families=style.families or (),
    )


def _words(slot: SlotWords) -> StyledText:
    styled = parse_highlight(slot.markup)
    return StyledText(
        text=styled.text,
        language=slot.language,
        direction=slot.direction,
        highlights=styled.highlights,
        slot=slot.id,
    )


def _stack(shot: Shot, rule: LayoutRule, region: Box, library: FontLibrary) -> list[SetSlot]:
    """Typeset every slot; those without a box of their own are stacked in the region.

    Captions and badges are set first, at their own size; the headline gets the room that they leave.
    """
    width, height = shot.size
    margin = (_SAFE_MARGIN * width, _SAFE_MARGIN * height)
    safe = Box(margin[0], margin[1], width - 2 * margin[0], height - 2 * margin[1])
    styles = [text_style(shot, slot, rule.align) for slot in shot.slots]
    stacked = [i for i, slot in enumerate(shot.slots) if slot.style.box is None]
    gaps = [_gap(styles[a], styles[b]) for a, b in itertools.pairwise(stacked)]
    left = region.height - sum(gaps)
    settings: dict[int, TextLayout] = {}
    order = sorted(stacked, key=lambda i: styles[i].max_size)
    for place, index in enumerate(order):
        last = place == len(order) - 1
        room = left if last else min(left, region.height * _MAX_SHARE)
        setting = _set(shot.slots[index], styles[index], region, room, library)
        settings[index] = setting
        left -= _outer_height(shot.slots[index], setting)
    total = sum(_outer_height(shot.slots[i], settings[i]) for i in stacked) + sum(gaps)
    y = region.y + {"top": 0.0, "middle": 0.5, "bottom": 1.0}[rule.valign] * (region.height - total)
    result: dict[int, SetSlot] = {}
    for position, index in enumerate(stacked):
        slot, setting = shot.slots[index], settings[index]
        pad = _pad(slot, setting.size)
        setting = setting.moved(0.0, y + pad[1] - _stand(setting)[0], safe=safe)
        result[index] = SetSlot(slot.id, setting, _plate(slot, setting))
        y += _outer_height(slot, setting) + (gaps[position] if position < len(gaps) else 0.0)
    for index, slot in enumerate(shot.slots):
        if slot.style.box is not None:
            x, top, wide, high = slot.style.box
            own = Box(x * width, top * height, wide * width, high * height)
            pad = _pad(slot, styles[index].max_size)
            inner = Box(own.x + pad[0], own.y + pad[1], own.width - 2 * pad[0], own.height - 2 * pad[1])
            style = dataclasses.replace(styles[index], valign="middle")
            setting = typeset(_words(slot), style, inner, library, safe=safe)
            result[index] = SetSlot(slot.id, setting, _plate(slot, setting))
    return [result[i] for i in range(len(shot.slots))]


def _gap(a: TextStyle, b: TextStyle) -> float:
    return _GAP * min(a.max_size, b.max_size)


def _pad(slot: SlotWords, size: float) -> tuple[float, float]:
    return (_PILL_PAD_X * size, _PILL_PAD_Y * size) if slot.style.pill else (0.0, 0.0)


def _set(slot: SlotWords, style: TextStyle, region: Box, room: float, library: FontLibrary) -> TextLayout:
    pad = _pad(slot, style.max_size)
    box = Box(region.x + pad[0], region.y, region.width - 2 * pad[0], max(1.0, room - 2 * pad[1]))
    return typeset(_words(slot), style, box, library)


def _outer_height(slot: SlotWords, setting: TextLayout) -> float:
    if not setting.lines:
        return 0.0
    top, bottom = _stand(setting)
    return bottom - top + 2 * _pad(slot, setting.size)[1]


def _stand(setting: TextLayout) -> tuple[float, float]:
    """Top and bottom of what takes room in the stack: the hair by which ink may leave its box does not."""
    extent = _extent(setting) if setting.lines else setting.box
    return max(extent.y, setting.box.y), min(extent.bottom, setting.box.bottom)


def _extent(setting: TextLayout) -> Box:
    """The lines with their ink, for marks may stand out of a tight line."""
    boxes = [box for line in setting.lines for box in (line.box, line.ink)]
    return functools.reduce(Box.union, boxes)


def _plate(slot: SlotWords, setting: TextLayout) -> TextBackground | None:
    if not slot.style.pill or not setting.lines:
        return None
    box = _extent(setting)
    pad_x, pad_y = _pad(slot, setting.size)
    return TextBackground(
        Box(
            round(box.x - pad_x),
            round(box.y - pad_y),
            round(box.width + 2 * pad_x),
            round(box.height + 2 * pad_y),
        ),
        slot.style.pill,
    )
