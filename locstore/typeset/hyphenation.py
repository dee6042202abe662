"""Hyphenation: where a soft hyphen may be put into a word, by LibreOffice's patterns (pyphen) and Finnish syllables."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from locstore.typeset.glue import address_spans

if TYPE_CHECKING:
    from pyphen import Pyphen

SOFT_HYPHEN = "\u00ad"

# Languages whose patterns were tried on words of app stores, 2026-11-30; others are not hyphenated.
_DICTIONARIES = {
    "cs": "cs_CZ",
    "da": "da_DK",
    "de": "de_DE",
    "es": "es",
    "fr": "fr",
    "hu": "hu_HU",
    "it": "it_IT",
    "nb": "nb_NO",
    "nl": "nl_NL",
    "no": "nb_NO",
    "pl": "pl_PL",
    "pt": "pt_PT",
    "ru": "ru_RU",
    "sv": "sv",
    "uk": "uk_UA",
}
_SHORTEST_WORD = 8  # letters: shorter words gain nothing in a headline
_SHORTEST_PART = 3  # letters before and after a hyphen
_WORD = re.compile(r"[^\W\d_]+(?:\u00ad[^\W\d_]+)*")
# A Finnish syllable begins with the last consonant before a vowel; pyphen has no patterns for the language.
_FINNISH_SYLLABLE = re.compile(r"(?<=[a-zåäö])(?=[bcdfghjklmnpqrstvwxz][aeiouyåäö])")


def can_hyphenate(language: str) -> bool:
    """Whether words of a BCP 47 language can be hyphenated."""
    primary = language.partition("-")[0].casefold()
    return primary == "fi" or primary in _DICTIONARIES


@cache
def _dictionary(language: str) -> Pyphen:
    from pyphen import Pyphen

    primary = language.partition("-")[0].casefold()
    name = "pt_BR" if language.casefold() == "pt-br" else _DICTIONARIES[primary]
    return Pyphen(lang=name, left=_SHORTEST_PART, right=_SHORTEST_PART)


def _word_points(word: str, language: str) -> list[int]:
    if language.partition("-")[0].casefold() == "fi":
        points = [match.start() for match in _FINNISH_SYLLABLE.finditer(word.lower())]
        return [p for p in points if _SHORTEST_PART <= p <= len(word) - _SHORTEST_PART]
    # A point with data changes the spelling (Dutch omaatje, Hungarian asszonnyal): the words are never altered.
    return [int(p) for p in _dictionary(language).positions(word) if getattr(p, "data", None) is None]


@lru_cache(maxsize=1024)
def hyphenation_points(text: str, language: str) -> tuple[int, ...]:
    """Code point offsets in `text` at which a soft hyphen may be put, in order; none for a language without patterns.

    Words that have a soft hyphen already are left as their author wrote them, and so are words with capitals after
    the first letter and addresses.
    """
    if not can_hyphenate(language):
        return ()
    addresses = address_spans(text)
    points = []
    for match in _WORD.finditer(text):
        word = match[0]
        whole = len(word) < _SHORTEST_WORD or SOFT_HYPHEN in word or word[1:] != word[1:].lower()
        if whole or any(start <= match.start() < end for start, end in addresses):
            continue
        points += [match.start() + point for point in _word_points(word, language)]
    return tuple(points)


def with_soft_hyphens(
    text: str, highlights: Sequence[tuple[int, int]], points: Sequence[int]
) -> tuple[str, tuple[tuple[int, int], ...], frozenset[int]]:
    """`text` with a soft hyphen at each of `points`, the moved highlights, and the offsets behind the hyphens."""
    pieces, last = [], 0
    for point in points:
        pieces += [text[last:point], SOFT_HYPHEN]
        last = point
    moved = tuple((start + bisect_right(points, start), end + bisect_left(points, end)) for start, end in highlights)
    behind = frozenset(point + index + 1 for index, point in enumerate(points))
    return "".join([*pieces, text[last:]]), moved, behind
