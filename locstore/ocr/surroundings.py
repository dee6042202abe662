"""Looks around the words: too many of them, twice, in another script, out of place, or too faint to read."""

from __future__ import annotations

import difflib
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from locstore.findings import Finding, Severity
from locstore.layout import Composition, SetSlot
from locstore.ocr.compare import distance
from locstore.ocr.legibility import MINIMUM, contrast_of_words
from locstore.ocr.normalize import fold
from locstore.readings import SlotReading, Verdict
from locstore.shots import SlotWords
from locstore.typeset import Box
from locstore.typeset.unicode_data import script

Recognise = Callable[[Box], tuple[str, float]]
Read = Callable[[Box], str]

_AROUND_SLOT = 0.6  # em around a slot's words that are still its own
_LOWEST = 0.006  # of the canvas's height: what is lower is no line that a customer can read
_SURE = 0.8  # a recogniser's score from which its text is believed
_OWN_WORDS = 0.7  # share of a line's letters that stand in a slot's words in the same order
_FEW = 4  # letters: fewer say nothing about a script or a repetition
_SOURCE_LIKE = 0.25  # edit distance to the source text that makes words the source's
_FOREIGN = 0.6  # share of letters of other scripts
_ENOUGH = 0.3  # of the number of letters asked for
_WORD = 3  # letters
_BRAND_SIGNS = frozenset("™®©℠")
_CJK = frozenset({"Hani", "Hira", "Kana", "Bopo"})
_NO_SCRIPT = frozenset({"Zyyy", "Zinh", "Zzzz"})
_READ = frozenset({Verdict.EXACT, Verdict.LIKELY})


def surroundings(
    pixels: npt.NDArray[np.uint8],
    composition: Composition,
    readings: Sequence[SlotReading],
    *,
    lines: Sequence[Box] | None,
    recognise: Recognise | None = None,
    read: Read | None = None,
    allow: Sequence[str] = (),
    tolerance: float = 0.06,
) -> list[Finding]:
    """What is wrong around the slots that were read. `pixels` has the shape (height, width, 3).

    `lines` are the boxes of all lines found in the whole picture; None means that nobody looked for any, and a note
    says so. `recognise` says what a box holds in any script, and how sure it is (0 to 1); `read` reads a box in the
    language of the shot. Both are asked only about lines outside of the slots and in slots that could not be read: in
    a good picture about none. `allow` are words that may stand anywhere, `tolerance` is how far words may stand from
    their box, as a fraction of the canvas's height.
    """
    look = _Look(composition, readings, lines or (), recognise, read, allow, tolerance)
    findings = [finding for line in look.outside() for finding in look.too_much(line)]
    if lines is None:
        message = "Nobody looked for extra words: pip install 'locstore[ocr-plus]' brings a detector."
        shot, severity = composition.shot.key, Severity.NOTE
        findings.append(Finding(code="verify-text-not-checked", message=message, severity=severity, shot=shot))
    for slot, reading in look.slots():
        findings += look.other_script(slot, reading)
        findings += look.out_of_place(slot, reading)
        findings += look.faint(pixels, slot, reading)
    return list(dict.fromkeys(findings))


