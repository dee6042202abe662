"""One locale's cases through the real checker, in a process of its own."""

from __future__ import annotations

import dataclasses
import os
import time
from functools import cache
from pathlib import Path
from typing import Literal

from locstore.findings import Severity
from locstore.ocr import TextChecker, TextSettings
from locstore.readings import SlotReading

from .corpus import REPOSITORY, Case, Corpus, Excluded, sample_shots
from .styles import named_style

# Found beside the verdicts: counted where the picture is true, for then they are false alarms.
_TIMED = 3  # true pictures of a locale that are read twice, for the time that a check takes when it is warm
_AROUND = frozenset(f"verify-text-{name}" for name in ("extra", "twice", "script", "moved", "contrast"))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A locale to measure, in styles by name."""

    locale: str
    styles: tuple[str, ...]
    seed: int
    count: int
    wrong: int
    fonts: tuple[Path, ...]
    engines: Literal["auto", "tesseract"]
    store: Path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One slot of one picture: `wrong` is the kind of corruption, "" for true words; `painted` is what it says."""

    shot: str
    slot: str
    role: str
    style: str
    wrong: str
    asked: str
    painted: str
    read: str
    verdict: str
    why: str
    picture: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A locale's readings, the processor's seconds of warm checks, what was left out, the false alarms.

    Processor time is what a check takes on one core of its own, however busy the machine is.
    """

    locale: str
    reads: tuple[Read, ...]
    true_seconds: tuple[float, ...]
    wrong_seconds: tuple[float, ...]
    excluded: Excluded
    alarms: tuple[str, ...]
    reader: str


def start(niceness: int) -> None:
    """Initializer of a worker: one core, and others first."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    os.nice(niceness)


@cache
def _corpus(fonts: tuple[Path, ...], seed: int) -> Corpus:
    return Corpus(fonts, seed)


def work(task: Task) -> Done:
    """Paint and check every case of a locale."""
    corpus = _corpus(task.fonts, task.seed)
    shots = sample_shots(REPOSITORY, (task.locale,))[task.locale]
    styles = [named_style(name) for name in task.styles]
    cases, excluded = corpus.cases(shots, styles, count=task.count, wrong=task.wrong)
    checker = TextChecker(TextSettings(engines=task.engines, store=task.store), corpus.library)
    reads: list[Read] = []
    seconds: dict[bool, list[float]] = {False: [], True: []}
    alarms: list[str] = []
    for case in cases:
        pixels, composition = corpus.paint(case), corpus.composition(case)
        wrong = bool(case.wrong)
        if not wrong and len(seconds[wrong]) < _TIMED:
            checker.check(pixels, composition)  # loads models and tries the words out, which a project does once
        began = time.process_time()
        report = checker.check(pixels, composition)
        if wrong or len(seconds[wrong]) < _TIMED:
            seconds[wrong].append(time.process_time() - began)
        reads += [_read(case, reading) for reading in report.readings]
        if not case.wrong:
            alarms += [
                f"{f.shot} {case.style.name} {f.slot or ''} {f.severity}: {f.message} [{f.code}]"
                for f in report.findings
                if f.code in _AROUND and f.severity is not Severity.NOTE
            ]
    return Done(
        locale=task.locale,
        reads=tuple(reads),
        true_seconds=tuple(seconds[False]),
        wrong_seconds=tuple(seconds[True]),
        excluded=excluded,
        alarms=tuple(alarms),
        reader=checker.reader,
    )


def _read(case: Case, reading: SlotReading) -> Read:
    words = next(s for s in case.truth.slots if s.id == reading.slot)
    how = case.wrong.get(reading.slot)
    return Read(
        shot=case.truth.key,
        slot=reading.slot,
        role=words.role,
        style=case.style.name,
        wrong=how.kind if how else "",
        asked=reading.asked,
        painted=how.markup if how else words.markup,
        read=reading.read,
        verdict=str(reading.verdict),
        why=reading.why,
        picture=case.number,
    )
