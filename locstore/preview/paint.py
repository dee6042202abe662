"""What a painting process does: compose a shot in its real size, paint it as wide as the page shows it."""

from __future__ import annotations

import dataclasses
import io
from functools import cache

from PIL import Image

from locstore.findings import Finding, sort_findings
from locstore.layout import Composition, SetSlot
from locstore.paint import UnreadablePicture, check_picture
from locstore.preview.scale import scaled
from locstore.processes import become_worker
from locstore.run import PaintSettings
from locstore.run.render import Renderer
from locstore.shots import Shot
from locstore.typeset import Box

_QUALITY = 88


@dataclasses.dataclass(frozen=True, slots=True)
class SetFacts:
    """How a slot's words came out.

    `box` is (x, y, width, height) in fractions of the canvas. Sizes are em sizes in pixels of the real picture;
    `over` is by which share the words are too long, 0 if they fit.
    """

    slot: str
    box: tuple[float, float, float, float]
    lines: tuple[str, ...]
    size: float
    smallest: float
    largest: float
    max_lines: int

    @property
    def over(self) -> float:
        return max(0.0, self.smallest / self.size - 1) if self.size < self.smallest * 0.999 else 0.0

    @property
    def room(self) -> float:
        """Where between the smallest size (0) and the designer's (1) the words stand."""
        span = self.largest - self.smallest
        return min(1.0, max(0.0, (self.size - self.smallest) / span)) if span > 0 else float(self.over == 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Painted:
    """A picture as the page shows it: JPEG bytes (none if a file cannot be decoded), findings, the slots' places."""

    picture: bytes
    findings: tuple[Finding, ...]
    slots: tuple[SetFacts, ...]


def paint(settings: PaintSettings, shot: Shot, width: int, *, whole: bool) -> Painted:
    """One picture, `width` pixels wide; with `whole` also the findings that need the picture in its real size."""
    renderer = _renderer(settings)
    try:
        composition = renderer.compose(shot)
        findings = [*composition.findings, *(renderer.painter.contrast(composition) if whole else ())]
        pixels = renderer.painter.paint(scaled(composition, width))
    except UnreadablePicture:
        return Painted(b"", _unreadable(shot), ())
    stream = io.BytesIO()
    # Without colour subsampling, which would blur coloured letters.
    Image.fromarray(pixels).save(stream, "JPEG", quality=_QUALITY, subsampling=0)
    return Painted(stream.getvalue(), _of_shot(findings, shot), _facts(composition))


def check(settings: PaintSettings, shots: tuple[Shot, ...]) -> list[Painted]:
    """The same without pictures, for many shots."""
    renderer = _renderer(settings)
    checked = []
    for shot in shots:
        try:
            composition = renderer.compose(shot)
            findings = [*composition.findings, *renderer.painter.contrast(composition)]
            checked.append(Painted(b"", _of_shot(findings, shot), _facts(composition)))
        except UnreadablePicture:
            checked.append(Painted(b"", _unreadable(shot), ()))
    return checked


def start(settings: PaintSettings) -> None:
    """Initializer of a painting process: ^C is for the one who runs us, and the fonts are opened once."""
    become_worker()
    _renderer(settings)


@cache
def _renderer(settings: PaintSettings) -> Renderer:
    return Renderer(settings)


def _of_shot(findings: list[Finding], shot: Shot) -> tuple[Finding, ...]:
    return tuple(sort_findings(dataclasses.replace(f, shot=shot.key) for f in findings))


def _unreadable(shot: Shot) -> tuple[Finding, ...]:
    found = [f for asset in shot.assets().values() for f in check_picture(asset.path, asset.display_path)]
    return _of_shot(found, shot)


def _facts(composition: Composition) -> tuple[SetFacts, ...]:
    width, height = composition.shot.size
    facts = []
    for slot in composition.slots:
        setting = slot.text_layout
        box = _outline(slot)
        facts.append(
            SetFacts(
                slot=slot.id,
                box=(box.x / width, box.y / height, box.width / width, box.height / height),
                lines=tuple(line.text for line in setting.lines),
                size=setting.size,
                smallest=setting.style.min_size,
                largest=setting.style.max_size,
                max_lines=setting.style.max_lines,
            )
        )
    return tuple(facts)


def _outline(slot: SetSlot) -> Box:
    """What a person would click at: the plate, or the lines."""
    if slot.text_background is not None:
        return slot.text_background.box
    lines = slot.text_layout.lines
    return Box.around(line.box for line in lines) if lines else slot.text_layout.box
