"""What was read of a slot's words in a finished picture, and the verdict: plain data that every room can carry."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How sure it is that a slot's words stand in the picture to the letter."""

    EXACT = "exact"  # read letter by letter as asked, by several readings
    LIKELY = "likely"  # one reading says so, or the script is one that cannot be proved
    MISMATCH = "mismatch"  # nothing read is what was asked
    UNVERIFIABLE = "unverifiable"  # the reader is blind for a character of these words
    NOT_CHECKED = "not checked"  # no reader, or no model for the language
    TYPESET = "typeset"  # set by our own typesetter into the picture: right by construction
    ACCEPTED = "accepted"  # a person looked and accepted it


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SlotReading:
    """One slot: what was asked for, what was read, and the verdict.

    `distance` is the edit distance of the best reading divided by the length asked for (0 to 1, a diagnostic only);
    `box` is where the words were looked for, (x, y, width, height) in pixels; `why` is one sentence; `reader` names
    engine and models, so that another one reads again.
    """

    slot: str
    verdict: Verdict
    asked: str
    read: str = ""
    distance: float | None = None
    box: tuple[int, int, int, int] | None = None
    why: str = ""
    reader: str = ""

    def as_dict(self) -> dict[str, Any]:
        data: dict[str, Any] = {"slot": self.slot, "verdict": str(self.verdict), "asked": self.asked}
        if self.read:
            data["read"] = self.read
        if self.distance is not None:
            data["distance"] = self.distance
        if self.box is not None:
            data["box"] = list(self.box)
        if self.why:
            data["why"] = self.why
        if self.reader:
            data["reader"] = self.reader
        return data


def reading_from_dict(data: Mapping[str, Any]) -> SlotReading:
    """The inverse of `SlotReading.as_dict`. Raises KeyError, TypeError or ValueError for other data."""
    box = data.get("box")
    if box is not None:
        x, y, width, height = (int(edge) for edge in box)
        box = (x, y, width, height)
    distance = data.get("distance")
    return SlotReading(
        slot=str(data["slot"]),
        verdict=Verdict(data["verdict"]),
        asked=str(data["asked"]),
        read=str(data.get("read", "")),
        distance=None if distance is None else float(distance),
        box=box,
        why=str(data.get("why", "")),
        reader=str(data.get("reader", "")),
    )
