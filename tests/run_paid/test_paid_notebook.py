"""A paid run where an event loop is running already, as in a notebook."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from images_server import in_thread
from images_server.settings import Settings
from paid_project import KEY, make_project

import locstore


def test_a_paid_run_in_a_running_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with in_thread.running(Settings(key=KEY, words=False)) as server:
        tiny = make_project(tmp_path, server.url, locales=("de",))

        async def cell() -> locstore.RunReport:
            return locstore.run(locstore.open_project(tiny.root, painter="images"), max_cost=100.0)

        report = asyncio.run(cell())
        assert (report.painted, report.ok) == (4, True)
        assert report.spent is not None
        assert report.spent.sent == len(server.requests) == 4
