"""How fast requests may leave: so many images and tokens in a minute, and what the server asks for."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import Callable
from typing import Protocol

from locstore.paint.images import ServerLimits

# A server that asks for more patience than this, in seconds, ends the run instead of holding it in silence.
LONGEST_WAIT = 300.0


class RateLimiter(Protocol):
    """What ImageGenerator needs of a rate limit. Its plain methods are called on the loop and return at once."""

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
        """No request leaves for this long."""
        ...

    def apply_server_limits(self, told: ServerLimits) -> None:
        """The server named its limits for a minute."""
        ...

    def end(self) -> None:
        """No further request leaves: whoever waits returns at once."""
        ...


class LocalRateLimiter:
    """The rate limit of one process.

    `images` and `tokens` are limits for any 60 seconds (None: no limit of the project's own). `pause` lets nothing
    through for a while, as a 429 asks for. After `end` no call of `acquire` or `sleep` waits any more. Times are those
    of `clock` in seconds.
    """

    def __init__(
        self,
        *,
        images: int | None = None,
        tokens: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._images, self._tokens, self._clock = images, tokens, clock
        self._server_limits: dict[str, int] = {}
        self._ended = asyncio.Event()
        self._permits: dict[str, tuple[float, int]] = {}  # in order of time: (when, tokens)
        self._numbers = itertools.count()
        self._closed_until = 0.0
        self._lock = asyncio.Lock()

    async def acquire(self, tokens: int) -> str:
        """Wait until one more request with this many tokens may leave, or until the end; returns its permit."""
        permit = str(next(self._numbers))
        async with self._lock:
            while not self._ended.is_set() and (wait := self._wait(tokens)) > 0:
                await self.sleep(wait)
            self._permits[permit] = (self._clock(), tokens)
        return permit

    def give_back(self, permit: str) -> None:
        """The request with this permit is not sent: it does not count in its minute."""
        self._permits.pop(permit, None)

    async def sleep(self, seconds: float) -> None:
        """Wait this long, or until the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)

    def end(self) -> None:
        """No further request leaves: whoever waits returns at once."""
        self._ended.set()

    def _wait(self, tokens: int) -> float:
        """Seconds until a request with this many tokens fits into the limits."""
        now = self._clock()
        for permit in [name for name, (moment, _) in self._permits.items() if moment <= now - 60]:
            del self._permits[permit]
        passed = list(self._permits.values())
        wait = self._closed_until - now
        images, most = self._limit(self._images, "images", "requests"), self._limit(self._tokens, "tokens")
        if images is not None and len(passed) >= images:
            wait = max(wait, passed[len(passed) - images][0] + 60 - now)
        if most is not None:
            spent = sum(t for _, t in passed)
            for moment, used in passed:
                if spent + tokens <= most:
                    break
                spent -= used
                wait = max(wait, moment + 60 - now)
        return wait

    def _limit(self, own: int | None, *kinds: str) -> int | None:
        """The lowest of the project's own limit and the server's latest."""
        known = [limit for limit in (own, *(self._server_limits.get(kind) for kind in kinds)) if limit is not None]
        return min(known, default=None)

    def pause(self, seconds: float) -> None:
        """No request leaves for this long."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    def apply_server_limits(self, told: ServerLimits) -> None:
        """The server named its limits for a minute: they apply beside the project's own, and a used-up one pauses."""
        for kind, limit in (("images", told.images), ("requests", told.requests), ("tokens", told.tokens)):
            if limit is not None and limit.limit:
                self._server_limits[kind] = limit.limit
            if limit is not None and limit.remaining == 0 and limit.reset:
                self.pause(min(limit.reset, LONGEST_WAIT))


def longest_reset(told: ServerLimits) -> float:
    """Seconds until every limit of the server that is used up is full again; 0 if none is."""
    limits = (told.images, told.requests, told.tokens)
    return max((limit.reset or 0.0 for limit in limits if limit is not None and limit.remaining == 0), default=0.0)


def in_words(seconds: float) -> str:
    """A length of time as people say it: `90 s`, `12 minutes`, `3 hours`, `30 days`."""
    for unit, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"


def backoff(attempt: int, chance: random.Random) -> float:
    """Seconds to wait before attempt 2, 3, ...: full jitter, from 0 up to one second, doubling to a minute.

    Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. `chance` must differ between workers.
    """
    return chance.uniform(0.0, min(60.0, 2.0 ** (attempt - 1)))
