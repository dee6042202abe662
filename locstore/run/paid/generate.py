"""ImageGenerator: one paid picture from its request to its outcome, by the rules of money.

What it spends from, writes to and waits for are protocols. A run on one machine (SQLite, a budget in memory) and
workers that share a run (Redis) generate pictures by the same rules:

1. The rate limit comes first, then the claim, then the request: `sent` is written only for what leaves at once.
2. Bytes are in the cache before their call is `done`. Other answers that may be billed are on disk before their call is
   `unknown`, and are read again by the next run before anything is asked for.
3. A call that may have been billed is never repeated unasked, and counts against the budget.
4. The first call goes alone until a picture is usable; equal failures in a row stop the run.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import random
import traceback
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor
from pathlib import Path
from typing import Any, Protocol, TypeVar, TypeVarTuple

from locstore.cache import PictureStore
from locstore.errors import EnvironmentProblem, LocstoreError
from locstore.findings import Finding, Severity
from locstore.paint.images import Answer, CallResult, ImageRequest, ImagesConfig, Reply
from locstore.run.paid.answers import AnswerStore, answer_of
from locstore.run.paid.budget import Budget, Spending
from locstore.run.paid.canary import MOST_EQUAL, Canary
from locstore.run.paid.claim_rules import Claim
from locstore.run.paid.free_space import check_space, room_for
from locstore.run.paid.payments import CODE_OF, STATE_OF, CallState
from locstore.run.paid.postprocess import finish_picture
from locstore.run.paid.rate_limit import LONGEST_WAIT, RateLimiter, backoff, in_words, longest_reset
from locstore.run.paid.request import Kind, Prepared, billed_dollars, prepare_batch
from locstore.run.render import PaintSettings, Task, TaskResult

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_POLL = 0.5  # seconds between looks at a call that another run has in flight
_FINISHERS = 8  # pictures at a time that are with the processors or wait for them
_PATIENCE = 60.0  # seconds beyond two whole calls, after which nobody brings what another run has sent
_SILENCE = 10.0  # seconds of waiting after which a line says what for
# What is wrong with the machine, not with one picture: whoever runs the generator ends the run.
ENDS_RUN = (LocstoreError, BrokenExecutor, MemoryError)


class PaymentLedger(Protocol):
    """What ImageGenerator needs of a ledger of payments. Called in the disk executor, never on the event loop."""

    def claim(
        self, key: str, *, shot: str, model: str, estimate: float | None, retry_unknown: bool, number: int = 1
    ) -> tuple[Claim, int]:
        """Ask to send a request, try `number` of its shot; with SEND it is on record as `sent`, under the id."""
        ...

    def settle(self, call: int, state: CallState, *, usage: Mapping[str, Any] | None = None, message: str = "") -> None:
        """What became of a call. When a run is cancelled it is called on the loop: nobody could wait for it."""
        ...


class ImageSender(Protocol):
    """What sends a request; `ImagesClient`, entered, is one."""

    async def send(self, request: ImageRequest, *, on_sent: Callable[[], None] | None = None) -> Reply: ...

    async def read_again(self, answer: Answer, request: ImageRequest) -> Reply: ...


class Compute(Protocol):
    """Runs a function of this room, with arguments that can be pickled, where there is a processor for it."""

    def __call__(self, work: Callable[[*Ts], T], /, *args: *Ts) -> Awaitable[T]: ...


class GenerationStopped(Exception):
    """The picture is not asked for: the run has stopped, or the budget does not allow the call."""


@dataclasses.dataclass(slots=True)
class _Call:
    """A call that was claimed. `left` is whether the server may have it; `settled` whether the ledger knows its end."""

    id: int
    left: bool = False
    settled: bool = False


class ImageGenerator:
    """Generates the pictures of one run, many at a time: at most `config.concurrency` calls are out at once.

    All its methods are for one event loop. `disk` is where ledger, budget and store are called: one thread for those
    that wait for a disk (`LocalBudget` needs exactly one), more for thread-safe ones behind a network. `writers` put
    pictures. `say` hears what the run waits for. `answers` is for answers that are kept, if not beside the ledger.
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
        say: Callable[[str], None] | None = None,
        answers: Path | None = None,
    ) -> None:
        self._config, self._kind, self._settings = config, kind, settings
        self._store, self._ledger, self._budget, self._rate_limiter = store, book, budget, rate_limiter
        self._client, self._compute, self._disk, self._writers = client, compute, disk, writers
        self._retry_unknown, self._say = retry_unknown, say or (lambda _: None)
        self._answers = AnswerStore(answers or settings.ledger.parent / "answers")
        self._canary = Canary()
        self._lost: set[str] = set()  # keys of calls that this run may have paid for in vain
        self._chance = random.Random(seed)
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._calls = asyncio.Semaphore(config.concurrency)
        self._finishers = asyncio.Semaphore(_FINISHERS)
        self._room = 0  # bytes that the answers of the calls in flight may need
        self._said = -1e9  # when the last line was said, on the loop's clock
        # `spent.stopped`: no further call begins; `halted`: those that have begun and not left do not leave either.
        self.halted = False
        self.kept: list[Path] = []  # answers that the cache could not take
        self.spent = Spending()

    def halt(self, why: str) -> None:
        """No further request leaves, and none waits for its time; the first reason is told, before any limit."""
        if not self.halted:
            self.spent.stopped = why
        self.halted = True
        self._rate_limiter.end()

    async def prepare(self, tasks: tuple[Task, ...]) -> list[Prepared]:
        """The first requests of some tasks, or their outcomes where nothing can be asked for."""
        return await self._compute(prepare_batch, self._settings, self._config, self._kind, tasks)

    async def run(self, task: Task) -> TaskResult:
        """One task from its beginning to its end: `prepare` and `make`."""
        (prepared,) = await self.prepare((task,))
        return await self.make(prepared)

    async def make(self, prepared: Prepared) -> TaskResult:
        """Bring the picture into the store, finish it, and as long as its words are wrong ask for a better one.

        Raises GenerationStopped if it is not asked for; what came before stays in the store, and a later run goes on
        from there. Raises what is in ENDS_RUN; any other exception is a finding of this picture. Cancelled while a call
        is out, the call is `unknown`.
        """
        while prepared.result is None:
            try:
                step = await self._step(prepared)
            except (GenerationStopped, *ENDS_RUN):
                raise
            except OSError as error:
                where = f": {error.filename}" if error.filename else ""
                raise EnvironmentProblem(f"{error.strerror or error}{where}.") from error
            except Exception as error:  # noqa: BLE001 - of one picture, whatever it is; the others are paid for and go on
                return _broken(prepared, error)
            if isinstance(step, TaskResult):
                return step
            prepared = step
        return prepared.result

    async def _step(self, prepared: Prepared) -> TaskResult | Prepared:
        """One try: its call, if it needs one, and what is made of the picture."""
        if await self._on_disk(self._store.__contains__, prepared.key):
            return await self._try(prepared)
        async with self._canary.turn():
            return await self._try(prepared)

    async def _try(self, prepared: Prepared) -> TaskResult | Prepared:
        shot, sent = prepared.task.shot.key, False
        # Shots that share a backdrop share its call: the first one asks, the others find it in the cache.
        async with self._one_at_a_time[prepared.key], self._calls:
            problem: Finding | None = None
            if not await self._recovered(prepared):
                sent, problem = await self._fetch(prepared)
        if problem is not None:
            if not prepared.can_do_without(problem):
                return TaskResult(prepared.task.path, shot, findings=(problem,))
            prepared = dataclasses.replace(prepared, refused=problem)
        self.spent.repairs += bool(prepared.tries)
        async with self._finishers:
            done = await self._compute(finish_picture, self._settings, self._config, prepared, self._kind)
        if sent:
            self._judge(done)
        return done

    def _judge(self, done: TaskResult | Prepared) -> None:
        """Tell the canary whether a picture that was just paid for can be used."""
        if isinstance(done, Prepared) or done.record is not None or done.candidate is not None:
            self._canary.usable()
            return
        useless = next((f for f in done.findings if f.code.startswith("paint-picture-") and _is_error(f)), None)
        if useless is not None:
            self._failed(useless.code, useless.message.partition(" It was paid for")[0])

    def _failed(self, how: str, message: str) -> None:
        """A call brought nothing usable; the third time in a row that it is the same, the run stops."""
        if self._canary.failed(how) and not self.halted:
            self.spent.by_server = True
            said = message.rstrip(".")
            self.halt(f"{MOST_EQUAL} calls in a row ended in the same way, and more would cost for nothing: {said}")

    async def _recovered(self, prepared: Prepared) -> bool:
        """Whether the picture came from an answer that an earlier run paid for and kept. Costs nothing."""
        answer = await self._on_disk(self._answers.read, prepared.key)
        if answer is None or await self._on_disk(self._store.__contains__, prepared.key):
            return False
        reply = await self._client.read_again(answer, _request(prepared))
        if reply.result is not CallResult.DONE or reply.data is None:
            return False
        usage = dataclasses.asdict(reply.usage) if reply.usage else {}
        claim = functools.partial(self._claim_in_ledger, prepared, retry_unknown=True)
        claimed, call = await self._on_disk(claim)
        if claimed is Claim.WAIT:
            return False
        await self._put(prepared, reply.data, usage)
        if claimed is Claim.SEND:
            settle = functools.partial(self._ledger.settle, call, CallState.DONE, usage=usage, message="kept answer")
            await self._on_disk(settle)
        await self._on_disk(self._answers.drop, prepared.key)
        self.spent.cached += 1
        self.spent.recovered += 1
        return True

    async def _fetch(self, prepared: Prepared) -> tuple[bool, Finding | None]:
        """Bring the request's bytes into the cache: whether a call did it, and a finding if that was not possible.

        Raises GenerationStopped.
        """
        shot, loop = prepared.task.shot.key, asyncio.get_running_loop()
        # Another run's call may be fetching its picture, or be tried again; then nobody lives that could tell.
        patience = 2 * self._config.deadline + _PATIENCE
        end = loop.time() + patience
        attempt = 1
        while True:
            claim, call = await self._claim(prepared)
            if claim is Claim.WAIT:
                if loop.time() > end:
                    return False, _waited(shot, patience)
                with self._saying(f"{shot} waits for a call that another run has sent"):
                    await self._rate_limiter.sleep(_POLL)
                if self.halted:
                    raise GenerationStopped
                continue
            if claim is Claim.CACHED:
                self.spent.cached += 1
                return False, None
            if claim is not Claim.SEND:
                return False, _not_asked(claim, shot)
            reply, finding = await self._send(prepared, _Call(call))
            if finding is None:
                return True, None
            if reply.result is not CallResult.RETRY or reply.billed:
                return True, finding
            if attempt == self._config.max_attempts:
                self._failed(reply.code, reply.message)
                more = f"{finding.message} Tried {attempt} times; run again later."
                return True, dataclasses.replace(finding, message=more)
            await self._wait_to_retry(reply, attempt)
            attempt += 1

    async def _wait_to_retry(self, reply: Reply, attempt: int) -> None:
        wait = reply.retry_after if reply.retry_after is not None else backoff(attempt, self._chance)
        if wait > LONGEST_WAIT:
            self._stop_waiting(wait)
            raise GenerationStopped
        if reply.status == 429:
            self._rate_limiter.pause(wait)
        with self._saying(f"{self._config.host} asks to wait {in_words(wait)}: {reply.message}"):
            await self._rate_limiter.sleep(wait)

    def _stop_waiting(self, seconds: float) -> None:
        self.spent.by_server = True
        self.halt(
            f"{self._config.host} asks to wait {in_words(seconds)} before the next request, and locstore waits "
            f"{in_words(LONGEST_WAIT)} at most; run again then, or now to try at once"
        )

    async def _claim(self, prepared: Prepared) -> tuple[Claim, int]:
        """Wait for the rate limit, then reserve the money, then claim the call.

        Raises GenerationStopped when the budget or the run has ended, EnvironmentProblem when a disk is full.
        """
        if await self._on_disk(self._store.__contains__, prepared.key):
            return Claim.CACHED, 0
        if self.spent.stopped:
            raise GenerationStopped
        with self._saying("waiting for the rate limit"):
            permit = await self._rate_limiter.acquire(prepared.tokens)
        if self.halted:
            raise GenerationStopped
        sent = False
        try:
            claimed = await self._on_disk(self._claim_now, prepared)
            sent = not isinstance(claimed, str) and claimed[0] is Claim.SEND
        finally:
            if not sent:
                self._rate_limiter.give_back(permit)
        if isinstance(claimed, str):
            # What the budget had room for still leaves.
            self.spent.stopped = self.spent.stopped or claimed
            raise GenerationStopped
        return claimed

    def _claim_now(self, prepared: Prepared) -> tuple[Claim, int] | str:
        if prepared.key in self._store:
            return Claim.CACHED, 0
        check_space(self._folders(), self._room + room_for(_size(prepared)))
        over = self.spent.stopped or self._budget.reserve(prepared.dollars)
        if over:
            return over
        try:
            # Once a run: other shots that share a backdrop would pay for the same trouble again.
            retry_unknown = self._retry_unknown and prepared.key not in self._lost
            claim, call = self._claim_in_ledger(prepared, retry_unknown=retry_unknown)
        except BaseException:
            self._budget.release(prepared.dollars)
            raise
        if claim is not Claim.SEND:
            self._budget.release(prepared.dollars)
        return claim, call

    def _claim_in_ledger(self, prepared: Prepared, *, retry_unknown: bool) -> tuple[Claim, int]:
        return self._ledger.claim(
            prepared.key,
            shot=prepared.task.shot.key,
            model=self._config.model,
            estimate=prepared.dollars,
            retry_unknown=retry_unknown,
            number=prepared.number,
        )

    def _folders(self) -> list[Path]:
        cache = [] if "://" in self._settings.cache else [self._settings.root / self._settings.cache]
        return [*cache, self._settings.output, self._settings.ledger.parent]

    async def _send(self, prepared: Prepared, call: _Call) -> tuple[Reply, Finding | None]:
        """Send a claimed call and settle it, whatever happens."""

        def left() -> None:
            call.left = True
            self.spent.sent += 1

        room = room_for(_size(prepared))
        self._room += room
        try:
            if self.halted:
                await self._settle(prepared, call, CallState.FAILED, "the run stopped before it was sent")
                raise GenerationStopped
            reply = await self._client.send(_request(prepared), on_sent=left)
            return reply, await self._receive(prepared, call, reply)
        except asyncio.CancelledError:
            # Nobody waits for the answer any more; once it has left, it may be billed.
            if not call.settled:
                self._ledger.settle(call.id, _end_of(call), message="interrupted")
            raise
        except (GenerationStopped, *ENDS_RUN, OSError):
            # Of the machine's trouble the ledger's owner settles its calls when it ends.
            raise
        except Exception as error:
            if not call.settled:
                await self._settle(prepared, call, _end_of(call), f"{type(error).__name__} in locstore")
            raise
        finally:
            self._room -= room

    async def _receive(self, prepared: Prepared, call: _Call, reply: Reply) -> Finding | None:
        """Put the bytes into the cache first, then write what became of the call; None if the picture is here."""
        if reply.limits is not None:
            self._rate_limiter.apply_server_limits(reply.limits)
            if (reset := longest_reset(reply.limits)) > LONGEST_WAIT and not self.halted:
                self._stop_waiting(reset)
        if reply.result is CallResult.DONE and reply.data is not None:
            usage = dataclasses.asdict(reply.usage) if reply.usage else {}
            try:
                await self._put(prepared, reply.data, usage)
            except (LocstoreError, OSError):
                await self._rescue(prepared, reply)
                raise
            billed = billed_dollars(reply.usage, self._config)
            await self._settle(prepared, call, CallState.DONE, "", billed=billed, usage=usage)
            return None
        # A picture that may be paid for and did not come must not be asked for again unasked, whatever stopped it.
        lost = reply.billed and reply.result in (CallResult.RETRY, CallResult.STOP)
        state = CallState.UNKNOWN if lost else STATE_OF.get(reply.result, CallState.UNKNOWN)
        message = f"{self._config.host}: {reply.message}"
        if reply.answer is not None:
            await self._keep(prepared.key, reply.answer)
            message += " The answer is kept; the next run reads it again before it asks."
        # A refusal costs nothing. A try that the server turned away for now counts: nothing says what it will bill.
        free = not reply.billed and reply.result is not CallResult.RETRY
        await self._settle(prepared, call, state, message, free=free)
        if reply.result is CallResult.STOP:
            self.spent.by_server = True
            self.halt(message.rstrip("."))
            raise GenerationStopped
        if state is CallState.UNKNOWN:
            self._lost.add(prepared.key)
            self._failed(reply.code, message)
            message += " It may have been paid for. Ask again with --retry-unknown."
        return Finding(code=CODE_OF.get(state, "run-call-unknown"), message=message, shot=prepared.task.shot.key)

    async def _put(self, prepared: Prepared, data: bytes, usage: dict[str, Any]) -> None:
        inputs = _request(prepared).cache_inputs()
        put = functools.partial(self._store.put_new, prepared.key, data, inputs, usage)
        await asyncio.get_running_loop().run_in_executor(self._writers, put)

    async def _keep(self, key: str, answer: Answer) -> Path:
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._answers.keep, key, answer)

    async def _rescue(self, prepared: Prepared, reply: Reply) -> None:
        """The cache cannot take a picture that is paid for: keep it where there is room, for the next run."""
        with contextlib.suppress(LocstoreError, OSError):  # the cache's own trouble is the one to tell
            if reply.data is not None and not await self._on_disk(self._store.__contains__, prepared.key):
                self.kept.append(await self._keep(prepared.key, answer_of(reply.data, reply.usage)))

    async def _settle(
        self,
        prepared: Prepared,
        call: _Call,
        state: CallState,
        message: str,
        *,
        free: bool = False,
        billed: float | None = None,
        usage: dict[str, int] | None = None,
    ) -> None:

        def settle() -> None:
            if call.left or state is CallState.DONE:
                self._budget.settle(prepared.dollars, billed, paid=not free)
            else:
                self._budget.release(prepared.dollars)
            self._ledger.settle(call.id, state, usage=usage, message=message)
            call.settled = True

        await self._on_disk(settle)

    @contextlib.contextmanager
    def _saying(self, line: str) -> Iterator[None]:
        """Tell what the run waits for, if it waits long; one line at a time for all that wait."""
        loop = asyncio.get_running_loop()

        def say() -> None:
            if loop.time() - self._said >= _SILENCE:
                self._said = loop.time()
                self._say(line)

        timer = loop.call_later(_SILENCE, say)
        try:
            yield
        finally:
            timer.cancel()

    async def _on_disk(self, work: Callable[[*Ts], T], *args: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work, *args)


