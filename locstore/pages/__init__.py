"""Data in, HTML out: the gallery and the report, each one file that loads nothing else."""

from locstore.pages.comparison import ComparedPicture, render_comparison
from locstore.pages.environment import environment, static
from locstore.pages.gallery import render_gallery
from locstore.pages.gallery_pictures import GalleryPicture, GallerySummary
from locstore.pages.junit import render_junit
from locstore.pages.report import cost_of, render_report
from locstore.pages.report_model import Check, Crop, LocaleRow, PictureState, Report, ShotRow, SlotRow, check_of, worst

__all__ = [
    "Check",
    "ComparedPicture",
    "Crop",
    "GalleryPicture",
    "GallerySummary",
    "LocaleRow",
    "PictureState",
    "Report",
    "ShotRow",
    "SlotRow",
    "check_of",
    "cost_of",
    "environment",
    "render_comparison",
    "render_gallery",
    "render_junit",
    "render_report",
    "static",
    "worst",
]
