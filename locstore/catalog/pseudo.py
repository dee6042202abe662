"""Pseudo-locales: stand-in translations made from the source text, which show what breaks before a word is translated.

`en-XA` puts accents on the letters and makes the text 40 % longer, `ar-XB` writes it in Arabic letters, so that it
runs from right to left by itself, and `en-XL` grows words as German and Finnish do. The tags are CLDR's own for the
first two; XL is one of ISO 3166's user-assigned codes, as theirs are. Nothing here is meant to be read by a customer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from types import MappingProxyType

from locstore.catalog.po import Catalog, Entry, State
from locstore.messages import Message
from locstore.values.plural import default_plural_rule

PSEUDO_LOCALES = ("en-XA", "ar-XB", "en-XL")

# Placeholders, doubled braces, escapes, asterisks and line ends stay; a stray brace is the concept's own mistake.
_PIECE = re.compile(r"(\{[\w-]{1,64}\}|\{\{|\}\}|\\[*\\]|[*\n{}\\])")
_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = frozenset("aeiouyAEIOUY")
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
# One Arabic letter for each Latin one, by sound where there is one: words join, and read from right to left.
_ARABIC = "ابكدهفغحيجقلمنوپصرستعڤخظىز"
_ARABIC_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_SYLLABLES = ("en", "ung", "lich", "keit", "isch", "uudes", "ssa", "heits")
_GROWTH = 1.4
# How much longer than the English a translation gets, by the English length: W3C, "Text size in translation"
# (2007), after IBM's guidelines; the lower end of each range, which German and Finnish reach as a rule.
_GROWTH_BY_LENGTH = ((10, 2.0), (20, 1.8), (30, 1.6), (50, 1.4))
_GROWTH_OF_LONG = 1.3


def pseudo_text(text: str, code: str) -> str:
    """The text in a pseudo-locale; placeholders, highlights and line ends stay. Raises KeyError for another code."""
    return _MAKERS[code](text)


def pseudo_catalog(messages: Iterable[Message], code: str, *, display_path: str = "") -> Catalog:
    """A catalog of stand-ins for every message, each at the line of its source text.

    `code` is one of PSEUDO_LOCALES, `display_path` the file that findings name: the concept, as there is no PO file.
    Plurals
    have two forms, as the source has. Raises KeyError for another code.
    """
    entries = {}
    for message in messages:
        texts = (message.source,) if message.plural is None else (message.source, message.plural)
        entries[message.key] = Entry(
            context=message.context,
            msgid=message.source,
            msgid_plural=message.plural,
            msgstr=tuple(pseudo_text(text, code) for text in texts),
            state=State.TRANSLATED,
            line=message.line,
            msgstr_lines=(message.line,) * len(texts),
        )
    return Catalog(
        code=code.replace("-", "_"),
        path=display_path,
        digest="",
        entries=MappingProxyType(entries),
        obsolete=(),
        plural=default_plural_rule(),
    )


def _accented(text: str) -> str:
    """Accents on every letter, vowels drawn out by 40 %, and brackets: where one is missing, words are cut off."""
    letters = str.maketrans(_PLAIN, _ACCENTED)
    grown = _over_words(text, _GROWTH, _drawn_out)
    return f"[{_over_pieces(grown, lambda piece: piece.translate(letters))}]"


def _mirrored(text: str) -> str:
    """Arabic letters in place of all others, and brackets, which turn around with the direction."""
    return f"[{_over_pieces(text, _arabic)}]"


def _widened(text: str) -> str:
    """Words with endings as long as German and Finnish have them; the shorter the text, the more it grows."""
    length = sum(len(piece) for piece in _PIECE.split(text)[::2])
    growth = next((factor for limit, factor in _GROWTH_BY_LENGTH if length <= limit), _GROWTH_OF_LONG)
    return _over_words(text, growth, _with_endings)


_MAKERS: MappingProxyType[str, Callable[[str], str]] = MappingProxyType(
    {"en-XA": _accented, "ar-XB": _mirrored, "en-XL": _widened}
)


def _over_pieces(text: str, change: Callable[[str], str]) -> str:
    """The text with its words changed, and what is not words as it is."""
    pieces = _PIECE.split(text)
    pieces[::2] = [change(piece) for piece in pieces[::2]]
    return "".join(pieces)


def _over_words(text: str, growth: float, lengthen: Callable[[str, int], str]) -> str:
    """The text with each word lengthened by its share, so that the whole grows by the factor, to the letter."""
    pieces = _PIECE.split(text)
    letters = sum(len(word) for piece in pieces[::2] for word in _WORD.findall(piece))
    if not letters:
        return text
    wanted = math.ceil(sum(map(len, pieces[::2])) * (growth - 1))
    seen = given = 0

    def longer(match: re.Match[str]) -> str:
        nonlocal seen, given
        seen += len(match[0])
        share = wanted * seen // letters - given
        given += share
        return lengthen(match[0], share)

    pieces[::2] = [_WORD.sub(longer, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _drawn_out(word: str, more: int) -> str:
    """`more` letters more, vowels first: they are said longer, and the word stays readable."""
    places = [i for i, char in enumerate(word) if char in _VOWELS] or list(range(len(word)))
    times = [more // len(places) + (place < more % len(places)) for place in range(len(places))]
    extra = dict(zip(places, times, strict=True))
    return "".join(char + char.lower() * extra.get(i, 0) for i, char in enumerate(word))


def _with_endings(word: str, more: int) -> str:
    """`more` letters of endings, begun by the word's own length so that words differ."""
    endings: list[str] = []
    number = len(word)
    while sum(map(len, endings)) < more:
        endings.append(_SYLLABLES[number % len(_SYLLABLES)])
        number += 1
    return word + "".join(endings)[:more]


def _arabic(piece: str) -> str:
    letters = {**dict(zip(_PLAIN[:26], _ARABIC, strict=True)), **dict(zip(_PLAIN[26:], _ARABIC, strict=True))}
    letters |= {",": "،", ";": "؛", "?": "؟"}
    return "".join(
        letters.get(c) or (_ARABIC_LETTERS[ord(c) % len(_ARABIC_LETTERS)] if c.isalpha() else c) for c in piece
    )
