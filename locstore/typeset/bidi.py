"""The Unicode Bidirectional Algorithm (UAX #9, Unicode 15.0): embedding levels and the visual order of lines.

A paragraph goes through `embedding_levels` once, each of its lines through `line_levels` and `visual_runs`.
Rules P1 to L2 are here; mirroring (L4) and marks on right-to-left bases (L3) are HarfBuzz's work.

A paragraph is a string, or a list or tuple of bidi class names (`["R", "EN", "ON"]`), for the algorithm sees
little else of a character; a paragraph of classes has no brackets (rule N0).

Inside, each class is one letter, so that classes in a row are a string and a rule is a substitution in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TypeAlias

from locstore.typeset.unicode_data import bidi_class, paired_bracket

_Bracket: TypeAlias = tuple[str, bool]  # the canonical closing bracket of its pair; whether it opens

REMOVED = -1
"""The level of a character that rule X9 removes: explicit controls (not isolates) and boundary neutrals."""

_MAX_DEPTH = 125  # BD2
_MAX_OPEN_BRACKETS = 63  # BD16

# fmt: off
_LETTERS = {
    "L": "L", "R": "R", "AL": "A", "EN": "E", "AN": "N", "ES": "+", "ET": "$", "CS": ",", "NSM": "m",
    "ON": "o", "WS": "w", "S": "T", "B": "P", "BN": "b", "LRI": "<", "RLI": ">", "FSI": "?", "PDI": "=",
    "LRE": "l", "RLE": "r", "LRO": "x", "RLO": "y", "PDF": "z",
}
# fmt: on
_INITIATORS = "<>?"
_OPENERS = frozenset("lrxy<>?")
_REMOVED = frozenset("lrxyzb")  # X9
_SPECIAL = frozenset("lrxyz<>?=bP")  # without these, X1 to X9 leave all as it is
_OVERRIDES = {"x": "L", "y": "R"}
_STRONG = {"L": "L", "R": "R", "E": "R", "N": "R"}  # N0 to N2 count numbers as R
_EVEN_LEVEL = {"L": 0, "R": 1, "N": 2, "E": 2}  # I1
_ODD_LEVEL = {"L": 1, "R": 0, "N": 1, "E": 1}  # I2

_NOT_PLAIN_LTR = re.compile("[RANlrxyz<>?=]")
_PARAGRAPH = re.compile("[^P]*P|[^P]+")
_STRONG_OR_ISOLATE = re.compile("[LRA<>?=P]")
_MARKED = re.compile("([^m])(m+)")
_ARABIC_STRETCH = re.compile("A[^LR]*")
_LATIN_STRETCH = re.compile("L[^R]*")
_EUROPEAN_SEPARATOR = re.compile("(?<=E)[+,](?=E)")
_ARABIC_SEPARATOR = re.compile("(?<=N),(?=N)")
_NUMBER_SIGNS = re.compile(r"\$+(?=E)|(?<=E)\$+")
_LEFTOVERS = str.maketrans("+$,", "ooo")
_NEUTRALS = str.maketrans("PTw<>?=", "ooooooo")
_BETWEEN_LEFT = re.compile("(?<=L)o+(?=L)")
_BETWEEN_RIGHT = re.compile("(?<=[REN])o+(?=[REN])")
_BLANKS = "[w<>?=blrxyz]"
_RESET = re.compile(rf"(?<!{_BLANKS}){_BLANKS}*+(?:[PT]|\Z)")  # L1


def paragraph_level(text: str | Sequence[str]) -> int:
    """0 or 1 by the first strong character outside isolates, 0 without one (P2, P3)."""
    return _first_strong_level(_letters(text), 0)


def embedding_levels(text: str | Sequence[str], base: int | None = None) -> tuple[int, list[int]]:
    """The paragraph level and the resolved level of each code point, before L1 (rules X1 to I2).

    `base` is 0 (left to right), 1 (right to left) or None: by the first strong character. Characters that X9
    removes have the level `REMOVED`. A paragraph separator inside the text ends all embeddings and isolates
    (P1, X8); what follows it has the same base.
    """
    if base not in (0, 1, None):
        raise ValueError(f"The base level is 0, 1 or None, not {base!r}.")
    letters = _letters(text)
    if base is None:
        base = _first_strong_level(letters, 0)
    if base == 0 and not _NOT_PLAIN_LTR.search(letters):
        return 0, [REMOVED if letter == "b" else 0 for letter in letters]
    levels: list[int] = []
    for part in _PARAGRAPH.finditer(letters):
        brackets = _brackets(text[part.start() : part.end()]) if isinstance(text, str) else {}
        levels += _resolve(part[0], base, brackets)
    return base, levels


def line_levels(text: str | Sequence[str], levels: Sequence[int], base: int, start: int, end: int) -> list[int]:
    """The levels of the line `[start, end)`, with blanks at its end and before tabs at the base level (L1).

    `levels` are the whole paragraph's, from `embedding_levels`.
    """
    line = list(levels[start:end])
    if base == 0 and max(line, default=0) <= 0:
        return line
    for blank in _RESET.finditer(_letters(text[start:end])):
        for i in range(*blank.span()):
            if line[i] != REMOVED:
                line[i] = base
    return line


def visual_order(levels: Sequence[int]) -> list[int]:
    """Indices of a line's code points from left to right, without the removed ones (L2)."""
    order = [i for i, level in enumerate(levels) if level != REMOVED]
    odd = [levels[i] for i in order if levels[i] % 2]
    for least in range(max(levels), min(odd) - 1, -1) if odd else ():
        stretches = [list(group) for _, group in groupby(order, key=lambda i: levels[i] >= least)]
        order = [i for stretch in stretches for i in (stretch[::-1] if levels[stretch[0]] >= least else stretch)]
    return order


