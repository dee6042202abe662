"""Judges the prepared lines of a slot: every piece is read until its vote is sure, and the worst piece decides."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from locstore.ocr.compare import distance
from locstore.ocr.ensemble import OcrEnsemble, OcrEnsembles, script_of
from locstore.ocr.normalize import fold, unwritable
from locstore.ocr.prepare import Prepared
from locstore.ocr.rapid import SIGNS
from locstore.ocr.segments import CAMEL_NAMES, FOREIGN, NUMBERS, Foreign, cut_out, foreign_runs, without
from locstore.ocr.vote import Reading, best_reading, verdict
from locstore.readings import Verdict
from locstore.typeset import TextLayout

_LOST = 0.5  # a reading farther than this from the words was not of these words
_GLANCES = 3
_LATIN = "Latn"
_ORDER = (Verdict.EXACT, Verdict.LIKELY, Verdict.MISMATCH)
_NAMES_APART = frozenset({"Jpan", "Hans", "Hant", "Latn"})
# Models of these scripts know Latin letters and digits as well as their own.
_OWN_DIGITS = frozenset({"Latn", "Jpan", "Hans", "Hant", "Cyrl", "Grek", ""})


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on words, the nearest reading and how far it is (0 to 1), and the ink that was looked at.

    `ways` are the prepared lines that were read; `is_cut` says that ink goes on at the edges of what was looked at.
    """

    verdict: Verdict
    read: str
    distance: float | None
    ways: tuple[Prepared, ...] = dataclasses.field(default=(), repr=False, compare=False)
    is_cut: bool = False

    def is_nearer_than(self, other: Judgement) -> bool:
        mine, its = (1.0 if j.distance is None else j.distance for j in (self, other))
        return (_ORDER.index(self.verdict), mine) < (_ORDER.index(other.verdict), its)


def judge(
    ways: Sequence[Prepared],
    setting: TextLayout,
    ensembles: OcrEnsembles,
    ensemble: OcrEnsemble,
    language: str,
    *,
    hasty: bool = False,
) -> Judgement:
    """The verdict on a slot's words from its prepared lines; a mismatch where there is no ink.

    In haste only `exact` is to be relied on: the readings end when the first of them say otherwise.
    """
    if not ways:
        return Judgement(Verdict.MISMATCH, "", 1.0)
    found = _judged(ways, setting, ensembles, ensemble, language, hasty=hasty)
    return dataclasses.replace(found, ways=tuple(ways), is_cut=ways[0].is_cut)


def _judged(
    ways: Sequence[Prepared],
    setting: TextLayout,
    ensembles: OcrEnsembles,
    ensemble: OcrEnsemble,
    language: str,
    *,
    hasty: bool,
) -> Judgement:
    asked, script = setting.words.text, script_of(language)
    whole: Judgement | None = None
    split_up = script not in _OWN_DIGITS or bool(unwritable(asked, ensemble.own_charset, language))
    split_up = split_up or bool(SIGNS & set(asked) and script != _LATIN)
    usual = NUMBERS if script == _LATIN else FOREIGN
    runs = foreign_runs(setting, usual if split_up else None)
    if runs:
        split = _judge_pieces(ways, setting, runs, ensembles, language, hasty=hasty)
        if split is not None and split.verdict is Verdict.EXACT:
            return split
        whole = split
    found, readings = _vote(asked, ways, ensemble, language, hasty=hasty)
    text, off = best_reading(asked, readings, language)
    together = Judgement(found, text, off)
    if found is Verdict.LIKELY and script in _NAMES_APART and not split_up and not hasty:
        # A name in Latin letters is read better without the ideographs around it, "iCloud" better by the English model.
        runs = foreign_runs(setting, CAMEL_NAMES if script == _LATIN else FOREIGN)
        whole = _judge_pieces(ways, setting, runs, ensembles, language, hasty=hasty) if runs else None
    return whole if whole is not None and whole.is_nearer_than(together) else together


def _judge_pieces(
    ways: Sequence[Prepared],
    setting: TextLayout,
    runs: Sequence[Foreign],
    ensembles: OcrEnsembles,
    language: str,
    *,
    hasty: bool,
) -> Judgement | None:
    """The words without their names and numbers, and each of those, by the models that know them; None if not found."""
    rest, cut = cut_out(ways, runs, len(setting.lines))
    own = ensembles.ensemble(language, without(setting.words.text, runs))
    latin = ensembles.foreign_panel(language)
    if own is None or latin is None or not all(piece for run, piece in zip(runs, cut, strict=True) if run.text):
        return None
    asked = without(setting.words.text, runs)
    pieces: list[tuple[str, Sequence[Prepared], OcrEnsemble]] = [
        (run.text, prepared, latin) for run, prepared in zip(runs, cut, strict=True) if run.text
    ]
    if fold(asked, language):
        if not rest:
            return None
        pieces.insert(0, (asked, rest, own))
    verdicts, texts, off = [], [], 0.0
    for text, prepared, who in pieces:
        found, readings = _vote(text, prepared, who, language, hasty=hasty)
        read, apart = best_reading(text, readings, language)
        verdicts.append(found)
        texts.append(read)
        off += (1.0 if apart is None else apart) * len(fold(text, language))
    worst = max(verdicts, key=_ORDER.index)
    total = len(fold(setting.words.text, language))
    shown = setting.words.text if worst is Verdict.EXACT else " ".join(texts)
    return Judgement(worst, " ".join(shown.split()), round(off / max(1, total), 4))


def _vote(
    asked: str, ways: Sequence[Prepared], ensemble: OcrEnsemble, language: str, *, hasty: bool = False
) -> tuple[Verdict, list[Reading]]:
    """Readings until the words are exact, or all of them, or until it is clear that these are other words.

    In haste, the first readings are enough to see that the words are not exact.
    """
    wanted = fold(asked, language)
    readings: list[Reading] = []
    lost = 0
    for reading in ensemble.readings(ways):
        readings.append(reading)
        if hasty and len(readings) == _GLANCES and not any(fold(r.text, language) == wanted for r in readings):
            break
        if (
            len(readings) > 1
            and verdict(asked, readings, language, ensemble.unreadable_by_second_engine) is Verdict.EXACT
        ):
            return Verdict.EXACT, readings
        lost += distance(wanted, fold(reading.text, language)) > _LOST
        if lost == len(readings) >= 3:
            break
    return verdict(asked, readings, language, ensemble.unreadable_by_second_engine), readings
