"""What fastlane deliver does not take, though the App Store might: spellings of endings, sizes that its table lacks.

Source: app_screenshot.rb and app_screenshot_validator.rb at d5347690 (2026-07). One such file cancels the whole upload.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from locstore.findings import Finding
from locstore.stores import Display, apple_rules
from locstore.stores.tables import size_text
from locstore.verify.rules import label


def deliver_findings(path: PurePosixPath, display_path: str) -> list[Finding]:
    """What is wrong with a file's name: deliver's loader finds endings in any case, its validator takes six."""
    suffix = path.suffix.removeprefix(".")
    if suffix in apple_rules().suffixes:
        return []
    message = (
        f"fastlane deliver does not take the ending {path.suffix!r} and cancels the whole upload for it. "
        f"Write {path.suffix.lower()!r}."
    )
    return [Finding(code="verify-suffix", message=message, file=display_path)]


def deliver_size_findings(size: tuple[int, int], display: Display, group: str, display_path: str) -> list[Finding]:
    """A size (width, height) that the App Store takes for `display` and deliver does not know where it stands.

    `group` is `iMessage` for the pictures of an iMessage app, which has fewer displays.
    """
    if size in display.unknown_to_deliver:
        message = (
            f"fastlane deliver does not know {size_text(size)} of {label(display)} and cancels the whole upload "
            "for it. Move the picture out of the tree, and upload it in App Store Connect."
        )
    elif group and display.id not in apple_rules().imessage_displays:
        message = (
            f"{size_text(size)} is a size of {label(display)}, which an iMessage app does not have; fastlane deliver "
            "cancels the whole upload for it. Move the picture out of iMessage/."
        )
    else:
        return []
    return [Finding(code="verify-unknown-to-deliver", message=message, file=display_path)]
