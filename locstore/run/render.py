"""One picture from a shot: compose, paint, encode, check, write. Runs in this process or in a worker."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from locstore.delivery import PictureRecord, append_to_journal, identity_of
from locstore.errors import EnvironmentProblem
from locstore.files import file_sha256, write_below
from locstore.findings import Finding, has_errors, sort_findings
from locstore.layout import Composition, SlotSize, compose, slot_sizes
from locstore.paint import LocalPainter, Pixels, UnreadablePicture, check_picture, encode, picture_size
from locstore.processes import become_worker
from locstore.run.candidates import drop_candidate, keep_candidate
from locstore.run.paint_journal import PaintJournal
from locstore.run.painter import LOCAL, CompositionPainter, find_painter
from locstore.run.read_text import WordsReader, accept
from locstore.shots import Asset, Shot
from locstore.typeset import FontLibrary
from locstore.verify import inspect_picture, verify_picture

_MOST_NARROW, _MOST_NARROW_LAYER = 8, 20  # longer side to shorter side, of captures and of other pictures

if TYPE_CHECKING:
    from locstore.ocr import TextReport, TextSettings


@dataclasses.dataclass(frozen=True, slots=True)
class PaintSettings:
    """What a worker needs to know once.

    `fonts` is the project's folder of fonts, `output` where pictures go, `cache` where paid ones are kept, relative to
    `root`, the project's folder. `ledger` hears of each picture before it takes its place; what a run keeps for itself
    stands in its folder. `text` is how words are read back from pictures that an image model painted, with `read_all`
    from all, None from none; `accepted` are the slots that a person accepted, by the picture's identity. A picture with
    wrong words is asked for again `repairs` times; then `last_resort` says whether we set its words ourselves.
    `painter` names who paints.
    """

    fonts: Path | None
    system_fonts: bool
    font_digests: tuple[tuple[str, str], ...]
    output: Path
    root: Path
    cache: str
    ledger: Path
    text: TextSettings | None = None
    read_all: bool = False
    accepted: tuple[tuple[str, tuple[str, ...]], ...] = ()
    repairs: int = 0
    last_resort: Literal["typeset", "fail"] = "fail"
    painter: str = "local"

    @property
    def candidates(self) -> Path:
        """Where pictures with wrong words are kept, each at its path on the shelf, its record (.json) beside it."""
        return self.ledger.parent / "candidates"

    @property
    def readings(self) -> Path:
        """Where it is kept what was read from which picture."""
        return self.ledger.parent / "readings"

    @property
    def edits(self) -> Path:
        """Where the pictures and masks are kept that an edit is asked for with."""
        return self.ledger.parent / "edits"


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """A shot to paint, the place of its picture and the digests of its inputs."""

    shot: Shot
    path: str
    digests: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class TaskResult:
    """What became of a job: a record with the file's size and mtime (ns), or findings that stopped it.

    `problem` is set when the environment failed: the whole run has to stop. `candidate` is the record of a picture with
    wrong words, which is kept in the folder of candidates instead of on the shelf.
    """

    path: str
    shot: str
    record: PictureRecord | None = None
    size: int = 0
    mtime: int = 0
    findings: tuple[Finding, ...] = ()
    problem: str | None = None
    candidate: PictureRecord | None = None


class Renderer:
    """A painter with its fonts, kept for many jobs."""

    def __init__(self, settings: PaintSettings, ledger: PaintJournal | None = None) -> None:
        known = dict(settings.font_digests)
        self._settings = settings
        self._output = settings.output
        self._ledger = ledger
        self.library = FontLibrary.for_project(
            settings.fonts,
            system=settings.system_fonts,
            digest=lambda path: known.get(str(path)) or file_sha256(path, 1 << 28),
        )
        self.painter = LocalPainter(self.library)
        plugged = find_painter(settings.painter)
        local = settings.painter == LOCAL.name or plugged.pays
        self._canvas: CompositionPainter = self.painter if local else plugged.open(self.library)
        text = settings.text
        self._reader = None if text is None else WordsReader(text, self.library, settings.readings)
        self._accepted = dict(settings.accepted)
        self._size = cache(lambda asset: picture_size(asset.path))

    def size(self, asset: Asset) -> tuple[int, int]:
        """(width, height) of an asset, read once."""
        return self._size(asset)

    def compose(self, shot: Shot) -> Composition:
        """The shot laid out with this project's fonts. Raises UnreadablePicture."""
        for problem in odd_shapes(shot, self.size):
            raise UnreadablePicture(problem.message)
        return compose(shot, self.library, self.size)

    def check(self, shot: Shot) -> list[Finding]:
        """The findings of composing the shot: fit, lines, glyphs, safe area. Nothing is painted."""
        return self.check_with_sizes(shot)[0]

    def check_with_sizes(self, shot: Shot) -> tuple[list[Finding], tuple[SlotSize, ...]]:
        """The findings of composing the shot, and the sizes of its words, for comparison over the set."""
        try:
            composition = self.compose(shot)
        except UnreadablePicture as error:
            return unreadable(shot, error), ()
        return list(composition.findings), slot_sizes(composition)

    def work(self, task: Task) -> TaskResult:
        """Paint and write one picture.

        With findings of severity error nothing is written: the last good picture stays in its place.
        """
        return self.shelve(task, lambda c: (self._canvas.paint(c), self._canvas.contrast(c)))

    def shelve(
        self,
        task: Task,
        paint: Callable[[Composition], tuple[Pixels | None, list[Finding]]],
        *,
        paid: bool = False,
    ) -> TaskResult:
        """Compose, have `paint` make the pixels (None if it cannot, and its findings say why), check, write.

        `paid` are pixels that their inputs do not decide.
        """
        try:
            composition = self.compose(task.shot)
            findings = list(composition.findings)
            if has_errors(findings):
                return failed_result(task, findings)
            pixels, problems = paint(composition)
        except (UnreadablePicture, OSError) as error:
            return TaskResult(task.path, task.shot.key, findings=tuple(unreadable(task.shot, error)))
        findings += problems
        if pixels is None or has_errors(findings):
            return failed_result(task, findings)
        all_are_read = self._settings.text is not None and self._settings.read_all
        digest = pixels_digest(pixels) if paid or all_are_read else ""
        report = self.read(task, composition, pixels, digest, paid=paid) if all_are_read else None
        return self.place(task, composition, pixels, findings, digest=digest if paid else "", report=report)

    def read(
        self, task: Task, composition: Composition, pixels: Pixels, digest: str, *, paid: bool = True
    ) -> TextReport | None:
        """What was read back from a picture, with what people accepted of it; None if words are not to be read."""
        if self._reader is None:
            return None
        accepted = self.accepted(task, digest if paid else "")
        return accept(self._reader.read(pixels, digest, composition), accepted)

    def accepted(self, task: Task, digest: str) -> tuple[str, ...]:
        """The slots that a person accepted of the job's picture with these pixels ('': its inputs decide them)."""
        return self._accepted.get(identity_of(task.shot.key, dict(task.digests)["picture"], digest), ())

    def place(
        self,
        task: Task,
        composition: Composition,
        pixels: Pixels,
        findings: list[Finding],
        *,
        digest: str,
        report: TextReport | None,
    ) -> TaskResult:
        """Encode, check and write a picture. One whose words are wrong is kept as a candidate instead.

        `digest` is that of pixels that their inputs do not decide, else ''.
        """
        data = encode(pixels, task.shot.format)
        facts, problems = inspect_picture(data, task.path, inflate=False)
        if facts is not None:
            problems += verify_picture(facts, task.shot.display, task.path)
        problems += report.findings if report is not None else ()
        findings = [dataclasses.replace(f, shot=task.shot.key) for f in [*findings, *problems]]
        record = PictureRecord(
            shot=task.shot.key,
            concept=task.shot.concept,
            screen=task.shot.screen,
            number=task.shot.number,
            locale=task.shot.locale.gettext,
            display=task.shot.display.id,
            size=task.shot.size,
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            digests=dict(task.digests),
            assets={asset.display_path: asset.sha256 for asset in task.shot.assets().values()},
            faces=tuple((f.family, f.weight, f.file, f.sha256) for f in composition.faces),
            words=tuple((s.id, s.text_layout.words.text) for s in composition.slots),
            findings=tuple(sort_findings(findings)),
            text=report.readings if report is not None else (),
            pixels=digest,
        )
        if has_errors(findings):
            if report is None or not has_errors(report.findings):
                return failed_result(task, findings)
            keep_candidate(self._settings.candidates, task.path, data, record)
            return TaskResult(task.path, task.shot.key, findings=record.findings, candidate=record)
        if self._ledger is None:
            self._ledger = PaintJournal(self._settings.ledger)
        # Between here and the record in the ledger the run may be killed; the next one must know the file as ours.
        self._ledger.begin_write(self._output, task.path, record)
        append_to_journal(self._output, task.path, record)
        stat = write_below(self._output, task.path, data).stat()
        drop_candidate(self._settings.candidates, task.path)
        return TaskResult(task.path, task.shot.key, record, stat.st_size, stat.st_mtime_ns, findings=record.findings)


