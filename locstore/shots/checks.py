"""What can be wrong with a concept beyond its file: names that no store knows, texts and values that cannot be set."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from locstore.catalog import forbidden_characters
from locstore.concept import DateSpec, GroupItem, LayerSpec, LoadedConcept, Slot, SlotStyle, TextItem, TextSpec
from locstore.findings import Finding, Severity
from locstore.shots.conditions import unknown_names
from locstore.shots.design import ROLES, merged, patch_findings, screen_overrides
from locstore.shots.slot_words import spec_value
from locstore.stores import (
    Display,
    Store,
    UnknownLocale,
    apple_rules,
    displays,
    displays_of_size,
    resolve_locale,
)
from locstore.values import LocaleCodeError, PlaceholderError, highlights, placeholders, plural_categories

_Path = tuple[str | int, ...]


def check_concept(loaded: LoadedConcept, used: Sequence[Display]) -> list[Finding]:
    """Everything wrong with the concept itself; `used` are its displays."""
    findings = [*_values(loaded), *_font_families(loaded), *_overrides(loaded, used), *_misleading(loaded, used)]
    known = {*Store, *displays(), *(name for display in used for name in (display.id, display.base))}
    for i, screen in enumerate(loaded.concept.screens):
        findings += unknown_names(loaded, screen.show_on, ("screens", i, "show_on"), used)
        findings += _layers(
            loaded, screen.layers or (), {slot.id for slot in screen.copy_}, ("screens", i, "layers"), used
        )
        for j, slot in enumerate(screen.copy_):
            place: _Path = ("screens", i, "copy", j)
            findings += unknown_names(loaded, slot.show_on, (*place, "show_on"), used)
            findings += _role(loaded, slot, place)
            findings += _count(loaded, slot, place)
            findings += _plural_forms(loaded, slot, place)
            for field in ("text", "plural"):
                findings += _text(loaded, getattr(slot, field) or "", (*place, field))
            for category, text in slot.plural_forms.items():
                findings += _text(loaded, text, (*place, "plural_forms", category))
            for k, name in enumerate(slot.only):
                if name not in known:
                    message = f"There is no store or display {name!r}, so the slot never shows. Write apple or play."
                    findings.append(loaded.finding("concept-unknown-name", message, *place, "only", k))
    return findings


def _layers(
    loaded: LoadedConcept, layers: Sequence[LayerSpec], slots: set[str], place: _Path, used: Sequence[Display]
) -> Iterator[Finding]:
    """Conditions of layers, and the slots that text layers name."""
    for i, item in enumerate(layers):
        where: _Path = (*place, i)
        yield from unknown_names(loaded, item.show_on, (*where, "show_on"), used)
        yield from unknown_names(loaded, item.when, (*where, "when"), used)
        if isinstance(item, GroupItem):
            yield from _layers(loaded, item.group, slots, (*where, "group"), used)
        for name in item.text if isinstance(item, TextItem) and item.text != ("all",) else ():
            if name not in slots:
                message = f"The screen has no slot {name!r}. It has: {', '.join(sorted(slots)) or 'none'}."
                yield loaded.finding("concept-unknown-name", message, *where, "text")


def _text(loaded: LoadedConcept, text: str, place: _Path) -> Iterator[Finding]:
    """A source text: its characters, its highlights, its placeholders."""
    for position, what in forbidden_characters(text):
        yield loaded.finding("concept-character", f"Character {position} is {what}. Remove it.", *place)
    try:
        highlights(text)
    except ValueError as error:
        yield loaded.finding("concept-highlight", f"{_sentence(error)}.", *place)
    try:
        names = placeholders(text)
    except PlaceholderError as error:
        yield loaded.finding("concept-placeholder", f"{_sentence(error)}.", *place)
        return
    for name in dict.fromkeys(names):
        if name not in loaded.concept.values:
            message = f"There is no value {name!r} for {{{name}}}. Add it under values, or write {{{{."
            yield loaded.finding("concept-unknown-name", message, *place)


def _values(loaded: LoadedConcept) -> Iterator[Finding]:
    """Values that cannot be written, such as an amount in a currency that does not exist."""
    unknown = 0
    for name, spec in loaded.concept.values.items():
        try:
            spec_value(spec)
        except ValueError as error:
            yield loaded.finding("concept-value", f"{_sentence(error)}.", "values", name)
        for code in spec.locales:
            place = ("values", name, "locales", code)
            try:
                spec_value(spec, resolve_locale(code))
            except UnknownLocale as error:
                yield loaded.finding("shots-unknown-locale", error.message(unknown), *place, key=True)
                unknown += 1
            except ValueError as error:
                yield loaded.finding("concept-value", f"{_sentence(error)}.", *place)


def _font_families(loaded: LoadedConcept) -> Iterator[Finding]:
    """Keys of `font_families` that name no locale and no script."""
    styles: list[tuple[SlotStyle, _Path]] = [
        (style, ("typography", role)) for role, style in loaded.concept.typography.items()
    ]
    for i, screen in enumerate(loaded.concept.screens):
        styles += [(slot, ("screens", i, "copy", j)) for j, slot in enumerate(screen.copy_)]
    for style, place in styles:
        for key in style.font_families or ():
            if key == "default" or (len(key) == 4 and key.isalpha() and key.istitle()):
                continue
            try:
                resolve_locale(key)
            except UnknownLocale as error:
                message = f"{error} A script is written as ISO 15924 has it (Arab, Hans), everything else as default."
                yield loaded.finding("shots-unknown-locale", message, *place, "font_families", key, key=True)


def _overrides(loaded: LoadedConcept, used: Sequence[Display]) -> Iterator[Finding]:
    unknown = 0
    for code in loaded.concept.locale_overrides:
        try:
            resolve_locale(code)
        except UnknownLocale as error:
            yield loaded.finding("shots-unknown-locale", error.message(unknown), "overrides", code, key=True)
            unknown += 1
    for i, rule in enumerate(loaded.concept.override_rules):
        yield from unknown_names(loaded, rule.when, ("overrides", i, "when"), used)
        known = {
            *ROLES,
            *loaded.concept.typography,
            *(s.role for screen in loaded.concept.screens for s in screen.copy_),
        }
        for role in rule.text_styles:
            if role not in known:
                message = f"There is no role {role!r}. Known: {', '.join(sorted(known))}."
                yield loaded.finding("concept-unknown-name", message, "overrides", i, "text_styles", role, key=True)
    screens = {screen.id: screen for screen in reversed(loaded.concept.screens)}  # of two with one id, the first
    for place, screen_id, override in screen_overrides(loaded):
        screen = screens.get(screen_id)
        if screen is not None:
            yield from patch_findings(loaded, screen, override, place)


def _role(loaded: LoadedConcept, slot: Slot, place: _Path) -> Iterator[Finding]:
    known = {*ROLES, *loaded.concept.typography}
    if slot.role not in known:
        close = difflib.get_close_matches(slot.role, sorted(known), n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        message = f"There is no role {slot.role!r}. {hint}Known: {', '.join(sorted(known))}."
        yield loaded.finding("concept-unknown-name", message, *place, "role")
    elif slot.role not in ROLES and merged(loaded, slot, SlotStyle()).size is None:
        message = f"The role {slot.role!r} has no size: add size: [smallest, largest] to it."
        yield loaded.finding("concept-missing-key", message, "typography", slot.role)


def _count(loaded: LoadedConcept, slot: Slot, place: _Path) -> Iterator[Finding]:
    """`count` has to name a value that counts something; one that is not there is the loader's finding."""
    spec = loaded.concept.values.get(slot.count or "")
    if isinstance(spec, (DateSpec, TextSpec)):
        message = f"The value {slot.count!r} is no number and cannot choose a plural form."
        yield loaded.finding("concept-value", message, *place, "count")


