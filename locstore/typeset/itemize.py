"""Text to runs: each grapheme cluster gets its script, its face and its direction, equal neighbours become a run."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Sequence

from locstore.typeset.fonts import Face, FontLibrary
from locstore.typeset.segment import graphemes
from locstore.typeset.unicode_data import script, script_extensions

_COMMON = frozenset({"Zyyy", "Zinh", "Zzzz"})
_CJK = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})
_SOURCES = {"project": 0, "package": 1, "system": 2}
# Families that serve one script say so in their name.
_NAMES = {
    "Arab": "arabic urdu nastaliq naskh kufi persian",
    "Armn": "armenian",
    "Beng": "bengali bangla",
    "Bopo": "cjk tc hk",
    "Deva": "devanagari",
    "Ethi": "ethiopic",
    "Geor": "georgian",
    "Gujr": "gujarati",
    "Guru": "gurmukhi",
    "Hang": "cjk kr korean",
    "Hani": "cjk jp sc tc kr hk chinese japanese",
    "Hebr": "hebrew",
    "Hira": "cjk jp japanese",
    "Kana": "cjk jp japanese",
    "Khmr": "khmer",
    "Knda": "kannada",
    "Laoo": "lao",
    "Mlym": "malayalam",
    "Mymr": "myanmar burmese",
    "Orya": "oriya odia",
    "Sinh": "sinhala",
    "Taml": "tamil",
    "Telu": "telugu",
    "Thai": "thai",
}
_SCRIPT_WORDS = frozenset(" ".join(_NAMES.values()).split())
_LAST_WORDS = frozenset({"symbols", "symbols2", "emoji", "math", "music", "mono"})
# Number signs that enclose the digits after them: format characters with a glyph (Prepended_Concatenation_Mark).
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
# Emoji_Presentation outside the pictograph blocks (emoji-data 15.0); in those everything is emoji.
_SINGLE_EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab"
    "\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e"
    "\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f21a\U0001f22f\U0001f232-\U0001f236"
    "\U0001f238-\U0001f23a\U0001f250\U0001f251]"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Cluster:
    """A grapheme cluster `[start, end)` with its script and its face (None: no font has it)."""

    start: int
    end: int
    script: str
    face: Face | None


def is_emoji(cluster: str) -> bool:
    """Whether a cluster is meant as a colour picture (UTS #51 presentation)."""
    first = ord(cluster[0])
    if "\ufe0e" in cluster:
        return False
    return "\ufe0f" in cluster or 0x1F1E6 <= first <= 0x1FAFF or bool(_SINGLE_EMOJI.match(cluster))


def is_ignorable(char: str) -> bool:
    """Characters that need no glyph: joiners, variation selectors, bidi controls, soft hyphen, tags."""
    code = ord(char)
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return True
    return unicodedata.category(char) == "Cf" and char not in _VISIBLE_FORMAT


def cluster_scripts(text: str, clusters: Sequence[tuple[int, int]]) -> list[str]:
    """The script of each cluster; common characters (digits, punctuation) take the script before, else after."""
    present = [s for s in dict.fromkeys(map(script, text)) if s not in _COMMON]
    own: list[str | None] = []
    for start, end in clusters:
        found = next((s for s in map(script, text[start:end]) if s not in _COMMON), None)
        if found is None:
            shared = script_extensions(text[start]) - _COMMON
            before = own[-1] if own else None
            if shared:
                # A danda after a Latin name is the text's Devanagari, not the alphabet's Bengali.
                found = before if before in shared else next((s for s in present if s in shared), min(shared))
        own.append(found)
    resolved: list[str | None] = []
    for item in own:
        resolved.append(item or (resolved[-1] if resolved else None))
    following: str | None = None
    for index in range(len(own) - 1, -1, -1):
        following = own[index] or following
        if resolved[index] is None:
            resolved[index] = following
    return [s or "Zyyy" for s in resolved]


class FontFallback:
    """Picks the face for each cluster: wanted families, then project, packages, system; script-specific first."""

    def __init__(self, library: FontLibrary, families: Sequence[str], weight: int) -> None:
        self._library = library
        self._families = {name.casefold(): place for place, name in enumerate(families)}
        self._weight = weight
        self._ranked: dict[str, list[Face]] = {}

    def ranked(self, kind: str) -> list[Face]:
        """Faces in order of preference for a script, or for `emoji`."""
        if kind not in self._ranked:
            self._ranked[kind] = sorted(self._library.faces, key=lambda face: self._rank(face, kind))
        return self._ranked[kind]

    def _rank(self, face: Face, kind: str) -> tuple[int, ...]:
        words = frozenset(face.family.casefold().split())
        wanted = self._families.get(face.family.casefold(), len(self._families))
        low, high = face.weights
        distance = max(low - self._weight, self._weight - high, 0)
        source = _SOURCES[face.file.source]
        # Last whatever they are, or a setting would depend on whether an earlier one had the system's fonts read.
        last = face.file.source == "system"
        if kind == "emoji":
            return (not face.color, last, "emoji" not in words, source, face.italic, distance, face.index)
        if words & frozenset(_NAMES.get(kind, "").split()):
            fitness = 0
        elif words & _LAST_WORDS or face.color:
            fitness = 3
        else:
            fitness = 2 if words & _SCRIPT_WORDS else 1
        return (last, wanted, face.color, source, fitness, face.italic, distance, face.index)

    def choose(self, cluster: str, kind: str) -> Face | None:
        """The first face that has every visible character of the cluster; the system's fonts are the last resort."""
        needed = {ord(c) for c in cluster if not is_ignorable(c)}
        if kind == "emoji" and not any(f.color and needed <= f.coverage for f in self._library.faces):
            self._read_system()
        face = next((f for f in self.ranked(kind) if needed <= f.coverage), None)
        if face is None and self._read_system():
            face = next((f for f in self.ranked(kind) if needed <= f.coverage), None)
        return face

    def _read_system(self) -> bool:
        added = self._library.read_system_fonts()
        if added:
            self._ranked.clear()
        return added


def itemize(text: str, chooser: FontFallback) -> list[Cluster]:
    """Clusters of a paragraph with scripts and faces.

    White space keeps the face before it, so that a space does not end a run; but an emoji font's space is as wide
    as its pictures.
    """
    bounds = graphemes(text)
    scripts = cluster_scripts(text, bounds)
    clusters: list[Cluster] = []
    for (start, end), kind in zip(bounds, scripts, strict=True):
        piece = text[start:end]
        before = clusters[-1].face if clusters else None
        pictures = before is not None and (before.color or "emoji" in before.family.casefold())
        if before is not None and not pictures and (piece.isspace() or is_ignorable(piece[0])):
            needed = {ord(c) for c in piece if not is_ignorable(c)}
            if needed <= before.coverage:
                clusters.append(Cluster(start, end, kind, before))
                continue
        face = chooser.choose(piece, "emoji" if is_emoji(piece) else kind)
        clusters.append(Cluster(start, end, kind, face))
    return clusters


def same_run(a: Cluster, b: Cluster) -> bool:
    """Whether two neighbours can be shaped together."""
    return a.face is b.face and (a.script == b.script or {a.script, b.script} <= _CJK)
