"""The small project, anew for every test."""

from __future__ import annotations

from pathlib import Path

import pytest
from shot_projects import Garden


@pytest.fixture
def garden(tmp_path: Path) -> Garden:
    return Garden(tmp_path)
