"""A composition at another scale: the line breaks of the real size, painted as small as a page shows it.

Words are typeset once, on the canvas of the store's size; only then every position is multiplied. So a small picture
breaks its lines exactly as the shelved one does, and costs a tenth of painting that one and reducing it.
"""

from __future__ import annotations

import dataclasses

from locstore.layout import Composition, DeviceBox, LogoBox, SetSlot, TextBackground
from locstore.typeset import Box, Glyph, Line, TextLayout


def scaled(composition: Composition, width: int) -> Composition:
    """The composition on a canvas `width` pixels wide, for painting only.

    A width of the canvas's own or more gives the composition as it is: nothing is enlarged.
    """
    full, high = composition.shot.size
    if width >= full:
        return composition
    factor = width / full
    display = dataclasses.replace(composition.shot.display, size=(width, max(1, round(high * factor))))
    return dataclasses.replace(
        composition,
        shot=dataclasses.replace(composition.shot, display=display),
        device=_device(composition.device, factor) if composition.device else None,
        logo=LogoBox(_whole(composition.logo.box, factor)) if composition.logo else None,
        text_region=_box(composition.text_region, factor),
        slots=tuple(_slot(slot, factor) for slot in composition.slots),
    )


def _box(box: Box, factor: float) -> Box:
    return Box(box.x * factor, box.y * factor, box.width * factor, box.height * factor)


def _whole(box: Box, factor: float) -> Box:
    """In whole pixels, by its edges, so that neighbours still touch; at least one pixel."""
    left, top = round(box.x * factor), round(box.y * factor)
    return Box(left, top, max(1, round(box.right * factor) - left), max(1, round(box.bottom * factor) - top))


def _device(place: DeviceBox, factor: float) -> DeviceBox:
    return dataclasses.replace(
        place,
        screen=_whole(place.screen, factor),
        body=_whole(place.body, factor),
        radius=place.radius * factor,
    )


def _slot(slot: SetSlot, factor: float) -> SetSlot:
    plate = (
        TextBackground(_whole(slot.text_background.box, factor), slot.text_background.color)
        if slot.text_background
        else None
    )
    return SetSlot(slot.id, _typesetting(slot.text_layout, factor), plate)


def _typesetting(setting: TextLayout, factor: float) -> TextLayout:
    return dataclasses.replace(
        setting,
        box=_box(setting.box, factor),
        size=setting.size * factor,
        lines=tuple(_line(line, factor) for line in setting.lines),
        ink=_box(setting.ink, factor) if setting.ink else None,
    )


def _line(line: Line, factor: float) -> Line:
    runs = tuple(
        dataclasses.replace(run, glyphs=tuple(Glyph(g.id, g.x * factor, g.y * factor, g.cluster) for g in run.glyphs))
        for run in line.runs
    )
    return dataclasses.replace(
        line, box=_box(line.box, factor), ink=_box(line.ink, factor), baseline=line.baseline * factor, runs=runs
    )
