"""The client: what every way of breaking down means, and whether the call may have been paid for."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest
from PIL import Image

from locstore.paint.images import (
    MAX_ANSWER,
    CallResult,
    ImageRequest,
    ImagesClient,
    ImagesConfig,
    Reference,
    Reply,
    Secret,
    image_request,
)
from locstore.prompt import RequestSize

KEY = "sk-proj-Zm9vYmFyYmF6cXV4"
CONFIG = ImagesConfig(base_url="https://gate.example", fetch_hosts=("cdn.example",))
PROMPT = "A garden at dawn, very quiet, with a headline above"


def painted() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), (1, 2, 3)).save(stream, "PNG")
    return stream.getvalue()


PNG = painted()
ANSWER = json.dumps({"data": [{"b64_json": base64.b64encode(PNG).decode()}]}).encode()


def ask(config: ImagesConfig = CONFIG, **options: Any) -> ImageRequest:
    return image_request(config, PROMPT, RequestSize(1024, 1024, covers=True), **options)


def send(
    transport: httpx.AsyncBaseTransport, config: ImagesConfig = CONFIG, request: ImageRequest | None = None
) -> tuple[Reply, int]:
    """The reply and how often `on_sent` was called."""
    sent: list[int] = []

    async def run() -> Reply:
        async with ImagesClient(config, Secret(KEY), transport=transport) as client:
            return await client.send(request or ask(config), on_sent=lambda: sent.append(1))

    reply = asyncio.run(run())
    assert KEY not in repr(reply)
    assert "garden" not in repr(reply)
    assert len(reply.message) <= 300
    return reply, len(sent)


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(handler)


# --- a connection that is played, so that httpcore's own trace events are seen ---------------------------------------


class Line(httpcore.AsyncNetworkStream):
    """A connection: takes `room` bytes, then fails; reads give `chunks` in turn, an exception is raised."""

    def __init__(self, chunks: Iterable[bytes | BaseException], room: int = 10**9, stuck: bool = False) -> None:
        self._chunks = list(chunks)
        self._room = room
        self._stuck = stuck
        self.written = bytearray()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        if not self._chunks:
            await asyncio.sleep(60)
        chunk = self._chunks.pop(0)
        if isinstance(chunk, BaseException):
            raise chunk
        if len(chunk) > max_bytes:
            self._chunks.insert(0, chunk[max_bytes:])
        return chunk[:max_bytes]

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        if len(self.written) + len(buffer) > self._room:
            if self._stuck:
                await asyncio.sleep(60)
            raise httpcore.WriteError("reset while writing")
        self.written += buffer

    async def aclose(self) -> None:
        return None

    async def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return None


class Net(httpcore.AsyncNetworkBackend):
    def __init__(self, connect: Callable[[], Awaitable[httpcore.AsyncNetworkStream]]) -> None:
        self._connect = connect

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        return await self._connect()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


def wired(line: Line | BaseException | None) -> httpx.AsyncHTTPTransport:
    """The real transport of httpx over a played connection; an exception fails to connect, None never connects."""

    async def connect() -> httpcore.AsyncNetworkStream:
        if line is None:
            await asyncio.sleep(60)
        if not isinstance(line, Line):
            raise line or AssertionError
        return line

    transport = httpx.AsyncHTTPTransport()
    transport._pool = httpcore.AsyncConnectionPool(network_backend=Net(connect))
    return transport


def http(status: int, body: bytes, *, length: int | None = None, extra: str = "") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body) if length is None else length}\r\n{extra}\r\n"
    return head.encode() + body


BUSY = json.dumps({"error": {"message": "try again in 12s", "code": "rate_limit_exceeded"}}).encode()
QUICK = CONFIG.model_copy(update={"deadline": 0.05})


@pytest.mark.parametrize(
    ("line", "config", "result", "code", "sent"),
    [
        (Line([http(200, ANSWER)]), CONFIG, CallResult.DONE, "", 1),
        (Line([http(200, ANSWER)[:40], http(200, ANSWER)[40:]]), CONFIG, CallResult.DONE, "", 1),
        (Line([http(429, BUSY)]), CONFIG, CallResult.RETRY, "rate_limit_exceeded", 1),
        (httpcore.ConnectError("refused"), CONFIG, CallResult.RETRY, "unreachable", 0),
        (httpcore.ConnectTimeout("slow"), CONFIG, CallResult.RETRY, "unreachable", 0),
        (None, QUICK, CallResult.RETRY, "connect-timeout", 0),
        # The headers do not get through: no server acts on half a request.
        (Line([httpcore.ReadError("reset")], room=10), CONFIG, CallResult.RETRY, "not-sent", 0),
        # Nor does the body, or not all of it.
        (Line([httpcore.ReadError("reset")], room=400), CONFIG, CallResult.RETRY, "not-sent", 1),
        # A server may answer before it has read everything.
        (Line([http(413, b"")], room=400), CONFIG, CallResult.REJECTED, "http-413", 1),
        # All was sent and nothing came.
        (Line([httpcore.ReadError("reset")]), CONFIG, CallResult.UNKNOWN, "no-answer", 1),
        (Line([httpcore.ReadTimeout("slow")]), CONFIG, CallResult.UNKNOWN, "no-answer", 1),
        (Line([b""]), CONFIG, CallResult.UNKNOWN, "no-answer", 1),
        (Line([b"garbage\r\n\r\n"]), CONFIG, CallResult.UNKNOWN, "no-answer", 1),
        (Line([]), QUICK, CallResult.UNKNOWN, "deadline", 1),
        (Line([], room=400, stuck=True), QUICK, CallResult.UNKNOWN, "deadline", 1),
        # A success that breaks off, or drips until the deadline.
        (Line([http(200, ANSWER[:50], length=len(ANSWER)), b""]), CONFIG, CallResult.UNKNOWN, "no-answer", 1),
        (
            Line([http(200, ANSWER[:50], length=len(ANSWER)), httpcore.ReadError("x")]),
            CONFIG,
            CallResult.UNKNOWN,
            "",
            1,
        ),
        (Line([http(200, b" ", length=9)]), QUICK, CallResult.UNKNOWN, "deadline", 1),
        (Line([http(200, b"", length=MAX_ANSWER + 1)] + [b" " * 65536] * 1025), CONFIG, CallResult.UNKNOWN, "large", 1),
        (
            Line([http(200, b"no gzip at all", extra="Content-Encoding: gzip\r\n")]),
            CONFIG,
            CallResult.UNKNOWN,
            "no-answer",
            1,
        ),
        # An error that breaks off is still that error.
        (Line([http(429, BUSY[:9], length=len(BUSY)), b""]), CONFIG, CallResult.RETRY, "http-429", 1),
        (Line([http(401, b"", length=5), httpcore.ReadError("x")]), CONFIG, CallResult.STOP, "http-401", 1),
        (Line([http(503, b"", length=5)]), QUICK, CallResult.RETRY, "http-503", 1),
        (Line([http(500, b"", length=5)]), QUICK, CallResult.UNKNOWN, "http-500", 1),
        (Line([http(504, b"<html>")]), CONFIG, CallResult.UNKNOWN, "http-504", 1),
        # A server that speaks HTTP/2 alone begins with its settings, whatever it is sent.
        (
            Line([b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64\r\n\r\n"]),
            CONFIG,
            CallResult.STOP,
            "http2-only",
            1,
        ),
        (Line([http(307, b"", extra="Location: https://evil.example/\r\n")]), CONFIG, CallResult.STOP, "http-307", 1),
    ],
)
def test_every_way_of_breaking_down(line: Any, config: ImagesConfig, result: CallResult, code: str, sent: int) -> None:
    reply, times = send(wired(line), config)
    assert reply.result is result
    assert code in reply.code
    assert times == sent
    assert reply.billed is (result in (CallResult.DONE, CallResult.UNKNOWN))


def test_the_whole_request_went_out() -> None:
    line = Line([http(200, ANSWER)])
    assert send(wired(line))[0].data == PNG
    head, _, body = bytes(line.written).partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/images/generations HTTP/1.1\r\n")
    assert json.loads(body)["prompt"] == PROMPT


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (httpx.ConnectError("x"), CallResult.RETRY),
        (httpx.ConnectTimeout("x"), CallResult.RETRY),
        (httpx.PoolTimeout("x"), CallResult.RETRY),
        (httpx.ProxyError("x"), CallResult.RETRY),
        (httpx.LocalProtocolError("x"), CallResult.STOP),
        (httpx.UnsupportedProtocol("x"), CallResult.STOP),
        # Without trace events nobody knows how far the request came.
        (httpx.ReadTimeout("x"), CallResult.UNKNOWN),
        (httpx.WriteTimeout("x"), CallResult.UNKNOWN),
        (httpx.ReadError(f"{KEY} {PROMPT}"), CallResult.UNKNOWN),
        (httpx.WriteError("x"), CallResult.UNKNOWN),
        (httpx.CloseError("x"), CallResult.UNKNOWN),
        (httpx.RemoteProtocolError("x"), CallResult.UNKNOWN),
        (httpx.DecodingError("x"), CallResult.UNKNOWN),
        (httpx.StreamClosed(), CallResult.UNKNOWN),
        (ConnectionResetError("x"), CallResult.UNKNOWN),
        (ssl.SSLError("x"), CallResult.UNKNOWN),
        (TimeoutError("x"), CallResult.UNKNOWN),
    ],
)
def test_exceptions_of_a_transport_without_a_trace(error: Exception, result: CallResult) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    reply, _ = send(answering(handler))
    assert reply.result is result
    assert reply.message


def test_a_certificate_that_is_refused_stops_the_run() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("x") from ssl.SSLCertVerificationError("self-signed")

    reply, sent = send(answering(handler))
    assert (reply.result, reply.code, sent) == (CallResult.STOP, "certificate", 0)


def test_cancelled_before_and_after_the_request_left() -> None:
    async def run(line: Line | None) -> list[int]:
        sent: list[int] = []
        async with ImagesClient(CONFIG, None, transport=wired(line)) as client:
            task = asyncio.create_task(client.send(ask(), on_sent=lambda: sent.append(1)))
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        return sent

    assert asyncio.run(run(None)) == []
    assert asyncio.run(run(Line([]))) == [1]


def test_no_more_calls_at_once_than_allowed_and_the_deadline_waits_for_the_turn() -> None:
    busy, most = 0, 0

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.05)
        busy -= 1
        return httpx.Response(200, content=ANSWER)

    config = CONFIG.model_copy(update={"concurrency": 2, "deadline": 0.5})

    async def run() -> list[Reply]:
        async with ImagesClient(config, None, transport=httpx.MockTransport(handler)) as client:
            return await asyncio.gather(*(client.send(ask()) for _ in range(24)))

    assert {reply.result for reply in asyncio.run(run())} == {CallResult.DONE}
    assert most == 2


def test_answers_are_read_a_few_at_a_time_and_none_waits_for_a_slow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locstore.paint.images.client._READERS", 2)
    monkeypatch.setattr("locstore.paint.images.client._PATIENCE", 0.05)
    reading = most = calls = 0

    async def body(slow: bool) -> AsyncIterator[bytes]:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        await asyncio.sleep(0.3 if slow else 0.001)
        yield ANSWER
        reading -= 1

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        return httpx.Response(200, content=body(slow=slow and calls <= 2))

    async def run() -> set[CallResult]:
        config = CONFIG.model_copy(update={"concurrency": 20, "deadline": 0.25 if slow else 9})
        async with ImagesClient(config, None, transport=httpx.MockTransport(handler)) as client:
            return {reply.result for reply in await asyncio.gather(*(client.send(ask()) for _ in range(20)))}

    slow = False
    assert asyncio.run(run()) == {CallResult.DONE}
    assert most == 2
    # The two that drip hold every place until their deadline; the other eighteen must not be lost with them.
    slow, calls = True, 0
    assert asyncio.run(run()) == {CallResult.DONE, CallResult.UNKNOWN}
    assert most > 2


def test_a_client_that_is_not_entered_says_so() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(ImagesClient(CONFIG, None).send(ask()))


@pytest.mark.parametrize("case", ["gone", "changed", "surrogate"])
def test_what_cannot_be_built_is_rejected_and_not_sent(tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.png"
    reference = Reference("a.png", path, "0" * 64, "image/png")
    if case == "changed":
        path.write_bytes(PNG)
    request = ask(references=(reference,))
    if case == "surrogate":
        request = image_request(CONFIG, "a \ud800", RequestSize(1024, 1024, covers=True))

    def handler(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing is sent")

    reply, sent = send(answering(handler), request=request)
    assert (reply.result, sent, reply.billed) == (CallResult.REJECTED, 0, False)


# --- pictures behind a URL -------------------------------------------------------------------------------------------


class Gateway:
    """Answers a POST with a URL, and GETs as a test says; keeps what it was asked."""

    def __init__(self, url: str, *answers: httpx.Response | Exception) -> None:
        self._url = url
        self._answers = list(answers)
        self.gets: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            usage = {"input_tokens": 3, "output_tokens": 4}
            return httpx.Response(200, json={"data": [{"url": self._url}], "usage": usage})
        self.gets.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def to(url: str) -> httpx.Response:
    return httpx.Response(302, headers={"Location": url})


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locstore.paint.images.client._FETCH_PAUSE", 0.0)


@pytest.mark.parametrize(
    ("url", "answers", "gets"),
    [
        ("https://cdn.example/x.png?sig=1", [httpx.Response(200, content=PNG)], 1),
        ("/x.png", [httpx.Response(200, content=PNG)], 1),
        ("/x.png", [httpx.Response(503), httpx.ReadTimeout("x"), httpx.Response(200, content=PNG)], 3),
        ("/x.png", [to("https://cdn.example/y.png"), httpx.Response(200, content=PNG)], 2),
        ("/x.png", [httpx.Response(200, content=PNG[:-20]), httpx.Response(200, content=PNG)], 2),
    ],
)
def test_a_picture_is_fetched_without_the_key(url: str, answers: list[Any], gets: int) -> None:
    gateway = Gateway(url, *answers)
    reply, sent = send(answering(gateway))
    assert (reply.result, reply.data, reply.url, sent) == (CallResult.DONE, PNG, None, 1)
    assert reply.usage is not None
    assert len(gateway.gets) == gets
    assert all(KEY not in str(dict(request.headers)) for request in gateway.gets)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([httpx.Response(404)] * 3, "HTTP 404"),
        ([httpx.Response(200, content=b"<html>")] * 3, "is not a PNG"),
        ([to("https://evil.example/y.png")] * 3, "evil.example"),
        ([to("http://gate.example/y.png")] * 3, "over http"),
        ([to("file:///etc/passwd")] * 3, "not an http address"),
        ([to("https://gate.example/y.png")] * 12, "too many redirects"),
        ([httpx.Response(200, content=b" " * (MAX_ANSWER + 1))], "larger than 64 MiB"),
    ],
)
def test_a_picture_that_cannot_be_fetched_was_paid_for(answers: list[Any], said: str) -> None:
    gateway = Gateway("/x.png", *answers)
    reply, _ = send(answering(gateway))
    assert (reply.result, reply.code, reply.billed, reply.url) == (CallResult.UNKNOWN, "fetch-failed", True, None)
    assert said in reply.message
    assert {request.url.host for request in gateway.gets} == {"gate.example"}


def test_the_deadline_holds_for_the_fetch_too() -> None:
    async def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            await asyncio.sleep(60)
        return httpx.Response(200, json={"data": [{"url": "/x.png"}]})

    reply, _ = send(httpx.MockTransport(handler), QUICK)
    assert (reply.result, reply.code, reply.billed, reply.url) == (CallResult.UNKNOWN, "deadline", True, None)


def test_an_answer_without_end_is_cut_off() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 2**20

    reply, _ = send(answering(lambda r: httpx.Response(200, content=endless())))
    assert (reply.result, reply.code) == (CallResult.UNKNOWN, "answer-too-large")
    assert read <= 66


def test_nothing_that_is_logged_holds_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    config = CONFIG.model_copy(update={"headers": {"api-key": "{key}"}})
    for line in (Line([http(200, ANSWER)]), Line([httpcore.ReadError("x")])):
        send(wired(line), config)
        assert KEY.encode() in bytes(line.written)
    assert "send_request_headers" in caplog.text
    assert KEY not in caplog.text
    client = ImagesClient(config, Secret(KEY))
    assert KEY not in repr(client) + repr(vars(client))


@pytest.mark.parametrize(
    ("model", "status", "code", "hint"),
    [
        ("gpt-image-1", 404, "model_not_found", "gpt-image-1 is gone at OpenAI"),
        ("gpt-image-1.5-2026-01-20", 404, "model_not_found", "gpt-image-1.5 ends at OpenAI on 2026-12-01"),
        ("dall-e-3", 400, "invalid_value", "dall-e-3 is gone at OpenAI"),
        ("gpt-image-2", 404, "model_not_found", ""),
        ("gpt-image-1", 401, "invalid_api_key", ""),
    ],
)
def test_an_error_about_a_model_that_ended_says_so(model: str, status: int, code: str, hint: str) -> None:
    about = "" if status == 401 else f"'{model}' "
    answer = httpx.Response(status, json={"error": {"message": f"The value {about}is not supported.", "code": code}})
    config = CONFIG.model_copy(update={"model": model})
    reply, _ = send(answering(lambda _: answer), config)
    assert hint in reply.message
    assert ("at OpenAI" in reply.message) == bool(hint)
