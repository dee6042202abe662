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

from locstore.cache import PictureStore, ReadThroughStore, open_store
from locstore.errors import EnvironmentProblem, LocstoreError
from locstore.paint.images import ImagesClient, ImagesConfig, Secret, secret_from
from locstore.run.paid.budget import Spending
from locstore.run.paid.generate import GenerationStopped, ImageGenerator
from locstore.run.queue.payments import RedisBudget, RedisPaymentLedger, RedisRateLimiter, limits_of
from locstore.run.queue.records import Lease
from locstore.run.queue.run_state import RunState
from locstore.run.queue.task_files import PreparedRun
from locstore.run.render import Task, TaskResult

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

Compute = Callable[..., Future[T]]
_OPEN = 4  # runs whose connections are kept


@dataclasses.dataclass(slots=True)
class GeneratedShot:
    """What came of a shot: its outcome, or why it was not asked for; what it added to the run's account."""

    result: TaskResult | None
    skipped: str = ""
    by_server: bool = False
    sent: int = 0
    cached: int = 0
    repairs: int = 0


@dataclasses.dataclass(slots=True)
class _RunContext:
    generator: ImageGenerator
    client: ImagesClient
    book: RedisPaymentLedger
    budget: RedisBudget
    told: Spending
    users: int = 0

    def give_up(self, shot: str) -> None:
        for estimate in self.book.give_up(shot):
            self.budget.settle(estimate, None, paid=True)

    def settle_sent(self) -> None:
        for estimate in self.book.settle_sent():
            self.budget.settle(estimate, None, paid=True)


class PaidExecutor:
    """Asks images APIs for the pictures of runs, from a loop in a thread of its own.

    The key comes from this process's environment, from the variable `key_env`, and is sent only to `hosts`: what a run
    says about either is not trusted. `do` has the easel compose and paint for a shot.
    """

    def __init__(
        self,
        run_state: RunState,
        worker: str,
        *,
        hosts: tuple[str, ...],
        key_env: str,
        threads: int,
        do: Callable[..., Future[object]],
    ) -> None:
        self._run_state, self._worker, self._hosts, self._key_env, self._do = run_state, worker, hosts, key_env, do
        self._shot: contextvars.ContextVar[Lease] = contextvars.ContextVar("shot")
        self._rooms: dict[str, _RunContext] = {}
        self._shared: dict[str, ReadThroughStore] = {}
        self._books = ThreadPoolExecutor(threads + 2, thread_name_prefix="book")
        self._writers = ThreadPoolExecutor(min(threads, 4), thread_name_prefix="cache")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="atelier", daemon=True)
        self._thread.start()

    def make(self, lease: Lease, opened: PreparedRun, task: Task) -> GeneratedShot:
        """One shot from its request to its outcome; waits for it. Raises what environment, easel and Redis do."""
        return asyncio.run_coroutine_threadsafe(self._make(lease, opened, task), self._loop).result()

    async def _make(self, lease: Lease, opened: PreparedRun, task: Task) -> GeneratedShot:
        self._shot.set(lease)
        room = await self._room(lease.run, opened)
        room.users += 1
        try:
            result = await room.generator.run(task)
            made = GeneratedShot(result)
        except GenerationStopped:
            spent = room.generator.spent
            made = GeneratedShot(None, spent.stopped or "the run has ended", spent.by_server)
        except (LocstoreError, OSError, MemoryError):
            # A full disk, a bucket that does not answer: nobody settles the call that was out, and all would wait.
            await asyncio.get_running_loop().run_in_executor(self._books, room.give_up, task.shot.key)
            raise
        finally:
            room.users -= 1
        spent, told = room.generator.spent, room.told
        made.sent, made.cached = spent.sent - told.sent, spent.cached - told.cached
        made.repairs = spent.repairs - told.repairs
        room.told = dataclasses.replace(spent)
        return made

    async def _room(self, run: str, opened: PreparedRun) -> _RunContext:
        found = self._rooms.get(run)
        if found is not None:
            return found
        config, key = self._config(opened)
        limits = await asyncio.get_running_loop().run_in_executor(self._books, limits_of, self._run_state, run)
        store = open_store(opened.settings.cache, opened.settings.root)
        await asyncio.get_running_loop().run_in_executor(self._writers, self._ready, store)
        if (found := self._rooms.get(run)) is not None:
            return found  # another shot of the run was quicker
        client = ImagesClient(config, key)
        rate_limiter = RedisRateLimiter(self._run_state, run=run, config=config, threads=self._books)
        shared = store if isinstance(store, ReadThroughStore) else None
        book = RedisPaymentLedger(
            self._run_state,
            run=run,
            worker=self._worker,
            cached=lambda name: name in store,
            waiting=lambda name: shared is not None and name in shared.waiting,
        )
        budget = RedisBudget(self._run_state, run=run, limits=limits)
        generator = ImageGenerator(
            config=config,
            kind=opened.spec.painter,
            settings=opened.settings,
            store=store,
            book=book,
            budget=budget,
            rate_limiter=rate_limiter,
            client=client,
            compute=self._compute,
            disk=self._books,
            writers=self._writers,
            retry_unknown=opened.spec.retry_unknown,
        )
        rate_limiter.on_end = generator.halt
        room = self._rooms[run] = _RunContext(generator, client, book, budget, Spending())
        await client.__aenter__()
        await self._close_idle()
        return room

    def _ready(self, store: PictureStore) -> None:
        """Raises EnvironmentProblem for a bucket that may overwrite what is paid for."""
        if isinstance(store, ReadThroughStore):
            store.findings()
            store.drop_removed()
            self._shared[store.shared.bucket.display_url] = store

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

    def push_outbox(self) -> None:
        """Send to the bucket what was paid for while it could not be reached: other workers wait for it."""
        for store in list(self._shared.values()):
            with contextlib.suppress(EnvironmentProblem):  # not yet; the pictures are safe on this disk
                store.push_outbox()
        for room in list(self._rooms.values()):
            room.settle_sent()

    async def _close_idle(self) -> None:
        idle = [run for run, room in self._rooms.items() if not room.users]
        for run in idle[: max(0, len(self._rooms) - _OPEN)]:
            await self._rooms.pop(run).client.__aexit__(None, None, None)

    def _config(self, opened: PreparedRun) -> tuple[ImagesConfig, Secret]:
        config = opened.spec.images or ImagesConfig()
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
