"""HTML by element: whatever is not `Html` is escaped on its way in, so no text can be forgotten."""

from __future__ import annotations

import html

_VOID = frozenset({"br", "img", "input", "link", "meta", "wbr"})


class Html(str):
    """Text that is HTML already, and is not escaped again."""

    __slots__ = ()


def el(tag: str, *children: str, **attributes: str | int | None) -> Html:
    """An element. `class_` is `class`, `aria_label` is `aria-label`; None and False leave one out."""
    opening = tag
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        opening += f" {name.removesuffix('_').replace('_', '-')}"
        if value is not True:
            opening += f'="{html.escape(str(value))}"'
    if tag in _VOID:
        return Html(f"<{opening}>")
    inner = "".join(c if isinstance(c, Html) else html.escape(c) for c in children)
    end = "\n" if tag in {"li", "section", "div", "nav", "details"} else ""  # a diff of two runs reads by line
    return Html(f"<{opening}>{inner}</{tag}>{end}")


def count_of(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
