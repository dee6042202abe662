"""The design of a shot: built-in roles, the concept's typography, the slot, and the locale's overrides, merged."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from locstore.concept import (
    GroupItem,
    LayerSpec,
    LoadedConcept,
    Screen,
    ScreenDesign,
    ScreenOverride,
    Slot,
    SlotStyle,
)
from locstore.findings import Finding
from locstore.shots.conditions import holds
from locstore.stores import Display, Locale, UnknownLocale, resolve_locale

ROLES = {
    "headline": SlotStyle(weight=700, size=(3.2, 6.6), max_lines=3),
    "caption": SlotStyle(weight=500, size=(1.7, 2.7), max_lines=2),
    "badge": SlotStyle(weight=600, size=(1.5, 2.2), max_lines=2),
}
_MERGED = frozenset({"device", "frame"})
_DARK, _LIGHT = "#111318", "#ffffff"


_Path = tuple[str | int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class LocaleDesign:
    """A screen's design in one locale on one display, and where the parts that count are written.

    `slots` are the overriding styles of slots, `roles` those of text styles; `places` has design keys, `slot_places`
    (slot, key), `role_places` (role, key).
    """

    design: ScreenDesign
    slots: Mapping[str, SlotStyle]
    roles: Mapping[str, SlotStyle]
    places: Mapping[str, _Path]
    slot_places: Mapping[tuple[str, str], _Path]
    role_places: Mapping[tuple[str, str], _Path]

    def place(self, part: str, index: int) -> _Path:
        """Where the concept says it: in an override, or on the screen with this index."""
        return self.places.get(part, ("screens", index, part))


def screen_overrides(loaded: LoadedConcept) -> Iterator[tuple[_Path, str, ScreenOverride]]:
    """Every override of a screen: its place, the screen's id, what it says."""
    for code, screens in loaded.concept.locale_overrides.items():
        for screen_id, override in screens.items():
            yield ("overrides", code, screen_id), screen_id, override
    for i, rule in enumerate(loaded.concept.override_rules):
        for screen_id, override in rule.screens.items():
            yield ("overrides", i, "screens", screen_id), screen_id, override


def overridden(loaded: LoadedConcept, screen: Screen, locale: Locale, display: Display) -> LocaleDesign:
    """The screen's design with defaults below and overrides on top.

    A region inherits its language's entry of the map by locale. Of the list of rules the later wins, key by key for
    device and frame, whole for the others.
    """
    maker = _Overriding(loaded, screen)
    for code in (*reversed(locale.fallbacks()), locale.gettext):
        for written in loaded.overrides_of_locales.get(_canonical(code), ()):
            override = loaded.concept.locale_overrides[written].get(screen.id)
            if override is not None:
                maker.add(override, ("overrides", written, screen.id), merge=False)
    for i, rule in enumerate(loaded.concept.override_rules):
        if not holds(rule.when, locale, display):
            continue
        for role, style in rule.text_styles.items():
            maker.roles[role] = layered(maker.roles.get(role, SlotStyle()), style)
            for key in style.model_fields_set:
                maker.role_places[role, key] = ("overrides", i, "text_styles", role, key)
        if screen.id in rule.screens:
            maker.add(rule.screens[screen.id], ("overrides", i, "screens", screen.id), merge=True)
    return maker.made()


def _canonical(code: str) -> str:
    """The gettext code that a code of a fallback chain means; a pseudo-locale's own code is no store's."""
    try:
        return resolve_locale(code).gettext
    except UnknownLocale:
        return code


