"""The one piece of markup that words may carry: `*span*` highlights a span, `\\*` is a plain asterisk."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class MarkedText:
    """Plain text and the highlighted spans in it, as (start, end) code point offsets."""

    text: str
    highlights: tuple[tuple[int, int], ...] = ()


def parse_highlight(markup: str) -> MarkedText:
    """Read `*span*` and `\\*`.

    An asterisk without a partner stays an asterisk: the catalog check has already said so to the translator.
    Empty spans vanish.
    """
    text: list[str] = []
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    position = 0
    while position < len(markup):
        char = markup[position]
        if char == "\\" and markup[position + 1 : position + 2] in ("*", "\\"):
            text.append(markup[position + 1])
            position += 2
            continue
        position += 1
        if char != "*":
            text.append(char)
        elif opened is None:
            opened = len(text)
        else:
            if len(text) > opened:
                spans.append((opened, len(text)))
            opened = None
    if opened is not None:
        text.insert(opened, "*")
    return MarkedText("".join(text), tuple(spans))
