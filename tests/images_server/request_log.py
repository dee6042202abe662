"""The log of requests: what the server saw and sent, one JSON object a line, written before anything else happens."""

from __future__ import annotations

import collections
import dataclasses
import json
import threading
import time
from pathlib import Path
from typing import IO, Literal

# What tests look at; the file has everything.
_KEPT = 20_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the log.

    `request` is written when a request has been read and decided on, before the delay: `status` is what will be
    answered (None: the connection fails), `billed` how many pictures it costs, `in_flight` how many requests are
    being worked on, this one too. `answered` or `gone` follows with the same `seq` when the answer has been sent,
    or when the client had left before; `bytes` are those of the body.
    """

    seq: int
    event: Literal["request", "answered", "gone"]
    time: float = dataclasses.field(default_factory=time.time)
    method: str = ""
    path: str = ""
    key: str | None = None
    attempt: int = 0
    status: int | None = None
    fault: str = "ok"
    billed: int = 0
    in_flight: int = 0
    bytes: int = 0


class RequestLog:
    """Keeps the last entries and appends each to the file at once. Thread-safe for reading."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[str] | None = None
        self._lock = threading.Lock()
        self._entries: collections.deque[Entry] = collections.deque(maxlen=_KEPT)

    def open(self) -> None:
        if self._path is not None:
            self._file = self._path.open("a", encoding="utf-8", buffering=1)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)
        if self._file is not None:
            self._file.write(json.dumps(dataclasses.asdict(entry)) + "\n")

    @property
    def entries(self) -> list[Entry]:
        with self._lock:
            return list(self._entries)


def read_log(path: Path) -> list[Entry]:
    """The entries of a log file."""
    return [Entry(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
