"""The faces and weights of a slot, and what the user should know about the choice."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Sequence

from locstore.findings import Finding, Severity
from locstore.typeset.fallback import FontFallback
from locstore.typeset.fonts import FontLibrary
from locstore.typeset.itemize import Cluster, itemize
from locstore.typeset.model import StyledText, TextStyle
from locstore.typeset.shape import RunStyle

_STEP = 100  # one step of CSS weights: smaller differences are a note
_SHOWN = 12  # letters that a message lists


@dataclasses.dataclass(frozen=True)
class FaceChoice:
    """The faces of one slot; `run_styles` has colour and weight for each code point of its text."""

    chooser: FontFallback
    asked: Sequence[int]
    run_styles: Sequence[RunStyle]
    findings: tuple[Finding, ...]

    def clusters(self, text: str, offset: int) -> list[Cluster]:
        """The clusters of the paragraph that begins at `offset` of the slot's text."""
        return itemize(text, self.chooser, self.asked[offset : offset + len(text)])


def choose_faces(words: StyledText, style: TextStyle, library: FontLibrary) -> FaceChoice:
    """Choose faces for a whole slot at once: its letters of one script have one face, if one has them all."""
    chooser = FontFallback(library, style.families, style.weight, words.language, style.own_families)
    asked = [style.weight] * len(words.text)
    colors = [style.color] * len(words.text)
    if style.highlight is not None:
        for start, end in words.highlights:
            asked[start:end] = [style.highlight.weight or style.weight] * (end - start)
            colors[start:end] = [style.highlight.color] * (end - start)
    chooser.plan([(words.text, asked)])
    common = {weight: chooser.common_weight(weight) for weight in set(asked)}
    run_styles = [RunStyle(color, common[weight]) for color, weight in zip(colors, asked, strict=True)]
    findings = [*_unknown_families(words, style, library), *_passed_over(words, chooser)]
    findings += _weights(words, chooser, common)
    return FaceChoice(chooser, asked, run_styles, tuple(findings))


def _unknown_families(words: StyledText, style: TextStyle, library: FontLibrary) -> list[Finding]:
    named = dict.fromkeys((*style.families, *(family for _, family in style.own_families)))
    known = {face.family.casefold(): face.family for face in library.faces if face.file.source != "system"}
    findings = []
    for family in named:
        if family.casefold() in known:
            continue
        near = difflib.get_close_matches(family.casefold(), known, n=1)
        hint = f" Is it {known[near[0]]!r}?" if near else ""
        findings.append(
            Finding(
                code="typeset-unknown-family",
                message=f"No font of the project or of a package has the family {family!r}: another one is used."
                f"{hint} Put its files into the fonts folder, or correct the name.",
                severity=Severity.WARNING,
                slot=words.slot,
            )
        )
    return findings


def _passed_over(words: StyledText, chooser: FontFallback) -> list[Finding]:
    return [
        Finding(
            code="typeset-face-fallback",
            message=f"{wanted.family} does not have {_listed(lost)}: the words are set in {used.family}. Add a font "
            "file that has these letters, or name a family for this language under font_families.",
            severity=Severity.WARNING,
            slot=words.slot,
        )
        for wanted, used, lost in chooser.passed_over.values()
    ]


def _listed(letters: str) -> str:
    shown = " ".join(letters[:_SHOWN])
    return f"{shown} … ({len(letters)} letters)" if len(letters) > _SHOWN else shown


def _weights(words: StyledText, chooser: FontFallback, common: dict[int, int]) -> list[Finding]:
    """Weights that a face of the slot's letters does not have, or that were changed for the others' sake."""
    findings: dict[str, Finding] = {}
    for face, asked in chooser.letter_faces():
        used = face.clamped(common[asked])
        if used == asked:
            continue
        low, high = face.weights
        has = f"weight {low}" if low == high else f"weights {low} to {high}"
        reason = f"{face.family} has {has} and is set at {used}"
        if face.clamped(asked) == asked:
            reason = f"{face.family} is set at {used}, the weight of the words beside it"
        message = f"The style asks for weight {asked}; {reason}. Add a font file with that weight, or ask for {used}."
        findings[message] = Finding(
            code="typeset-weight-missing",
            message=message,
            severity=Severity.WARNING if abs(used - asked) > _STEP else Severity.NOTE,
            slot=words.slot,
        )
    return list(findings.values())
