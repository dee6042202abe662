"""What the pictures of each locale have cost, from the project's ledger of payments."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from locstore.config import ProjectFile
from locstore.paint.images.reply import Usage
from locstore.project.caching import open_cache
from locstore.project.project import Project
from locstore.run.paid import BatchPaymentLedger, Call, CallState, billed_dollars
from locstore.run.paid.payments_file import payments_path

_PAID = (CallState.DONE, CallState.UNKNOWN, CallState.SENT)


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """Calls that left, those that may have been paid for nothing, and the US dollars of all; None: no price known."""

    calls: int = 0
    unknown: int = 0
    dollars: float | None = 0.0


def costs(project: Project, ledger: Path) -> dict[str, Cost]:
    """The cost by gettext code. A picture that several locales share counts where it was asked for."""
    payments = BatchPaymentLedger(payments_path(ledger), lambda name: name in open_cache(project))
    found: dict[str, Cost] = {}
    try:
        in_batches = payments.calls_in_batches()
        for call in payments.calls():
            parts = call.shot.split("/")
            if len(parts) == 3:
                dollars = call_dollars(call, project.config, batch=call.id in in_batches)
                before = found.get(parts[1], Cost())
                total = None if dollars is None or before.dollars is None else before.dollars + dollars
                found[parts[1]] = Cost(before.calls + 1, before.unknown + (call.state is CallState.UNKNOWN), total)
    finally:
        payments.close()
    return found


def call_dollars(call: Call, config: ProjectFile, *, batch: bool) -> float | None:
    """US dollars of a call, by the prices of its own model and way: the bill where it was told, else the estimate."""
    if call.state not in _PAID:
        return 0.0
    usage = Usage(**call.usage) if call.usage else None
    if usage is not None and not usage.output_tokens:
        usage = None  # recorded by a version that took a proxy's zeros for a bill
    billed = billed_dollars(usage, config.images, model=call.model, batch=batch)
    return billed if billed is not None else call.estimate
