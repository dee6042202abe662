"""Checks of the words: left in the source language, doubled, too long, begun with the wrong case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from locstore.lint.pairs import Pair

_DOUBLED = re.compile(r"(?<![\w'’-])([^\W\d_]{2,}(?:['’][^\W\d_]+)?)[ \u00a0]+\1(?![\w'’-])", re.IGNORECASE)
# In these languages a doubled word is how plurals, degrees and repetition are said.
_REDUPLICATING = frozenset({"as", "az", "bn", "fil", "gu", "hi", "id", "jv", "kn", "ml", "mr", "ms", "ne", "or", "pa",
                            "si", "sw", "ta", "te", "th", "tr", "ur", "vi", "ja", "ko", "zh"})  # fmt: skip
_GRAMMATICAL = {
    "de": {"die", "der", "das", "sie", "den"},
    "en": {"that", "had"},
    "fr": {"nous", "vous"},
    "nl": {"dat", "die", "ze"},
    "da": {"der", "det"},
    "nb": {"det", "der"},
    "sv": {"det", "den"},
    "es": {"se"},
}
_LONGEST = 2.0
_SLACK = 16


def untranslated(pair: Pair) -> Iterator[str]:
    """The text is still the source's.

    One word alone may be a name or the same in both languages, and so may short ones; a catalog of the source's own
    language, such as British English, has to have the same words.
    """
    if pair.language == pair.source_language or pair.text.plain.casefold() != pair.source.plain.casefold():
        return
    # Names have capitals inside, or are nothing but capitals: iCloud, PDF.
    words = [w for w in pair.source.words if len(w) > 2 and not any(c.isupper() for c in w[1:])]
    if len(words) > 1:
        yield "the translation is the same as the source"


def doubled_words(pair: Pair) -> Iterator[str]:
    """A word stands there twice."""
    if pair.language in _REDUPLICATING or _DOUBLED.search(pair.source.plain):
        return
    for found in _DOUBLED.finditer(pair.text.plain):
        if found[1].casefold() not in _GRAMMATICAL.get(pair.language, ()):
            yield f"the word “{found[1]}” stands there twice"


def length(pair: Pair) -> Iterator[str]:
    """The text is likely too long for its room.

    `locstore check` measures exactly; this says it without fonts and for every translation, used or not.
    """
    lines = pair.text.text.count("\n") + 1
    if pair.max_lines and lines > pair.max_lines:
        yield f"it has {lines} lines of its own, the slot {pair.max_lines}"
    elif pair.text.width > pair.source.width * _LONGEST + _SLACK:
        yield f"it is about {pair.text.width} letters wide, the source {pair.source.width}"


def capitals(pair: Pair) -> Iterator[str]:
    """The text begins with another case than its source."""
    wanted, given = _first(pair.source.plain), _first(pair.text.plain)
    if not wanted or not given:
        return
    if not _cased(given) or any(_is_name(side.plain.split()[0]) for side in (pair.source, pair.text)):
        return
    if wanted.isupper() and given.islower():
        yield f"the source begins with a capital, the translation with “{given}”"
    elif wanted.islower() and given.isupper() and pair.language != "de":
        yield f"the source begins with a small letter, the translation with “{given}”"


def _first(text: str) -> str:
    """The first character if it is a letter, behind the inverted marks of Spanish."""
    char = text.strip().lstrip("¿¡")[:1]
    return char if char.isalpha() else ""


def _is_name(word: str) -> bool:
    """Whether a word has a case of its own: iCloud, prc9, example.org."""
    return any(c.isupper() or c.isdigit() or c in "._/" for c in word[1:].rstrip(".,:;!?…"))


def _cased(char: str) -> bool:
    return unicodedata.category(char) in {"Lu", "Ll", "Lt"}
