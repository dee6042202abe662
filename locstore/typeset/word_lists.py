"""The word lists of `data/`: function words and compounds by language, read once."""

from __future__ import annotations

import dataclasses
import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources

_MARKS = str.maketrans({"’": "'", "ʼ": "'", "`": "'"})
_EDGES = ' \t\u00a0\u202f\u00ad\u2060\u200b\u200e\u200f\u2066\u2067\u2068\u2069"“”„«»‹›‘([{（「『【〈《¿¡*'


@dataclasses.dataclass(frozen=True, slots=True)
class FunctionWords:
    """Words of one language that belong to the next word (`leads`) or to the one before (`follows`)."""

    leads: frozenset[str]
    follows: frozenset[str]

    def leads_on(self, word: str) -> bool:
        """Whether a line should not end with `word`, which may have an elided article before it (`d’un`)."""
        return self._has(word, self.leads) or self._has(word.rpartition("'")[2] if "'" in word else "", self.leads)

    def follows_on(self, word: str) -> bool:
        """Whether a line should not begin with `word`."""
        return self._has(word, self.follows)

    def _has(self, word: str, words: frozenset[str]) -> bool:
        return bool(word) and word in words


def plain_word(word: str) -> str:
    """`word` as the lists have it: lower case, straight apostrophes, no opening marks, no Arabic or Hebrew vowel signs.

    Empty for an abbreviation in capitals (`IT`) and for a word with a mark at its end: those bind nothing.
    """
    bare = word.strip(_EDGES)
    if not bare or not (bare[-1].isalpha() or unicodedata.category(bare[-1]) in ("Mn", "Mc") or bare[-1] in "'’"):
        return ""
    if len(bare) > 1 and bare.isupper():
        return ""
    return _folded(bare)


def _folded(word: str) -> str:
    word = word.translate(_MARKS).casefold()
    return "".join(c for c in word if not ("\u0591" <= c <= "\u05c7" or "\u064b" <= c <= "\u0652"))


def _primary(language: str) -> str:
    primary = language.partition("-")[0].casefold()
    return {"no": "nb", "nn": "nb", "tl": "fil", "yue": "zh", "iw": "he", "in": "id"}.get(primary, primary)


@cache
def _read(name: str) -> dict[str, dict[str, str]]:
    text = resources.files("locstore.typeset").joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def function_words(language: str) -> FunctionWords:
    """The function words of a BCP 47 language; empty for a language without a list."""
    found = _read("function_words.toml").get(_primary(language), {})
    leads, follows = (frozenset(map(_folded, found.get(kind, "").split())) for kind in ("leads", "follows"))
    return FunctionWords(leads, follows)


@cache
def languages() -> tuple[str, ...]:
    """The primary subtags that have function words."""
    return tuple(sorted(_read("function_words.toml")))


@cache
def compounds(language: str) -> re.Pattern[str] | None:
    """A pattern that finds the compounds of a BCP 47 language, longest first; None for a language without a list."""
    items = _read("compounds.toml").get(_primary(language), {}).get("words", "").split("|")
    words = sorted({item.strip() for item in items if item.strip()}, key=lambda item: (-len(item), item))
    if not words:
        return None
    spaced = any(" " in word for word in words)
    parts = (re.escape(word).replace(r"\ ", r"\s+").replace("'", "['’]") for word in words)
    edges = (r"(?<!\w)", r"(?!\w)") if spaced else ("", "")
    return re.compile(f"{edges[0]}(?:{'|'.join(parts)}){edges[1]}", re.IGNORECASE)
