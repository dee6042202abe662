"""Another try for a picture whose words are wrong, and the last resort when no try got them right.

What is asked for next depends on nothing but the pictures and readings before, so its key is the same in every run: a
second run finds all tries in the store, and one that was killed goes on with the try that it was at.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from locstore.cache import open_store
from locstore.files import write_if_changed
from locstore.findings import Finding, Severity
from locstore.layout import Composition
from locstore.paint import Pixels, picture_size, replace_text
from locstore.paint.images import ImageRequest, ImagesConfig, Reference, image_request, reference_from
from locstore.prompt import Correction, make_edit_prompt, make_repair_prompt
from locstore.readings import SlotReading, Verdict
from locstore.run.paid.request import Attempt, Prepared, picture_request, priced, shown_to_model
from locstore.run.render import PaintSettings, Renderer, Task
from locstore.shots import fingerprint
from locstore.typeset import Box

if TYPE_CHECKING:
    from locstore.ocr import TextReport

Area = tuple[int, int, int, int]  # left, top, right, bottom in pixels

_EDITABLE = 2  # wrong slots at most: with more of them a new picture is the better try
_MASK_MARGIN = 0.45  # em around the words
_FIXED_MARGIN = 0.1  # em around words that are right: the mask keeps off them
_FAR_LARGER = 6.0  # than a slot's own place: no reader means that all of it is this slot's words
_PNG = b"\x89PNG\r\n\x1a\n"


def best_try(tries: Sequence[Attempt]) -> Attempt:
    """The try whose words are right most: fewest errors, then most exact, most likely, nearest; the first of equals.

    Raises ValueError if no try brought a picture.
    """
    return min((one for one in tries if one.usable), key=_rank)


def _rank(one: Attempt) -> tuple[int, int, int, float]:
    verdicts = [reading.verdict for reading in one.readings]
    exact = sum(verdict in (Verdict.EXACT, Verdict.ACCEPTED) for verdict in verdicts)
    distance = sum(reading.distance or 0.0 for reading in one.readings)
    return len(one.errors), -exact, -verdicts.count(Verdict.LIKELY), distance


def next_try(
    settings: PaintSettings, config: ImagesConfig, task: Task, composition: Composition, tries: tuple[Attempt, ...]
) -> Prepared:
    """The request for one more picture. Raises what is in `asking.CANNOT_ASK`."""
    number = len(tries) + 1
    best = best_try(tries)
    edit = _edit(settings, config, composition, best, tries)
    if edit is not None:
        return priced(task, edit, config, tries)
    last = next(one for one in reversed(tries) if one.usable)
    prompt = make_repair_prompt(
        shown_to_model(composition, config),
        _corrections(last),
        number=number,
        extra=any(error.slot is None for error in last.errors),
    )
    return priced(task, picture_request(config, task, prompt), config, tries)


def _corrections(one: Attempt) -> list[Correction]:
    return [Correction(reading.slot, reading.read) for reading in one.readings if reading.slot in one.wrong]


def _edit(
    settings: PaintSettings,
    config: ImagesConfig,
    composition: Composition,
    best: Attempt,
    tries: Sequence[Attempt],
) -> ImageRequest | None:
    """The best picture with a mask over its wrong words, if only a few are wrong and that was not tried before."""
    known = [reading.slot for reading in best.readings]
    only_words = all(error.slot in known for error in best.errors)
    if (
        not config.references
        or config.dialect != "openai"
        or not only_words
        or len(best.wrong) > min(_EDITABLE, len(known) - 1)
    ):
        return None
    data = open_store(settings.cache, settings.root).get(best.key)
    if data is None or not data.startswith(_PNG):
        return None  # picture and mask have to be of one format
    digest = hashlib.sha256(data).hexdigest()
    if any(digest in [reference.sha256 for reference in one.request.references] for one in tries):
        return None
    path = settings.edits / f"{digest}.png"
    write_if_changed(path, data)
    free, fixed = _mask_areas(composition, best, picture_size(path))
    prompt = make_edit_prompt(composition, _corrections(best), number=len(tries) + 1)
    picture, mask = reference_from(path, "picture"), _mask(path, free, fixed)
    return image_request(config, prompt, best.request.size, references=(picture,), mask=mask)


def _mask_areas(composition: Composition, best: Attempt, size: tuple[int, int]) -> tuple[list[Area], list[Area]]:
    """Where the wrong words stand in the picture as it came, and where the others do."""
    width, height = composition.shot.size
    # `conform` has scaled the picture to cover the canvas and cropped it evenly; this is the way back.
    scale = max(width / size[0], height / size[1])
    off = ((size[0] * scale - width) / 2, (size[1] * scale - height) / 2)
    found = found_boxes(composition, best.readings)
    free: list[Area] = []
    fixed: list[Area] = []
    for slot in composition.slots:
        if not slot.text_layout.lines:
            continue
        wrong = slot.id in best.wrong
        box = slot.text_background.box if slot.text_background else slot.text_layout.ink or slot.text_layout.box
        box = box.union(found[slot.id]) if slot.id in found else box
        margin = (_MASK_MARGIN if wrong else _FIXED_MARGIN) * slot.text_layout.size
        left, top = (box.x - margin + off[0]) / scale, (box.y - margin + off[1]) / scale
        right, bottom = (box.right + margin + off[0]) / scale, (box.bottom + margin + off[1]) / scale
        (free if wrong else fixed).append(
            (max(0, int(left)), max(0, int(top)), min(size[0], int(right) + 1), min(size[1], int(bottom) + 1))
        )
    return free, fixed


def _mask(picture: Path, free: list[Area], fixed: list[Area]) -> Reference:
    """A PNG that is transparent where the model may paint, beside the picture.

    What counts in the request's key is where that is: the file is compressed in another way on another machine.
    """
    width, height = picture_size(picture)
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = 255
    for alpha, areas in ((0, free), (255, fixed)):
        for left, top, right, bottom in areas:
            pixels[top:bottom, left:right, 3] = alpha
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=6)
    meaning = fingerprint(["mask", width, height, free, fixed])
    path = picture.with_name(f"{picture.stem}-{meaning[:16]}.png")
    write_if_changed(path, file.getvalue())
    return dataclasses.replace(reference_from(path, "mask"), meaning=meaning)


def drop_edits(settings: PaintSettings, prepared: Prepared) -> None:
    """Remove the files that a finished picture's edits were asked for with."""
    requests = [one.request for one in prepared.tries] + ([prepared.request] if prepared.request else [])
    for request in requests:
        for reference in (*request.references, *([request.mask] if request.mask else [])):
            if reference.path.parent == settings.edits:
                reference.path.unlink(missing_ok=True)


