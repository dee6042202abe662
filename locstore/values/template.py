"""The text of a message as a template: `{value}` placeholders and `*highlights*`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

MAX_NAME = 64
"""Characters of a placeholder's name; longer ones are quoted up to here."""

# Any letters: a name that a translator has translated is well-formed and unknown, and that is what to say.
_NAME = re.compile(r"[\w-]{1,64}")
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


def fill(text: str, values: Mapping[str, str], *, markup: bool = True) -> str:
    """Put values in place of `{name}`, and single braces in place of double ones.

    With `markup`, asterisks and backslashes of a value are escaped, so that "5*" does not begin a highlight.
    Nothing is wrapped in bidi isolates here: direction is the typesetter's business.

    Raises PlaceholderError for malformed braces and for names without a value.
    """
    filled = []
    for position, part, is_name in _parts(text):
        if not is_name:
            filled.append(part)
        elif part not in values:
            raise PlaceholderError(f"{{{part}}} has no value", position)
        else:
            filled.append(_MARKUP.sub(r"\\\g<0>", values[part]) if markup else values[part])
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
