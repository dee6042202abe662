"""What the board has to say, as data: runs, holds, events, limits; and how it is read from what Redis gives."""

from __future__ import annotations

import dataclasses
from typing import Literal

_MANY = 5000

Answer = Literal["go", "done", "held", "gone", "cancelled", "finished", "poison", "halted"]


@dataclasses.dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. A worker process says every `beat` that it lives and is dead after `silence` without a word."""

    beat: float = 5.0
    silence: float = 15.0
    idle: float = 30.0


@dataclasses.dataclass(frozen=True, slots=True)
class Lease:
    """A shot in the hands of a worker process; `nonce` tells one time from another."""

    worker: str
    run: str
    index: int
    nonce: str

    @property
    def text(self) -> str:
        return f"{self.worker}:{self.nonce}"


@dataclasses.dataclass(frozen=True, slots=True)
class RunRecord:
    """How a run stands. `state` is open, finished or cancelled; `halted` says why no request leaves any more.

    `began` is in milliseconds of Redis's clock; `reserved`, `billed` and `estimated` are dollars.
    """

    name: str
    project: str
    painter: str
    state: str
    total: int
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


def free_shots(total: int, bits: bytes, held: set[int]) -> list[int]:
    """Indexes that are neither done (a bit from the left of each byte) nor held; the first few thousand."""
    free = []
    for index in range(total):
        byte = bits[index >> 3] if index >> 3 < len(bits) else 0
        if not byte & (0x80 >> (index & 7)) and index not in held:
            free.append(index)
            if len(free) == _MANY:
                break
    return free


def run_record(run: str, found: dict[str, str], held: int, chunks: int, budget: dict[str, str]) -> RunRecord:
    def number(name: str) -> int:
        return int(found.get(name, "0"))

    def dollars(name: str) -> float:
        return int(budget.get(name, "0")) / 1e6

    return RunRecord(
        name=run,
        project=found.get("project", ""),
        painter=found.get("painter", ""),
        state=found.get("state", ""),
        total=number("total"),
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
    return {name.decode(): value.decode() for name, value in found.items()}


def event_of(raw: bytes, fields: dict[bytes, bytes]) -> Event:
    text = fields.get(b"outcome", fields.get(b"text", b""))
    return Event(raw.decode(), fields[b"kind"].decode(), int(fields.get(b"index", b"0")), text.decode())