def found_boxes(composition: Composition, readings: Sequence[SlotReading]) -> dict[str, Box]:
    """Where slots' words were found in a picture of the canvas's size."""
    own = {slot.id: slot.text_layout.ink or slot.text_layout.box for slot in composition.slots}
    boxes = {reading.slot: Box(*(float(edge) for edge in reading.box)) for reading in readings if reading.box}
    return {
        slot: box
        for slot, box in boxes.items()
        if slot in own and box.width * box.height <= _FAR_LARGER * own[slot].width * own[slot].height
    }


def set_by_us(
    renderer: Renderer, composition: Composition, pixels: Pixels, report: TextReport, wrong: Collection[str]
) -> tuple[Pixels, list[Finding]]:
    """The picture with its wrong words painted over and set by the typesetter, and what there is to say of contrast."""
    return replace_text(pixels, composition, wrong, found_boxes(composition, report.readings), renderer.library)


def typeset_report(
    after: TextReport, before: TextReport, composition: Composition, wrong: Collection[str], tries: int
) -> TextReport:
    """The report on a picture in which we set some words: they are right by construction, and a warning says so.

    `after` is what was read in it, `before` in the picture as it was painted. Other slots and stray words are judged as
    ever: what the painting over may have left or spoilt is an error. Where even our own words were not read right it
    stays a warning: the reader may be at fault, or letters that shine through.
    """
    last = {reading.slot: reading for reading in before.readings}
    readings = tuple(
        dataclasses.replace(
            r, verdict=Verdict.TYPESET, why=f'It was painted "{last[r.slot].read}" and set by locstore.'
        )
        if r.slot in wrong and r.slot in last and r.verdict is not Verdict.ACCEPTED
        else r
        for r in after.readings
    )
    findings = [
        dataclasses.replace(f, severity=Severity.WARNING) if f.slot in wrong else f
        for f in after.findings
        if f.slot not in wrong or f.severity is Severity.ERROR
    ]
    times = "1 try" if tries == 1 else f"{tries} tries"
    for words in composition.shot.slots:
        if words.id in wrong:
            read = last[words.id].read if words.id in last else ""
            message = (
                f'"{last[words.id].asked if words.id in last else words.msgid}" (msgid "{words.msgid}") was wrong in '
                f'{times}, at best "{read}"; locstore painted over it and set the words itself. Look at the picture.'
            )
            findings.append(
                Finding(
                    code="run-slot-typeset",
                    message=message,
                    severity=Severity.WARNING,
                    file=words.file,
                    line=words.line,
                    shot=composition.shot.key,
                    slot=words.id,
                )
            )
    return dataclasses.replace(after, readings=readings, findings=tuple(findings))
