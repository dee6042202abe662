"""Reads multipart/form-data, the way reference images are sent."""

from __future__ import annotations

import dataclasses
from email.message import Message

from images_server.errors import ApiError


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A field of the form; `filename` is None for plain values."""

    name: str
    filename: str | None
    content_type: str
    data: bytes


def read_form(body: bytes, content_type: str) -> list[Part]:
    """The parts in their order. Raises ApiError 400."""
    boundary = _header(content_type).get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise ApiError(400, "Could not parse multipart form: the boundary is missing.")
    fence = b"\r\n--" + boundary.encode("latin-1")
    pieces = (b"\r\n" + body).split(fence)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ApiError(400, "Could not parse multipart form: the closing boundary is missing.")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    raw, gap, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if not gap:
        raise ApiError(400, "Could not parse multipart form: a part has no head.")
    lines = (line.partition(":") for line in raw.decode("utf-8", "replace").split("\r\n"))
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    disposition = _header(headers.get("content-disposition", ""))
    name = disposition.get_param("name")
    filename = disposition.get_param("filename")
    if not isinstance(name, str):
        raise ApiError(400, "Could not parse multipart form: a part has no name.")
    return Part(name, filename if isinstance(filename, str) else None, headers.get("content-type", "text/plain"), data)


def _header(value: str) -> Message:
    message = Message()
    message["content-type"] = value
    return message
