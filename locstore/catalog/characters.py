"""Checks of a translated text by itself: its length, its characters, white space at its ends."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from locstore.catalog.scanner import MAX_TEXT

_OVERRIDES = range(0x202A, 0x202F)
_NEW_CHARACTERS = (range(0x1F000, 0x1FB00), range(0x20000, 0x40000))
_NAMES = {
    0xFFFD: "the replacement character; the text has lost a character here",
    0xFEFF: "a byte order mark",
    0x2028: "a line separator; write \\n",
    0x2029: "a paragraph separator; write \\n",
}
_CATEGORIES = {
    "Cc": "a control character",
    "Cn": "not a character of Unicode",
    "Co": "a private-use character, which no other font draws",
    "Cs": "half of a surrogate pair",
}


def too_long(text: str) -> bool:
    """Whether a text is beyond the limit; a text that is must not be given to any other check."""
    return len(text) > MAX_TEXT


def forbidden_characters(text: str) -> Iterator[tuple[int, str]]:
    """(position from 1, what it is) of each character that has no place in a caption, once for each kind.

    Allowed, because scripts need them: isolates U+2066-2069, marks U+200E, U+200F and U+061C, ZWJ, ZWNJ, zero
    width and no-break spaces, soft hyphens, tag characters (flags of England, Scotland and Wales).
    """
    seen = set()
    for position, char in enumerate(text, start=1):
        if char not in seen and (reason := _reason(char)):
            seen.add(char)
            yield position, f"U+{ord(char):04X} ({reason})"


def _reason(char: str) -> str | None:
    if char == "\n" or char.isalnum():
        return None
    code = ord(char)
    if code in _OVERRIDES:
        return "a bidi embedding or override; use the isolates U+2066 to U+2069"
    category = unicodedata.category(char)
    if category == "Cn" and _may_be_new(code):
        return None
    return _NAMES.get(code) or _CATEGORIES.get(category)


def _may_be_new(code: int) -> bool:
    """Emoji and Han are added every year, and Python's tables are older than the fonts."""
    return any(code in block for block in _NEW_CHARACTERS) and code & 0xFFFE != 0xFFFE


def line_ends_differ(text: str, source: str) -> bool:
    """Whether only one of the two begins, or ends, with a line end; msgfmt rejects that."""
    return text.startswith("\n") != source.startswith("\n") or text.endswith("\n") != source.endswith("\n")


def edge_whitespace(text: str, source: str) -> str | None:
    """Where the text has white space that its source lacks: "begins", "ends", "begins and ends", or None."""
    begins = text[:1].isspace() and not source[:1].isspace()
    ends = text[-1:].isspace() and not source[-1:].isspace()
    return " and ".join(word for word, there in (("begins", begins), ("ends", ends)) if there) or None
