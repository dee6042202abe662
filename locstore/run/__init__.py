"""The runner: what to paint, the ledger of what is done, workers that paint it."""

from locstore.run.ledger import Ledger
from locstore.run.plan import Plan, PlannedShot, Status, make_plan
from locstore.run.runner import check_shots, run_jobs
from locstore.run.worker import Job, Outcome, Settings, Studio

__all__ = [
    "Job",
    "Ledger",
    "Outcome",
    "Plan",
    "PlannedShot",
    "Settings",
    "Status",
    "Studio",
    "check_shots",
    "make_plan",
    "run_jobs",
]
