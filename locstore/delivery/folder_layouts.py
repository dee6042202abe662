"""Where a picture stands in a store-ready tree: fastlane deliver and supply, or gradle-play-publisher."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from locstore.shots import Cell
from locstore.stores import Store

_SUFFIX = {"png": ".png", "jpeg": ".jpg"}


def _file_name(place: Cell, *, display: bool) -> str:
    """`01_iphone_69_hero.png`: zero-padded, for supply sorts plainly and deliver by the number."""
    parts = [f"{place.number:02d}", *([place.display.id] if display else []), place.screen]
    return "_".join(parts) + _SUFFIX[place.format]


def _deliver(place: Cell) -> PurePosixPath | None:
    locale = place.locale.apple
    if locale is None:
        return None
    name = _file_name(place, display=True)
    if place.display.hint:
        # deliver tells displays of the same pixel size apart by this piece of the path.
        name = name.replace(place.display.id, f"{place.display.id}_{place.display.hint}", 1)
    return PurePosixPath("screenshots", locale, name)


def _supply(place: Cell) -> PurePosixPath | None:
    locale, folder = place.locale.play, place.display.supply_dir
    if locale is None or folder is None:
        return None
    images = PurePosixPath("metadata/android", locale, "images")
    if place.display.kind == "graphic":
        return images / f"{folder}{_SUFFIX[place.format]}"
    return images / folder / _file_name(place, display=False)


def _gradle_play_publisher(place: Cell) -> PurePosixPath | None:
    locale, folder = place.locale.play, place.display.gpp_dir
    if locale is None or folder is None:
        return None
    return PurePosixPath("src/main/play/listings", locale, "graphics", folder) / _file_name(place, display=False)


def _by_hand(place: Cell) -> PurePosixPath:
    """For what no upload tool takes: custom sizes, and Play's Console-only types."""
    folder = "web" if place.display.store is Store.CUSTOM else "console"
    return PurePosixPath(folder, place.locale.bcp47, _file_name(place, display=True))


_PLAY: dict[str, Callable[[Cell], PurePosixPath | None]] = {
    "fastlane": _supply,
    "gradle-play-publisher": _gradle_play_publisher,
}
FOLDER_LAYOUTS = tuple(_PLAY)


def delivery_path(place: Cell, layout: str) -> PurePosixPath | None:
    """The picture's path relative to the output folder; None if the store does not know the locale.

    Sources: fastlane deliver and supply (2026-07), gradle-play-publisher's README (2026).
    """
    if place.display.store is Store.APPLE:
        return _deliver(place)
    if place.display.store is Store.PLAY and place.display.supply_dir is not None:
        return _PLAY[layout](place)
    return _by_hand(place)


def path_clashes(places: Iterable[Cell], layout: str) -> Iterator[tuple[Cell, Cell]]:
    """(first, later) for each place whose path an earlier one has: five screens of one feature graphic, say."""
    taken: dict[PurePosixPath, Cell] = {}
    for place in places:
        path = delivery_path(place, layout)
        if path is not None and taken.setdefault(path, place) is not place:
            yield taken[path], place
