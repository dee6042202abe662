"""The runner: what to paint, the ledger of what is done, workers that paint it, and calls that are paid."""

from locstore.run.asking import Kind, Prepared, prepare_shots
from locstore.run.budget import Budget
from locstore.run.calls import Call, CallBook, CallState
from locstore.run.images import PaidRun, Spent
from locstore.run.ledger import Ledger
from locstore.run.plan import Plan, PlannedShot, Status, make_plan
from locstore.run.runner import check_shots, job_of, jobs_in_order, lost_workers, run_jobs, worker_pool
from locstore.run.worker import Job, Outcome, Settings, Studio

__all__ = [
    "Budget",
    "Call",
    "CallBook",
    "CallState",
    "Job",
    "Kind",
    "Ledger",
    "Outcome",
    "PaidRun",
    "Plan",
    "PlannedShot",
    "Prepared",
    "Settings",
    "Spent",
    "Status",
    "Studio",
    "check_shots",
    "job_of",
    "jobs_in_order",
    "lost_workers",
    "make_plan",
    "prepare_shots",
    "run_jobs",
    "worker_pool",
]
