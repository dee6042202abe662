"""Where each value of a shot's design comes from: the line of the concept, a catalog, or a built-in default."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from locstore.concept import Device, Frame, LoadedConcept, Screen, ScreenDesign, Slot, SlotStyle
from locstore.shots.design import ROLES, LocaleDesign, merged, overridden
from locstore.shots.shot import LAYERS_ONLY, Shot

_Path = tuple[str | int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """One value: its name (`device`, `headline.size`), what it is, and where it is written.

    `line` is 0 for a built-in value; `why` says which rule of precedence gave it.
    """

    name: str
    value: str
    file: str
    line: int
    why: str


def explain(loaded: LoadedConcept, shot: Shot) -> list[Explanation]:
    """Every value of a shot's design and words, in the order: screen, layers, slots."""
    index = loaded.screen_index(shot.screen)
    screen = loaded.concept.screens[index]
    local = overridden(loaded, screen, shot.locale, shot.display)
    return [*_design(loaded, shot, local, index), *_layers(shot), *_slots(loaded, shot, screen, local, index)]


def _row(loaded: LoadedConcept, name: str, value: Any, path: _Path | None, why: str) -> Explanation:
    line = 0 if path is None else loaded.line(*path)
    return Explanation(name, _text(value), loaded.display_path if path else "", line, why)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    data = value.model_dump(mode="json", exclude_defaults=True) if hasattr(value, "model_dump") else value
    return json.dumps(data, ensure_ascii=False, default=str)


def _design(loaded: LoadedConcept, shot: Shot, local: LocaleDesign, index: int) -> Iterator[Explanation]:
    built_in: dict[str, Any] = {
        "layout": shot.layout,
        "frame": Frame(),
        "device": Device(),
        "background": shot.background,
    }
    for name in ScreenDesign.model_fields:
        value = getattr(local.design, name)
        if name == "layers" or (value is None and name not in built_in):
            continue
        if value is None:
            if name != "layout" and shot.layout == LAYERS_ONLY:
                continue
            yield _row(loaded, name, built_in[name], None, "built in")
            continue
        path = local.place(name, index)
        why = "screen" if path[0] == "screens" else "defaults" if path[0] == "defaults" else "override"
        yield _row(loaded, name, value, path, why)
        if name == "capture" and shot.capture is not None:
            yield Explanation("capture file", shot.capture.display_path, loaded.display_path, loaded.line(*path), why)


def _layers(shot: Shot) -> Iterator[Explanation]:
    for layer in shot.layers:
        yield Explanation(f"layer {layer.name}", _text(layer.item), layer.file, layer.line, "layers")


def _slots(loaded: LoadedConcept, shot: Shot, screen: Screen, local: LocaleDesign, index: int) -> Iterator[Explanation]:
    for words in shot.slots:
        j, slot = next((j, s) for j, s in enumerate(screen.copy_) if s.id == words.id)
        yield Explanation(f"{slot.id}.text", words.markup, words.file, words.line, words.state)
        style = merged(loaded, slot, local.slots.get(slot.id, SlotStyle()), local.roles)
        for key in SlotStyle.model_fields:
            value = getattr(style, key)
            if value is not None:
                path, why = _style_place(loaded, slot, key, local, ("screens", index, "copy", j))
                yield _row(loaded, f"{slot.id}.{key}", value, path, why)
        if style.color is None:
            yield _row(loaded, f"{slot.id}.color", words.style.color, None, "chosen to stand out from its ground")


def _style_place(
    loaded: LoadedConcept, slot: Slot, key: str, local: LocaleDesign, place: _Path
) -> tuple[_Path | None, str]:
    if (slot.id, key) in local.slot_places:
        return local.slot_places[slot.id, key], "override"
    if getattr(slot, key) is not None:
        return (*place, key), "slot"
    if (slot.role, key) in local.role_places:
        return local.role_places[slot.role, key], "override of the role"
    role = loaded.concept.typography.get(slot.role)
    if role is not None and getattr(role, key) is not None:
        table = "text_styles" if "text_styles" in loaded.document.data else "typography"
        return (table, slot.role, key), f"role {slot.role}"
    return None, f"built-in role {slot.role}" if slot.role in ROLES else "built in"
