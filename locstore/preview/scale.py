"""A composition at another scale: the line breaks of the real size, painted as small as a page shows it.

Words are typeset once, on the canvas of the store's size; only then every position is multiplied. So a small picture
breaks its lines exactly as the shelved one does, and costs a tenth of painting that one and reducing it.
"""

from __future__ import annotations

import dataclasses

from locstore.layout import Composition, DeviceBox, LogoBox, SetSlot, edge_box, scaled_scene
from locstore.typeset import Box, Glyph, Line, TextLayout


def scaled(composition: Composition, width: int) -> Composition:
    """The composition on a canvas `width` pixels wide, for painting only.

    A width of the canvas's own or more gives the composition as it is: nothing is enlarged.
    """
    full, high = composition.shot.size
    if width >= full:
        return composition
    factor = width / full
    size = (width, max(1, round(high * factor)))
    display = dataclasses.replace(composition.shot.display, size=size)
    slots = tuple(_slot(slot, factor) for slot in composition.slots)
    return dataclasses.replace(
        composition,
        shot=dataclasses.replace(composition.shot, display=display),
        device=_device(composition.device, factor) if composition.device else None,
        logo=LogoBox(edge_box(composition.logo.box, factor)) if composition.logo else None,
        text_region=_box(composition.text_region, factor),
        slots=slots,
        scene=scaled_scene(composition.scene, size, {slot.id: slot for slot in slots}),
    )


def _box(box: Box, factor: float) -> Box:
    return Box(box.x * factor, box.y * factor, box.width * factor, box.height * factor)


def _device(place: DeviceBox, factor: float) -> DeviceBox:
    return dataclasses.replace(
        place,
        screen=edge_box(place.screen, factor),
        body=edge_box(place.body, factor),
        radius=place.radius * factor,
    )


def _slot(slot: SetSlot, factor: float) -> SetSlot:
    plate = slot.text_background.scaled(factor) if slot.text_background else None
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
