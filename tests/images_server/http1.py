"""As much HTTP/1.1 as an images API needs: request heads and bodies in, answers out, connections kept alive."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import struct
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus

_LONGEST_HEAD = 64 * 1024
# 16 reference images of 50 MB would be more; no test sends them.
_LARGEST_BODY = 256 * 1024 * 1024


class BadRequest(Exception):
    """What came is not HTTP/1.1 as this server reads it; the connection ends after the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """A request without its body. Header names are in lower case; of repeated headers the last one counts."""

    method: str
    path: str
    headers: Mapping[str, str]
    version: str

    @property
    def keep_alive(self) -> bool:
        connection = self.headers.get("connection", "").lower()
        return connection != "close" and (self.version == "HTTP/1.1" or connection == "keep-alive")


@dataclasses.dataclass(frozen=True, slots=True)
class Pieces:
    """A body that is made while it is sent: its length in bytes and how to make its pieces.

    A length of None is sent in chunks.
    """

    length: int | None
    parts: Iterable[bytes]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes | Pieces = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def pieces(self) -> Pieces:
        return Pieces(len(self.body), [self.body]) if isinstance(self.body, bytes) else self.body

    def head(self, *, keep_alive: bool) -> bytes:
        length = self.pieces.length
        framing = {"transfer-encoding": "chunked"} if length is None else {"content-length": str(length)}
        lines = {
            "content-type": self.content_type,
            **framing,
            "connection": "keep-alive" if keep_alive else "close",
            **self.headers,
        }
        # Cloudflare's own statuses, 520 to 530, have no phrase in the standard.
        phrase = HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "Error"
        start = f"HTTP/1.1 {self.status} {phrase}"
        return "\r\n".join([start, *(f"{k}: {v}" for k, v in lines.items()), "", ""]).encode("latin-1")


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """The next request of a connection, None when the client is done with it. Raises BadRequest."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequest(431, "the head is too long") from error
    if len(raw) > _LONGEST_HEAD:
        raise BadRequest(431, "the head is too long")
    first, *rest = raw[:-4].decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in {"HTTP/1.1", "HTTP/1.0"}:
        raise BadRequest(400, f"not a request line: {first[:100]!r}")
    headers = {}
    for line in rest:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequest(400, f"not a header: {line[:100]!r}")
        headers[name.lower()] = value.strip()
    return Head(words[0], words[1], headers, words[2])


async def read_body(head: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes | None:
    """The whole body, None if the client went away in the middle. Raises BadRequest."""
    if head.headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        if "chunked" in head.headers.get("transfer-encoding", "").lower():
            return await _read_chunks(reader)
        length = head.headers.get("content-length", "0")
        if not length.isdecimal():
            raise BadRequest(400, f"not a length: {length[:100]!r}")
        if int(length) > _LARGEST_BODY:
            raise BadRequest(413, "the body is too large")
        return await reader.readexactly(int(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        line = (await reader.readuntil(b"\r\n"))[:-2].split(b";")[0].strip()
        try:
            size = int(line, 16)
        except ValueError as error:
            raise BadRequest(400, f"not a chunk: {line[:100]!r}") from error
        if size < 0 or len(body) + size > _LARGEST_BODY:
            raise BadRequest(413, "the body is too large")
        body += await reader.readexactly(size)
        trailer = await reader.readuntil(b"\r\n")
        if size == 0:
            while trailer != b"\r\n":
                trailer = await reader.readuntil(b"\r\n")
            return bytes(body)


async def send(writer: asyncio.StreamWriter, answer: Answer, *, keep_alive: bool) -> int:
    """Sends an answer piece by piece, never faster than the client reads; returns the bytes of its body.

    Raises ConnectionError when the client is gone.
    """
    pieces = answer.pieces
    writer.write(answer.head(keep_alive=keep_alive))
    sent = 0
    for piece in pieces:
        if piece:
            sent += len(piece)
            await write(writer, b"%x\r\n%b\r\n" % (len(piece), piece) if pieces.length is None else piece)
    if pieces.length is None:
        await write(writer, b"0\r\n\r\n")
    return sent


async def write(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Raises ConnectionError when the client is gone."""
    if writer.transport.is_closing():
        raise ConnectionResetError
    writer.write(data)
    await writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    """Ends the connection with RST: the client gets "connection reset by peer", not an orderly end."""
    if not writer.transport.is_closing():
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