class _Look:
    """One picture with everything that is known of it."""

    def __init__(
        self,
        composition: Composition,
        readings: Sequence[SlotReading],
        lines: Sequence[Box],
        recognise: Recognise | None,
        read: Read | None,
        allow: Sequence[str],
        tolerance: float,
    ) -> None:
        self._composition = composition
        self._readings = {reading.slot: reading for reading in readings}
        self._words = {words.id: words for words in composition.shot.slots}
        self._lines = lines
        self._recognise = recognise
        self._read = read
        self._allow = allow
        self._slack = tolerance * composition.shot.size[1]

    def slots(self) -> Iterator[tuple[SetSlot, SlotReading]]:
        for slot in self._composition.slots:
            if slot.id in self._readings and slot.text_layout.lines:
                yield slot, self._readings[slot.id]

    def outside(self) -> Iterator[Box]:
        """The lines that stand neither in a slot, nor in the capture, nor in the logo."""
        shot = self._composition.shot
        if shot.layout == "full-bleed" and shot.capture is not None:
            return  # the capture is everywhere, and its words are the app's
        areas = [self._area_of(slot) for slot in self._composition.slots if slot.text_layout.lines]
        areas += [_box(*r.box) for r in self._readings.values() if r.box is not None]
        if self._composition.device is not None:
            areas.append(_grown(self._composition.device.body, self._slack))
        if self._composition.logo is not None:
            logo = self._composition.logo.box
            areas.append(_grown(logo, 0.2 * logo.height))
        for line in self._lines:
            if line.height >= _LOWEST * shot.size[1] and not any(_holds(area, line) for area in areas):
                yield line

    def _area_of(self, slot: SetSlot) -> Box:
        setting = slot.text_layout
        box = slot.text_background.box if slot.text_background is not None else setting.ink or setting.box
        return _grown(box, _AROUND_SLOT * setting.size)

    def too_much(self, line: Box) -> list[Finding]:
        """The finding for a line outside: a slot's words once more, or words that nobody asked for."""
        language = self._composition.shot.locale.bcp47
        sure, guess = self._texts(line)
        texts = [text for text in (sure, guess) if text]
        kept = [text for text in texts if len(self._rest(text, language)) > 1]
        if not kept and (texts or self._recognise or self._read):
            return []  # allowed, or no words: leaves and lamps are taken for an O or an I
        for words in self._composition.shot.slots:
            for text in kept:
                if _stands_in(fold(text, language), fold(words.text, language)):
                    return self._again(words, text, line)
        shot, where = self._composition.shot.key, f"at ({line.x:.0f}, {line.y:.0f})"
        if sure in kept:
            advice = "Paint it again, or name the words in `allow` of the table [text] in the project file."
            message = f'The picture says "{_short(sure)}" {where}, and nobody asked for it. {advice}'
            return [Finding(code="verify-text-extra", message=message, shot=shot)]
        said = f' (perhaps "{_short(guess)}")' if guess else ""
        message = f"Something {where} looks like words{said} that nobody asked for. Look at it."
        return [Finding(code="verify-text-extra", message=message, severity=Severity.WARNING, shot=shot)]

    def _texts(self, line: Box) -> tuple[str, str]:
        """What a box surely says, and what it may say; '' for either that is not known."""
        text, score = self._recognise(line) if self._recognise is not None else ("", 0.0)
        if score >= _SURE:
            return text, ""
        return "", (self._read(line) if self._read is not None else "") or text

    def _rest(self, text: str, language: str) -> str:
        """The letters and digits of a text that the allow-list does not account for."""
        rest = fold("".join(c for c in text if c not in _BRAND_SIGNS), language).casefold()
        for words in sorted(self._allow, key=len, reverse=True):
            rest = rest.replace(fold(words, language).casefold(), "")
        return "".join(c for c in rest if c.isalnum())

    def _again(self, words: SlotWords, text: str, line: Box) -> list[Finding]:
        """The slot's own words outside of it: once more, or in the wrong place if they are not in theirs."""
        reading = self._readings.get(words.id)
        where = f"at ({line.x:.0f}, {line.y:.0f})"
        if reading is not None and (reading.verdict in _READ or self._has_line(words.id)):
            message = f'"{_short(text)}" {where} repeats words of this slot. Paint the picture again.'
            return [self._finding("verify-text-twice", message, words)]
        message = f'"{_short(text)}" stands {where}, outside of the place of this slot. Paint the picture again.'
        return [self._finding("verify-text-moved", message, words, Severity.WARNING)]

    def _has_line(self, slot: str) -> bool:
        areas = [self._area_of(s) for s in self._composition.slots if s.id == slot and s.text_layout.lines]
        return any(_holds(area, line) for area in areas for line in self._lines)

    def other_script(self, slot: SetSlot, reading: SlotReading) -> list[Finding]:
        """Words that were not read as asked, and are of another script, or are the source language's."""
        words = self._words[slot.id]
        if reading.verdict in _READ:
            return []
        area = self._area_of(slot)
        inside = [text for line in self._lines if _holds(area, line) and (text := self._texts(line)[0])]
        for text in dict.fromkeys((" ".join(inside), reading.read)):
            said = fold(text, words.language)
            source = fold(words.msgid.replace("*", ""), words.language)
            asked = fold(reading.asked, words.language)
            if len(said) >= _FEW and distance(source, asked) > 2 * _SOURCE_LIKE >= 2 * distance(source, said):
                message = f'The words are in the source language: "{_short(text)}" instead of "{reading.asked}".'
                return [self._finding("verify-text-script", f"{message} Paint the picture again.", words)]
            other = _other_script(reading.asked, text)
            if other:
                message = f'The words are in {other} letters: "{_short(text)}" instead of "{reading.asked}".'
                return [self._finding("verify-text-script", f"{message} Paint the picture again.", words)]
        return []

    def out_of_place(self, slot: SetSlot, reading: SlotReading) -> list[Finding]:
        """Words that stand farther from their box than the tolerance allows."""
        setting = slot.text_layout
        if reading.box is None or setting.ink is None or reading.verdict is Verdict.NOT_CHECKED:
            return []
        found, ink, room = _box(*reading.box), setting.ink, setting.box
        left, right = min(ink.x, room.x), max(ink.right, room.right)
        off = {
            "to the left": left - found.x,
            "to the right": found.right - right,
            "too high": ink.y - found.y,
            "too low": found.bottom - ink.bottom,
        }
        side, by = max(off.items(), key=lambda item: item[1])
        if by <= self._slack:
            return []
        message = f"The words stand {by:.0f} px {side}; {self._slack:.0f} px are allowed."
        message += " Paint the picture again, or raise `tolerance` in the table [text] of the project file."
        return [self._finding("verify-text-moved", message, self._words[slot.id], Severity.WARNING)]

    def faint(self, pixels: npt.NDArray[np.uint8], slot: SetSlot, reading: SlotReading) -> list[Finding]:
        """Words with too little contrast, as measured in the picture."""
        box = _box(*reading.box) if reading.box is not None else slot.text_layout.ink
        ratio = contrast_of_words(pixels, box, slot.text_layout.size) if box is not None else math.nan
        if math.isnan(ratio) or ratio >= MINIMUM:
            return []
        message = (
            f"Words of this slot have a contrast of {ratio:.1f}:1 with what is behind them; {MINIMUM:g}:1 is wanted."
        )
        message += " Choose a quieter background or other colours."
        return [self._finding("verify-text-contrast", message, self._words[slot.id], Severity.WARNING)]

    def _finding(self, code: str, message: str, words: SlotWords, severity: Severity = Severity.ERROR) -> Finding:
        return Finding(
            code=code,
            message=message,
            severity=severity,
            file=words.file,
            line=words.line,
            shot=self._composition.shot.key,
            slot=words.id,
        )


