"""A redis-server for a test, and the small project that hands its shots to it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects import Folder
from queue_parts import QUICK, Server, queued_project

from locstore.run.queue import RunState, read_address


@pytest.fixture(autouse=True)
def _no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LOCSTORE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    """What a worker began ends with it; a shot that hangs cannot be ended, so its thread is not looked for."""
    before = set(threading.enumerate())
    yield
    ours = ("worker-watch", "paid-calls", "payments", "cache")
    left = [t for t in threading.enumerate() if t not in before and t.name.startswith(ours)]
    for thread in left:
        thread.join(10)
    assert [t.name for t in left if t.is_alive()] == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    redis = Server(tmp_path / "redis")
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture
def run_state(server: Server) -> Iterator[RunState]:
    run_state = RunState(read_address(server.url), patience=2, dead_after=QUICK)
    yield run_state
    run_state.close()


@pytest.fixture
def project(tmp_path: Path, server: Server) -> Folder:
    """12 shots, not painted yet."""
    return queued_project(tmp_path / "project", server)
