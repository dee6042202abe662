"""Runs the preview: takes the port, prints the address, ends cleanly on ^C."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import ipaddress
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from locstore.errors import EnvironmentProblem, UsageError
from locstore.preview.app import make_app
from locstore.preview.guard import Endpoint
from locstore.preview.live import Live
from locstore.preview.pool import start_early
from locstore.preview.project_state import check_selection, read_project_state
from locstore.shots import Selection

DEFAULT_PORT = 8484
_MOST_PROCESSES = 4


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where to listen. Port 0 takes any that is free; `processes` 0 is one for each core, and few."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    processes: int = 0


def serve(
    start: Path,
    overrides: Mapping[str, Any],
    where: Listening,
    selection: Selection,
    ready: Callable[[str], None],
) -> None:
    """Serve the project that `start` belongs to until ^C or a TERM signal; `ready` hears the address once it answers.

    Raises UsageError without a project and for a selector that names nothing, EnvironmentProblem for a port that
    cannot be had.
    """
    start_early()
    project_state = read_project_state(start, overrides)
    check_selection(project_state, selection)
    listener = _listen(where.host, where.port)
    port = int(listener.getsockname()[1])
    loopback = _is_loopback(where.host)
    endpoint = Endpoint(port, loopback, "" if loopback else secrets.token_urlsafe(24))
    live = Live(project_state, overrides, where.processes or min(_MOST_PROCESSES, os.cpu_count() or 1))
    app = make_app(live, endpoint, selection)
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
    )
    server = _Server(config, live, lambda: ready(_address(where.host, port, endpoint.token)))
    with listener:
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn's server that tells when it is ready, and lets go of the open event streams when it is to end."""

    def __init__(self, config: uvicorn.Config, live: Live, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._live = live
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.closed = True
        self._live.tell()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """^C and TERM end the server, and nothing else: for a server that is the usual end, and no failure."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {s: signal.signal(s, self._end) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise UsageError(f"--host {host}: there is no such address.") from error
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        reason = {
            errno.EADDRINUSE: "another program is using it, perhaps another preview. Choose one with --port, "
            "or --port 0 for any that is free",
            errno.EACCES: "this user may not use it. Choose one above 1023 with --port",
            errno.EADDRNOTAVAIL: "this machine does not have that address",
        }.get(error.errno or 0, error.strerror or str(error))
        raise EnvironmentProblem(f"Port {port} of {host} cannot be had: {reason}.") from error
    return listener


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(host: str, port: int, token: str) -> str:
    """What to open: a wildcard address is no address, so that this machine's name stands for it."""
    name = socket.gethostname() if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{name}:{port}/{f'?token={token}' if token else ''}"
