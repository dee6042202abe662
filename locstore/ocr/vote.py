"""Turns several readings into one verdict, letter by letter: by votes for exactly these letters, never by closeness."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Collection, Sequence

from locstore.ocr.compare import aligned, distance
from locstore.ocr.normalize import fold, unwritable
from locstore.ocr.rapid import SIGNS
from locstore.readings import Verdict

_VOTES = 3  # of one engine, when no other engine has a say
_BESIDE_ANOTHER = 2  # of one engine, when another agrees
_SOFT_HYPHEN = "\u00ad"
_DIVIDED = re.compile(r"[-‐]\s*\n\s*")
_EDGE = "\x02", "\x03"  # what stands before and after the words counts, too


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What one engine read; `other` is an engine that is not Tesseract, `charset` what a Tesseract model can write.

    `sure` is the text with other signs for letters that the engine guessed; "" where it is sure of all.
    """

    text: str
    by: str
    other: bool = False
    charset: frozenset[str] = frozenset()
    sure: str = ""


def verdict(
    asked: str, readings: Sequence[Reading], language: str, unreadable_by_second_engine: Collection[str] = frozenset()
) -> Verdict:
    """Exact, likely or mismatch for words, of which every letter is put to the vote.

    A reading votes for a letter that it has with the same neighbours. A letter is sure when two readings of one engine
    and one of another vote for it, or three readings of one where the other engine reads now this, now that. A reading
    has no vote against a letter that its model cannot write, and the other engine has no say on the letters in
    `unreadable_by_second_engine`
    and those beside them. Exact is when all letters are sure; likely is when one reading has them all, or every letter
    has two votes.
    """
    wanted = fold(asked, language)
    ballots = [_Ballot.of(_unhyphenated(reading, asked), wanted, language) for reading in readings]
    places = range(len(wanted))
    unheard = {i for i in places if any(char in unreadable_by_second_engine for char in wanted[max(0, i - 1) : i + 2])}
    if wanted and all(_is_sure(i, wanted, ballots, unheard=i in unheard) for i in places):
        return Verdict.EXACT
    if any(fold(ballot.reading.text, language) == wanted for ballot in ballots):
        return Verdict.LIKELY
    if wanted and all(sum(ballot.votes[i] for ballot in ballots) > 1 for i in places):
        return Verdict.LIKELY
    return Verdict.MISMATCH


def _unhyphenated(reading: Reading, asked: str) -> Reading:
    """Without hyphens at line ends, if the words may be divided: those are the typesetter's and not the words'."""
    if _SOFT_HYPHEN not in asked:
        return reading
    return dataclasses.replace(reading, text=_DIVIDED.sub("", reading.text), sure=_DIVIDED.sub("", reading.sure))


@dataclasses.dataclass(frozen=True, slots=True)
class _Ballot:
    """A reading beside the words: whether it has each letter in its place, what it has instead, and around that."""

    reading: Reading
    text: str
    votes: tuple[bool, ...]
    instead: tuple[str, ...]
    around: tuple[str, ...]
    writes: tuple[bool, ...]

    @classmethod
    def of(cls, reading: Reading, wanted: str, language: str) -> _Ballot:
        text = fold(reading.sure or reading.text, language)
        blind = set(unwritable(wanted, reading.charset, language)) if reading.charset else set()
        writes = tuple(char not in blind for char in wanted)
        if text == wanted:
            return cls(reading, text, (True,) * len(wanted), tuple(wanted), tuple(wanted), writes)
        framed = f"{_EDGE[0]}{wanted}{_EDGE[1]}"
        other = f"{_EDGE[0]}{text}{_EDGE[1]}"
        places = aligned(framed, other)
        same = [j is not None and framed[i] == other[j] for i, j in enumerate(places)]
        # A letter beside one that the model cannot write has a neighbour that the model cannot get right.
        near = [fits or (char in blind and j is not None) for fits, char, j in zip(same, framed, places, strict=True)]
        votes = []
        for i in range(1, len(framed) - 1):
            before, here, after = places[i - 1], places[i], places[i + 1]
            close = None not in (before, here, after) and after - before == 2  # type: ignore[operator]
            votes.append(close and near[i - 1] and same[i] and near[i + 1])
        instead = tuple("" if j is None else other[j] for j in places[1:-1])
        around = tuple(_around(other, places, i) for i in range(1, len(framed) - 1))
        return cls(reading, text, tuple(votes), instead, around, writes)


def _around(text: str, places: Sequence[int | None], i: int) -> str:
    """The text from the neighbour before to the neighbour after."""
    before = next((j for j in reversed(places[:i]) if j is not None), 0)
    after = next((j for j in places[i + 1 :] if j is not None), len(text))
    return text[before : after + 1]


def _is_sure(i: int, wanted: str, ballots: Sequence[_Ballot], *, unheard: bool) -> bool:
    others = [] if unheard else [ballot for ballot in ballots if ballot.reading.other]
    tesseract = [ballot for ballot in ballots if not ballot.reading.other]
    # Where a reader who knows this letter has seen one that a model does not have, the model is blind, not sure: the
    # Ukrainian one writes з for э. The other engine is believed so far where only the mark is another.
    seen = {
        char
        for ballot in ballots
        for char in [ballot.instead[i]]
        if ballot.writes[i]
        and (_differs_by_mark(char, wanted[i]) or (char != wanted[i] and char.isalpha() and not ballot.reading.other))
    }
    own = sum(ballot.votes[i] and seen <= ballot.reading.charset for ballot in tesseract)
    agreed = sum(ballot.votes[i] for ballot in others)
    if tesseract and not any(ballot.writes[i] and (ballot.votes[i] or wanted[i] not in SIGNS) for ballot in tesseract):
        return agreed > 1  # no model has this sign, or none has ever seen it, and the other engine has it twice
    if agreed:
        return own >= _BESIDE_ANOTHER
    # The other engine knows no words: what it reads twice in the same way stands in the picture.
    return own >= _VOTES and (not others or len({ballot.around[i] for ballot in others}) > 1)


def unheard_letters(asked: str, readings: Sequence[Reading], language: str) -> frozenset[str]:
    """The letters (folded) that none of these readings of words known to be right has in their place."""
    wanted = fold(asked, language)
    ballots = [_Ballot.of(_unhyphenated(reading, asked), wanted, language) for reading in readings]
    texts = [ballot for ballot in ballots if any(ballot.votes)]
    wrong = {char for i, char in enumerate(wanted) if not any(b.instead[i] == char for b in texts)}
    return frozenset(wrong) if texts else frozenset()


def _differs_by_mark(one: str, other: str) -> bool:
    return bool(one) and one != other and unicodedata.normalize("NFD", one)[0] == unicodedata.normalize("NFD", other)[0]


def best_reading(asked: str, readings: Sequence[Reading], language: str) -> tuple[str, float | None]:
    """The reading that is nearest to the words, for people to see, and how far it is; ('', None) for none."""
    wanted = fold(asked, language)
    plain = [_unhyphenated(reading, asked).text for reading in readings]
    measured = [(distance(wanted, fold(text, language)), text) for text in plain if text]
    if not measured:
        return "", 1.0 if readings else None
    off, text = min(measured, key=lambda pair: pair[0])
    return " ".join(text.split()), off
