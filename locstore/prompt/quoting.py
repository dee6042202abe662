"""Literal words in double quotes, the only quotation marks of a prompt."""

from __future__ import annotations

import re
import unicodedata


def quoted(words: str) -> str:
    """Words between double quotes; nothing in them can end the quotation or start a new line."""
    safe = "".join(" " if unicodedata.category(c) == "Cc" or c in "\u2028\u2029" else c for c in words)
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'


def plain(text: str) -> str:
    """A designer's or store's text without a double quote: inches in words, other double quotes as single ones."""
    return re.sub(r'(\d) ?["″]', r"\1-inch", text).replace('"', "'")