def _request(prepared: Prepared) -> ImageRequest:
    if prepared.request is None:
        raise ValueError(f"{prepared.task.shot.key} cannot be asked for: its outcome is known")
    return prepared.request


def _size(prepared: Prepared) -> tuple[int, int]:
    size = _request(prepared).size
    return size.width, size.height


def _end_of(call: _Call) -> CallState:
    """The end of a call that was cut off: once it has left, it may be billed."""
    return CallState.UNKNOWN if call.left else CallState.FAILED


def _is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR


def _broken(prepared: Prepared, error: Exception) -> TaskResult:
    """An exception that nobody foresaw, as a finding of its picture."""
    where = traceback.extract_tb(error.__traceback__)[-1:]
    place = f" ({Path(where[0].filename).name}:{where[0].lineno})" if where else ""
    shot = prepared.task.shot.key
    message = f"This picture failed in an unforeseen way: {type(error).__name__}: {str(error)[:200]}{place}."
    return TaskResult(prepared.task.path, shot, findings=(Finding(code="run-shot-broken", message=message, shot=shot),))


def _waited(shot: str, seconds: float) -> Finding:
    message = (
        f"Another run has sent a call for this picture and has brought nothing for {in_words(seconds)}. End that run, "
        "then run again."
    )
    return Finding(code="run-call-waiting", message=message, shot=shot)


def _not_asked(claim: Claim, shot: str) -> Finding:
    if claim is Claim.REFUSED:
        message = "The server refused this very request before. Change the concept's words for the model."
        return Finding(code="run-call-refused", message=message, shot=shot)
    if claim is Claim.IN_BATCH:
        message = "This picture is with a batch. `locstore runs` names it; `locstore run --attach NAME` takes it in."
        return Finding(code="run-batch-open", message=message, shot=shot)
    message = "An earlier call for this picture was cut off and may have been paid for. Ask again with --retry-unknown."
    return Finding(code="run-call-unknown", message=message, shot=shot)
