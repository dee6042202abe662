"""The key of an images API: held so that it cannot be printed, and taken out of texts that come from outside."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import quote

MAX_MESSAGE = 300

# Servers echo keys half masked ("sk-proj-****abcd"); a part of a key is no business of a log either.
_KEY_LIKE = re.compile(r"\b(?:sk|pk|rk|key)-[\w*.\-]{6,}|\bBearer\s+[\w*.\-+/=]{6,}", re.ASCII | re.IGNORECASE)
_PART = 8  # characters of a key that are never shown together
_SHARED = 24  # characters; shorter stretches are too common to be told from the server's own words


class Secret:
    """A key. `repr`, `str` and formatting give `***`; only `reveal()` gives the value. It cannot be pickled."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        value = value.strip()
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            raise ValueError("The key is empty or holds characters that no key has. Copy it again.")
        self._value = value

    def reveal(self) -> str:
        """The value, for the one place that puts it into a header."""
        return self._value

    def removed_from(self, text: str) -> str:
        """`text` without the key, plain or percent-encoded, and without any part of it of eight characters or more."""
        forms = (self._value, quote(self._value, safe=""))
        for form in forms:
            text = text.replace(form, "***")
        text = _KEY_LIKE.sub("***", text)
        for form in forms:
            text = _without_stretches(text, form, _PART, "***")
        return text

    def removed_from_bytes(self, data: bytes) -> bytes:
        """Bytes from outside without the key: plain, percent-encoded, as base64 or as UTF-16."""
        plain = self._value.encode()
        forms = {plain, quote(self._value, safe="").encode(), base64.b64encode(plain), self._value.encode("utf-16-le")}
        for form in sorted(forms):
            data = data.replace(form, b"***")
        return data

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled; let each process read the environment")


def secret_from(environment: Mapping[str, str], name: str) -> Secret | None:
    """The key in the environment variable `name`, or None if it is not set or empty. Raises ValueError."""
    value = environment.get(name, "")
    return Secret(value) if value.strip() else None


def cleaned(text: str, key: Secret | None, prompt: str = "") -> str:
    """A text from outside as a log may hold it: no key, nothing of the prompt, one line, at most 300 characters.

    The key goes before the text is cut, so that no part of it can be left at the cut.
    """
    if key is not None:
        text = key.removed_from(text)
    text = _KEY_LIKE.sub("***", text)
    text = _without_prompt(_one_line(text), _one_line(prompt))
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _without_prompt(text: str, prompt: str) -> str:
    """`text` with every stretch that it shares with the prompt replaced; servers echo prompts in part, too."""
    if len(prompt) < _SHARED:
        return text.replace(prompt, "[prompt]") if prompt else text
    return _without_stretches(text, prompt, _SHARED, "[prompt]")


def _without_stretches(text: str, secret: str, length: int, mark: str) -> str:
    """`text` with every stretch of at least `length` characters that it shares with `secret` replaced by `mark`."""
    if len(secret) < length:
        return text
    windows = {secret[i : i + length] for i in range(len(secret) - length + 1)}
    kept: list[str] = []
    at = hidden = 0
    while at < len(text):
        if text[at : at + length] in windows:
            if at >= hidden:
                kept.append(mark)
            hidden = at + length
        elif at >= hidden:
            kept.append(text[at])
        at += 1
    return "".join(kept)
