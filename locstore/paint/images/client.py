"""The client of an images API: one call in, one `Reply` out, and an honest word on whether it may have been paid."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import ssl
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from locstore.paint.images.config import ImagesConfig
from locstore.paint.images.errors import CallResult
from locstore.paint.images.payload import picture_problem
from locstore.paint.images.reply import Answer, Reply, read_reply
from locstore.paint.images.request import ImageRequest, ReferenceProblem
from locstore.paint.images.secret import Secret, cleaned
from locstore.paint.images.url_policy import url_problem
from locstore.prompt import end_of_model

if TYPE_CHECKING:
    import httpx

MAX_ANSWER = 64 * 1024 * 1024
_FETCH_ATTEMPTS = 3
_FETCH_PAUSE = 0.5  # seconds, doubled each time
_MAX_REDIRECTS = 3
# Servers commonly close idle connections after 5 s; one that closes while we send looks like a call that may have
# been paid for, so ours are given up well before.
_KEEP_ALIVE = 2.0
# Answers of several megabytes that come at the same time are read a few at a time, so that memory does not grow with
# the calls; but never at the price of an answer: a call that has waited its time reads all the same.
_READERS = 12
_PATIENCE = 5.0  # seconds
# What h11 says of the frames that a server begins with that speaks HTTP/2 alone: a length of three bytes, a type.
_HTTP2 = re.compile(r"illegal status line: bytearray\(b['\"]\\x00\\x00")


class _Sending:
    """How far a request has come, from httpcore's trace events.

    `begun`: bytes of the body may have left. `complete`: all of them have been handed to the system. `traced`: there
    were events at all; a transport without them leaves it open how far the request came. `seconds` is the time from
    the request's last byte to the answer's head.
    """

    def __init__(self, on_sent: Callable[[], None] | None) -> None:
        self.traced = self.begun = self.complete = False
        self.answered: tuple[int, dict[str, str]] | None = None
        self.body = bytearray()
        self.seconds = 0.0
        self._since = time.monotonic()
        self._on_sent = on_sent

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        self.traced = True
        # A proxy's CONNECT is traced too; it is not our request.
        if event == "http11.send_request_body.started" and info["request"].method == b"POST":
            self.begin()
        elif event == "http11.send_request_body.complete" and self.begun:
            self.complete = True
            self._since = time.monotonic()

    def begin(self) -> None:
        if not self.begun:
            self.begun = True
            if self._on_sent is not None:
                self._on_sent()

    def answer(self, status: int, headers: Mapping[str, str]) -> None:
        self.answered = (status, dict(headers))
        self.seconds = time.monotonic() - self._since
        self.begin()
        self.complete = True


class _TooLarge(Exception):
    """The answer is larger than any picture."""


class ImagesClient:
    """Calls an images API, at most `config.concurrency` at a time; further calls wait their turn.

    Use it as an async context manager. `transport` is for tests and for proxies of one's own.
    """

    def __init__(
        self, config: ImagesConfig, key: Secret | None, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._config = config
        self._key = key
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._turns = asyncio.Semaphore(config.concurrency)
        self._readers = asyncio.Semaphore(_READERS)

    async def __aenter__(self) -> Self:
        import httpx

        config = self._config
        # Fetching a picture from another host holds a second connection for a while.
        limits = httpx.Limits(
            max_connections=2 * config.concurrency,
            max_keepalive_connections=config.concurrency,
            keepalive_expiry=_KEEP_ALIVE,
        )
        self._client = httpx.AsyncClient(
            http2=False,
            limits=limits,
            timeout=httpx.Timeout(config.deadline, connect=config.connect_timeout),
            follow_redirects=False,
            transport=self._transport,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def send(self, request: ImageRequest, *, on_sent: Callable[[], None] | None = None) -> Reply:
        """The answer to a request. Raises nothing but CancelledError.

        `on_sent` is called once, as soon as the server may have got the request: a call that is cancelled after that
        may have been paid for, one that is cancelled before has not. The deadline begins when it is the call's turn.
        """
        if self._client is None:
            raise RuntimeError("ImagesClient is used as an async context manager: `async with ImagesClient(...)`")
        from locstore.paint.images.http import build_request

        async with self._turns:
            # Built only now: a thousand waiting calls must not hold a thousand sets of references.
            try:
                built = await asyncio.to_thread(build_request, request, self._config, self._key)
            except ReferenceProblem as error:
                return self._failed(CallResult.REJECTED, "reference", str(error), request)
            except (OSError, ValueError) as error:
                return self._failed(CallResult.REJECTED, "unsendable", f"The request cannot be built: {error}", request)
            return await self._send(self._client, built, request, _Sending(on_sent))

    async def read_again(self, answer: Answer, request: ImageRequest) -> Reply:
        """The meaning of an answer that was kept, by the settings of today; its picture is fetched if it has to be.

        Nothing is asked for that costs money. Raises nothing but CancelledError.
        """
        if self._client is None:
            raise RuntimeError("ImagesClient is used as an async context manager: `async with ImagesClient(...)`")
        reply = read_reply(
            answer.status, answer.headers, answer.body, config=self._config, key=self._key, prompt=request.prompt
        )
        return await self._fetch(self._client, reply, request) if reply.result is CallResult.FETCH else reply

    async def _send(
        self, client: httpx.AsyncClient, built: httpx.Request, request: ImageRequest, sending: _Sending
    ) -> Reply:
        import httpx

        reply: Reply | None = None
        try:
            async with asyncio.timeout(self._config.deadline):
                reply = await self._ask(client, built, request, sending)
                if reply.result is CallResult.FETCH:
                    return await self._fetch(client, reply, request)
                return reply
        except TimeoutError:
            return self._late(sending, reply, request)
        except _TooLarge:
            message = f"The answer is larger than {MAX_ANSWER >> 20} MiB."
            return self._broken("answer-too-large", message, sending, request)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            return self._mapped(error, sending, request)

    async def _ask(
        self, client: httpx.AsyncClient, built: httpx.Request, request: ImageRequest, sending: _Sending
    ) -> Reply:
        built.extensions = {"timeout": client.timeout.as_dict(), "trace": sending.trace}
        response = await client.send(built, stream=True)
        try:
            sending.answer(response.status_code, response.headers)
            await self._receive(response, sending.body)
        finally:
            await response.aclose()
        try:
            return self._read(sending, request)
        finally:
            # The request's trace keeps `sending` until the garbage collector comes by: megabytes for each call.
            sending.body = bytearray()

    def _read(self, sending: _Sending, request: ImageRequest) -> Reply:
        status, headers = sending.answered or (0, {})
        reply = read_reply(
            status,
            headers,
            sending.body,
            config=self._config,
            key=self._key,
            prompt=request.prompt,
            seconds=sending.seconds,
        )
        if reply.result is CallResult.STOP and status in (404, 405):
            reply = dataclasses.replace(reply, message=self._with_address(reply, request))
        end = end_of_model(request.model) if 400 <= status < 500 else ""
        if end and ("model" in reply.code or request.model in reply.message):
            reply = dataclasses.replace(reply, message=f"{reply.message} {end}")
        return reply

    def _with_address(self, reply: Reply, request: ImageRequest) -> str:
        """A message that nothing answers at an address: which one, and what to do about edits."""
        address = self._config.url(request.endpoint).partition("?")[0]
        told = cleaned(f"POST {address} answered {reply.status}: {reply.message}", self._key, request.prompt)
        if request.endpoint == "edits" and reply.code.startswith("http-"):
            told += (
                " The pictures that the model is shown, such as captures and logos, are sent there. If the server has "
                "another path for them, name it as images.edits_path; if it takes none, set images.references = false."
            )
        return told

    async def _fetch(self, client: httpx.AsyncClient, reply: Reply, request: ImageRequest) -> Reply:
        """The picture from its URL. It is paid for, and a GET costs nothing: it is tried more than once."""
        import httpx

        problem = ""
        for attempt in range(_FETCH_ATTEMPTS):
            if attempt:
                await asyncio.sleep(_FETCH_PAUSE * 2 ** (attempt - 1))
            try:
                data = await self._get(client, reply.url or "")
            except _TooLarge:
                problem = f"it is larger than {MAX_ANSWER >> 20} MiB"
                break
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
                problem = str(error) or type(error).__name__
                continue
            problem = picture_problem(data) or ""
            if not problem:
                return dataclasses.replace(reply, result=CallResult.DONE, data=data, url=None, answer=None)
            problem = f"it {problem}"
        host = urlsplit(reply.url or "").hostname or ""
        message = cleaned(f"The picture could not be fetched from {host}: {problem}.", self._key, request.prompt)
        return dataclasses.replace(reply, result=CallResult.UNKNOWN, url=None, code="fetch-failed", message=message)

    async def _get(self, client: httpx.AsyncClient, url: str) -> bytes:
        """The bytes at a URL; the key is not sent along. Redirects are followed to allowed hosts only."""
        for _ in range(_MAX_REDIRECTS + 1):
            problem = url_problem(url, self._config)
            if problem:
                raise ValueError(problem)
            async with client.stream("GET", url, headers={"Accept": "image/*"}) as response:
                if response.has_redirect_location:
                    url = str(response.url.join(response.headers["location"]))
                    continue
                if not response.is_success:
                    raise ValueError(f"HTTP {response.status_code}")
                body = bytearray()
                await self._receive(response, body)
                return bytes(body)
        raise ValueError("too many redirects")

    async def _receive(self, response: httpx.Response, body: bytearray) -> None:
        held = False
        try:
            async with asyncio.timeout(_PATIENCE):
                held = await self._readers.acquire()
        except TimeoutError:
            pass
        try:
            await _read(response, body)
        finally:
            if held:
                self._readers.release()

    def _late(self, sending: _Sending, reply: Reply | None, request: ImageRequest) -> Reply:
        message = f"No answer within {self._config.deadline:g} s."
        if reply is not None:
            return dataclasses.replace(
                reply,
                result=CallResult.UNKNOWN,
                url=None,
                code="deadline",
                message="The picture's URL did not answer.",
            )
        if sending.begun or not sending.traced:
            return self._broken("deadline", message, sending, request)
        return self._failed(CallResult.RETRY, "connect-timeout", "The server could not be reached in time.", request)

    def _mapped(self, error: Exception, sending: _Sending, request: ImageRequest) -> Reply:
        """What an exception of httpx means: see the last rows of the table of errors."""
        import httpx

        name = type(error).__name__
        message = f"{name}: {error}" if str(error) else name
        if _has_cause(error, ssl.SSLCertVerificationError):
            return self._failed(
                CallResult.STOP, "certificate", f"The server's certificate is refused. {message}", request
            )
        if _speaks_http2_only(error):
            message = (
                f"The server speaks HTTP/2 only, and locstore speaks HTTP/1.1; nothing was asked. Put a proxy that "
                f"speaks both before it. {message}"
            )
            return self._failed(CallResult.STOP, "http2-only", message, request)
        if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.LocalProtocolError):
            return self._failed(CallResult.STOP, "unsendable", f"The request cannot be sent. {message}", request)
        connecting = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
        if isinstance(error, connecting) and not sending.begun:
            return self._failed(CallResult.RETRY, "unreachable", message, request)
        if sending.traced and not sending.complete:
            return self._failed(CallResult.RETRY, "not-sent", f"The connection broke while sending. {message}", request)
        message = f"The request was sent, and the connection broke before the whole answer was here. {message}"
        return self._broken("no-answer", message, sending, request)

    def _broken(self, code: str, message: str, sending: _Sending, request: ImageRequest) -> Reply:
        """A call without a whole answer: an error's status still counts, else it may have been paid for."""
        if sending.answered is not None and sending.answered[0] >= 300:
            return self._read(sending, request)
        reply = self._failed(CallResult.UNKNOWN, code, message, request)
        if sending.answered is None or not sending.body:
            return reply
        whole = self._read(sending, request)
        return dataclasses.replace(reply, answer=whole.answer)

    def _failed(self, result: CallResult, code: str, message: str, request: ImageRequest) -> Reply:
        return Reply(
            result=result,
            code=code,
            message=cleaned(message, self._key, request.prompt),
            billed=result is CallResult.UNKNOWN,
        )


async def _read(response: httpx.Response, body: bytearray) -> None:
    async for chunk in response.aiter_bytes():
        if len(body) + len(chunk) > MAX_ANSWER:
            raise _TooLarge
        body += chunk


def _speaks_http2_only(error: BaseException) -> bool:
    """Whether a server answered with frames of HTTP/2, or refused every protocol that TLS offered it.

    Such a server cannot have read the request.
    """
    return bool(_HTTP2.search(str(error))) or "no application protocol" in str(error).lower().replace("_", " ")


def _has_cause(error: BaseException, kind: type[BaseException]) -> bool:
    seen: BaseException | None = error
    for _ in range(16):
        if seen is None:
            return False
        if isinstance(seen, kind):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
