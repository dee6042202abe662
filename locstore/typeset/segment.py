"""Where text may be cut: grapheme clusters, and line break opportunities with their quality (ICU, UAX #14 and #29)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache

from icu4py.breakers import BaseBreaker, CharacterBreaker, LineBreaker, WordBreaker

from locstore.typeset.glue import forbidden_breaks, last_resort_breaks
from locstore.typeset.phrases import chinese_words, japanese_phrases, japanese_words
from locstore.typeset.word_lists import compounds


class Quality(IntEnum):
    """How good a place is for a line to end. Each is a tier: the typesetter goes down only when it must or it pays."""

    FORCED = 0  # a newline in the text
    GOOD = 1  # between words, or between phrases in Japanese
    HYPHEN = 2  # after a hyphen, or at a soft hyphen that the text has
    DICTIONARY_HYPHEN = 3  # at a hyphen from the hyphenation dictionary
    INSIDE_PHRASE = 4  # between the words of a Japanese phrase; at a doubtful word end in Chinese; in a compound
    INSIDE_WORD = 5  # anywhere else that the rules of the script allow: reported


@dataclasses.dataclass(frozen=True, slots=True)
class Break:
    """A line may end before code point `position`."""

    position: int
    quality: Quality


NEWLINE = re.compile("[\n\v\f\r\x85\u2028\u2029]")
"""Each of these ends a line (UAX #14)."""

_HYPHENS = "-\u2010\u00ad"


def utf16_offsets(text: str) -> list[int]:
    """`offsets[u]` is the code point index of UTF-16 unit `u`: ICU counts units, Python code points."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return list(range(len(text) + 1))
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


def word_spans(text: str, locale: str) -> list[tuple[int, int]]:
    """Words, and what is between them, as (start, end) code point offsets (UAX #29, with ICU's dictionaries)."""
    ends = [*_word_ends(text, locale, utf16_offsets(text)), len(text)]
    return list(zip([0, *ends[:-1]], ends, strict=True)) if text else []


def _line_ends(text: str, locale: str, offsets: list[int]) -> set[int]:
    return set(_segments(LineBreaker(text, locale), offsets)) - {len(text)}


def _word_ends(text: str, locale: str, offsets: list[int]) -> list[int]:
    return [end for end in _segments(WordBreaker(text, locale), offsets) if end < len(text)]


def _graded(text: str, primary: str) -> dict[int, Quality]:
    """Opportunities by language family, before the rules that hold in every language."""
    offsets = utf16_offsets(text)
    if primary == "ja":
        # The strict rules of ICU decide what may begin a line; phrases and words only choose among those places.
        allowed = _line_ends(text, "ja@lb=strict", offsets)
        graded = dict.fromkeys(allowed, Quality.INSIDE_WORD)
        inner = allowed & japanese_words(text, _word_ends(text, "ja", offsets))
        graded.update(dict.fromkeys(inner, Quality.INSIDE_PHRASE))
        spaces = {p for p in allowed if text[p - 1].isspace()}
        graded.update(dict.fromkeys(allowed & (japanese_phrases(text) | spaces), Quality.GOOD))
        return graded
    if primary in ("zh", "yue"):
        allowed = _line_ends(text, "zh@lb=strict", offsets)
        sure, doubtful = chinese_words(text, _word_ends(text, "zh", offsets))
        graded = dict.fromkeys(allowed, Quality.INSIDE_WORD)
        graded.update(dict.fromkeys(allowed & doubtful, Quality.INSIDE_PHRASE))
        graded.update(dict.fromkeys(allowed & sure, Quality.GOOD))
        return graded
    if primary == "ko":
        graded = dict.fromkeys(_line_ends(text, "ko@lb=strict", offsets), Quality.INSIDE_WORD)
        graded.update(dict.fromkeys(_line_ends(text, "ko@lw=phrase", offsets), Quality.GOOD))
        return graded
    graded = dict.fromkeys(_line_ends(text, primary or "root", offsets), Quality.GOOD)
    if primary == "th":
        pattern = compounds("th")
        for match in pattern.finditer(text) if pattern is not None else ():
            for position in range(match.start() + 1, match.end()):
                if position in graded:
                    graded[position] = Quality.INSIDE_PHRASE
    return graded


@lru_cache(maxsize=4096)
def break_opportunities(
    text: str, language: str, keep_together: tuple[str, ...] = (), dictionary_hyphens: frozenset[int] = frozenset()
) -> tuple[Break, ...]:
    """Every place in `text` where a line may end, in order, for a BCP 47 language.

    UAX #14 with ICU's dictionaries for Thai, Lao, Khmer and Burmese; Japanese strict kinsoku with BudouX's phrases;
    Korean between words; Chinese between words. Places that `glue` forbids are left out; those inside an address or
    a name of `keep_together` are `INSIDE_WORD`. `dictionary_hyphens` are offsets behind soft hyphens that
    `hyphenation` has put in. Newlines are not looked for: the caller sets paragraphs one by one.
    """
    graded = _graded(text, language.partition("-")[0])
    forbidden = forbidden_breaks(text, language)
    last_resort = last_resort_breaks(text, keep_together)
    # ICU's dictionaries may begin a word with a mark that extends the cluster before it, such as Thai sara am.
    inside_clusters = set() if text.isascii() else set(range(len(text))) - {end for _, end in graphemes(text)}
    breaks = []
    for position in sorted(graded.keys() - inside_clusters):
        quality = graded[position]
        if position in last_resort:
            quality = Quality.INSIDE_WORD
        elif position in forbidden:
            continue
        elif position in dictionary_hyphens:
            quality = Quality.DICTIONARY_HYPHEN
        elif text[position - 1] in _HYPHENS and quality is Quality.GOOD:
            quality = Quality.HYPHEN
        breaks.append(Break(position, quality))
    return tuple(breaks)
