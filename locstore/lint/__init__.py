"""Checks of translations as a careful reader makes them: punctuation, spaces, numbers, quotes, words."""

from __future__ import annotations

from locstore.lint.rules import SlotLimits, lint_catalog, lint_titles

__all__ = [
    "SlotLimits",
    "lint_catalog",
    "lint_titles",
]
