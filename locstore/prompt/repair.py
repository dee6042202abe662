"""The prompt for another try: what was read in the last picture against what is asked, letter by letter.

A later try is asked for with the first one's whole design and corrections below it, or as an edit of a picture that is
right but for a few words. Both depend on nothing but the design and what was read, so a second run asks for the same.
"""

from __future__ import annotations

import dataclasses
import difflib
import unicodedata
from collections.abc import Sequence

from locstore.layout import Composition, SetSlot
from locstore.prompt.prompt import ESCAPES, block_names, has_escapes, limited, make_prompt, text_blocks
from locstore.prompt.quoting import quoted
from locstore.typeset import graphemes

_MOST_WORDS = 12  # of a slot that are spelled; more would hide each other
_MOST_LETTERS = 16  # of a word that are spelled around what is wrong in it; scripts without spaces have long words
_AROUND = 4
_MOST_READ = 300
_MOST_NAMES = 6
_ALIKE = 0.34  # below this share of equal letters what was read is another text, and every word is spelled


@dataclasses.dataclass(frozen=True, slots=True)
class Correction:
    """A slot whose words were wrong in a picture, and what was read there ('': nothing)."""

    slot: str
    read: str


def make_repair_prompt(
    composition: Composition, corrections: Sequence[Correction], *, number: int, extra: bool = False
) -> str:
    """The prompt for try `number` of a picture: the design, and what to do better than the pictures before.

    `extra` says that an earlier picture had text that nobody asked for. Raises PromptTooLong.
    """
    rows = [
        (
            f"This is try {number}: an earlier picture of this very design had text that was not as asked. Paint the "
            "picture anew; all of the above still holds. Check every letter of the words below before you finish."
        ),
        *_corrections(composition, corrections),
    ]
    if extra:
        rows.append("The earlier picture also had text that no block above asks for: paint none of it.")
    return limited(f"{make_prompt(composition)}\n[Corrections]\n" + "\n".join(rows) + "\n", composition.shot)


def make_edit_prompt(composition: Composition, corrections: Sequence[Correction], *, number: int) -> str:
    """The prompt for try `number` as an edit of a picture whose other words are right. Raises PromptTooLong."""
    blocks = text_blocks(composition, {correction.slot for correction in corrections})
    task = (
        f"This is try {number}. Image 1 is a finished app store screenshot. Its only fault is the spelling of the text "
        "below. Repaint that text inside the transparent area of the mask, with exactly the words given. Keep its "
        "typeface, size, colour and place, the ground behind it, and everything else of Image 1 unchanged."
    )
    if has_escapes(blocks):
        task += f" {ESCAPES}"
    constraints = (
        "- Each text below appears exactly once: EXACT, verbatim, no extra characters, no translation.\n"
        "- No trace of the old letters, no extra text, no watermark.\n"
        "- Outside the mask nothing changes."
    )
    parts = [
        ("Task", task),
        ("Typography", "\n\n".join(blocks)),
        ("Corrections", "\n".join(_corrections(composition, corrections))),
        ("Constraints", constraints),
    ]
    return limited("\n\n".join(f"[{name}]\n{text}" for name, text in parts) + "\n", composition.shot)


def _corrections(composition: Composition, corrections: Sequence[Correction]) -> list[str]:
    slots = {slot.id: slot for slot in composition.slots}
    names = block_names(composition)
    return [
        row
        for correction in corrections
        for row in _correction(names[correction.slot], slots[correction.slot], correction)
    ]


@dataclasses.dataclass(frozen=True, slots=True)
class _Word:
    """A word of a slot: its letters, its line, and where it begins among the letters of the slot."""

    letters: tuple[str, ...]
    line: int
    start: int


def _correction(name: str, slot: SetSlot, correction: Correction) -> list[str]:
    words = _words(slot)
    asked = [letter for word in words for letter in word.letters]
    read = _letters(correction.read)
    matcher = difflib.SequenceMatcher(None, asked, read, autojunk=False)
    alike = bool(read) and matcher.ratio() >= _ALIKE
    opcodes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    wrong = [w for w in words if not alike or any(_touches(code, w) for code in opcodes)]
    was = f"showed {quoted(correction.read[:_MOST_READ])}" if read else "showed nothing legible there"
    rows = [f"- {name}: the earlier picture {was}."]
    at = opcodes if alike else []
    rows += [f"  line {word.line}: {_spelled(word, at, read)}" for word in (wrong or words)[:_MOST_WORDS]]
    names = _names([a for code in opcodes for a in asked[code[1] : code[2]]]) if alike else []
    if names:
        rows.append(f"  mind: {'; '.join(names)}.")
    return rows


def _words(slot: SetSlot) -> list[_Word]:
    words: list[_Word] = []
    start = 0
    for number, line in enumerate(slot.text_layout.lines, start=1):
        for text in line.text.split():
            letters = tuple(_letters(text))
            words.append(_Word(letters, number, start))
            start += len(letters)
    return words


def _letters(text: str) -> list[str]:
    """What a reader calls letters: with their marks, and without the spaces between words."""
    words = unicodedata.normalize("NFC", text).split()
    return [word[start:end] for word in words for start, end in graphemes(word)]


def _touches(code: tuple[str, int, int, int, int], word: _Word) -> bool:
    """Whether a difference is in a word; letters too many belong to the word that they stand in or after."""
    _, low, high, _, _ = code
    end = word.start + len(word.letters)
    if low == high:
        return word.start < low <= end or low == word.start == 0
    return low < end and high > word.start


def _spelled(word: _Word, opcodes: Sequence[tuple[str, int, int, int, int]], read: Sequence[str]) -> str:
    """`"gießen" was painted "geißen"; it is spelled g · i · e · ß · e · n (6 letters)`."""
    letters = word.letters
    touching = [code for code in opcodes if _touches(code, word)]
    text = quoted("".join(letters))
    if len(letters) > _MOST_LETTERS and touching:
        low = max(0, min(code[1] for code in touching) - word.start - _AROUND)
        high = max(code[2] for code in touching) - word.start + _AROUND
        letters = letters[low:high]
        text = f"in {text} the part {quoted(''.join(letters))}"
    painted = ""
    if touching:
        low, high = min(code[3] for code in touching), max(code[4] for code in touching)
        lead = min(code[1] for code in touching) - word.start
        tail = word.start + len(word.letters) - max(code[2] for code in touching)
        if len(word.letters) <= _MOST_LETTERS:
            low, high = max(0, low - max(0, lead)), high + max(0, tail)
        shown = "".join(read[low:high])
        painted = f" was painted {quoted(shown)};" if shown else " had letters missing;"
    count = f"{len(letters)} letter{'s' if len(letters) != 1 else ''}"
    return f"{text}{painted} it is spelled {' · '.join(letters)} ({count})"


def _names(letters: Sequence[str]) -> list[str]:
    """What the letters are called that were wrong, where that tells more than the letter itself."""
    named = []
    for letter in dict.fromkeys(letters):
        if letter.isascii():
            continue
        names = [unicodedata.name(char, "") for char in unicodedata.normalize("NFC", letter)]
        if all(names) and not any(name.startswith(("CJK", "HANGUL SYLLABLE")) for name in names):
            named.append(f"{letter} is {' and '.join(name.lower() for name in names)}")
    return named[:_MOST_NAMES]
