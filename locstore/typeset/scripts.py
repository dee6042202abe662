"""The script of each grapheme cluster (UAX #24): digits, punctuation and marks take that of the letters around them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from locstore.typeset.fitness import CJK, language_key
from locstore.typeset.segment import graphemes
from locstore.typeset.unicode_data import paired_bracket, script, script_extensions

# More than the distinct clusters of a set of catalogs with CJK in it.
_CACHED = 8192
COMMON = frozenset({"Zyyy", "Zinh", "Zzzz"})
# Number signs that enclose the digits after them: format characters with a glyph (Prepended_Concatenation_Mark).
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
_CLOSERS = {"\u201d": "\u201c", "\u2019": "\u2018", "»": "«", "›": "‹"}
# Quotes, ellipses, dashes and the name dot: CJK text sets them as wide as its characters.
_CJK_MARKS = frozenset("\u2018\u2019\u201c\u201d\u2026\u2014\u2e3a\u00b7")
_APOSTROPHE = "\u2019"
_LANGUAGE_SCRIPTS = {"ja": "Hira", "ko": "Hang", "zh-hans": "Hani", "zh-hant": "Hani", "zh-hk": "Hani"}


@lru_cache(maxsize=_CACHED)
def is_ignorable(char: str) -> bool:
    """Characters that need no glyph: joiners, variation selectors, bidi controls, soft hyphen, tags."""
    code = ord(char)
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return True
    return unicodedata.category(char) == "Cf" and char not in _VISIBLE_FORMAT


@lru_cache(maxsize=_CACHED)
def visible(cluster: str) -> frozenset[int]:
    """The code points of a cluster that need a glyph; a letter with separate marks counts as the composed one (NFC)."""
    composed = unicodedata.normalize("NFC", cluster) if len(cluster) > 1 else cluster
    return frozenset(ord(char) for char in composed if not is_ignorable(char))


@lru_cache(maxsize=512)
def text_clusters(text: str, language: str) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """The grapheme clusters of a text, `(start, end)` in code points, and the script of each."""
    bounds = tuple(graphemes(text))
    return bounds, tuple(cluster_scripts(text, bounds, language))


def cluster_scripts(text: str, clusters: Sequence[tuple[int, int]], language: str = "und") -> list[str]:
    """The script of each cluster, in text of a language (BCP 47).

    Common characters take the script before them, else the one after. A closing mark takes its opener's script.
    Full-width forms, and in Chinese, Japanese and Korean text also quotes, ellipses and dashes, belong to CJK.
    """
    present = [s for s in dict.fromkeys(map(script, text)) if s not in COMMON]
    cjk = _LANGUAGE_SCRIPTS.get(language_key(language))
    own: list[str | None] = []
    for start, end in clusters:
        found = next((s for s in map(script, text[start:end]) if s not in COMMON), None)
        if found is None and _is_cjk_mark(text, start, cjk_text=cjk is not None):
            found = cjk or next((s for s in present if s in CJK), "Hani")
        if found is None:
            shared = script_extensions(text[start]) - COMMON
            before = own[-1] if own else None
            if shared:
                # A danda after a Latin name is the text's Devanagari, not the alphabet's Bengali.
                found = before if before in shared else next((s for s in present if s in shared), None)
                found = found or (cjk if cjk in shared else min(shared))
        own.append(found)
    return _resolved(text, clusters, own)


def _is_cjk_mark(text: str, at: int, *, cjk_text: bool) -> bool:
    char = text[at]
    code = ord(char)
    if 0xFF01 <= code <= 0xFF60 or 0xFFE0 <= code <= 0xFFE6 or 0xFE30 <= code <= 0xFE4F:
        return script(char) in COMMON
    if not cjk_text or char not in _CJK_MARKS:
        return False
    inside_word = 0 < at < len(text) - 1 and script(text[at - 1]) == script(text[at + 1]) == "Latn"
    return not (char == _APOSTROPHE and inside_word)


def _resolved(text: str, clusters: Sequence[tuple[int, int]], own: Sequence[str | None]) -> list[str]:
    """Own scripts with the gaps filled from the neighbours and from the openers of pairs."""
    resolved: list[str | None] = []
    following = _following(own)
    opened: list[tuple[str, str | None]] = []
    for index, (start, _) in enumerate(clusters):
        char = text[start]
        found = own[index] or (resolved[-1] if resolved and resolved[-1] else following[index])
        bracket = paired_bracket(char)
        if (bracket is not None and bracket[1] == "c") or char in _CLOSERS:
            opener = next((o for o in reversed(opened) if _closes(char, o[0])), None)
            if opener is not None:
                del opened[opened.index(opener) :]
                found = own[index] or opener[1]
        elif (bracket is not None and bracket[1] == "o") or char in _CLOSERS.values():
            opened.append((char, found))
        resolved.append(found)
    return [s or "Zyyy" for s in resolved]


def _following(own: Sequence[str | None]) -> list[str | None]:
    """For each cluster the next own script at or behind it."""
    found: list[str | None] = [None] * len(own)
    following: str | None = None
    for index in range(len(own) - 1, -1, -1):
        following = own[index] or following
        found[index] = following
    return found


def _closes(closer: str, opener: str) -> bool:
    if closer in _CLOSERS:
        return _CLOSERS[closer] == opener
    first, second = paired_bracket(opener), paired_bracket(closer)
    if first is None or second is None:
        return False
    # Canonical forms: U+2329 pairs with U+3009 as U+3008 does.
    canonical = paired_bracket(first[0])
    return canonical is not None and (closer == first[0] or second[0] == canonical[0])
