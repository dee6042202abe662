"""What tests of the queue need: a redis-server, workers whose death is noticed soon, a project that uses both."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from projects import CONCEPT, MANY_DISPLAYS, Folder, capture, make_folder, with_capture

from locstore.run.queue import RunRecord, RunState, WorkerOptions, WorkerProcess, read_address
from locstore.run.queue.run_state import HEARTBEATS

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")
QUICK = 3.0  # seconds without a heartbeat after which a worker is dead
CALM = 6.0  # the same for processes of their own, on a machine that may be busy with other tests


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], Any], *, seconds: float = 60.0, what: str = "it") -> None:
    """Wait for something; a test that waits in vain fails."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.02)


class Server:
    """A redis-server with an append-only file, on a free port of loopback."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self.folder, self.port, self.password = folder, free_port(), password
        folder.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        who = f":{self.password}@" if self.password else ""
        return f"redis://{who}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self.folder,
            "appendonly": "yes",
            "appendfsync": "always",  # once a second, a write waits while the disk is busy, and `kill` loses it
            "save": "",
        }
        if self.password:
            options["requirepass"] = self.password
        arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            ["redis-server", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._answers, what="redis-server's start")

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
            if self.password:
                probe.sendall(f"AUTH {self.password}\r\n".encode())
                probe.recv(100)
            probe.sendall(b"PING\r\n")
            return b"PONG" in probe.recv(100)
        return False

    def kill(self) -> None:
        """End by kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def everything(self) -> bytes:
        """What the server holds, as it is on disk."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())


def options(server: Server, folder: Folder | Path, scratch: Path, **other: Any) -> WorkerOptions:
    """A worker for the cache of a project."""
    root = folder.root if isinstance(folder, Folder) else folder
    given = {"threads": 2, "dead_after": QUICK, "grace": 10.0, **other}
    return WorkerOptions(read_address(server.url), str(root / ".locstore" / "cache"), scratch, **given)


@contextlib.contextmanager
def working(given: WorkerOptions, *, say: Callable[[str], None] = lambda _: None) -> Iterator[WorkerProcess]:
    """A worker in this process; it ends what is in its hands when the block ends."""
    worker = WorkerProcess(given, given.scratch / "own", pulse=lambda _: None, say=say)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield worker
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive(), "the worker did not end"


@dataclasses.dataclass
class Started:
    """A worker in a process of its own (tests/run_queue/queue_worker.py)."""

    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End by kill -9 of the worker process, or of the supervisor and, by its death, of those below it."""
        self.process.kill()
        self.process.wait()

    def end(self) -> str:
        if self.process.poll() is None:
            self.process.terminate()
        _, err = self.process.communicate(timeout=60)
        return err


@contextlib.contextmanager
def started(given: WorkerOptions, *arguments: str, **environment: str) -> Iterator[Started]:
    command = [
        *(sys.executable, str(Path(__file__).with_name("queue_worker.py"))),
        json.dumps(
            {
                "url": given.address.url,
                "cache": given.cache,
                "scratch": str(given.scratch),
                "threads": given.threads,
                "processes": given.processes,
                "limit": given.limit,
                "grace": given.grace,
                "hosts": given.hosts,
                "key_env": given.key_env,
                "dead_after": given.dead_after,
            }
        ),
        *arguments,
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    worker = Started(process)
    try:
        yield worker
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stderr is not None:
            process.stderr.close()


def queued_project(root: Path, server: Server, *, displays: int = 2) -> Folder:
    """The small project with a capture and a queue: 6 shots for each display."""
    sizes = ", ".join(f"{{id: d{n}, size: [{200 + n}, 400]}}" for n in range(displays))
    concept = with_capture(CONCEPT, "hero", "captures/app.png").replace("{id: tiny, size: [200, 400]}", sizes)
    assert MANY_DISPLAYS not in concept
    folder = make_folder(root, concept=concept)
    folder.write("concepts/captures/app.png", capture())
    folder.replace("locstore.toml", "jobs = 1", f'jobs = 1\nqueue = "{server.url}"')
    return folder


def beat(run_state: RunState, worker: str, *, ago: float = 0.0) -> None:
    """As if the engine had heard of a worker `ago` seconds ago."""
    run_state.client.zadd(HEARTBEATS, {worker: run_state.now() - ago * 1000})


def is_sent(run_state: RunState) -> bool:
    """Whether the queue knows a run, with all its shots."""
    return any(facts.queued == facts.total for facts in run_state.runs())


def run_of(run_state: RunState) -> RunRecord:
    """The one run that the queue knows."""
    (facts,) = run_state.runs()
    return facts


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
