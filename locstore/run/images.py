"""The paid run: prompts out, pictures in, each call in the book before it leaves and in the cache before it is done."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import random
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar, TypeVarTuple

from locstore.cache import PictureStore
from locstore.errors import LocstoreError
from locstore.findings import Finding
from locstore.paint.images import ImageRequest, ImagesClient, ImagesConfig, Reply, Secret, Verdict
from locstore.run.asking import Kind, Prepared, billed_dollars, finish_picture, prepare_batch
from locstore.run.budget import Budget
from locstore.run.calls import CallBook, CallState, Claim
from locstore.run.pace import Pace, backoff
from locstore.run.runner import interrupts_held
from locstore.run.worker import Job, Outcome, Settings

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_POLL = 0.5  # seconds between looks at a call that another run has in flight
_AHEAD = 2  # prepared requests for each one in flight
_BATCH = 8
_WRITERS = 4
_FINISHERS = 8  # pictures at a time that are with the pool or wait for it
# What ends a run: a full disk, a worker that died. It is raised when the calls in flight, which are paid, are in.
_PROBLEMS = (LocstoreError, BrokenProcessPool, MemoryError)


@dataclasses.dataclass(slots=True)
class Spent:
    """What a paid run did with the server: requests sent, pictures from the cache, dollars.

    `stopped` says why it ended before every picture was asked for, `by_server` whether the server was the reason.
    """

    sent: int = 0
    cached: int = 0
    estimated: float = 0.0
    billed: float = 0.0
    stopped: str = ""
    by_server: bool = False


class _Stop(Exception):
    """The picture is not asked for: the run has stopped, or the budget does not allow the call."""


class PaidRun:
    """One run of the images or backdrop painter over some jobs."""

    def __init__(
        self,
        *,
        config: ImagesConfig,
        kind: Kind,
        key: Secret,
        settings: Settings,
        store: PictureStore,
        book: CallBook,
        budget: Budget,
        pool: Executor,
        on_outcome: Callable[[Outcome], None],
        retry_unknown: bool,
        seed: int = 0,
    ) -> None:
        self._config, self._kind, self._key, self._settings = config, kind, key, settings
        self._store, self._book, self._budget, self._pool = store, book, budget, pool
        self._on_outcome = on_outcome
        self._retry_unknown = retry_unknown
        self._lost: set[str] = set()  # keys of calls that this run may have paid for in vain
        self._chance = random.Random(seed)
        self._pace = Pace(images=config.images_per_minute, tokens=config.tokens_per_minute)
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        # `stopped`: no further call begins; `halted`: those that have begun and not left do not leave either.
        self._stopped = ""
        self._halted = False
        self._interrupted = False
        self._problem: Exception | None = None
        # SQLite and fsync wait for the disk: in threads, so that the loop never does. Pictures have some of their own,
        # for those that wait to be written are what fills the memory.
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._writers = ThreadPoolExecutor(_WRITERS, thread_name_prefix="cache")
        self.spent = Spent()

    def run(self, jobs: Sequence[Job]) -> Spent:
        """Ask for every job's picture and write it.

        KeyboardInterrupt after ^C, EnvironmentProblem or BrokenProcessPool when the disk or a worker fails; both when
        the calls in flight are in.
        """
        try:
            asyncio.run(self._run(jobs))
        except asyncio.CancelledError:
            if not self._interrupted:
                raise
        finally:
            self._writers.shutdown()
            self._disk.shutdown()
        self.spent.estimated, self.spent.billed = self._budget.estimated, self._budget.billed
        self.spent.stopped = self._stopped
        if self._interrupted:
            raise KeyboardInterrupt
        if self._problem is not None:
            raise self._problem
        return self.spent

    async def _run(self, jobs: Sequence[Job]) -> None:
        queue: asyncio.Queue[Prepared | None] = asyncio.Queue(self._config.concurrency * _AHEAD)
        # No call waits for the painting of an earlier one's picture, unless that falls far behind.
        came: asyncio.Queue[Prepared | None] = asyncio.Queue(self._config.concurrency * _AHEAD)
        with self._interruptible():
            async with ImagesClient(self._config, self._key) as client, asyncio.TaskGroup() as group:
                for _ in range(_FINISHERS):
                    group.create_task(self._finish(came))
                async with asyncio.TaskGroup() as calls:
                    calls.create_task(self._prepare(jobs, queue))
                    for _ in range(self._config.concurrency):
                        calls.create_task(self._serve(queue, came, client))
                for _ in range(_FINISHERS):
                    await came.put(None)

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """The first ^C lets nothing more leave and waits for what is in flight, for it is paid; a second one ends."""
        loop = asyncio.get_running_loop()
        main = asyncio.current_task()

        def interrupted() -> None:
            if self._interrupted and main is not None:
                main.cancel()
            self._interrupted = True
            self._end("interrupted")

        try:
            loop.add_signal_handler(signal.SIGINT, interrupted)
        except (NotImplementedError, RuntimeError):
            yield  # Windows, or not the main thread: ^C cancels at once and the calls in flight are unknown
            return
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGINT)

    def _end(self, why: str) -> None:
        """No further request leaves, and none waits for its time; the first reason is told, before any limit."""
        if not self._halted:
            self._stopped = why
        self._halted = True
        self._pace.end()

    @contextlib.contextmanager
    def _held(self) -> Iterator[None]:
        """A problem with the environment ends the run, but not the other calls: they are paid."""
        try:
            yield
        except _PROBLEMS as problem:
            self._problem = self._problem or problem
            self._end(str(problem))

    async def _prepare(self, jobs: Sequence[Job], queue: asyncio.Queue[Prepared | None]) -> None:
        with self._held():
            for start in range(0, len(jobs), _BATCH):
                if self._halted:
                    break
                batch = tuple(jobs[start : start + _BATCH])
                for prepared in await self._in_pool(prepare_batch, self._settings, self._config, self._kind, batch):
                    await queue.put(prepared)
        for _ in range(self._config.concurrency):
            await queue.put(None)

    async def _serve(
        self, queue: asyncio.Queue[Prepared | None], came: asyncio.Queue[Prepared | None], client: ImagesClient
    ) -> None:
        while (prepared := await queue.get()) is not None:
            with self._held(), contextlib.suppress(_Stop):
                outcome = prepared.outcome or await self._picture(prepared, client)
                if outcome is None:
                    await came.put(prepared)
                else:
                    self._on_outcome(outcome)

    async def _picture(self, prepared: Prepared, client: ImagesClient) -> Outcome | None:
        """Bring one shot's picture into the cache; the outcome if that was not possible. Raises _Stop."""
        job = prepared.job
        # Shots that share a backdrop share its call: the first one asks, the others find it in the cache.
        async with self._one_at_a_time[prepared.key]:
            problem = await self._fetch(prepared, client)
        return None if problem is None else Outcome(job.path, job.shot.key, findings=(problem,))

    async def _finish(self, came: asyncio.Queue[Prepared | None]) -> None:
        while (prepared := await came.get()) is not None:
            with self._held():
                self._on_outcome(await self._in_pool(finish_picture, self._settings, prepared, self._kind))

    async def _fetch(self, prepared: Prepared, client: ImagesClient) -> Finding | None:
        """Bring the request's bytes into the cache; a finding if that was not possible. Raises _Stop."""
        request, shot = _request(prepared), prepared.job.shot.key
        for attempt in range(1, self._config.max_attempts + 1):
            claim, call = await self._claim(prepared)
            while claim is Claim.WAIT:
                await asyncio.sleep(_POLL)
                claim, call = await self._claim(prepared)
            if claim is Claim.CACHED:
                self.spent.cached += 1
                return None
            if claim is not Claim.GO:
                return _not_asked(claim, shot)
            left: list[bool] = []
            try:
                await self._pace.enter(prepared.tokens)
                if self._halted:
                    await self._settle(prepared, call, CallState.FAILED, "the run stopped before it was sent")
                    raise _Stop
                reply = await client.send(request, on_sent=functools.partial(self._left, left))
            except asyncio.CancelledError:
                # Nobody waits for the answer any more; once it has left, it may be billed.
                state = CallState.UNKNOWN if left else CallState.FAILED
                self._book.settle(call, state, message="interrupted")
                raise
            finding = await self._receive(prepared, call, reply, left=bool(left))
            if finding is None:
                return None
            if reply.verdict is not Verdict.RETRY or reply.billed:
                return finding
            if attempt == self._config.max_attempts:
                return dataclasses.replace(
                    finding, message=f"{finding.message} Tried {attempt} times; run again later."
                )
            wait = reply.retry_after if reply.retry_after is not None else backoff(attempt, self._chance)
            if reply.status == 429:
                self._pace.pause(wait)
            await self._pace.sleep(wait)
        raise ValueError("max_attempts must be at least 1")

    def _left(self, left: list[bool]) -> None:
        left.append(True)
        self.spent.sent += 1

    async def _claim(self, prepared: Prepared) -> tuple[Claim, int]:
        """Reserve the money, then the call. Raises _Stop when the budget or the run has ended."""
        if await self._on_disk(lambda: prepared.key in self._store):
            return Claim.CACHED, 0
        if not self._stopped:
            # What the budget had room for still leaves.
            self._stopped = self._budget.reserve(prepared.dollars) or ""
        if self._stopped:
            raise _Stop
        claim, call = await self._on_disk(
            lambda: self._book.claim(
                prepared.key,
                shot=prepared.job.shot.key,
                model=self._config.model,
                estimate=prepared.dollars,
                # Once a run: other shots that share a backdrop would pay for the same trouble again.
                retry_unknown=self._retry_unknown and prepared.key not in self._lost,
            )
        )
        if claim is not Claim.GO:
            self._budget.release(prepared.dollars)
        return claim, call

    async def _receive(self, prepared: Prepared, call: int, reply: Reply, *, left: bool) -> Finding | None:
        """Put the bytes into the cache first, then write what became of the call; None if the picture is here."""
        shot = prepared.job.shot.key
        if reply.limits is not None:
            self._pace.follow(reply.limits)
        if reply.verdict is Verdict.DONE and reply.data is not None:
            data, usage = reply.data, dataclasses.asdict(reply.usage) if reply.usage else {}
            inputs = _request(prepared).cache_inputs()
            put = functools.partial(self._store.put_new, prepared.key, data, inputs, usage)
            await asyncio.get_running_loop().run_in_executor(self._writers, put)
            billed = billed_dollars(reply.usage, self._config)
            await self._settle(prepared, call, CallState.DONE, "", left=True, billed=billed, usage=usage)
            return None
        states = {
            Verdict.RETRY: CallState.FAILED,
            Verdict.STOP: CallState.FAILED,
            Verdict.REFUSED: CallState.REFUSED,
            Verdict.REJECTED: CallState.REJECTED,
        }
        # A picture that may be paid for and did not come must not be asked for again unasked, whatever stopped it.
        lost = reply.billed and reply.verdict in (Verdict.RETRY, Verdict.STOP)
        state = CallState.UNKNOWN if lost else states.get(reply.verdict, CallState.UNKNOWN)
        await self._settle(prepared, call, state, reply.message, left=left)
        if reply.verdict is Verdict.STOP:
            self.spent.by_server = True
            self._end(reply.message.rstrip("."))
            raise _Stop
        codes = {
            CallState.FAILED: "run-call-failed",
            CallState.REFUSED: "run-call-refused",
            CallState.REJECTED: "run-call-rejected",
        }
        message = reply.message
        if state is CallState.UNKNOWN:
            self._lost.add(prepared.key)
            message += " It may have been paid for. Ask again with --retry-unknown."
        return Finding(code=codes.get(state, "run-call-unknown"), message=message, shot=shot)

    async def _settle(
        self,
        prepared: Prepared,
        call: int,
        state: CallState,
        message: str,
        *,
        left: bool = False,
        billed: float | None = None,
        usage: dict[str, int] | None = None,
    ) -> None:
        paid = state in (CallState.DONE, CallState.UNKNOWN)
        if left or paid:
            self._budget.settle(prepared.dollars, billed, paid=paid)
        else:
            self._budget.release(prepared.dollars)
        await self._on_disk(lambda: self._book.settle(call, state, usage=usage, message=message))

    def _in_pool(self, work: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        # It may start a worker, which must not hear ^C before it can ignore it.
        with interrupts_held():
            return asyncio.get_running_loop().run_in_executor(self._pool, work, *args)

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)


def _request(prepared: Prepared) -> ImageRequest:
    if prepared.request is None:
        raise ValueError(f"{prepared.job.shot.key} cannot be asked for: its outcome is known")
    return prepared.request


def _not_asked(claim: Claim, shot: str) -> Finding:
    if claim is Claim.REFUSED:
        message = "The server refused this very request before. Change the concept's words for the model."
        return Finding(code="run-call-refused", message=message, shot=shot)
    message = "An earlier call for this picture was cut off and may have been paid for. Ask again with --retry-unknown."
    return Finding(code="run-call-unknown", message=message, shot=shot)
