"""The budget of a run: calls and dollars, reserved before a request leaves."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(slots=True)
class LocalBudget:
    """Limits (None: none) and what is spent. Dollars are estimates until the bill of a call is known.

    `calls` are requests that have left or are about to, also those that brought no picture.
    """

    max_calls: int | None = None
    max_cost: float | None = None
    calls: int = 0
    reserved: float = 0.0
    billed: float = 0.0
    estimated: float = 0.0

    def reserve(self, estimate: float | None) -> str | None:
        """Take one call out of the budget; a sentence if it would pass a limit, and then nothing is taken.

        With a limit in dollars a call whose price is unknown is not made.
        """
        if self.max_calls is not None and self.calls + 1 > self.max_calls:
            return f"the limit of {self.max_calls} calls (--max-calls) is reached"
        if self.max_cost is not None:
            if estimate is None:
                return "the model's price is not known, so --max-cost cannot be kept; add it to [images.prices]"
            if self.billed + self.reserved + estimate > self.max_cost + 1e-9:
                return f"the limit of ${self.max_cost:.2f} (--max-cost) is reached"
        self.calls += 1
        self.reserved += estimate or 0.0
        return None

    def release(self, estimate: float | None) -> None:
        """A reserved call has not left."""
        self.reserved -= estimate or 0.0
        self.calls -= 1

    def settle(self, estimate: float | None, billed: float | None, *, paid: bool) -> None:
        """A call that left has ended: `paid` is whether it may have been billed, `billed` the bill if it is known."""
        self.reserved -= estimate or 0.0
        if paid:
            self.billed += billed if billed is not None else (estimate or 0.0)
            self.estimated += estimate or 0.0
