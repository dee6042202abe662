"""Capitals by a language's rules (Unicode 17, SpecialCasing.txt and CLDR): Turkish dots, Greek without accents, Dutch.

Letters of scripts without case stay as they are; so does Georgian, whose capitals (Mtavruli) few typefaces have.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_DOTTED = frozenset({"tr", "az"})
_TONOS = frozenset("\u0301\u0342\u0300\u0313\u0314\u0345")
_DIALYTIKA = "\u0308"


def uppercase(
    text: str, language: str, spans: Sequence[tuple[int, int]] = ()
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text in capitals, and spans of it (code points) where they are then: `ß` becomes two letters."""
    main = language.split("-", maxsplit=1)[0].lower()
    letters = [_capital(char, text, i, main) for i, char in enumerate(text)]
    starts = [0]
    for letter in letters:
        starts.append(starts[-1] + len(letter))
    return "".join(letters), tuple((starts[a], starts[b]) for a, b in spans)


def _capital(char: str, text: str, index: int, language: str) -> str:
    if language in _DOTTED and char == "i":
        return "\u0130"
    if language == "lt" and char == "\u0307" and index and text[index - 1] in "ijįIJĮ":
        return ""  # Lithuanian keeps a dot under accents in small letters only
    if "\u10d0" <= char <= "\u10ff":
        return char
    if language == "el":
        return _greek(char, text, index)
    return char.upper()


def _greek(char: str, text: str, index: int) -> str:
    """Without accents; a diaeresis stays, and comes where the accent alone said that two vowels are apart."""
    parts = unicodedata.normalize("NFD", char)
    if char in _TONOS:
        return ""
    bare = "".join(c for c in parts if c not in _TONOS)
    capital = unicodedata.normalize("NFC", bare.upper())
    before = unicodedata.normalize("NFD", text[index - 1]) if index else ""
    apart = len(before) > 1 and before[-1] in _TONOS and before[0] in "αεουΑΕΟΥ" and _DIALYTIKA not in before
    if apart and char in "ιυ":
        return unicodedata.normalize("NFC", capital + _DIALYTIKA)
    if char == "ή" and _alone(text, index):
        return "Ή"  # the word "or" keeps its accent
    return capital


def _alone(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return not before.isalpha() and not after.isalpha()
