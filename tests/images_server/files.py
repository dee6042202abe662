"""/v1/files: what is uploaded for a batch, and what a batch has brought, whole or from some byte on."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
import time
from collections.abc import Iterator, Sequence

from images_server.answers import Embedded
from images_server.errors import ApiError, invalid_value, missing_parameter
from images_server.http1 import Answer, Head, Pieces
from images_server.multipart import read_form
from images_server.settings import Settings

FILES = "/v1/files"
LARGEST = 200_000_000
_PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
_FROM = re.compile(r"bytes=(\d+)-")


@dataclasses.dataclass(frozen=True, slots=True)
class StoredFile:
    """A file by its id; pictures in `segments` are encoded while they are sent."""

    id: str
    name: str
    purpose: str
    segments: Sequence[bytes | Embedded]
    created: int

    def __len__(self) -> int:
        return sum(map(len, self.segments))

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces())

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        for segment in self.segments:
            if start >= len(segment):
                start -= len(segment)
                continue
            for piece in [segment] if isinstance(segment, bytes) else segment.pieces():
                yield piece[start:]
                start = max(0, start - len(piece))

    def shown(self) -> dict[str, object]:
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self),
            "created_at": self.created,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


class FileShelf:
    """The files of one server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._numbers = itertools.count(1)
        self._cuts = settings.batch_cuts
        self.files: dict[str, StoredFile] = {}

    def keep(self, name: str, purpose: str, segments: Sequence[bytes | Embedded]) -> StoredFile:
        made = StoredFile(f"file-{next(self._numbers):06d}", name, purpose, segments, int(time.time()))
        self.files[made.id] = made
        return made

    def respond(self, head: Head, body: bytes) -> Answer:
        """Raises ApiError."""
        path, _, query = head.path.partition("?")
        name, _, content = path.removeprefix(FILES).strip("/").partition("/")
        if not name and head.method == "POST":
            return _json(self._upload(head, body).shown())
        if not name and head.method == "GET":
            purpose = re.search(r"(?:^|&)purpose=(\w+)", query)
            listed = [f.shown() for f in self.files.values() if not purpose or f.purpose == purpose[1]]
            return _json({"object": "list", "data": listed, "has_more": False})
        found = self.files.get(name)
        if found is None:
            raise ApiError(404, f"No such File object: {name}", param="id")
        if content == "content" and head.method == "GET":
            return self._content(found, head)
        if not content and head.method == "DELETE":
            del self.files[name]
            return _json({"id": name, "object": "file", "deleted": True})
        if not content and head.method == "GET":
            return _json(found.shown())
        raise ApiError(404, f"Invalid URL ({head.method} {head.path})")

    def _upload(self, head: Head, body: bytes) -> StoredFile:
        parts = {part.name: part for part in read_form(body, head.headers.get("content-type", ""))}
        for wanted in ("file", "purpose"):
            if wanted not in parts:
                raise missing_parameter(wanted)
        purpose, file = parts["purpose"].data.decode("utf-8", "replace"), parts["file"]
        if purpose not in _PURPOSES:
            raise invalid_value("purpose", purpose, _PURPOSES)
        if file.filename is None:
            raise ApiError(400, "'file' is not a file.", param="file")
        if purpose == "batch" and not file.filename.endswith(".jsonl"):
            raise ApiError(400, "Invalid file format for Batch API. Must be .jsonl", code="invalid_file_format")
        if purpose == "batch" and len(file.data) > LARGEST:
            raise ApiError(413, "File is too large: the maximum is 200 MB.", param="file", code="file_too_large")
        return self.keep(file.filename, purpose, [file.data])

    def _content(self, file: StoredFile, head: Head) -> Answer:
        start, length = 0, len(file)
        asked = _FROM.fullmatch(head.headers.get("range", ""))
        if asked and self._settings.batch_ranges:
            start = int(asked[1])
            if start >= length:
                return Answer(416, b"", headers={"content-range": f"bytes */{length}"})
        pieces: Iterator[bytes] = file.pieces(start)
        if self._cuts > 0:
            self._cuts -= 1
            pieces = _cut(pieces, self._settings.batch_cut_at)
        ranged = {"content-range": f"bytes {start}-{length - 1}/{length}"} if start else {}
        return Answer(206 if start else 200, Pieces(length - start, pieces), "application/octet-stream", ranged)


def _cut(pieces: Iterator[bytes], after: int) -> Iterator[bytes]:
    """A connection that breaks after so many bytes."""
    for piece in pieces:
        yield piece[:after]
        after -= len(piece)
        if after <= 0:
            raise ConnectionResetError


def _json(value: object) -> Answer:
    return Answer(200, json.dumps(value).encode())
