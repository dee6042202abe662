"""The server: takes connections, decides what each request gets, and sends it, whole or broken."""

from __future__ import annotations

import asyncio
import collections
import concurrent.futures
import contextlib
import dataclasses
import functools
import hashlib
from typing import Self

from images_server.answers import Embedded, details, embedded, events_answer, picture_file, pictures_answer
from images_server.batches import BatchDesk
from images_server.contract import EDITS, GENERATIONS, Ask, check_key, read_ask
from images_server.errors import ApiError
from images_server.faults import NO_FAULT, ODD, UNBILLED, FaultPlan, fraction
from images_server.http1 import Answer, BadRequest, Head, read_body, read_head, reset, send, write
from images_server.limiter import Limiter
from images_server.odd import odd_answer
from images_server.painting import ModelPainter, Picture
from images_server.refusals import refusal
from images_server.request_log import Entry, RequestLog
from images_server.settings import Settings
from images_server.tokens import output_tokens

_FILES = "/files/"
_KEPT_FILES = 4096
_LOOK_AGAIN = 0.1  # seconds between two looks whether a waiting client is still there
_DRIPS = 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """What a request gets: an answer that is ready, or an ask to paint; and the fault on the way."""

    status: int | None
    answer: Answer | None = None
    ask: Ask | None = None
    key: str | None = None
    fault: str = NO_FAULT
    attempt: int = 0
    billed: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class _File:
    """A picture behind an address: painted when it is fetched, so that none is kept."""

    ask: Ask
    number: int
    fault: str


