"""Names that a prompt uses: scripts, weights, colours and places in plain English."""

from __future__ import annotations

SCRIPTS = {
    "Arab": "Arabic",
    "Armn": "Armenian",
    "Beng": "Bengali",
    "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Ethi": "Ethiopic",
    "Geor": "Georgian",
    "Grek": "Greek",
    "Gujr": "Gujarati",
    "Guru": "Gurmukhi",
    "Hans": "Simplified Chinese",
    "Hant": "Traditional Chinese",
    "Hebr": "Hebrew",
    "Jpan": "Japanese (kanji and kana)",
    "Khmr": "Khmer",
    "Knda": "Kannada",
    "Kore": "Hangul",
    "Laoo": "Lao",
    "Latn": "Latin",
    "Mlym": "Malayalam",
    "Mymr": "Burmese",
    "Orya": "Odia",
    "Sinh": "Sinhala",
    "Taml": "Tamil",
    "Telu": "Telugu",
    "Thai": "Thai",
}

# Scripts that image models are known to misspell: short words are spelled out letter by letter.
SPELLED = frozenset(SCRIPTS) - {"Latn", "Hans", "Hant", "Jpan"}

_WEIGHTS = ((350, "light"), (450, "regular"), (550, "medium"), (650, "semibold"), (800, "bold"), (1000, "black"))


def weight_name(weight: int) -> str:
    """`bold 700`."""
    return next(name for limit, name in _WEIGHTS if weight < limit) + f" {weight}"
