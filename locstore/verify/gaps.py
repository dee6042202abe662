"""What one locale of a set lacks that others have: a whole display, or a single screen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from locstore.findings import Finding, Severity
from locstore.stores import Display, find_display
from locstore.verify.listing import some
from locstore.verify.rules import label
from locstore.verify.store_folders import NO_LOCALE, Picture, Placed, StoreFolder

_NUMBER = re.compile(r"[0-9]+")


def verify_coverage(store_folder: StoreFolder, pictures: Sequence[Picture]) -> list[Finding]:
    """Warnings where the locales of one store_folder differ in what they have, told from the smaller side."""
    findings: list[Finding] = []
    for group in sorted({group for group, _ in store_folder.locales}):
        mine = [p for p in pictures if p.placed.group == group and p.placed.locale != NO_LOCALE]
        findings += _missing_displays(store_folder, group, mine)
        findings += _missing_screens(store_folder, mine)
    return findings


def find_gaps(have: Mapping[str, Collection[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What is not everywhere. `have` maps a locale to what it has.

    The first result maps a locale to what it lacks though at least half of the locales have it; the second maps
    a rarer thing to the few locales that have it.
    """
    holders: dict[str, list[str]] = defaultdict(list)
    for locale, things in have.items():
        for thing in things:
            holders[thing].append(locale)
    lacking: dict[str, list[str]] = defaultdict(list)
    rare: dict[str, list[str]] = {}
    for thing in sorted(holders):
        if len(holders[thing]) * 2 < len(have):
            rare[thing] = sorted(holders[thing])
            continue
        for locale in have:
            if thing not in have[locale]:
                lacking[locale].append(thing)
    return dict(lacking), rare


def _missing_displays(store_folder: StoreFolder, group: str, pictures: Sequence[Picture]) -> Iterator[Finding]:
    folders = {code: folder for (g, code), folder in store_folder.locales.items() if g == group}
    have: dict[str, set[str]] = {code: set() for code in folders}
    # Pictures without a display have a finding of their own; what they were meant for is not known.
    unplaced = {p.placed.locale for p in pictures if p.display is None}
    for picture in pictures:
        # An icon has no words, and Play shows the default listing's.
        if picture.display is not None and picture.display.supply_dir != "icon":
            have[picture.placed.locale].add(picture.display.id)
    have = {code: ids for code, ids in have.items() if ids or code not in unplaced}
    lacking, rare = find_gaps(have)
    for locale, ids in lacking.items():
        names = some([label(find_display(id_)) for id_ in ids])
        message = f"{locale!r} has no picture for {names}; other locales have. Add it."
        yield _warning("verify-missing-display", message, store_folder.display_path(folders[locale]))
    for id_, holders in rare.items():
        message = (
            f"Only {len(holders)} of {len(have)} locales have pictures for {label(find_display(id_))}: "
            f"{some(holders)}. Add the others."
        )
        yield _warning("verify-missing-display", message, store_folder.display_path(store_folder.tree.folder))


def _missing_screens(store_folder: StoreFolder, pictures: Sequence[Picture]) -> Iterator[Finding]:
    # A picture that has no display yet may be any display's, so its screen is not missing.
    unplaced: dict[str, set[str]] = defaultdict(set)
    names: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    places: dict[tuple[str, str], str] = {}
    for picture in pictures:
        locale, display = picture.placed.locale, picture.display
        if display is None:
            unplaced[locale].add(screen_name(picture.placed))
        elif display.kind == "screenshot":
            names[display.id][locale].add(screen_name(picture.placed))
            places[display.id, locale] = store_folder.display_path(picture.placed.path.parent)
    for id_, by_locale in names.items():
        display = find_display(id_)
        have = _by_screen({locale: own | unplaced[locale] for locale, own in by_locale.items()})
        foreign = _foreign(have)
        known = {locale: screens for locale, screens in have.items() if locale not in foreign}
        lacking, rare = find_gaps({locale: set(screens) for locale, screens in known.items()})
        for locale, screens in lacking.items():
            missed = some([_name_of(screen, known) for screen in screens])
            message = f"{locale!r} lacks {missed} for {label(display)}; other locales have it. Add it."
            yield _warning("verify-missing-screen", message, places[id_, locale])
        for screen, holders in rare.items():
            message = (
                f"Only {len(holders)} of {len(known)} locales have {_name_of(screen, known)} for {label(display)}: "
                f"{some(holders)}. Add the others."
            )
            yield _warning("verify-missing-screen", message, store_folder.display_path(store_folder.tree.folder))
        yield from _fewer(display, have, foreign, places)


def _fewer(
    display: Display,
    have: Mapping[str, Mapping[str, str]],
    foreign: Collection[str],
    places: Mapping[tuple[str, str], str],
) -> Iterator[Finding]:
    """Where a locale's names are all its own (translated, perhaps), only the count can tell."""
    most = max(len(screens) for screens in have.values())
    for locale in foreign:
        if len(have[locale]) < most:
            message = (
                f"{locale!r} has {len(have[locale])} of up to {most} pictures that other locales have for "
                f"{label(display)}. Add the others."
            )
            yield _warning("verify-missing-screen", message, places[display.id, locale])


def screen_name(placed: Placed) -> str:
    """A picture's name without suffix, frame mark and locale: what the same screen has in every locale."""
    stem = placed.path.stem.casefold().replace("_framed", "")
    code = placed.locale.casefold()
    for spelled in dict.fromkeys((code, code.replace("-", "_"))):
        stem = re.sub(rf"(?:^|[-_. ]){re.escape(spelled)}(?=$|[-_. ])", "", stem)
    return stem.strip("-_. ") or placed.path.stem.casefold()


def _by_screen(names: Mapping[str, set[str]]) -> dict[str, dict[str, str]]:
    """Locale to screen to name. The leading number tells the screen where all names have a number of their own."""
    numbered = all(len({number for name in own if (number := _number(name))}) == len(own) for own in names.values())
    return {
        locale: {(_number(name) if numbered else name): name for name in sorted(own)} for locale, own in names.items()
    }


def _foreign(have: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Locales that share no screen with any other."""
    counts: dict[str, int] = defaultdict(int)
    for screens in have.values():
        for screen in screens:
            counts[screen] += 1
    return [locale for locale, screens in have.items() if all(counts[screen] == 1 for screen in screens)]


def _name_of(screen: str, have: Mapping[str, Mapping[str, str]]) -> str:
    return next(screens[screen] for screens in have.values() if screen in screens)


def _number(name: str) -> str:
    found = _NUMBER.match(name)
    return (found[0].lstrip("0") or "0") if found else ""


def _warning(code: str, message: str, file: str) -> Finding:
    return Finding(code=code, message=message, severity=Severity.WARNING, file=file)
