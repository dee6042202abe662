"""Where two texts differ, in pieces: what was not read in the one, what was read instead in the other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from locstore.typeset import graphemes

Piece = tuple[str, bool]  # a stretch of text and whether it differs


def differing(asked: str, read: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; together they are the texts again.

    Words are compared first, then the letters of words that stand for each other. Where letters join, as in Arabic, a
    word that differs is one piece: a mark in its middle would tear it.
    """
    ours, theirs = list(_words(asked)), list(_words(read))
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        old, new = ours[a:b], theirs[c:d]
        if kind == "equal":
            left += [(word, False) for word in old]
            right += [(word, False) for word in new]
        elif old and new and not _joins("".join([*old, *new])):
            more_left, more_right = _letters("".join(old), "".join(new))
            left += more_left
            right += more_right
        else:
            left += [(word, not word.isspace()) for word in old]
            right += [(word, not word.isspace()) for word in new]
    return _together(left), _together(right)


def _letters(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    ours, theirs = [old[a:b] for a, b in graphemes(old)], [new[a:b] for a, b in graphemes(new)]
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        differs = kind != "equal"
        left += [("".join(ours[a:b]), differs)] if b > a else []
        right += [("".join(theirs[c:d]), differs)] if d > c else []
    return left, right


def _words(text: str) -> Iterator[str]:
    """Words and the white space between them, in turn."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or text[place].isspace() != text[start].isspace():
            yield text[start:place]
            start = place


def _joins(text: str) -> bool:
    return any(unicodedata.bidirectional(c) == "AL" for c in text)


def _together(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours that are alike in one piece."""
    found: list[Piece] = []
    for text, differs in pieces:
        if found and found[-1][1] == differs:
            found[-1] = (found[-1][0] + text, differs)
        else:
            found.append((text, differs))
    return found
