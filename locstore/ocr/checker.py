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
from locstore.ocr.ensemble import Panel, Panels
from locstore.ocr.findings import reading_findings
from locstore.ocr.judge import Judgement, judge
from locstore.ocr.locate import given_place, glance, plate_place, search
from locstore.ocr.normalize import fold, left_out, unwritable
from locstore.ocr.prepare import Place, prepare
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
        self._panels = Panels(settings)
        self._sight = SelfTest(library, self._panels, settings.store)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the models' memory back; the next check loads them again."""
        self._panels.close()

    @property
    def reader(self) -> str:
        """Names the engines and the models at hand: with others, pictures are read again."""
        return f"{self._panels.engines or 'no reader'}; models {self._panels.models_digest}; rules {_RULES}"

    def check(
        self, pixels: npt.NDArray[np.uint8], composition: Composition, *, slots: Collection[str] | None = None
    ) -> TextReport:
        """The verdict on each slot (or those named) of a picture, shape (height, width, 3), sRGB."""
        readings: list[SlotReading] = []
        findings: list[Finding] = []
        by_id = {words.id: words for words in composition.shot.slots}
        rapid = self._panels.rapid if self._panels.engines else None
        rows = None if rapid is None else rapid.find_rows(pixels)
        places = assigned_places(rows or (), composition)
        for slot in composition.slots:
            if (slots is None or slot.id in slots) and slot.typesetting.lines:
                words = by_id[slot.id]
                reading = self._check_slot(pixels, composition, slot, words, places.get(slot.id))
                readings.append(reading)
                findings += reading_findings(reading, words, composition.shot.key)
        if self._panels.engines:
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
        rapid = self._panels.rapid
        panel = self._panels.panel(composition.shot.locale.bcp47, "")
        return surroundings(
            pixels,
            composition,
            readings,
            lines=None if rows is None else [row.box for row in rows],
            recognise=None if rapid is None else lambda box: rapid.recognise(pixels, box),
            read=None if panel is None else lambda box: glance(pixels, box, panel),
            allow=self.settings.allow,
            tolerance=self.settings.tolerance,
        )

    def _check_slot(
        self,
        pixels: npt.NDArray[np.uint8],
        composition: Composition,
        slot: SetSlot,
        words: SlotWords,
        found_place: Place | None,
    ) -> SlotReading:
        asked, language = slot.typesetting.words.text, words.language
        panel = self._panels.panel(language, asked) if self._panels.engines else None
        if panel is None:
            why = f"There is no model for {language}: `locstore ocr doctor` says how to get it."
            if not self._panels.engines:
                why = "No reader is installed: pip install 'locstore[ocr]'."
            return SlotReading(slot=slot.id, verdict=Verdict.NOT_CHECKED, asked=asked, why=why)
        place = given_place(composition, slot)
        why = ""
        if not fold(asked, language):
            why = "It has only signs or emoji, which are not read."
        elif missing := unwritable(asked, panel.charset | self._panels.signs, language):
            why = f"The model cannot write {', '.join(missing)}."
        if why:
            return SlotReading(
                slot=slot.id,
                verdict=Verdict.UNVERIFIABLE,
                asked=asked,
                box=_rounded(place.bounds),
                why=why,
                reader=panel.name,
            )
        panel = self._sight.tuned(panel, slot.typesetting.words, slot.typesetting.style.weight)
        found, place = self._look(pixels, slot, [p for p in (found_place, place) if p is not None], panel, language)
        result, why = believed(found, slot.typesetting, panel, self._sight)
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
            reader=panel.name,
        )

    def _look(
        self, pixels: npt.NDArray[np.uint8], slot: SetSlot, places: Sequence[Place], panel: Panel, language: str
    ) -> tuple[Judgement, Place]:
        """The best judgement and its place: where rows like these stand, then the typesetter's own, then elsewhere."""
        setting = slot.typesetting
        place = places[0]
        best = judge(prepare(pixels, place), setting, self._panels, panel, language)
        for other in places[1:]:
            if not _is_doubtful(best):
                return best, place
            again = judge(prepare(pixels, other), setting, self._panels, panel, language)
            if again.is_nearer_than(best):
                best, place = again, other
        if not _is_doubtful(best):
            return best, place
        flipped = judge(prepare(pixels, place, flipped=True), setting, self._panels, panel, language, hasty=True)
        if flipped.verdict is Verdict.EXACT:
            return flipped, place
        for other in self._elsewhere(pixels, slot, place, panel, language):
            again = judge(prepare(pixels, other), setting, self._panels, panel, language)
            if again.is_nearer_than(best):
                best, place = again, other
            if not _is_doubtful(best):
                break
        return best, place

    def _elsewhere(
        self, pixels: npt.NDArray[np.uint8], slot: SetSlot, place: Place, panel: Panel, language: str
    ) -> Iterator[Place]:
        """Other places where the words may stand: on a plate of another size, or somewhere near."""
        if slot.plate is not None and (wider := plate_place(pixels, place.box, place.size)) is not None:
            yield wider
        wanted = fold(slot.typesetting.words.text, language)
        found = search(pixels, slot, panel, self._panels.rapid, wanted, language)
        if found is not None:
            yield found


def _is_doubtful(found: Judgement) -> bool:
    """Whether the words may stand elsewhere: other words were read, or they go on outside of what was looked at."""
    if found.verdict is Verdict.EXACT:
        return False
    return found.is_cut or found.distance is None or found.distance > _OTHER_WORDS


def _rounded(box: Box) -> tuple[int, int, int, int]:
    return (round(box.x), round(box.y), round(box.width), round(box.height))
