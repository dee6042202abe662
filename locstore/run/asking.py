"""The two ends of a paid picture that need a processor: what to ask for, and what to make of the answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from locstore.cache import UnusableEntry, open_store, refuse_credentials
from locstore.compose import Composition
from locstore.findings import Finding, Severity, has_errors
from locstore.paint import (
    TOLERANCE,
    Backdrop,
    Conformed,
    Pixels,
    UnreadablePicture,
    conform,
    picture_size,
    proportions_off,
)
from locstore.paint.images import (
    ImageRequest,
    ImagesConfig,
    Reference,
    ReferenceProblem,
    Usage,
    image_request,
    reference_from,
)
from locstore.prompt import (
    Estimate,
    PromptTooLong,
    backdrop_size,
    bill,
    estimate,
    make_backdrop_prompt,
    make_prompt,
    request_size,
)
from locstore.run.plan import PlannedShot
from locstore.run.runner import WORTH_A_POOL, interrupts_held, job_of, lost_workers, worker_pool
from locstore.run.worker import Job, Outcome, Settings, Studio, studio_of

Kind = Literal["images", "backdrop"]


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """A job with its request and what that will cost; or with the outcome, if it cannot be asked for."""

    job: Job
    request: ImageRequest | None = None
    key: str = ""
    estimate: Estimate | None = None
    outcome: Outcome | None = None

    @property
    def dollars(self) -> float | None:
        return self.estimate.dollars if self.estimate else None

    @property
    def tokens(self) -> int:
        return self.estimate.input_tokens + (self.estimate.output_tokens or 0) if self.estimate else 0


class _WrongShape(Exception):
    """No size that can be asked for has about the display's proportions."""


def prepare_batch(settings: Settings, config: ImagesConfig, kind: Kind, jobs: tuple[Job, ...]) -> list[Prepared]:
    """Compose the shots and write their prompts. A shot whose words do not fit costs nothing: it is not asked for."""
    studio = studio_of(settings)
    return [_prepare(studio, config, kind, job) for job in jobs]


def _prepare(studio: Studio, config: ImagesConfig, kind: Kind, job: Job) -> Prepared:
    shot = job.shot
    try:
        composition = studio.compose(shot)
        if has_errors(composition.findings):
            return Prepared(job, outcome=Outcome(job.path, shot.key, findings=tuple(composition.findings)))
        if kind == "backdrop":
            request = image_request(config, make_backdrop_prompt(shot), backdrop_size(shot.size, config.model))
        else:
            size = request_size(shot.size, config.model, names=config.names)
            request = image_request(config, make_prompt(composition), size, references=_references(job))
        _check_shape(request, shot.size)
        # Before anything is sent: what looks like a key cannot be stored, and the paid bytes would be lost.
        refuse_credentials(request.cache_inputs())
    except (UnreadablePicture, ReferenceProblem, PromptTooLong, _WrongShape, OSError, ValueError) as error:
        finding = Finding(code="run-cannot-ask", message=str(error), shot=shot.key)
        return Prepared(job, outcome=Outcome(job.path, shot.key, findings=(finding,)))
    sizes = [picture_size(reference.path) for reference in request.references]
    cost = estimate(
        (request.size.width, request.size.height),
        request.quality,
        config.model,
        len(request.prompt),
        sizes,
        prices=config.prices,
    )
    return Prepared(job, request, request.key(), cost)


def _check_shape(request: ImageRequest, size: tuple[int, int]) -> None:
    """Raises _WrongShape if even the picture that is asked for could not be used: then it must not be paid for."""
    asked = request.size
    off = proportions_off((asked.width, asked.height), size)
    if off > TOLERANCE:
        more = " Add a nearer name to [images.size_names]." if asked.name else " Use a model that paints this shape."
        raise _WrongShape(
            f"The nearest size that can be asked for, {asked.text}, is {off:.0%} off the proportions of "
            f"{size[0]}x{size[1]}; at most {TOLERANCE:.0%} is cropped.{more}"
        )


def _references(job: Job) -> tuple[Reference, ...]:
    """The app's screen and the logo, in the order in which the prompt names them."""
    assets = job.shot.assets()
    named = [(kind, assets[kind]) for kind in ("capture", "background", "logo") if kind in assets]
    return tuple(reference_from(asset.path, kind) for kind, asset in named)


def finish_picture(settings: Settings, prepared: Prepared, kind: Kind) -> Outcome:
    """The paid picture from the cache to its place: exact pixels, checked, written."""
    job, key = prepared.job, prepared.key
    studio = studio_of(settings)
    store = open_store(settings.cache, settings.root)
    try:
        data = store.get(key)
    except UnusableEntry as error:
        unusable = Finding(code=error.code, message=str(error), shot=job.shot.key)
        return Outcome(job.path, job.shot.key, findings=(unusable,))
    if data is None:
        finding = Finding(code="run-cache-lost", message="The paid picture is not in the cache any more. Run again.")
        return Outcome(job.path, job.shot.key, findings=(dataclasses.replace(finding, shot=job.shot.key),))
    if kind == "images":
        size = prepared.request.size if prepared.request else None
        asked = (size.width, size.height) if size and size.name is None else None
        conformed = conform(data, job.shot.size, asked=asked)
        return studio.shelve(job, lambda _: (conformed.pixels, _kept(conformed, key)))
    made = _conformed(settings, key, job.shot.size)
    pixels = made.pixels

    def paint(composition: Composition) -> tuple[Pixels | None, list[Finding]]:
        if pixels is None:
            return None, _kept(made, key)
        canvas, findings = studio.painter.paint_on(composition, Backdrop(key, lambda: pixels))
        return canvas, [*_kept(made, key), *findings]

    return studio.shelve(job, paint)


def _kept(made: Conformed, key: str) -> list[Finding]:
    """The findings about a paid picture; one that cannot be used says where it is, for only the user may pay again."""
    where = f" It was paid for and is kept; delete `locstore cache path {key[:12]}` to pay for another."
    return [
        dataclasses.replace(f, message=f.message + where) if f.severity is Severity.ERROR else f for f in made.findings
    ]


@lru_cache(maxsize=3)
def _conformed(settings: Settings, key: str, size: tuple[int, int]) -> Conformed:
    """A backdrop in the exact size, kept for the locales that share it."""
    data = open_store(settings.cache, settings.root).get(key)
    return conform(data or b"", size)


def billed_dollars(usage: Usage | None, config: ImagesConfig) -> float | None:
    """What a call cost by the server's own count; None if it gave none or the price is unknown.

    Input that the server does not split counts as text, the cheaper kind only by a little.
    """
    if usage is None:
        return None
    images = usage.input_image_tokens or 0
    text = usage.input_tokens - images if usage.input_text_tokens is None else usage.input_text_tokens
    return bill(text, images, usage.output_tokens, config.model, prices=config.prices)


def prepare_shots(
    planned: Sequence[PlannedShot], settings: Settings, config: ImagesConfig, kind: Kind, workers: int
) -> list[Prepared]:
    """The requests of a plan, in its order; nothing is sent."""
    jobs = [job_of(p) for p in planned]
    if workers == 1 or len(jobs) < WORTH_A_POOL:
        return prepare_batch(settings, config, kind, tuple(jobs))
    size = -(-len(jobs) // (workers * 4))
    batches = [tuple(jobs[i : i + size]) for i in range(0, len(jobs), size)]
    count = len(batches)
    with lost_workers(), worker_pool(settings, workers) as pool:
        with interrupts_held():
            found = pool.map(prepare_batch, [settings] * count, [config] * count, [kind] * count, batches)
        return [prepared for batch in found for prepared in batch]
