"""Checks of punctuation the way each language writes it: sentence ends, quotes, spaces before signs, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from locstore.lint.pairs import FILLED, Pair
from locstore.lint.symbols import ENTITY

_ENDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(".。．।۔።։｡", "full stop"),
        **dict.fromkeys("?？؟", "question mark"),
        **dict.fromkeys("!！", "exclamation mark"),
        **dict.fromkeys(":：", "colon"),
        **dict.fromkeys(";；؛", "semicolon"),
        **dict.fromkeys(",，、،", "comma"),
        "…": "ellipsis",
    }
)
_CLOSERS = "\"'”’»“„›)）]】」』*  \u202f\u200e\u200f\u061c"
_NO_FULL_STOP = frozenset({"th", "lo", "km", "my"})
# Japanese, Chinese and Korean headlines drop the full stop that an English one may have.
_BARE_HEADLINES = frozenset({"ja", "zh", "ko"})
_ABBREVIATION = re.compile(r"(?:^|[\s('’])[^\W\d_]{1,4}\.$")

# The usual quotation marks of a language, and those that its typographers take as well: CLDR 46, delimiters.
_QUOTES: Mapping[str, str] = MappingProxyType(
    {
        "ar": "“”«»", "bg": "„“", "ca": "«»“”‘’", "cs": "„“‚‘»«", "da": "“”»«„’‘", "de": "„“‚‘»«›‹", "el": "«»“”",
        "en": "“”‘’", "es": "«»“”‘’", "et": "„“«»", "fa": "«»‹›", "fi": "”’»", "fr": "«»“”‹›’", "he": "”“״׳’‘",
        "hr": "„”‘’»«", "hu": "„”»«’", "it": "«»“”‘’", "ja": "「」『』“”", "ko": "‘’“”「」『』", "lt": "„“",
        "lv": "“”«»", "nb": "«»‘’“”", "nl": "‘’“”„", "pl": "„”«»’", "pt": "“”‘’«»", "ro": "„”«»’", "ru": "«»„“",
        "sk": "„“‚‘", "sl": "„“‚‘»«", "sr": "„“”’", "sv": "”’»", "tr": "“”‘’", "uk": "«»„“”’",
        "ur": "”“‘’", "vi": "“”‘’", "zh": "“”‘’「」『』《》〈〉",
    }
)  # fmt: skip
_ANY_QUOTES = frozenset("“”„«»‹›「」『』")
_BRACKETS: Mapping[str, str] = MappingProxyType({"(": ")", "（": "）", "[": "]", "【": "】"})
_SPACED = re.compile(rf"(?<=[^\s{FILLED}])[ \t]+([,.!?;:，。！？；؟،।])(?=\s|$)")
_FRENCH_SIGN = re.compile(r"(?<=[^\s!?;:])(\s?)([!?;:»])")


def end_punctuation(pair: Pair) -> Iterator[str]:
    """The text ends with another sign than its source."""
    wanted, given = _end(pair.source.plain, pair.source_language), _end(pair.text.plain, pair.language)
    if wanted == given or not pair.text.plain.strip():
        return
    if "full stop" in {wanted, given} and not {wanted, given} - {"full stop", ""}:
        dropped = pair.language in _NO_FULL_STOP or (
            given == "" and pair.role == "headline" and pair.language in _BARE_HEADLINES
        )
        if dropped or _ABBREVIATION.search(pair.text.plain):
            return
    yield f"the source ends with {_named(wanted)}, the translation with {_named(given)}"


def opening_mark(pair: Pair) -> Iterator[str]:
    """A Spanish question or exclamation without its opening mark."""
    if pair.language not in {"es", "ast", "gl"}:
        return
    for closing, opening in (("?", "¿"), ("!", "¡")):
        if closing in pair.text.plain and opening not in pair.text.plain and pair.language == "es":
            yield f"a sentence that ends with {closing} begins with {opening} in Spanish"


def quotes(pair: Pair) -> Iterator[str]:
    """Quotation marks of another language."""
    allowed = _QUOTES.get(pair.language)
    if allowed is None:
        return
    usual = " ".join((allowed[0], allowed[1]))
    if pair.language in {"fi", "sv"}:
        usual = "” ”"
    straight = ENTITY.sub(" ", pair.text.plain).count('"')
    inches = len(re.findall(r'\d"', pair.text.plain))
    if straight - inches > 0 and pair.language != "he":
        yield f'straight quotes (") stand where this language has {usual}'
    foreign = sorted(set(pair.text.plain) & _ANY_QUOTES - set(allowed))
    if foreign:
        yield f"{' '.join(foreign)} are not this language's quotation marks, which are {usual}"
    for opening, closing in (("«", "»"), ("「", "」"), ("『", "』")):
        if pair.text.plain.count(opening) != pair.text.plain.count(closing):
            yield f"the quotation mark {opening} or {closing} has no partner"


def sign_spaces(pair: Pair) -> Iterator[str]:
    """A space is missing, or too many, beside a punctuation mark.

    French puts a no-break space before `! ? ; : »` and after `«`; Canadian French only beside `:` and guillemets. The
    other languages put none.
    """
    plain = pair.text.plain
    if pair.language != "fr":
        if (found := _SPACED.search(plain)) and not _SPACED.search(pair.source.plain):
            yield f"a space stands before “{found[1]}”"
        return
    canadian = pair.code == "fr_CA"
    for found in _FRENCH_SIGN.finditer(plain):
        sign = found[2]
        after = plain[found.end() : found.end() + 1]
        if not found[1] and sign in ";:" and after and not after.isspace():
            continue  # inside of a time, an address, a smiley
        loose = canadian and sign in "!?;"
        if found[1] == " ":
            yield f"the space before “{sign}” has to be a no-break space (U+00A0 or U+202F)"
        elif not found[1] and not loose:
            yield f"a no-break space is missing before “{sign}”"
    if re.search(r"«(?![\u00a0\u202f])", plain):
        yield "after « comes a no-break space (U+00A0 or U+202F)"


def brackets(pair: Pair) -> Iterator[str]:
    """Brackets without a partner, or other ones than in the source."""
    for opening, closing in _BRACKETS.items():
        if pair.text.plain.count(opening) != pair.text.plain.count(closing):
            if pair.source.plain.count(opening) == pair.source.plain.count(closing):
                yield f"the brackets {opening} {closing} do not pair up"
            return
    wanted, given = _pairs(pair.source.plain), _pairs(pair.text.plain)
    if wanted > given:
        yield f"the source has {wanted} pair{'s' if wanted > 1 else ''} of brackets, the translation {given or 'none'}"


def _pairs(text: str) -> int:
    return sum(text.count(opening) for opening in _BRACKETS)


def _end(text: str, language: str) -> str:
    """What kind of sign the text ends with; '' for a word."""
    stripped = text.rstrip().rstrip(_CLOSERS).rstrip()
    if stripped.endswith("..."):
        return "ellipsis"
    last = stripped[-1:]
    if language == "el" and last in {";", "\u037e"}:
        return "question mark"
    return _ENDS.get(last, "")


def _named(end: str) -> str:
    article = "an" if end[:1] == "e" else "a"
    return f"{article} {end}" if end else "none"
