"""What an engine read in a cleaned picture of words; no engine learns what the picture should say."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]  # shape (height, width), dark words on white
Pixels = npt.NDArray[np.uint8]  # shape (height, width, 3), sRGB


UNSURE = "¤"  # in place of each letter of a word that the engine itself is not sure of
# The Greek model has the micro sign, too: between two letters of one shape it is never sure.
_TWICE_IN_A_MODEL = frozenset("μµ")
_SURE = 30  # percent: words that an engine is less sure of are guesses from what is usual


@dataclasses.dataclass(frozen=True, slots=True)
class EngineReading:
    """What an engine read, and the same with the letters of words that it is not sure of made `UNSURE`."""

    text: str
    sure: str


def said(text: str, confidences: Sequence[int] = ()) -> EngineReading:
    """`confidences` are those of the words in percent; where they are not as many as the words, all count as sure."""
    words = text.split()
    if len(words) != len(confidences) or min(confidences, default=100) >= _SURE:
        return EngineReading(text, text)
    kept = (
        word if sure >= _SURE or not _TWICE_IN_A_MODEL.isdisjoint(word) else UNSURE * len(word)
        for word, sure in zip(words, confidences, strict=True)
    )
    return EngineReading(text, " ".join(kept))
