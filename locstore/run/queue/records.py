"""The state of runs as data, and how it is read from Redis: whoever can write there may have written anything."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Literal

Answer = Literal["go", "done", "gone", "cancelled", "finished", "poison", "halted"]


@dataclasses.dataclass(frozen=True, slots=True)
class Lease:
    """A shot that a worker process has begun; `nonce` tells one try from another."""

    worker: str
    run: str
    index: int
    nonce: str


@dataclasses.dataclass(frozen=True, slots=True)
class RunRecord:
    """The state of a run. `state` is open, finished or cancelled; `halted` says why no further request is sent.

    `queued` shots are in the queue, `held` ones are with living workers; `version` is that of locstore which sent the
    run, and `options` are what it was planned with. `began` is in milliseconds of Redis's clock; `reserved`, `billed`
    and `estimated` are US dollars.
    """

    name: str
    project: str
    painter: str
    version: str
    options: Mapping[str, Any]
    state: str
    total: int
    queued: int
    done: int
    failed: int
    held: int
    began: int
    spec: str
    chunks: int
    halted: str
    sent: int
    cached: int
    repairs: int
    calls: int
    reserved: float
    billed: float
    estimated: float


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """A line of a run's stream: the outcome of a shot (JSON), a trouble, or that it was cancelled."""

    id: str
    kind: str
    index: int
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class QueueBudget:
    """The limits of a run: calls and dollars, None for none."""

    max_calls: int | None = None
    max_cost: float | None = None

    def as_hash(self) -> dict[str, str]:
        return {
            "max_calls": "" if self.max_calls is None else str(self.max_calls),
            "max_cost": "" if self.max_cost is None else str(round(self.max_cost * 1e6)),
        }


def run_record(run: str, found: dict[str, str], held: int, chunks: int, budget: dict[str, str]) -> RunRecord:
    def number(name: str) -> int:
        return int(found.get(name, "0"))

    def dollars(name: str) -> float:
        return int(budget.get(name, "0")) / 1e6

    return RunRecord(
        name=run,
        project=found.get("project", ""),
        painter=found.get("painter", ""),
        version=found.get("version", ""),
        options=_options(found.get("options", "")),
        state=found.get("state", ""),
        total=number("total"),
        # Older versions put all shots into the queue before anybody could look.
        queued=int(found.get("queued", found.get("total", "0"))),
        done=number("done"),
        failed=number("failed"),
        held=held,
        began=number("began"),
        spec=found.get("kit", ""),
        chunks=chunks,
        halted=found.get("halted", ""),
        sent=number("sent"),
        cached=number("cached"),
        repairs=number("repairs"),
        calls=int(budget.get("calls", "0")),
        reserved=dollars("reserved"),
        billed=dollars("billed"),
        estimated=dollars("estimated"),
    )


def texts(found: dict[bytes, bytes]) -> dict[str, str]:
    """Fields as text that a terminal can be shown."""
    return {
        printable(name.decode(errors="replace")): printable(value.decode(errors="replace"))
        for name, value in found.items()
    }


def printable(text: str) -> str:
    """The text with control characters, and those that reorder others, as escapes: a terminal would obey them."""
    return "".join(c if c.isprintable() or c == " " else c.encode("unicode_escape").decode() for c in text)


def event_of(raw: bytes, fields: dict[bytes, bytes]) -> Event:
    """An entry of a run's stream; one that locstore cannot have written has the kind ''."""
    text = fields.get(b"outcome", fields.get(b"text", b"")).decode(errors="replace")
    kind = fields.get(b"kind", b"").decode(errors="replace")
    index = fields.get(b"index", b"0")
    if not index.isdigit():
        kind, index = "", b"0"
    return Event(raw.decode(), kind, int(index), text if kind == "end" else printable(text))


def _options(text: str) -> Mapping[str, Any]:
    try:
        options = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return options if isinstance(options, dict) else {}
