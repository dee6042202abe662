"""Cuts a slot into pieces that one model each can read: the words, and Latin names or numbers among other letters."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Sequence

import numpy as np

from locstore.ocr.clean import Plane
from locstore.ocr.normalize import is_sign
from locstore.ocr.prepare import EM, Prepared
from locstore.typeset import TextLayout

# A Latin name, a number, a price: with the signs inside of it, without those at its ends.
_SIGNED = "A-Za-z0-9$€£¥₹₫₺₽₴₩%+#&@"
FOREIGN = re.compile(rf"[{_SIGNED}]+(?:[.,:’'/\u202f\u00a0-]*[{_SIGNED}]+)*")
# A number with its signs that is no part of a word.
NUMBERS = re.compile(
    r"(?<![^\W\d_])[$€£¥₹₫₺₽₴₩%+#]*[0-9](?:[0-9$€£¥₹₫₺₽₴₩%+#.,:\u202f\u00a0]*[0-9%€₫₺₽₴₩])?(?![^\W\d_])"
)
# A name that its capital gives away: iPhone, iCloud, eBay. Models of languages other than English read it as they can.
CAMEL_NAMES = re.compile(r"(?<![^\W_])[a-z]+[A-Z][A-Za-z]*(?![^\W_])")
_SPACE_REACH, _NARROWEST = 0.75, 0.1  # em that a cut at a space may move, em that a space is wide
_EMPTY = 0.3  # of ink in a column
_SNAP = 0.3  # em that a cut may move to where there is no ink
_GAP = 0.35  # em of white in place of a piece that was cut out

Span = tuple[float, float]  # from and to, as fractions of a line's ink


@dataclasses.dataclass(frozen=True, slots=True)
class Foreign:
    """A name or number in other letters than the words around it: its text, its line and where it stands in it.

    `spaced` says whether there is a space to the left of it and to the right.
    Emoji and the like have no text: they are cut out and not read.
    """

    text: str
    line: int
    span: Span
    spaced: tuple[bool, bool] = (False, False)


def foreign_runs(setting: TextLayout, pattern: re.Pattern[str] | None) -> list[Foreign]:
    """What a slot's own model does not read, by line, each with its place: emoji, and what the pattern finds."""
    found = []
    for number, line in enumerate(setting.lines):
        edges = _advances(setting, number)
        spans = [(match.start(), match.end(), match[0]) for match in pattern.finditer(line.text)] if pattern else []
        spans += [(i, i + 1, "") for i, char in enumerate(line.text) if is_sign(char)]
        for first, last, text in spans:
            start, end = line.start + first, line.start + last
            parts = [span for cluster, span in edges if start <= cluster < end]
            if parts and line.ink.width > 0:
                left, right = min(a for a, _ in parts), max(b for _, b in parts)
                span = ((left - line.ink.x) / line.ink.width, (right - line.ink.x) / line.ink.width)
                gaps = {span for cluster, span in edges if setting.words.text[cluster : cluster + 1].isspace()}
                spaced = (any(abs(b - left) < 1 for _, b in gaps), any(abs(a - right) < 1 for a, _ in gaps))
                found.append(Foreign(text, number, span, spaced))
    return found


def _advances(setting: TextLayout, number: int) -> list[tuple[int, Span]]:
    """Each glyph's character and the pixels from its pen to the next one's."""
    line = setting.lines[number]
    glyphs = sorted((g for run in line.runs for g in run.glyphs), key=lambda g: g.x)
    ends = [g.x for g in glyphs[1:]] + [line.box.right]
    return [(glyph.cluster, (glyph.x, end)) for glyph, end in zip(glyphs, ends, strict=True)]


def without(text: str, runs: Sequence[Foreign]) -> str:
    """The words that are left when the foreign ones are cut out."""
    kept, rest = "", text
    for run in runs:
        before, found, after = rest.partition(run.text) if run.text else ("", "", rest)
        if found:
            kept, rest = f"{kept}{before} ", after
    return kept + rest