class ImagesServer:
    """An images server on loopback. `async with` starts and stops it; `running()` does so in a thread of its own."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.url = ""
        self.log = RequestLog(self.settings.log)
        self.in_flight = 0
        self.most_in_flight = 0
        self._seen = 0
        self._asks = 0
        self._plan = FaultPlan(
            self.settings.seed,
            self.settings.faults,
            self.settings.script,
            misspell=self.settings.misspell,
            misspell_tries=self.settings.misspell_tries,
        )
        self._limiter = Limiter(
            self.settings.images_per_minute, self.settings.tokens_per_minute, headers=self.settings.rate_headers
        )
        self._painter = ModelPainter(words=self.settings.words, pad_to=self.settings.pad_to)
        # One thread: the painter's fonts are not shared, and the loop stays free to serve.
        self._brush = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="images-server-painter")
        self._files: collections.OrderedDict[str, _File] = collections.OrderedDict()
        self._desk = BatchDesk(self.settings, self._batch_picture, self._batch_bill)
        self._stopping = asyncio.Event()
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._listener: asyncio.Server | None = None

    @property
    def requests(self) -> list[Entry]:
        """The images requests that came, in their order, refused ones too."""
        return [e for e in self.log.entries if e.event == "request" and e.path in {GENERATIONS, EDITS}]

    @property
    def billed(self) -> int:
        """How many pictures were painted for money."""
        return sum(entry.billed for entry in self.log.entries)

    async def __aenter__(self) -> Self:
        self.log.open()
        self._listener = await asyncio.start_server(
            self._serve, "127.0.0.1", self.settings.port, backlog=512, limit=256 * 1024
        )
        self.url = f"http://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        if self._listener is not None:
            self._listener.close()
        for writer in self._connections.values():
            writer.transport.abort()
        await asyncio.gather(*self._connections)
        if self._listener is not None:
            await self._listener.wait_closed()
        await self._desk.close()
        self._brush.shutdown()
        self.log.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = writer
        try:
            while not self._stopping.is_set() and await self._exchange(reader, writer):
                pass
        except ConnectionError:
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            del self._connections[task]

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection goes on."""
        try:
            head = await read_head(reader)
            if head is None:
                return False
            self._seen += 1
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            try:
                return await self._respond(self._seen, head, reader, writer)
            finally:
                self.in_flight -= 1
        except BadRequest as problem:
            error = ApiError(problem.status, f"Bad request: {problem}")
            await send(writer, Answer(problem.status, error.body), keep_alive=False)
            return False

    async def _respond(self, seq: int, head: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        number = None
        if head.method == "POST" and head.path in {GENERATIONS, EDITS}:
            number = self._asks
            self._asks += 1
            if self._plan.before_body(number, head.headers):
                self._log_request(seq, head, _Decision(status=None, fault="reset-before-body"))
                reset(writer)
                return False
        body = await read_body(head, reader, writer)
        if body is None:
            self._log_end(seq, head, 0, gone=True)
            return False
        if self._desk.serves(head):
            return await self._batch(seq, head, body, reader, writer)
        quick = number is not None and number < self.settings.undelayed
        due = asyncio.get_running_loop().time() + (0 if quick else self.settings.delay)
        decision = self._decide(seq, head, body, number)
        self._log_request(seq, head, decision)
        if decision.fault in {"hang", "reset-before-body"}:
            if decision.fault == "hang":
                await self._pause(self.settings.hang, reader)
            reset(writer)
            return False
        answer = decision.answer or await self._paint(seq, decision)
        if decision.ask is not None and not await self._pause(due - asyncio.get_running_loop().time(), reader):
            self._log_end(seq, head, 0, gone=True)
            return False
        if decision.fault == "reset-after-body":
            reset(writer)
            return False
        headers = {"x-request-id": _request_id(self.settings.seed, seq), **self._limiter.headers(), **answer.headers}
        answer = dataclasses.replace(answer, headers=headers)
        return await self._send(seq, head, answer, decision.fault, reader, writer)

    async def _batch(
        self, seq: int, head: Head, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """A request for files or batches."""
        try:
            check_key(head.headers, self.settings.key)
            answer = await self._desk.respond(head, body)
        except ApiError as error:
            answer = _error_answer(error)
        self._log_request(seq, head, _Decision(status=answer.status if answer else None))
        if answer is None:
            reset(writer)
            return False
        return await self._send(seq, head, answer, NO_FAULT, reader, writer)

    def _batch_picture(self, ask: Ask) -> asyncio.Future[Picture]:
        return asyncio.get_running_loop().run_in_executor(self._brush, self._painter.paint, ask)

    def _batch_bill(self, custom_id: str, pictures: int) -> None:
        self.log.add(Entry(seq=0, event="request", path="batch line", key=custom_id, status=200, billed=pictures))

    def _decide(self, seq: int, head: Head, body: bytes, number: int | None) -> _Decision:
        if number is None:
            return self._other(head)
        try:
            check_key(head.headers, self.settings.key)
            ask = read_ask(head, body, self.settings)
            key = hashlib.sha256(ask.prompt.encode()).hexdigest()
            tokens = ask.n * output_tokens(ask.size, ask.quality)
            limited = self._limiter.refusal(ask.model, ask.n, tokens)
            if limited is not None:
                return _Decision(status=429, answer=_error_answer(limited), key=key, fault="limit")
            fault, attempt = self._plan.fault(number, head.headers, ask.prompt, key)
        except ApiError as error:
            return _Decision(status=error.status, answer=_error_answer(error))
        answer = refusal(fault, ask.model, _request_id(self.settings.seed, seq), self.settings.wait)
        failing = fault in {"hang", "reset-before-body", "reset-after-body"}
        return _Decision(
            status=answer.status if answer else None if failing else 200,
            answer=answer,
            ask=None if answer else ask,
            key=key,
            fault=fault,
            attempt=attempt,
            billed=0 if fault in UNBILLED else ask.n,
        )

    def _other(self, head: Head) -> _Decision:
        """Requests that are none for images: pictures by their address, and mistakes."""
        name = head.path.removeprefix(_FILES).rpartition(".")[0]
        if head.path.startswith(_FILES) and head.method == "GET" and name in self._files:
            return _Decision(status=200, key=name)
        if head.path in {GENERATIONS, EDITS}:
            error = ApiError(
                405,
                f"Not allowed to {head.method} on {head.path}. (HINT: Perhaps you meant to use a different HTTP "
                "method?)",
                code="method_not_supported",
            )
        elif head.path.startswith(_FILES):
            error = ApiError(404, "The specified resource does not exist.", code="resource_not_found")
        else:
            error = ApiError(404, f"Invalid URL ({head.method} {head.path})")
        return _Decision(status=error.status, answer=_error_answer(error))

    async def _paint(self, seq: int, decision: _Decision) -> Answer:
        ask, fault = decision.ask, decision.fault

        async def paint(asked: Ask, number: int, flaw: str) -> Picture:
            job = functools.partial(self._painter.paint, asked, number, flaw)
            return await asyncio.get_running_loop().run_in_executor(self._brush, job)

        if ask is None:
            file = self._files[decision.key or ""]
            return picture_file(await paint(file.ask, file.number, file.fault))
        count = 0 if fault == "empty-data" else ask.n - (fault == "missing-item")
        handover = self._handover(fault, decision.key)
        if fault in ODD:
            more = details(ask, ask.n, bare=self.settings.bare)
            answer = odd_answer(fault, await paint(ask, 0, fault), more, self._keep(seq, ask, 0, fault))
            assert answer is not None
            return answer
        more = details(ask, ask.n, bare=self.settings.bare)
        if handover == "url" and not ask.stream:
            return pictures_answer([self._keep(seq, ask, number, fault) for number in range(count)], more)
        pictures = [await paint(ask, number, fault) for number in range(count)]
        items: list[Embedded | str] = [embedded(p, truncated=fault == "truncated-base64") for p in pictures]
        if ask.stream:
            return events_answer(ask, [item for item in items if isinstance(item, Embedded)], more)
        return pictures_answer(items, more, data_uri=handover == "data-uri")

    def _handover(self, fault: str, key: str | None) -> str:
        asked = {
            "answer-b64": "b64_json",
            "answer-url": "url",
            "answer-data-uri": "data-uri",
            "truncated-base64": "b64_json",
            "url-gone": "url",
        }.get(fault, self.settings.answer)
        if asked == "mixed":
            return ("b64_json", "url", "data-uri")[int(fraction(self.settings.seed, key, "answer") * 3)]
        return asked

    def _keep(self, seq: int, ask: Ask, number: int, fault: str) -> str:
        """The address under which a picture can be fetched; `url-gone` gives one that leads nowhere."""
        name = f"{seq}-{number}"
        if fault != "url-gone":
            self._files[name] = _File(ask, number, fault)
            if len(self._files) > _KEPT_FILES:
                self._files.popitem(last=False)
        return f"{self.url}{_FILES}{name}.{ask.output_format}"

    async def _send(
        self,
        seq: int,
        head: Head,
        answer: Answer,
        fault: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        keep_alive = head.keep_alive
        try:
            if fault == "reset-mid-answer":
                await self._send_half(answer, writer)
                return False
            if fault == "slow-drip":
                # JSON may begin with blanks: they keep the client's read time-out from ever firing.
                answer = await self._drip(answer, keep_alive, reader, writer)
                sent = 0
                for piece in answer.pieces:
                    await write(writer, piece)
                    sent += len(piece)
            else:
                sent = await send(writer, answer, keep_alive=keep_alive)
        except ConnectionError:
            self._log_end(seq, head, 0, gone=True)
            return False
        self._log_end(seq, head, sent, gone=False)
        # Says that it will stay and goes: what a client sees whose idle connection was closed.
        return keep_alive and fault != "stale-connection"

    async def _send_half(self, answer: Answer, writer: asyncio.StreamWriter) -> None:
        body = b"".join(answer.pieces)
        whole = dataclasses.replace(answer, body=body)
        await write(writer, whole.head(keep_alive=True) + body[: len(body) // 2])
        # What was written must leave the machine before the reset takes back the rest.
        await asyncio.sleep(0.05)
        reset(writer)

    async def _drip(
        self, answer: Answer, keep_alive: bool, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Answer:
        body = b"".join(answer.pieces)
        whole = dataclasses.replace(answer, body=b" " * _DRIPS + body)
        await write(writer, whole.head(keep_alive=keep_alive))
        for _ in range(_DRIPS):
            if not await self._pause(self.settings.drip / _DRIPS, reader):
                raise ConnectionResetError
            await write(writer, b" ")
        return dataclasses.replace(answer, body=body)

    async def _pause(self, seconds: float, reader: asyncio.StreamReader) -> bool:
        """Waits; False if the client left or the server stops before the time is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not reader.at_eof() and not self._stopping.is_set():
            left = end - loop.time()
            if left <= 0:
                return True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), min(left, _LOOK_AGAIN))
        return False

    def _log_request(self, seq: int, head: Head, decision: _Decision) -> None:
        self.log.add(
            Entry(
                seq=seq,
                event="request",
                method=head.method,
                path=head.path,
                key=decision.key,
                attempt=decision.attempt,
                status=decision.status,
                fault=decision.fault,
                billed=decision.billed,
                in_flight=self.in_flight,
            )
        )

    def _log_end(self, seq: int, head: Head, sent: int, *, gone: bool) -> None:
        self.log.add(
            Entry(seq=seq, event="gone" if gone else "answered", method=head.method, path=head.path, bytes=sent)
        )


def _request_id(seed: int, seq: int) -> str:
    return f"req_{seed:08x}{seq:08x}"


def _error_answer(error: ApiError) -> Answer:
    return Answer(error.status, error.body, headers=error.headers)
