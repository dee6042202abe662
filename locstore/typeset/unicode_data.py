"""Unicode 15.0 properties that itemizing and bidi need, the same on every Python version.

Python's own `unicodedata` follows the interpreter (14.0 in Python 3.11, 16.0 in 3.14) and knows no scripts.
This table comes with the package: `data/unicode-15.0.txt`, written by `benchmarks/make_unicode_data.py`.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

# More than the distinct characters of a set of catalogs with CJK in it.
_CACHED_CHARACTERS = 8192


@dataclasses.dataclass(frozen=True, slots=True)
class _Ranges:
    """A property of all code points: `values[i]` holds from `starts[i]` up to the next start."""

    starts: list[int]
    values: list[str]

    def at(self, char: str) -> str:
        return self.values[bisect_right(self.starts, ord(char)) - 1]


@dataclasses.dataclass(frozen=True, slots=True)
class _UnicodeData:
    bidi_class: _Ranges
    script: _Ranges
    script_extensions: _Ranges
    brackets: dict[str, tuple[str, Literal["o", "c"]]]


def _ranges(lines: list[str]) -> _Ranges:
    pairs = [line.split() for line in lines]
    return _Ranges([int(start, 16) for start, _ in pairs], [value for _, value in pairs])


@cache
def _unicode_data() -> _UnicodeData:
    path = resources.files("locstore.typeset").joinpath("data", "unicode-15.0.txt")
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            current.append(line)
    brackets: dict[str, tuple[str, Literal["o", "c"]]] = {}
    for line in sections["brackets"]:
        code, pair, kind = line.split()
        brackets[chr(int(code, 16))] = (chr(int(pair, 16)), "o" if kind == "o" else "c")
    return _UnicodeData(
        _ranges(sections["bidi_class"]),
        _ranges(sections["script"]),
        _ranges(sections["script_extensions"]),
        brackets,
    )


@lru_cache(maxsize=_CACHED_CHARACTERS)
def bidi_class(char: str) -> str:
    """Bidi_Class by its short name (`L`, `R`, `AL`, `EN`, `NSM`, ...).

    An unassigned code point has the default of its block, so text in a script newer than 15.0 still runs in
    its direction. Source: extracted/DerivedBidiClass.txt with its `@missing` lines.
    """
    return _unicode_data().bidi_class.at(char)


@lru_cache(maxsize=_CACHED_CHARACTERS)
def script(char: str) -> str:
    """ISO 15924 code of the script: `Latn`, `Arab`, ..., `Zyyy` common, `Zinh` inherited, `Zzzz` unknown."""
    return _unicode_data().script.at(char)


@lru_cache(maxsize=_CACHED_CHARACTERS)
def script_extensions(char: str) -> frozenset[str]:
    """The scripts a character is used with (UAX #24); for most characters its own script alone."""
    value = _unicode_data().script_extensions.at(char)
    return frozenset({script(char)} if value == "-" else value.split(","))


def paired_bracket(char: str) -> tuple[str, Literal["o", "c"]] | None:
    """The other bracket of the pair and whether `char` opens (`o`) or closes (`c`); None for all else.

    The other bracket is in canonical form: U+2329 and U+3008 both give U+3009, U+232A and U+3009 both U+3008,
    because UAX #9 (BD16) lets canonical equivalents pair with each other. Source: BidiBrackets.txt.
    """
    return _unicode_data().brackets.get(char)
