"""Checks on a shelf's pictures together: counts, order, displays that a store asks for, Google's promotion."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from locstore.findings import Finding, Severity
from locstore.stores import Promotion, Store, apple_rules, displays, find_display
from locstore.verify.layouts import Layout
from locstore.verify.listing import some
from locstore.verify.rules import label
from locstore.verify.store_folders import Picture, Shelf

_DIGITS = re.compile(r"([0-9]+)")

# (deliver's special folder, locale, display id) -> pictures
_Sets = Mapping[tuple[str, str, str], Sequence[Picture]]


def verify_sets(shelf: Shelf, pictures: Sequence[Picture]) -> list[Finding]:
    """Findings on one shelf's pictures of each display and locale, and on the displays it has."""
    sets: dict[tuple[str, str, str], list[Picture]] = defaultdict(list)
    for picture in pictures:
        if picture.display is not None:
            sets[picture.placed.group, picture.placed.locale, picture.display.id].append(picture)
    if not sets:
        return []
    return [*_counts(shelf, sets), *_order(shelf, sets), *_required(shelf, sets), *_promotion(shelf, sets)]


def _counts(shelf: Shelf, sets: _Sets) -> Iterator[Finding]:
    for (_, locale, id_), pictures in sets.items():
        display = find_display(id_)
        count = len(pictures)
        if display.max_count is not None and count > display.max_count:
            message = (
                f"{locale} has {count} pictures for {label(display)}, which takes {display.max_count}. Remove some."
            )
            code = "verify-too-many"
        elif count < display.min_count:
            message = f"{locale} has {count} of the {display.min_count} pictures that {label(display)} needs. Add more."
            code = "verify-too-few"
        else:
            continue
        yield Finding(code=code, message=message, file=shelf.display_path(pictures[0].placed.path.parent))


def _order(shelf: Shelf, sets: _Sets) -> Iterator[Finding]:
    """Only the tools for Google Play sort names plainly; deliver goes by their numbers."""
    if shelf.tree.layout is Layout.DELIVER:
        return
    for pictures in sets.values():
        plain = sorted(p.placed.path.name for p in pictures)
        natural = sorted(plain, key=_by_numbers)
        swapped = next((pair for pair in zip(plain, natural, strict=True) if pair[0] != pair[1]), None)
        if swapped:
            message = (
                f"{shelf.tree.layout} sorts names letter by letter, so {swapped[0]} comes before {swapped[1]}. "
                "Give all numbers the same length (01, 02, ... 10)."
            )
            folder = shelf.display_path(pictures[0].placed.path.parent)
            yield Finding(code="verify-order", message=message, severity=Severity.WARNING, file=folder)


def _required(shelf: Shelf, sets: _Sets) -> Iterator[Finding]:
    present = {id_ for group, _, id_ in sets if group.casefold() != "imessage"}
    if shelf.tree.layout.store is Store.APPLE:
        platforms = {find_display(id_).platform for id_ in present}
        recommended = [find_display(id_) for id_ in apple_rules().recommended]
        wanted = [d for d in recommended if d.platform in platforms]
    else:
        wanted = [d for d in displays().values() if d.store is Store.PLAY and d.required]
    for display in wanted:
        if display.id in present:
            continue
        # Graphics may already stand in the Play Console, and what is only recommended is no fault.
        required = display.required and display.kind == "screenshot"
        severity = Severity.WARNING if required else Severity.NOTE
        message = f"There is no picture for {label(display)}. {display.required_note}"
        folder = shelf.display_path(shelf.tree.folder)
        yield Finding(code="verify-required-display", message=message, severity=severity, file=folder)


def _promotion(shelf: Shelf, sets: _Sets) -> Iterator[Finding]:
    short: dict[str, list[str]] = defaultdict(list)
    for (_, locale, id_), pictures in sets.items():
        rule = find_display(id_).promotion
        if rule is not None and sum(_may_promote(p, rule) for p in pictures) < rule.min_count:
            short[id_].append(locale)
    for id_, locales in short.items():
        display = find_display(id_)
        if display.promotion is None:
            continue
        message = (
            f"Google Play promotes apps with at least {display.promotion.min_count} large pictures "
            f"(games {display.promotion.min_count_games}) for {label(display)}; fewer are in {some(locales)}. "
            f"{display.promotion.note}"
        )
        yield Finding(
            code="verify-promotion",
            message=message.strip(),
            severity=Severity.NOTE,
            file=shelf.display_path(shelf.tree.folder),
        )


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
