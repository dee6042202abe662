"""The checks: a picture's file, a picture against its display, and a store-ready folder as a whole."""

from locstore.verify.facts import PictureFacts, inspect_picture
from locstore.verify.finding_rules import Cause, FindingRule, Judged, by_cause, judge, parse_rule
from locstore.verify.folder import VerifyReport, verify_folder
from locstore.verify.rules import verify_picture

__all__ = [
    "Cause",
    "FindingRule",
    "Judged",
    "PictureFacts",
    "VerifyReport",
    "by_cause",
    "inspect_picture",
    "judge",
    "parse_rule",
    "verify_folder",
    "verify_picture",
]
