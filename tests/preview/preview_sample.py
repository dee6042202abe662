"""A copy of the sample project in a few locales, for tests to change at will."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCALES = ("ar", "de", "en_GB", "fr", "fr_CA", "ja")


def copy_sample(target: Path) -> Path:
    """The project's root."""
    shutil.copytree(ROOT / "concepts", target / "concepts")
    for code in LOCALES:
        shutil.copytree(ROOT / "locales" / code, target / "locales" / code)
    shutil.copy(ROOT / "locstore.toml", target)
    return target
