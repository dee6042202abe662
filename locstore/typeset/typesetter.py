"""Words and a box in, a `TextLayout` out: the largest size that fits, balanced lines, exact glyph positions."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence

from locstore.findings import Finding
from locstore.typeset.face_choice import choose_faces
from locstore.typeset.findings import fit_findings, glyph_findings, line_findings
from locstore.typeset.fit import Block, Fit, fit, widest_stretch
from locstore.typeset.fonts import Face, FontLibrary
from locstore.typeset.hyphenation import hyphenation_points, with_soft_hyphens
from locstore.typeset.itemize import is_emoji
from locstore.typeset.judgement import judge_lines
from locstore.typeset.linebreak import Measure
from locstore.typeset.metrics import line_metrics
from locstore.typeset.model import (
    Box,
    Color,
    FaceUse,
    Glyph,
    GlyphRun,
    Line,
    StyledText,
    TextLayout,
    TextStyle,
    outside_safe_area,
)
from locstore.typeset.segment import NEWLINE, break_opportunities
from locstore.typeset.sense import text_sense
from locstore.typeset.shape import Paragraph, ShapedGlyph, paragraph

_INK_GAP = 0.02  # em that are left free between the painted pixels of two lines
_INK_SLACK = 0.06  # em by which painted pixels may leave the box: side bearings of round letters


@dataclasses.dataclass(frozen=True, slots=True)
class _SetLine:
    block: Block
    start: int
    end: int
    glyphs: list[ShapedGlyph]
    width: float
    top: float
    bottom: float
    left: float
    right: float


@dataclasses.dataclass(frozen=True, slots=True)
class _ShapedText:
    """What does not depend on the box and the size: one slot's text on all displays has it in common.

    `emoji` is each emoji with its face, `findings` are about the choice of faces, `set_lines` holds the lines that were
    set so far, by the index of their block, start and end.
    """

    blocks: list[Block]
    scripts: frozenset[str]
    emoji: list[tuple[str, Face | None]]
    findings: tuple[Finding, ...]
    set_lines: dict[tuple[int, int, int], _SetLine]


def typeset(
    words: StyledText, style: TextStyle, box: Box, library: FontLibrary, *, safe: Box | None = None
) -> TextLayout:
    """Set `words` in `box` (pixels) in the largest size of the style that fits.

    `safe` is the area that painted pixels must not leave (None: not checked). Problems are findings of the result.
    The words are always set whole and never clipped; a missing glyph leaves a gap, not a box. With `style.hyphenate`
    the words of the result hold a soft hyphen at each place where the dictionary's hyphenation was used.
    """
    if not words.text.strip():
        return _empty(words, style, box)
    points = hyphenation_points(words.text, words.language) if style.hyphenate else ()
    if not points:
        return _typeset(words, style, box, library, safe, frozenset())
    hyphenated, behind = _hyphenated(words, points)
    layout = _typeset(hyphenated, style, box, library, safe, behind)
    ends = {line.end for line in layout.lines}
    used = [point for index, point in enumerate(points) if point + index + 1 in ends]
    # Once more with those hyphens alone, so that the text of the layout holds no others.
    hyphenated, behind = _hyphenated(words, used)
    return _typeset(hyphenated, style, box, library, safe, behind)


def _hyphenated(words: StyledText, points: Sequence[int]) -> tuple[StyledText, frozenset[int]]:
    """The words with soft hyphens at `points`, and the offsets behind those."""
    text, highlights, behind = with_soft_hyphens(words.text, words.highlights, points)
    return dataclasses.replace(words, text=text, highlights=highlights), behind


def _typeset(
    words: StyledText,
    style: TextStyle,
    box: Box,
    library: FontLibrary,
    safe: Box | None,
    dictionary_hyphens: frozenset[int],
) -> TextLayout:
    shaped = _shaped_text(words, style, library, dictionary_hyphens)
    blocks, scripts = shaped.blocks, shaped.scripts
    height = style.line_height or line_metrics(scripts).line_height
    baseline_shift = line_metrics(scripts).baseline_shift
    findings = [*shaped.findings, *glyph_findings(words, [block.paragraph for block in blocks], shaped.emoji)]

    # A box without any room, such as one that padding has used up, gives an overflow finding, not an exception.
    room = Box(box.x, box.y, max(1.0, box.width), max(1.0, box.height))
    fitted = fit(blocks, style, room, height)
    lines = _set_lines(shaped, fitted, library)
    gap = _needed_line_height(lines)
    if gap > height:
        # Marks of one line would touch the next: fit again with a larger line height.
        height = gap
        fitted = fit(blocks, style, room, height)
        lines = _set_lines(shaped, fitted, library)
        height = max(height, _needed_line_height(lines))
    size = _exact_size(lines, fitted.size, room, height, baseline_shift)
    widest = max((widest_stretch(block, fitted.worst) for block in blocks), key=lambda stretch: stretch[1])
    findings += fit_findings(words, style, box, size=size, explicit_lines=len(blocks), widest=widest)
    findings += line_findings(words, judge_lines(words.text, blocks, fitted))

    placed = _place(lines, words, style, room, size, height, baseline_shift)
    ink = placed[0].ink
    for line in placed[1:]:
        ink = ink.union(line.ink)
    if safe is not None and not safe.contains(ink, slack=1.0):
        findings.append(outside_safe_area(words, ink, safe))
    return TextLayout(
        words=words,
        style=style,
        box=box,
        size=size,
        line_height=height,
        lines=tuple(placed),
        ink=ink,
        faces=_faces_used(placed, library),
        findings=tuple(findings),
    )


def _empty(words: StyledText, style: TextStyle, box: Box) -> TextLayout:
    return TextLayout(
        words=words,
        style=style,
        box=box,
        size=style.max_size,
        line_height=style.line_height or 1.0,
        lines=(),
        ink=None,
        faces=(),
        findings=(),
    )


def _shaped_text(
    words: StyledText, style: TextStyle, library: FontLibrary, dictionary_hyphens: frozenset[int]
) -> _ShapedText:
    """The words as paragraphs with faces and line breaks, shared by every size and box of the same words."""
    # An optical size changes the glyphs, but only of faces that have the axis.
    optical_size = style.max_size if any(face.optical_sizes for face in library.faces) else 0.0
    key = (
        words,
        style.weight,
        style.color,
        style.highlight,
        style.families,
        style.own_families,
        style.letter_spacing,
        optical_size,
        dictionary_hyphens,
    )
    return library.keep(key, lambda: _shape_text(words, style, library, dictionary_hyphens))


def _shape_text(
    words: StyledText, style: TextStyle, library: FontLibrary, dictionary_hyphens: frozenset[int]
) -> _ShapedText:
    choice = choose_faces(words, style, library)
    blocks: list[Block] = []
    scripts: set[str] = set()
    emoji: list[tuple[str, Face | None]] = []
    offset = 0
    for text in NEWLINE.split(words.text):
        end = offset + len(text)
        if text.strip():
            clusters = choice.clusters(text, offset)
            scripts |= {c.script for c in clusters}
            pieces = [(text[c.start : c.end], c.face) for c in clusters]
            emoji += [(piece, face) for piece, face in pieces if is_emoji(piece)]
            setting = paragraph(
                text,
                language=words.language,
                rtl=words.direction == "rtl",
                clusters=clusters,
                run_styles=choice.run_styles[offset:end],
                letter_spacing=style.letter_spacing,
                faces=library.faces,
                optical_size=style.max_size,
            )
            blocks.append(_block(words, offset, setting, dictionary_hyphens))
        offset = end + 1
    return _ShapedText(blocks, frozenset(scripts), emoji, choice.findings, {})


def _block(words: StyledText, offset: int, setting: Paragraph, dictionary_hyphens: frozenset[int]) -> Block:
    text = setting.text
    end = offset + len(text)
    spans = [(max(a, offset) - offset, min(b, end) - offset) for a, b in words.highlights]
    hyphens = frozenset(p - offset for p in dictionary_hyphens if offset < p < end)
    breaks = break_opportunities(text, words.language, words.keep_together, hyphens)
    sense = text_sense(text, words.language, breaks, [(a, b) for a, b in spans if a < b])
    return Block(
        offset,
        setting,
        Measure(text, setting.advances(), setting.hyphen_width()),
        breaks,
        sense,
        {b.position: sense.cost(b.position) for b in breaks},
    )


def _set_lines(shaped: _ShapedText, fitted: Fit, library: FontLibrary) -> list[_SetLine]:
    lines = []
    for index, (block, spans) in enumerate(zip(shaped.blocks, fitted.spans, strict=True)):
        for start, end in spans:
            place = (index, start, end)
            if place not in shaped.set_lines:
                shaped.set_lines[place] = _set_line(block, start, end, library)
            lines.append(shaped.set_lines[place])
    return lines


def _set_line(block: Block, start: int, end: int, library: FontLibrary) -> _SetLine:
    visible = block.measure.trimmed(start, end)
    glyphs = block.paragraph.shape(start, visible)
    pen, left, right, top, bottom = 0.0, math.inf, -math.inf, -math.inf, math.inf
    for glyph in glyphs:
        extents = _extents(library.faces[glyph.face], glyph)
        if extents is not None:
            x, y, wide, high = extents
            left, right = min(left, pen + x), max(right, pen + x + wide)
            top, bottom = max(top, y), min(bottom, y - high)
        pen += glyph.advance
    if not math.isfinite(left):
        left, right, top, bottom = 0.0, pen, 0.0, 0.0
    return _SetLine(block, start, visible, glyphs, pen, top, bottom, left, right)


def _extents(face: Face, glyph: ShapedGlyph) -> tuple[float, float, float, float] | None:
    """(x bearing, top, width, height) in em with the glyph's own offset; None for blank glyphs."""
    found = face.at_weight(glyph.weight, glyph.optical_size).get_glyph_extents(glyph.id)
    if found is None or (found.width == 0 and found.height == 0):
        return None
    em = face.upem
    return (
        found.x_bearing / em + glyph.dx,
        found.y_bearing / em + glyph.dy,
        found.width / em,
        -found.height / em,
    )


