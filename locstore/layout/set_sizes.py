"""Sizes of words over a set: a screen whose words are set smaller than those of the set's other screens."""

from __future__ import annotations

import dataclasses
import statistics
from collections import defaultdict
from collections.abc import Iterable

from locstore.findings import Finding, Severity
from locstore.layout.composition import Composition

# Words smaller than the middle size of the set's other screens by this factor are noted: it is seen side by side.
_CLEARLY_SMALLER = 1.2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SlotSize:
    """The size of a slot's words (pixels), with the set that it belongs to and the place of its words."""

    concept: str
    locale: str
    display: str
    role: str
    size: float
    shot: str
    slot: str
    file: str
    line: int


def slot_sizes(composition: Composition) -> tuple[SlotSize, ...]:
    """The size of every slot with words."""
    shot = composition.shot
    return tuple(
        SlotSize(
            concept=shot.concept,
            locale=shot.locale.gettext,
            display=shot.display.id,
            role=words.role,
            size=slot.text_layout.size,
            shot=shot.key,
            slot=words.id,
            file=words.file,
            line=words.line,
        )
        for words, slot in zip(shot.slots, composition.slots, strict=True)
        if slot.text_layout.lines
    )


def smaller_than_set(sizes: Iterable[SlotSize]) -> list[Finding]:
    """A note for each slot that is clearly smaller than its role in the other screens of its locale and display."""
    sets: defaultdict[tuple[str, str, str, str], list[SlotSize]] = defaultdict(list)
    for one in sizes:
        sets[one.concept, one.locale, one.display, one.role].append(one)
    findings = []
    for members in sets.values():
        for one in members:
            others = [other.size for other in members if other.shot != one.shot]
            usual = statistics.median(others) if others else 0.0
            if usual <= one.size * _CLEARLY_SMALLER:
                continue
            findings.append(
                Finding(
                    code="typeset-smaller-than-set",
                    message=f"The {one.role} is set at {one.size:.0f} px, the other screens of {one.locale} on "
                    f"{one.display} at about {usual:.0f} px. Shorten the words, or give the slot more room or lines.",
                    severity=Severity.NOTE,
                    file=one.file,
                    line=one.line,
                    shot=one.shot,
                    slot=one.slot,
                )
            )
    return findings
