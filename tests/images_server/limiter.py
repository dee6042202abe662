"""The limits of a minute: buckets of images and of tokens that fill up steadily, and the headers that show them."""

from __future__ import annotations

import time
from collections.abc import Callable

from images_server.errors import ApiError, duration, rate_limited


class Bucket:
    """`limit` units a minute; a full bucket may be emptied at once."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._level = float(limit)
        self._at = clock()

    @property
    def level(self) -> float:
        now = self._clock()
        self._level = min(float(self.limit), self._level + (now - self._at) * self.limit / 60)
        self._at = now
        return self._level

    def wait_for(self, amount: int) -> float:
        """Seconds until `amount` can be taken; what is more than the limit waits for a full bucket."""
        # A request that comes back exactly when it was told to must not fail by a rounding error.
        lacking = min(amount, self.limit) - self.level - 1e-6
        return max(0.0, lacking * 60 / self.limit)

    def take(self, amount: int) -> None:
        self._level = self.level - amount

    def headers(self, what: str) -> dict[str, str]:
        until_full = (self.limit - self.level) * 60 / self.limit
        return {
            f"x-ratelimit-limit-{what}": str(self.limit),
            f"x-ratelimit-remaining-{what}": str(max(0, int(self.level + 1e-6))),
            f"x-ratelimit-reset-{what}": duration(until_full),
        }


class Limiter:
    """Images and tokens a minute; None: no limit and no headers."""

    def __init__(
        self,
        images: int | None,
        tokens: int | None,
        *,
        headers: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._images = Bucket(images, clock) if images else None
        self._tokens = Bucket(tokens, clock) if tokens else None
        self._shown = headers

    def refusal(self, model: str, images: int, tokens: int) -> ApiError | None:
        """Takes what a request needs from both buckets; or takes nothing and says why."""
        needs = ((self._images, images), (self._tokens, tokens))
        for bucket, amount in needs:
            wait = bucket.wait_for(amount) if bucket else 0.0
            if bucket and wait > 0:
                return rate_limited(
                    model,
                    wait,
                    "both" if self._shown else "bare",
                    what="images" if bucket is self._images else "tokens",
                    figures=(bucket.limit, bucket.limit - int(bucket.level), amount),
                )
        for bucket, amount in needs:
            if bucket:
                bucket.take(amount)
        return None

    def headers(self) -> dict[str, str]:
        if not self._shown:
            return {}
        images = self._images.headers("requests") if self._images else {}
        return images | (self._tokens.headers("tokens") if self._tokens else {})
