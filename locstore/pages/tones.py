"""How verdicts and reviews are coloured: the class of their chips."""

from __future__ import annotations

from collections.abc import Mapping

from locstore.readings import Verdict

TONES: Mapping[Verdict, str] = {
    Verdict.EXACT: "good",
    Verdict.TYPESET: "good",
    Verdict.ACCEPTED: "good",
    Verdict.LIKELY: "warning",
    Verdict.UNVERIFIABLE: "warning",
    Verdict.NOT_CHECKED: "note",
    Verdict.MISMATCH: "error",
}
# `waiting` has none: where nobody reviews yet, a chip on every picture would say nothing.
STANDINGS: Mapping[str, str] = {"approved": "good", "stale": "warning", "sent back": "error"}
SEVERITY: Mapping[str, int] = {"good": 0, "note": 1, "warning": 2, "error": 3}
