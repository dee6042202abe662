"""Input and output of the typesetter as frozen data. All lengths are in pixels of the canvas."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable
from typing import Literal

from locstore.findings import Finding

Align = Literal["start", "center", "end"]
VerticalAlign = Literal["top", "middle", "bottom"]
Color = tuple[int, int, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels from the canvas's top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def contains(self, other: Box, slack: float = 0.0) -> bool:
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def union(self, other: Box) -> Box:
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of `boxes`; there is at least one."""
        first, *others = boxes
        return functools.reduce(cls.union, others, first)

    def moved(self, dx: float, dy: float) -> Box:
        return Box(self.x + dx, self.y + dy, self.width, self.height)


@dataclasses.dataclass(frozen=True, slots=True)
class Highlight:
    """How a `*span*` looks: its colour, and its weight if it differs from the text around it."""

    color: Color
    weight: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How a slot is set. Sizes are em sizes in pixels; the typesetter picks the largest that fits.

    `line_height` is a multiple of the size, None for the script's own (see `metrics.py`). `letter_spacing`
    is in em and left out where letters join. `families` are tried before every other font for all text,
    `own_families` before those: each is a script (ISO 15924; "" for the whole slot) and a family. With `hyphenate` a
    word without soft hyphens may be cut by the language's hyphenation dictionary.
    """

    min_size: float
    max_size: float
    max_lines: int = 3
    weight: int = 700
    color: Color = (0, 0, 0)
    align: Align = "center"
    valign: VerticalAlign = "top"
    line_height: float | None = None
    letter_spacing: float = 0.0
    highlight: Highlight | None = None
    families: tuple[str, ...] = ()
    own_families: tuple[tuple[str, str], ...] = ()
    hyphenate: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StyledText:
    """What a slot says: plain text, highlighted spans, the language (BCP 47) and the base direction.

    `slot` names it in findings. No line ends inside a name of `keep_together` unless nothing else fits.
    """

    text: str
    language: str
    direction: Literal["ltr", "rtl"] = "ltr"
    highlights: tuple[tuple[int, int], ...] = ()
    slot: str = ""
    keep_together: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of a face at its pen position; `cluster` is the code point offset that it shows."""

    id: int
    x: float
    y: float
    cluster: int


@dataclasses.dataclass(frozen=True, slots=True)
class GlyphRun:
    """Glyphs of one face, weight and colour, in visual order.

    `face_index` is the face's place in the library, `optical_size` what the face's `opsz` axis was set from (pixels;
    0 for faces without one).
    """

    face_index: int
    weight: int
    color: Color
    glyphs: tuple[Glyph, ...]
    optical_size: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line: its text in logical order, `[start, end)` in the words, and its place.

    `box` spans the advance widths and the line height, `ink` the painted pixels, `baseline` is its y.
    """

    text: str
    start: int
    end: int
    box: Box
    ink: Box
    baseline: float
    runs: tuple[GlyphRun, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class FaceUse:
    """A face that the words are set in, as the manifest records it."""

    family: str
    file: str
    sha256: str
    weight: int
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TextLayout:
    """The result: every line with its text, box, baseline and glyphs, the size, the faces and the findings.

    `box` is the room that was given; `ink` is the bounding box of the painted pixels, None for empty words.
    """

    words: StyledText
    style: TextStyle
    box: Box
    size: float
    line_height: float
    lines: tuple[Line, ...]
    ink: Box | None
    faces: tuple[FaceUse, ...]
    findings: tuple[Finding, ...]

    def moved(self, dx: float, dy: float, *, safe: Box | None = None) -> TextLayout:
        """The same layout moved on the canvas. `dy` is rounded to whole pixels, so that baselines stay sharp.

        `safe` is checked in the new place.
        """
        dy = round(dy)
        lines = tuple(_moved_line(line, dx, dy) for line in self.lines)
        ink = self.ink.moved(dx, dy) if self.ink else None
        findings = self.findings
        if safe is not None and ink is not None and not safe.contains(ink, slack=1.0):
            findings = (*findings, outside_safe_area(self.words, ink, safe))
        return dataclasses.replace(self, box=self.box.moved(dx, dy), lines=lines, ink=ink, findings=findings)


def _moved_line(line: Line, dx: float, dy: float) -> Line:
    runs = tuple(
        dataclasses.replace(run, glyphs=tuple(Glyph(g.id, g.x + dx, g.y + dy, g.cluster) for g in run.glyphs))
        for run in line.runs
    )
    return dataclasses.replace(
        line,
        box=line.box.moved(dx, dy),
        ink=line.ink.moved(dx, dy),
        baseline=line.baseline + dy,
        runs=runs,
    )


def outside_safe_area(words: StyledText, ink: Box, safe: Box) -> Finding:
    """The finding for ink that leaves the safe area, with the distance at each side."""
    sides = [
        (safe.x - ink.x, "left"),
        (ink.right - safe.right, "right"),
        (safe.y - ink.y, "top"),
        (ink.bottom - safe.bottom, "bottom"),
    ]
    where = ", ".join(f"{by:.0f} px at the {side}" for by, side in sides if by > 1.0)
    return Finding(
        code="typeset-outside-safe-area",
        message=f"The words leave the safe area by {where}. Move the slot or shorten the words.",
        slot=words.slot,
    )
