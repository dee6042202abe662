"""What to make of the answer: a paid picture from the store to its place, or the request for a better one."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import TYPE_CHECKING

from locstore.cache import UnusableEntry, open_store
from locstore.findings import Finding, Severity, has_errors
from locstore.layout import Composition
from locstore.paint import Backdrop, FittedPicture, Pixels, UnreadablePicture, fit_to_display
from locstore.paint.images import ImageRequest, ImagesConfig
from locstore.run.paid.correction import best_try, drop_edits, next_try, set_by_us, typeset_report
from locstore.run.paid.request import CANNOT_ASK, Attempt, Kind, Prepared, paid_painter
from locstore.run.read_text import accept
from locstore.run.render import PaintSettings, Renderer, Task, TaskResult, pixels_digest, renderer_of, unreadable

if TYPE_CHECKING:
    from locstore.ocr import TextReport


class _Lost(Exception):
    """Somebody has removed a paid picture in the middle of a run."""

    def __str__(self) -> str:
        return "The paid picture is not in the cache any more. Run again."


@dataclasses.dataclass(frozen=True, slots=True)
class _Shown:
    """A try's picture in the display's exact pixels, what there is to say of it, and what was read."""

    pixels: Pixels
    digest: str
    findings: tuple[Finding, ...]
    report: TextReport | None


def finish_picture(
    settings: PaintSettings, config: ImagesConfig, prepared: Prepared, kind: Kind
) -> TaskResult | Prepared:
    """The paid picture from the cache to its place as its painter does it; or the next try's request."""
    return paid_painter(kind).finish(settings, config, prepared)


def finish_words(settings: PaintSettings, config: ImagesConfig, prepared: Prepared) -> TaskResult | Prepared:
    """A picture with words: exact pixels, read back, checked, written; or the next try's request.

    A picture with wrong words is asked for again, as often as `settings` say; then its words are set by the typesetter,
    or it is kept as a candidate.
    """
    renderer = renderer_of(settings)
    try:
        composition = renderer.compose(prepared.task.shot)
    except (UnreadablePicture, OSError) as error:
        return TaskResult(
            prepared.task.path, prepared.task.shot.key, findings=tuple(unreadable(prepared.task.shot, error))
        )
    done = _finish_words(renderer, settings, config, prepared, composition)
    if isinstance(done, TaskResult):
        drop_edits(settings, prepared)
    return done


def _finish_words(
    renderer: Renderer, settings: PaintSettings, config: ImagesConfig, prepared: Prepared, composition: Composition
) -> TaskResult | Prepared:
    task = prepared.task
    judged: _Shown | None = None
    tries = prepared.tries
    if prepared.refused is None and prepared.request is not None:
        loaded = _shown(renderer, settings, task, composition, prepared.request, prepared.key)
        if isinstance(loaded, TaskResult) and (not tries or any(f.code.startswith("cache-") for f in loaded.findings)):
            return loaded
        if isinstance(loaded, _Shown):
            judged = loaded
            if not _errors(judged.report):
                return _placed(renderer, task, composition, judged, _repaired(prepared))
    tries = (*tries, _as_try(prepared, judged))
    problems: list[Finding] = []
    if len(tries) <= settings.repairs:
        try:
            return next_try(settings, config, task, composition, tries)
        except CANNOT_ASK as error:
            message = f"No better picture can be asked for: {error}"
            problems.append(Finding(code="run-cannot-ask", message=message, severity=Severity.WARNING))
    elif prepared.refused is not None:
        problems.append(dataclasses.replace(prepared.refused, severity=Severity.WARNING))
    return _best(renderer, settings, task, composition, tries, problems)


def _best(
    renderer: Renderer,
    settings: PaintSettings,
    task: Task,
    composition: Composition,
    tries: tuple[Attempt, ...],
    problems: list[Finding],
) -> TaskResult:
    """No try is right: the best of them, its wrong words set by us if that is wanted."""
    chosen = best_try(tries)
    judged = _shown(renderer, settings, task, composition, chosen.request, chosen.key)
    if isinstance(judged, TaskResult):
        return judged
    if settings.last_resort == "typeset" and chosen.wrong and judged.report is not None:
        pixels, findings = set_by_us(renderer, composition, judged.pixels, judged.report, chosen.wrong)
        if not has_errors(findings):
            judged = _set_over(renderer, task, composition, judged, pixels, findings, chosen.wrong, len(tries))
        else:
            # Unreadable where they stand: the picture as it was painted is the one to look at.
            problems = [*problems, *(dataclasses.replace(f, severity=Severity.WARNING) for f in findings)]
    return _placed(renderer, task, composition, judged, problems)


