"""What the model's types cannot say: ids that stand twice, names that point nowhere.

It reads the plain data, so that one pass reports these too, whatever else is wrong with the file.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from locstore.concept.model import SCREEN_DESIGN_KEYS
from locstore.concept.reader import Document, Path
from locstore.findings import Finding


def check_names(document: Document) -> list[Finding]:
    """Findings about ids and names, in no particular order; parts of the wrong kind are passed over."""
    concept = _mapping(document.data)
    findings: list[Finding] = []
    slots_of: dict[str, list[str]] = {}
    seen: dict[str, int] = {}
    for i, screen in _items(concept.get("screens")):
        place: Path = ("screens", i)
        findings += _repeated(document, seen, screen.get("id"), (*place, "id"), "screen")
        slots_of.setdefault(str(screen.get("id")), [])
        slots: dict[str, int] = {}
        for j, slot in _items(screen.get("copy")):
            findings += _repeated(document, slots, slot.get("id"), (*place, "copy", j, "id"), "slot")
            findings += _check_slot(document, slot, (*place, "copy", j), _mapping(concept.get("values")))
            slots_of[str(screen.get("id"))].append(str(slot.get("id")))
        if screen.get("layout") == "art-only" and screen.get("copy"):
            message = "An art-only screen shows no words; remove its copy or choose another layout."
            findings.append(document.finding("concept-value", message, *place, "copy", key=True))
    displays = concept.get("displays")
    ids: dict[str, int] = {}
    for i, display in enumerate(displays if isinstance(displays, list) else ()):
        name = display.get("id") if isinstance(display, dict) else display
        findings += _repeated(document, ids, name, ("displays", i), "display")
    for locale, screens in _mapping(concept.get("overrides")).items():
        for screen_id, override in _mapping(screens).items():
            findings += _check_override(document, ("overrides", locale, screen_id), _mapping(override), slots_of)
    for i, rule in _items(concept.get("overrides")):
        for screen_id, override in _mapping(rule.get("screens")).items():
            place = ("overrides", i, "screens", screen_id)
            findings += _check_override(document, place, _mapping(override), slots_of)
    return findings


def _check_slot(document: Document, slot: dict[str, Any], place: Path, values: dict[str, Any]) -> Iterator[Finding]:
    name, count = slot.get("id"), slot.get("count")
    if name in SCREEN_DESIGN_KEYS:
        message = f"A slot cannot be called {name!r}: overrides use that name for the screen's design."
        yield document.finding("concept-value", message, *place, "id")
    if isinstance(count, str) and count not in values:
        close = difflib.get_close_matches(count, values, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else "Add it under values."
        yield document.finding("concept-unknown-name", f"There is no value {count!r}. {hint}", *place, "count")


def _check_override(
    document: Document, place: Path, override: dict[str, Any], slots_of: dict[str, list[str]]
) -> Iterator[Finding]:
    screen = str(place[-1])
    known = slots_of.get(screen)
    if known is None:
        close = difflib.get_close_matches(screen, slots_of, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        message = f"There is no screen {screen!r} to override.{hint}"
        yield document.finding("concept-unknown-name", message, *place, key=True)
        return
    for name, style in override.items():
        if name not in SCREEN_DESIGN_KEYS and name not in known and isinstance(style, dict):
            message = f"Screen {screen!r} has no slot {name!r}. It has: {', '.join(sorted(known)) or 'none'}."
            yield document.finding("concept-unknown-name", message, *place, name, key=True)


def _repeated(document: Document, seen: dict[str, int], name: Any, path: Path, what: str) -> Iterator[Finding]:
    if not isinstance(name, str):
        return
    if name in seen:
        message = f"The {what} {name!r} stands here for the second time (first on line {seen[name]}). Rename one."
        yield document.finding("concept-duplicate-id", message, *path)
        return
    seen[name] = document.line(*path)


def _mapping(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}


def _items(data: Any) -> list[tuple[int, dict[str, Any]]]:
    """The mappings of a list, with their places in it."""
    return [(i, item) for i, item in enumerate(data) if isinstance(item, dict)] if isinstance(data, list) else []