def visual_runs(text: str, levels: Sequence[int], start: int, end: int) -> list[tuple[int, int, int]]:
    """Runs `(start, end, level)` of the line `[start, end)` from left to right, for a shaper.

    `levels` are the line's own, from `line_levels`; the offsets of a run are the text's. A removed character
    stays with what precedes it, at the start of a line with what follows: X9 removes joiners too, and shaping
    needs them. A run with an odd level is shaped right to left.
    """
    if not 0 <= start <= end <= len(text) or len(levels) != end - start:
        raise ValueError(f"The line [{start}, {end}) of {len(text)} code points cannot have {len(levels)} levels.")
    current = next((level for level in levels if level != REMOVED), 0)
    runs: list[tuple[int, int, int]] = []
    for i, level in enumerate(levels, start):
        if runs and level in (current, REMOVED):
            runs[-1] = (runs[-1][0], i + 1, current)
        else:
            current = current if level == REMOVED else level
            runs.append((i, i + 1, current))
    return [runs[i] for i in visual_order([level for _, _, level in runs])]


@lru_cache(maxsize=8192)
def _letter(char: str) -> str:
    return _LETTERS[bidi_class(char)]


def _letters(text: str | Sequence[str]) -> str:
    return "".join(map(_letter, text)) if isinstance(text, str) else "".join([_LETTERS[name] for name in text])


def _brackets(text: str) -> dict[int, _Bracket]:
    """By offset: the closing bracket of each bracket's pair, in canonical form, and whether it opens."""
    brackets: dict[int, _Bracket] = {}
    for i, char in enumerate(text):
        if bracket := paired_bracket(char):
            pair, kind = bracket
            canonical = paired_bracket(pair)
            closer = canonical[0] if kind == "c" and canonical else pair
            brackets[i] = (closer, kind == "o")
    return brackets


def _first_strong_level(letters: str, start: int, *, isolated: bool = False) -> int:
    """P2 and P3 from `start` to the end of the paragraph, or (X5c) to the PDI that ends the isolate there."""
    depth = 0
    for found in _STRONG_OR_ISOLATE.finditer(letters, start):
        letter = found[0]
        if letter in _INITIATORS:
            depth += 1
        elif letter == "=":
            if isolated and not depth:
                break
            depth = max(depth - 1, 0)
        elif letter == "P":
            break
        elif not depth:
            return int(letter != "L")
    return 0