class _Overriding:
    """A screen's design while overrides are put on it."""

    def __init__(self, loaded: LoadedConcept, screen: Screen) -> None:
        self.design: dict[str, Any] = {name: getattr(screen, name) for name in ScreenDesign.model_fields}
        self.slots: dict[str, SlotStyle] = {}
        self.roles: dict[str, SlotStyle] = {}
        self.places: dict[str, _Path] = {}
        self.slot_places: dict[tuple[str, str], _Path] = {}
        self.role_places: dict[tuple[str, str], _Path] = {}
        defaults = loaded.concept.defaults
        for name in defaults.model_fields_set - screen.model_fields_set if defaults else ():
            self.design[name] = getattr(defaults, name)
            self.places[name] = ("defaults", name)

    def add(self, override: ScreenOverride, place: _Path, *, merge: bool) -> None:
        for name in override.screen.model_fields_set:
            above, below = getattr(override.screen, name), self.design[name]
            if merge and name in _MERGED and below is not None and above is not None:
                above = below.model_copy(update={key: getattr(above, key) for key in above.model_fields_set})
            self.design[name] = above
            self.places[name] = (*place, name)
        for slot, style in override.slots.items():
            self.slots[slot] = layered(self.slots.get(slot, SlotStyle()), style)
            for key in style.model_fields_set:
                self.slot_places[slot, key] = (*place, slot, key)
        if override.patches and self.design["layers"] is not None:
            self.design["layers"] = tuple(_patched(item, override.patches) for item in self.design["layers"])

    def made(self) -> LocaleDesign:
        design = ScreenDesign.model_construct(**self.design)
        return LocaleDesign(design, self.slots, self.roles, self.places, self.slot_places, self.role_places)


def _patched(item: LayerSpec, patches: Mapping[str, Mapping[str, Any]]) -> LayerSpec:
    """A layer with its patch, checked as a whole; one that became invalid is reported by `patch_findings`."""
    with contextlib.suppress(ValidationError):
        return patched(item, patches)
    return item


def patched(item: LayerSpec, patches: Mapping[str, Mapping[str, Any]]) -> LayerSpec:
    """A layer, or the layers in a group, with the patch of its id on top, mapping by mapping.

    Raises pydantic's ValidationError for a patch that gives no valid layer.
    """
    if isinstance(item, GroupItem):
        item = item.model_copy(update={"group": tuple(patched(child, patches) for child in item.group)})
    if item.id is None or item.id not in patches:
        return item
    data = item.model_dump(mode="json", exclude_unset=True)
    return _layers().validate_python(_deep(data, patches[item.id]))


def _deep(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    mixed = dict(below)
    for key, value in above.items():
        old = mixed.get(key)
        mixed[key] = _deep(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return mixed


@functools.cache
def _layers() -> TypeAdapter[LayerSpec]:
    return TypeAdapter(LayerSpec)


def patch_findings(loaded: LoadedConcept, screen: Screen, override: ScreenOverride, place: _Path) -> Iterator[Finding]:
    """Patches of layers that are not there, and those that make a layer invalid."""
    known = {item.id: item for layer in (screen.layers or ()) for item in _with_children(layer) if item.id}
    for name, patch in override.patches.items():
        where = (*place, "layers", name)
        if name not in known:
            have = ", ".join(sorted(filter(None, known))) or "none with an id"
            message = f"Screen {screen.id!r} has no layer {name!r}. It has: {have}."
            yield loaded.finding("concept-unknown-name", message, *where, key=True)
            continue
        try:
            patched(known[name], {name: patch})
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                yield loaded.finding("concept-value", f"{detail['msg']}.", *where, *detail["loc"][1:])


def _with_children(item: LayerSpec) -> Iterator[LayerSpec]:
    yield item
    if isinstance(item, GroupItem):
        for child in item.group:
            yield from _with_children(child)


def same_locale(written: str, code: str) -> bool:
    """Whether a code in any spelling means the locale with this gettext code."""
    try:
        return resolve_locale(written).gettext == resolve_locale(code).gettext
    except UnknownLocale:
        return False


def layered(below: SlotStyle, above: SlotStyle) -> SlotStyle:
    fields = {k: getattr(above, k) for k in SlotStyle.model_fields if getattr(above, k) is not None}
    return SlotStyle.model_construct(**{**{k: getattr(below, k) for k in SlotStyle.model_fields}, **fields})


def merged(
    loaded: LoadedConcept, slot: Slot, override: SlotStyle, roles: Mapping[str, SlotStyle] = MappingProxyType({})
) -> SlotStyle:
    """Built-in role, the concept's role, the role of override rules, the slot, its own override: the later wins."""
    style = layered(ROLES.get(slot.role, SlotStyle()), loaded.concept.typography.get(slot.role, SlotStyle()))
    style = layered(style, roles.get(slot.role, SlotStyle()))
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
