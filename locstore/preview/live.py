"""The preview's state while it runs: the book of the moment, painted pictures, what was found, who is listening."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from locstore.errors import EnvironmentProblem
from locstore.findings import Finding, Severity
from locstore.preview.concept_state import ShotView
from locstore.preview.paint import Painted
from locstore.preview.pool import Lane, Painters
from locstore.preview.project_state import ProjectState, read_project_state, reread
from locstore.shots import Selection, Shot

# Widths that pictures are painted in, so that a window being resized does not paint all of them anew.
WIDTHS = (120, 240, 360, 480, 640, 800, 960, 1280, 1600)
_PICTURE_BYTES = 96 * 1024 * 1024
_CHECKED_AT_ONCE = 8
_NEWS_EVERY = 0.4  # seconds, while findings come in
_QUIET = 1.0  # seconds without a request until pictures that nobody looks at are checked


def fitting_width(wanted: int, full: int) -> int:
    """The painted width for a place `wanted` pixels wide; never more than the picture's own."""
    return min(full, next((w for w in WIDTHS if w >= wanted), WIDTHS[-1]))


def _softened(findings: list[Finding]) -> list[Finding]:
    """No pseudo-locale is ever shipped: nothing in one is an error."""
    return [dataclasses.replace(f, severity=Severity.WARNING) if f.severity == Severity.ERROR else f for f in findings]


