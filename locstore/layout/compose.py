"""Lay a shot out: its layers in pixels, its words typeset in their places."""

from __future__ import annotations

import dataclasses

from locstore.concept import DeviceItem, TextItem
from locstore.findings import Finding, Severity
from locstore.layout.color import rgb as hex_color
from locstore.layout.composition import Composition
from locstore.layout.device import frame_kind
from locstore.layout.layers import Scene
from locstore.layout.legible_size import small_words
from locstore.layout.placing import Canvas
from locstore.layout.preset_layers import PresetDesign, preset_layers
from locstore.layout.scene import PictureSize, SceneBuilder
from locstore.layout.scene_findings import scene_findings
from locstore.layout.text_stack import text_style
from locstore.shots import LAYERS_ONLY, Asset, SceneLayer, Shot, SlotWords, canvas_shape
from locstore.typeset import Box, FontLibrary

__all__ = ["PictureSize", "compose", "has_device", "hex_color", "scene_items", "text_style", "words_area"]

_ASPECT_SLACK = 0.02


def compose(shot: Shot, library: FontLibrary, picture_size: PictureSize) -> Composition:
    """The layers and set words of a shot; `picture_size` gives the pixel size of an asset.

    A pure function of its arguments. Findings carry the shot's key and the place of the words.
    """
    items, assets = scene_items(shot)
    canvas = Canvas.of(shot.size, rtl=shot.locale.direction == "rtl")
    builder = SceneBuilder(shot, library, picture_size, assets)
    builder.build(items, canvas)
    findings = _frame_aspect(shot, picture_size) if builder.devices else []
    for words in shot.slots:
        slot = builder.slots.get(words.id)
        if slot is not None:
            problems = (*slot.text_layout.findings, *small_words(shot.display, slot.text_layout))
            findings += [_located(f, shot, words) for f in problems]
        else:
            findings.append(_without_layer(shot, words))
    scene = Scene(shot.size, tuple(builder.layers))
    findings += builder.findings
    findings += scene_findings(scene, shot.key, picture_size)
    region = Box.around(builder.regions) if builder.regions else Box(0, 0, *shot.size)
    return Composition(
        shot=shot,
        device=builder.boxes[0] if builder.boxes else None,
        logo=builder.logo,
        text_region=region,
        slots=tuple(builder.slots[s.id] for s in shot.slots if s.id in builder.slots),
        scene=scene,
        findings=tuple(findings),
    )


def scene_items(shot: Shot) -> tuple[list[SceneLayer], dict[str, Asset]]:
    """The layers that the concept asks for: its preset's, with its own between device and words, or its own alone."""
    assets = dict(shot.layer_assets)
    if shot.layout == LAYERS_ONLY:
        return list(shot.layers), assets
    for asset in (shot.capture, shot.background_asset, shot.frame_asset):
        if asset is not None:
            assets[asset.display_path] = asset
    background = shot.background
    if shot.background_asset is not None:
        background = background.model_copy(update={"image": shot.background_asset.display_path})
    design = PresetDesign(
        layout=shot.layout,
        background=background,
        capture=shot.capture.display_path if shot.capture is not None else None,
        frame=shot.frame,
        device=shot.device,
        scrim=shot.scrim,
        logo=shot.logo is not None,
        slots=tuple(slot.id for slot in shot.slots),
    )
    shape = canvas_shape(shot.size)
    own = [layer.item for layer in shot.layers]
    names = {id(layer.item): layer for layer in shot.layers}
    items = []
    for i, item in enumerate(preset_layers(design, shape, own)):
        known = names.get(id(item))
        items.append(known or SceneLayer(item=item, name=f"{shot.layout} {i + 1}", file="", line=0))
    return items, assets


def words_area(shot: Shot) -> tuple[float, float, float, float]:
    """(x, y, width, height) around all boxes for words, in fractions of the canvas, not mirrored; all of it without."""
    boxes = [layer.item.box for layer in scene_items(shot)[0] if isinstance(layer.item, TextItem)]
    if not boxes:
        return (0.0, 0.0, 1.0, 1.0)
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return (left, top, right - left, bottom - top)


def has_device(shot: Shot) -> bool:
    """Whether a device is among the shot's layers."""
    return any(isinstance(layer.item, DeviceItem) for layer in scene_items(shot)[0])


def _located(finding: Finding, shot: Shot, words: SlotWords) -> Finding:
    return dataclasses.replace(finding, shot=shot.key, slot=words.id, file=words.file, line=words.line)


def _without_layer(shot: Shot, words: SlotWords) -> Finding:
    return Finding(
        code="compose-slot-without-layer",
        message=f"No text layer shows the slot {words.id!r}. Name it in one, or add {{text: all, box: [...]}}.",
        shot=shot.key,
        slot=words.id,
        file=words.file,
        line=words.line,
    )


def _frame_aspect(shot: Shot, picture_size: PictureSize) -> list[Finding]:
    """A warning if a picture frame's screen has another shape than the capture."""
    if shot.capture is None or shot.frame.screen is None:
        return []
    capture = picture_size(shot.capture)
    if frame_kind(shot.frame, shot.display.form, capture) != "image":
        return []
    wanted, own = shot.frame.screen[2] / shot.frame.screen[3], capture[0] / capture[1]
    if abs(wanted / own - 1) <= _ASPECT_SLACK:
        return []
    return [
        Finding(
            code="compose-capture-aspect",
            message=f"The capture is {capture[0]}x{capture[1]}, the frame's screen "
            f"{shot.frame.screen[2]}x{shot.frame.screen[3]}: the capture is cropped to fill it.",
            severity=Severity.WARNING,
            file=shot.capture.display_path,
            shot=shot.key,
        )
    ]
