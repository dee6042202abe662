"""Where text may be cut: grapheme clusters and line break opportunities with their quality (ICU, UAX #14 and #29)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from enum import IntEnum

from icu4py.breakers import BaseBreaker, CharacterBreaker, LineBreaker, WordBreaker


class Quality(IntEnum):
    """How good a place is for a line to end; the typesetter uses worse ones only when it must."""

    FORCED = 0  # an explicit newline
    GOOD = 1  # between words or phrases
    FAIR = 2  # allowed by the script's rules: after a hyphen, inside a Japanese phrase
    POOR = 3  # inside a Chinese or Korean word: legal, but it hurts


@dataclasses.dataclass(frozen=True, slots=True)
class Break:
    """A line may end before code point `position`."""

    position: int
    quality: Quality


# Languages whose typography forbids a one-letter preposition or conjunction at the end of a line.
_CLINGING = frozenset({"be", "bg", "cs", "hr", "mk", "pl", "ru", "sk", "sl", "sr", "uk"})
_ONE_LETTER_WORD = re.compile(r"(?:^|(?<=[\s\u00a0(„“«'\"]))[^\W\d_][ ]+")
# French sets a space before tall punctuation and inside guillemets; a line must not break there.
_FRENCH_SPACE = re.compile(r"[ \u00a0\u202f](?=[!?:;»%])|(?<=«)[ \u00a0\u202f]")
_NUMBER_SPACE = re.compile(r"(?<=\d)[ ](?=\d{3}\b)")
_WORD_HYPHENS = "-\u2010\u00ad"


def utf16_offsets(text: str) -> list[int]:
    """`offsets[u]` is the code point index of UTF-16 unit `u`: ICU counts units, Python code points."""
    offsets: list[int] = []
    for index, char in enumerate(text):
        offsets.append(index)
        if ord(char) > 0xFFFF:
            offsets.append(index)
    offsets.append(len(text))
    return offsets


def _segments(breaker: BaseBreaker, offsets: list[int]) -> Iterator[int]:
    """End position of each segment in code points."""
    for _, end in breaker.segments():
        yield offsets[end]


def graphemes(text: str) -> list[tuple[int, int]]:
    """Extended grapheme clusters as (start, end) code point offsets."""
    offsets = utf16_offsets(text)
    ends = list(_segments(CharacterBreaker(text, "root"), offsets))
    return list(zip([0, *ends[:-1]], ends, strict=True)) if text else []


def _line_ends(text: str, locale: str, offsets: list[int]) -> set[int]:
    return set(_segments(LineBreaker(text, locale), offsets)) - {len(text)}


def _graded(text: str, language: str) -> dict[int, Quality]:
    """Opportunities by language family, before the house rules for single languages."""
    offsets = utf16_offsets(text)
    primary = language.partition("-")[0]
    if primary == "ja":
        other, lesser = _line_ends(text, "ja@lb=strict", offsets), Quality.FAIR
        # Phrases alone know no strict kinsoku: they would let a line begin with a small kana after a comma.
        good = other & _line_ends(text, "ja@lb=strict;lw=phrase", offsets)
    elif primary == "ko":
        good = _line_ends(text, "ko@lw=phrase", offsets)
        other, lesser = _line_ends(text, "ko@lb=strict", offsets), Quality.POOR
    elif primary in ("zh", "yue"):
        other, lesser = _line_ends(text, "zh@lb=strict", offsets), Quality.POOR
        good = other & set(_segments(WordBreaker(text, "zh"), offsets))
    else:
        good, other, lesser = _line_ends(text, primary or "root", offsets), set(), Quality.FAIR
    return {p: Quality.GOOD if p in good else lesser for p in good | other}


def break_opportunities(text: str, language: str) -> list[Break]:
    """Every place in `text` where a line may end, in order, for a BCP 47 language.

    UAX #14 with ICU's dictionaries for Thai, Lao, Khmer and Burmese; Japanese strict kinsoku with phrase breaks
    first; Korean keep-all first; Chinese between words first. Slavic one-letter words and French spaced
    punctuation stay with their neighbours. Newlines are not looked for: the caller sets paragraphs one by one.
    """
    graded = _graded(text, language)
    primary = language.partition("-")[0]
    forbidden = {m.end() for m in _NUMBER_SPACE.finditer(text)}
    if primary in _CLINGING:
        forbidden |= {m.end() for m in _ONE_LETTER_WORD.finditer(text)}
    if primary == "fr":
        forbidden |= {m.end() for m in _FRENCH_SPACE.finditer(text)}
    breaks = []
    for position in sorted(graded):
        if position in forbidden:
            continue
        quality = graded[position]
        if text[position - 1] in _WORD_HYPHENS and quality is Quality.GOOD:
            quality = Quality.FAIR
        breaks.append(Break(position, quality))
    return breaks
