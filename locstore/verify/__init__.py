"""The checks: a picture's file, a picture against its display, and a store-ready folder as a whole."""

from locstore.verify.facts import PictureFacts, inspect_picture
from locstore.verify.folder import VerifyReport, verify_folder
from locstore.verify.rules import verify_picture

__all__ = [
    "PictureFacts",
    "VerifyReport",
    "inspect_picture",
    "verify_folder",
    "verify_picture",
]
