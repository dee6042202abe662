"""The batch API: requests as lines of a file, a day's patience, half the price.

Synchronous, for nothing here waits for many answers at once. Source: OpenAI's batch guide and the types of
openai-python 3.54 (batch.py, batch_create_params.py), 2026-11.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from locstore.errors import EnvironmentProblem
from locstore.paint.images.client import MAX_ANSWER
from locstore.paint.images.config import ImagesConfig
from locstore.paint.images.errors import CallResult
from locstore.paint.images.http import HiddenHeaders, request_headers
from locstore.paint.images.payload import picture_problem
from locstore.paint.images.reply import Reply, read_reply
from locstore.paint.images.secret import Secret
from locstore.paint.images.url_policy import url_problem

ENDED = frozenset({"completed", "failed", "expired", "cancelled"})

_FILES, _BATCHES = "/v1/files", "/v1/batches"
_PAGE = 100
_ATTEMPTS = 5
_LONGEST_LINE = MAX_ANSWER * 2


class BatchRefused(Exception):
    """The server will never do this: the request is wrong, or it has no batches."""


class BatchUnclear(Exception):
    """Nobody knows whether the batch was made; the list of batches tells."""


@dataclasses.dataclass(frozen=True, slots=True)
class BatchStatus:
    """A batch as the server tells it. `state` is OpenAI's word; `problems` say why it failed as a whole."""

    id: str
    state: str
    created: float
    output_file: str | None
    error_file: str | None
    total: int
    completed: int
    failed: int
    metadata: Mapping[str, str]
    problems: tuple[str, ...]

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class BatchClient:
    """Files and batches of one server; use it as a context manager.

    What the network or the server's limits do is tried again; what stays is an EnvironmentProblem without the key.
    `wait` passes the time between tries, in seconds.
    """

    def __init__(self, config: ImagesConfig, key: Secret, *, wait: Callable[[float], None] | None = None) -> None:
        self._config, self._key, self._wait = config, key, wait or time.sleep
        self._client: httpx.Client | None = None

    def __enter__(self) -> Self:
        timeout = httpx.Timeout(self._config.deadline, connect=self._config.connect_timeout)
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def upload(self, path: Path, name: str) -> str:
        """Send a file of lines from the disk; returns its id. A file that nobody uses costs nothing."""

        def send() -> httpx.Response:
            with path.open("rb") as stream:
                files = {"file": (name, stream, "application/jsonl")}
                return self._send("POST", _FILES, data={"purpose": "batch"}, files=files)

        return _text(self._again(send), "id")

    def create(self, file: str, endpoint: str, metadata: Mapping[str, str]) -> BatchStatus:
        """Make a batch of an uploaded file. Raises BatchUnclear; BatchRefused, EnvironmentProblem: none was made."""
        fields = {
            "input_file_id": file, "endpoint": endpoint, "completion_window": "24h", "metadata": dict(metadata)
        }  # fmt: skip
        try:
            response = self._send("POST", _BATCHES, json=fields)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self._problem(error) from None
        except httpx.HTTPError as error:
            raise BatchUnclear(type(error).__name__) from None
        if response.is_success:
            try:
                return _status(response.json())
            except (ValueError, KeyError, TypeError):
                raise BatchUnclear("an answer that tells no batch") from None
        if response.status_code >= 500 or response.status_code in (408, 409):
            raise BatchUnclear(f"HTTP {response.status_code}")
        raise self._refused(response)

    def get(self, batch: str) -> BatchStatus:
        return self._batch(lambda: self._send("GET", f"{_BATCHES}/{batch}"))

    def cancel(self, batch: str) -> None:
        """Ask for the end of a batch. One that has ended already is left as it is."""
        response = self._again(lambda: self._send("POST", f"{_BATCHES}/{batch}/cancel"), also=(400, 409))
        if not response.is_success and response.status_code not in (400, 409):
            raise self._refused(response)

    def batches(self, since: float = 0.0) -> Iterator[BatchStatus]:
        """The batches that the server knows, newest first, as far back as `since` (seconds since 1970)."""
        after = ""
        while True:
            query = f"?limit={_PAGE}" + (f"&after={after}" if after else "")
            page = self._again(lambda query=query: self._send("GET", _BATCHES + query)).json()  # type: ignore[misc]
            items = page.get("data") if isinstance(page, dict) else None
            for item in items or ():
                status = _status(item)
                yield status
                after = status.id
                if status.created < since:
                    return
            if not items or not page.get("has_more"):
                return

    def lines(self, file: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """The lines of a file from a byte on, each with the byte that follows it; one at a time is in memory.

        A connection that breaks is taken up where it broke.
        """
        failures = 0
        while True:
            try:
                for end, line in self._stream(file, start):
                    start, failures = end, 0
                    yield end, line
            except (httpx.TransportError, httpx.StreamError) as error:
                failures += 1
                if failures >= _ATTEMPTS:
                    raise self._problem(error) from None
                self._wait(_pause(failures))
            else:
                return

    def fetch(self, url: str) -> bytes | None:
        """The picture at an answer's URL, by the rules of `url_problem`; None if it cannot be had."""
        if self._client is None or url_problem(url, self._config):
            return None
        try:
            # Without the key: the address is the server's word.
            response = self._client.get(url, headers={"Accept": "image/*"})
        except httpx.HTTPError:
            return None
        whole = response.is_success and picture_problem(response.content) is None
        return response.content if whole else None

    def _stream(self, file: str, start: int) -> Iterator[tuple[int, bytes]]:
        headers = {"Range": f"bytes={start}-"} if start else {}
        request = self._request("GET", f"{_FILES}/{file}/content", headers=headers)
        response = self._opened().send(request, stream=True)
        try:
            if response.status_code == 416:
                return  # it ends where we are
            if not response.is_success:
                response.read()
                if response.status_code >= 500 or response.status_code == 429:
                    raise httpx.ReadError(f"HTTP {response.status_code}")
                raise self._refused(response)
            # A server that does not know ranges begins at the beginning.
            skip = start if response.status_code != 206 else 0
            yield from _split(response.iter_bytes(), start - skip, skip)
        finally:
            response.close()

    def _batch(self, send: Callable[[], httpx.Response]) -> BatchStatus:
        response = self._again(send)
        try:
            return _status(response.json())
        except (ValueError, KeyError, TypeError):
            raise EnvironmentProblem("The images API answered with something that is no batch. Try again.") from None

    def _again(self, send: Callable[[], httpx.Response], also: tuple[int, ...] = ()) -> httpx.Response:
        """The answer to a request that costs nothing, after some tries if need be."""
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            try:
                response = send()
            except httpx.HTTPError as error:
                if last:
                    raise self._problem(error) from None
                self._wait(_pause(attempt))
                continue
            if response.is_success or response.status_code in also:
                return response
            reply = self._read(response)
            if reply.result is not CallResult.RETRY or last:
                raise self._refused(response)
            self._wait(reply.retry_after if reply.retry_after is not None else _pause(attempt))
        raise ValueError("a request is tried at least once")

    def _opened(self) -> httpx.Client:
        if self._client is None:
            raise RuntimeError("BatchClient is used as a context manager: `with BatchClient(...)`")
        return self._client

    def _request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Request:
        shared = request_headers(self._config, self._key)
        built = httpx.Request(method, self._config.base_url + path, headers={**shared, **(headers or {})}, **more)
        built.headers = HiddenHeaders(built.headers)
        built.extensions = {"timeout": self._opened().timeout.as_dict()}
        return built

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._opened().send(self._request(method, path, **more))

    def _read(self, response: httpx.Response) -> Reply:
        return read_reply(response.status_code, response.headers, response.content, config=self._config, key=self._key)

    def _refused(self, response: httpx.Response) -> Exception:
        """A wrong key, no money and too many requests are for a later day; anything else stays wrong."""
        reply = self._read(response)
        if response.status_code == 404 or reply.result is CallResult.REJECTED:
            return BatchRefused(f"{reply.message} (HTTP {response.status_code})")
        return EnvironmentProblem(f"The images API does not take the batch: {reply.message}")

    def _problem(self, error: Exception) -> EnvironmentProblem:
        words = self._key.removed_from(f"{type(error).__name__}: {error}")
        return EnvironmentProblem(f"The images API cannot be reached ({words}). Check the network, then run again.")


def _split(pieces: Iterator[bytes], at: int, skip: int) -> Iterator[tuple[int, bytes]]:
    """Lines of a stream that begins at byte `at`, leaving out the first `skip` bytes."""
    buffer = bytearray()
    seen = 0
    for piece in pieces:
        if skip:
            dropped = min(skip, len(piece))
            skip, at, piece = skip - dropped, at + dropped, piece[dropped:]  # noqa: PLW2901
        buffer += piece
        while (end := buffer.find(b"\n", seen)) >= 0:
            at += end + 1
            yield at, bytes(buffer[:end])
            del buffer[: end + 1]
            seen = 0
        seen = len(buffer)
        if seen > _LONGEST_LINE:
            raise EnvironmentProblem(f"A line of the batch's answers is longer than {_LONGEST_LINE >> 20} MiB.")
    if buffer:
        yield at + len(buffer), bytes(buffer)


def _status(fields: Any) -> BatchStatus:
    """Raises KeyError, TypeError for what is no batch."""
    counts = fields.get("request_counts") or {}
    listed = (fields.get("errors") or {}).get("data") or ()
    problems = tuple(
        f"line {e['line']}: {e.get('message')}" if e.get("line") else str(e.get("message")) for e in listed
    )
    return BatchStatus(
        id=str(fields["id"]),
        state=str(fields["status"]),
        created=float(fields.get("created_at") or 0),
        output_file=fields.get("output_file_id"),
        error_file=fields.get("error_file_id"),
        total=int(counts.get("total") or 0),
        completed=int(counts.get("completed") or 0),
        failed=int(counts.get("failed") or 0),
        metadata=dict(fields.get("metadata") or {}),
        problems=problems,
    )


def _text(response: httpx.Response, name: str) -> str:
    try:
        return str(response.json()[name])
    except (ValueError, KeyError, TypeError):
        raise EnvironmentProblem("The images API took the file and told no id. Try again.") from None


def _pause(attempt: int) -> float:
    return min(20.0, 0.5 * 2.0**attempt)
