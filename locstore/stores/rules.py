"""What App Store Connect asks of every screenshot, and in brief what stores without displays here ask for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from locstore.stores.tables import parse_ratio, parse_size, read_table


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AppleRules:
    """Rules that are the same for every App Store display.

    Counts are for each display and language, bytes for each picture. `recommended` are the ids of the
    displays to make by default; of each group in `one_of` a single display is enough. `special_folders` are
    the names beside languages that fastlane deliver knows; where a folder has a file with `framed_mark` in
    its name, deliver leaves the unframed files out. `display_types` is the API's ScreenshotDisplayType
    without iMessage.
    """

    formats: tuple[str, ...]
    alpha_allowed: bool
    color_space: str
    min_dpi: int
    min_count: int
    max_count: int
    max_bytes: int
    recommended: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...]
    missing_language: str
    special_folders: tuple[str, ...]
    framed_mark: str
    api_note: str
    display_types: tuple[str, ...]
    sources: tuple[str, ...]
    checked: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OtherStore:
    """A store that locstore has no displays for: enough to choose a custom size.

    Sizes are (width, height) in pixels. `sizes` is the exact list where the store has one, else `min_size`
    and `max_size` bound the size. `confidence` says how well the source is known; None and () mean not
    known.
    """

    id: str
    name: str
    formats: tuple[str, ...]
    min_count: int
    max_count: int
    max_bytes: int | None
    sizes: tuple[tuple[int, int], ...]
    min_size: tuple[int, int] | None
    max_size: tuple[int, int] | None
    max_ratio: float | None
    ratios: tuple[tuple[int, int], ...]
    confidence: Literal["high", "medium", "low"]
    note: str
    source: str
    checked: str


@cache
def apple_rules() -> AppleRules:
    """The rules common to all App Store displays."""
    table = read_table("apple_rules")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    values["one_of"] = tuple(tuple(group) for group in table["one_of"])
    values["checked"] = table["checked"].isoformat()
    return AppleRules(**values)


@cache
def other_stores() -> Mapping[str, OtherStore]:
    """Microsoft, Amazon, Huawei and Samsung by id."""
    table = read_table("other_stores")
    checked = table["checked"].isoformat()
    return MappingProxyType({id_: _other_store(id_, row, checked) for id_, row in table["store"].items()})


def _other_store(id_: str, row: dict[str, Any], checked: str) -> OtherStore:
    return OtherStore(
        id=id_,
        name=row["name"],
        formats=tuple(row["formats"]),
        min_count=row["min_count"],
        max_count=row["max_count"],
        max_bytes=row.get("max_bytes"),
        sizes=tuple(parse_size(s) for s in row.get("sizes", ())),
        min_size=parse_size(row["min_size"]) if "min_size" in row else None,
        max_size=parse_size(row["max_size"]) if "max_size" in row else None,
        max_ratio=row.get("max_ratio"),
        ratios=tuple(parse_ratio(r) for r in row.get("ratios", ())),
        confidence=row["confidence"],
        note=row["note"],
        source=row["source"],
        checked=checked,
    )