def _resolve(letters: str, base: int, brackets: Mapping[int, _Bracket]) -> list[int]:
    """Levels of one paragraph: the explicit ones, then those of each isolating run sequence."""
    types, levels = _explicit_levels(letters, base)
    for indices, sos, eos in _isolating_run_sequences(letters, levels, base):
        level = levels[indices[0]]
        embedding = "R" if level % 2 else "L"
        sequence = "".join([types[i] for i in indices])
        resolved = _weak(sequence, sos)
        if brackets:
            places = {k: brackets[i] for k, i in enumerate(indices) if i in brackets and resolved[k] == "o"}
            if places:
                resolved = _paired_brackets(sequence, resolved, places, sos, embedding)
        resolved = _neutral(resolved, sos, eos, embedding)
        raised = _ODD_LEVEL if level % 2 else _EVEN_LEVEL
        for i, letter in zip(indices, resolved, strict=True):
            levels[i] = level + raised[letter]
    return levels


class _DirectionalStatus:
    """The directional status stack of X1 to X8; its last entry is in `level`, `override` and `isolate`."""

    __slots__ = (
        "_below",
        "_overflow_embeddings",
        "_overflow_isolates",
        "_valid_isolates",
        "isolate",
        "level",
        "override",
    )

    def __init__(self, base: int) -> None:
        self.level, self.override, self.isolate = base, "", False
        self._below: list[tuple[int, str, bool]] = []
        self._overflow_isolates = self._overflow_embeddings = self._valid_isolates = 0

    def open(self, letter: str, *, right: bool) -> None:
        """X2 to X5c: an embedding, override or isolate begins."""
        isolate = letter in _INITIATORS
        deeper = (self.level + 1) | 1 if right else (self.level + 2) & ~1
        if deeper <= _MAX_DEPTH and not self._overflow_isolates and not self._overflow_embeddings:
            self._below.append((self.level, self.override, self.isolate))
            self.level, self.override, self.isolate = deeper, _OVERRIDES.get(letter, ""), isolate
            self._valid_isolates += isolate
        elif isolate:
            self._overflow_isolates += 1
        elif not self._overflow_isolates:
            self._overflow_embeddings += 1

    def close_isolate(self) -> None:
        """X6a: a PDI ends the innermost isolate and all embeddings in it."""
        if self._overflow_isolates:
            self._overflow_isolates -= 1
        elif self._valid_isolates:
            self._overflow_embeddings = 0
            while not self.isolate:
                self._pop()
            self._pop()
            self._valid_isolates -= 1

    def close_embedding(self) -> None:
        """X7: a PDF ends the innermost embedding or override, never an isolate."""
        if self._overflow_isolates:
            return
        if self._overflow_embeddings:
            self._overflow_embeddings -= 1
        elif self._below and not self.isolate:
            self._pop()

    def _pop(self) -> None:
        self.level, self.override, self.isolate = self._below.pop()


def _explicit_levels(letters: str, base: int) -> tuple[Sequence[str], list[int]]:
    """X1 to X9: the types after overrides, and the explicit levels with `REMOVED` for what X9 takes out."""
    if _SPECIAL.isdisjoint(letters):
        return letters, [base] * len(letters)
    status = _DirectionalStatus(base)
    types = list(letters)
    levels: list[int] = []
    for i, letter in enumerate(letters):
        if letter == "=":
            status.close_isolate()
        if letter == "P":
            levels.append(base)
        elif letter in _REMOVED:
            levels.append(REMOVED)
        else:
            levels.append(status.level)
            types[i] = status.override or letter
        if letter in _OPENERS:
            right = letter in "ry>" or (letter == "?" and _first_strong_level(letters, i + 1, isolated=True) == 1)
            status.open(letter, right=right)
        elif letter == "z":
            status.close_embedding()
    return types, levels


