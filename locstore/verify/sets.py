"""Checks on a store_folder's pictures together: counts, order, displays that a store asks for, Google's promotion."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from locstore.findings import Finding, Severity
from locstore.stores import Promotion, Store, apple_rules, displays, find_display
from locstore.verify.listing import some
from locstore.verify.rules import label
from locstore.verify.store_folders import NO_LOCALE, Picture, StoreFolder
from locstore.verify.tool import Tool

_DIGITS = re.compile(r"([0-9]+)")

# (iMessage or '', locale, display id) -> pictures
_Sets = Mapping[tuple[str, str, str], Sequence[Picture]]


def verify_sets(store_folder: StoreFolder, pictures: Sequence[Picture]) -> list[Finding]:
    """Findings on one store_folder's pictures of each display and locale, and on the displays it has."""
    sets: dict[tuple[str, str, str], list[Picture]] = defaultdict(list)
    for picture in pictures:
        if picture.display is not None:
            sets[picture.placed.group, picture.placed.locale, picture.display.id].append(picture)
    if not sets:
        return []
    checks = (_counts, _order, _platforms, _one_watch_size, _required, _promotion)
    return [finding for check in checks for finding in check(store_folder, sets)]


def _counts(store_folder: StoreFolder, sets: _Sets) -> Iterator[Finding]:
    for (_, locale, id_), pictures in sets.items():
        if locale == NO_LOCALE:
            continue
        display = find_display(id_)
        count = len(pictures)
        if display.max_count is not None and count > display.max_count:
            message = (
                f"{locale!r} has {count} pictures for {label(display)}, which takes {display.max_count}. Remove some."
            )
            code = "verify-too-many"
        elif count < display.min_count:
            message = (
                f"{locale!r} has {count} of the {display.min_count} pictures that {label(display)} needs. Add more."
            )
            code = "verify-too-few"
        else:
            continue
        yield Finding(code=code, message=message, file=store_folder.display_path(pictures[0].placed.path.parent))


def _order(store_folder: StoreFolder, sets: _Sets) -> Iterator[Finding]:
    """Only the tools for Google Play sort names plainly; deliver goes by their numbers."""
    if store_folder.tree.tool is Tool.DELIVER:
        return
    for pictures in sets.values():
        plain = sorted(p.placed.path.name for p in pictures)
        natural = sorted(plain, key=_by_numbers)
        swapped = next((pair for pair in zip(plain, natural, strict=True) if pair[0] != pair[1]), None)
        if swapped:
            message = (
                f"{store_folder.tree.tool} sorts names letter by letter, so {swapped[0]} comes before {swapped[1]}. "
                "Give all numbers the same length (01, 02, ... 10)."
            )
            folder = store_folder.display_path(pictures[0].placed.path.parent)
            yield Finding(code="verify-order", message=message, severity=Severity.WARNING, file=folder)


def _platforms(store_folder: StoreFolder, sets: _Sets) -> Iterator[Finding]:
    """Deliver sends a tree to one platform's version of the app."""
    if store_folder.tree.tool is not Tool.DELIVER:
        return
    rules = apple_rules()
    found: dict[str, str] = {}
    for group, _, id_ in sets:
        if not group:
            tree = rules.tree_of(find_display(id_).platform)
            found.setdefault(tree.platform, f"{id_} ({tree.platform}, {tree.folder}/)")
    if len(found) > 1:
        message = (
            f"The tree mixes platforms: {', '.join(found[p] for p in sorted(found))}. fastlane deliver sends all to "
            "one platform's version of the app. Give each platform a tree of its own."
        )
        folder = store_folder.display_path(store_folder.tree.folder)
        yield Finding(code="verify-mixed-platforms", message=message, file=folder)


def _one_watch_size(store_folder: StoreFolder, sets: _Sets) -> Iterator[Finding]:
    """Of some displays one is enough, and it has to be the same in every language."""
    for group in apple_rules().one_of:
        have: dict[str, set[str]] = defaultdict(set)
        for _, locale, id_ in sets:
            if id_ in group and locale != NO_LOCALE:
                have[locale].add(id_)
        if len(have) > 1 and not set.intersection(*have.values()):
            parts = [f"{locale!r} has {', '.join(sorted(ids))}" for locale, ids in sorted(have.items())]
            message = (
                "The App Store asks for the same Apple Watch size in every language, and no size is in all: "
                f"{some(parts)}. Give every language one of them."
            )
            folder = store_folder.display_path(store_folder.tree.folder)
            yield Finding(code="verify-watch-size", message=message, file=folder)


def _required(store_folder: StoreFolder, sets: _Sets) -> Iterator[Finding]:
    present = {id_ for group, _, id_ in sets if not group}
    if store_folder.tree.tool.store is Store.APPLE:
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
        folder = store_folder.display_path(store_folder.tree.folder)
        yield Finding(code="verify-required-display", message=message, severity=severity, file=folder)


def _promotion(store_folder: StoreFolder, sets: _Sets) -> Iterator[Finding]:
    """A note for each reason for which Google Play would not promote the app with these pictures."""
    short: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (_, locale, id_), pictures in sets.items():
        rule = find_display(id_).promotion
        if rule is None:
            continue
        reasons = [_not_promoted(p, rule) for p in pictures]
        if reasons.count("") < rule.min_count:
            fewer = f"only {len(pictures)} of {rule.min_count} pictures" if len(pictures) < rule.min_count else ""
            short[id_, fewer or next(reason for reason in reasons if reason)].append(locale)
    for (id_, reason), locales in short.items():
        display = find_display(id_)
        if display.promotion is None:
            continue
        games = display.promotion.min_count_games
        fewer = f" (games {games})" if games != display.promotion.min_count else ""
        message = (
            f"Google Play promotes apps with at least {display.promotion.min_count}{fewer} large pictures for "
            f"{label(display)}. Not so in {some([repr(code) for code in sorted(locales)])}: {reason}. "
            f"{display.promotion.note}"
        )
        yield Finding(
            code="verify-promotion",
            message=message.strip(),
            severity=Severity.NOTE,
            file=store_folder.display_path(store_folder.tree.folder),
        )


def _by_numbers(name: str) -> list[str | int]:
    """Sort key by which 2 comes before 10. Text and numbers alternate, so that they are never compared."""
    return [int(part) if place % 2 else part for place, part in enumerate(_DIGITS.split(name))]


def _not_promoted(picture: Picture, rule: Promotion) -> str:
    """Why Google does not promote an app with this picture; '' if it does."""
    if picture.facts is None:
        return "a picture cannot be read"
    width, height = size = picture.facts.size
    if rule.min_side is not None and min(size) < rule.min_side:
        return f"{width}x{height} has a side below {rule.min_side} pixels"
    if rule.max_side is not None and max(size) > rule.max_side:
        return f"{width}x{height} has a side above {rule.max_side} pixels"
    if rule.ratios and not any(width * high == height * wide for wide, high in rule.ratios):
        shapes = " or ".join(f"{wide}:{high}" for wide, high in rule.ratios)
        return f"{width}x{height} is not {shapes}"
    return ""