def _plural_forms(loaded: LoadedConcept, slot: Slot, place: _Path) -> Iterator[Finding]:
    """A source language with more than two plural categories needs a text for each."""
    if slot.plural is None:
        return
    try:
        categories = plural_categories(resolve_locale(loaded.concept.source).babel)
    except (UnknownLocale, LocaleCodeError):
        return  # reported for `source`
    for category in slot.plural_forms:
        if category not in categories:
            message = f"The source language {loaded.concept.source!r} has no plural category {category}. Remove it."
            yield loaded.finding("concept-plural-forms", message, *place, "plural_forms", category, key=True)
    # `text` is the singular, and `plural` can be one of the others.
    left = [name for name in categories if name != "one" and name not in slot.plural_forms]
    if len(left) > 1:
        message = (
            f"The source language {loaded.concept.source!r} has the plural categories {', '.join(categories)}; text "
            f"and plural serve two of them. Add plural_forms with {' and '.join(left[:-1])}; plural is then "
            f"{left[-1]}."
        )
        yield loaded.finding("concept-plural-forms", message, *place, "plural", severity=Severity.WARNING)


def _misleading(loaded: LoadedConcept, used: Sequence[Display]) -> Iterator[Finding]:
    """Ids that fastlane deliver, which reads words anywhere in a path, takes for something else."""
    apple = [display for display in used if display.store is Store.APPLE]
    framed = apple_rules().framed_mark.rstrip(".")
    for i, screen in enumerate(loaded.concept.screens):
        place = ("screens", i, "id")
        for display in apple:
            path = f"{display.hint or ''} {display.id} {screen.id}"
            taken = displays_of_size(display.size, path=path)
            if display.base not in {found.id for found in taken}:
                message = f"fastlane deliver takes {screen.id!r} on {display.id} for {taken[0].id}. Rename the screen."
                yield loaded.finding("shots-misleading-name", message, *place)
        if apple and screen.id.endswith(framed):
            message = f"fastlane deliver uploads only {framed} pictures of a folder that has one. Rename the screen."
            yield loaded.finding("shots-misleading-name", message, *place)


def _sentence(error: ValueError) -> str:
    return str(error)[:1].upper() + str(error)[1:]
