"""Pictures that are paid for: their requests, the payment ledger, the budget, the rate limit, and batches.

Nothing here imports httpx before a request is made.
"""

from __future__ import annotations

from locstore.run.paid.batch_payments import BATCH_RUN, BatchBook
from locstore.run.paid.batch_run import (
    BatchReport,
    BatchRun,
    batch_findings,
    cancel_batch,
    collect_batch,
    list_batches,
    submit_batch,
)
from locstore.run.paid.budget import Budget
from locstore.run.paid.generate import Book, Compute, Gate, Maker, Purse, Sender, Spent, Stopped
from locstore.run.paid.paid_run import PaidRun
from locstore.run.paid.paint import CostRow, Limits, api_key, cost_table, paint_paid, unfinished, with_text
from locstore.run.paid.payments import Call, CallBook, CallState, Claim
from locstore.run.paid.postprocess import finish_picture
from locstore.run.paid.rate_limit import Pace
from locstore.run.paid.request import Kind, Prepared, billed_dollars, prepare_batch, prepare_shots

__all__ = [
    "BATCH_RUN",
    "BatchBook",
    "BatchReport",
    "BatchRun",
    "Book",
    "Budget",
    "Call",
    "CallBook",
    "CallState",
    "Claim",
    "Compute",
    "CostRow",
    "Gate",
    "Kind",
    "Limits",
    "Maker",
    "Pace",
    "PaidRun",
    "Prepared",
    "Purse",
    "Sender",
    "Spent",
    "Stopped",
    "api_key",
    "batch_findings",
    "billed_dollars",
    "cancel_batch",
    "collect_batch",
    "cost_table",
    "finish_picture",
    "list_batches",
    "paint_paid",
    "prepare_batch",
    "prepare_shots",
    "submit_batch",
    "unfinished",
    "with_text",
]
