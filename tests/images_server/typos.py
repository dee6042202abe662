"""Spelling mistakes as image models make them: a letter swapped, dropped or doubled, a diacritic lost."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from images_server.faults import fraction
from locstore.typeset import graphemes

Letters = list[str]
KINDS = ("swapped", "dropped", "doubled", "mark")


def with_typo(lines: tuple[str, ...], seed: object) -> tuple[tuple[str, ...], str]:
    """The lines with one mistake, the same for the same seed, and its kind; they always look different."""
    clusters = [[line[start:end] for start, end in graphemes(line)] for line in lines]
    flaws = {kind: list(_flaws(kind, clusters)) for kind in KINDS}
    kinds = [kind for kind in KINDS if flaws[kind]]
    if not kinds:
        return (*lines[:-1], lines[-1] + (lines[-1][-1:] or "x")), "doubled"
    kind = kinds[int(fraction("kind", seed) * len(kinds))]
    number, place = flaws[kind][int(fraction("place", seed) * len(flaws[kind]))]
    flawed = _FLAWS[kind](clusters[number], place)
    return (*lines[:number], "".join(flawed), *lines[number + 1 :]), kind


def _flaws(kind: str, clusters: list[Letters]) -> Iterator[tuple[int, int]]:
    """(line, place) of every mistake of a kind that can be made and seen."""
    for number, letters in enumerate(clusters):
        for place, letter in enumerate(letters):
            if not letter[0].isalpha():
                continue
            flawed = _FLAWS[kind](letters, place)
            if _seen("".join(flawed)) != _seen("".join(letters)):
                yield number, place


def _seen(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _swapped(letters: Letters, place: int) -> Letters:
    if place + 1 == len(letters) or not letters[place + 1][0].isalpha():
        return letters
    return [*letters[:place], letters[place + 1], letters[place], *letters[place + 2 :]]


def _dropped(letters: Letters, place: int) -> Letters:
    return letters[:place] + letters[place + 1 :] if len(letters) > 2 else letters


def _doubled(letters: Letters, place: int) -> Letters:
    return [*letters[: place + 1], letters[place], *letters[place + 1 :]]


def _mark(letters: Letters, place: int) -> Letters:
    parts = unicodedata.normalize("NFD", letters[place])
    marks = [i for i, char in enumerate(parts) if i and unicodedata.category(char) == "Mn"]
    if not marks:
        return letters
    bare = unicodedata.normalize("NFC", parts[: marks[-1]] + parts[marks[-1] + 1 :])
    return [*letters[:place], bare, *letters[place + 1 :]]


_FLAWS: dict[str, Callable[[Letters, int], Letters]] = {
    "swapped": _swapped,
    "dropped": _dropped,
    "doubled": _doubled,
    "mark": _mark,
}
