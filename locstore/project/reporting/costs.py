"""What the pictures of each locale have cost, from the calls in the payments file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from locstore.paint.images.reply import Usage
from locstore.project.caching import open_cache
from locstore.project.project import Project
from locstore.run.paid import Call, CallState, LocalPaymentLedger
from locstore.run.paid.payments_file import payments_path
from locstore.run.paid.request import billed_dollars

_PAID = (CallState.DONE, CallState.UNKNOWN, CallState.SENT)


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """Calls that left, those that may have been paid for nothing, and the US dollars of all; None: no price known."""

    calls: int = 0
    unknown: int = 0
    dollars: float | None = 0.0


def costs(project: Project, ledger: Path) -> dict[str, Cost]:
    """The cost by gettext code. A picture that several locales share counts where it was asked for."""
    book = LocalPaymentLedger(payments_path(ledger), lambda name: name in open_cache(project))
    found: dict[str, Cost] = {}
    try:
        for call in book.calls():
            parts = call.shot.split("/")
            if len(parts) == 3:
                found[parts[1]] = _plus(found.get(parts[1], Cost()), call, project)
    finally:
        book.close()
    return found


def _plus(cost: Cost, call: Call, project: Project) -> Cost:
    dollars: float | None = 0.0
    if call.state in _PAID:
        usage = Usage(**call.usage) if call.usage else None
        billed = billed_dollars(usage, project.config.images)
        dollars = billed if billed is not None else call.estimate
    total = None if dollars is None or cost.dollars is None else cost.dollars + dollars
    return Cost(cost.calls + 1, cost.unknown + (call.state is CallState.UNKNOWN), total)
