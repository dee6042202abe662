"""The findings of a text layout: missing glyphs, words that do not fit, lines that end in a bad place."""

from __future__ import annotations

from collections.abc import Sequence

from locstore.findings import Finding, Severity
from locstore.typeset.fonts import Face
from locstore.typeset.hyphenation import can_hyphenate
from locstore.typeset.judgement import LineJudgement, Verdict
from locstore.typeset.model import Box, StyledText, TextStyle
from locstore.typeset.sense import UNSPACED_LANGUAGES
from locstore.typeset.shape import Paragraph

_GLUE = {
    "\u00a0": "A no-break space",
    "\u202f": "A narrow no-break space",
    "\u2060": "A word joiner",
    "\u2011": "A no-break hyphen",
}
_CODES = {
    Verdict.WORD_CUT: (
        "typeset-word-broken",
        (
            "A line ends inside a word at {places}, for the words fit in no other way. Shorten them or give the slot "
            "more room. U+200B (zero width space) shows where a line may end, U+2060 (word joiner) where it may not."
        ),
        Severity.WARNING,
    ),
    Verdict.NUMBER_SPLIT: (
        "typeset-number-split",
        "A line break in the words divides a number from what belongs to it at {places}. Move the line break.",
        Severity.WARNING,
    ),
    Verdict.HIGHLIGHT_CUT: (
        "typeset-highlight-cut",
        (
            "A highlight goes over a line end at {places}. Highlight fewer words, shorten the text, or put a {glue} "
            "into the highlight."
        ),
        Severity.NOTE,
    ),
    Verdict.HANGING_WORD: (
        "typeset-hanging-word",
        (
            "A line end divides a small word from the word that it belongs to at {places}. Shorten the text, or put a "
            "{glue} between the two."
        ),
        Severity.NOTE,
    ),
    Verdict.PHRASE_CUT: (
        "typeset-phrase-cut",
        "A line ends inside an expression at {places}. Shorten the text, or put a {glue} there.",
        Severity.NOTE,
    ),
    Verdict.LONE_WORD: (
        "typeset-lone-word",
        "The last line is only {places}. Shorten the text, or add a word.",
        Severity.NOTE,
    ),
}
_HOPELESS = 0.5  # below this share of the minimum size it is an overflow, not a size to argue about


def glyph_findings(
    words: StyledText, paragraphs: Sequence[Paragraph], emoji: Sequence[tuple[str, Face | None]]
) -> list[Finding]:
    """Characters that no font has, emoji without colour, and fonts that only this machine has."""
    findings = []
    missing = dict.fromkeys(cluster for paragraph in paragraphs for cluster in paragraph.missing())
    for cluster in missing:
        codes = " ".join(f"U+{ord(c):04X}" for c in cluster)
        findings.append(
            Finding(
                code="typeset-missing-glyph",
                message=f"No font has “{cluster}” ({codes}). Put a font that has it into the fonts folder, "
                "or change the text.",
                slot=words.slot,
            )
        )
    plain = dict.fromkeys(cluster for cluster, face in emoji if face is not None and not face.color)
    if plain:
        shown = " ".join(plain)
        findings.append(
            Finding(
                code="typeset-emoji-without-color",
                message=f"No colour font has {shown}: set in one colour. Put a colour emoji font into the "
                "fonts folder.",
                severity=Severity.WARNING,
                slot=words.slot,
            )
        )
    system = dict.fromkeys(
        cluster.face.file.name
        for paragraph in paragraphs
        for cluster in paragraph.clusters
        if cluster.face is not None and cluster.face.file.source == "system"
    )
    findings += [
        Finding(
            code="typeset-system-font",
            message=f"{name} comes from this machine's own fonts; other machines may paint another picture. "
            "Copy it into the fonts folder.",
            severity=Severity.WARNING,
            slot=words.slot,
        )
        for name in system
    ]
    return findings


def fit_findings(
    words: StyledText, style: TextStyle, box: Box, *, size: float, explicit_lines: int, widest: tuple[str, float]
) -> list[Finding]:
    """Words that fit only below the smallest size or not at all, or in too many lines.

    `size` is what fits (pixels); `widest` is the widest stretch of the words without a line break, and its width in em.
    """
    room = f"{box.width:.0f} x {box.height:.0f} px in {max(style.max_lines, explicit_lines)} lines"
    findings = []
    if size < style.min_size * 0.999:
        advice = _advice(words, style, box, *widest)
        shown, smallest = _pixels(size, style.min_size)
        if size < style.min_size * _HOPELESS:
            code = "typeset-overflow"
            message = (
                f"The words do not fit {room}: they would need {shown} px and the smallest allowed size is "
                f"{smallest} px. {advice}Shorten them or give the slot more room."
            )
        else:
            over = (style.min_size / size - 1) * 100
            code = "typeset-below-minimum"
            message = (
                f"The words fit {room} only at {shown} px, under the smallest allowed {smallest} px "
                f"({over:.{0 if over >= 1 else 1}f} % too long). {advice}"
                "Shorten them, or allow more lines or a smaller size."
            )
        findings.append(Finding(code=code, message=message, slot=words.slot))
    if explicit_lines > style.max_lines:
        findings.append(
            Finding(
                code="typeset-too-many-lines",
                message=f"The words have {explicit_lines} explicit lines, the slot allows {style.max_lines}. "
                "Remove line breaks or raise max_lines.",
                slot=words.slot,
            )
        )
    return findings


def _pixels(size: float, smallest: float) -> tuple[str, str]:
    """Both sizes as text, with as many decimals as tell them apart."""
    digits = next((d for d in range(3) if f"{size:.{d}f}" != f"{smallest:.{d}f}"), 2)
    return f"{size:.{digits}f}", f"{smallest:.{digits}f}"


def _advice(words: StyledText, style: TextStyle, box: Box, widest: str, width: float) -> str:
    """What to do about a single word that is too wide at the smallest size; '' if the words are too many instead."""
    if width * style.min_size <= box.width:
        return ""
    word = widest.strip()
    start = f"“{word}” alone is {width * style.min_size:.0f} px wide at {style.min_size:.0f} px. "
    glue = next((char for char in word if char in _GLUE), None)
    if glue is not None:
        return f"{start}{_GLUE[glue]} (U+{ord(glue):04X}) keeps it on one line: take it out where a line may end. "
    if not any(char.isalpha() for char in word):
        return start
    soft = "Put a soft hyphen (U+00AD) where it may be cut"
    if style.hyphenate:
        missing = "" if can_hyphenate(words.language) else f": locstore has no hyphenation for {words.language}"
        return f"{start}{soft}{missing}. "
    return f"{start}{soft}, or set hyphenate: true. " if can_hyphenate(words.language) else f"{start}{soft}. "


def line_findings(words: StyledText, judgements: Sequence[LineJudgement]) -> list[Finding]:
    """The verdicts about lines, each once with the places: warnings where something is cut, notes where words hang."""
    glue = "word joiner (U+2060)" if _is_unspaced(words.language) else "no-break space (U+00A0)"
    found: dict[Verdict, list[str]] = {}
    for judgement in judgements:
        found.setdefault(judgement.verdict, []).append(f"“{judgement.text}”")
    return [
        Finding(
            code=_CODES[verdict][0],
            message=_CODES[verdict][1].format(places=", ".join(places), glue=glue),
            severity=_CODES[verdict][2],
            slot=words.slot,
        )
        for verdict, places in found.items()
    ]


def _is_unspaced(language: str) -> bool:
    return language.partition("-")[0] in UNSPACED_LANGUAGES
