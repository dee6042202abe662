"""Checks on a whole set of pictures: counts, order, and what one locale lacks that others have."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from locstore.findings import Finding, Severity
from locstore.stores import Display, Promotion, Store, apple_rules, displays, find_display
from locstore.verify.facts import PictureFacts
from locstore.verify.layouts import Layout
from locstore.verify.listing import some
from locstore.verify.rules import label
from locstore.verify.shelves import Placed, Shelf

_DIGITS = re.compile(r"([0-9]+)")


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A picture in its place, with what is known of it: facts None if it cannot be read at all."""

    placed: Placed
    facts: PictureFacts | None
    display: Display | None


_Sets = Mapping[tuple[str, str, str], list[Picture]]


def verify_set(shelf: Shelf, pictures: Sequence[Picture], root: str) -> list[Finding]:
    """Findings on the pictures of one shelf as a set. `root` is the verified folder as shown."""
    if not pictures:
        return []
    sets: dict[tuple[str, str, str], list[Picture]] = defaultdict(list)
    for picture in pictures:
        if picture.display is not None:
            sets[picture.placed.group, picture.placed.locale, picture.display.id].append(picture)
    check = _SetCheck(shelf, pictures, sets, root)
    return [
        *check.counts(),
        *check.order(),
        *check.missing_displays(),
        *check.missing_screens(),
        *check.required(),
        *check.promotion(),
    ]


class _SetCheck:
    def __init__(self, shelf: Shelf, pictures: Sequence[Picture], sets: _Sets, root: str) -> None:
        self.shelf = shelf
        self.pictures = pictures
        self.sets = sets
        self.root = PurePosixPath(root)
        self.groups = sorted({group for group, _ in shelf.locales})

    def finding(
        self, code: str, message: str, place: PurePosixPath, severity: Severity = Severity.WARNING
    ) -> Finding:
        return Finding(code=code, message=message, severity=severity, file=(self.root / place).as_posix())

    def counts(self) -> Iterator[Finding]:
        for (_, locale, id_), pictures in self.sets.items():
            display = find_display(id_)
            count = len(pictures)
            place = pictures[0].placed.path.parent
            if display.max_count is not None and count > display.max_count:
                message = f"{locale} has {count} pictures for {label(display)}, which takes {display.max_count}. Remove some."
                yield self.finding("verify-too-many", message, place, Severity.ERROR)
            elif count < display.min_count:
                message = f"{locale} has {count} picture for {label(display)}, which needs {display.min_count}. Add more."
                yield self.finding("verify-too-few", message, place, Severity.ERROR)

    def order(self) -> Iterator[Finding]:
        """deliver sorts names by their numbers; the tools for Google Play sort them plainly."""
        if self.shelf.tree.layout is Layout.DELIVER:
            return
        for pictures in self.sets.values():
            plain = sorted(p.placed.path.name for p in pictures)
            natural = sorted(plain, key=_by_numbers)
            swapped = next((pair for pair in zip(plain, natural, strict=True) if pair[0] != pair[1]), None)
            if swapped:
                message = (
                    f"{self.shelf.tree.layout} sorts names letter by letter, so {swapped[0]} comes before "
                    f"{swapped[1]}. Give all numbers the same length (01, 02, ... 10)."
                )
                yield self.finding("verify-order", message, pictures[0].placed.path.parent)

    def missing_displays(self) -> Iterator[Finding]:
        for group in self.groups:
            folders = {code: folder for (g, code), folder in self.shelf.locales.items() if g == group}
            have: dict[str, set[str]] = {code: set() for code in folders}
            for g, locale, id_ in self.sets:
                # An icon says the same in every language, and Play shows the default listing's.
                if g == group and find_display(id_).supply_dir != "icon":
                    have[locale].add(id_)
            unread = {p.placed.locale for p in self.pictures if p.display is None and p.placed.group == group}
            lacking, rare = find_gaps(have)
            for locale, ids in lacking.items():
                if not have[locale] and locale in unread:
                    continue  # its pictures have no display, which is reported with each of them
                names = some([label(find_display(id_)) for id_ in ids])
                message = f"{locale} has no picture for {names}, which other locales have. Add them."
                yield self.finding("verify-missing-display", message, folders[locale])
            for id_, holders in rare.items():
                message = (
                    f"Only {len(holders)} of {len(have)} locales have pictures for {label(find_display(id_))}: "
                    f"{some(holders)}. Add the others."
                )
                yield self.finding("verify-missing-display", message, self.shelf.tree.folder)

    def missing_screens(self) -> Iterator[Finding]:
        unread: dict[tuple[str, str], set[str]] = defaultdict(set)
        for picture in self.pictures:
            if picture.display is None:
                unread[picture.placed.group, picture.placed.locale].add(screen_name(picture.placed))
        by_display: dict[tuple[str, str], dict[str, list[Picture]]] = defaultdict(dict)
        for (group, locale, id_), pictures in self.sets.items():
            if find_display(id_).kind == "screenshot":
                by_display[group, id_][locale] = pictures
        for (group, id_), locales in by_display.items():
            have = {
                locale: {screen_name(p.placed) for p in pictures} | unread[group, locale]
                for locale, pictures in locales.items()
            }
            yield from self.screens_of(find_display(id_), have, locales)

    def screens_of(
        self, display: Display, have: Mapping[str, set[str]], locales: Mapping[str, list[Picture]]
    ) -> Iterator[Finding]:
        lacking, rare = find_gaps(have)
        for locale, names in lacking.items():
            numbers = {_number(name) for name in have[locale]} - {""}
            missed = [name for name in names if _number(name) not in numbers]
            place = locales[locale][0].placed.path.parent
            if not missed:
                continue
            if len(missed) == len(names) and not any(have[locale] & have[other] for other in have if other != locale):
                # Not one name in common: the names are translated, so only the count can tell.
                if len(have[locale]) < len(names):
                    message = (
                        f"{locale} has {len(have[locale])} pictures for {label(display)}, other locales have "
                        f"{len(names)}. Add what is missing."
                    )
                    yield self.finding("verify-missing-screen", message, place)
                continue
            message = f"{locale} lacks {some(missed)} for {label(display)}, which other locales have. Add it."
            yield self.finding("verify-missing-screen", message, place)
        for name, holders in rare.items():
            numbered = _number(name)
            others = [l for l in have if l not in holders and numbered not in ({_number(n) for n in have[l]} - {""})]
            if others and len({_size(have[l]) for l in have}) > 1:
                message = (
                    f"Only {len(holders)} of {len(have)} locales have {name} for {label(display)}: {some(holders)}. "
                    "Add the others."
                )
                yield self.finding("verify-missing-screen", message, self.shelf.tree.folder)

    def required(self) -> Iterator[Finding]:
        present = {id_ for group, _, id_ in self.sets if group != "iMessage"}
        if self.shelf.tree.layout.store is Store.APPLE:
            platforms = {find_display(id_).platform for id_ in present}
            wanted = [find_display(id_) for id_ in apple_rules().recommended]
            wanted = [d for d in wanted if d.platform in platforms]
        else:
            wanted = [d for d in displays().values() if d.store is Store.PLAY and d.required]
        for display in wanted:
            if display.id not in present:
                # Graphics may stand in the Play Console already; screenshots are what this set is about.
                severity = Severity.NOTE if display.kind == "graphic" else Severity.WARNING
                message = f"No picture is for {label(display)}. {display.required_note}"
                yield self.finding("verify-required-display", message, self.shelf.tree.folder, severity)

    def promotion(self) -> Iterator[Finding]:
        short: dict[str, list[str]] = defaultdict(list)
        for (_, locale, id_), pictures in self.sets.items():
            rule = find_display(id_).promotion
            if rule is not None and sum(_may_promote(p, rule) for p in pictures) < rule.min_count:
                short[id_].append(locale)
        for id_, locales in short.items():
            display = find_display(id_)
            rule = display.promotion
            if rule is not None:
                message = (
                    f"Google Play promotes apps with at least {rule.min_count} large pictures for {label(display)} "
                    f"(games {rule.min_count_games}). {rule.note} Fewer have {some(locales)}."
                )
                yield self.finding("verify-promotion", " ".join(message.split()), self.shelf.tree.folder, Severity.NOTE)