class Live:
    """Reads, paints and tells. Everything here runs in the event loop; reading runs in a thread, painting elsewhere."""

    def __init__(self, project_state: ProjectState, overrides: Mapping[str, Any], processes: int) -> None:
        self.project_state = project_state
        self._overrides = overrides
        self._processes = processes
        self._painters: Painters | None = None
        self._facts: dict[str, Painted] = {}
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._bytes = 0
        self._painting: dict[tuple[str, int], asyncio.Task[Painted]] = {}
        self._listeners: set[asyncio.Event] = set()
        self._reading = asyncio.Lock()
        self._checking: asyncio.Task[None] | None = None
        self._asked = 0.0
        self._looking: dict[str, asyncio.Task[None]] = {}
        self.closed = False

    async def start(self, *, checking: bool = True) -> None:
        """Start the painting processes; `checking` looks through all pictures in the background."""
        if self.project_state.settings is not None:
            self._painters = Painters(self.project_state.settings, self._processes)
        self.asked()
        if checking:
            self._check_again()

    async def close(self) -> None:
        self.closed = True
        self.tell()
        if self._checking is not None:
            self._checking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._checking
        for task in self._looking.values():
            task.cancel()
        if self._painters is not None:
            await self._painters.close()

    def asked(self) -> None:
        """Somebody waits for an answer: what is done on the side has to wait, too."""
        self._asked = asyncio.get_running_loop().time()

    async def _quiet(self) -> None:
        loop = asyncio.get_running_loop()
        while (left := self._asked + _QUIET - loop.time()) > 0:  # noqa: ASYNC110 - each request moves the time
            await asyncio.sleep(left)

    # -- who listens

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something may look different."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield event
        finally:
            self._listeners.discard(event)

    def tell(self) -> None:
        for event in self._listeners:
            event.set()

    # -- reading

    async def changed(self, paths: Collection[Path]) -> None:
        """Read what depends on these files again."""
        async with self._reading:
            self.project_state = await asyncio.to_thread(reread, self.project_state, paths, self._overrides)
            await self._follow()

    async def read_all(self) -> None:
        """Read everything again."""
        async with self._reading:
            self.project_state = await asyncio.to_thread(
                read_project_state, self.project_state.root, self._overrides, self.project_state
            )
            await self._follow()

    async def _follow(self) -> None:
        if self.project_state.settings is not None:
            if self._painters is None:
                self._painters = Painters(self.project_state.settings, self._processes)
            else:
                await self._painters.use(self.project_state.settings)
        self.tell()
        self._check_again()

    # -- painting

    def facts(self, digest: str) -> Painted | None:
        """What painting or checking a picture had to say; None if nobody has looked yet."""
        return self._facts.get(digest)

    async def picture(self, shot_view: ShotView, width: int) -> bytes:
        """JPEG bytes of a saved picture, painted once; b'' if one of its files cannot be decoded.

        Raises EnvironmentProblem when the painting process fails.
        """
        shot = shot_view.shot
        if shot is None:
            return b""
        key = (shot_view.digest, fitting_width(width, shot.size[0]))
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        if key not in self._painting:
            self._painting[key] = asyncio.create_task(self._paint(shot_view, shot, key))
        return (await asyncio.shield(self._painting[key])).picture

    async def _paint(self, shot_view: ShotView, shot: Shot, key: tuple[str, int]) -> Painted:
        try:
            painted = await self.paint(shot, key[1], Lane.PAGE)
        finally:
            del self._painting[key]
        self._pictures[key] = painted.picture
        self._bytes += len(painted.picture)
        while self._bytes > _PICTURE_BYTES:
            _, dropped = self._pictures.popitem(last=False)
            self._bytes -= len(dropped)
        if shot_view.digest not in self._facts:
            self._look_at(shot_view)
        return painted

    def _look_at(self, shot_view: ShotView) -> asyncio.Task[None]:
        """Have this picture checked, before those that nobody looks at."""
        if shot_view.digest not in self._looking:
            self._looking[shot_view.digest] = asyncio.create_task(self._look(shot_view))
        return self._looking[shot_view.digest]

    async def _look(self, shot_view: ShotView) -> None:
        try:
            await self._check_part([shot_view])
        finally:
            del self._looking[shot_view.digest]
        self.tell()

    async def paint(self, shot: Shot, width: int, lane: Lane) -> Painted:
        """A picture of words that may not be saved. Raises EnvironmentProblem."""
        self.asked()
        if self._painters is None:
            raise EnvironmentProblem("The project cannot be read, so nothing can be painted yet.")
        return await self._painters.paint(shot, fitting_width(width, shot.size[0]), lane)

    async def checked(self, shot_view: ShotView) -> None:
        """Until the findings of this picture are known."""
        if shot_view.digest not in self._facts:
            await asyncio.shield(self._look_at(shot_view))

    # -- looking through all pictures

    def _check_again(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
        self._checking = asyncio.create_task(self._check_all())

    async def _check_all(self) -> None:
        """Compose every picture of the project that nobody has looked at, so that the overview knows what fits."""
        known: set[str] = set()
        told = asyncio.get_running_loop().time()
        for concept in list(self.project_state.concepts.values()):
            for locale in [*concept.locales, *concept.stress]:
                await self._quiet()
                shot_views = await asyncio.to_thread(concept.shot_views, Selection(locales=(locale,)))
                known |= {shot_view.digest for shot_view in shot_views}
                todo = [s for s in shot_views if s.shot is not None and s.digest not in self._facts]
                for first in range(0, len(todo), _CHECKED_AT_ONCE):
                    part = todo[first : first + _CHECKED_AT_ONCE]
                    await self._quiet()
                    await self._check_part(part)
                    now = asyncio.get_running_loop().time()
                    if now - told > _NEWS_EVERY:
                        told = now
                        self.tell()
        # Digests of words that are no more would only fill the memory.
        self._facts = {digest: facts for digest, facts in self._facts.items() if digest in known}
        self.tell()

    async def _check_part(self, shot_views: list[ShotView]) -> None:
        if self._painters is None:
            return
        shots = tuple(shot_view.shot for shot_view in shot_views if shot_view.shot is not None)
        try:
            checked = await self._painters.check(shots)
        except (EnvironmentProblem, OSError, MemoryError):
            return  # whoever opens one of these pictures is told
        for shot_view, facts in zip(shot_views, checked, strict=True):
            self._facts.setdefault(shot_view.digest, facts)

    def findings_of(self, shot_view: ShotView) -> tuple[Finding, ...]:
        """Of the words and, as far as known, of the picture."""
        facts = self._facts.get(shot_view.digest)
        if facts is None or shot_view.shot is None:
            return shot_view.findings
        # The same picture may be another locale's, too, and lines move without changing it.
        places = {slot.id: (slot.file, slot.line) for slot in shot_view.shot.slots}
        found = []
        for finding in facts.findings:
            file, line = places.get(finding.slot or "", (finding.file, finding.line))
            found.append(dataclasses.replace(finding, shot=shot_view.place.key, file=file, line=line))
        return (*shot_view.findings, *(_softened(found) if shot_view.stress else found))
