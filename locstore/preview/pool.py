"""The painting processes: one kept free for the words being typed, the others for the page, most wanted first."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import sys
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from enum import IntEnum
from multiprocessing.context import BaseContext
from typing import Any

from locstore.errors import EnvironmentProblem
from locstore.preview import paint
from locstore.preview.paint import Painted
from locstore.processes import process_context
from locstore.run import PaintSettings
from locstore.shots import Shot

if sys.platform != "win32":
    from multiprocessing import forkserver

_REMEMBERED = 24  # grounds that a process may still have in its cache


def start_early() -> None:
    """Have the painters' code loaded in a process of its own, while this one still reads the project."""
    _context()
    if sys.platform != "win32":
        forkserver.ensure_running()


def _context() -> BaseContext:
    return process_context(["locstore.preview.paint"])


class Lane(IntEnum):
    """What is painted first."""

    EDIT = 0  # the picture of the words being typed
    PAGE = 1  # a picture that a page shows
    BESIDE = 2  # the other displays of the words being typed
    CHECK = 3  # findings of pictures that nobody looks at


@dataclasses.dataclass(slots=True, eq=False)
class _Task:
    lane: Lane
    number: int
    ground: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    done: asyncio.Future[Any]


class _Worker:
    """One process, and the grounds it has painted lately: another picture on one of them is quick there."""

    def __init__(self, settings: PaintSettings, *, only: Lane | None) -> None:
        self.settings = settings
        self.only = only
        self.grounds: OrderedDict[str, None] = OrderedDict()
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, _context(), initializer=paint.start, initargs=(self.settings,))

    async def run(self, task: _Task) -> Any:
        self.grounds[task.ground] = None
        self.grounds.move_to_end(task.ground)
        while len(self.grounds) > _REMEMBERED:
            self.grounds.popitem(last=False)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, task.function, self.settings, *task.arguments)
        except BrokenProcessPool:
            # Out of memory, or killed: a new process, and once more.
            self._pool = self._new_pool()
            self.grounds.clear()
        try:
            return await loop.run_in_executor(self._pool, task.function, self.settings, *task.arguments)
        except BrokenProcessPool as error:
            self._pool = self._new_pool()
            raise EnvironmentProblem("The painting process died twice over one picture; is memory short?") from error

    def warm(self) -> None:
        """Start the process now, not with the first picture."""
        self._pool.submit(paint.check, self.settings, ())

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


class Painters:
    """Paints in `processes` processes and one more for typing; the event loop never waits for pixels."""

    def __init__(self, settings: PaintSettings, processes: int) -> None:
        self._tasks: list[_Task] = []
        self._changed = asyncio.Condition()
        self._number = 0
        self._processes = processes
        self._workers: list[_Worker] = []
        self._running: list[asyncio.Task[None]] = []
        self._start(settings)

    def _start(self, settings: PaintSettings) -> None:
        self._settings = settings
        self._workers = [_Worker(settings, only=Lane.EDIT)]
        self._workers += [_Worker(settings, only=None) for _ in range(self._processes)]
        for worker in self._workers:
            worker.warm()
        self._running = [asyncio.create_task(self._serve(worker)) for worker in self._workers]

    async def use(self, settings: PaintSettings) -> None:
        """Go on with other fonts or another project; what waits is painted with them."""
        if settings == self._settings:
            return
        await self._stop()
        self._start(settings)
        async with self._changed:
            self._changed.notify_all()

    async def close(self) -> None:
        """End the processes; whoever waits is told."""
        await self._stop()
        for task in self._tasks:
            task.done.cancel()
        self._tasks.clear()

    async def _stop(self) -> None:
        for running in self._running:
            running.cancel()
        for running in self._running:
            with contextlib.suppress(asyncio.CancelledError):
                await running
        for worker in self._workers:
            worker.close()

    async def paint(self, shot: Shot, width: int, lane: Lane) -> Painted:
        """The picture; cancel to say that nobody wants it any more. Pages get it soon, without every finding."""
        work = functools.partial(paint.paint, whole=lane != Lane.PAGE)
        result: Painted = await self._ask(lane, _ground(shot, width), work, (shot, width))
        return result

    async def check(self, shots: tuple[Shot, ...]) -> list[Painted]:
        """Findings and places of slots of many shots, when nothing else is to do."""
        result: list[Painted] = await self._ask(Lane.CHECK, "", paint.check, (shots,))
        return result

    async def _ask(self, lane: Lane, ground: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._number += 1
        async with self._changed:
            self._tasks.append(_Task(lane, self._number, ground, function, arguments, done))
            self._changed.notify_all()
        return await done

    async def _serve(self, worker: _Worker) -> None:
        while True:
            async with self._changed:
                while (task := self._next(worker)) is None:
                    await self._changed.wait()
                self._tasks.remove(task)
            work = asyncio.ensure_future(worker.run(task))
            try:
                await asyncio.wait({work})
            except asyncio.CancelledError:
                work.cancel()
                self._tasks.append(task)  # the settings change: it is painted with the new ones
                raise
            # Whatever went wrong is for the one who asked; the next task is served all the same.
            if task.done.done():
                work.exception()
            elif (error := work.exception()) is not None:
                task.done.set_exception(error)
            else:
                task.done.set_result(work.result())

    def _next(self, worker: _Worker) -> _Task | None:
        self._tasks = [task for task in self._tasks if not task.done.done()]
        mine = [task for task in self._tasks if worker.only is None or task.lane is worker.only]
        if not mine:
            return None
        lane = min(task.lane for task in mine)
        same = [task for task in mine if task.lane == lane]
        known = [task for task in same if task.ground in worker.grounds]
        others = {ground for other in self._workers if other is not worker for ground in other.grounds}
        free = [task for task in same if task.ground not in others]
        return min(known or free or same, key=lambda task: task.number)


def _ground(shot: Shot, width: int) -> str:
    """Names what is behind the words, about as the painter's cache does."""
    capture = shot.capture.sha256 if shot.capture is not None else ""
    return f"{shot.concept}/{shot.screen}/{shot.display.id}/{shot.locale.direction}/{capture}/{width}"
