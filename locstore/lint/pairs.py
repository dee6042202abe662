"""A source text and its translation side by side, taken apart the way every check wants them."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property

from locstore.findings import Severity

_PLACEHOLDER = re.compile(r"(?<!\{)\{([\w-]{1,64})\}(?!\})")
_ESCAPED = re.compile(r"\\([*\\])")
_STAR = re.compile(r"(?<!\\)\*")
FILLED = "\ufffc"
"""Stands for a placeholder in `Side.plain`: it is no letter, no digit and no space."""


@dataclasses.dataclass(frozen=True)
class Side:
    """One of the two texts: `text` as it stands in the file."""

    text: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The placeholders in order, each as often as it stands there."""
        return tuple(_PLACEHOLDER.findall(self.text))

    @cached_property
    def plain(self) -> str:
        """What is read: without the asterisks of highlights, with FILLED for each placeholder."""
        filled = _PLACEHOLDER.sub(FILLED, self.text)
        text = _ESCAPED.sub(r"\1", _STAR.sub("", filled))
        return text.replace("{{", "{").replace("}}", "}")

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Runs of letters and marks, with the apostrophes and hyphens inside them."""
        return tuple(_WORD.findall(self.plain))

    @cached_property
    def width(self) -> int:
        """Letters as wide as Latin ones: wide characters count two, marks none."""
        return sum(_WIDTHS.get(unicodedata.east_asian_width(c), 1) for c in self.plain if not is_mark(c))


_WIDTHS = {"W": 2, "F": 2}
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u200c\u200d'’\-]|[^\W\d_])*")


def is_mark(char: str) -> bool:
    """Whether a character takes no room of its own."""
    return unicodedata.category(char) in {"Mn", "Me", "Cf"}


@dataclasses.dataclass(frozen=True)
class Pair:
    """A translation and what it translates.

    `code` is the catalog's gettext code, `source_language` the language of the concept. `role` and `max_lines` are the
    slot's, '' and 0 where they are not known.
    """

    source: Side
    text: Side
    code: str
    source_language: str
    role: str = ""
    max_lines: int = 0

    @cached_property
    def language(self) -> str:
        """The language without script and region: `pt` of pt_BR."""
        return self.code.partition("@")[0].partition("_")[0]


Check = Callable[[Pair], Iterator[str]]
"""Yields one sentence for each thing that is wrong; its docstring's first paragraph is the title that users see."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A check, with the code and severity of its findings."""

    code: str
    check: Check
    severity: Severity = Severity.WARNING

    @property
    def title(self) -> str:
        """What users see."""
        return title_of(self.check)


def title_of(check: Callable[..., object]) -> str:
    """A check's title: the first paragraph of its docstring, without its full stop."""
    return " ".join((check.__doc__ or "").strip().partition("\n\n")[0].split()).rstrip(".")
