"""Recognizes the folder layouts of fastlane deliver, fastlane supply and gradle-play-publisher below a folder."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from pathlib import PurePosixPath

from locstore.stores import Store, displays
from locstore.verify.listing import Listing, is_picture
from locstore.verify.locale_folders import find_locale

_DELIVER_ROOTS = ("screenshots", "fastlane/screenshots")
_SUPPLY_ROOTS = ("metadata/android", "fastlane/metadata/android", "android")
_GRADLE_ROOTS = ("listings", "play/listings")
_GRADLE_SOURCES = ("src", "app/src")

# Of deliver's special folders these two hold locale folders of their own (in lower case here).
EXPANDED_FOLDERS = ("appletv", "imessage")
LOOKED_FOR = (
    "screenshots/<locale>/ (fastlane deliver), metadata/android/<locale>/images/ (fastlane supply), both also below "
    "fastlane/, src/main/play/listings/<locale>/graphics/ (gradle-play-publisher), or one of these folders itself"
)


class Layout(StrEnum):
    """Whose folders these are."""

    DELIVER = "fastlane deliver"
    SUPPLY = "fastlane supply"
    GRADLE = "gradle-play-publisher"

    @property
    def store(self) -> Store:
        return Store.APPLE if self is Layout.DELIVER else Store.PLAY


@dataclasses.dataclass(frozen=True, slots=True)
class Tree:
    """One layout found: `folder` is relative to the verified folder and holds locale folders.

    With `locale` the folder is itself that locale's.
    """

    layout: Layout
    folder: PurePosixPath
    locale: str | None = None


def find_trees(listing: Listing) -> list[Tree]:
    """Every layout below the listing's root, or the root itself as a part of one; [] if nothing is recognized."""
    candidates = [(Layout.DELIVER, place) for place in _DELIVER_ROOTS]
    candidates += [(Layout.SUPPLY, place) for place in _SUPPLY_ROOTS]
    candidates += [(Layout.GRADLE, place) for place in _GRADLE_ROOTS]
    for source in _GRADLE_SOURCES:
        if listing.is_folder(PurePosixPath(source)):
            flavours = listing.entries(PurePosixPath(source)).folders
            candidates += [(Layout.GRADLE, f"{source}/{flavour}/play/listings") for flavour in flavours]
    trees: dict[str, Tree] = {}
    for layout, place in candidates:
        folder = PurePosixPath(place)
        if listing.is_folder(folder):
            trees.setdefault(listing.real(folder), Tree(layout, folder))
    return list(trees.values()) or _root_itself(listing)


def _root_itself(listing: Listing) -> list[Tree]:
    here = PurePosixPath()
    name = listing.name
    for layout, is_locale in ((Layout.SUPPLY, _is_supply_locale), (Layout.GRADLE, _is_gradle_locale)):
        if is_locale(listing, here):
            return [Tree(layout, here, name)]
        if any(is_locale(listing, here / folder) for folder in listing.entries(here).folders):
            return [Tree(layout, here)]
    if any(_is_deliver_folder(listing, folder) for folder in listing.entries(here).folders):
        return [Tree(Layout.DELIVER, here)]
    if find_locale(name, Store.APPLE) and any(is_picture(f) for f in listing.entries(here).files):
        return [Tree(Layout.DELIVER, here, name)]
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
    """A locale folder with pictures, or one of deliver's special folders; in `screenshots`, any with pictures."""
    if name.casefold() in EXPANDED_FOLDERS:
        inner = listing.entries(PurePosixPath(name)).folders
        return any(find_locale(folder, Store.APPLE) is not None for folder in inner)
    if find_locale(name, Store.APPLE) is None and listing.name.casefold() != "screenshots":
        return False
    return any(is_picture(file) for file in listing.entries(PurePosixPath(name)).files)
