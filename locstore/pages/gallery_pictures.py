"""What the gallery shows: pictures, the summary, and the order and names they stand under."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Literal
from urllib.parse import quote

from locstore.findings import Finding
from locstore.readings import SlotReading

STORES = {"apple": "App Store", "play": "Google Play", "custom": "Custom size"}

View = Literal["locale", "screen"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GalleryPicture:
    """One picture of the gallery.

    `path` is the file's posix path relative to the output folder, where the page stands too; `number` is the
    screen's place in the concept from 1; `locale` is the gettext name and `locale_name` the English one;
    `direction` is `ltr` or `rtl`; `store` is `apple`, `play` or `custom`; `size` is (width, height) in
    pixels; `words` is (slot, plain text); `text` is what was read of them; `standing` is the state of the picture's
    review (`approved`, `sent back`, `stale`, `waiting`, '' where nobody reviews). Screen, locale and display together
    name a picture once.
    """

    path: str
    screen: str
    number: int
    locale: str
    locale_name: str
    bcp47: str
    direction: str
    display: str
    display_name: str
    store: str
    size: tuple[int, int]
    findings: tuple[Finding, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    text: tuple[SlotReading, ...] = ()
    standing: str = ""

    @property
    def href(self) -> str:
        """The file's address relative to the page."""
        return quote(self.path)

    @property
    def anchor(self) -> str:
        """What a link to this picture ends with after `#`: `ja/hero/iphone_69`."""
        return anchor_of(f"{self.locale}/{self.screen}/{self.display}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GallerySummary:
    """What the head of the page says. `problems` are the findings that belong to no picture."""

    concept: str
    locales: int
    screens: int
    displays: int
    pictures: int
    errors: int
    warnings: int
    problems: tuple[Finding, ...] = ()


def displays_of(pictures: Iterable[GalleryPicture]) -> dict[str, GalleryPicture]:
    """Each display with its first picture: App Store, then Play, then the rest, else as they come."""
    found: dict[str, GalleryPicture] = {}
    for picture in pictures:
        found.setdefault(picture.display, picture)
    rank = list(STORES)
    return dict(sorted(found.items(), key=lambda item: rank.index(item[1].store)))


def groups_of(view: View, pictures: Iterable[GalleryPicture]) -> dict[str, list[GalleryPicture]]:
    groups: dict[str, list[GalleryPicture]] = {}
    for picture in pictures:
        groups.setdefault(picture.locale if view == "locale" else picture.screen, []).append(picture)
    if view == "screen":
        return dict(sorted(groups.items(), key=lambda item: (item[1][0].number, item[0])))
    return groups


def group_anchor(view: View, group: str) -> str:
    return anchor_of(group if view == "locale" else f"screen/{group}")


def anchor_of(name: str) -> str:
    """Percent-encoded, so that it is an id without white space and a fragment at once."""
    return quote(name, safe="/@")
