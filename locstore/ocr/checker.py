"""Checks a finished picture: finds each slot's words, reads them blind, votes, and says what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from locstore.findings import Finding
from locstore.layout import Composition, SetSlot
from locstore.ocr.assign import assigned_places
from locstore.ocr.confidence import believed
from locstore.ocr.ensemble import OcrEnsemble, OcrEnsembles
from locstore.ocr.findings import reading_findings
from locstore.ocr.judge import Judgement, judge
from locstore.ocr.locate import given_place, glance, plate_place, search
from locstore.ocr.normalize import fold, left_out, unwritable
from locstore.ocr.prepare import SearchRegion, prepare
from locstore.ocr.rows import Row
from locstore.ocr.self_test import SelfTest
from locstore.ocr.settings import TextReport, TextSettings
from locstore.ocr.surroundings import surroundings
from locstore.readings import SlotReading, Verdict
from locstore.shots import SlotWords
from locstore.typeset import Box, FontLibrary

_OTHER_WORDS = 0.3  # a reading farther than this from the words is not of them: they may stand elsewhere
_RULES = 2  # raise it when the same picture may get another verdict


class TextChecker:
    """Reads words back from pictures. Keeps models open: close it, or use it as a context manager."""

    def __init__(self, settings: TextSettings, library: FontLibrary) -> None:
        self.settings = settings
        self._ensembles = OcrEnsembles(settings)
        self._sight = SelfTest(library, self._ensembles, settings.store)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the models' memory back; the next check loads them again."""
        self._ensembles.close()

    @property
    def reader(self) -> str:
        """Names the engines and the models at hand: with others, pictures are read again."""
        return f"{self._ensembles.engines or 'no reader'}; models {self._ensembles.models_digest}; rules {_RULES}"

    def check(
        self, pixels: npt.NDArray[np.uint8], composition: Composition, *, slots: Collection[str] | None = None
    ) -> TextReport:
        """The verdict on each slot (or those named) of a picture, shape (height, width, 3), sRGB."""
        readings: list[SlotReading] = []
        findings: list[Finding] = []
        by_id = {words.id: words for words in composition.shot.slots}
        rapid = self._ensembles.rapid if self._ensembles.engines else None
        rows = None if rapid is None else rapid.find_rows(pixels)
        places = assigned_places(rows or (), composition)
        for slot in composition.slots:
            if (slots is None or slot.id in slots) and slot.text_layout.lines:
                words = by_id[slot.id]
                reading = self._check_slot(pixels, composition, slot, words, places.get(slot.id))
                readings.append(reading)
                findings += reading_findings(reading, words, composition.shot.key)
        if self._ensembles.engines:
            findings += self._around(pixels, composition, readings, rows)
        return TextReport(tuple(readings), tuple(findings))

    def _around(
        self,
        pixels: npt.NDArray[np.uint8],
        composition: Composition,
        readings: list[SlotReading],
        rows: Sequence[Row] | None,
    ) -> list[Finding]:
        """What else is wrong in the picture, with what the engines can say of places outside of the slots."""
        rapid = self._ensembles.rapid
        ensemble = self._ensembles.ensemble(composition.shot.locale.bcp47, "")
        return surroundings(
            pixels,
            composition,
            readings,
            lines=None if rows is None else [row.box for row in rows],
            recognise=None if rapid is None else lambda box: rapid.recognise(pixels, box),
            read=None if ensemble is None else lambda box: glance(pixels, box, ensemble),
            allow=self.settings.allow,
            tolerance=self.settings.tolerance,
        )

    def _check_slot(
        self,
        pixels: npt.NDArray[np.uint8],
        composition: Composition,
        slot: SetSlot,
        words: SlotWords,
        found_place: SearchRegion | None,
    ) -> SlotReading:
        asked, language = slot.text_layout.words.text, words.language
        ensemble = self._ensembles.ensemble(language, asked) if self._ensembles.engines else None
        if ensemble is None:
            why = f"There is no model for {language}: `locstore ocr doctor` says how to get it."
            if not self._ensembles.engines:
                why = "No reader is installed: pip install 'locstore[ocr]'."
            return SlotReading(slot=slot.id, verdict=Verdict.NOT_CHECKED, asked=asked, why=why)
        place = given_place(composition, slot)
        why = ""
        if not fold(asked, language):
            why = "It has only signs or emoji, which are not read."
        elif missing := unwritable(asked, ensemble.charset | self._ensembles.signs, language):
            why = f"The model cannot write {', '.join(missing)}."
        if why:
            return SlotReading(
                slot=slot.id,
                verdict=Verdict.UNVERIFIABLE,
                asked=asked,
                box=_rounded(place.bounds),
                why=why,
                reader=ensemble.name,
            )
        ensemble = self._sight.tuned(ensemble, slot.text_layout.words, slot.text_layout.style.weight)
        found, place = self._look(pixels, slot, [p for p in (found_place, place) if p is not None], ensemble, language)
        result, why = believed(found, slot.text_layout, ensemble, self._sight)
        signs = left_out(asked)
        if signs and result in {Verdict.EXACT, Verdict.LIKELY}:
            why = f"{why} Not compared: {' '.join(signs)}.".strip()
        return SlotReading(
            slot=slot.id,
            verdict=result,
            asked=asked,
            read=found.read,
            distance=found.distance,
            box=_rounded(place.bounds),
            why=why,
            reader=ensemble.name,
        )

    def _look(
        self,
        pixels: npt.NDArray[np.uint8],
        slot: SetSlot,
        places: Sequence[SearchRegion],
        ensemble: OcrEnsemble,
        language: str,
    ) -> tuple[Judgement, SearchRegion]:
        """The best judgement and its place: where rows like these stand, then the typesetter's own, then elsewhere."""
        setting = slot.text_layout
        place = places[0]
        best = judge(prepare(pixels, place), setting, self._ensembles, ensemble, language)
        for other in places[1:]:
            if not _is_doubtful(best):
                return best, place
            again = judge(prepare(pixels, other), setting, self._ensembles, ensemble, language)
            if again.is_nearer_than(best):
                best, place = again, other
        if not _is_doubtful(best):
            return best, place
        flipped = judge(prepare(pixels, place, flipped=True), setting, self._ensembles, ensemble, language, hasty=True)
        if flipped.verdict is Verdict.EXACT:
            return flipped, place
        for other in self._elsewhere(pixels, slot, place, ensemble, language):
            again = judge(prepare(pixels, other), setting, self._ensembles, ensemble, language)
            if again.is_nearer_than(best):
                best, place = again, other
            if not _is_doubtful(best):
                break
        return best, place

    def _elsewhere(
        self, pixels: npt.NDArray[np.uint8], slot: SetSlot, place: SearchRegion, ensemble: OcrEnsemble, language: str
    ) -> Iterator[SearchRegion]:
        """Other places where the words may stand: on a plate of another size, or somewhere near."""
        if slot.text_background is not None and (wider := plate_place(pixels, place.box, place.size)) is not None:
            yield wider
        wanted = fold(slot.text_layout.words.text, language)
        found = search(pixels, slot, ensemble, self._ensembles.rapid, wanted, language)
        if found is not None:
            yield found


def _is_doubtful(found: Judgement) -> bool:
    """Whether the words may stand elsewhere: other words were read, or they go on outside of what was looked at."""
    if found.verdict is Verdict.EXACT:
        return False
    return found.is_cut or found.distance is None or found.distance > _OTHER_WORDS


def _rounded(box: Box) -> tuple[int, int, int, int]:
    return (round(box.x), round(box.y), round(box.width), round(box.height))