def pixels_digest(pixels: Pixels) -> str:
    """SHA-256 of a picture's shape and pixels: the same for every compression of it."""
    digest = hashlib.sha256(repr(pixels.shape).encode() + b"\0")
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def unreadable(shot: Shot, error: Exception) -> list[Finding]:
    """Findings that name the files that cannot be decoded; an error that comes from none of them goes on its way."""
    findings = [f for asset in shot.assets().values() for f in check_picture(asset.path, asset.display_path)]
    if not findings:
        findings = odd_shapes(shot, lambda asset: picture_size(asset.path))
    if not findings:
        raise error
    return findings


def odd_shapes(shot: Shot, size: Callable[[Asset], tuple[int, int]]) -> list[Finding]:
    """An error for each capture and layer picture that is too narrow: scaled to its width it has gigabytes of pixels.

    `size` returns (width, height) of a file. Raises UnreadablePicture.
    """
    findings = []
    for kind, asset in shot.assets().items():
        most = _MOST_NARROW if kind == "capture" else _MOST_NARROW_LAYER
        if kind in {"background", "frame", "logo"}:
            continue
        width, height = size(asset)
        if max(width, height) > most * min(width, height):
            message = (
                f"The picture has {width} x {height} pixels; one side may be at most {most} times the other. "
                "Export the screen as the device shows it."
            )
            findings.append(Finding(code="paint-picture-shape", message=message, file=asset.display_path))
    return findings


