"""Servers that the tests of the contract-test server share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from images_server import ImagesServer, Settings, running


@pytest.fixture(scope="module")
def server() -> Iterator[ImagesServer]:
    """Without faults, in OpenAI's dialect."""
    with running(Settings(words=False)) as started:
        yield started


@pytest.fixture(scope="module")
def gateway() -> Iterator[ImagesServer]:
    with running(Settings(dialect="gateway", mode="required", words=False)) as started:
        yield started
