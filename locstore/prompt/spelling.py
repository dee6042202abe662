"""Words spelled out for an image model, where models slip: letter by letter, or word by word in unspaced scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from locstore.prompt.quoting import quoted
from locstore.typeset import graphemes, word_spans

# Scripts that image models are known to misspell: short words are spelled letter by letter.
_SPELLED = frozenset({
    "Arab", "Armn", "Beng", "Cyrl", "Deva", "Ethi", "Geor", "Grek", "Gujr", "Guru", "Hebr", "Knda", "Kore", "Mlym",
    "Orya", "Sinh", "Taml", "Telu",
})  # fmt: skip
# Scripts that write no spaces: their words are listed, so that a model sees where one ends.
_UNSPACED = frozenset({"Hans", "Hant", "Jpan", "Khmr", "Laoo", "Mymr", "Thai"})
_MOST_LETTERS = 12  # longer words do not gain from being spelled
_EDGES = "!?.,:;،؟।…“”„«»‘’'()"
_NUMBER = re.compile(r"\d(?:[\d.,٬٫'’\u00a0\u202f ]*\d)+")
_BRAND = re.compile(r"[a-z][A-Z]|[A-Z]{2}")


def spellings(script: str, language: str, lines: Sequence[str]) -> list[str]:
    """`"Gießen" = G i e ß e n` for each word that needs it, once each in the order of the text.

    In unspaced scripts `"もう水やりを" in words: もう / 水やり / を`, one for each line of several words.
    """
    found: dict[str, None] = {}
    for line in lines:
        if script in _UNSPACED:
            words = [line[a:b] for a, b in word_spans(line, language) if _is_word(line[a:b])]
            if len(words) > 1:
                found[f"{quoted(line)} in words: {' / '.join(words)}"] = None
        for number in _NUMBER.findall(line):
            found[f"{quoted(number)} = {' '.join(c for c in number if not c.isspace())}"] = None
        for word in (part.strip(_EDGES) for part in line.split()):
            if _needs_spelling(script, word):
                found[f"{quoted(word)} = {' '.join(word[a:b] for a, b in graphemes(word))}"] = None
    return list(found)


def _is_word(text: str) -> bool:
    return any(unicodedata.category(c)[0] in "LN" for c in text)


def _needs_spelling(script: str, word: str) -> bool:
    """Short words of letters: all in a script that models misspell, Latin ones with marks, ß or brand capitals."""
    letters = all(unicodedata.category(c)[0] in "LM" for c in word)
    if not 1 < len(word) <= _MOST_LETTERS or not letters:
        return False
    if word.isascii():
        return bool(_BRAND.search(word))
    if script == "Latn":
        return True
    return script in _SPELLED
