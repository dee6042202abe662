"""The prompt: a design spec in labelled parts, with every word, its line breaks and its place given exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from locstore.errors import LocstoreError
from locstore.layout import Composition, SetSlot, TextBackground
from locstore.prompt.layers import layers_in_words
from locstore.prompt.names import SCRIPTS, TYPEFACES, weight_name
from locstore.prompt.places import place_in_words
from locstore.prompt.quoting import plain, quoted
from locstore.prompt.spelling import spellings
from locstore.shots import Shot, SlotWords
from locstore.stores import resolve_locale
from locstore.typeset import Box

# OpenAI's limit for GPT image models (2026-11).
MAX_CHARACTERS = 32_000

# Part of every paid picture's digest: raise it when the same shot begins to give another prompt.
PROMPT_VERSION = 2

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

    Only the literal words are in double quotes, line by line as the typesetter broke them; a quote or a backslash in
    them is escaped, so that no translation can end its own quotation. Raises PromptTooLong.
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


def reference_images(shot: Shot) -> tuple[str, ...]:
    """The pictures sent with the prompt, in their order: those of `capture`, `background`, `logo` that there are."""
    assets = shot.assets()
    return tuple(kind for kind in ("capture", "background", "logo") if kind in assets)


def block_names(composition: Composition) -> dict[str, str]:
    """What the prompt calls each slot: `Headline`, or `Caption 2` where a role has several."""
    slots = composition.shot.slots
    roles = Counter(_role_name(words.role) for words in slots)
    seen: Counter[str] = Counter()
    names = {}
    for words in slots:
        role = _role_name(words.role)
        seen[role] += 1
        names[words.id] = f"{role} {seen[role]}" if roles[role] > 1 else role
    return names


def _role_name(role: str) -> str:
    known = {"headline": "Headline", "caption": "Caption", "badge": "Badge"}
    return known.get(role, f"Text ({plain(role.replace('_', ' ').replace('-', ' '))})")


def _role(shot: Shot) -> str:
    return plain(shot.brief.role) or "You are a senior designer of app store screenshots."


def _subject(shot: Shot) -> str:
    width, height = shot.size
    store = {"apple": "App Store", "play": "Google Play"}.get(shot.display.store, "web")
    lines = [f"A finished {store} screenshot for {plain(shot.display.name)}, {width} x {height} pixels."]
    if shot.brief.subject:
        lines.append(plain(shot.brief.subject))
    lines += images_in_words(shot)
    return "\n".join(lines)


_IMAGES = {
    "capture": "the app's real screen; show it unchanged, as a shipped product",
    "background": "the background picture; keep it as it is behind everything else",
    "logo": "the brand's logo; show it once, unchanged, in its place",
}


def images_in_words(shot: Shot, first: int = 1) -> list[str]:
    """What each picture that is sent is for: `Image 1: the app's real screen; ...`."""
    return [f"Image {number}: {_IMAGES[kind]}." for number, kind in enumerate(reference_images(shot), first)]


def _typography(composition: Composition) -> str:
    blocks = text_blocks(composition)
    outside = " outside the app's screen" if composition.shot.capture is not None else ""
    if not blocks:
        return f"No words{outside}: no letters, no numerals, no signs."
    head = (
        f"{len(blocks)} text block{'s' if len(blocks) > 1 else ''}. Each appears exactly once: EXACT, verbatim, with "
        f"exactly these line breaks, no extra characters, perfectly legible. There is no other text{outside}."
    )
    if has_escapes(blocks):
        head += f" {ESCAPES}"
    return "\n\n".join([head, *blocks])


def text_blocks(composition: Composition, only: Collection[str] | None = None) -> list[str]:
    """The design of each slot that has words, in their order: all of them, or those named in `only`."""
    names = block_names(composition)
    placed = zip(composition.shot.slots, composition.slots, strict=True)
    return [
        "\n".join(_slot(composition.shot, names[words.id], words, slot))
        for words, slot in placed
        if slot.text_layout.lines and (only is None or slot.id in only)
    ]


def has_escapes(blocks: Sequence[str]) -> bool:
    """Whether a quoted line has a backslash, which a model must not paint."""
    return any("\\" in row for block in blocks for row in block.split("\n") if row.startswith("  line"))


def _slot(shot: Shot, name: str, words: SlotWords, slot: SetSlot) -> list[str]:
    setting = slot.text_layout
    locale = resolve_locale(words.language)
    script = SCRIPTS.get(locale.script, locale.script)
    way = "right to left" if words.direction == "rtl" else "left to right"
    style = setting.style
    box = Box.around(line.box for line in setting.lines)
    typeface = plain(shot.brief.typeface) or TYPEFACES.get(locale.script, "a clean sans-serif")
    block = [
        f"{name}, in {locale.english} ({script} script), written {way}:",
        *(f"  line {number}: {quoted(line.text)}" for number, line in enumerate(setting.lines, start=1)),
        f"  place: {place_in_words(box, shot.size)}",
        f"  typeface: {typeface}, weight {weight_name(style.weight)}",
        (
            f"  size: letters {setting.size / shot.size[1] * 100:.1f}% of the canvas height; "
            f"colour #{bytes(style.color).hex()}; {_alignment(style.align)}"
        ),
    ]
    highlighted = [setting.words.text[a:b] for a, b in setting.words.highlights]
    if highlighted and style.highlight is not None:
        spans = ", ".join(quoted(span) for span in highlighted)
        block.append(f"  highlight: {spans} in #{bytes(style.highlight.color).hex()}")
    if slot.text_background is not None:
        block.append(f"  behind it: {_background_in_words(slot.text_background)}")
    if spelled := spellings(locale.script, words.language, [line.text for line in setting.lines]):
        block.append(f"  spelling: {'; '.join(spelled)}")
    return block


def _background_in_words(plate: TextBackground) -> str:
    shape = "a pill with round ends" if plate.radius is None else "a rectangle with rounded corners"
    each = " behind each line" if len(plate.boxes) > 1 else ""
    faint = "" if plate.opacity >= 1 else f", {plate.opacity:.0%} opaque"
    return f"{shape} of {plate.color}{each}{faint}"


def _alignment(align: str) -> str:
    return {"start": "aligned where reading starts", "end": "aligned where reading ends"}.get(align, "centred")


def _style(composition: Composition) -> str:
    shot, brief = composition.shot, composition.shot.brief
    lines = layers_in_words(composition.scene, shot.logo)
    if shot.layout in _LAYOUTS:
        lines.insert(0, f"Layout: {_LAYOUTS[shot.layout]}.")
    if brief.palette:
        lines.append(f"Palette: {', '.join(brief.palette)}.")
    if brief.composition:
        lines.append(f"Composition: {plain(brief.composition)}")
    if brief.lens:
        lines.append(f"Light and lens: {plain(brief.lens)}")
    return "\n".join(lines)


def _constraints(composition: Composition) -> str:
    shot = composition.shot
    logo = "no logo but the one given" if "logo" in reference_images(shot) else "no logo"
    lines = [
        "No translation, no abbreviation, no change of the words above.",
        f"No watermark, {logo}, no lorem ipsum.",
        "Keep every word at least 2.5% of the canvas away from its edges.",
    ]
    if shot.locale.direction == "rtl":
        lines.append("The layout reads from right to left; letters join as the script demands.")
    if shot.brief.avoid:
        lines.append(f"Avoid: {'; '.join(plain(text) for text in shot.brief.avoid)}.")
    return "\n".join(f"- {line}" for line in lines)
