"""Expand a concept into its Shots: choose locales, displays and screens, merge the design, resolve everything."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from locstore.catalog import Catalog
from locstore.concept import (
    Background,
    CustomDisplay,
    Device,
    Frame,
    LoadedConcept,
    Screen,
    ScreenDesign,
    Slot,
    SlotStyle,
    concept_messages,
)
from locstore.findings import Finding
from locstore.messages import Message
from locstore.shots.assets import AssetFinder, Digest
from locstore.shots.shot import Asset, Brief, Place, Shot, SlotWords
from locstore.shots.words import WordFinder, check_source
from locstore.stores import (
    Display,
    Locale,
    Store,
    UnknownDisplay,
    UnknownLocale,
    custom_display,
    find_display,
    resolve_locale,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked for; empty means everything. Screens and shot keys may be globs."""

    locales: tuple[str, ...] = ()
    displays: tuple[str, ...] = ()
    screens: tuple[str, ...] = ()

    def takes(self, place: Place) -> bool:
        """Whether a cell of the matrix is asked for."""
        return (
            (not self.locales or any(names_locale(name, place.locale) for name in self.locales))
            and (not self.displays or any(fnmatch.fnmatchcase(place.display.id, p) for p in self.displays))
            and (
                not self.screens
                or any(fnmatch.fnmatchcase(place.key if "/" in p else place.screen, p) for p in self.screens)
            )
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """What may stand in for a translation, and the file format of store pictures."""

    allow_fuzzy: bool = False
    fallback_to_source: bool = False
    format: Literal["png", "jpeg"] = "png"


@dataclasses.dataclass(frozen=True, slots=True)
class Matrix:
    """The shots of the selection in the concept's order, and everything found on the way.

    `places` are the cells of the whole concept, selected or not, with or without words.
    """

    shots: tuple[Shot, ...]
    findings: tuple[Finding, ...]
    places: tuple[Place, ...]
    locales: tuple[Locale, ...]
    displays: tuple[Display, ...]


_ROLES = {
    "headline": SlotStyle(weight=700, size=(3.2, 6.6), max_lines=3),
    "caption": SlotStyle(weight=500, size=(1.7, 2.7), max_lines=2),
    "badge": SlotStyle(weight=600, size=(1.5, 2.2), max_lines=2),
}
_DARK, _LIGHT = "#111318", "#ffffff"


def expand(
    loaded: LoadedConcept,
    catalogs: Mapping[str, Catalog],
    *,
    root: Path,
    selection: Selection,
    policy: Policy,
    digest: Digest,
) -> Matrix:
    """The shots of one concept.

    `catalogs` are keyed by the canonical gettext code. A shot whose words or files are missing is left out;
    the finding says why. Raises nothing for bad input: everything is a finding.
    """
    findings = check_source(loaded)
    source = resolve_locale(loaded.concept.source)
    locales, problems = _locales(loaded, catalogs, source)
    findings += problems
    displays, problems = _displays(loaded)
    findings += problems
    findings += _check_roles(loaded) + _check_overrides(loaded)
    places = _places(loaded, locales, displays, policy)
    assets = AssetFinder(loaded, root, digest)
    messages = {m.context: m for m in concept_messages(loaded)}
    shots: list[Shot] = []
    for locale, cells in groupby(places, key=lambda place: place.locale.gettext):
        finder = WordFinder(
            loaded,
            resolve_locale(locale),
            source,
            catalogs,
            allow_fuzzy=policy.allow_fuzzy,
            fallback_to_source=policy.fallback_to_source,
        )
        wanted = (place for place in cells if selection.takes(place))
        made = (_shot(loaded, place, finder, messages, assets) for place in wanted)
        shots += [shot for shot in made if shot is not None]
        findings += finder.findings
    findings += assets.findings()
    return Matrix(tuple(shots), tuple(dict.fromkeys(findings)), tuple(places), tuple(locales), tuple(displays))


def _places(
    loaded: LoadedConcept, locales: Sequence[Locale], displays: Sequence[Display], policy: Policy
) -> list[Place]:
    """Every cell of the matrix, by locale, display and screen."""
    custom = {d.id: d for d in loaded.concept.displays if isinstance(d, CustomDisplay)}
    taken = {("apple", locale.apple) for locale in locales} | {("play", locale.play) for locale in locales}
    places = []
    for locale in locales:
        for display in displays:
            shelved = _for_store(locale, display, taken)
            if shelved is None:
                continue
            file_format = custom[display.id].format if display.id in custom else policy.format
            places += [
                Place(
                    concept=loaded.concept.concept,
                    screen=screen.id,
                    number=number,
                    locale=shelved,
                    display=display,
                    format=file_format,
                )
                for number, screen in enumerate(loaded.concept.screens, start=1)
            ]
    return places


def _locales(
    loaded: LoadedConcept, catalogs: Mapping[str, Catalog], source: Locale
) -> tuple[list[Locale], list[Finding]]:
    """The source first, then the others by code."""
    if loaded.concept.locales == "all":
        others = {resolve_locale(code) for code in catalogs}
        rest = sorted(others - {source}, key=lambda locale: locale.gettext)
        return [source, *rest], []
    found: list[Locale] = []
    findings: list[Finding] = []
    for i, code in enumerate(loaded.concept.locales):
        try:
            locale = resolve_locale(code)
        except UnknownLocale as error:
            findings.append(loaded.finding("shots-unknown-locale", str(error), "locales", i))
            continue
        if locale in found:
            message = f"The locale {code!r} ({locale.bcp47}) stands here for the second time. Remove one."
            findings.append(loaded.finding("concept-duplicate-id", message, "locales", i))
            continue
        found.append(locale)
    return found, findings


def names_locale(name: str, locale: Locale) -> bool:
    """Whether a code in any spelling, or a glob of codes, means this locale."""
    codes = [locale.gettext, locale.bcp47, locale.apple, locale.play]
    if any(c and fnmatch.fnmatchcase(c.casefold(), name.casefold()) for c in codes):
        return True
    try:
        return resolve_locale(name) == locale
    except UnknownLocale:
        return False


def _displays(loaded: LoadedConcept) -> tuple[list[Display], list[Finding]]:
    found: list[Display] = []
    findings: list[Finding] = []
    for i, item in enumerate(loaded.concept.displays):
        if isinstance(item, CustomDisplay):
            found.append(custom_display(item.id, item.size))
            continue
        try:
            found.append(find_display(item))
        except UnknownDisplay as error:
            findings.append(loaded.finding("shots-unknown-display", str(error), "displays", i))
    return found, findings


def _check_roles(loaded: LoadedConcept) -> list[Finding]:
    known = {*_ROLES, *loaded.concept.typography}
    findings = []
    for i, screen in enumerate(loaded.concept.screens):
        for j, slot in enumerate(screen.copy_):
            if slot.role not in known:
                message = f"There is no role {slot.role!r}. Known: {', '.join(sorted(known))}."
                findings.append(loaded.finding("concept-unknown-name", message, "screens", i, "copy", j, "role"))
            elif slot.role not in _ROLES and _merged(loaded, slot, SlotStyle()).size is None:
                message = f"The role {slot.role!r} has no size: add size: [smallest, largest] to it."
                findings.append(loaded.finding("concept-missing-key", message, "typography", slot.role))
    return findings


def _check_overrides(loaded: LoadedConcept) -> list[Finding]:
    findings = []
    for code in loaded.concept.overrides:
        try:
            resolve_locale(code)
        except UnknownLocale as error:
            findings.append(loaded.finding("shots-unknown-locale", str(error), "overrides", code, key=True))
    for name, value in loaded.concept.values.items():
        for code in getattr(value, "locales", {}):
            try:
                resolve_locale(code)
            except UnknownLocale as error:
                place = ("values", name, "locales", code)
                findings.append(loaded.finding("shots-unknown-locale", str(error), *place, key=True))
    return findings


def _for_store(locale: Locale, display: Display, taken: set[tuple[str, str | None]]) -> Locale | None:
    """The locale as the display's store shelves it: its own code, or a related one that nobody else takes."""
    if display.store is Store.APPLE:
        if locale.apple:
            return locale
        code = locale.apple_fallback
        return dataclasses.replace(locale, apple=code) if code and ("apple", code) not in taken else None
    if display.store is Store.PLAY:
        if locale.play:
            return locale
        code = locale.play_fallback
        return dataclasses.replace(locale, play=code) if code and ("play", code) not in taken else None
    return locale


def _shot(
    loaded: LoadedConcept,
    cell: Place,
    finder: WordFinder,
    messages: Mapping[str, Message],
    assets: AssetFinder,
) -> Shot | None:
    index, locale, display = cell.number - 1, cell.locale, cell.display
    screen = loaded.concept.screens[index]
    design, slot_styles = _overridden(loaded, screen, locale)
    slots: list[SlotWords] = []
    complete = True
    for slot in screen.copy_:
        if slot.only and display.store not in slot.only and display.id not in slot.only:
            continue
        message = messages[f"{screen.id}/{slot.id}"]
        words = finder.find(message, slot)
        if words is None:
            complete = False
            continue
        slots.append(
            SlotWords(
                id=slot.id,
                role=slot.role,
                markup=words.markup,
                msgid=message.source,
                language=words.locale.bcp47,
                direction="rtl" if words.locale.direction == "rtl" else "ltr",
                state=words.state,
                style=_colored(loaded, _merged(loaded, slot, slot_styles.get(slot.id, SlotStyle()))),
                file=words.file,
                line=words.line,
            )
        )
    background = design.background or Background(solid=_default_ground(loaded))
    place: tuple[str | int, ...] = ("screens", index)
    wanted: dict[str, Asset | None] = {}
    for kind, pattern, where in (
        ("background", background.image, (*place, "background", "image")),
        ("capture", design.capture, (*place, "capture")),
        ("frame", design.frame.image if design.frame else None, (*place, "frame", "image")),
        ("logo", loaded.concept.brand.logo if design.logo else None, ("brand", "logo")),
    ):
        wanted[kind] = assets.find(pattern, locale, display, where) if pattern else None
        complete = complete and (pattern is None or wanted[kind] is not None)
    if not complete:
        return None
    return Shot(
        concept=cell.concept,
        screen=cell.screen,
        number=cell.number,
        locale=locale,
        display=display,
        format=cell.format,
        layout=design.layout or "caption-top",
        background=background,
        background_asset=wanted["background"],
        capture=wanted["capture"],
        frame=design.frame or Frame(),
        frame_asset=wanted["frame"],
        device=design.device or Device(),
        scrim=design.scrim,
        logo=wanted["logo"],
        slots=tuple(slots),
        brief=_brief(loaded),
    )


def _brief(loaded: LoadedConcept) -> Brief:
    concept = loaded.concept
    return Brief(
        role=concept.role,
        subject=concept.subject,
        palette=concept.style.palette,
        composition=concept.style.composition,
        lens=concept.style.lens,
        avoid=concept.style.avoid,
    )


def _default_ground(loaded: LoadedConcept) -> str:
    palette = loaded.concept.style.palette
    return palette[0] if palette else _DARK


def _overridden(loaded: LoadedConcept, screen: Screen, locale: Locale) -> tuple[ScreenDesign, Mapping[str, SlotStyle]]:
    """The screen's design with the locale's override on top; a region inherits its language's override."""
    design: dict[str, Any] = {name: getattr(screen, name) for name in ScreenDesign.model_fields}
    slots: dict[str, SlotStyle] = {}
    for code in (*reversed(locale.fallbacks()), locale.gettext):
        for written, screens in loaded.concept.overrides.items():
            try:
                matches = resolve_locale(written).gettext == code or written == code
            except UnknownLocale:
                continue
            override = screens.get(screen.id) if matches else None
            if override is not None:
                design |= {k: getattr(override.screen, k) for k in override.screen.model_fields_set}
                for slot, style in override.slots.items():
                    slots[slot] = _layered(slots.get(slot, SlotStyle()), style)
    return ScreenDesign.model_construct(**design), slots


def _layered(below: SlotStyle, above: SlotStyle) -> SlotStyle:
    fields = {k: getattr(above, k) for k in SlotStyle.model_fields if getattr(above, k) is not None}
    return SlotStyle.model_construct(**{**{k: getattr(below, k) for k in SlotStyle.model_fields}, **fields})


def _merged(loaded: LoadedConcept, slot: Slot, override: SlotStyle) -> SlotStyle:
    """Built-in role, the concept's role, the slot, the locale's override: the later wins."""
    style = _layered(_ROLES.get(slot.role, SlotStyle()), loaded.concept.typography.get(slot.role, SlotStyle()))
    return _layered(_layered(style, slot), override)


def _colored(loaded: LoadedConcept, style: SlotStyle) -> SlotStyle:
    """Words without a colour take the one of the palette that stands out most from its first colour."""
    if style.color is not None:
        return style
    ground = _default_ground(loaded)
    candidates = [*loaded.concept.style.palette[1:], _LIGHT, _DARK]
    color = max(candidates, key=lambda c: abs(_lightness(c) - _lightness(ground)))
    return style.model_copy(update={"color": color})


def _lightness(color: str) -> float:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
