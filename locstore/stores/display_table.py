"""Finds displays: all of them, one by its id, or those that a picture's size belongs to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Literal

from locstore.stores.displays import Display, Promotion, Store
from locstore.stores.rules import apple_rules
from locstore.stores.tables import parse_ratio, parse_size, read_table, size_text

_ORIENTATIONS: tuple[Literal["portrait", "landscape"], ...] = ("portrait", "landscape")


class UnknownDisplay(LookupError):
    """No display has this id; the message names similar ones."""


@cache
def displays() -> Mapping[str, Display]:
    """Every display by id: the App Store's in the order of Apple's page, then Google Play's."""
    found = {d.id: d for d in _apple_displays()}
    found.update((d.id, d) for d in _play_displays())
    return MappingProxyType(found)


def find_display(id: str) -> Display:  # noqa: A002 - the field's name
    """The display with this id, also in another of its sizes (`iphone_69_landscape`). Raises UnknownDisplay."""
    try:
        return _by_any_id()[id]
    except KeyError:
        raise UnknownDisplay(_unknown(id)) from None


def display_variant(
    id: str,  # noqa: A002 - the field's name
    *,
    orientation: Literal["portrait", "landscape"] | None = None,
    size: tuple[int, int] | None = None,
) -> Display:
    """A display in another of the sizes (width, height) that its store takes; its pictures join the same set.

    The first size of the table that fits is taken; for Google Play any size within the display's bounds is taken. The
    variant's id is the display's with `_landscape`, `_portrait` or the size (`ipad_13_2048x2732`) after it; where the
    wanted size is the display's own, it is the display itself. Raises UnknownDisplay, and ValueError if the store takes
    no such size.
    """
    try:
        display = displays()[id]
    except KeyError:
        raise UnknownDisplay(_unknown(id)) from None
    wanted = size or next((s for s in display.sizes if _lies(s) == (orientation == "landscape")), None)
    if wanted is None:
        raise ValueError(f"{id} has no {orientation} size; it takes {_size_list(display)}.")
    if (problem := display.accepts(wanted) or display.advice_on(wanted)) is not None:
        raise ValueError(problem)
    if size is not None and orientation is not None and _lies(size) != (orientation == "landscape"):
        raise ValueError(f"{size_text(size)} is not {orientation}; leave one of the two out.")
    if wanted == display.size:
        return display
    suffix = size_text(wanted) if size is not None else orientation
    return dataclasses.replace(display, id=f"{id}_{suffix}", base=id, size=wanted)


@cache
def _by_any_id() -> Mapping[str, Display]:
    """Displays and the variants of their listed sizes, by id."""
    found = dict(displays())
    for display in displays().values():
        for size in display.sizes[1:]:
            variant = display_variant(display.id, size=size)
            found[variant.id] = variant
        for orientation in _ORIENTATIONS:
            if any(_lies(size) == (orientation == "landscape") for size in display.sizes):
                variant = display_variant(display.id, orientation=orientation)
                found.setdefault(variant.id, variant)
    return MappingProxyType(found)


def _lies(size: tuple[int, int]) -> bool:
    """Whether a size (width, height) is wider than high."""
    return size[0] > size[1]


def _size_list(display: Display) -> str:
    return ", ".join(size_text(size) for size in display.sizes)


def displays_of_size(size: tuple[int, int], store: Store = Store.APPLE, path: str = "") -> tuple[Display, ...]:
    """The displays that a picture of this size (width, height) in pixels belongs to; () if none does.

    Two App Store sizes belong to two displays. With a `path` one of them is chosen as fastlane deliver does
    it (app_screenshot.rb, 2026-07): words anywhere in the path, in any case. Google Play goes by bounds, so
    most sizes fit several displays; a `path` in a folder of supply or gradle-play-publisher names the one.
    """
    fitting = tuple(d for d in displays().values() if d.store is store and d.accepts(size) is None)
    if not path or len(fitting) < 2:
        return fitting
    if store is Store.APPLE:
        return _chosen_by_deliver(fitting, path)
    posix = PurePosixPath(path.replace("\\", "/"))
    names = {*posix.parts, posix.stem}
    return tuple(d for d in fitting if {d.supply_dir, d.gpp_dir} & names) or fitting