def cut_out(
    ways: Sequence[Prepared], runs: Sequence[Foreign], lines: int
) -> tuple[list[Prepared], list[list[Prepared]]]:
    """The ways without the foreign pieces, and each foreign piece in all ways.

    A way with another number of lines than the typesetting (`lines`) is left out: its places are not known.
    """
    rest: list[Prepared] = []
    pieces: list[list[Prepared]] = [[] for _ in runs]
    for way in ways:
        if len(way.lines) != lines:
            continue
        kept: list[Plane] = []
        for number, line in enumerate(way.lines):
            own = [(i, run) for i, run in enumerate(runs) if run.line == number]
            spans = [_snapped(line, run) for _, run in own]
            for (i, _), (a, b) in zip(own, spans, strict=True):
                piece = _tight(line[:, a:b])
                if piece is not None:
                    pieces[i].append(Prepared(way.way, (piece,)))
            remains = _remains(line, spans)
            if remains is not None:
                kept.append(remains)
        if kept:
            rest.append(Prepared(way.way, tuple(kept)))
    return rest, pieces


def _snapped(line: Plane, run: Foreign) -> tuple[int, int]:
    width = line.shape[1]
    columns = line.sum(axis=0)
    cuts = [
        (_space if spaced else _valley)(columns, round(edge * width))
        for edge, spaced in zip(run.span, run.spaced, strict=True)
    ]
    a = 0 if run.span[0] <= 0.01 else cuts[0]
    b = width if run.span[1] >= 0.99 else cuts[1]
    return a, max(b, a + 1)


def _space(columns: np.ndarray, at: int) -> int:
    """The middle of the widest gap near a cut: in another face words end elsewhere, but they have a space there."""
    reach = round(_SPACE_REACH * EM)
    low = max(0, at - reach)
    empty = np.concatenate([[False], columns[low : at + reach + 1] < _EMPTY, [False]])
    edges = np.flatnonzero(np.diff(empty.astype(np.int8)))
    gaps = [(int(b - a), -abs(int(a + b) // 2 + low - at), int(a + b) // 2 + low) for a, b in edges.reshape(-1, 2)]
    widest = max(gaps, default=(0, 0, 0))
    return widest[2] if widest[0] >= _NARROWEST * EM else _valley(columns, at)


def _valley(columns: np.ndarray, at: int) -> int:
    """The middle of the emptiest columns near a cut."""
    reach = round(_SNAP * EM)
    low, high = max(0, at - reach), min(len(columns), at + reach + 1)
    window = columns[low:high]
    if not window.size:
        return min(max(at, 0), len(columns))
    empty = np.flatnonzero(window <= window.min() + 0.3)
    return low + int(empty[np.argmin(np.abs(empty - (at - low)))]) if empty.size < 3 else low + int(np.median(empty))


def _remains(line: Plane, spans: Sequence[tuple[int, int]]) -> Plane | None:
    if not spans:
        return line
    gap = np.zeros((line.shape[0], round(_GAP * EM)), np.float32)
    parts: list[Plane] = []
    edge = 0
    for a, b in [*sorted(spans), (line.shape[1], line.shape[1])]:
        part = line[:, edge:a]
        if part.size and (part > 0.4).any():
            parts.append(part)
        edge = b
    if not parts:
        return None
    joined = list(itertools.chain.from_iterable((part, gap) for part in parts))[:-1]
    return _tight(np.concatenate(joined, axis=1))


def _tight(piece: Plane) -> Plane | None:
    """The piece without empty rows and columns at its edges; None without ink."""
    inked = piece > 0.4
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if rows.size < 3 or columns.size < 2:
        return None
    return piece[max(0, rows[0] - 1) : rows[-1] + 2, max(0, columns[0] - 2) : columns[-1] + 3]
