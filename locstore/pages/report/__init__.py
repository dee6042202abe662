"""The report: what is known of every picture, as data and as a page for a person to judge the doubtful ones."""

from locstore.pages.report.model import (
    Check,
    Crop,
    LocaleRow,
    PictureState,
    Report,
    ShotRow,
    SlotRow,
    check_of,
    worst,
)
from locstore.pages.report.page import render_report

__all__ = [
    "Check",
    "Crop",
    "LocaleRow",
    "PictureState",
    "Report",
    "ShotRow",
    "SlotRow",
    "check_of",
    "render_report",
    "worst",
]