def _chosen_by_deliver(fitting: tuple[Display, ...], path: str) -> tuple[Display, ...]:
    lowered = path.lower()
    hinted = [d for d in fitting if any(all(word in lowered for word in words) for words in d.hints)]
    return tuple(hinted[:1]) or tuple(d for d in fitting if not d.hints)


def _unknown(id_: str) -> str:
    near = _near(id_.lower().replace("-", "_"))
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    return f"There is no display {id_!r}. {meant}`locstore displays` lists them all."


def _near(wanted: str) -> list[str]:
    """Ids, nearest first. The API's names count, whose numbers are not ours: APP_IPHONE_61 is iphone_63."""
    from difflib import get_close_matches

    api = {n.lower(): d.id for d in displays().values() for n in (d.asc_display_type, d.image_type) if n}
    spelled = {name.removeprefix("app_"): id_ for name, id_ in api.items()} | {id_: id_ for id_ in displays()}
    if known := api.get(wanted) or spelled.get(wanted):
        return [known]
    return list(dict.fromkeys(spelled[name] for name in get_close_matches(wanted, spelled)))


def _apple_displays() -> Iterator[Display]:
    table = read_table("apple_displays")
    rules = apple_rules()
    for id_, row in table["display"].items():
        sizes = tuple(parse_size(s) for s in row["sizes"])
        yield Display(
            id=id_,
            name=row["name"],
            store=Store.APPLE,
            platform=row["platform"],
            form=row["form"],
            kind="screenshot",
            size=sizes[0],
            sizes=sizes,
            required=row.get("required", False),
            required_note=row.get("required_note", ""),
            min_count=rules.min_count,
            max_count=rules.max_count,
            max_bytes=rules.max_bytes,
            formats=rules.formats,
            alpha="allowed" if rules.alpha_allowed else "refused",
            alpha_note="App Store Connect refuses an alpha channel, even where every pixel is opaque.",
            unknown_to_deliver=tuple(parse_size(s) for s in row.get("unknown_to_deliver", ())),
            asc_display_type=row.get("asc_display_type"),
            hints=tuple(tuple(words) for words in row.get("hints", ())),
            scaled_from=row.get("scaled_from"),
            devices=tuple(row["devices"]),
            **_provenance(table, row),
        )


def _play_displays() -> Iterator[Display]:
    table = read_table("play_displays")
    for id_, own in table["display"].items():
        row = table["defaults"] | own
        sizes = tuple(parse_size(s) for s in row["sizes"])
        yield Display(
            id=id_,
            name=row["name"],
            store=Store.PLAY,
            platform="android",
            form=row["form"],
            kind=row.get("kind", "screenshot"),
            size=sizes[0],
            sizes=sizes,
            required=row.get("required", False),
            required_note=row.get("required_note", ""),
            min_count=row.get("min_count", 0),
            max_count=row["max_count"],
            max_bytes=row.get("max_bytes"),
            formats=tuple(row["formats"]),
            alpha=row["alpha"],
            alpha_note=row.get("alpha_note", ""),
            taken_ratio=Fraction(row["taken_ratio"]) if "taken_ratio" in row else None,
            image_type=row.get("image_type"),
            supply_dir=row.get("supply_dir"),
            gpp_dir=row.get("gpp_dir"),
            min_side=row.get("min_side"),
            max_side=row.get("max_side"),
            max_ratio=row.get("max_ratio"),
            ratios=tuple(parse_ratio(r) for r in row["ratios"]) if "ratios" in row else None,
            promotion=_promotion(row["promotion"]) if "promotion" in row else None,
            **_provenance(table, row),
        )


def _promotion(row: dict[str, Any]) -> Promotion:
    return Promotion(
        min_count=row["min_count"],
        min_count_games=row.get("min_count_games", row["min_count"]),
        min_side=row.get("min_side"),
        max_side=row.get("max_side"),
        ratios=tuple(parse_ratio(r) for r in row.get("ratios", ())),
        note=row.get("note", ""),
    )


def _provenance(table: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return {
        "note": row.get("note", ""),
        "sources": tuple(table["sources"][key] for key in row["sources"]),
        "checked": table["checked"].isoformat(),
    }