def failed_result(task: Task, findings: list[Finding]) -> TaskResult:
    """The outcome of a job that no picture was written for."""
    key = task.shot.key
    return TaskResult(task.path, key, findings=tuple(sort_findings(dataclasses.replace(f, shot=key) for f in findings)))


@cache
def renderer_of(settings: PaintSettings) -> Renderer:
    """The renderer of this worker process, made once: it keeps fonts and backgrounds."""
    return Renderer(settings)


def start_worker(settings: PaintSettings) -> None:
    """Initializer of a worker process: opens the fonts, and leaves ^C and other ends to the parent process."""
    become_worker()
    renderer_of(settings)


def render_batch(settings: PaintSettings, tasks: tuple[Task, ...]) -> list[TaskResult]:
    """Paint a few jobs that share their background; a problem with the environment ends the batch."""
    results: list[TaskResult] = []
    for task in tasks:
        try:
            results.append(renderer_of(settings).work(task))
        except (EnvironmentProblem, MemoryError) as error:
            results.append(TaskResult(task.path, task.shot.key, problem=str(error) or "out of memory"))
            break
    return results


def check_batch(settings: PaintSettings, shots: tuple[Shot, ...]) -> list[tuple[list[Finding], tuple[SlotSize, ...]]]:
    """The findings of composing some shots, and the sizes of their words."""
    renderer = renderer_of(settings)
    return [renderer.check_with_sizes(shot) for shot in shots]
