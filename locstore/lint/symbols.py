"""Checks of what is not words: placeholders, highlights, numbers, spaces, leftovers of formats, odd characters."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from locstore.lint.pairs import FILLED, Pair
from locstore.values.template import highlights as count_highlights

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f\u066b\u066c’']\d+| \d{3}(?!\d))*")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});|</?[A-Za-z][^<>]{0,80}>")
_ACCELERATOR = re.compile(r"(?<![^\W_])[&_](?=[^\W\d_])|(?<=[^\W\d_])[_](?=[^\W\d_])")
_SPACES = re.compile(r"[ \t\u00a0\u202f]{2,}|\t")
_LITERAL_NEWLINE = re.compile(r"(?<!\\)\\[nrt]")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")
_RUN = re.compile(r"[^\W\d_]+")
_WRITTEN_OUT = 12
_BREAKS_AT_ZERO_WIDTH = frozenset({"th", "km", "lo", "my"})
# Joiners choose letter forms in these scripts, and emoji are made with them.
_JOINING = ("ARABIC", "SYRIAC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA",
            "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "MONGOLIAN")  # fmt: skip
_RTL = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "ckb", "dv"})
_MARKS = "\u200e\u200f\u061c"
_ISOLATES = "\u2066\u2067\u2068"
_END_OF_ISOLATE = "\u2069"
# Letters of Arabic that Persian and Urdu write otherwise.
_ARABIC_ONLY = {"\u064a": "\u06cc", "\u0643": "\u06a9", "\u0649": "\u06cc"}


def placeholders(pair: Pair) -> Iterator[str]:
    """A placeholder stands more often than in the source."""
    wanted, given = Counter(pair.source.names), Counter(pair.text.names)
    for name in sorted(given):
        if wanted[name] and given[name] > wanted[name]:
            yield f"{{{name}}} stands {given[name]} times, in the source {_times(wanted[name])}"


def highlights(pair: Pair) -> Iterator[str]:
    """Another number of highlights than in the source."""
    try:
        wanted, given = count_highlights(pair.source.text), count_highlights(pair.text.text)
    except ValueError:
        return  # `check_message` says what is wrong with it
    if given > wanted:
        yield f"the translation has {given} highlights, the source {wanted or 'none'}"


def numbers(pair: Pair) -> Iterator[str]:
    """Numbers differ from those of the source.

    Digits of every script count as the same, and so does every way to group thousands.
    """
    wanted, given = _numbers(pair.source.plain), _numbers(pair.text.plain)
    lost, added = sorted((wanted - given).elements()), sorted((given - wanted).elements())
    if not (lost and added):
        # “Two”, “October”, “3D”: what one language writes in digits another one has a word for.
        lost, added = ([number for number in side if int(number) > _WRITTEN_OUT] for side in (lost, added))
    if lost:
        yield f"the number {', '.join(lost)} of the source is lost"
    if added:
        yield f"the number {', '.join(added)} is not in the source"


def spaces(pair: Pair) -> Iterator[str]:
    """Spaces that nobody means: doubled, tabs, at a line's end."""
    if _SPACES.search(pair.text.plain) and not _SPACES.search(pair.source.plain):
        yield "two spaces follow each other"
    lines = pair.text.plain.split("\n")
    inner = [*(line[-1:] for line in lines[:-1]), *(line[:1] for line in lines[1:])]
    if any(edge in {" ", "\t", "\u00a0"} for edge in inner):
        yield "a line begins or ends with a space"


def line_breaks(pair: Pair) -> Iterator[str]:
    r"""Other line breaks than in the source, or \n spelled out."""
    if (found := _LITERAL_NEWLINE.search(pair.text.text)) and not _LITERAL_NEWLINE.search(pair.source.text):
        yield f"“{found[0]}” will be read as it stands there; write a line end, which a PO file has as one backslash n"
    wanted, given = pair.source.text.count("\n"), pair.text.text.count("\n")
    if wanted != given:
        yield f"the translation has {given or 'no'} line breaks of its own, the source {wanted or 'none'}"


def accelerators(pair: Pair) -> Iterator[str]:
    """An accelerator mark (& or _) of a menu is left over."""
    text = ENTITY.sub(" ", pair.text.plain)
    if (found := _ACCELERATOR.search(text)) and found[0] not in pair.source.plain and not text.isupper():
        yield f"“{found[0]}” marks a menu's accelerator key and shows as it is in a picture"


def entities(pair: Pair) -> Iterator[str]:
    """HTML entities or tags, which show as they are."""
    if (found := ENTITY.search(pair.text.plain)) and found[0] not in pair.source.plain:
        yield f"“{found[0]}” is HTML and shows as it is; write the character itself"


def mixed_scripts(pair: Pair) -> Iterator[str]:
    """A word mixes letters of two scripts, which look alike."""
    for word in _RUN.findall(pair.text.plain):
        scripts = Counter(s for c in word if (s := _script(c)) in _SCRIPTS)
        if len(scripts) > 1 and word not in pair.source.plain:
            usual, odd = scripts.most_common()[0][0], scripts.most_common()[-1][0]
            char = next(c for c in word if _script(c) == odd)
            letter = f"{odd.capitalize()} {char} (U+{ord(char):04X})"
            yield f"“{word}” is {usual.capitalize()} with a {letter} in it; type it anew"
    if pair.language in {"fa", "ur"}:
        for char in sorted(set(pair.text.plain) & _ARABIC_ONLY.keys()):
            yield f"{char} (U+{ord(char):04X}) is the Arabic letter; this language has {_ARABIC_ONLY[char]}"


def invisible(pair: Pair) -> Iterator[str]:
    """Characters that nobody sees and no script here needs."""
    plain = pair.text.plain
    for number, char in enumerate(plain):
        if reason := _leftover(plain, number, char, pair.language):
            yield f"character {number + 1} is {reason}; remove it"
            return
    opened, closed = sum(map(plain.count, _ISOLATES)), plain.count(_END_OF_ISOLATE)
    if opened != closed:
        yield f"{opened} bidi isolates are opened and {closed} closed"


def _leftover(text: str, at: int, char: str, language: str) -> str | None:
    if char == "\u200b" and language not in _BREAKS_AT_ZERO_WIDTH:
        return "a zero width space"
    if char in "\u200c\u200d" and not _joins(text, at):
        return "a zero width joiner or non-joiner where no letters join"
    if char in _MARKS and language not in _RTL and not any(_is_rtl(c) for c in text):
        return f"a direction mark (U+{ord(char):04X}) in a text that runs one way"
    if char in "\u2061\u2062\u2063\u2064\u180e\u034f":
        return f"U+{ord(char):04X}, which shows nothing"
    return None


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands in a script that joins, or in an emoji."""
    beside = [c for c in (text[at - 1 : at], text[at + 1 : at + 2]) if c]
    return any(
        unicodedata.name(c, "").startswith(_JOINING) or unicodedata.category(c) == "So" or c in "\ufe0f\u2640\u2642"
        for c in beside
    )


def _is_rtl(char: str) -> bool:
    return unicodedata.bidirectional(char) in {"R", "AL"}


def _numbers(text: str) -> Counter[str]:
    text = text.replace(FILLED, " ")
    return Counter("".join(str(unicodedata.digit(c)) for c in found if c.isdigit()) for found in _NUMBER.findall(text))


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
