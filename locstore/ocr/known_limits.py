"""Knows which languages and letters reading back cannot prove, from a dated table."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from functools import cache
from importlib import resources


@dataclasses.dataclass(frozen=True, slots=True)
class KnownLimit:
    """A language, or words of it that have these characters, whose readings are not believed; `why` is one sentence."""

    language: str
    characters: str
    why: str


_ANY = "*"


@cache
def _doubts() -> tuple[KnownLimit, ...]:
    text = resources.files("locstore.ocr").joinpath("data/unreliable.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["unreliable"]
    return tuple(KnownLimit(row["language"], row.get("characters", ""), row["why"]) for row in rows)


def unreliable(language: str, words: str | None = None) -> str:
    """Why words of a language (BCP 47) are capped at likely, in one sentence; "" for a language that can be proved.

    With `words`, also where only some letters of the language are in doubt and these words have them.
    """
    base = language.replace("_", "-").partition("-")[0].lower()
    for doubt in _doubts():
        if doubt.language not in {base, _ANY}:
            continue
        if not doubt.characters or (words is not None and re.search(doubt.characters, words)):
            return doubt.why
    return ""
