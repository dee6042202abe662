"""What to ask for: the request for each job's picture, and what it will cost."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Protocol, cast

from locstore.cache import refuse_credentials
from locstore.errors import UsageError
from locstore.findings import Finding, has_errors
from locstore.layout import Composition
from locstore.paint import TOLERANCE, UnreadablePicture, picture_size, proportions_off
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
    bill,
    estimate,
    reference_images,
    request_size,
)
from locstore.readings import SlotReading
from locstore.run.painter import Painter, find_painter
from locstore.run.plan import PlannedShot
from locstore.run.pool import WORTH_A_POOL, interrupts_held, lost_workers, task_of, worker_pool
from locstore.run.render import PaintSettings, Renderer, Task, TaskResult, failed_result, renderer_of

Kind = str  # the name of a painter that pays


class PaidPainter(Painter, Protocol):
    """A painter whose pictures are asked for from an images API; `pays` is true."""

    def request(self, config: ImagesConfig, task: Task, composition: Composition) -> ImageRequest:
        """What to ask for. Raises what is in CANNOT_ASK; it costs nothing."""
        ...

    def finish(self, settings: PaintSettings, config: ImagesConfig, prepared: Prepared) -> TaskResult | Prepared:
        """The paid picture from the cache to its place, or the request for a better one.

        A function of its arguments and of what is in the cache: a run that was killed comes to the same requests.
        """
        ...

    def shared_by(self, task: Task) -> tuple[object, ...] | None:
        """What shots have in common that share one picture; None if the shot's picture is its own."""
        ...


def paid_painter(name: str) -> PaidPainter:
    """The painter of a name. Raises UsageError for one that nothing has, or that does not pay."""
    painter = find_painter(name)
    if not painter.pays:
        raise UsageError(f"The painter {name} asks no images API.")
    return cast("PaidPainter", painter)


@dataclasses.dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier try of a picture: its request and key, and what was read of its words.

    `usable` is whether it brought a picture that can be shown; `errors` are those of the readings.
    """

    request: ImageRequest
    key: str
    usable: bool = False
    readings: tuple[SlotReading, ...] = ()
    errors: tuple[Finding, ...] = ()

    @property
    def wrong(self) -> frozenset[str]:
        """The slots whose words are wrong."""
        return frozenset(error.slot for error in self.errors if error.slot is not None)


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """A job with its request and what that will cost; or with the outcome, if it cannot be asked for.

    `tries` are those before this one, whose words were wrong; `refused` is why the server does not make this one.
    """

    task: Task
    request: ImageRequest | None = None
    key: str = ""
    estimate: Estimate | None = None
    result: TaskResult | None = None
    tries: tuple[Attempt, ...] = ()
    refused: Finding | None = None

    @property
    def number(self) -> int:
        """Which try this is, from 1."""
        return len(self.tries) + 1

    def can_do_without(self, problem: Finding) -> bool:
        """Whether the shot goes on with its earlier tries when this one brought no picture.

        Only if the server will never make it: what failed or is unknown is for a later run to ask.
        """
        return bool(self.tries) and problem.code in ("run-call-refused", "run-call-rejected")

    @property
    def dollars(self) -> float | None:
        return self.estimate.dollars if self.estimate else None

    @property
    def tokens(self) -> int:
        return self.estimate.input_tokens + (self.estimate.output_tokens or 0) if self.estimate else 0


class _WrongShape(Exception):
    """No size that can be asked for has about the display's proportions."""


# Why a request cannot be made; the message is for the user.
CANNOT_ASK = (UnreadablePicture, ReferenceProblem, PromptTooLong, _WrongShape, OSError, ValueError)


def prepare_batch(settings: PaintSettings, config: ImagesConfig, kind: Kind, tasks: tuple[Task, ...]) -> list[Prepared]:
    """Compose the shots and write their prompts. A shot whose words do not fit costs nothing: it is not asked for."""
    renderer = renderer_of(settings)
    return [_prepare(renderer, config, kind, task) for task in tasks]


def _prepare(renderer: Renderer, config: ImagesConfig, kind: Kind, task: Task) -> Prepared:
    shot = task.shot
    try:
        composition = renderer.compose(shot)
        if has_errors(composition.findings):
            return Prepared(task, result=failed_result(task, list(composition.findings)))
        request = paid_painter(kind).request(config, task, composition)
        _check_shape(request, shot.size)
        return priced(task, request, config)
    except CANNOT_ASK as error:
        finding = Finding(code="run-cannot-ask", message=str(error), shot=shot.key)
        return Prepared(task, result=TaskResult(task.path, shot.key, findings=(finding,)))


def picture_request(config: ImagesConfig, task: Task, prompt: str) -> ImageRequest:
    """The request for a shot's whole picture. Raises what is in CANNOT_ASK."""
    size = request_size(task.shot.size, config.image_model, names=config.names)
    return image_request(config, prompt, size, references=_references(task) if config.references else ())


def shown_to_model(composition: Composition, config: ImagesConfig) -> Composition:
    """The composition as the prompt may tell of it: without pictures that the model is not shown."""
    if config.references:
        return composition
    return dataclasses.replace(
        composition, shot=dataclasses.replace(composition.shot, capture=None, background_asset=None, logo=None)
    )


def priced(task: Task, request: ImageRequest, config: ImagesConfig, tries: tuple[Attempt, ...] = ()) -> Prepared:
    """A job with a request that can be sent, after some tries. Raises what is in CANNOT_ASK."""
    # Before anything is sent: what looks like a key cannot be stored, and the paid bytes would be lost.
    refuse_credentials(request.cache_inputs())
    cost = estimate(
        (request.size.width, request.size.height),
        request.quality,
        config.model,
        len(request.prompt),
        [picture_size(reference.path) for reference in request.references],
        prices=config.prices,
    )
    return Prepared(task, request, request.key(), cost, tries=tries)


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


def _references(task: Task) -> tuple[Reference, ...]:
    """The pictures that the prompt names as Image 1, Image 2 and so on, in that order."""
    assets = task.shot.assets()
    return tuple(reference_from(assets[kind].path, kind) for kind in reference_images(task.shot))


def billed_dollars(usage: Usage | None, config: ImagesConfig, *, model: str = "", batch: bool = False) -> float | None:
    """What a call cost by the server's own count, in US dollars; None if it gave none or the price is unknown.

    `model` is the call's own, '' for the one of `config`; `batch` is whether the Batch API made it. Input that the
    server does not split counts as text, the cheaper kind only by a little.
    """
    if usage is None:
        return None
    images = usage.input_image_tokens or 0
    text = usage.input_tokens - images if usage.input_text_tokens is None else usage.input_text_tokens
    return bill(text, images, usage.output_tokens, model or config.model, prices=config.prices, batch=batch)


def prepare_shots(
    planned: Sequence[PlannedShot], settings: PaintSettings, config: ImagesConfig, kind: Kind, workers: int
) -> list[Prepared]:
    """The requests of a plan, in its order; nothing is sent."""
    tasks = [task_of(p) for p in planned]
    if workers == 1 or len(tasks) < WORTH_A_POOL:
        return prepare_batch(settings, config, kind, tuple(tasks))
    size = -(-len(tasks) // (workers * 4))
    batches = [tuple(tasks[i : i + size]) for i in range(0, len(tasks), size)]
    count = len(batches)
    with lost_workers(), worker_pool(settings, workers) as pool:
        with interrupts_held():
            found = pool.map(prepare_batch, [settings] * count, [config] * count, [kind] * count, batches)
        return [prepared for batch in found for prepared in batch]
