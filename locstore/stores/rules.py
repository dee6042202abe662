"""What App Store Connect asks of every screenshot, and how fastlane deliver reads a folder of them."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

from locstore.stores.tables import read_table


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AppleTree:
    """One platform's version of an app, which fastlane deliver uploads from a folder tree of its own.

    `platform` is the value of deliver's option of that name, `displays` are the platforms of the displays that belong
    into the tree (`Display.platform`), `folder` is the name of its folder in locstore's output.
    """

    platform: str
    displays: tuple[str, ...]
    folder: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AppleRules:
    """Rules that are the same for every App Store display.

    Counts are for each display and language, bytes for each picture. `recommended` are the ids of the displays to
    make by default; of each group in `one_of` a single display is enough, the same one in every language.
    `special_folders` are the names beside languages that deliver knows; `expanded_folders` of them hold language
    folders, `passed_over` are names that it leaves out (all in any case). Where a folder has a file whose name ends in
    `framed_mark`, deliver leaves out files whose paths have none of `framed_words`. `suffixes` are the endings, spelled
    as here, that deliver's validator takes. `imessage_displays` are the ids that an iMessage app has.
    """

    formats: tuple[str, ...]
    alpha_allowed: bool
    min_count: int
    max_count: int
    max_bytes: int
    recommended: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...]
    special_folders: tuple[str, ...]
    expanded_folders: tuple[str, ...]
    passed_over: tuple[str, ...]
    framed_mark: str
    framed_words: tuple[str, ...]
    suffixes: tuple[str, ...]
    imessage_displays: tuple[str, ...]
    trees: tuple[AppleTree, ...]
    sources: tuple[str, ...]
    checked: str

    def tree_of(self, platform: str) -> AppleTree:
        """The tree that a display of this platform (`iphone`, `mac`) belongs into. Raises KeyError if none does."""
        for tree in self.trees:
            if platform in tree.displays:
                return tree
        raise KeyError(platform)


@cache
def apple_rules() -> AppleRules:
    """The rules common to all App Store displays."""
    table = read_table("apple_rules")
    trees = tuple(
        AppleTree(platform=row["platform"], displays=tuple(row["displays"]), folder=row["folder"])
        for row in table.pop("tree")
    )
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    values["one_of"] = tuple(tuple(group) for group in table["one_of"])
    values["checked"] = table["checked"].isoformat()
    return AppleRules(**values, trees=trees)
