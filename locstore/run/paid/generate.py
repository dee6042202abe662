"""The maker: one paid picture from its request to its outcome, each call in the book before it leaves.

What it spends from, writes to and waits for are protocols: a run on one machine (SQLite, a budget in memory) and
workers that share a run (Redis) make pictures by the same rules. A call is in the book as `sent` before it leaves, its
bytes are in the store before it is `done`, and a call that may have been billed is never repeated unasked.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from typing import Any, Protocol, TypeVar, TypeVarTuple

from locstore.cache import PictureStore
from locstore.findings import Finding
from locstore.paint.images import CallResult, ImageRequest, ImagesConfig, Reply, ServerLimits
from locstore.run.paid.payments import CODE_OF, STATE_OF, CallState, Claim
from locstore.run.paid.postprocess import finish_picture
from locstore.run.paid.rate_limit import backoff
from locstore.run.paid.request import Kind, Prepared, billed_dollars, prepare_batch
from locstore.run.render import PaintSettings, Task, TaskResult

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_POLL = 0.5  # seconds between looks at a call that another run has in flight
_FINISHERS = 8  # pictures at a time that are with the processors or wait for them


class PaymentLedger(Protocol):
    """What a maker needs of the book of calls; `CallBook` is one. Called in the disk executor, never on the loop."""

    def claim(
        self, key: str, *, shot: str, model: str, estimate: float | None, retry_unknown: bool, number: int = 1
    ) -> tuple[Claim, int]:
        """Ask to send a request, try `number` of its shot; with SEND it is in the book as `sent`, under the id."""
        ...

    def settle(self, call: int, state: CallState, *, usage: Mapping[str, Any] | None = None, message: str = "") -> None:
        """What became of a call. When a run is cancelled it is called on the loop: nobody could wait for it."""
        ...


class Budget(Protocol):
    """What a maker needs of the budget; `Budget` is one. Called in the disk executor, never on the loop."""

    def reserve(self, estimate: float | None) -> str | None:
        """Set one call aside; a sentence if it would pass a limit, and then nothing is set aside."""
        ...

    def release(self, estimate: float | None) -> None:
        """A reserved call has not left."""
        ...

    def settle(self, estimate: float | None, billed: float | None, *, paid: bool) -> None:
        """A call that left has ended."""
        ...


class RateLimiter(Protocol):
    """What a maker needs of the pace; `Pace` is one. Its plain methods are called on the loop and return at once."""

    async def acquire(self, tokens: int) -> str:
        """Wait until one more request with this many tokens may leave, or until the end; returns its permit."""
        ...

    def give_back(self, permit: str) -> None:
        """The request with this permit is not sent."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait this long, or until the end."""
        ...

    def pause(self, seconds: float) -> None:
        """Nobody enters for this long."""
        ...

    def apply_server_limits(self, told: ServerLimits) -> None:
        """The server named its limits for a minute."""
        ...

    def end(self) -> None:
        """Nothing more is to leave: who waits is let go at once."""
        ...


class ImageSender(Protocol):
    """What sends a request; `ImagesClient`, entered, is one."""

    async def send(self, request: ImageRequest, *, on_sent: Callable[[], None] | None = None) -> Reply: ...


class Compute(Protocol):
    """Runs a function of this room, with arguments that can be pickled, where there is a processor for it."""

    def __call__(self, work: Callable[[*Ts], T], /, *args: *Ts) -> Awaitable[T]: ...


@dataclasses.dataclass(slots=True)
class Spending:
    """What a paid run did with the server: requests sent, pictures from the cache, dollars.

    `repairs` are tries after a shot's first one, sent or cached. `stopped` says why it ended before every picture was
    asked for, `by_server` whether the server was the reason.
    """

    sent: int = 0
    cached: int = 0
    estimated: float = 0.0
    billed: float = 0.0
    stopped: str = ""
    by_server: bool = False
    repairs: int = 0


class GenerationStopped(Exception):
    """The picture is not asked for: the run has stopped, or the budget does not allow the call."""


