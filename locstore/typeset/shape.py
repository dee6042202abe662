"""Runs to glyphs with HarfBuzz, in em: shaped once and scaled to any size, since nothing is hinted."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property

import uharfbuzz as hb

from locstore.typeset.bidi import embedding_levels, line_levels, visual_runs
from locstore.typeset.cjk_spacing import has_cjk_spacing, space_line
from locstore.typeset.fitness import CJK
from locstore.typeset.fonts import Face
from locstore.typeset.glyphs import ShapedGlyph
from locstore.typeset.itemize import Cluster, same_run
from locstore.typeset.metrics import UNSPACED
from locstore.typeset.model import Color

__all__ = ["Paragraph", "RunStyle", "ShapedGlyph", "ShapingRun", "paragraph"]

_NOTDEF = 0
_SOFT_HYPHEN, _HYPHEN = "\u00ad", "-"


@dataclasses.dataclass(frozen=True, slots=True)
class RunStyle:
    """Colour and weight of a stretch of text."""

    color: Color
    weight: int


@dataclasses.dataclass(frozen=True, slots=True)
class ShapingRun:
    """Neighbouring clusters that are shaped together: one face, script, weight."""

    start: int
    end: int
    script: str
    cluster: Cluster
    weight: int


@dataclasses.dataclass(frozen=True)
class Paragraph:
    """A stretch of text without newlines, itemized and with its bidi levels.

    `run_styles` gives each code point its colour and weight; `letter_spacing` is in em. `faces` are the library's, by
    index. `optical_size` (pixels) is for faces with an `opsz` axis.
    """

    text: str
    language: str
    base: int
    levels: list[int]
    clusters: list[Cluster]
    run_styles: list[RunStyle]
    letter_spacing: float
    faces: Sequence[Face] = ()
    optical_size: float = 0.0

    @cached_property
    def has_cjk_spacing(self) -> bool:
        """Whether lines get the blanks of Chinese or Japanese (`cjk_spacing.py`)."""
        return not self.base and has_cjk_spacing(self.language) and any(c.script in CJK for c in self.clusters)

    @cached_property
    def scripts(self) -> list[str]:
        """The script that each code point is shaped in."""
        return [cluster.script for cluster in self.clusters for _ in range(cluster.start, cluster.end)]

    def shape(self, start: int, end: int) -> list[ShapedGlyph]:
        """Glyphs of the line `[start, end)` from left to right."""
        levels = line_levels(self.text, self.levels, self.base, start, end)
        text = self._shown(end)
        glyphs: list[ShapedGlyph] = []
        trailing = 0.0
        for run_start, run_end, level in visual_runs(self.text, levels, start, end):
            pieces = self._pieces(run_start, run_end)
            for piece in reversed(pieces) if level % 2 else pieces:
                shaped = self._shape_piece(piece, text, rtl=bool(level % 2))
                trailing = self._spacing(piece) if shaped else trailing
                glyphs += shaped
        if self.has_cjk_spacing:
            glyphs = space_line(glyphs, text, self.faces, self.language, self.scripts)
        if trailing and glyphs[-1].advance:
            # Spacing is between letters; after the last one it would push centred lines aside.
            glyphs[-1] = dataclasses.replace(glyphs[-1], advance=glyphs[-1].advance - trailing)
        return glyphs

    def _shown(self, end: int) -> str:
        """The text as a line that ends at `end` shows it: a soft hyphen at the line's end is a visible one."""
        if not 0 < end < len(self.text) or self.text[end - 1] != _SOFT_HYPHEN:
            return self.text
        face = next(c.face for c in self.clusters if c.end == end)
        covered = face is not None and ord(_HYPHEN) in face.coverage
        return f"{self.text[: end - 1]}{_HYPHEN}{self.text[end:]}" if covered else self.text

    def hyphen_width(self) -> float:
        """What a soft hyphen adds to a line that ends with it, in em; 0 without soft hyphens."""
        at = self.text.find(_SOFT_HYPHEN)
        return sum(glyph.advance for glyph in self.shape(at, at + 1)) if at >= 0 else 0.0

    def _spacing(self, piece: ShapingRun) -> float:
        return 0.0 if piece.script in UNSPACED else self.letter_spacing

    def _pieces(self, start: int, end: int) -> list[ShapingRun]:
        pieces: list[ShapingRun] = []
        first, last, head = start, start, None
        for cluster in self.clusters:
            if cluster.end <= start or cluster.start >= end:
                continue
            weight = self.run_styles[cluster.start].weight
            if head is None or weight != self.run_styles[head.start].weight or not same_run(head, cluster):
                if head is not None:
                    pieces.append(ShapingRun(first, last, head.script, head, self.run_styles[head.start].weight))
                first, head = max(cluster.start, start), cluster
            last = min(cluster.end, end)
        if head is not None:
            pieces.append(ShapingRun(first, last, head.script, head, self.run_styles[head.start].weight))
        return pieces

    def _shape_piece(self, piece: ShapingRun, text: str, *, rtl: bool) -> list[ShapedGlyph]:
        face = piece.cluster.face
        if face is None:
            return []  # reported as a missing glyph; an empty place is better than a box
        buffer = hb.Buffer()
        # The whole paragraph is the context, so letters join across the ends of runs.
        buffer.add_codepoints([ord(c) for c in text], piece.start, piece.end - piece.start)
        buffer.direction = "rtl" if rtl else "ltr"
        buffer.script = piece.script
        buffer.language = self.language
        spacing = self._spacing(piece)
        optical_size = self.optical_size if face.optical_sizes else 0.0
        hb.shape(face.at_weight(piece.weight, optical_size), buffer, self._features(piece, spacing=bool(spacing)))
        scale = 1 / face.upem
        glyphs = []
        positions = buffer.glyph_positions or []
        following = [info.cluster for info in buffer.glyph_infos[1:]]
        wide = 0
        for info, place, after in zip(buffer.glyph_infos, positions, [*following, None], strict=True):
            wide += place.x_advance
            # Behind a letter and its marks, not between them; invisible characters get none.
            extra = spacing if after != info.cluster and wide else 0.0
            wide = 0 if after != info.cluster else wide
            glyphs.append(
                ShapedGlyph(
                    face.index,
                    piece.weight,
                    info.codepoint,
                    info.cluster,
                    place.x_advance * scale + extra,
                    place.x_offset * scale,
                    place.y_offset * scale,
                    optical_size,
                )
            )
        return glyphs

    def _features(self, piece: ShapingRun, *, spacing: bool) -> dict[str, bool | list[tuple[int, int, bool]]]:
        """Optional ligatures are off in spaced text, and where a colour changes inside one: a glyph has one colour."""
        if spacing:
            return {"liga": False, "clig": False}
        colors = [self.run_styles[i].color for i in range(piece.start, piece.end)]
        cuts = [piece.start + i for i in range(1, len(colors)) if colors[i] != colors[i - 1]]
        if not cuts:
            return {}
        ranges = [(cut - 1, cut + 1, False) for cut in cuts]
        return {"liga": ranges, "clig": ranges, "dlig": ranges}

    @cached_property
    def glyphs(self) -> list[ShapedGlyph]:
        """The whole paragraph on one line."""
        return self.shape(0, len(self.text))

    def advances(self) -> list[float]:
        """Width in em that each code point adds, in logical order: prefix sums give any line's width."""
        widths = [0.0] * len(self.text)
        for glyph in self.glyphs:
            widths[glyph.cluster] += glyph.advance
        return widths

    def missing(self) -> list[str]:
        """Clusters that no font has, and clusters whose face could not compose them (glyph 0), once each."""
        lost = [self.text[c.start : c.end] for c in self.clusters if c.face is None]
        starts = {g.cluster for g in self.glyphs if g.id == _NOTDEF}
        lost += [self.text[c.start : c.end] for c in self.clusters if c.start in starts and c.face]
        return list(dict.fromkeys(lost))


def paragraph(
    text: str,
    *,
    language: str,
    rtl: bool,
    clusters: list[Cluster],
    run_styles: Sequence[RunStyle],
    letter_spacing: float,
    faces: Sequence[Face] = (),
    optical_size: float = 0.0,
) -> Paragraph:
    """A paragraph ready for shaping; its base direction is the locale's, not the first letter's."""
    base, levels = embedding_levels(text, 1 if rtl else 0)
    return Paragraph(text, language, base, levels, clusters, list(run_styles), letter_spacing, faces, optical_size)
