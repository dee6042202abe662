"""One picture from a shot: compose, paint, encode, check, write. Runs in this process or in a worker."""

from __future__ import annotations

import dataclasses
import hashlib
import signal
from functools import cache
from pathlib import Path

from locstore.compose import Composition, compose
from locstore.errors import EnvironmentProblem
from locstore.files import write_whole
from locstore.findings import Finding, has_errors, sort_findings
from locstore.paint import LocalPainter, UnreadablePicture, encode, picture_size
from locstore.shelve import PictureRecord
from locstore.shots import Asset, Shot
from locstore.typeset import FontLibrary
from locstore.verify import inspect_picture, verify_picture


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What a worker needs to know once: where fonts are, and where pictures go."""

    fonts: Path | None
    system_fonts: bool
    font_digests: tuple[tuple[str, str], ...]
    output: Path


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """A shot to paint, the place of its picture and the digests of its inputs."""

    shot: Shot
    path: str
    digests: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: a record with the file's size and mtime (ns), or findings that stopped it.

    `problem` is set when the environment failed: the whole run has to stop.
    """

    path: str
    shot: str
    record: PictureRecord | None = None
    size: int = 0
    mtime: int = 0
    findings: tuple[Finding, ...] = ()
    problem: str | None = None


class Studio:
    """A painter with its fonts, kept for many jobs."""

    def __init__(self, settings: Settings) -> None:
        known = dict(settings.font_digests)
        self._output = settings.output
        self.library = FontLibrary.for_project(
            settings.fonts,
            system=settings.system_fonts,
            digest=lambda path: known.get(str(path)) or hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        self._painter = LocalPainter(self.library)
        self._size = cache(lambda asset: picture_size(asset.path))

    def size(self, asset: Asset) -> tuple[int, int]:
        """(width, height) of an asset, read once."""
        return self._size(asset)

    def compose(self, shot: Shot) -> Composition:
        """The shot laid out with this project's fonts. Raises UnreadablePicture."""
        return compose(shot, self.library, self.size)

    def check(self, shot: Shot) -> list[Finding]:
        """What composing the shot has to say: fit, glyphs, safe area. Nothing is painted."""
        try:
            return list(self.compose(shot).findings)
        except UnreadablePicture as error:
            return [Finding(code="paint-picture-unreadable", message=str(error), shot=shot.key)]

    def work(self, job: Job) -> Outcome:
        """Paint and write one picture. With findings of severity error nothing is written: the last good
        picture stays in its place.
        """
        try:
            composition = self.compose(job.shot)
        except UnreadablePicture as error:
            finding = Finding(code="paint-picture-unreadable", message=str(error), shot=job.shot.key)
            return Outcome(job.path, job.shot.key, findings=(finding,))
        findings = list(composition.findings)
        if has_errors(findings):
            return Outcome(job.path, job.shot.key, findings=tuple(sort_findings(findings)))
        try:
            data = encode(self._painter.paint(composition), job.shot.format)
        except UnreadablePicture as error:
            finding = Finding(code="paint-picture-unreadable", message=str(error), shot=job.shot.key)
            return Outcome(job.path, job.shot.key, findings=(finding,))
        facts, problems = inspect_picture(data, job.path, inflate=False)
        if facts is not None:
            problems += verify_picture(facts, job.shot.display, job.path)
        findings += [dataclasses.replace(f, shot=job.shot.key) for f in problems]
        if has_errors(findings):
            return Outcome(job.path, job.shot.key, findings=tuple(sort_findings(findings)))
        target = self._output / job.path
        write_whole(target, data)
        stat = target.stat()
        record = PictureRecord(
            shot=job.shot.key,
            concept=job.shot.concept,
            screen=job.shot.screen,
            number=job.shot.number,
            locale=job.shot.locale.gettext,
            display=job.shot.display.id,
            size=job.shot.size,
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            digests=dict(job.digests),
            assets={asset.shown: asset.sha256 for asset in job.shot.assets().values()},
            faces=tuple((f.family, f.weight, f.file, f.sha256) for f in composition.faces),
            words=tuple((s.id, s.typesetting.words.text) for s in composition.slots),
            findings=tuple(sort_findings(findings)),
        )
        return Outcome(job.path, job.shot.key, record, stat.st_size, stat.st_mtime_ns, findings=record.findings)


@cache
def _studio(settings: Settings) -> Studio:
    return Studio(settings)


def start_worker(settings: Settings) -> None:
    """Initializer of a worker process: ^C is for the one who runs us, and the fonts are opened once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _studio(settings)


def work_batch(settings: Settings, jobs: tuple[Job, ...]) -> list[Outcome]:
    """Paint a few jobs that share their background; a problem with the environment ends the batch."""
    outcomes: list[Outcome] = []
    for job in jobs:
        try:
            outcomes.append(_studio(settings).work(job))
        except (EnvironmentProblem, MemoryError) as error:
            outcomes.append(Outcome(job.path, job.shot.key, problem=str(error) or "out of memory"))
            break
    return outcomes


def check_batch(settings: Settings, shots: tuple[Shot, ...]) -> list[Finding]:
    """Findings of composing some shots."""
    studio = _studio(settings)
    return [finding for shot in shots for finding in studio.check(shot)]