class ImageGenerator:
    """Makes the pictures of one run, many at a time: at most `config.concurrency` calls are out at once.

    All its methods are for one event loop. `disk` is where book, purse and store are called: one thread for those that
    wait for a disk (`Budget` needs exactly one), more for thread-safe ones behind a network. `writers` put pictures.
    """

    def __init__(
        self,
        *,
        config: ImagesConfig,
        kind: Kind,
        settings: PaintSettings,
        store: PictureStore,
        book: PaymentLedger,
        budget: Budget,
        rate_limiter: RateLimiter,
        client: ImageSender,
        compute: Compute,
        disk: Executor,
        writers: Executor,
        retry_unknown: bool = False,
        seed: int | None = None,
    ) -> None:
        self._config, self._kind, self._settings = config, kind, settings
        self._store, self._book, self._budget, self._rate_limiter = store, book, budget, rate_limiter
        self._client, self._compute, self._disk, self._writers = client, compute, disk, writers
        self._retry_unknown = retry_unknown
        self._lost: set[str] = set()  # keys of calls that this run may have paid for in vain
        self._chance = random.Random(seed)
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._calls = asyncio.Semaphore(config.concurrency)
        self._finishers = asyncio.Semaphore(_FINISHERS)
        # `spent.stopped`: no further call begins; `halted`: those that have begun and not left do not leave either.
        self.halted = False
        self.spent = Spending()

    def halt(self, why: str) -> None:
        """No further request leaves, and none waits for its time; the first reason is told, before any limit."""
        if not self.halted:
            self.spent.stopped = why
        self.halted = True
        self._rate_limiter.end()

    async def prepare(self, tasks: tuple[Task, ...]) -> list[Prepared]:
        """The first requests of some jobs, or their outcomes where nothing can be asked for."""
        return await self._compute(prepare_batch, self._settings, self._config, self._kind, tasks)

    async def run(self, task: Task) -> TaskResult:
        """One job from its beginning to its end: `prepare` and `make`."""
        (prepared,) = await self.prepare((task,))
        return await self.make(prepared)

    async def make(self, prepared: Prepared) -> TaskResult:
        """Bring the picture into the store, finish it, and as long as its words are wrong ask for a better one.

        Raises Stopped if it is not asked for; what came before stays in the store, and a later run goes on from there.
        Raises what store, book, purse and compute raise. Cancelled while a call is out, the call is `unknown`.
        """
        while True:
            if prepared.result is not None:
                return prepared.result
            # Shots that share a backdrop share its call: the first one asks, the others find it in the cache.
            async with self._one_at_a_time[prepared.key], self._calls:
                problem = await self._fetch(prepared)
            if problem is not None:
                if not prepared.can_do_without(problem):
                    return TaskResult(prepared.task.path, prepared.task.shot.key, findings=(problem,))
                prepared = dataclasses.replace(prepared, refused=problem)
            self.spent.repairs += bool(prepared.tries)
            async with self._finishers:
                done = await self._compute(finish_picture, self._settings, self._config, prepared, self._kind)
            if isinstance(done, TaskResult):
                return done
            prepared = done

    async def _fetch(self, prepared: Prepared) -> Finding | None:
        """Bring the request's bytes into the cache; a finding if that was not possible. Raises Stopped."""
        request, shot = _request(prepared), prepared.task.shot.key
        for attempt in range(1, self._config.max_attempts + 1):
            claim, call = await self._claim(prepared)
            while claim is Claim.WAIT:
                await asyncio.sleep(_POLL)
                claim, call = await self._claim(prepared)
            if claim is Claim.CACHED:
                self.spent.cached += 1
                return None
            if claim is not Claim.SEND:
                return _not_asked(claim, shot)
            left: list[bool] = []
            try:
                await self._rate_limiter.acquire(prepared.tokens)
                if self.halted:
                    await self._settle(prepared, call, CallState.FAILED, "the run stopped before it was sent")
                    raise GenerationStopped
                reply = await self._client.send(request, on_sent=functools.partial(self._left, left))
            except asyncio.CancelledError:
                # Nobody waits for the answer any more; once it has left, it may be billed.
                state = CallState.UNKNOWN if left else CallState.FAILED
                self._book.settle(call, state, message="interrupted")
                raise
            finding = await self._receive(prepared, call, reply, left=bool(left))
            if finding is None:
                return None
            if reply.result is not CallResult.RETRY or reply.billed:
                return finding
            if attempt == self._config.max_attempts:
                return dataclasses.replace(
                    finding, message=f"{finding.message} Tried {attempt} times; run again later."
                )
            wait = reply.retry_after if reply.retry_after is not None else backoff(attempt, self._chance)
            if reply.status == 429:
                self._rate_limiter.pause(wait)
            await self._rate_limiter.sleep(wait)
        raise ValueError("max_attempts must be at least 1")

    def _left(self, left: list[bool]) -> None:
        left.append(True)
        self.spent.sent += 1

    async def _claim(self, prepared: Prepared) -> tuple[Claim, int]:
        """Reserve the money, then the call. Raises Stopped when the budget or the run has ended."""
        claimed = await self._on_disk(self._claim_now, prepared)
        if isinstance(claimed, str):
            # What the budget had room for still leaves.
            self.spent.stopped = self.spent.stopped or claimed
            raise GenerationStopped
        return claimed

    def _claim_now(self, prepared: Prepared) -> tuple[Claim, int] | str:
        if prepared.key in self._store:
            return Claim.CACHED, 0
        over = self.spent.stopped or self._budget.reserve(prepared.dollars)
        if over:
            return over
        claim, call = self._book.claim(
            prepared.key,
            shot=prepared.task.shot.key,
            model=self._config.model,
            estimate=prepared.dollars,
            # Once a run: other shots that share a backdrop would pay for the same trouble again.
            retry_unknown=self._retry_unknown and prepared.key not in self._lost,
            number=prepared.number,
        )
        if claim is not Claim.SEND:
            self._budget.release(prepared.dollars)
        return claim, call

    async def _receive(self, prepared: Prepared, call: int, reply: Reply, *, left: bool) -> Finding | None:
        """Put the bytes into the cache first, then write what became of the call; None if the picture is here."""
        if reply.limits is not None:
            self._rate_limiter.apply_server_limits(reply.limits)
        if reply.result is CallResult.DONE and reply.data is not None:
            data, usage = reply.data, dataclasses.asdict(reply.usage) if reply.usage else {}
            inputs = _request(prepared).cache_inputs()
            put = functools.partial(self._store.put_new, prepared.key, data, inputs, usage)
            await asyncio.get_running_loop().run_in_executor(self._writers, put)
            billed = billed_dollars(reply.usage, self._config)
            await self._settle(prepared, call, CallState.DONE, "", left=True, billed=billed, usage=usage)
            return None
        # A picture that may be paid for and did not come must not be asked for again unasked, whatever stopped it.
        lost = reply.billed and reply.result in (CallResult.RETRY, CallResult.STOP)
        state = CallState.UNKNOWN if lost else STATE_OF.get(reply.result, CallState.UNKNOWN)
        await self._settle(prepared, call, state, reply.message, left=left)
        if reply.result is CallResult.STOP:
            self.spent.by_server = True
            self.halt(reply.message.rstrip("."))
            raise GenerationStopped
        message = reply.message
        if state is CallState.UNKNOWN:
            self._lost.add(prepared.key)
            message += " It may have been paid for. Ask again with --retry-unknown."
        return Finding(code=CODE_OF.get(state, "run-call-unknown"), message=message, shot=prepared.task.shot.key)

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

        def settle() -> None:
            if left or paid:
                self._budget.settle(prepared.dollars, billed, paid=paid)
            else:
                self._budget.release(prepared.dollars)
            self._book.settle(call, state, usage=usage, message=message)

        await self._on_disk(settle)

    async def _on_disk(self, work: Callable[[*Ts], T], *args: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work, *args)


def _request(prepared: Prepared) -> ImageRequest:
    if prepared.request is None:
        raise ValueError(f"{prepared.task.shot.key} cannot be asked for: its outcome is known")
    return prepared.request


def _not_asked(claim: Claim, shot: str) -> Finding:
    if claim is Claim.REFUSED:
        message = "The server refused this very request before. Change the concept's words for the model."
        return Finding(code="run-call-refused", message=message, shot=shot)
    if claim is Claim.IN_BATCH:
        message = "This picture is with a batch. `locstore runs` names it; `locstore run --attach NAME` takes it in."
        return Finding(code="run-batch-open", message=message, shot=shot)
    message = "An earlier call for this picture was cut off and may have been paid for. Ask again with --retry-unknown."
    return Finding(code="run-call-unknown", message=message, shot=shot)
