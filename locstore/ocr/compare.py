"""Measures how far a reading is from the words, and says in words where they differ."""

from __future__ import annotations

import difflib


def edit_distance(a: str, b: str) -> int:
    """Insertions, deletions and substitutions that make `a` into `b`."""
    if len(a) < len(b):
        a, b = b, a
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def aligned(a: str, b: str) -> list[int | None]:
    """For each character of `a` the index of the character of `b` that stands for it, None where there is none."""
    width = len(b) + 1
    rows = [list(range(width))]
    for i, x in enumerate(a, 1):
        above, row = rows[-1], [i] + [0] * len(b)
        for j, y in enumerate(b, 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
        rows.append(row)
    places: list[int | None] = [None] * len(a)
    i, j = len(a), len(b)
    while i and j:
        here = rows[i][j]
        if here == rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]):
            i, j = i - 1, j - 1
            places[i] = j
        elif here == rows[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return places


def distance(asked: str, read: str) -> float:
    """Edit distance divided by the longer length, 0 to 1."""
    longest = max(len(asked), len(read))
    return round(edit_distance(asked, read) / longest, 4) if longest else 0.0


def word_diff(asked: str, read: str) -> str:
    """What differs, word by word, in quotes: `"Tpyer" instead of "Tyre", missing "now"`; '' for equal words.

    Quoted words one after the other stay readable where a right-to-left language is printed left to right.
    """
    a, b = asked.split(), read.split()
    parts = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        old, new = " ".join(a[i1:i2]), " ".join(b[j1:j2])
        if kind == "replace":
            parts.append(f'"{new}" instead of "{old}"')
        elif kind == "delete":
            parts.append(f'missing "{old}"')
        elif kind == "insert":
            parts.append(f'too much "{new}"')
    return ", ".join(parts)
