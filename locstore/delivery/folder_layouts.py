"""Where a picture goes in a store-ready folder: the layouts of fastlane and gradle-play-publisher, and of packages.

A package adds a layout by an entry point in the group `locstore.folder_layouts`: an object as `FolderLayout` says.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import Protocol, cast

from locstore.folder_layout_names import BUILT_IN, GROUP
from locstore.plugins import load_plugin
from locstore.shots import Cell
from locstore.stores import Store, apple_rules

_SUFFIX = {"png": ".png", "jpeg": ".jpg"}
APPLE_BY_HAND = "app-store-connect"
"""The folder of App Store pictures that no upload tool takes."""


class FolderLayout(Protocol):
    """Where an upload tool looks for the pictures of a store."""

    @property
    def name(self) -> str:
        """What `--layout` and `layout` in the project file call it."""
        ...

    def path(self, cell: Cell) -> PurePosixPath | None:
        """The picture's path below the output folder; None if its store does not offer the locale.

        Different cells should have different paths; where two share one, the later is refused with a finding.
        """
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class _StoreLayout:
    """deliver's trees for the App Store, and `play` for what Google Play's upload tools take."""

    name: str
    play: Callable[[Cell], PurePosixPath | None]

    def path(self, cell: Cell) -> PurePosixPath | None:
        if cell.display.store is Store.APPLE:
            return by_hand_path(cell) if cell.display.by_hand and cell.locale.apple else deliver_path(cell)
        return by_hand_path(cell) if cell.display.by_hand else self.play(cell)


def file_name(cell: Cell, *, display: bool) -> str:
    """`01_iphone_69_hero.png`: zero-padded, for supply sorts plainly and deliver by the number.

    A display in another of its sizes is always named: its pictures share a folder with those of its own size.
    """
    named = display or cell.display.id != cell.display.base
    parts = [f"{cell.number:02d}", *([cell.display.id] if named else []), cell.screen]
    return "_".join(parts) + _SUFFIX[cell.format]


def deliver_path(cell: Cell) -> PurePosixPath | None:
    """For fastlane deliver (2026-07), which needs a tree for each platform's version of an app."""
    locale = cell.locale.apple
    if locale is None:
        return None
    name = file_name(cell, display=True)
    if cell.display.hint:
        # deliver tells displays of the same pixel size apart by this piece of the path.
        name = name.replace(cell.display.id, f"{cell.display.id}_{cell.display.hint}", 1)
    return PurePosixPath(apple_rules().tree_of(cell.display.platform).folder, locale, name)


def _supply(cell: Cell) -> PurePosixPath | None:
    """For fastlane supply (2026-07)."""
    locale, folder = cell.locale.play, cell.display.supply_dir
    if locale is None or folder is None:
        return None
    images = PurePosixPath("metadata/android", locale, "images")
    if cell.display.kind == "graphic":
        return images / f"{folder}{_SUFFIX[cell.format]}"
    return images / folder / file_name(cell, display=False)


def _gradle_play_publisher(cell: Cell) -> PurePosixPath | None:
    """For gradle-play-publisher (its README, 2026)."""
    locale, folder = cell.locale.play, cell.display.gpp_dir
    if locale is None or folder is None:
        return None
    return PurePosixPath("src/main/play/listings", locale, "graphics", folder) / file_name(cell, display=False)


def by_hand_path(cell: Cell) -> PurePosixPath:
    """For what no upload tool takes: custom sizes, types of the Play Console alone, displays that deliver lacks."""
    folders = {Store.CUSTOM: "web", Store.PLAY: "console", Store.APPLE: APPLE_BY_HAND}
    return PurePosixPath(folders[cell.display.store], cell.locale.bcp47, file_name(cell, display=True))


FASTLANE: FolderLayout = _StoreLayout("fastlane", _supply)
GRADLE_PLAY_PUBLISHER: FolderLayout = _StoreLayout("gradle-play-publisher", _gradle_play_publisher)


@cache
def folder_layout(name: str) -> FolderLayout:
    """The layout of this name. Raises UsageError if there is none, EnvironmentProblem if its package is broken."""
    return cast("FolderLayout", load_plugin(GROUP, name, BUILT_IN))


def delivery_path(cell: Cell, layout: str) -> PurePosixPath | None:
    """The picture's path below the output folder; None if the store does not offer the locale.

    Raises ValueError if a package's layout names a path that would leave the output folder.
    """
    path = folder_layout(layout).path(cell)
    if path is not None and (path.is_absolute() or ".." in path.parts or not path.name):
        raise ValueError(f"The folder layout {layout!r} puts {cell.key} at {path}, outside of the output folder")
    return path


def path_clashes(cells: Iterable[Cell], layout: str) -> Iterator[tuple[Cell, Cell]]:
    """(first, later) for each cell whose path an earlier one has: five screens of one feature graphic, say."""
    taken: dict[PurePosixPath, Cell] = {}
    for cell in cells:
        path = delivery_path(cell, layout)
        if path is not None and taken.setdefault(path, cell) is not cell:
            yield taken[path], cell