def _set_over(
    renderer: Renderer,
    task: Task,
    composition: Composition,
    painted: _Shown,
    pixels: Pixels,
    findings: list[Finding],
    wrong: frozenset[str],
    tries: int,
) -> _Shown:
    """What there is to say of a picture in which we set the wrong words; it is read like any other."""
    digest = pixels_digest(pixels)
    report = renderer.read(task, composition, pixels, digest)
    if report is not None and painted.report is not None:
        report = typeset_report(report, painted.report, composition, wrong, tries)
        report = accept(report, renderer.accepted(task, digest))
    return _Shown(pixels, digest, (*painted.findings, *findings), report)


def _shown(
    renderer: Renderer, settings: PaintSettings, task: Task, composition: Composition, request: ImageRequest, key: str
) -> _Shown | TaskResult:
    """A paid picture and what was read of it; the outcome if it cannot be used."""
    try:
        data = open_store(settings.cache, settings.root).get(key)
    except UnusableEntry as error:
        return _without(task, Finding(code=error.code, message=str(error)))
    if data is None:
        return _without(task, Finding(code="run-cache-lost", message=str(_Lost())))
    asked = (request.size.width, request.size.height) if request.size.name is None else None
    conformed = fit_to_display(data, task.shot.size, asked=asked)
    findings = _kept(conformed, key)
    if conformed.pixels is None or has_errors(findings):
        return _without(task, *findings)
    digest = pixels_digest(conformed.pixels)
    report = renderer.read(task, composition, conformed.pixels, digest)
    return _Shown(conformed.pixels, digest, tuple(findings), report)


def _placed(
    renderer: Renderer, task: Task, composition: Composition, judged: _Shown, more: list[Finding]
) -> TaskResult:
    findings = [*composition.findings, *judged.findings, *more]
    return renderer.place(task, composition, judged.pixels, findings, digest=judged.digest, report=judged.report)


def _as_try(prepared: Prepared, judged: _Shown | None) -> Attempt:
    if prepared.request is None:
        raise ValueError("a try has a request")
    if judged is None or judged.report is None:
        return Attempt(prepared.request, prepared.key)
    errors = tuple(_errors(judged.report))
    return Attempt(prepared.request, prepared.key, usable=True, readings=judged.report.readings, errors=errors)


def _errors(report: TextReport | None) -> list[Finding]:
    return [] if report is None else [f for f in report.findings if f.severity is Severity.ERROR]


def _repaired(prepared: Prepared) -> list[Finding]:
    """A note if it took more than one try."""
    if not prepared.tries:
        return []
    wrong = "1 try" if len(prepared.tries) == 1 else f"{len(prepared.tries)} tries"
    message = f"The words were wrong in {wrong}; try {prepared.number} has them right."
    return [Finding(code="run-words-repaired", message=message, severity=Severity.NOTE)]


def _without(task: Task, *findings: Finding) -> TaskResult:
    key = task.shot.key
    return TaskResult(task.path, key, findings=tuple(dataclasses.replace(f, shot=key) for f in findings))


def finish_on_backdrop(settings: PaintSettings, prepared: Prepared) -> TaskResult:
    """Sets the words of a shot on a backdrop that its locales share."""
    renderer = renderer_of(settings)
    task, key = prepared.task, prepared.key
    try:
        made = _conformed(settings, key, task.shot.size)
    except UnusableEntry as error:
        return _without(task, Finding(code=error.code, message=str(error)))
    except _Lost as lost:
        return _without(task, Finding(code="run-cache-lost", message=str(lost)))
    pixels, kept = made.pixels, _kept(made, key)

    def paint(composition: Composition) -> tuple[Pixels | None, list[Finding]]:
        if pixels is None:
            return None, kept
        canvas, findings = renderer.painter.paint_on(composition, Backdrop(key, lambda: pixels))
        return canvas, [*kept, *findings]

    return renderer.shelve(task, paint, paid=True)


def _kept(made: FittedPicture, key: str) -> list[Finding]:
    """The findings about a paid picture; one that cannot be used says where it is, for only the user may pay again."""
    where = f" It was paid for and is kept; to pay for another, `locstore cache rm {key[:12]}`."
    return [
        dataclasses.replace(f, message=f.message + where) if f.severity is Severity.ERROR else f for f in made.findings
    ]


@lru_cache(maxsize=3)
def _conformed(settings: PaintSettings, key: str, size: tuple[int, int]) -> FittedPicture:
    """A backdrop in the exact size, kept for the locales that share it. Raises _Lost, UnusableEntry."""
    data = open_store(settings.cache, settings.root).get(key)
    if data is None:
        raise _Lost
    return fit_to_display(data, size)
