"""fastlane's own loader and validator as a second opinion on made folders: both stop, or both take the same files.

Needs ruby with FastImage (Debian's ruby-fastimage) and fastlane's source: an installed gem, or a checkout that the
variable FASTLANE_SOURCE names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from verify_files import put

from locstore.findings import Severity
from locstore.stores import find_display
from locstore.verify import verify_folder

SCRIPT = Path(__file__).with_name("deliver_loader.rb")
WATCH, IPAD, IPAD_13 = (312, 390), (768, 1004), (2048, 2732)


def _fastlane() -> str | None:
    """Where fastlane's source is; None without ruby, FastImage or fastlane."""
    if shutil.which("ruby") is None:
        return None
    if subprocess.run(["ruby", "-e", "require 'fastimage'"], capture_output=True, check=False).returncode:
        return None
    if source := os.environ.get("FASTLANE_SOURCE"):
        return source
    code = "print Gem::Specification.find_by_name('fastlane').gem_dir"
    found = subprocess.run(["ruby", "-e", code], capture_output=True, text=True, check=False)
    return found.stdout if found.returncode == 0 else None


FASTLANE = _fastlane()
pytestmark = pytest.mark.skipif(FASTLANE is None, reason="ruby, ruby-fastimage or fastlane's source is not installed")


def deliver(folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["ruby", str(SCRIPT), str(FASTLANE), str(folder)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


# Endings in other cases are not in here: Ruby 3.1 finds them where the file system ignores case (macOS, where they
# cancel the upload), and passes over them on Linux.
CORPUS: dict[str, dict[str, tuple[int, int]]] = {
    "plain": {"en-US/1.png": WATCH, "de-DE/2.jpg": IPAD},
    "case of locales": {"en-us/1.png": WATCH, "EN-GB/1.png": WATCH},
    "unknown locale": {"de/1.png": WATCH},
    "underscore": {"pt_BR/1.png": WATCH},
    "size": {"en-US/1.png": (100, 100)},
    "duo": {"en-US/1.png": (2007, 2853)},
    "small iphone": {"en-US/1.png": (320, 480)},
    "framed": {"en-US/1_framed.png": WATCH, "en-US/2.png": WATCH, "en-US/watch.png": WATCH},
    "framed hides a wrong size": {"en-US/1_framed.png": WATCH, "en-US/2.png": (9, 9)},
    "default": {"default/1.png": (9, 9)},
    "iMessage": {"iMessage/en-US/1.png": IPAD},
    "iMessage with a watch": {"iMessage/en-US/1.png": WATCH},
    "imessage in small letters": {"imessage/en-US/1.png": WATCH},
    "appleTV": {"appleTV/en-US/1.png": (1920, 1080)},
    "unknown in appleTV": {"appleTV/xx/1.png": (9, 9), "en-US/1.png": WATCH},
    "passed over": {
        "review_information/x.png": (9, 9),
        "app_clip_review_information/x.png": (9, 9),
        "fonts/1.png": (9, 9),
    },
    "two of one size": {"en-US/1.png": IPAD_13, "en-US/2_app_ipad_pro_129.png": IPAD_13},
}


@pytest.mark.parametrize("case", CORPUS)
def test_both_say_the_same(tmp_path_factory: pytest.TempPathFactory, case: str) -> None:
    # deliver looks for words in the whole path, so the folder must not be named after the case.
    root = tmp_path_factory.mktemp("corpus") / "screenshots"
    for path, size in CORPUS[case].items():
        put(root / path, size, kind="JPEG" if path.lower().endswith(("jpg", "jpeg")) else "PNG")
    theirs = deliver(root)
    stopped = any("stopped" in line for line in theirs)
    report = verify_folder(root, display_path="screenshots")
    codes = {f.code for f in report.findings if f.severity is Severity.ERROR}
    # An empty tree is no error for deliver, and deliver itself reads default/, which fails later, at the upload.
    codes -= {"verify-nothing-found", "verify-mixed-platforms", "verify-default-folder"}
    assert bool(codes) == stopped, (codes, theirs)
    if not stopped:
        assert report.pictures == len(theirs)
        types = {find_display(id_).asc_display_type for id_ in report.displays}
        assert {line["display"].removeprefix("IMESSAGE_") for line in theirs} == types
