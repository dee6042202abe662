"""The translatable messages of a concept, with what a translator has to know about each."""

from __future__ import annotations

import re

from locstore.concept.loader import LoadedConcept
from locstore.concept.model import (
    Concept,
    CurrencySpec,
    DateSpec,
    NumberSpec,
    PercentSpec,
    Slot,
    TextSpec,
    ValueSpec,
)
from locstore.messages import Message

_PLACEHOLDER = re.compile(r"(?<!\{)\{([a-z0-9][a-z0-9_-]*)\}(?!\})")


def concept_messages(loaded: LoadedConcept) -> list[Message]:
    """Every slot's text in the concept's order; msgctxt is `screen/slot`."""
    messages = []
    for i, screen in enumerate(loaded.concept.screens):
        for j, slot in enumerate(screen.copy_):
            messages.append(
                Message(
                    context=f"{screen.id}/{slot.id}",
                    source=slot.text,
                    plural=slot.plural,
                    comments=tuple(_comments(loaded.concept, slot)),
                    file=loaded.display_path,
                    line=loaded.line("screens", i, "copy", j, "text"),
                )
            )
    return messages


def _comments(concept: Concept, slot: Slot) -> list[str]:
    role = concept.typography.get(slot.role)
    lines = slot.max_lines or (role.max_lines if role else None)
    room = f", at most {lines} line{'s' if lines > 1 else ''}" if lines else ""
    names = slot.only or (slot.show_on.names if slot.show_on else ())
    where = f"; only on {', '.join(names)}" if names else ""
    comments = [f"{slot.role.capitalize()}{room}{where}."]
    if slot.comment:
        comments.append(slot.comment)
    for name in dict.fromkeys(_PLACEHOLDER.findall(f"{slot.text} {slot.plural or ''}")):
        value = concept.values.get(name)
        if value is not None:
            comments.append(f"{{{name}}} becomes {_example(value)}.")
    if "*" in slot.text.replace("\\*", ""):
        comments.append("*Asterisks* mark the highlighted words; keep one pair around the words that carry it.")
    return comments


def _example(value: ValueSpec) -> str:
    match value:
        case CurrencySpec():
            return f"an amount of money ({value.currency} {value.code} in the source)"
        case NumberSpec():
            return f"a number ({value.number} in the source{', compact' if value.compact else ''})"
        case PercentSpec():
            return f"a percentage ({value.percent * 100:.{value.decimals}f}%)"
        case DateSpec():
            return f"a date ({value.date.isoformat()})"
        case TextSpec():
            return f"“{value.text}”"
