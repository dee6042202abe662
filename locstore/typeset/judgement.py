"""How good the lines of a text layout are: words, numbers and highlights that are cut, words that hang or are alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from enum import StrEnum

from locstore.typeset.fit import Block, Fit
from locstore.typeset.glue import numbers
from locstore.typeset.linebreak import SHORT_LAST_SHARE
from locstore.typeset.segment import NEWLINE, Quality
from locstore.typeset.sense import Fault


class Verdict(StrEnum):
    """What a reader would dislike about a line end."""

    WORD_CUT = "word cut"
    NUMBER_SPLIT = "number split"
    HIGHLIGHT_CUT = "highlight cut"
    HANGING_WORD = "hanging word"
    PHRASE_CUT = "phrase cut"
    LONE_WORD = "lone word"


@dataclasses.dataclass(frozen=True, slots=True)
class LineJudgement:
    """A verdict about the end of line `line` (from 1), and the text around it, with `|` at the line end."""

    verdict: Verdict
    line: int
    text: str


_FAULTS = {
    Fault.CUT_HIGHLIGHT: Verdict.HIGHLIGHT_CUT,
    Fault.HANGING_WORD: Verdict.HANGING_WORD,
    Fault.LEADING_PARTICLE: Verdict.HANGING_WORD,
    Fault.CUT_COMPOUND: Verdict.PHRASE_CUT,
    Fault.CUT_REPEAT: Verdict.PHRASE_CUT,
}
_AROUND = 12  # characters shown on each side where there are no spaces


def _around(text: str, position: int) -> str:
    """The words on both sides of a position: `auf all|deinen`."""
    before, after = text[:position].rstrip(), text[position:].lstrip()
    head = before.split()[-1] if before.split() else ""
    tail = after.split()[0] if after.split() else ""
    return f"{head[-_AROUND:]}|{tail[:_AROUND]}"


def judge_lines(text: str, blocks: Sequence[Block], fitted: Fit) -> list[LineJudgement]:
    """Every verdict about the lines that `fitted` chose for `blocks`, in the order of the lines.

    `text` is the text of all blocks, with its newlines.
    """
    found: list[LineJudgement] = []
    number = 0
    split = _split_numbers(text, blocks)
    for block, spans in zip(blocks, fitted.spans, strict=True):
        qualities = {b.position: b.quality for b in block.breaks}
        mean = block.measure.width(0, len(block.paragraph.text)) / len(spans)
        for index, (start, end) in enumerate(spans):
            number += 1
            shown = _around(block.paragraph.text, end)
            if index == len(spans) - 1:
                if block.offset + block.measure.trimmed(start, end) in split:
                    found.append(LineJudgement(Verdict.NUMBER_SPLIT, number, _around(text, block.offset + end)))
                if len(spans) > 1 and block.measure.width(start, end) < SHORT_LAST_SHARE * mean:
                    found.append(LineJudgement(Verdict.LONE_WORD, number, block.paragraph.text[start:end].strip()))
                continue
            if qualities[end] is Quality.INSIDE_WORD:
                found.append(LineJudgement(Verdict.WORD_CUT, number, shown))
            elif qualities[end] is Quality.INSIDE_PHRASE:
                found.append(LineJudgement(Verdict.PHRASE_CUT, number, shown))
            verdicts = dict.fromkeys(_FAULTS[fault] for fault in block.sense.faults.get(end, ()))
            seen = {j.verdict for j in found if j.line == number}
            found += [LineJudgement(verdict, number, shown) for verdict in verdicts if verdict not in seen]
    return found


def _split_numbers(text: str, blocks: Sequence[Block]) -> set[int]:
    """Offsets in the words of newlines that divide a number from what belongs to it."""
    ends = [block.offset + len(block.paragraph.text.rstrip()) for block in blocks[:-1]]
    spans = numbers(NEWLINE.sub(" ", text)) if ends else []
    return {end for end in ends if any(a < end < b for a, b in spans)}