def _needed_line_height(lines: Sequence[_SetLine]) -> float:
    """The least distance of baselines (em) at which the painted pixels of neighbouring lines do not touch."""
    needs = [a_line.top - before.bottom + _INK_GAP for before, a_line in itertools.pairwise(lines)]
    return max(needs, default=0.0)


def _exact_size(lines: Sequence[_SetLine], size: float, box: Box, height: float, baseline_shift: float) -> float:
    """The largest size (pixels, at most `size`) at which the shaped lines and their painted pixels fit in the box."""
    widest = max(max(line.width, line.right - line.left - 2 * _INK_SLACK) for line in lines)
    above = lines[0].top - (height / 2 + baseline_shift)
    below = (height / 2 - baseline_shift) + lines[-1].bottom
    tall = len(lines) * height + max(0.0, above - _INK_SLACK) + max(0.0, -below - _INK_SLACK)
    limits = [size]
    if widest > 0:
        limits.append(box.width / widest)
    limits.append(box.height / tall)
    return max(1, math.floor(min(limits) * 64)) / 64


def _place(
    lines: Sequence[_SetLine],
    words: StyledText,
    style: TextStyle,
    box: Box,
    size: float,
    height: float,
    baseline_shift: float,
) -> list[Line]:
    pitch = height * size
    free = box.height - pitch * len(lines)
    shift = {"top": 0.0, "middle": free / 2, "bottom": free}[style.valign]
    # Painted pixels above the first or below the last line move the block back into the box.
    over = (lines[0].top - (height / 2 + baseline_shift)) * size - shift
    under = (-(height / 2 - baseline_shift) - lines[-1].bottom) * size - (free - shift)
    shift += max(0.0, over - _INK_SLACK * size) - max(0.0, under - _INK_SLACK * size)
    rtl = words.direction == "rtl"
    align = {"start": "right" if rtl else "left", "end": "left" if rtl else "right"}.get(style.align, "center")
    placed = []
    for number, line in enumerate(lines):
        top = box.y + shift + number * pitch
        baseline = round(top + pitch / 2 + baseline_shift * size)
        wide = line.width * size
        x = {"left": box.x, "right": box.right - wide, "center": box.x + (box.width - wide) / 2}[align]
        if align == "center" and line.block.paragraph.has_cjk_spacing:
            # The blank of a full-width mark is part of the advance, not of what the eye centres.
            x = box.x + (box.width - (line.right - line.left) * size) / 2 - line.left * size
        # A glyph that is painted far outside its advance, such as a j at the start, moves its line inwards.
        x += max(0.0, box.x - x - (line.left + _INK_SLACK) * size)
        x -= max(0.0, x + (line.right - _INK_SLACK) * size - box.right)
        placed.append(
            Line(
                text=line.block.paragraph.text[line.start : line.end],
                start=line.block.offset + line.start,
                end=line.block.offset + line.end,
                box=Box(x, top, wide, pitch),
                ink=Box(
                    x + line.left * size,
                    baseline - line.top * size,
                    (line.right - line.left) * size,
                    (line.top - line.bottom) * size,
                ),
                baseline=baseline,
                runs=_runs(line, x, baseline, size),
            )
        )
    return placed


