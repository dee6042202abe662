"""The static copy: the same pages, read-only, with pictures beside them, for people without the tool.

It works from any folder of any web server and from a disk, for every address in it is relative.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from locstore.errors import EnvironmentProblem, FindingsError, UsageError
from locstore.files import write_if_changed
from locstore.preview.app import ASSETS, asset
from locstore.preview.concept_state import ConceptState, ShotView
from locstore.preview.links import StaticLinks, static_page, static_picture
from locstore.preview.live import Live
from locstore.preview.pages import COPY_WIDTH, NoSuchPage, PageRef, Pages
from locstore.preview.project_state import check_selection, read_project_state
from locstore.shots import Selection

_MARK = "locstore-preview.txt"
_SAYS = b"This folder was written by `locstore preview`. It is replaced when that runs again.\n"
_AT_ONCE = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Exported:
    """How many pages and pictures the copy has, and how many files were new or changed."""

    pages: int
    pictures: int
    written: int


def export(
    start: Path,
    overrides: Mapping[str, Any],
    folder: Path,
    *,
    selection: Selection,
    processes: int = 0,
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> Exported:
    """Write the copy into `folder`, which is new, empty or an earlier copy; `advance` hears (done, all) pictures.

    Raises UsageError for another folder or a selector that names nothing, FindingsError for a project that cannot be
    read, EnvironmentProblem when the disk or a painting process fails.
    """
    if folder.exists() and not (folder / _MARK).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty and no copy of the preview. Name a new folder.")
    project_state = read_project_state(start, overrides)
    if not project_state.concepts:
        raise FindingsError(project_state.all_findings())
    check_selection(project_state, selection)
    live = Live(project_state, overrides, processes or os.cpu_count() or 1)
    return asyncio.run(_Copy(live, folder, selection, advance).write())


class _Copy:
    """One copy being written."""

    def __init__(
        self,
        live: Live,
        folder: Path,
        selection: Selection,
        advance: Callable[[int, int], None],
    ) -> None:
        self._live = live
        self._folder = folder
        self._pages = Pages(live, selection, stress=False)
        self._advance = advance
        self._names: set[str] = set()
        self._written = 0

    async def write(self) -> Exported:
        await self._live.start(checking=False)
        try:
            self._keep(_MARK, _SAYS)
            for name in ASSETS:
                self._keep(f"static/{name}", asset(name))
            concepts = list(self._live.project_state.concepts.values())
            pictures = 0
            for concept in concepts:
                pictures += await self._pictures(concept)
            pages = 0
            for number, concept in enumerate(concepts):
                pages += self._write_pages(concept, "" if number == 0 else concept.name)
        finally:
            await self._live.close()
        self._remove_old()
        return Exported(pages, pictures, self._written)

    async def _pictures(self, concept: ConceptState) -> int:
        """Paint every picture of the copy; pages need what painting finds."""
        shown = set(self._pages.locales(concept)) | {concept.source.gettext}
        wanted = tuple(display.id for display in self._pages.displays(concept))
        shot_views = [
            shot_view
            for shot_view in concept.shot_views(Selection(displays=wanted))
            if shot_view.shot is not None and shot_view.place.locale.gettext in shown
        ]
        gate = asyncio.Semaphore(_AT_ONCE)
        done = 0

        async def one(shot_view: ShotView) -> None:
            nonlocal done
            async with gate:
                data = await self._live.picture(shot_view, COPY_WIDTH)
                await self._live.checked(shot_view)
            done += 1
            self._advance(done, len(shot_views))
            if data:
                self._keep(static_picture(shot_view.digest, COPY_WIDTH), data)

        await asyncio.gather(*(one(shot_view) for shot_view in shot_views))
        return len(shot_views)

    def _write_pages(self, concept: ConceptState, prefix: str) -> int:
        displays = [display.id for display in self._pages.displays(concept)]
        count = 0
        for folder, place in self._places(concept):
            for display in displays:
                page = static_page(prefix, folder, display, displays[0])
                links = StaticLinks(page.count("/"), displays[0], prefix)
                try:
                    html = self._pages.page(concept, dataclasses.replace(place, display=display), links)
                except NoSuchPage:
                    continue  # a store that does not offer this locale
                self._keep(page, html.encode())
                count += 1
        return count

    def _places(self, concept: ConceptState) -> Iterator[tuple[str, PageRef]]:
        yield "", PageRef()
        for screen in concept.screens:
            yield f"screens/{screen}", PageRef(screen=screen)
        for locale in self._pages.locales(concept):
            yield locale, PageRef(locale=locale)
            for screen in concept.screens:
                yield f"{locale}/{screen}", PageRef(locale=locale, screen=screen)

    def _keep(self, name: str, data: bytes) -> None:
        if name not in self._names:
            self._names.add(name)
            self._written += write_if_changed(self._folder / name, data)

    def _remove_old(self) -> None:
        """Files of an earlier copy that this one does not have."""
        for path in sorted(self._folder.rglob("*"), reverse=True):
            name = path.relative_to(self._folder).as_posix()
            try:
                if path.is_dir() and not path.is_symlink():
                    if not any(path.iterdir()):
                        path.rmdir()
                elif name not in self._names and path.suffix in {".html", ".jpg"}:
                    path.unlink()
            except OSError as error:
                raise EnvironmentProblem(f"Cannot remove {path.as_posix()}: {error.strerror}.") from error
