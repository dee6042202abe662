"""Tiny projects with a batch: submitted and collected in this process."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from images_server import ImagesServer, Settings
from paid_project import KEY, Tiny, make_project

from locstore.project import BudgetLimits, Project
from locstore.run.paid import Kind
from locstore.run.paid.batch_payments import BatchPaymentLedger
from locstore.run.paid.batch_requests import Bounds
from locstore.run.paid.batch_run import BatchCollected, BatchReport, collect_batch, submit_batch

__all__ = ["KEY", "Tiny", "book_of", "collect", "make_project", "no_wait", "quick", "submit", "twice"]


def quick(**other: Any) -> Settings:
    return Settings(key=KEY, words=False, **other)


def no_wait(_: float) -> None:
    pass


def submit(tiny: Tiny, painter: Kind = "images", *, bounds: Bounds | None = None, **limits: Any) -> BatchReport:
    planned, settings = tiny.planned(painter)
    # One process: its painting studio is kept between the calls.
    return submit_batch(tiny.open(painter), planned, settings, BudgetLimits(**limits), bounds=bounds)


def collect(tiny: Tiny, name: str, painter: Kind = "images", **more: Any) -> BatchCollected:
    return collect_batch(tiny.open(painter), name, poll=0.02, **more)


def book_of(project: Project) -> BatchPaymentLedger:
    return BatchPaymentLedger(project.root / ".locstore/payments.db", lambda _: False)


def twice(server: ImagesServer) -> dict[str, int]:
    """Requests that were paid for more than once, by their custom_id."""
    billed = Counter(entry.key for entry in server.log.entries if entry.billed)
    return {str(key): count for key, count in billed.items() if count > 1}


@dataclasses.dataclass(frozen=True)
class Told:
    """What `on_progress` heard."""

    heard: list[tuple[int, int]] = dataclasses.field(default_factory=list)

    def __call__(self, done: int, all_of_them: int) -> None:
        self.heard.append((done, all_of_them))
