"""The wire: kept connections, chunked bodies, crowds, the log, and a server that can be started and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from images_server import TEST_KEY, ImagesServer, Settings, read_log, running
from plain_client import GENERATIONS, asked, post


def request(body: bytes, *headers: str, path: str = GENERATIONS) -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        "host: test",
        f"authorization: Bearer {TEST_KEY}",
        "content-type: application/json",
    )
    return "\r\n".join((*lines, *(headers or (f"content-length: {len(body)}",)), "", "")).encode() + body


def exchange(server: ImagesServer, *sent: bytes) -> bytes:
    """Everything that comes back until the server closes the connection."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        for data in sent:
            connection.sendall(data)
        received = b""
        while data := connection.recv(65536):
            received += data
    return received


def test_a_connection_serves_many_requests(server: ImagesServer) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
    headers = {"content-type": "application/json", "authorization": f"Bearer {TEST_KEY}"}
    try:
        ports = set()
        for n in (1, 99, 2):
            connection.request("POST", GENERATIONS, json.dumps(asked(n=n)), headers)
            with connection.getresponse() as response:
                assert response.status == (400 if n == 99 else 200)
                response.read()
            ports.add(connection.sock.getsockname() if connection.sock else None)
        assert len(ports) == 1
    finally:
        connection.close()


def test_requests_may_follow_each_other_without_waiting(server: ImagesServer) -> None:
    body = json.dumps(asked(n=99)).encode()
    length = f"content-length: {len(body)}"
    received = exchange(server, request(body, length) * 2 + request(body, length, "connection: close"))
    assert received.count(b"HTTP/1.1 400 Bad Request") == 3


def test_bodies_may_come_in_chunks(server: ImagesServer) -> None:
    body = json.dumps(asked(n=99)).encode()
    chunks = b"5;x=y\r\n" + body[:5] + b"\r\n%x\r\n" % len(body[5:]) + body[5:] + b"\r\n0\r\nTrailer: x\r\n\r\n"
    received = exchange(server, request(chunks, "transfer-encoding: chunked", "connection: close"))
    assert b"integer_above_max_value" in received


def test_the_server_says_continue(server: ImagesServer) -> None:
    body = json.dumps(asked(n=99)).encode()
    headers = (f"content-length: {len(body)}", "expect: 100-continue", "connection: close")
    assert exchange(server, request(body, *headers)).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno header\r\n\r\n", 400),
        (request(b"", "content-length: x"), 400),
        (request(b"", "content-length: 999999999999"), 413),
        (request(b"x\r\n", "transfer-encoding: chunked"), 400),
        (b"GET / HTTP/1.1\r\na: " + b"b" * 70_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_http_ends_the_connection(server: ImagesServer, raw: bytes, status: int) -> None:
    received = exchange(server, raw)
    assert received.startswith(b"HTTP/1.1 %d " % status)
    assert b"connection: close" in received


def test_the_delay_is_from_the_request_to_the_picture() -> None:
    with running(Settings(delay=0.5, words=False)) as server:
        begun = time.monotonic()
        assert post(server, asked()).status == 200
        assert time.monotonic() - begun >= 0.5
        begun = time.monotonic()
        assert post(server, asked(n=99)).status == 400
        assert time.monotonic() - begun < 0.5


def test_the_log_tells_what_was_seen_and_who_left(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    with running(Settings(delay=0.5, log=log, words=False)) as server:
        with pytest.raises(TimeoutError):
            post(server, asked(), timeout=0.1)
        # Written before the answer: a client that is killed now was seen.
        assert [entry.event for entry in read_log(log)] == ["request"]
        post(server, asked(n=99))
        reply = post(server, asked(), x_test_fault="alpha")
    entries = {(entry.seq, entry.event): entry for entry in read_log(log)}
    assert entries.keys() == {
        (1, "request"),
        (1, "gone"),
        (2, "request"),
        (2, "answered"),
        (3, "request"),
        (3, "answered"),
    }
    first, third = entries[1, "request"], entries[3, "request"]
    assert (first.path, first.status, first.fault, first.billed, first.attempt) == (GENERATIONS, 200, "ok", 1, 1)
    # SHA-256 of "A fern."
    assert first.key == third.key == "bdde0665fc0d334c15291fdf8b5bacb8a1be4d376591fd7edf3bce947b034686"
    assert (third.fault, third.attempt) == ("alpha", 2)
    assert entries[2, "request"].status == 400
    assert entries[3, "answered"].bytes == len(reply.body)


def test_a_stopped_server_leaves_no_thread_and_waits_for_nobody() -> None:
    begun, threads = time.monotonic(), set(threading.enumerate())
    with running(Settings(words=False)) as server:
        host, port = server.url.removeprefix("http://").split(":")
        idle = socket.create_connection((host, int(port)), timeout=5)
        hanging = socket.create_connection((host, int(port)), timeout=5)
        body = json.dumps(asked(prompt="x-test-fault: hang")).encode()
        hanging.sendall(request(body))
        while not server.requests:
            time.sleep(0.01)
    for connection in (idle, hanging):
        with connection, contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b""
    assert time.monotonic() - begun < 3
    assert set(threading.enumerate()) == threads


def test_a_taken_port_is_told(server: ImagesServer) -> None:
    taken = Settings(port=int(server.url.rpartition(":")[2]))
    with pytest.raises(OSError, match="in use"), running(taken):
        pass


async def _ask(url: str, body: bytes, times: int) -> int:
    """Reads and forgets: what the client keeps must not be taken for the server's memory."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    received = 0
    for _ in range(times):
        writer.write(request(body))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        left = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        received += left
        while left:
            left -= len(await reader.read(left))
    writer.close()
    await writer.wait_closed()
    return received


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory from /proc")
def test_a_crowd_with_large_pictures_costs_no_memory(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    arguments = ("--flat", "--pad-to", "3000000", "--log", str(log), "--delay", "0.05")
    with subprocess.Popen(
        [sys.executable, "-m", "images_server", *arguments], env=_environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        body = json.dumps(asked(size="1328x2880")).encode()

        async def crowd() -> int:
            return sum(await asyncio.gather(*(_ask(url, body, 4) for _ in range(64))))

        received = asyncio.run(crowd())
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert received > 64 * 4 * 4_000_000
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    assert peak < 160, f"{peak:.0f} MB"
    entries = read_log(log)
    assert sum(entry.billed for entry in entries) == 256
    assert max(entry.in_flight for entry in entries) > 32


def test_a_wrong_option_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "images_server", "--faults", "typo=0.1"],
        env=_environment(), capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("images_server: unknown faults: typo; known are ")
