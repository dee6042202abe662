"""The text of a message as a template: `{value}` placeholders and `*highlights*`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Literal

Direction = Literal["ltr", "rtl"]

MAX_NAME = 64
"""Characters of a placeholder's name; longer ones are quoted up to here."""

# Any letters: a name that a translator has translated is well-formed and unknown, and that is what to say.
_NAME = re.compile(r"[\w-]{1,64}")
_FSI, _PDI = "\u2068", "\u2069"
# Digits with separators that the bidi algorithm keeps with them (classes CS and ES) and nothing else.
_DIGITS = re.compile(r"\d+(?:[.,\u066b\u066c\u00a0\u202f]\d+)*")
_BRACE = re.compile(r"[{}]")
_MARKUP = re.compile(r"[*\\]")
_HIGHLIGHT_MARK = re.compile(r"\\[*\\]|(\*)")


class PlaceholderError(ValueError):
    """A brace or a placeholder that cannot be understood; `position` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def placeholders(text: str) -> tuple[str, ...]:
    """The names in order, each as often as it stands there; `{{` and `}}` are literal braces.

    Raises PlaceholderError.
    """
    return tuple(part for _, part, is_name in _parts(text) if is_name)


def isolated(value: str, direction: Direction) -> str:
    """The value between FSI and PDI (UAX #9) if words in `direction` around it could change its order.

    In Arabic words `Disney+`, `C#` and `+1 555-0100` would have their signs on the other side; in English words an
    Arabic name would take the numbers next to it along. Plain digits and letters of the words' own direction need
    no isolate, and get none, so that `{n}%` and `+{n}` stay whole.
    """
    classes = {unicodedata.bidirectional(char) for char in value}
    if direction == "ltr":
        own = classes.isdisjoint({"R", "AL", "AN"})
    else:
        ends = {unicodedata.bidirectional(char) for char in (value[:1], value[-1:]) if char}
        own = "L" not in classes and (ends <= {"R", "AL"} or bool(_DIGITS.fullmatch(value)))
    return value if own else f"{_FSI}{value}{_PDI}"


def fill(text: str, values: Mapping[str, str], *, markup: bool = True, direction: Direction | None = None) -> str:
    """Put values in place of `{name}`, and single braces in place of double ones.

    With `markup`, asterisks and backslashes of a value are escaped, so that "5*" does not begin a highlight. With
    the words' `direction` a value that needs it is isolated.

    Raises PlaceholderError for malformed braces and for names without a value.
    """
    filled = []
    for position, part, is_name in _parts(text):
        if not is_name:
            filled.append(part)
        elif part not in values:
            raise PlaceholderError(f"{{{part}}} has no value", position)
        else:
            value = _MARKUP.sub(r"\\\g<0>", values[part]) if markup else values[part]
            filled.append(value if direction is None else isolated(value, direction))
    return "".join(filled)


def _parts(text: str) -> Iterator[tuple[int, str, bool]]:
    """The text in pieces: (position, literal, False) or (position, name, True)."""
    position = 0
    while brace := _BRACE.search(text, position):
        start = brace.start()
        yield position, text[position:start], False
        if text[start : start + 2] in ("{{", "}}"):
            yield start, brace[0], False
            position = start + 2
            continue
        if brace[0] == "}":
            raise PlaceholderError("a “}” closes nothing; write }} for a brace", start)
        end = text.find("}", start)
        if end < 0:
            raise PlaceholderError("a “{” is not closed; write {{ for a brace", start)
        name = text[start + 1 : end]
        if not _NAME.fullmatch(name):
            shown = name if len(name) <= MAX_NAME else name[:MAX_NAME] + "…"
            raise PlaceholderError(f"{{{shown}}} is not a placeholder; write {{name}} without spaces", start)
        yield start, name, True
        position = end + 1
    yield position, text[position:], False


def highlights(text: str) -> int:
    r"""How many `*spans*` the text has; `\*` is a literal asterisk, `\\` a literal backslash.

    Raises ValueError for an asterisk without a partner and for an empty span (`**`).
    """
    marks = [match.start() for match in _HIGHLIGHT_MARK.finditer(text) if match[1]]
    if len(marks) % 2:
        raise ValueError(f"the asterisk at character {marks[-1] + 1} has no partner; write \\* for an asterisk")
    for start, end in zip(marks[::2], marks[1::2], strict=True):
        if not text[start + 1 : end].strip():
            raise ValueError(f"the asterisks at character {start + 1} enclose nothing; a highlight is *one word*")
    return len(marks) // 2
