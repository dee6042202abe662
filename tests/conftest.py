"""What the rooms' tests share: the fonts of the installed packages, opened once."""

from __future__ import annotations

import pytest
from hypothesis import settings

from locstore.typeset import FontLibrary

# How long an example takes says more about what else runs on the machine than about the code.
settings.register_profile("locstore", deadline=None)
settings.load_profile("locstore")


@pytest.fixture(scope="session")
def library() -> FontLibrary:
    """The packages' fonts only: what a test sees does not depend on the machine's own fonts."""
    return FontLibrary.for_project(None, system=False)
