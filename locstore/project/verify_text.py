"""Reading the words back from finished pictures of a project: which slots, by whom, and what was read before."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from locstore.config import find_project_file
from locstore.delivery import MANIFEST, PictureRecord, delivery_path
from locstore.errors import UsageError
from locstore.findings import Finding, Severity, has_errors, sort_findings
from locstore.ocr import TextChecker, TextSettings
from locstore.paint import UnreadablePicture
from locstore.paint.pictures import open_picture
from locstore.project.inventory import Inventory, review_path, take_inventory
from locstore.project.ocr_results import ReadingCache, Result
from locstore.project.project import Project, open_project
from locstore.readings import SlotReading, Verdict
from locstore.review import read_review
from locstore.run import PaintSettings, Renderer, lost_workers, worker_pool
from locstore.run.pool import interrupts_held
from locstore.run.read_text import WordsReader
from locstore.run.render import pixels_digest, renderer_of
from locstore.run.text_settings import text_settings
from locstore.shots import Selection, Shot, fingerprint
from locstore.verify import inspect_picture
from locstore.verify.facts import file_digest

READINGS = ".locstore/readings.db"
_VERSION = 1  # part of every key: raise it when the same picture may give another result
_BATCH = 4  # pictures handed to a worker at once


@dataclasses.dataclass(frozen=True, slots=True)
class PictureReading:
    """One picture: its place below the output folder, its shot's key and what is known of each slot."""

    path: str
    shot: str
    readings: tuple[SlotReading, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ReadBack:
    """What the check of the words has to say; `why` is the reason if it could not be made at all, else ''."""

    pictures: tuple[PictureReading, ...] = ()
    findings: tuple[Finding, ...] = ()
    why: str = ""

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many slots have each verdict, in the order of `Verdict`; those that none has are left out."""
        found = Counter(r.verdict for picture in self.pictures for r in picture.readings)
        return {verdict: found[verdict] for verdict in Verdict if found[verdict]}


@dataclasses.dataclass(frozen=True, slots=True)
class _Task:
    """A picture: `slots` are still to be read, `known` and `findings` need no reading, `accepted` a person has read."""

    shot: Shot
    path: str
    file: Path
    display_path: str
    slots: tuple[str, ...]
    known: tuple[SlotReading, ...] = ()
    findings: tuple[Finding, ...] = ()
    accepted: frozenset[str] = frozenset()


def read_back(folder: Path, *, asked: bool | None, jobs: int) -> ReadBack:
    """Read the words of the pictures in `folder`, the output of the project around it or a part of that.

    `asked` is True to read every slot, None to pass over those that our own typesetter set, False to read none.
    Readings of the same picture come from the project's cache; slots that a person accepted count as such. A folder
    that is no project's output is not checked, and `why` says so. Raises UsageError for a project file with errors.
    """
    project = "--no-text was given" if asked is False else _project_of(folder.resolve(), asked=asked is True)
    if isinstance(project, str):
        return ReadBack(why=project)
    seen = take_inventory(project, Selection())
    if not seen.snapshot.places:
        return ReadBack(why="the project's concepts have errors; `locstore check` shows them")
    review, findings = read_review(review_path(project))
    accepted = {p.path: review.accepted(p.identity) for p in seen.pictures if p.current and not p.candidate}
    every = asked is True or project.config.text.check == "always"
    tasks = [
        dataclasses.replace(task, accepted=accepted.get(task.path, frozenset()))
        for task in _tasks(project, seen, folder.resolve(), every=every)
    ]
    pictures = []
    for task, result in zip(tasks, _read(project, seen.settings, tasks, jobs), strict=True):
        order = {slot.id: place for place, slot in enumerate(task.shot.slots)}
        readings = sorted([*task.known, *result.readings], key=lambda r: order.get(r.slot, len(order)))
        pictures.append(PictureReading(task.path, task.shot.key, with_accepted(readings, task.accepted)))
        findings += [f for f in (*task.findings, *result.findings) if f.slot not in task.accepted]
    return ReadBack(tuple(pictures), tuple(sort_findings(findings)))


def with_accepted(readings: Iterable[SlotReading], accepted: frozenset[str]) -> tuple[SlotReading, ...]:
    """The readings, with the verdict ACCEPTED where, and only where, a person accepted what could not be proved."""
    found = []
    for r in readings:
        verdict, why = r.verdict, r.why
        if r.slot in accepted and verdict is not Verdict.EXACT:
            verdict, why = Verdict.ACCEPTED, "A person has looked and accepted it."
        elif r.slot not in accepted and verdict is Verdict.ACCEPTED:
            verdict, why = Verdict.NOT_CHECKED, "It was accepted, but the review file does not say so any more."
        found.append(dataclasses.replace(r, verdict=verdict, why=why))
    return tuple(found)


def typeset_readings(shot: Shot, record: PictureRecord) -> list[SlotReading]:
    """The slots of a picture that our own typesetter set, as its record tells: right by construction.

    Words that have changed since the picture was painted are a mismatch, for it is known what it says.
    """
    said = dict(record.words)
    vouched = {r.slot for r in record.text if r.verdict is Verdict.TYPESET} if record.pixels else said.keys()
    readings = []
    for slot in shot.slots:
        asked = slot.text
        if slot.id not in vouched:
            if not record.pixels:
                why = "The picture was painted before there were words for it."
                readings.append(SlotReading(slot=slot.id, verdict=Verdict.MISMATCH, asked=asked, why=why))
        elif said.get(slot.id) == asked:
            why = "Set by our own typesetter."
            readings.append(SlotReading(slot=slot.id, verdict=Verdict.TYPESET, asked=asked, why=why))
        else:
            why = "The words have changed since the picture was painted."
            read = said.get(slot.id, "")
            readings.append(SlotReading(slot=slot.id, verdict=Verdict.MISMATCH, asked=asked, read=read, why=why))
    return readings


def _project_of(folder: Path, *, asked: bool) -> Project | str:
    """The project that shelves its pictures in `folder`, or why there is none to go by."""
    found = find_project_file(folder)
    if found is None:
        return "there is no project around this folder, so nobody knows what the words should be"
    try:
        project = _with_output(open_project(found.parent), folder)
    except UsageError as error:
        if asked:
            raise
        return f"the project file cannot be understood: {str(error).splitlines()[0]}"
    if project is None:
        return f"the project in {found.parent.name}/ does not shelve its pictures here"
    if not asked and project.config.text.check == "never":
        return "the project file says text.check = never"
    return project


def _with_output(project: Project, folder: Path) -> Project | None:
    """The project, with its pictures in or around `folder`: by its file, or by a manifest that a run left there."""
    output = project.output.resolve()
    if folder.is_relative_to(output) or output.is_relative_to(folder):
        return project
    for above in (folder, *folder.parents):
        if above == project.root:
            return None
        if (above / MANIFEST).is_file():
            output_option = above.relative_to(project.root).as_posix()
            return open_project(project.root, {"output": output_option})
    return None


def _tasks(project: Project, seen: Inventory, folder: Path, *, every: bool) -> list[_Task]:
    records = {p.path: p.record for p in seen.plan.shots}
    tasks = []
    for shot in seen.snapshot.shots:
        path = delivery_path(shot, project.config.layout)
        if path is None:
            continue
        file = project.output / path
        if not file.is_file() or not file.resolve().is_relative_to(folder):
            continue
        record = records.get(str(path))
        known = typeset_readings(shot, record) if record is not None and not every else []
        slots = tuple(s.id for s in shot.slots if s.id not in {r.slot for r in known})
        findings = tuple(_outdated(shot, r) for r in known if r.verdict is Verdict.MISMATCH)
        display_path = f"{project.config.output}/{path}"
        tasks.append(_Task(shot, str(path), file, display_path, slots, tuple(known), findings))
    return tasks


def _outdated(shot: Shot, reading: SlotReading) -> Finding:
    slot = next(s for s in shot.slots if s.id == reading.slot)
    says = f'says "{reading.read}"' if reading.read else "says nothing here"
    message = f'The picture {says}, and the words are now "{reading.asked}". Run `locstore run` to paint it anew.'
    return Finding(
        code="verify-text-outdated", message=message, file=slot.file, line=slot.line, shot=shot.key, slot=slot.id
    )


def _read(project: Project, settings: PaintSettings, tasks: Sequence[_Task], jobs: int) -> list[Result]:
    """The result of each task, from the cache or read now."""
    text = text_settings(project)
    results: dict[str, Result] = {task.path: Result((), ()) for task in tasks}
    todo = [task for task in tasks if task.slots]
    if not todo:
        return list(results.values())
    digests = {task.path: file_digest(task.file) for task in todo}
    with ReadingCache(project.root / READINGS) as kept:
        renderer = Renderer(settings)
        with TextChecker(text, renderer.library) as checker:
            keys = {t.path: _key(t, checker.reader, settings, text, digests[t.path]) for t in todo}

            def keep(task: _Task, result: Result) -> None:
                results[task.path] = result
                if all(r.verdict is not Verdict.NOT_CHECKED for r in result.readings):
                    kept.put(keys[task.path], task.path, digests[task.path], result.readings, result.findings)

            left = []
            for task in todo:
                known = kept.get(keys[task.path])
                if known is None:
                    left.append(task)
                else:
                    results[task.path] = _placed(known, task.shot)
            if jobs == 1 or len(left) <= _BATCH:
                reader = WordsReader(text, renderer.library, settings.readings)
                for task in left:
                    keep(task, _look(task, renderer, reader))
                return list(results.values())
        for task, result in _read_by_workers(left, settings, text, jobs):
            keep(task, result)
    return list(results.values())


def _read_by_workers(
    tasks: Sequence[_Task], settings: PaintSettings, text: TextSettings, jobs: int
) -> Iterator[tuple[_Task, Result]]:
    """Each task with its result. Tasks of a locale stay together, so that a worker opens few models."""
    batches = [tuple(tasks[i : i + _BATCH]) for i in range(0, len(tasks), _BATCH)]
    count = len(batches)
    with lost_workers(), worker_pool(settings, min(jobs, count)) as pool:
        with interrupts_held():
            found = pool.map(read_batch, [settings] * count, [text] * count, batches)
        for batch, results in zip(batches, found, strict=True):
            yield from zip(batch, results, strict=True)


def read_batch(settings: PaintSettings, text: TextSettings, tasks: tuple[_Task, ...]) -> list[Result]:
    """Read some pictures in a worker process, with fonts and models that stay open."""
    return [_look(task, renderer_of(settings), _reader(settings, text)) for task in tasks]


@cache
def _reader(settings: PaintSettings, text: TextSettings) -> WordsReader:
    return WordsReader(text, renderer_of(settings).library, settings.readings)


def _look(task: _Task, renderer: Renderer, reader: WordsReader) -> Result:
    facts, problems = inspect_picture(task.file, task.display_path)
    if facts is None or has_errors(problems):
        return _not_looked_at(task, "The picture is damaged.")
    if facts.size != task.shot.size:
        width, height = task.shot.size
        return _not_looked_at(task, f"The picture is not {width}x{height} pixels, so nobody knows where words stand.")
    try:
        pixels = np.asarray(open_picture(task.file, "RGB"))
        report = reader.read(pixels, pixels_digest(pixels), renderer.compose(task.shot))
    except UnreadablePicture as error:
        return _not_looked_at(task, str(error))
    return Result(
        tuple(r for r in report.readings if r.slot in task.slots),
        tuple(f for f in report.findings if f.slot is None or f.slot in task.slots),
    )


def _not_looked_at(task: _Task, why: str) -> Result:
    slots = [slot for slot in task.shot.slots if slot.id in task.slots]
    readings = tuple(SlotReading(slot=s.id, verdict=Verdict.NOT_CHECKED, asked=s.text, why=why) for s in slots)
    finding = Finding(
        code="verify-text-not-checked",
        message=f"The words were not read back. {why}",
        severity=Severity.WARNING,
        file=task.display_path,
        shot=task.shot.key,
    )
    return Result(readings, (finding,))


def _key(task: _Task, reader: str, settings: PaintSettings, text: TextSettings, sha256: str) -> str:
    """What decides a result: the picture, where which words are looked for, and who reads."""
    fonts = [[Path(path).name, digest] for path, digest in settings.font_digests]
    messages = [[slot.id, slot.msgid] for slot in task.shot.slots]
    rules = [_VERSION, reader, list(text.allow), text.tolerance]
    return fingerprint([*rules, sha256, task.shot.key, task.shot.inputs(), messages, list(task.slots), fonts])


def _placed(result: Result, shot: Shot) -> Result:
    """An earlier result with the places that the words have now: a new line in a catalog is no reason to read."""
    slots = {slot.id: slot for slot in shot.slots}
    findings = tuple(
        dataclasses.replace(f, file=slots[f.slot].file, line=slots[f.slot].line) if f.slot in slots and f.line else f
        for f in result.findings
    )
    return Result(result.readings, findings)