def _box(x: int, y: int, width: int, height: int) -> Box:
    return Box(float(x), float(y), float(width), float(height))


def _grown(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def _holds(area: Box, line: Box) -> bool:
    """Whether a line's middle, or most of it, is in the area."""
    if area.contains(Box(line.x + line.width / 2, line.y + line.height / 2, 0, 0)):
        return True
    wide = min(area.right, line.right) - max(area.x, line.x)
    high = min(area.bottom, line.bottom) - max(area.y, line.y)
    return wide > 0 and high > 0 and wide * high > 0.5 * line.width * line.height


def _stands_in(line: str, words: str) -> bool:
    """Whether a line is words of a slot, give or take some letters; single letters in common do not count."""
    if len(line) < _FEW:
        return False
    blocks = difflib.SequenceMatcher(None, line, words, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) >= _OWN_WORDS * len(line)


def _letters_by_script(text: str) -> Counter[str]:
    found = (script(c) for c in text if unicodedata.category(c)[0] in "LM")
    return Counter("Chinese or Japanese" if s in _CJK else s for s in found if s not in _NO_SCRIPT)


def _other_script(asked: str, read: str) -> str:
    """The script of most letters that were read, if it is none of the words'; '' otherwise.

    Of unknown letters an engine makes a few Latin ones, one or two at a time: only longer pieces count as words.
    """
    pieces = (_letters_by_script(piece) for piece in read.split())
    found = sum((piece for piece in pieces if piece.total() >= _WORD), Counter[str]())
    own = _letters_by_script(asked)
    foreign = {name: count for name, count in found.items() if name not in own}
    enough = max(_FEW, _ENOUGH * own.total())
    if found.total() < enough or sum(foreign.values()) < _FOREIGN * found.total():
        return ""
    most = max(foreign, key=foreign.__getitem__)
    return _NAMES.get(most, most)


_NAMES = {
    "Latn": "Latin",
    "Cyrl": "Cyrillic",
    "Grek": "Greek",
    "Arab": "Arabic",
    "Hebr": "Hebrew",
    "Deva": "Devanagari",
    "Hang": "Hangul",
}


def _short(text: str, most: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
