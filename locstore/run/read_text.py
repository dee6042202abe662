"""Reading words back in a run: one checker for each worker, and no picture is read twice by the same reader."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locstore.files import write_whole
from locstore.findings import Finding, Severity, finding_from_dict
from locstore.layout import Composition
from locstore.paint import Pixels
from locstore.readings import Verdict, reading_from_dict
from locstore.shots import fingerprint
from locstore.typeset import Box, FontLibrary

if TYPE_CHECKING:
    from locstore.ocr import TextChecker, TextReport, TextSettings

_FORMAT = 1  # raise it when the same key may hold another report
# What a person may find right although a reader does not.
_DOUBTED = frozenset({
    Verdict.MISMATCH, Verdict.LIKELY, Verdict.UNVERIFIABLE, Verdict.NOT_CHECKED, Verdict.TYPESET,
})  # fmt: skip


class WordsReader:
    """Reads the words of pictures back; reports are kept in `folder` under what decides them.

    The checker, whose models are large, is made with the first picture that nobody has read.
    """

    def __init__(self, settings: TextSettings, library: FontLibrary, folder: Path) -> None:
        self._settings, self._library, self._folder = settings, library, folder
        self._checker: TextChecker | None = None

    def read(self, pixels: Pixels, digest: str, composition: Composition) -> TextReport:
        """The report on a picture of shape (height, width, 3), sRGB; `digest` is that of its pixels."""
        checker = self._opened()
        key = self._key(checker.reader, digest, composition)
        path = self._folder / key[:2] / f"{key}.json"
        known = _read(path, composition)
        if known is not None:
            return known
        report = checker.check(pixels, composition)
        if all(reading.verdict is not Verdict.NOT_CHECKED for reading in report.readings):
            # What nobody could read is tried again: a model may be installed by then.
            write_whole(path, _to_json(report))
        return report

    def _opened(self) -> TextChecker:
        if self._checker is None:
            from locstore.ocr import TextChecker

            self._checker = TextChecker(self._settings, self._library)
        return self._checker

    def _key(self, reader: str, digest: str, composition: Composition) -> str:
        by_id = {words.id: words for words in composition.shot.slots}
        slots = [
            [slot.id, by_id[slot.id].language, by_id[slot.id].msgid, [[line.text, _edges(line.box)] for line in lines]]
            for slot in composition.slots
            for lines in [slot.text_layout.lines]
        ]
        device = composition.device
        places = [_edges(device.body), _edges(device.screen)] if device else []
        rules = [self._settings.allow, self._settings.tolerance, self._settings.engines]
        return fingerprint([_FORMAT, reader, rules, digest, slots, places])


def accept(report: TextReport, slots: Collection[str]) -> TextReport:
    """The report with the slots that a person accepted for this very picture: their findings are notes."""
    if not slots:
        return report
    readings = tuple(
        dataclasses.replace(r, verdict=Verdict.ACCEPTED) if r.slot in slots and r.verdict in _DOUBTED else r
        for r in report.readings
    )
    findings = tuple(
        dataclasses.replace(f, severity=Severity.NOTE, message=f"{f.message} A person has accepted it.")
        if f.slot in slots and f.severity is not Severity.NOTE
        else f
        for f in report.findings
    )
    return dataclasses.replace(report, readings=readings, findings=findings)


def _edges(box: Box) -> list[int]:
    return [round(box.x), round(box.y), round(box.right), round(box.bottom)]


def _to_json(report: TextReport) -> bytes:
    data = {
        "readings": [reading.as_dict() for reading in report.readings],
        "findings": [finding.as_dict() for finding in report.findings],
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()


def _read(path: Path, composition: Composition) -> TextReport | None:
    """A report that is kept, with its findings at the words' present places; None if there is none that can be used."""
    from locstore.ocr import TextReport

    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
        readings = tuple(reading_from_dict(reading) for reading in data["readings"])
        findings = tuple(finding_from_dict(finding) for finding in data["findings"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is read again and written whole
    return TextReport(readings, tuple(_placed(finding, composition) for finding in findings))


def _placed(finding: Finding, composition: Composition) -> Finding:
    words = next((words for words in composition.shot.slots if words.id == finding.slot), None)
    at = dataclasses.replace(finding, shot=composition.shot.key)
    return at if words is None else dataclasses.replace(at, file=words.file, line=words.line)
