"""/v1/batches: a day's work at half price, with its states, its shuffled lines, and what can go wrong with it.

Source: images-api.md, 2026-11-22, and the types of openai-python 3.54 (batch.py, batch_create_params.py).
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import itertools
import json
import random
import re
import time
from collections.abc import Callable
from typing import Any

from images_server import errors
from images_server.answers import Embedded, details, embedded
from images_server.contract import EDITS, GENERATIONS, Ask, read_ask
from images_server.errors import ApiError
from images_server.faults import fraction
from images_server.files import FILES, FileShelf, StoredFile
from images_server.http1 import Answer, Head
from images_server.painting import Picture
from images_server.settings import Settings

BATCHES = "/v1/batches"
MOST_LINES = 50_000
_ENDPOINTS = (
    "/v1/responses", "/v1/chat/completions", "/v1/embeddings", "/v1/completions", "/v1/moderations",
    GENERATIONS, EDITS, "/v1/videos",
)  # fmt: skip
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})


@dataclasses.dataclass(slots=True)
class _Line:
    """A request of a batch. `billed` is how many pictures it has cost."""

    custom_id: str
    body: dict[str, Any]
    billed: int = 0


@dataclasses.dataclass(slots=True)
class _Batch:
    id: str
    endpoint: str
    input_file: str
    metadata: dict[str, str]
    began: float
    created: int
    status: str = "validating"
    lines: list[_Line] = dataclasses.field(default_factory=list)
    problems: list[dict[str, object]] = dataclasses.field(default_factory=list)
    cancelled_after: float | None = None
    output: StoredFile | None = None
    errors: StoredFile | None = None
    completed: int = 0
    failed: int = 0

    def shown(self) -> dict[str, object]:
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": self.endpoint,
            "errors": {"object": "list", "data": self.problems} if self.problems else None,
            "input_file_id": self.input_file,
            "completion_window": "24h",
            "status": self.status,
            "output_file_id": self.output.id if self.output else None,
            "error_file_id": self.errors.id if self.errors else None,
            "created_at": self.created,
            "expires_at": self.created + 86_400,
            "request_counts": {"total": len(self.lines), "completed": self.completed, "failed": self.failed},
            "metadata": self.metadata,
        }


class BatchDesk:
    """Batches and their files. `paint` is called in the painter's thread; `bill` hears of each picture."""

    def __init__(
        self,
        settings: Settings,
        paint: Callable[[Ask], asyncio.Future[Picture]],
        bill: Callable[[str, int], None],
    ) -> None:
        self._settings = settings
        self._paint, self._bill = paint, bill
        self._numbers = itertools.count(1)
        self._script = list(settings.batch_script)
        self._attempts: dict[str, int] = {}
        self._working = asyncio.Lock()
        self._clocks: set[asyncio.Task[None]] = set()
        self.shelf = FileShelf(settings)
        self.batches: dict[str, _Batch] = {}

    async def close(self) -> None:
        """No batch goes on."""
        for clock in self._clocks:
            clock.cancel()
        await asyncio.gather(*self._clocks, return_exceptions=True)

    def serves(self, head: Head) -> bool:
        return re.fullmatch(rf"(?:{BATCHES}|{FILES})(?:[/?].*)?", head.path) is not None

    async def respond(self, head: Head, body: bytes) -> Answer | None:
        """The answer; None if it is lost on its way. Raises ApiError."""
        if head.path.startswith(FILES):
            return self.shelf.respond(head, body)
        path, _, query = head.path.partition("?")
        name, _, action = path.removeprefix(BATCHES).strip("/").partition("/")
        if not name:
            if head.method == "POST":
                return self._scripted(body)
            return _json(await self._listed(query))
        batch = self.batches.get(name)
        if batch is None:
            raise ApiError(404, f"No batch found with id '{name}'.")
        await self._advance(batch)
        if action == "cancel" and head.method == "POST":
            if batch.status in _ENDED:
                raise ApiError(409, f"Cannot cancel a batch with status '{batch.status}'.")
            batch.cancelled_after = time.monotonic() - batch.began
            batch.status = "cancelling"
        elif action or head.method != "GET":
            raise ApiError(404, f"Invalid URL ({head.method} {head.path})")
        return _json(batch.shown())

    def _scripted(self, body: bytes) -> Answer | None:
        """`lost`: made, and nobody hears of it; `refused`: 500 and not made; `made-500`: 500 and made all the same."""
        fault = self._script.pop(0) if self._script else "ok"
        if fault == "refused":
            raise errors.server_error(500)
        made = self._create(body)
        if fault == "made-500":
            raise errors.server_error(500)
        return None if fault == "lost" else _json(made.shown())

    def _create(self, body: bytes) -> _Batch:
        try:
            values = json.loads(body)
        except ValueError as error:
            raise errors.not_json() from error
        for name in values:
            if name not in {"input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after"}:
                raise errors.unknown_parameter(name)
        for name in ("input_file_id", "endpoint", "completion_window"):
            if name not in values:
                raise errors.missing_parameter(name)
        if values["endpoint"] not in _ENDPOINTS:
            raise errors.invalid_value("endpoint", values["endpoint"], _ENDPOINTS)
        if values["completion_window"] != "24h":
            raise errors.invalid_value("completion_window", values["completion_window"], ["24h"])
        metadata = values.get("metadata") or {}
        if len(metadata) > 16 or any(
            len(k) > 64 or not isinstance(v, str) or len(v) > 512 for k, v in metadata.items()
        ):
            raise ApiError(400, "Invalid 'metadata'.", param="metadata", code="invalid_value")
        file = self.shelf.files.get(values["input_file_id"])
        if file is None or file.purpose != "batch":
            raise ApiError(400, f"Invalid input file: {values['input_file_id']}", param="input_file_id")
        made = _Batch(
            f"batch_{next(self._numbers):06d}",
            values["endpoint"],
            file.id,
            metadata,
            time.monotonic(),
            int(time.time()),
        )
        self.batches[made.id] = made
        self._validate(made, bytes(file))
        # It is worked on, and costs, also if nobody ever asks for it.
        clock = asyncio.get_running_loop().create_task(self._in_time(made))
        self._clocks.add(clock)
        clock.add_done_callback(self._clocks.discard)
        return made

    async def _in_time(self, batch: _Batch) -> None:
        await asyncio.sleep(self._settings.batch_delay)
        await self._advance(batch)

    def _validate(self, batch: _Batch, data: bytes) -> None:
        """What is wrong with the file is not told at once: the batch fails after `validating`."""
        seen: set[str] = set()
        for number, text in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            try:
                line = json.loads(text)
                custom_id, body = line["custom_id"], line["body"]
                if line["method"] != "POST" or line["url"] != batch.endpoint or not isinstance(body, dict):
                    raise ValueError("mismatched")
            except (ValueError, KeyError, TypeError):
                self._problem(batch, number, "invalid_json_line", "This line is not a request for the endpoint.")
                continue
            if custom_id in seen:
                self._problem(batch, number, "duplicate_custom_id", f"The custom_id '{custom_id}' is there twice.")
            seen.add(custom_id)
            batch.lines.append(_Line(custom_id, body))
        if not batch.lines and not batch.problems:
            self._problem(batch, None, "empty_file", "The input file is empty.")
        if len(batch.lines) > MOST_LINES:
            self._problem(batch, None, "too_many_requests", f"A batch has at most {MOST_LINES} requests.")

    def _problem(self, batch: _Batch, line: int | None, code: str, message: str) -> None:
        batch.problems.append({"code": code, "message": message, "line": line, "param": None})

    async def _listed(self, query: str) -> dict[str, object]:
        after = re.search(r"(?:^|&)after=([\w-]+)", query)
        asked = re.search(r"(?:^|&)limit=(\d+)", query)
        limit = int(asked[1]) if asked else 20
        if not 1 <= limit <= 100:
            raise errors.out_of_range("limit", limit, 100, "above")
        newest = list(reversed(self.batches.values()))
        if after:
            newest = newest[1 + next((n for n, b in enumerate(newest) if b.id == after[1]), len(newest)) :]
        page = newest[:limit]
        for batch in page:
            await self._advance(batch)
        return {
            "object": "list",
            "data": [batch.shown() for batch in page],
            "first_id": page[0].id if page else None,
            "last_id": page[-1].id if page else None,
            "has_more": len(newest) > limit,
        }

    async def _advance(self, batch: _Batch) -> None:
        """The state that the clock says; the work is done when its end is asked for."""
        async with self._working:
            if batch.status in _ENDED:
                return
            whole = self._settings.batch_delay
            passed = time.monotonic() - batch.began
            if batch.problems:
                batch.status = "failed" if passed >= whole / 4 else "validating"
            elif batch.cancelled_after is not None:
                share = batch.cancelled_after / whole if whole else 1.0
                await self._finish(batch, "cancelled", min(1.0, share))
            elif passed >= whole:
                end = self._settings.batch_end
                await self._finish(batch, end, 1.0 if end == "completed" else self._settings.batch_done)
            else:
                batch.status = ("validating", "in_progress", "in_progress", "finalizing")[int(passed * 4 / whole)]

    async def _finish(self, batch: _Batch, end: str, share: float) -> None:
        """Do this share of the lines; `errors` gets what did not work and what was not done."""
        chance = random.Random(f"{self._settings.seed}/{batch.id}")
        lines = batch.lines[:]
        chance.shuffle(lines)
        done: list[bytes | Embedded] = []
        failed: list[bytes | Embedded] = []
        for number, line in enumerate(lines):
            start = {"id": f"batch_req_{number:06d}", "custom_id": line.custom_id}
            if number >= int(share * len(lines)):
                code = "batch_cancelled" if end == "cancelled" else "batch_expired"
                error = {"code": code, "message": f"This request could not be executed: {code}."}
                failed.append(_encoded({**start, "response": None, "error": error}) + b"\n")
                continue
            try:
                segments = await self._work(batch, line)
            except ApiError as problem:
                answer = {"status_code": problem.status, "request_id": "", "body": {"error": problem.error}}
                failed.append(_encoded({**start, "response": answer, "error": None}) + b"\n")
                batch.failed += 1
                continue
            done += [_encoded(start)[:-1] + b', "response": {"status_code": 200, "request_id": "", "body": ', *segments]
            done.append(b'}, "error": null}\n')
            batch.completed += 1
        if done:
            batch.output = self.shelf.keep(f"{batch.id}_output.jsonl", "batch_output", done)
        if failed:
            batch.errors = self.shelf.keep(f"{batch.id}_error.jsonl", "batch_output", failed)
        batch.status = end

    async def _work(self, batch: _Batch, line: _Line) -> list[bytes | Embedded]:
        head = Head("POST", batch.endpoint, {"content-type": "application/json"}, "HTTP/1.1")
        # Read line by line, as it would be alone: what is refused there is refused here.
        read = functools.partial(read_ask, head, json.dumps(line.body).encode(), self._settings)
        ask = await asyncio.to_thread(read)
        attempt = self._attempts.get(line.custom_id, 0)
        self._attempts[line.custom_id] = attempt + 1
        draw = fraction(self._settings.seed, line.custom_id, "batch")
        if draw < self._settings.batch_failing:
            # A third is refused for ever, the rest only the first time.
            if draw < self._settings.batch_failing / 3:
                raise errors.moderation("req_batch")
            if attempt == 0:
                raise errors.server_error(500)
        picture = await self._paint(ask)
        line.billed += ask.n
        self._bill(line.custom_id, ask.n)
        more = json.dumps(details(ask, ask.n, bare=self._settings.bare))[1:]
        tail = b"" if more == "}" else b", "
        return [b'{"created": 1, "data": [{"b64_json": "', embedded(picture), b'"}]' + tail + more.encode()]


def _encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def _json(value: object) -> Answer:
    return Answer(200, _encoded(value))
