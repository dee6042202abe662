"""Folds what was asked and what was read into one spelling: what looks the same in a picture compares the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

# Marks that differ by typographic habit or not at all in a picture. NFKC has already folded widths and ligatures.
_QUOTES = dict.fromkeys("“”„‟«»״〝〞＂", '"') | dict.fromkeys("‘’‚‛‹›`´ʼʹ′׳", "'")
_DASHES = dict.fromkeys("‐‑‒–—―−⁃־", "-")
_POINTS = dict.fromkeys("•∙⋅・‧", "·") | {"٪": "%", "٬": ",", "،": ",", "\\": "¥", "⁄": "/", "∕": "/", "×": "x"}
_BARS = {"|": "I", "¦": "I", "l": "I", "ǀ": "I"}  # in most sans-serif faces a capital i is a small L
# Letters of other alphabets that no eye tells from the Latin ones, and kana from kanji.
_CYRILLIC = dict(zip("АВЕКМНОРСТХІЈЅаеорсхіјѕ", "ABEKMHOPCTXIJSaeopcxijs", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True))
_SMALL_PHI = {"Φ": "φ"}  # of one shape in sans-serif faces, and nearly of one size
_KANA = dict(zip("ニロカエトハタヘベペ", "二口力工卜八夕へべぺ", strict=True))
_MALAYALAM = {"ൻ": "ന്", "ർ": "ര്", "ൽ": "ല്", "ൾ": "ള്", "ൺ": "ണ്", "ൿ": "ക്"}
_ROMANIAN = {"ș": "ş", "ț": "ţ", "Ș": "Ş", "Ț": "Ţ"}
_ARABIC = dict(zip("۰۱۲۳۴۵۶۷۸۹کۀ", "٠١٢٣٤٥٦٧٨٩كۀ", strict=True))
_SEQUENCES = (("...", "…"), ("--", "-"), ("''", '"'), (",,", '"'), ("เเ", "แ"), ("ெள", "ௌ"))
_LEFT_OUT = frozenset({"So", "Sk", "Cf", "Cc", "Cn", "Co", "Zs", "Zl", "Zp"})
_KEPT_MATHS = frozenset("+<=>~±×")
_PERSO_ARABIC = frozenset({"ur", "fa", "ps", "sd", "ckb", "ug"})


@cache
def _folding(language: str) -> Mapping[int, str]:
    table = (
        _QUOTES | _DASHES | _POINTS | _BARS | _CYRILLIC | _GREEK | _SMALL_PHI | _KANA | _MALAYALAM | _ROMANIAN | _ARABIC
    )
    table |= {"ـ": ""}
    if language == "ko":
        table |= {"\\": "₩"}
    if language in _PERSO_ARABIC:
        table |= {"ي": "ی", "ى": "ی", "ه": "ہ", "ة": "ۃ", "ۀ": "ۂ"}
    else:
        table |= {"ی": "ي", "ہ": "ه", "ۃ": "ة"}
    return MappingProxyType({ord(char): to for char, to in table.items()})


def _is_left_out(char: str) -> bool:
    if char in _DASHES or char in _POINTS:
        return False  # a minus is read as a hyphen, and so is compared as one
    category = unicodedata.category(char)
    if category == "Sm":
        return char not in _KEPT_MATHS
    return category in _LEFT_OUT or 0xFE00 <= ord(char) <= 0xFE0F


def fold(text: str, language: str) -> str:
    """The spelling to compare: NFKC, then look-alikes folded; without spaces, controls, emoji and signs such as ®.

    `language` is a BCP 47 tag; it decides how Arabic letters are folded.
    """
    # To NFKC an accent that stands alone is a space and a mark.
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFC", text.replace("´", "'")))
    folded = composed.translate(_folding(language.partition("-")[0].lower()))
    folded = "".join(c for c in folded if not _is_left_out(c))
    for many, one in _SEQUENCES:
        while many in folded:
            folded = folded.replace(many, one)
    return unicodedata.normalize("NFC", folded)


def is_sign(char: str) -> bool:
    """Whether it is drawn and not compared, or belongs to such a sign: emoji, their joiners and colours of skin."""
    if unicodedata.category(char) in {"So", "Sm"}:
        return _is_left_out(char)
    return char in "\u200d\u20e3" or 0xFE00 <= ord(char) <= 0xFE0F or 0x1F3FB <= ord(char) <= 0x1F3FF


def left_out(text: str) -> tuple[str, ...]:
    """The visible signs of `text` that are not compared, such as emoji, in order and once each."""
    found = (c for c in text if unicodedata.category(c) in {"So", "Sm"} and _is_left_out(c))
    return tuple(dict.fromkeys(found))


def unwritable(text: str, charset: Iterable[str], language: str) -> tuple[str, ...]:
    """The characters of `text` that no reader with this charset can write, also not in another spelling."""
    have = set(fold("".join(sorted(charset)), language)) | set(charset)
    have |= {c for char in charset for c in fold(char, language)}
    wanted = fold(text, language)
    missing = [c for c in wanted if c not in have and not _composable(c, have)]
    return tuple(dict.fromkeys(missing))


def _composable(char: str, have: set[str]) -> bool:
    """Whether the model writes it as a base and a mark, or composed from what it has."""
    parts = unicodedata.normalize("NFD", char)
    return len(parts) > 1 and all(part in have for part in parts)
