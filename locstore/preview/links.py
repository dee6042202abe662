"""Addresses of pages and pictures: those of the running preview, and relative ones of a static copy."""

from __future__ import annotations

import dataclasses
from typing import Protocol
from urllib.parse import quote, urlencode


class Links(Protocol):
    """What the templates ask. `display` '' is the first one; `concept` is the page's own."""

    @property
    def live(self) -> bool: ...
    def overview(self, display: str = "") -> str: ...
    def locale(self, locale: str, display: str = "") -> str: ...
    def shot(self, locale: str, screen: str, display: str = "") -> str: ...
    def screen(self, screen: str, display: str = "") -> str: ...
    def picture(self, key: str, digest: str, width: int) -> str: ...
    def asset(self, name: str) -> str: ...


class _Pages:
    """The pages' addresses from those of their folders."""

    __slots__ = ()

    def _at(self, folder: str, display: str) -> str:
        raise NotImplementedError

    def overview(self, display: str = "") -> str:
        return self._at("", display)

    def locale(self, locale: str, display: str = "") -> str:
        return self._at(locale, display)

    def shot(self, locale: str, screen: str, display: str = "") -> str:
        return self._at(f"{locale}/{screen}", display)

    def screen(self, screen: str, display: str = "") -> str:
        return self._at(f"screens/{screen}", display)


@dataclasses.dataclass(frozen=True, slots=True)
class LiveLinks(_Pages):
    """Addresses below the server's root. `concept` is '' for the project's first one."""

    concept: str = ""
    live: bool = True

    def _at(self, folder: str, display: str) -> str:
        query = {k: v for k, v in (("concept", self.concept), ("display", display)) if v}
        return f"/{quote(folder)}{'?' if query else ''}{urlencode(query)}"

    def picture(self, key: str, digest: str, width: int) -> str:
        query = {"concept": self.concept} if self.concept else {}
        return f"/picture/{quote(key)}?{urlencode({**query, 'w': width, 'v': digest[:16]})}"

    def asset(self, name: str) -> str:
        return f"/static/{name}"


@dataclasses.dataclass(frozen=True, slots=True)
class StaticLinks(_Pages):
    """Addresses relative to a page `depth` folders below the copy's root; index.html is named for file://."""

    depth: int
    first: str
    concept: str = ""
    live: bool = False

    def _at(self, folder: str, display: str) -> str:
        return f"{'../' * self.depth}{quote(static_page(self.concept, folder, display, self.first))}"

    def picture(self, key: str, digest: str, width: int) -> str:  # noqa: ARG002 - its digest names it
        return f"{'../' * self.depth}{static_picture(digest, width)}"

    def asset(self, name: str) -> str:
        return f"{'../' * self.depth}static/{name}"


def static_page(concept: str, folder: str, display: str, first: str) -> str:
    """The page's path in a copy; `first` is the display whose pages are the index."""
    name = "index.html" if display in {"", first} else f"on-{display}.html"
    return "/".join(part for part in (concept, folder, name) if part)


def static_picture(digest: str, width: int) -> str:
    return f"pictures/{digest[:16]}-{width}.jpg"
