"""The report: words, fit, pictures, verdicts, store rules, cost and decisions of each locale, joined."""

from locstore.project.reporting.build_report import make_report
from locstore.project.reporting.decisions import (
    Decided,
    ReviewRow,
    accept_slots,
    decide_shots,
    require_approved,
    review_rows,
    standings,
)

__all__ = [
    "Decided",
    "ReviewRow",
    "accept_slots",
    "decide_shots",
    "make_report",
    "require_approved",
    "review_rows",
    "standings",
]
