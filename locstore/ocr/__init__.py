"""Reads the words of a finished picture back and says, slot by slot, whether they are exactly what was asked for."""

from locstore.ocr.checker import TextChecker
from locstore.ocr.known_limits import unreliable
from locstore.ocr.settings import TextReport, TextSettings

__all__ = [
    "TextChecker",
    "TextReport",
    "TextSettings",
    "unreliable",
]
