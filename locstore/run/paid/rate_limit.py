"""How fast requests may leave: a number at once, images and tokens a minute, and what the server says."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import deque
from collections.abc import Callable

from locstore.paint.images import ServerLimits


class LocalRateLimiter:
    """A gate that every request passes.

    `images` and `tokens` are limits for any 60 seconds (None: no limit of our own). `pause` closes the gate for
    everybody, as a 429 asks for; after `end` nobody waits any more. Times are those of `clock` in seconds.
    """

    def __init__(
        self,
        *,
        images: int | None = None,
        tokens: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._images, self._tokens, self._clock = images, tokens, clock
        self._told: dict[str, int] = {}
        self._ended = asyncio.Event()
        self._passed: deque[tuple[float, int]] = deque()
        self._closed_until = 0.0
        self._lock = asyncio.Lock()

    async def enter(self, tokens: int) -> None:
        """Wait until one more request with this many tokens may leave, or until the end."""
        async with self._lock:
            while not self._ended.is_set() and (wait := self._wait(tokens)) > 0:
                await self.sleep(wait)
            self._passed.append((self._clock(), tokens))

    async def sleep(self, seconds: float) -> None:
        """Wait this long, or until the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)

    def end(self) -> None:
        """Nothing more is to leave: who waits is let go at once."""
        self._ended.set()

    def _wait(self, tokens: int) -> float:
        now = self._clock()
        while self._passed and self._passed[0][0] <= now - 60:
            self._passed.popleft()
        wait = self._closed_until - now
        images, most = self._limit(self._images, "images", "requests"), self._limit(self._tokens, "tokens")
        if images is not None and len(self._passed) >= images:
            wait = max(wait, self._passed[len(self._passed) - images][0] + 60 - now)
        if most is not None:
            spent = sum(t for _, t in self._passed)
            for moment, used in self._passed:
                if spent + tokens <= most:
                    break
                spent -= used
                wait = max(wait, moment + 60 - now)
        return wait

    def _limit(self, own: int | None, *kinds: str) -> int | None:
        """The lowest of our own limit and what the server has told last."""
        known = [limit for limit in (own, *(self._told.get(kind) for kind in kinds)) if limit is not None]
        return min(known, default=None)

    def pause(self, seconds: float) -> None:
        """Nobody enters for this long."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    def follow(self, told: ServerLimits) -> None:
        """The server named its limits for a minute: ours are not above them, and what is used up is waited for."""
        for kind, limit in (("images", told.images), ("requests", told.requests), ("tokens", told.tokens)):
            if limit is not None and limit.limit:
                self._told[kind] = limit.limit
            if limit is not None and limit.remaining == 0 and limit.reset:
                self.pause(limit.reset)


def backoff(attempt: int, chance: random.Random) -> float:
    """Seconds to wait before attempt 2, 3, ...: doubling from one second to a minute, with full jitter."""
    return chance.uniform(0.5, 1.0) * min(60.0, 2.0 ** (attempt - 1))
