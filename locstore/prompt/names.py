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
    "Jpan": "kanji and kana",
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

# The typeface of each script in words, where the concept names none: alike in colour and structure.
TYPEFACES = {
    "Arab": "a modern low-contrast Naskh with open counters",
    "Beng": "a clean low-contrast Bengali sans",
    "Cyrl": "a clean geometric sans-serif",
    "Deva": "a clean low-contrast Devanagari sans",
    "Grek": "a clean geometric sans-serif",
    "Hans": "a clean Heiti (sans-serif) face",
    "Hant": "a clean Heiti (sans-serif) face",
    "Hebr": "a clean low-contrast Hebrew sans",
    "Jpan": "a clean kaku gothic (sans-serif) face",
    "Kore": "a clean dotum (sans-serif) face",
    "Latn": "a clean geometric sans-serif",
    "Thai": "a clean looped Thai sans",
}

_WEIGHTS = ((350, "light"), (450, "regular"), (550, "medium"), (650, "semibold"), (800, "bold"), (1000, "black"))


def weight_name(weight: int) -> str:
    """`bold 700`."""
    return next(name for limit, name in _WEIGHTS if weight < limit) + f" {weight}"
