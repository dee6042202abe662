"""Batches by the command line: asked for, picked up, shelved; killed in between."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from batch_projects import KEY, make_project, quick, twice
from images_server import running
from paid_project import finished

from locstore.run.paid.batch_run import list_batches


def test_ask_and_attach(tmp_path: Path):
    with running(quick(batch_delay=0.5)) as server:
        tiny = make_project(tmp_path, server.url)
        said = tiny.cli("run", "--batch", "--painter", "images", "--json")
        assert said.code == 0, said.err
        report = json.loads(said.out)
        assert (report["submitted"], report["parts"], report["findings"]) == (6, 1, [])
        said = tiny.cli("run", "--attach", report["name"], "--painter", "images")
        assert said.code == 0, said.err
        assert len(tiny.pictures()) == 6
        assert (server.billed, server.requests) == (6, [])
        assert "Traceback" not in said.err
        assert KEY not in said.out + said.err
        said = tiny.cli("run", "--painter", "images")
        assert (said.code, server.billed) == (0, 6)


def test_an_interrupt_while_waiting_loses_nothing(tmp_path: Path):
    with running(quick(batch_delay=3.0)) as server:
        tiny = make_project(tmp_path, server.url)
        assert tiny.cli("run", "--batch", "--painter", "images").code == 0
        (run,) = list_batches(tiny.open())
        process = tiny.start("run", "--attach", run.name, "--painter", "images")
        end = time.monotonic() + 30
        while not any(e.method == "GET" for e in server.log.entries) and time.monotonic() < end:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        said = finished(process)
        assert said.code == 130, said.err
        assert "Traceback" not in said.err
        said = tiny.cli("run", "--attach", run.name, "--painter", "images")
        assert said.code == 0, said.err
        assert (len(tiny.pictures()), server.billed, twice(server)) == (6, 6, {})
