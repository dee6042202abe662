"""The cells of the matrix: which locales, displays and screens a concept asks for, and what stores call them."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections.abc import Mapping, Sequence
from typing import Literal

from locstore.catalog import Catalog
from locstore.concept import CustomDisplay, DisplayChoice, LoadedConcept
from locstore.findings import Finding, Severity
from locstore.shots.conditions import shown
from locstore.shots.shot import Cell
from locstore.stores import (
    Display,
    Locale,
    Store,
    UnknownDisplay,
    UnknownLocale,
    custom_display,
    display_variant,
    find_display,
    resolve_locale,
)

_STORE_NAMES = {Store.APPLE: "The App Store", Store.PLAY: "Google Play"}


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked for; empty means everything. Screens and shot keys may be globs."""

    locales: tuple[str, ...] = ()
    displays: tuple[str, ...] = ()
    screens: tuple[str, ...] = ()

    def takes(self, place: Cell) -> bool:
        """Whether a cell of the matrix is asked for."""
        return (
            (not self.locales or any(names_locale(name, place.locale) for name in self.locales))
            and (
                not self.displays
                or any(
                    fnmatch.fnmatchcase(own, p) for p in self.displays for own in (place.display.id, place.display.base)
                )
            )
            and (
                not self.screens
                or any(fnmatch.fnmatchcase(place.key if "/" in p else place.screen, p) for p in self.screens)
            )
        )


def names_locale(name: str, locale: Locale) -> bool:
    """Whether a code in any spelling, or a glob of codes, means this locale."""
    codes = [locale.gettext, locale.bcp47, locale.apple, locale.play]
    if any(c and fnmatch.fnmatchcase(c.casefold(), name.casefold()) for c in codes):
        return True
    try:
        return resolve_locale(name) == locale
    except UnknownLocale:
        return False


def concept_locales(
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
            findings.append(loaded.finding("shots-unknown-locale", error.message(len(findings)), "locales", i))
            continue
        if locale in found:
            message = f"The locale {code!r} ({locale.bcp47}) stands here for the second time. Remove one."
            findings.append(loaded.finding("concept-duplicate-id", message, "locales", i))
            continue
        found.append(locale)
    return found, findings


def concept_displays(loaded: LoadedConcept) -> tuple[list[Display], list[Finding]]:
    """The displays in the concept's order."""
    found: list[Display] = []
    findings: list[Finding] = []
    for i, item in enumerate(loaded.concept.displays):
        try:
            display = _display_of(item)
        except UnknownDisplay as error:
            findings.append(loaded.finding("shots-unknown-display", str(error), "displays", i))
        except ValueError as error:
            findings.append(loaded.finding("shots-display-size", str(error), "displays", i))
        else:
            if any(display.id == other.id for other in found):
                message = f"The display {display.id} is here for the second time. Remove one."
                findings.append(loaded.finding("concept-duplicate-id", message, "displays", i))
                continue
            found.append(display)
    return found, findings


def _display_of(item: str | DisplayChoice | CustomDisplay) -> Display:
    """The display that an item of the list means. Raises UnknownDisplay, and ValueError if it cannot be so."""
    if isinstance(item, str):
        return find_display(item)
    if isinstance(item, DisplayChoice):
        return display_variant(item.display, orientation=item.orientation, size=item.size)
    try:
        known = find_display(item.id)
    except UnknownDisplay:
        return custom_display(item.id, item.size)
    raise ValueError(
        f"{item.id!r} is the id of a store's display ({known.name}). Give your own display another id, or write "
        f"{{display: {known.base}, size: [...]}} for another of its sizes."
    )


def own_format(loaded: LoadedConcept, display: Display, file_format: Literal["png", "jpeg"]) -> Literal["png", "jpeg"]:
    """The file format of a display's pictures: its own if it is a custom one, else that of store pictures."""
    own = (d.format for d in loaded.concept.displays if isinstance(d, CustomDisplay) and d.id == display.id)
    return next(own, file_format)


def concept_places(
    loaded: LoadedConcept, locales: Sequence[Locale], displays: Sequence[Display], file_format: Literal["png", "jpeg"]
) -> tuple[list[Cell], list[Finding]]:
    """Every cell of the matrix, by locale, display and screen; a note for each locale that a store has no place for.

    `file_format` is that of store pictures; custom displays have their own.
    """
    findings: list[Finding] = []
    shelved: dict[Store, Mapping[str, Locale]] = {Store.CUSTOM: {locale.gettext: locale for locale in locales}}
    for store in _STORE_NAMES:
        if any(display.store is store for display in displays):
            shelved[store], problems = _at_store(loaded, locales, store)
            findings += problems
    places = [
        cell
        for locale in locales
        for display in displays
        if locale.gettext in shelved[display.store]
        for cell in set_cells(loaded, shelved[display.store][locale.gettext], display, file_format)
    ]
    return places, findings


def set_cells(
    loaded: LoadedConcept, locale: Locale, display: Display, file_format: Literal["png", "jpeg"]
) -> list[Cell]:
    """The screens that a locale has on a display, in the concept's order, numbered from 1 without gaps."""
    own = [screen for screen in loaded.concept.screens if shown(screen.show_on, locale, display)]
    return [
        Cell(
            concept=loaded.concept.concept,
            screen=screen.id,
            number=number,
            locale=locale,
            display=display,
            format=own_format(loaded, display, file_format),
        )
        for number, screen in enumerate(own, start=1)
    ]


def _at_store(
    loaded: LoadedConcept, locales: Sequence[Locale], store: Store
) -> tuple[dict[str, Locale], list[Finding]]:
    """The locales as a store shelves them: under their own code, or a related one that no other locale takes."""
    field = str(store)
    taken = {code: locale for locale in locales if (code := getattr(locale, field))}
    shelved: dict[str, Locale] = {}
    findings: list[Finding] = []
    for locale in locales:
        code = getattr(locale, field) or getattr(locale, f"{field}_fallback")
        if code is not None and taken.setdefault(code, locale) is locale:
            shelved[locale.gettext] = locale if getattr(locale, field) else dataclasses.replace(locale, **{field: code})
            continue
        reason = f" Its {code} has the pictures of {taken[code].gettext}." if code is not None else ""
        message = f"{_STORE_NAMES[store]} does not offer {locale.english} ({locale.gettext}).{reason}"
        findings.append(loaded.finding("shots-not-offered", message, "locales", severity=Severity.NOTE))
    return shelved, findings
