"""Pictures that are paid for: their requests, the payment ledger, the budget, the rate limit, and batches.

Nothing here imports httpx before a request is made.
"""

from __future__ import annotations

from locstore.run.paid.api_key import api_key, hosts_of_user
from locstore.run.paid.batch_payments import BATCH_RUN, BatchPaymentLedger
from locstore.run.paid.batch_run import (
    BatchReport,
    BatchRun,
    batch_findings,
    cancel_batch,
    collect_batch,
    list_batches,
    submit_batch,
)
from locstore.run.paid.budget import Budget, BudgetLimits, LocalBudget, Spending
from locstore.run.paid.claim_rules import CLAIM_RULES, Claim, Fact, decide
from locstore.run.paid.generate import Compute, GenerationStopped, ImageGenerator, ImageSender, PaymentLedger
from locstore.run.paid.paid_run import PaidRun
from locstore.run.paid.paint import CostRow, CostTable, cost_table, paint_paid, unfinished, with_text
from locstore.run.paid.payments import Call, CallState, LocalPaymentLedger
from locstore.run.paid.postprocess import finish_picture
from locstore.run.paid.rate_limit import LocalRateLimiter, RateLimiter
from locstore.run.paid.request import Kind, Prepared, billed_dollars, prepare_batch, prepare_shots

__all__ = [
    "BATCH_RUN",
    "CLAIM_RULES",
    "BatchPaymentLedger",
    "BatchReport",
    "BatchRun",
    "Budget",
    "BudgetLimits",
    "Call",
    "CallState",
    "Claim",
    "Compute",
    "CostRow",
    "CostTable",
    "Fact",
    "GenerationStopped",
    "ImageGenerator",
    "ImageSender",
    "Kind",
    "LocalBudget",
    "LocalPaymentLedger",
    "LocalRateLimiter",
    "PaidRun",
    "PaymentLedger",
    "Prepared",
    "RateLimiter",
    "Spending",
    "api_key",
    "batch_findings",
    "billed_dollars",
    "cancel_batch",
    "collect_batch",
    "cost_table",
    "decide",
    "finish_picture",
    "hosts_of_user",
    "list_batches",
    "paint_paid",
    "prepare_batch",
    "prepare_shots",
    "submit_batch",
    "unfinished",
    "with_text",
]
