"""Paid pictures in a worker: one maker for each run, with book, purse and gate that all workers share."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import dataclasses
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple
from urllib.parse import urlsplit

from locstore.cache import PictureStore, SharedStore, open_store
from locstore.errors import EnvironmentProblem, LocstoreError
from locstore.paint.images import ImagesClient, ImagesConfig, Secret, secret_from
from locstore.run.paid.generate import Maker, Spent, Stopped
from locstore.run.paid.request import Kind
from locstore.run.queue.payments import RedisBook, RedisGate, RedisPurse, limits_of
from locstore.run.queue.records import Hold
from locstore.run.queue.run_state import Board
from locstore.run.queue.task_files import Open
from locstore.run.render import Job, Outcome

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

Compute = Callable[..., Future[T]]
_OPEN = 4  # runs whose connections are kept


@dataclasses.dataclass(slots=True)
class Made:
    """What came of a shot: its outcome, or why it was not asked for; what it added to the run's account."""

    outcome: Outcome | None
    skipped: str = ""
    by_server: bool = False
    sent: int = 0
    cached: int = 0
    repairs: int = 0


@dataclasses.dataclass(slots=True)
class _Room:
    maker: Maker
    client: ImagesClient
    book: RedisBook
    purse: RedisPurse
    told: Spent
    users: int = 0

    def give_up(self, shot: str) -> None:
        for estimate in self.book.give_up(shot):
            self.purse.settle(estimate, None, paid=True)

    def settle_sent(self) -> None:
        for estimate in self.book.settle_sent():
            self.purse.settle(estimate, None, paid=True)


class Atelier:
    """Asks images APIs for the pictures of runs, from a loop in a thread of its own.

    The key comes from this process's environment, from the variable `key_env`, and is sent only to `hosts`: what a run
    says about either is not trusted. `do` has the easel compose and paint for a shot.
    """

    def __init__(
        self,
        board: Board,
        worker: str,
        *,
        hosts: tuple[str, ...],
        key_env: str,
        threads: int,
        do: Callable[..., Future[object]],
    ) -> None:
        self._board, self._worker, self._hosts, self._key_env, self._do = board, worker, hosts, key_env, do
        self._shot: contextvars.ContextVar[Hold] = contextvars.ContextVar("shot")
        self._rooms: dict[str, _Room] = {}
        self._shared: dict[str, SharedStore] = {}
        self._books = ThreadPoolExecutor(threads + 2, thread_name_prefix="book")
        self._writers = ThreadPoolExecutor(min(threads, 4), thread_name_prefix="cache")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="atelier", daemon=True)
        self._thread.start()

    def make(self, hold: Hold, opened: Open, job: Job) -> Made:
        """One shot from its request to its outcome; waits for it. Raises what environment, easel and Redis do."""
        return asyncio.run_coroutine_threadsafe(self._make(hold, opened, job), self._loop).result()

    async def _make(self, hold: Hold, opened: Open, job: Job) -> Made:
        self._shot.set(hold)
        room = await self._room(hold.run, opened)
        room.users += 1
        try:
            outcome = await room.maker.run(job)
            made = Made(outcome)
        except Stopped:
            spent = room.maker.spent
            made = Made(None, spent.stopped or "the run has ended", spent.by_server)
        except (LocstoreError, OSError, MemoryError):
            # A full disk, a bucket that does not answer: nobody settles the call that was out, and all would wait.
            await asyncio.get_running_loop().run_in_executor(self._books, room.give_up, job.shot.key)
            raise
        finally:
            room.users -= 1
        spent, told = room.maker.spent, room.told
        made.sent, made.cached = spent.sent - told.sent, spent.cached - told.cached
        made.repairs = spent.repairs - told.repairs
        room.told = dataclasses.replace(spent)
        return made

    async def _room(self, run: str, opened: Open) -> _Room:
        found = self._rooms.get(run)
        if found is not None:
            return found
        config, key = self._config(opened)
        limits = await asyncio.get_running_loop().run_in_executor(self._books, limits_of, self._board, run)
        store = open_store(opened.settings.cache, opened.settings.root)
        await asyncio.get_running_loop().run_in_executor(self._writers, self._ready, store)
        if (found := self._rooms.get(run)) is not None:
            return found  # another shot of the run was quicker
        client = ImagesClient(config, key)
        gate = RedisGate(self._board, run=run, config=config, threads=self._books)
        kind: Kind = "backdrop" if opened.kit.painter == "backdrop" else "images"
        shared = store if isinstance(store, SharedStore) else None
        book = RedisBook(
            self._board,
            run=run,
            worker=self._worker,
            cached=lambda name: name in store,
            waiting=lambda name: shared is not None and name in shared.waiting,
        )
        purse = RedisPurse(self._board, run=run, limits=limits)
        maker = Maker(
            config=config,
            kind=kind,
            settings=opened.settings,
            store=store,
            book=book,
            purse=purse,
            gate=gate,
            client=client,
            compute=self._compute,
            disk=self._books,
            writers=self._writers,
            retry_unknown=opened.kit.retry_unknown,
        )
        gate.on_end = maker.halt
        room = self._rooms[run] = _Room(maker, client, book, purse, Spent())
        await client.__aenter__()
        await self._close_idle()
        return room

    def _ready(self, store: PictureStore) -> None:
        """Raises EnvironmentProblem for a bucket that may overwrite what is paid for."""
        if isinstance(store, SharedStore):
            store.findings()
            self._shared[store.shared.bucket.shown] = store

    def close(self) -> None:
        """End the loop and the threads, unless a call is still out: then they end with the process."""
        if any(room.users for room in self._rooms.values()):
            return
        asyncio.run_coroutine_threadsafe(self._close_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._books.shutdown(wait=False)
        self._writers.shutdown(wait=False)

    async def _close_all(self) -> None:
        for room in self._rooms.values():
            await room.client.__aexit__(None, None, None)
        self._rooms.clear()
        await asyncio.get_running_loop().shutdown_default_executor()

    def push_waiting(self) -> None:
        """Send to the bucket what was paid for while it could not be reached: other workers wait for it."""
        for store in list(self._shared.values()):
            with contextlib.suppress(EnvironmentProblem):  # not yet; the pictures are safe on this disk
                store.push_waiting()
        for room in list(self._rooms.values()):
            room.settle_sent()

    async def _close_idle(self) -> None:
        idle = [run for run, room in self._rooms.items() if not room.users]
        for run in idle[: max(0, len(self._rooms) - _OPEN)]:
            await self._rooms.pop(run).client.__aexit__(None, None, None)

    def _config(self, opened: Open) -> tuple[ImagesConfig, Secret]:
        config = opened.kit.images or ImagesConfig()
        hosts = {urlsplit(config.base_url).hostname or "", *config.fetch_hosts}
        strange = sorted(hosts - set(self._hosts))
        if strange:
            raise EnvironmentProblem(
                f"The run asks {strange[0]}, which this worker may not send its key to. Start the worker with "
                f"--allow-host {strange[0]} if it may."
            )
        try:
            key = secret_from(os.environ, self._key_env)
        except ValueError as error:
            raise EnvironmentProblem(f"{self._key_env}: {error}") from None
        if key is None:
            raise EnvironmentProblem(
                f"The key of the images API is not in the worker's environment: set {self._key_env}, or name another "
                "variable with --key-env."
            )
        return config.model_copy(update={"key_env": self._key_env}), key

    def _compute(self, work: Callable[[*Ts], T], /, *args: *Ts) -> Awaitable[T]:
        future: Future[T] = self._do(self._shot.get(), work, *args)  # type: ignore[assignment]
        return asyncio.wrap_future(future)
