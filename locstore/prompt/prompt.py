"""The prompt: a design spec in labelled parts, with every word, its line breaks and its place given exactly."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from locstore.errors import LocstoreError
from locstore.layout import Composition, SetSlot
from locstore.prompt.names import SCRIPTS, SPELLED, weight_name
from locstore.shots import Shot, SlotWords
from locstore.stores import resolve_locale
from locstore.typeset import Box, Line, graphemes

# OpenAI's limit for GPT image models (2026-11).
MAX_CHARACTERS = 32_000

# Part of every paid picture's digest: raise it when the same shot begins to give another prompt.
PROMPT_VERSION = 1

_SPELL_UP_TO = 12  # letters; longer words do not gain from being spelled
ESCAPES = "In the quoted lines a backslash only marks that the next sign is part of the words."
_LAYOUTS = {
    "caption-top": "words above, the device below, running off the lower edge",
    "caption-bottom": "the device above, running off the upper edge, words below",
    "caption-side": "words at the side where reading starts, the device towards the other side",
    "full-bleed": "one picture over the whole canvas, words in a calm area on top of it",
    "art-only": "the device alone, no words",
}


class PromptTooLong(LocstoreError):
    """The prompt is longer than any model takes; nothing was sent."""

    exit_code = 1


def make_prompt(composition: Composition) -> str:
    """The prompt for a shot. The same composition gives the same text.

    Words stand in double quotes, line by line as the typesetter broke them; what is a quote or a backslash in them
    is escaped, so that no translation can end its own quotation. Raises PromptTooLong.
    """
    shot = composition.shot
    parts = [
        ("Role", _role(shot)),
        ("Subject", _subject(shot)),
        ("Typography", _typography(composition)),
        ("Style & Layout", _style(composition)),
        ("Constraints", _constraints(composition)),
    ]
    prompt = "\n\n".join(f"[{name}]\n{text}" for name, text in parts if text) + "\n"
    return limited(prompt, shot)


def limited(prompt: str, shot: Shot) -> str:
    """The prompt, if a model takes one that long; raises PromptTooLong."""
    if len(prompt) > MAX_CHARACTERS:
        raise PromptTooLong(
            f"{shot.key}: the prompt has {len(prompt):,} characters; models take {MAX_CHARACTERS:,}. Shorten the "
            "concept's role, subject or style."
        )
    return prompt


def quoted(words: str) -> str:
    """Words between double quotes; nothing in them can end the quotation or start a new line."""
    safe = "".join(" " if unicodedata.category(c) == "Cc" or c in "\u2028\u2029" else c for c in words)
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _role(shot: Shot) -> str:
    return shot.brief.role or "You are a senior designer of app store screenshots."


def _subject(shot: Shot) -> str:
    width, height = shot.size
    store = {"apple": "App Store", "play": "Google Play"}.get(shot.display.store, "web")
    lines = [
        f"A finished {store} screenshot, {width} x {height} pixels, {shot.display.name}, screen {shot.screen!r}.",
    ]
    if shot.brief.subject:
        lines.append(shot.brief.subject)
    if shot.capture is not None:
        lines.append("The app's real screen is given as a reference image: show it unchanged, as a shipped product.")
    return "\n".join(lines)


def _typography(composition: Composition) -> str:
    blocks = text_blocks(composition)
    if not blocks:
        return "No words at all: no letters, no numerals, no signs."
    head = (
        f"{len(blocks)} text block{'s' if len(blocks) > 1 else ''}. Each appears exactly once, verbatim, with exactly "
        "these line breaks, perfectly legible. There is no other text."
    )
    if has_escapes(blocks):
        head += f" {ESCAPES}"
    return "\n\n".join([head, *blocks])


def text_blocks(composition: Composition, only: Collection[str] | None = None) -> list[str]:
    """The design of each slot that has words, in their order: all of them, or those named in `only`."""
    placed = zip(composition.shot.slots, composition.slots, strict=True)
    return [
        "\n".join(_slot(composition.shot, words, slot))
        for words, slot in placed
        if slot.text_layout.lines and (only is None or slot.id in only)
    ]


def has_escapes(blocks: Sequence[str]) -> bool:
    """Whether a quoted line has a backslash, which a model must not paint."""
    return any("\\" in row for block in blocks for row in block.split("\n") if row.startswith("  line"))


def _slot(shot: Shot, words: SlotWords, slot: SetSlot) -> list[str]:
    setting = slot.text_layout
    locale = resolve_locale(words.language)
    script = SCRIPTS.get(locale.script, locale.script)
    way = "right to left" if words.direction == "rtl" else "left to right"
    style = setting.style
    box = Box.around(line.box for line in setting.lines)
    block = [
        f"{words.id} ({words.role}): {locale.english}, {script} script, written {way}",
        *(f"  line {number}: {quoted(line.text)}" for number, line in enumerate(setting.lines, start=1)),
        f"  place: {_percent(box, shot.size)}",
        (
            f"  size: letters {setting.size / shot.size[1] * 100:.1f}% of the canvas height; "
            f"weight {weight_name(style.weight)}; colour #{bytes(style.color).hex()}; {_alignment(style.align)}"
        ),
    ]
    highlighted = [setting.words.text[a:b] for a, b in setting.words.highlights]
    if highlighted and style.highlight is not None:
        spans = ", ".join(quoted(span) for span in highlighted)
        block.append(f"  highlight: {spans} in #{bytes(style.highlight.color).hex()}")
    if slot.text_background is not None:
        block.append(f"  on a rounded plate of {slot.text_background.color}")
    spelled = _spelling(locale.script, setting.lines)
    if spelled:
        block.append(f"  spelling: {'; '.join(spelled)}")
    return block


def _alignment(align: str) -> str:
    return {"start": "aligned where reading starts", "end": "aligned where reading ends"}.get(align, "centred")


def _percent(box: Box, size: tuple[int, int]) -> str:
    width, height = size
    return (
        f"{box.x / width * 100:.1f}% to {box.right / width * 100:.1f}% of the width, "
        f"{box.y / height * 100:.1f}% to {box.bottom / height * 100:.1f}% of the height, from the top left corner"
    )


def _spelling(script: str, lines: tuple[Line, ...]) -> list[str]:
    """Short words letter by letter, in scripts in which models slip."""
    if script not in SPELLED:
        return []
    words = dict.fromkeys(word.strip("!?.,:;،؟।…") for line in lines for word in line.text.split())
    short = [w for w in words if 1 < len(w) <= _SPELL_UP_TO and all(unicodedata.category(c)[0] in "LM" for c in w)]
    # Marks stay on their letters: a cluster is what a reader calls a letter.
    return [f"{quoted(word)} = {' '.join(word[a:b] for a, b in graphemes(word))}" for word in short]


def _style(composition: Composition) -> str:
    shot, brief = composition.shot, composition.shot.brief
    lines = [f"Layout: {_LAYOUTS[shot.layout]}."]
    if composition.device is not None:
        lines.append(f"Device: a {composition.device.drawn} frame at {_percent(composition.device.body, shot.size)}.")
    background = shot.background
    if background.gradient is not None:
        lines.append(f"Background: a smooth gradient of {', '.join(background.gradient)} at {background.angle:g}°.")
    elif background.solid is not None:
        lines.append(f"Background: plain {background.solid}.")
    else:
        lines.append("Background: the picture given as a reference image.")
    if brief.palette:
        lines.append(f"Palette: {', '.join(brief.palette)}.")
    if brief.composition:
        lines.append(f"Composition: {brief.composition}")
    if brief.lens:
        lines.append(f"Light and lens: {brief.lens}")
    return "\n".join(lines)


def _constraints(composition: Composition) -> str:
    lines = [
        "Use exactly the words above: EXACT, verbatim, no extra characters, no translation, no abbreviation.",
        "No extra text, no watermark, no logo that was not given, no lorem ipsum.",
        "Keep every word at least 2.5% of the canvas away from its edges.",
    ]
    if composition.shot.locale.direction == "rtl":
        lines.append("The layout reads from right to left; letters join as the script demands.")
    avoid = composition.shot.brief.avoid
    if avoid:
        lines.append(f"Avoid: {'; '.join(avoid)}.")
    return "\n".join(f"- {line}" for line in lines)
