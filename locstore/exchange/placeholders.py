"""Turns an app's format strings into the concept's templates: %@ and %1$lld become {name}, braces and stars literal."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence

from locstore.values.template import PlaceholderError, placeholders

_SPEC = re.compile(
    r"%(?:(?P<position>\d{1,2})\$)?[-+#0']*\d*(?:\.\d+)?(?:hh|h|ll|l|q|L|z|t|j)?[@dDiuUxXoOfFeEgGcCsSpaA]"
    r"|(?P<percent>%%)|\{\{\s*(?P<mustache>[\w-]{1,64})\s*\}\}|(?<!\{)\{(?P<name>[\w-]{1,64})\}(?!\})"
)
_OURS = re.compile(r"(?<!\{)\{([\w-]{1,64})\}(?!\})|\{\{|\}\}|\\[*\\]|\*")
_PLACEHOLDER = "\0"
_LITERAL = re.compile(r"[{}*\\]")
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " ", "\u202f": " "})


@dataclasses.dataclass(frozen=True, slots=True)
class NormalisedSource:
    """A text with its placeholders taken out: what two texts are compared by, and what stood in each argument."""

    text: str
    arguments: tuple[str, ...]

    @property
    def loose(self) -> str:
        """The text without what differs between a button and a headline: case, and signs at its end."""
        return self.text.casefold().rstrip(" .!:…")


def normalised_source(text: str) -> NormalisedSource:
    """Of a concept's text: the arguments are names of values; highlights are no difference."""
    arguments: list[str] = []

    def taken(found: re.Match[str]) -> str:
        if found[1]:
            arguments.append(found[1])
            return _PLACEHOLDER
        return "" if found[0] == "*" else found[0][-1]

    return NormalisedSource(_normal(_OURS.sub(taken, text)), tuple(arguments))


def normalised_foreign(text: str) -> NormalisedSource:
    """Of an app's text: the arguments are argument positions (`1`, `2`) or names in braces."""
    arguments: list[str] = []

    def taken(found: re.Match[str]) -> str:
        if found["percent"]:
            return "%"
        arguments.append(
            found["mustache"]
            or found["name"]
            or found["position"]
            or str(sum(argument.isdigit() for argument in arguments) + 1)
        )
        return _PLACEHOLDER

    return NormalisedSource(_normal(_SPEC.sub(taken, text)), tuple(arguments))


def as_template(text: str, names: Mapping[str, str]) -> str:
    """An app's text as the concept writes it; `names` maps its arguments to names of values.

    A argument without a name keeps its own spelling as literal text, and the checks of translations will miss the name.
    """
    pieces = []
    position = number = 0
    for found in _SPEC.finditer(text):
        pieces.append(_escaped(text[position : found.start()]))
        position = found.end()
        if found["percent"]:
            pieces.append("%")
            continue
        if found["mustache"] or found["name"]:
            argument = found["mustache"] or found["name"]
        else:
            number += 1
            argument = found["position"] or str(number)
        pieces.append(f"{{{names[argument]}}}" if argument in names else _escaped(found[0]))
    return "".join(pieces) + _escaped(text[position:])


def placeholder_names(ours: NormalisedSource, theirs: NormalisedSource) -> dict[str, str]:
    """Which of the app's arguments is which of the concept's values, by their order in the source."""
    return dict(zip(theirs.arguments, ours.arguments, strict=False))


def source_names(texts: Sequence[str]) -> frozenset[str]:
    """The names of values in source texts."""
    found: set[str] = set()
    for text in texts:
        try:
            found |= set(placeholders(text))
        except PlaceholderError:
            continue  # `check` reports the concept's own mistake
    return frozenset(found)


def _escaped(text: str) -> str:
    return _LITERAL.sub(lambda found: found[0] * 2 if found[0] in "{}" else f"\\{found[0]}", text)


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_STRAIGHT).split(" ")).strip()
