"""Recognizes the folder layouts of fastlane deliver, fastlane supply and gradle-play-publisher below a folder."""

from __future__ import annotations

import dataclasses
from pathlib import PurePosixPath

from locstore.stores import Store, apple_rules, displays
from locstore.verify.listing import Listing, is_picture
from locstore.verify.locale_folders import find_locale
from locstore.verify.tool import Tool

_SUPPLY_ROOTS = ("metadata/android", "fastlane/metadata/android", "android")
_GRADLE_ROOTS = ("listings", "play/listings")
_GRADLE_SOURCES = ("src", "app/src")

LOOKED_FOR = (
    "screenshots/<locale>/ (fastlane deliver), metadata/android/<locale>/images/ (fastlane supply), both also below "
    "fastlane/, src/main/play/listings/<locale>/graphics/ (gradle-play-publisher), or one of these folders itself"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Tree:
    """One tree of folders of an upload tool: `folder` is relative to the verified folder and holds locale folders.

    With `locale` the folder is itself that locale's.
    """

    tool: Tool
    folder: PurePosixPath
    locale: str | None = None


def find_trees(listing: Listing) -> list[Tree]:
    """Every layout below the listing's root, or the root itself as a part of one; [] if nothing is recognized."""
    trees_of_deliver = [tree.folder for tree in apple_rules().trees]
    candidates = [(Tool.DELIVER, f"{base}{name}") for base in ("", "fastlane/") for name in trees_of_deliver]
    candidates += [(Tool.SUPPLY, place) for place in _SUPPLY_ROOTS]
    candidates += [(Tool.GRADLE, place) for place in _GRADLE_ROOTS]
    for source in _GRADLE_SOURCES:
        if listing.is_folder(PurePosixPath(source)):
            flavours = listing.entries(PurePosixPath(source)).folders
            candidates += [(Tool.GRADLE, f"{source}/{flavour}/play/listings") for flavour in flavours]
    trees: dict[str, Tree] = {}
    for tool, place in candidates:
        folder = PurePosixPath(place)
        if listing.is_folder(folder):
            trees.setdefault(listing.real(folder), Tree(tool, folder))
    return list(trees.values()) or _root_itself(listing)


def _root_itself(listing: Listing) -> list[Tree]:
    here = PurePosixPath()
    name = listing.name
    for tool, is_locale in ((Tool.SUPPLY, _is_supply_locale), (Tool.GRADLE, _is_gradle_locale)):
        if is_locale(listing, here):
            return [Tree(tool, here, name)]
        if any(is_locale(listing, here / folder) for folder in listing.entries(here).folders):
            return [Tree(tool, here)]
    if any(_is_deliver_folder(listing, folder) for folder in listing.entries(here).folders):
        return [Tree(Tool.DELIVER, here)]
    if find_locale(name, Store.APPLE) and any(is_picture(f) for f in listing.entries(here).files):
        return [Tree(Tool.DELIVER, here, name)]
    return []


def _is_supply_locale(listing: Listing, folder: PurePosixPath) -> bool:
    images = folder / "images"
    if not listing.is_folder(images):
        return False
    known = {d.supply_dir.casefold() for d in displays().values() if d.supply_dir}
    entries = listing.entries(images)
    names = [*entries.folders, *(PurePosixPath(f).stem for f in entries.files if is_picture(f))]
    return any(name.casefold() in known for name in names)


def _is_gradle_locale(listing: Listing, folder: PurePosixPath) -> bool:
    graphics = folder / "graphics"
    if not listing.is_folder(graphics):
        return False
    known = {d.gpp_dir for d in displays().values() if d.gpp_dir}
    return any(name in known for name in listing.entries(graphics).folders)


def _is_deliver_folder(listing: Listing, name: str) -> bool:
    """A locale folder with pictures, or one of deliver's special folders; in `screenshots`, any with pictures.

    `name` is a folder in the listing's root.
    """
    rules = apple_rules()
    if name.casefold() in {folder.casefold() for folder in rules.expanded_folders}:
        inner = listing.entries(PurePosixPath(name)).folders
        return any(find_locale(folder, Store.APPLE) is not None for folder in inner)
    roots = {tree.folder for tree in rules.trees}
    if find_locale(name, Store.APPLE) is None and listing.name.casefold() not in roots:
        return False
    return any(is_picture(file) for file in listing.entries(PurePosixPath(name)).files)
