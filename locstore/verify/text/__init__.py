"""Reads the words of a finished picture back and says, slot by slot, whether they are exactly what was asked for."""

from locstore.verify.text.checker import TextChecker
from locstore.verify.text.doubts import unreliable
from locstore.verify.text.settings import TextReport, TextSettings

__all__ = ["TextChecker", "TextReport", "TextSettings", "unreliable"]