def _runs(line: _SetLine, x: float, baseline: float, size: float) -> tuple[GlyphRun, ...]:
    """Glyphs at their pen positions, neighbours of one face, weight and colour together."""
    groups: list[tuple[tuple[int, int, Color, float], list[Glyph]]] = []
    pen = x
    for glyph in line.glyphs:
        color = line.block.paragraph.run_styles[glyph.cluster].color
        key = (glyph.face, glyph.weight, color, glyph.optical_size)
        if not groups or groups[-1][0] != key:
            groups.append((key, []))
        groups[-1][1].append(
            Glyph(
                glyph.id,
                pen + glyph.dx * size,
                baseline - glyph.dy * size,
                line.block.offset + glyph.cluster,
            )
        )
        pen += glyph.advance * size
    return tuple(GlyphRun(*key[:3], tuple(glyphs), key[3]) for key, glyphs in groups)


def _faces_used(lines: Sequence[Line], library: FontLibrary) -> tuple[FaceUse, ...]:
    used = sorted({(run.face_index, run.weight) for line in lines for run in line.runs})
    uses = []
    for index, weight in used:
        face = library.faces[index]
        uses.append(
            FaceUse(
                face.family,
                face.file.name,
                library.digest(face),
                face.clamped(weight),
                face.file.source,
            )
        )
    return tuple(uses)
