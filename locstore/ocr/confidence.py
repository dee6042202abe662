"""Decides what a judgement is worth: the table of doubts, the self-test, and what the ink itself shows."""

from __future__ import annotations

from locstore.ocr.components import marks_over_letters
from locstore.ocr.ensemble import OcrEnsemble, script_of
from locstore.ocr.judge import Judgement
from locstore.ocr.known_limits import unreliable
from locstore.ocr.normalize import left_out
from locstore.ocr.self_test import SelfTest
from locstore.readings import Verdict
from locstore.typeset import TextLayout

_LEANS = 0.5  # between a mark and our own: another face makes 0.4 at most, an acute for a caron or a dot 0.6 or more
_PARTED = (0.65, 0.8)  # of full ink: a blur that joins a mark to its letter is weaker than that
_MARKED = frozenset({"Latn", "Cyrl", "Grek"})  # scripts in which accents and dots stand free over letters


def believed(found: Judgement, setting: TextLayout, ensemble: OcrEnsemble, sight: SelfTest) -> tuple[Verdict, str]:
    """The verdict that stands, and one sentence why if it is not exact or a plain mismatch."""
    words, weight = setting.words, setting.style.weight
    if found.verdict is Verdict.MISMATCH:
        return _of_a_mismatch(found, setting, ensemble, sight)
    if not sight.joins(words, weight, found.ways):
        return Verdict.MISMATCH, "The letters stand apart where they should join."
    doubt = unreliable(words.language, words.text) or _doubt(found, setting, sight)
    blind = () if doubt else sight.blind_for(words, weight, ensemble)
    if blind:
        return Verdict.UNVERIFIABLE, f"The reader does not see whether these are right: {', '.join(blind)}."
    return (Verdict.LIKELY, doubt) if doubt else (Verdict.EXACT, "")


def _of_a_mismatch(
    found: Judgement, setting: TextLayout, ensemble: OcrEnsemble, sight: SelfTest
) -> tuple[Verdict, str]:
    """A mismatch says nothing where even clean words are read no better."""
    clean = sight.clean_distance(setting.words, setting.style.weight, ensemble)
    if clean and (found.distance or 0.0) <= clean * 1.5 + 0.02:
        return Verdict.UNVERIFIABLE, "The reader does not read even clean words of this slot right."
    return Verdict.MISMATCH, ""


def _doubt(found: Judgement, setting: TextLayout, sight: SelfTest) -> str:
    if found.verdict is Verdict.LIKELY:
        return "The readings do not agree on every letter."
    return _doubt_of_marks(found, setting, sight)


def _doubt_of_marks(found: Judgement, setting: TextLayout, sight: SelfTest) -> str:
    """Readers that know a language leave out or take for another a mark that it does not have; pieces of ink do not."""
    if script_of(setting.words.language) not in _MARKED or left_out(setting.words.text):
        return ""
    own = sight.marks(setting.words)
    seen = [marks_over_letters(way.lines) for way in found.ways]
    fewest = min(seen, key=len, default=())
    if len(fewest) > len(own):
        return "More dots or accents stand over the letters than these words have."
    if len(fewest) == len(own) and any(abs(a - b) > _LEANS for a, b in zip(fewest, own, strict=True)):
        return "A dot or accent over a letter has not the shape that these words want."
    # The ring of a percent sign may stand over its other ring.
    if any(len(marks) >= len(own) for marks in seen) or "%" in setting.words.text or not seen:
        return ""
    parted = (len(marks_over_letters(way.lines, inked)) for way in found.ways for inked in _PARTED)
    return "" if max(parted) >= len(own) else "A dot or accent that these words have over a letter is missing."
