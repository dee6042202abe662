"""A copy of the sample project for benchmarks to change at will."""

from __future__ import annotations

import shutil
from pathlib import Path

_HERE = Path(__file__).resolve().parent.parent


def copy_sample(folder: Path) -> Path:
    """Copy project file, concepts and catalogs into `folder`; returns the project's root."""
    for name in ("concepts", "locales"):
        shutil.copytree(_HERE / name, folder / name)
    shutil.copy(_HERE / "locstore.toml", folder)
    return folder
