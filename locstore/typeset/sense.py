"""What a line break does to the sense of the words: hanging function words, cut highlights, compounds and repeats."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from locstore.typeset.segment import Break
from locstore.typeset.word_lists import compounds, function_words, plain_word


class Fault(StrEnum):
    """Why a break is worse than another at the same place in the line."""

    HANGING_WORD = "hanging word"  # the line ends with a word that belongs to the next one
    LEADING_PARTICLE = "leading particle"  # the next line begins with a word that belongs to the one before
    CUT_HIGHLIGHT = "cut highlight"
    CUT_COMPOUND = "cut compound"  # `cuối | cùng`, `at a | glance`
    CUT_REPEAT = "cut repeat"  # `kasvi kuin | kasvi`


# What a fault costs, in the units of `linebreak`: squared line widths. 0.25 is a line that is half a line too short.
COSTS: Mapping[Fault, float] = {
    Fault.HANGING_WORD: 0.26,
    Fault.LEADING_PARTICLE: 0.26,
    Fault.CUT_HIGHLIGHT: 0.35,
    Fault.CUT_COMPOUND: 0.28,
    Fault.CUT_REPEAT: 0.35,
}
PUNCTUATION_BONUS = 0.10

_PUNCTUATION = frozenset(",،、，—–:;：；؛。.!?！？।…")
# Scripts without spaces between words: the words are the segmenter's, and a space is a pause.
UNSPACED_LANGUAGES = frozenset({"ja", "zh", "yue", "th", "lo", "km", "my"})
_WORD = re.compile(r"\S+")
_TRAILING_MARKS = re.compile(r"[\W_]+$")


@dataclasses.dataclass(frozen=True, slots=True)
class Sense:
    """For a text, by break position: the faults of a line that ends there, and where a pause makes a good end."""

    faults: Mapping[int, tuple[Fault, ...]]
    pauses: frozenset[int]

    def cost(self, position: int) -> float:
        """What a line end at `position` costs; negative after a comma or a dash."""
        found = sum(COSTS[fault] for fault in self.faults.get(position, ()))
        return found - (PUNCTUATION_BONUS if position in self.pauses else 0.0)


def _words_before_and_after(text: str, positions: Sequence[int], *, spaced: bool) -> list[tuple[list[str], str]]:
    """For each break: the candidates for the word before it, and the word after it."""
    found: list[tuple[list[str], str]] = []
    edges = [0, *positions, len(text)]
    for index, position in enumerate(positions, start=1):
        if spaced:
            head, tail = text[:position].rsplit(maxsplit=1), text[position:].split(maxsplit=1)
            found.append((head[-1:], tail[0] if tail else ""))
        else:
            start = edges[index - 1]
            before = [text[start:position].strip()]
            if index > 1:
                before.append(text[edges[index - 2] : position].strip())
            found.append((before, text[position : edges[index + 1]].strip()))
    return found


def _repeats(text: str, leads: frozenset[str]) -> list[tuple[int, int]]:
    """Spans of a word that stands twice, side by side or with one word between: `kasvi kuin kasvi`, `step by step`."""
    words = [(m.start(), m.end(), plain_word(_TRAILING_MARKS.sub("", m[0]))) for m in _WORD.finditer(text)]
    spans = []
    for distance in (1, 2):
        for first, second in zip(words, words[distance:], strict=False):
            if first[2] and first[2] == second[2] and first[2] not in leads:
                spans.append((first[0], second[1]))
    return spans


@lru_cache(maxsize=4096)
def _text_sense(text: str, language: str, breaks: tuple[Break, ...]) -> Sense:
    """The sense of a text without its highlights."""
    primary = language.partition("-")[0]
    positions = [b.position for b in breaks]
    listed = function_words(language)
    spaced = primary not in UNSPACED_LANGUAGES
    faults: dict[int, list[Fault]] = {}
    pauses = set()
    pattern = compounds(language)
    whole = [m.span() for m in pattern.finditer(text)] if pattern is not None else []
    repeats = _repeats(text, listed.leads) if spaced else []
    words = _words_before_and_after(text, positions, spaced=spaced)
    for position, (before, after) in zip(positions, words, strict=True):
        here = faults.setdefault(position, [])
        last = text[:position].rstrip()[-1:]
        if last in _PUNCTUATION or (not spaced and text[position - 1].isspace()):
            pauses.add(position)
        elif any(listed.leads_on(plain_word(word)) for word in before):
            here.append(Fault.HANGING_WORD)
        elif listed.follows_on(plain_word(_TRAILING_MARKS.sub("", after))):
            here.append(Fault.LEADING_PARTICLE)
        if any(a < position < b for a, b in whole):
            here.append(Fault.CUT_COMPOUND)
        if any(a < position < b for a, b in repeats):
            here.append(Fault.CUT_REPEAT)
    return Sense({p: tuple(f) for p, f in faults.items() if f}, frozenset(pauses))


def text_sense(
    text: str, language: str, breaks: tuple[Break, ...], highlights: Sequence[tuple[int, int]] = ()
) -> Sense:
    """What every break of `breaks` does to the sense of `text`, for a BCP 47 language."""
    sense = _text_sense(text, language, breaks)
    cut = [b.position for b in breaks if any(start < b.position < end for start, end in highlights)]
    if not cut:
        return sense
    faults = dict(sense.faults)
    for position in cut:
        faults[position] = (*faults.get(position, ()), Fault.CUT_HIGHLIGHT)
    return Sense(faults, sense.pauses)
