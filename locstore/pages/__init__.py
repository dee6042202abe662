"""Data in, HTML out: the gallery and the report, each one file that loads nothing else."""

from locstore.pages.gallery import GalleryPicture, GallerySummary, render_gallery
from locstore.pages.junit import render_junit
from locstore.pages.report import (
    Check,
    Crop,
    LocaleRow,
    PictureState,
    Report,
    ShotRow,
    SlotRow,
    check_of,
    render_report,
)

__all__ = [
    "Check",
    "Crop",
    "GalleryPicture",
    "GallerySummary",
    "LocaleRow",
    "PictureState",
    "Report",
    "ShotRow",
    "SlotRow",
    "check_of",
    "render_gallery",
    "render_junit",
    "render_report",
]
