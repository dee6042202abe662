"""The report: words, fit, pictures, verdicts, store rules, cost and decisions of each locale, joined."""

from locstore.project.reporting.deciding import (
    Decided,
    ReviewRow,
    accept_slots,
    decide_shots,
    require_approved,
    review_rows,
    standings,
)
from locstore.project.reporting.joining import make_report

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