def _isolating_run_sequences(letters: str, levels: Sequence[int], base: int) -> Iterator[tuple[list[int], str, str]]:
    """X10: the indices of each isolating run sequence (BD13) with its `sos` and `eos`, `L` or `R`.

    A level run that ends in an isolate initiator goes on in the run that starts with the matching PDI. The
    innermost open one always matches: between the two, every level is higher than theirs.
    """
    runs = [list(run) for _, run in groupby([i for i, x in enumerate(levels) if x >= 0], key=levels.__getitem__)]
    around = [base, *[levels[run[0]] for run in runs], base]
    sequences: list[list[int]] = []  # numbers of runs
    unfinished: list[list[int]] = []
    for number, run in enumerate(runs):
        if letters[run[0]] == "=" and unfinished:
            sequence = unfinished.pop()
            sequence.append(number)
        else:
            sequence = [number]
            sequences.append(sequence)
        if letters[run[-1]] in _INITIATORS:
            unfinished.append(sequence)
    for sequence in sequences:
        first, last = sequence[0], sequence[-1]
        level = around[first + 1]
        after = base if letters[runs[last][-1]] in _INITIATORS else around[last + 2]
        indices = [i for number in sequence for i in runs[number]]
        yield indices, "LR"[max(level, around[first]) % 2], "LR"[max(level, after) % 2]


def _weak(sequence: str, sos: str) -> str:
    """W1 to W7 on an isolating run sequence; `sos` stands before it while the rules look back."""
    types = sos + sequence
    if "m" in types:  # W1; a mark after an isolate character becomes one too, as neutral as ON
        types = _MARKED.sub(lambda m: m[1] * (1 + len(m[2])), types)
    if "A" in types:  # W2, W3
        types = _ARABIC_STRETCH.sub(lambda m: m[0].replace("E", "N"), types).replace("A", "R")
    if "E" in types:  # W4 to W7
        types = _EUROPEAN_SEPARATOR.sub("E", types)
        types = _NUMBER_SIGNS.sub(lambda m: "E" * len(m[0]), types)
        types = _LATIN_STRETCH.sub(lambda m: m[0].replace("E", "L"), types)
    if "N" in types:  # W4
        types = _ARABIC_SEPARATOR.sub("N", types)
    return types[1:].translate(_LEFTOVERS)  # W6


def _paired_brackets(original: str, resolved: str, places: Mapping[int, _Bracket], sos: str, embedding: str) -> str:
    """N0: both brackets of a pair take one direction, from what they enclose or what precedes them."""
    types = list(resolved)
    for opening, closing in _bracket_pairs(places):
        inside = {_STRONG[t] for t in types[opening + 1 : closing] if t in _STRONG}
        if not inside:
            continue
        direction = embedding
        if embedding not in inside:  # the opposite direction stands only where the text before has it too
            direction = next((_STRONG[t] for t in reversed(types[:opening]) if t in _STRONG), sos)
        for bracket in (opening, closing):
            marks = len(original) - bracket - 1 - len(original[bracket + 1 :].lstrip("m"))
            types[bracket : bracket + 1 + marks] = direction * (1 + marks)
    return "".join(types)


def _bracket_pairs(places: Mapping[int, _Bracket]) -> list[tuple[int, int]]:
    """BD16: offsets of matching brackets, by the opening one; `places` are the brackets in order.

    At the 64th open bracket the search stops; the pairs found until then stand.
    """
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for k, (closer, opens) in places.items():
        if opens:
            if len(opened) == _MAX_OPEN_BRACKETS:
                break
            opened.append((closer, k))
            continue
        for depth in range(len(opened) - 1, -1, -1):
            if opened[depth][0] == closer:
                pairs.append((opened[depth][1], k))
                del opened[depth:]
                break
    return sorted(pairs)


def _neutral(types: str, sos: str, eos: str, embedding: str) -> str:
    """N1 and N2: neutrals take the direction on both their sides, else the embedding direction."""
    types = types.translate(_NEUTRALS)
    if "o" not in types:
        return types
    types = sos + types + eos
    types = _BETWEEN_LEFT.sub(lambda m: "L" * len(m[0]), types)
    types = _BETWEEN_RIGHT.sub(lambda m: "R" * len(m[0]), types)
    return types[1:-1].replace("o", embedding)
