"""Paid pictures in a worker: one generator a run, with payments, budget and rate limit that all workers share."""

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

from locstore.cache import PictureStore, ReadThroughStore, open_store
from locstore.errors import EnvironmentProblem
from locstore.paint.images import ImagesClient, ImagesConfig, Secret, fetch_problem, key_problem, secret_from
from locstore.run.paid.budget import Spending
from locstore.run.paid.generate import GenerationStopped, ImageGenerator
from locstore.run.queue.paint_executor import Draining
from locstore.run.queue.payments import RedisBudget, RedisPaymentLedger, RedisRateLimiter, limits_of
from locstore.run.queue.records import Lease
from locstore.run.queue.run_state import RunState
from locstore.run.queue.task_files import PreparedRun
from locstore.run.render import Task, TaskResult

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

Compute = Callable[..., Future[T]]
_OPEN = 4  # runs whose connections are kept while none of their shots is begun
_DRAINING = "the worker ends"


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
    payments: RedisPaymentLedger
    budget: RedisBudget
    counted: Spending  # what was added to the run's account already
    users: int = 0

    def give_up(self, shot: str) -> None:
        for estimate in self.payments.give_up(shot):
            self.budget.settle(estimate, None, paid=True)

    def settle_sent(self) -> None:
        for estimate in self.payments.settle_sent():
            self.budget.settle(estimate, None, paid=True)


class PaidExecutor:
    """Asks images APIs for the pictures of runs, from a loop in a thread of its own.

    The key comes from this process's environment, from the variable `key_env`, and is sent only to `hosts`, read as
    `key_problem` reads them: what a run says about either is not trusted. `do` has the painting thread compose and
    paint for a shot.
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
        self._contexts: dict[str, _RunContext] = {}
        self._shared: dict[str, ReadThroughStore] = {}
        self._draining = False
        self._payments = ThreadPoolExecutor(threads + 2, thread_name_prefix="payments")
        self._writers = ThreadPoolExecutor(min(threads, 4), thread_name_prefix="cache")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="paid-calls", daemon=True)
        self._thread.start()

    def make(self, lease: Lease, opened: PreparedRun, task: Task) -> GeneratedShot:
        """One shot from its request to its result; waits for it.

        Raises EnvironmentProblem, TaskTimedOut, and Draining for a shot for which nothing was sent before `drain`.
        """
        return asyncio.run_coroutine_threadsafe(self._make(lease, opened, task), self._loop).result()

    async def _make(self, lease: Lease, opened: PreparedRun, task: Task) -> GeneratedShot:
        self._shot.set(lease)
        context = await self._context(lease.run, opened)
        if self._draining:
            context.generator.halt(_DRAINING)
        try:
            result = await context.generator.run(task)
            made = GeneratedShot(result)
        except GenerationStopped:
            if self._draining:
                raise Draining from None  # for another worker: nothing was sent for it
            spent = context.generator.spent
            made = GeneratedShot(None, spent.stopped or "the run has ended", spent.by_server)
        except Exception:
            # A full disk, a bucket that does not answer, a defect: else the call stays `sent`, and all wait for it.
            await asyncio.get_running_loop().run_in_executor(self._payments, context.give_up, task.shot.key)
            raise
        finally:
            context.users -= 1
        spent, counted = context.generator.spent, context.counted
        made.sent, made.cached = spent.sent - counted.sent, spent.cached - counted.cached
        made.repairs = spent.repairs - counted.repairs
        context.counted = dataclasses.replace(spent)
        return made

    async def _context(self, run: str, opened: PreparedRun) -> _RunContext:
        """What the run's shots share; the caller uses it, and counts one user less when it is done."""
        found = self._contexts.get(run)
        if found is not None:
            found.users += 1
            return found
        config, key = self._config(opened)
        limits = await asyncio.get_running_loop().run_in_executor(self._payments, limits_of, self._run_state, run)
        store = open_store(opened.settings.cache, opened.settings.root)
        await asyncio.get_running_loop().run_in_executor(self._writers, self._ready, store)
        if (found := self._contexts.get(run)) is not None:
            found.users += 1
            return found  # another shot of the run was quicker
        client = ImagesClient(config, key)
        rate_limiter = RedisRateLimiter(self._run_state, run=run, config=config, threads=self._payments)
        shared = store if isinstance(store, ReadThroughStore) else None
        payments = RedisPaymentLedger(
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
            book=payments,
            budget=budget,
            rate_limiter=rate_limiter,
            client=client,
            compute=self._compute,
            disk=self._payments,
            writers=self._writers,
            retry_unknown=opened.spec.retry_unknown,
            # Not beside the ledger, which goes with this process: all worker processes of the machine read it.
            answers=opened.settings.root / "answers",
        )
        rate_limiter.on_end = generator.halt
        context = self._contexts[run] = _RunContext(generator, client, payments, budget, Spending(), users=1)
        await client.__aenter__()
        await self._close_idle()
        return context

    def _ready(self, store: PictureStore) -> None:
        """Raises EnvironmentProblem for a bucket that may overwrite what is paid for."""
        if isinstance(store, ReadThroughStore):
            store.findings()
            store.drop_removed()
            self._shared[store.shared.bucket.display_url] = store

    def drain(self) -> None:
        """Send nothing more; what was sent is taken in."""

        def halt() -> None:
            self._draining = True
            for context in self._contexts.values():
                context.generator.halt(_DRAINING)

        self._loop.call_soon_threadsafe(halt)

    def close(self) -> None:
        """End the loop and the threads, unless a call is still out: then they end with the process."""
        if any(context.users for context in self._contexts.values()):
            return
        asyncio.run_coroutine_threadsafe(self._close_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._payments.shutdown(wait=False)
        self._writers.shutdown(wait=False)

    async def _close_all(self) -> None:
        for context in self._contexts.values():
            await context.client.__aexit__(None, None, None)
        self._contexts.clear()
        await asyncio.get_running_loop().shutdown_default_executor()

    def push_outbox(self) -> None:
        """Send to the bucket what was paid for while it could not be reached: other workers wait for it."""
        for store in list(self._shared.values()):
            with contextlib.suppress(EnvironmentProblem):  # not yet; the pictures are safe on this disk
                store.push_outbox()
        for context in list(self._contexts.values()):
            context.settle_sent()

    async def _close_idle(self) -> None:
        idle = [run for run, context in self._contexts.items() if not context.users]
        for run in idle[: max(0, len(self._contexts) - _OPEN)]:
            await self._contexts.pop(run).client.__aexit__(None, None, None)

    def _config(self, opened: PreparedRun) -> tuple[ImagesConfig, Secret]:
        config = opened.spec.images or ImagesConfig()
        problem = key_problem(config, self._key_env, self._hosts, loopback=False)
        problem = problem or fetch_problem(config, self._hosts)
        if problem is not None:
            raise EnvironmentProblem(f"{problem} This worker sent nothing.")
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
