"""The checks: a picture's file, a picture against its display, and a store-ready folder as a whole."""

from locstore.verify.facts import PictureFacts, inspect_picture
from locstore.verify.finding_rules import Cause, FindingRule, Judged, by_cause, judge, parse_rule
from locstore.verify.folder import VerifyReport, verify_folder
from locstore.verify.planned import PlannedPicture, PlannedSets, planned_sets
from locstore.verify.rules import verify_picture

__all__ = [
    "Cause",
    "FindingRule",
    "Judged",
    "PictureFacts",
    "PlannedPicture",
    "PlannedSets",
    "VerifyReport",
    "by_cause",
    "inspect_picture",
    "judge",
    "parse_rule",
    "planned_sets",
    "verify_folder",
    "verify_picture",
]
