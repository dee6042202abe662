"""Which face sets what: the best face that has all letters of a slot, else of a word, else of a cluster.

Faces are ordered by fitness first (`fitness.py`) and by source second: families that a style names for the language or
script, families that it names for all, the project's fonts, the packages', and last the system's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from locstore.typeset.emoji import is_emoji
from locstore.typeset.fitness import CJK, Fitness, family_words, fitness, missing_letters, name_class
from locstore.typeset.fonts import Face, FontLibrary
from locstore.typeset.scripts import COMMON, is_ignorable, text_clusters, visible
from locstore.typeset.unicode_data import script

_SOURCES = {"project": 0, "package": 1, "system": 2}
_PAIRED = frozenset("\u2018\u2019\u201c\u201d\u00ab\u00bb\u2039\u203a")


def kind_group(kind: str) -> str:
    """Scripts that one face sets together: all of CJK; every other script is its own group."""
    return "Hani" if kind in CJK else kind


def _is_paired(char: str) -> bool:
    return char in _PAIRED or unicodedata.category(char) in ("Ps", "Pe")


class FontFallback:
    """Picks the faces of one slot.

    `families` are named for all text of the slot, `own_families` for its language or one of its scripts (ISO 15924
    code, or "" for the language). `plan` looks at the whole text; the choices for its parts follow from that.
    """

    def __init__(
        self,
        library: FontLibrary,
        families: Sequence[str],
        weight: int,
        language: str = "und",
        own_families: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.language = language
        self.weight = weight
        self._library = library
        self._families = {name.casefold(): place for place, name in enumerate(families)}
        self._own_families = tuple((kind, name.casefold()) for kind, name in own_families)
        self._names = (tuple(families), tuple(own_families))
        self._slot: dict[tuple[str, int], Face] = {}
        self._pairs: dict[tuple[str, int], Face] = {}
        self._text = ""
        self.passed_over: dict[str, tuple[Face, Face, str]] = {}
        """By group of scripts: the face that was wanted, the one that is used, and the letters that decided it."""

    @staticmethod
    @lru_cache(maxsize=8192)
    def is_letter(char: str) -> bool:
        """Letters, marks and decimal digits: what a face needs for a word; other signs may come from another face."""
        category = unicodedata.category(char)
        if is_ignorable(char):
            return False
        return (category[0] == "L" and script(char) not in COMMON) or category[0] == "M" or category == "Nd"

    # -- the whole slot

    def clusters(self, text: str, weights: Sequence[int]) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
        """The grapheme clusters of a paragraph and their scripts; one outside the plan becomes the plan."""
        if text not in self._text:
            self.plan([(text, weights)])
        return text_clusters(text, self.language)

    def plan(self, paragraphs: Iterable[tuple[str, Sequence[int]]]) -> None:
        """Choose the faces of a slot from its paragraphs and the weights of their code points."""
        letters: dict[tuple[str, int], set[int]] = {}
        pairs: dict[tuple[str, int], set[int]] = {}
        paragraphs = list(paragraphs)
        self._text = "\n".join(text for text, _ in paragraphs)
        for text, weights in paragraphs:
            bounds, scripts = text_clusters(text, self.language)
            for (start, end), kind in zip(bounds, scripts, strict=True):
                if is_emoji(text[start:end]):
                    continue
                key = (kind_group(kind), weights[start])
                for code in visible(text[start:end]):
                    if self.is_letter(chr(code)):
                        letters.setdefault(key, set()).add(code)
                    elif _is_paired(chr(code)):
                        pairs.setdefault(key, set()).add(code)
        self._slot.clear()
        self._pairs.clear()
        self.passed_over.clear()
        for (group, weight), needed in sorted(letters.items(), key=lambda item: abs(item[0][1] - self.weight)):
            face = self._whole(group, needed, weight)
            if face is not None:
                self._slot[group, weight] = face
            self._note_passed_over(group, weight, needed, face)
        for key, marks in pairs.items():
            own = self._slot.get(key)
            if own is None or not own.has(marks):
                one = next((face for face in self.ranked(*key) if face.has(marks)), None)
                if one is not None:
                    self._pairs[key] = one

    def _whole(self, group: str, needed: set[int], weight: int) -> Face | None:
        """The best face that has all the letters; a highlight keeps the family of the words around it."""
        found = [f for f in self.ranked(group, weight, letters=True) if f.has(needed) and not f.color]
        # A system font is used where nothing else has a letter, and not to keep words together.
        found = [face for face in found if face.file.source != "system"]
        base = next((face for (g, _), face in self._slot.items() if g == group), None)
        if base is not None:
            return next((face for face in found if face.family == base.family), found[0] if found else None)
        return found[0] if found else None

    def _note_passed_over(self, group: str, weight: int, needed: set[int], used: Face | None) -> None:
        """Remember a named or project face that claims the script and is not used, with the reason."""
        for face in self.ranked(group, weight, wanted_first=True):
            named = self._named_place(face, group)[0] < 2 or face.family.casefold() in self._families
            if used is not None and face.family == used.family:
                return
            if not (named or face.file.source == "project"):
                return
            kind = fitness(face, group, self.language)
            lost = "".join(chr(c) for c in sorted(needed) if not face.has({c}))
            if kind is Fitness.NONE and not (named and len(lost) * 2 <= len(needed)):
                continue  # a face for another script: nobody expects it here
            lost = lost or missing_letters(face, group, self.language)
            if lost and not face.italic:
                chosen = used or next((f for f in self.ranked(group, weight) if needed & f.coverage), None)
                if chosen is not None and chosen.family != face.family:
                    self.passed_over.setdefault(group, (face, chosen, lost))
                return

    def letter_faces(self) -> list[tuple[Face, int]]:
        """The faces of the slot's letters, each with the weight asked of it."""
        return [(face, weight) for (_, weight), face in self._slot.items()]

    def common_weight(self, weight: int) -> int:
        """The weight nearest to `weight` that all letters of the slot can have; `weight` if there is none.

        Latin at 700 beside Japanese at 900 reads as two texts.
        """
        faces = [face for face, asked in self.letter_faces() if asked == weight]
        low = max((face.weights[0] for face in faces), default=0)
        high = min((face.weights[1] for face in faces), default=1000)
        if low > high or len({face.clamped(weight) for face in faces}) < 2:
            return weight
        return min(max(weight, low), high)

    # -- parts of it

    def face_for_letters(self, kind: str, needed: set[int], weight: int) -> Face | None:
        """The face of a word's letters: the slot's, else the best that has them all; None if no face has."""
        group = kind_group(kind)
        own = self._slot.get((group, weight))
        if own is not None and own.has(needed):
            return own
        for face in self.ranked(group, weight, letters=True):
            if face.has(needed) and not face.color:
                return face
        if self._read_system():
            return self.face_for_letters(kind, needed, weight)
        return None

    def choose(self, cluster: str, kind: str, weight: int | None = None) -> Face | None:
        """The first face that has every visible character of the cluster; the system's fonts are the last resort."""
        weight = self.weight if weight is None else weight
        needed = visible(cluster)
        if kind == "emoji":
            if not any(f.color and f.has(needed) for f in self._library.faces):
                self._read_system()
        else:
            key = (kind_group(kind), weight)
            for own in (self._pairs.get(key) if _is_paired(cluster[0]) else None, self._slot.get(key)):
                if own is not None and own.has(needed):
                    return own
        face = self._first(kind, needed, weight)
        if face is None and self._read_system():
            face = self._first(kind, needed, weight)
        return face

    def _first(self, kind: str, needed: AbstractSet[int], weight: int) -> Face | None:
        return next((face for face in self.ranked(kind, weight) if face.has(needed)), None)

    # -- order

    def ranked(
        self, kind: str, weight: int | None = None, *, letters: bool = False, wanted_first: bool = False
    ) -> list[Face]:
        """Faces in order of preference for a script, or for `emoji`.

        `letters`: for faces that have all letters of a text, so that a face with few letters (capitals, a logo) is as
        good as a whole one. `wanted_first`: by source alone, whether or not the faces suit the language.
        """
        weight = self.weight if weight is None else weight
        key = (self._names, self.language, kind, weight, letters, wanted_first)
        orders = self._library.orders
        if key not in orders:
            orders[key] = sorted(
                self._library.faces,
                key=lambda face: self._rank(face, kind, weight, letters=letters, wanted_first=wanted_first),
            )
        return orders[key]

    def _rank(self, face: Face, kind: str, weight: int, *, letters: bool, wanted_first: bool) -> tuple[int, ...]:
        low, high = face.weights
        distance = max(low - weight, weight - high, 0)
        source = _SOURCES[face.file.source]
        # Last whatever they are, or a setting would depend on whether an earlier one had the system's fonts read.
        last = face.file.source == "system"
        if kind == "emoji":
            picture = "emoji" not in family_words(face.family)
            return (not face.color, last, picture, source, face.italic, distance, face.index)
        own, place = self._named_place(face, kind)
        fit = fitness(face, kind, self.language)
        if letters and fit is Fitness.NONE:
            fit = Fitness.LANGUAGE
        if own < 2 or wanted_first:
            fit = Fitness.LANGUAGE  # whoever names a family for a language has chosen it
        named = name_class(face, kind)
        return (last, own, fit, place, face.color, source, named, face.italic, distance, face.index)

    def _named_place(self, face: Face, kind: str) -> tuple[int, int]:
        """(0 named for the script, 1 for the language, 2 otherwise; the place in that list)."""
        family = face.family.casefold()
        for place, (name_kind, name) in enumerate(self._own_families):
            if name == family and name_kind in ("", kind, kind_group(kind)):
                return (0 if name_kind else 1, place)
        return (2, self._families.get(family, len(self._families)))

    def _read_system(self) -> bool:
        return self._library.read_system_fonts()
