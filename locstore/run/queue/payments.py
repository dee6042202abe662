"""Payment ledger, budget and rate limit in Redis: all workers of all runs share them, so nothing is paid twice."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import json
import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, cast

from locstore.paint.images import ImagesConfig, ServerLimits
from locstore.run.paid.claim_rules import Claim, rules_as_text
from locstore.run.paid.payments import Call, CallState
from locstore.run.queue.records import QueueBudget
from locstore.run.queue.run_state import HEARTBEATS, RunKeys, RunState, call_of, is_run_name, once, pace_of

_KEEP = 30 * 86400  # seconds; calls that ask for nothing any more are on record for a while
_NUMBERS = "locstore:calls"
_LONGEST_WAIT = 5.0  # seconds between looks at a gate that is shut


@dataclasses.dataclass(frozen=True, slots=True)
class _Sent:
    key: str
    shot: str
    estimate: float | None


class RedisPaymentLedger:
    """The calls of all workers. A `sent` call becomes unknown when the engine has not heard of its worker for a while.

    `worker` is the name under which the engine knows the worker. `waiting` says of a request key whether its picture is
    in the outbox of this machine: safe here, and not in the shared cache yet.
    """

    def __init__(
        self,
        run_state: RunState,
        *,
        run: str,
        worker: str,
        cached: Callable[[str], bool],
        waiting: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._run_state, self._run, self._worker, self._cached, self._waiting = run_state, run, worker, cached, waiting
        self._sent: dict[int, _Sent] = {}
        self._late: set[int] = set()

    def claim(
        self, key: str, *, shot: str, model: str, estimate: float | None, retry_unknown: bool, number: int = 1
    ) -> tuple[Claim, int]:
        """As `LocalPaymentLedger.claim`."""
        if self._cached(key):
            return Claim.CACHED, 0
        millionths = _millionths(estimate)
        with self._run_state.reached():
            answer, call, before = self._run_state.script(
                "claim",
                [call_of(key), _NUMBERS, HEARTBEATS],
                [
                    *(key, self._worker, secrets.token_hex(8), self._run, shot, model),
                    *(millionths, number, rules_as_text(retry_unknown=retry_unknown)),
                    round(self._run_state.dead_after * 1000),
                ],
            )
        claim = Claim(answer.decode())
        if claim is not Claim.SEND:
            return claim, 0
        self._sent[int(call)] = _Sent(key, shot, estimate)
        # Between our look into the cache and the claim another worker's picture may have come.
        if before == b"done" and self._cached(key):
            self.settle(int(call), CallState.DONE)
            return Claim.CACHED, 0
        return claim, int(call)

    def settle(self, call: int, state: CallState, *, usage: Mapping[str, Any] | None = None, message: str = "") -> None:
        """What became of a call. `done` may be said only when the bytes are in the cache."""
        key = self._sent[call].key
        with self._run_state.reached():
            self._run_state.script(
                "settle",
                [call_of(key), RunKeys(self._run).unknown],
                [
                    *(key, call, str(state), json.dumps(usage, sort_keys=True) if usage else ""),
                    *(message[:300], _KEEP),
                ],
            )
        del self._sent[call]

    def give_up(self, shot: str) -> list[float | None]:
        """A shot's work was cut off by a problem: what became of its calls; the estimates of those that are closed.

        What waits to be sent to the cache stays `sent`, so that other workers wait for it instead of paying again.
        """
        mine = {call: sent for call, sent in list(self._sent.items()) if sent.shot == shot}
        self._late |= {call for call, sent in mine.items() if self._waiting(sent.key)}
        cut_off = {call: sent for call, sent in mine.items() if call not in self._late}
        for call, sent in cut_off.items():
            state = CallState.DONE if self._cached(sent.key) else CallState.UNKNOWN
            self.settle(call, state, message="cut off by a problem of the worker's machine")
        return [sent.estimate for sent in cut_off.values()]

    def settle_sent(self) -> list[float | None]:
        """Close the calls whose bytes waited and are in the cache of all by now; their estimates."""
        arrived = [
            (call, sent)
            for call, sent in list(self._sent.items())
            if call in self._late and not self._waiting(sent.key) and self._cached(sent.key)
        ]
        for call, _ in arrived:
            self._late.discard(call)
            self.settle(call, CallState.DONE)
        return [sent.estimate for _, sent in arrived]


def note_calls(run_state: RunState, calls: Sequence[Call]) -> None:
    """Tell the queue what a project's own ledger knows: workers repeat no call that is unknown or refused there.

    `calls` are all calls of the ledger. One that the ledger has settled since is corrected here, too.
    """
    by_key: dict[str, list[Call]] = {}
    for call in calls:
        by_key.setdefault(call.key, []).append(call)
    with run_state.reached():
        for key, known in sorted(by_key.items()):
            states = {call.state for call in known}
            if CallState.SENT in states:
                continue  # nobody knows yet
            worst = next((s for s in (CallState.UNKNOWN, CallState.REFUSED) if s in states), known[-1].state)
            # A call that was taken over from a run of the queue has the run's name in place of the shot.
            runs = " ".join(sorted({call.shot for call in known if is_run_name(call.shot)}))
            run_state.script("note", [call_of(key)], [str(worst), known[-1].shot, runs])


def found_calls(run_state: RunState, run: str, keys: Sequence[str]) -> None:
    """Calls of a run that nobody lived to settle, but whose bytes had reached the cache: they are done."""
    with run_state.reached():
        for key in keys:
            call = call_of(key)
            number = cast("bytes | None", run_state.client.hget(call, "id")) or b"0"
            run_state.script(
                "settle",
                [call, RunKeys(run).unknown],
                [key, number, str(CallState.DONE), "", "its bytes were in the cache", _KEEP],
            )


class RedisBudget:
    """The budget of a run over all its workers. Each operation counts once, however often it is repeated."""

    def __init__(self, run_state: RunState, *, run: str, limits: QueueBudget) -> None:
        self._run_state, self._key, self._limits = run_state, RunKeys(run).budget, limits

    def reserve(self, estimate: float | None) -> str | None:
        limit = self._do("reserve", estimate)
        if limit == "calls":
            return f"the limit of {self._limits.max_calls} calls (--max-calls) is reached"
        if limit == "price":
            return "the model's price is not known, so --max-cost cannot be kept; add it to [images.prices]"
        if limit == "cost":
            return f"the limit of ${self._limits.max_cost:.2f} (--max-cost) is reached"
        return None

    def release(self, estimate: float | None) -> None:
        self._do("release", estimate)

    def settle(self, estimate: float | None, billed: float | None, *, paid: bool) -> None:
        self._do("settle", estimate, billed, paid=paid)

    def _do(self, what: str, estimate: float | None, billed: float | None = None, *, paid: bool = False) -> str:
        mark = once(secrets.token_hex(8))
        with self._run_state.reached():
            limit = self._run_state.script(
                "budget", [self._key, mark], [what, _millionths(estimate), _millionths(billed), int(paid)]
            )
        return cast("bytes", limit).decode()


def limits_of(run_state: RunState, run: str) -> QueueBudget:
    """The limits that a run was started with."""
    with run_state.reached():
        calls, cost = cast("list[bytes | None]", run_state.client.hmget(RunKeys(run).budget, ["max_calls", "max_cost"]))
    return QueueBudget(int(calls) if calls else None, int(cost) / 1e6 if cost else None)


class RedisRateLimiter:
    """One rate limit for one images API and model over all workers, by Redis's clock.

    `on_end` hears why when the run was cancelled, or halted by another worker, while somebody waits here.
    """

    on_end: Callable[[str], None]

    def __init__(self, run_state: RunState, *, run: str, config: ImagesConfig, threads: Executor) -> None:
        self._run_state, self._threads = run_state, threads
        scope = hashlib.sha256(f"{config.base_url}\n{config.model}".encode()).hexdigest()[:24]
        self._passed = pace_of(scope)
        self._told, self._closed = f"{self._passed}:told", f"{self._passed}:closed"
        self._facts = RunKeys(run).facts
        self._images, self._tokens = config.images_per_minute, config.tokens_per_minute
        self._ended = asyncio.Event()

    async def acquire(self, tokens: int) -> str:
        """Wait until one more request with this many tokens may leave, or until the end; returns its permit."""
        nonce = secrets.token_hex(8)
        permit = f"{nonce}:{tokens}"
        while not self._ended.is_set():
            wait, ended = await self._in_thread(self._ask, nonce, tokens)
            if ended:
                self.on_end(ended)
                return permit
            if not wait:
                return permit
            # Many wait for the same moment: each comes back a little later than asked, and asks again.
            await self.sleep(min(_LONGEST_WAIT, wait) + random.random() * 0.1)

        return permit

    def give_back(self, permit: str) -> None:
        """The request with this permit is not sent: it does not count in its minute."""
        self._threads.submit(self._give_back, permit)

    def _give_back(self, permit: str) -> None:
        with self._run_state.reached():
            self._run_state.client.zrem(self._passed, permit)

    def _ask(self, nonce: str, tokens: int) -> tuple[float, str]:
        limits = ["" if limit is None else limit for limit in (self._images, self._tokens)]
        keys = [self._passed, self._told, self._closed, self._facts]
        with self._run_state.reached():
            wait, ended = self._run_state.script("rate_limit", keys, [nonce, tokens, *limits])
        return int(wait) / 1000, cast("bytes", ended).decode()

    async def sleep(self, seconds: float) -> None:
        """Wait this long, or until the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)

    def pause(self, seconds: float) -> None:
        """No worker enters for this long."""
        self._threads.submit(self._pause, seconds)

    def _pause(self, seconds: float) -> None:
        milliseconds = max(1, round(seconds * 1000))
        with self._run_state.reached():
            left = self._run_state.client.pttl(self._closed)
            if left < milliseconds:
                self._run_state.client.set(self._closed, "1", px=milliseconds)

    def apply_server_limits(self, told: ServerLimits) -> None:
        """The server named its limits for a minute: every worker keeps them, and waits for what is used up."""
        known = {"images": told.images, "requests": told.requests, "tokens": told.tokens}
        limits = {kind: limit.limit for kind, limit in known.items() if limit is not None and limit.limit}
        if limits:
            self._threads.submit(self._follow, limits)
        for limit in known.values():
            if limit is not None and limit.remaining == 0 and limit.reset:
                self.pause(limit.reset)

    def _follow(self, limits: dict[str, int]) -> None:
        with self._run_state.reached():
            self._run_state.client.hset(self._told, mapping=cast("Any", limits))
            self._run_state.client.expire(self._told, 3600)

    def end(self) -> None:
        """Nothing more is to leave: who waits is let go at once."""
        self._ended.set()

    async def _in_thread(self, work: Callable[[str, int], tuple[float, str]], nonce: str, tokens: int) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, nonce, tokens)


def _millionths(dollars: float | None) -> str:
    return "" if dollars is None else str(round(dollars * 1e6))
