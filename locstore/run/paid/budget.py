"""The budget of a run: calls and US dollars, reserved before a request leaves; and what the run spent."""

from __future__ import annotations

import dataclasses
import math
from typing import Protocol

from locstore.errors import UsageError


@dataclasses.dataclass(frozen=True, slots=True)
class BudgetLimits:
    """What a run may spend, and whether calls that may have been paid are asked for again.

    `max_cost` is in US dollars; None is no limit. Raises UsageError for a limit that is not a number.
    """

    max_calls: int | None = None
    max_cost: float | None = None
    retry_unknown: bool = False

    def __post_init__(self) -> None:
        if self.max_cost is not None and not (math.isfinite(self.max_cost) and self.max_cost >= 0):
            raise UsageError(f"--max-cost must be a number of US dollars, 0 or more, not {self.max_cost}.")


@dataclasses.dataclass(slots=True)
class Spending:
    """What a paid run did with the server.

    `sent` are requests that left, `cached` pictures that the cache had, `recovered` those of them that were read from
    an answer that an earlier run had kept. `estimated` is in US dollars over all calls that may be billed, None if a
    price is not known; `billed` is what the server told, over `told` calls, None if it told nothing. `repairs` are
    tries after a shot's first one, sent or cached. `stopped` says why the run ended before every picture was asked for,
    `by_server` whether the server was the reason.
    """

    sent: int = 0
    cached: int = 0
    estimated: float | None = 0.0
    billed: float | None = None
    stopped: str = ""
    by_server: bool = False
    repairs: int = 0
    recovered: int = 0
    told: int = 0


class Budget(Protocol):
    """What ImageGenerator needs of a budget. Called in the disk executor, never on the event loop."""

    def reserve(self, estimate: float | None) -> str | None:
        """Reserve one call; a sentence if it would pass a limit, and then nothing is reserved."""
        ...

    def release(self, estimate: float | None) -> None:
        """A reserved call has not left."""
        ...

    def settle(self, estimate: float | None, billed: float | None, *, paid: bool) -> None:
        """A call that left has ended: whether it counts as paid, and the dollars that the server billed."""
        ...


@dataclasses.dataclass(slots=True)
class LocalBudget:
    """The budget of one process. Limits (None: none) and what is spent, in US dollars.

    `calls` are requests that have left or are about to, also those that brought no picture. `counted` is what counts
    against `max_cost`: the bill where the server told it, else the estimate. `billed` is what the server told, over
    `told` calls; `estimated` the estimates of the same calls and all others that count; `unpriced` of them had none.
    """

    max_calls: int | None = None
    max_cost: float | None = None
    calls: int = 0
    reserved: float = 0.0
    counted: float = 0.0
    estimated: float = 0.0
    billed: float = 0.0
    told: int = 0
    unpriced: int = 0

    def reserve(self, estimate: float | None) -> str | None:
        """Reserve one call; a sentence if it would pass a limit, and then nothing is reserved.

        With a limit in dollars a call whose price is unknown is not made.
        """
        if self.max_calls is not None and self.calls + 1 > self.max_calls:
            return f"the limit of {self.max_calls} calls (--max-calls) is reached"
        if self.max_cost is not None:
            if estimate is None:
                return "the model's price is not known, so --max-cost cannot be kept; add it to [images.prices]"
            if self.counted + self.reserved + estimate > self.max_cost + 1e-9:
                return f"the limit of ${self.max_cost:.2f} (--max-cost) is reached"
        self.calls += 1
        self.reserved += estimate or 0.0
        return None

    def release(self, estimate: float | None) -> None:
        """A reserved call has not left."""
        self.reserved -= estimate or 0.0
        self.calls -= 1

    def settle(self, estimate: float | None, billed: float | None, *, paid: bool) -> None:
        """A call that left has ended: whether it counts as paid, and the dollars that the server billed."""
        self.reserved -= estimate or 0.0
        if not paid:
            return
        self.counted += billed if billed is not None else (estimate or 0.0)
        self.estimated += estimate or 0.0
        self.unpriced += estimate is None
        if billed is not None:
            self.billed += billed
            self.told += 1

    def tell(self, spent: Spending) -> None:
        """Write the dollars into the account of a run."""
        spent.estimated = None if self.unpriced else self.estimated
        spent.billed = self.billed if self.told else None
        spent.told = self.told
