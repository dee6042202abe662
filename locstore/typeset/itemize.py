"""Text to clusters: each grapheme cluster gets its script and its face; equal neighbours are shaped together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from locstore.typeset.emoji import is_emoji
from locstore.typeset.fallback import FontFallback, kind_group
from locstore.typeset.fitness import CJK
from locstore.typeset.fonts import Face
from locstore.typeset.scripts import cluster_scripts, is_ignorable, visible

__all__ = ["Cluster", "FontFallback", "cluster_scripts", "is_emoji", "is_ignorable", "itemize", "same_run"]


@dataclasses.dataclass(frozen=True, slots=True)
class Cluster:
    """A grapheme cluster `[start, end)` with its script and its face (None: no font has it)."""

    start: int
    end: int
    script: str
    face: Face | None


def itemize(text: str, chooser: FontFallback, weights: Sequence[int] | None = None) -> list[Cluster]:
    """Clusters of a paragraph with scripts and faces; `weights` has the weight of each code point.

    The letters of a word are of one face, and those of a whole slot where one face has them all. White space keeps the
    face before it, so that a space does not end a run; but an emoji font's space is as wide as its pictures.
    """
    weights = weights or [chooser.weight] * len(text)
    bounds, scripts = chooser.clusters(text, weights)
    clusters: list[Cluster] = []
    for (first, last), word in _words(text, bounds, scripts):
        needed = {
            code
            for start, end in bounds[first:last]
            for code in visible(text[start:end])
            if chooser.is_letter(chr(code))
        }
        weight = weights[bounds[first][0]]
        own = chooser.face_for_letters(word, needed, weight) if needed else None
        for index in range(first, last):
            start, end = bounds[index]
            clusters.append(_cluster(text, start, end, scripts[index], clusters, own, chooser, weights[start]))
    return clusters


def _cluster(
    text: str,
    start: int,
    end: int,
    kind: str,
    before: Sequence[Cluster],
    own: Face | None,
    chooser: FontFallback,
    weight: int,
) -> Cluster:
    piece = text[start:end]
    needed = visible(piece)
    face = before[-1].face if before else None
    pictures = face is not None and (face.color or "emoji" in face.family.casefold())
    if face is not None and not pictures and (piece.isspace() or is_ignorable(piece[0])) and face.has(needed):
        return Cluster(start, end, kind, face)
    if is_emoji(piece):
        return Cluster(start, end, kind, chooser.choose(piece, "emoji", weight))
    if own is not None and own.has(needed):
        return Cluster(start, end, kind, own)
    return Cluster(start, end, kind, chooser.choose(piece, kind, weight))


def _words(
    text: str, bounds: Sequence[tuple[int, int]], scripts: Sequence[str]
) -> Iterator[tuple[tuple[int, int], str]]:
    """Stretches of clusters without white space in one group of scripts, `[first, last)`, with their script."""
    first = 0
    for index in range(1, len(bounds) + 1):
        if index < len(bounds):
            start, end = bounds[index]
            spaces = text[start:end].isspace() or text[bounds[index - 1][0]].isspace()
            if not spaces and kind_group(scripts[index]) == kind_group(scripts[first]):
                continue
        yield (first, index), scripts[first]
        first = index


def same_run(a: Cluster, b: Cluster) -> bool:
    """Whether two neighbours can be shaped together."""
    return a.face is b.face and (a.script == b.script or {a.script, b.script} <= CJK)
