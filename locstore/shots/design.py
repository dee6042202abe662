"""The design of a shot: built-in roles, the concept's typography, the slot, and the locale's overrides, merged."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from locstore.concept import LoadedConcept, Screen, ScreenDesign, Slot, SlotStyle
from locstore.stores import Locale, UnknownLocale, resolve_locale

ROLES = {
    "headline": SlotStyle(weight=700, size=(3.2, 6.6), max_lines=3),
    "caption": SlotStyle(weight=500, size=(1.7, 2.7), max_lines=2),
    "badge": SlotStyle(weight=600, size=(1.5, 2.2), max_lines=2),
}
_DARK, _LIGHT = "#111318", "#ffffff"


@dataclasses.dataclass(frozen=True, slots=True)
class LocaleDesign:
    """A screen's design in one locale, the overriding styles of its slots, and where overridden parts stand."""

    design: ScreenDesign
    slots: Mapping[str, SlotStyle]
    places: Mapping[str, tuple[str | int, ...]]

    def place(self, part: str, index: int) -> tuple[str | int, ...]:
        """Where the concept says it: in an override, or on the screen with this index."""
        return self.places.get(part, ("screens", index, part))


def overridden(loaded: LoadedConcept, screen: Screen, locale: Locale) -> LocaleDesign:
    """The screen's design with the locale's override on top; a region inherits its language's override."""
    design: dict[str, Any] = {name: getattr(screen, name) for name in ScreenDesign.model_fields}
    slots: dict[str, SlotStyle] = {}
    places: dict[str, tuple[str | int, ...]] = {}
    for code in (*reversed(locale.fallbacks()), locale.gettext):
        for written, screens in loaded.concept.overrides.items():
            override = screens.get(screen.id) if same_locale(written, code) else None
            if override is None:
                continue
            for name in override.screen.model_fields_set:
                design[name] = getattr(override.screen, name)
                places[name] = ("overrides", written, screen.id, name)
            for slot, style in override.slots.items():
                slots[slot] = layered(slots.get(slot, SlotStyle()), style)
    return LocaleDesign(ScreenDesign.model_construct(**design), slots, places)


def same_locale(written: str, code: str) -> bool:
    """Whether a code in any spelling means the locale with this gettext code."""
    try:
        return resolve_locale(written).gettext == resolve_locale(code).gettext
    except UnknownLocale:
        return False


def layered(below: SlotStyle, above: SlotStyle) -> SlotStyle:
    fields = {k: getattr(above, k) for k in SlotStyle.model_fields if getattr(above, k) is not None}
    return SlotStyle.model_construct(**{**{k: getattr(below, k) for k in SlotStyle.model_fields}, **fields})


def merged(loaded: LoadedConcept, slot: Slot, override: SlotStyle) -> SlotStyle:
    """Built-in role, the concept's role, the slot, the locale's override: the later wins."""
    style = layered(ROLES.get(slot.role, SlotStyle()), loaded.concept.typography.get(slot.role, SlotStyle()))
    return layered(layered(style, slot), override)


def colored(loaded: LoadedConcept, style: SlotStyle) -> SlotStyle:
    """Words without a colour take the one of the palette that stands out most from its first colour."""
    if style.color is not None:
        return style
    ground = default_ground(loaded)
    candidates = [*loaded.concept.style.palette[1:], _LIGHT, _DARK]
    color = max(candidates, key=lambda c: abs(_lightness(c) - _lightness(ground)))
    return style.model_copy(update={"color": color})


def _lightness(color: str) -> float:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def default_ground(loaded: LoadedConcept) -> str:
    palette = loaded.concept.style.palette
    return palette[0] if palette else _DARK
