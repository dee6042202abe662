"""The runner: what to paint, the ledger of what is done, workers that paint it, and calls that are paid."""

from locstore.run.asking import Kind, Prepared, prepare_batch, prepare_shots
from locstore.run.budget import Budget
from locstore.run.calls import Call, CallBook, CallState, Claim
from locstore.run.candidates import read_candidate
from locstore.run.finishing import finish_picture
from locstore.run.images import PaidRun
from locstore.run.ledger import Ledger
from locstore.run.making import Book, Compute, Gate, Maker, Purse, Sender, Spent, Stopped
from locstore.run.pace import Pace
from locstore.run.plan import Plan, PlannedShot, Status, make_plan
from locstore.run.runner import check_shots, job_of, jobs_in_order, lost_workers, run_jobs, worker_pool
from locstore.run.worker import Job, Outcome, Settings, Studio

__all__ = [
    "Book",
    "Budget",
    "Call",
    "CallBook",
    "CallState",
    "Claim",
    "Compute",
    "Gate",
    "Job",
    "Kind",
    "Ledger",
    "Maker",
    "Outcome",
    "Pace",
    "PaidRun",
    "Plan",
    "PlannedShot",
    "Prepared",
    "Purse",
    "Sender",
    "Settings",
    "Spent",
    "Status",
    "Stopped",
    "Studio",
    "check_shots",
    "finish_picture",
    "job_of",
    "jobs_in_order",
    "lost_workers",
    "make_plan",
    "prepare_batch",
    "prepare_shots",
    "read_candidate",
    "run_jobs",
    "worker_pool",
]