def find_gaps(have: Mapping[str, Iterable[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What is not everywhere, told from the smaller side.

    `have` maps a locale to what it has. The first result maps a locale to what it lacks though at least half of
    the locales have it; the second maps a rarer thing to the few locales that have it.
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
            if locale not in holders[thing]:
                lacking[locale].append(thing)
    return dict(lacking), rare


def screen_name(placed: Placed) -> str:
    """A picture's name without suffix, frame mark and locale: what the same screen has in every locale."""
    stem = placed.path.stem.casefold().replace("_framed", "")
    for code in {placed.locale.casefold(), placed.path.parent.name.casefold()}:
        for spelled in (code, code.replace("-", "_")):
            stem = re.sub(rf"(^|[-_. ]){re.escape(spelled)}(?=$|[-_. ])", "", stem)
    return stem.strip("-_. ") or stem


def _size(names: Iterable[str]) -> int:
    return sum(1 for _ in names)


def _number(name: str) -> str:
    """The number that a name starts with, without zeros before it; '' if there is none."""
    found = _DIGITS.match(name)
    return found[0].lstrip("0") or "0" if found else ""


def _by_numbers(name: str) -> list[str | int]:
    """Sort key by which 2 comes before 10. Text and numbers alternate, so that they are never compared."""
    return [int(part) if place % 2 else part for place, part in enumerate(_DIGITS.split(name))]


def _may_promote(picture: Picture, rule: Promotion) -> bool:
    if picture.facts is None:
        return False
    width, height = picture.facts.size
    if rule.min_side is not None and min(width, height) < rule.min_side:
        return False
    if rule.max_side is not None and max(width, height) > rule.max_side:
        return False
    return not rule.ratios or any(width * high == height * wide for wide, high in rule.ratios)
