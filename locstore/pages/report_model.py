"""What a report tells: locales, shots and slots, with all that is known of each. Plain data; others fill it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Literal

from locstore.findings import Finding, Severity
from locstore.readings import SlotReading, Verdict

# How a shot's picture is: up to date on the shelf; out of date there; kept aside for a person; not there.
PictureState = Literal["painted", "changed", "candidate", "missing"]


class Check(StrEnum):
    """What is looked at in every shot, in the order of the work."""

    WORDS = "words"
    FIT = "fit"
    PICTURE = "picture"
    TEXT = "text"
    STORE = "store"


def check_of(code: str) -> Check:
    """The check that a finding's code belongs to."""
    if code.startswith("verify-text-"):
        return Check.TEXT
    rooms = {
        "concept": Check.WORDS,
        "catalog": Check.WORDS,
        "shots": Check.WORDS,
        "typeset": Check.FIT,
        "compose": Check.FIT,
        "verify": Check.STORE,
        "shelve": Check.STORE,
    }
    return rooms.get(code.partition("-")[0], Check.PICTURE)


@dataclasses.dataclass(frozen=True, slots=True)
class Crop:
    """A piece of a picture as a JPEG; `size` is (width, height) in pixels as it is to be shown."""

    data: bytes = dataclasses.field(repr=False)
    size: tuple[int, int]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """A slot of a shot and what is known of its words in the picture.

    `language` (BCP 47) and `direction` are those of the words; `file` and `line` say where they stand. `doubtful` slots
    wait for a person; then `command` accepts them and `crop` shows them, if the report has room for it.
    """

    slot: str
    msgid: str
    file: str
    line: int
    language: str
    direction: str
    reading: SlotReading
    doubtful: bool
    command: str = ""
    crop: Crop | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShotRow:
    """A cell of the matrix. `why` says why its picture is not painted; `standing` is where its review stands.

    `composed` is whether its words were set in their boxes: without words or files nobody knows whether they fit.
    """

    shot: str
    screen: str
    locale: str
    display: str
    display_name: str
    path: str
    picture: PictureState
    why: str
    standing: str
    composed: bool
    slots: tuple[SlotRow, ...] = ()
    findings: tuple[Finding, ...] = ()

    def of(self, check: Check) -> list[Finding]:
        """The findings of one check."""
        return [f for f in self.findings if check_of(f.code) is check]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LocaleRow:
    """A locale: its messages by state, what its pictures cost, and findings of it that belong to no shot.

    `dollars` are what the server billed, or the estimate where it did not say, None if no price is known; `unknown`
    calls may have been paid for.
    """

    locale: str
    name: str
    bcp47: str
    direction: str
    translated: int
    fuzzy: int
    missing: int
    calls: int = 0
    unknown: int = 0
    dollars: float | None = 0.0
    shots: tuple[ShotRow, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def pictures(self) -> Counter[PictureState]:
        return Counter(shot.picture for shot in self.shots)

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """In the order of `Verdict`, without those that no slot has."""
        found = Counter(slot.reading.verdict for shot in self.shots for slot in shot.slots)
        return {verdict: found[verdict] for verdict in Verdict if found[verdict]}

    @property
    def standings(self) -> Counter[str]:
        return Counter(shot.standing for shot in self.shots)

    def looked_at(self, check: Check) -> bool:
        """Whether there was anything to look at: what nobody has looked at is not called good."""
        if check is Check.FIT:
            return any(shot.composed for shot in self.shots)
        if check in (Check.STORE, Check.TEXT):
            return any(shot.picture in ("painted", "changed") for shot in self.shots)
        return True

    def severities(self, check: Check) -> Counter[Severity]:
        """How many findings of each severity a check has."""
        return Counter(f.severity for f in self.all_findings() if check_of(f.code) is check)

    def all_findings(self) -> list[Finding]:
        return [*self.findings, *(f for shot in self.shots for f in shot.findings)]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything; `findings` are those that belong to no locale. `painter` is who paints the project's pictures.

    `fonts` are OpenType files to show the doubtful words in, `without_crop` counts those that had no room for a crop.
    """

    concept: str
    painter: str
    output: str
    locales: tuple[LocaleRow, ...]
    findings: tuple[Finding, ...] = ()
    fonts: tuple[bytes, ...] = dataclasses.field(default=(), repr=False)
    without_crop: int = 0

    @property
    def doubtful(self) -> list[tuple[LocaleRow, ShotRow, SlotRow]]:
        """What waits for a person's eyes."""
        return [(row, shot, slot) for row in self.locales for shot in row.shots for slot in shot.slots if slot.doubtful]

    def all_findings(self) -> list[Finding]:
        return [*self.findings, *(f for row in self.locales for f in row.all_findings())]

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, without the crops."""
        return {
            "concept": self.concept,
            "painter": self.painter,
            "output": self.output,
            "locales": [_locale(row) for row in self.locales],
            "findings": [f.as_dict() for f in self.findings],
        }


def _locale(row: LocaleRow) -> dict[str, Any]:
    return {
        "locale": row.locale,
        "name": row.name,
        "words": {"translated": row.translated, "fuzzy": row.fuzzy, "missing": row.missing},
        **{str(check): _counts(row.severities(check)) for check in (Check.FIT, Check.STORE)},
        "pictures": _counts(row.pictures),
        "text": _counts(row.verdicts),
        "review": _counts(row.standings),
        "cost": {"calls": row.calls, "unknown": row.unknown, "dollars": row.dollars},
        "shots": [_shot(shot) for shot in row.shots],
        "findings": [f.as_dict() for f in row.findings],
    }


def _shot(shot: ShotRow) -> dict[str, Any]:
    return {
        "shot": shot.shot,
        "path": shot.path,
        "picture": shot.picture,
        "why": shot.why,
        "review": shot.standing,
        "slots": [_slot(slot) for slot in shot.slots],
        "findings": [f.as_dict() for f in shot.findings],
    }


def _slot(slot: SlotRow) -> dict[str, Any]:
    place = {"msgid": slot.msgid, "file": slot.file, "line": slot.line}
    accept = {"accept": slot.command} if slot.command else {}
    return {**slot.reading.as_dict(), **place, "doubtful": slot.doubtful, **accept}


def _counts(found: Mapping[Any, int]) -> dict[str, int]:
    return {str(name): number for name, number in found.items() if number}


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The worst severity there is; None without findings."""
    there = {f.severity for f in findings}
    return next((severity for severity in Severity if severity in there), None)
