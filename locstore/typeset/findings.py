"""What a typesetting has to say: missing glyphs, words that do not fit, as findings for the person who can act."""

from __future__ import annotations

from collections.abc import Sequence

from locstore.findings import Finding, Severity
from locstore.typeset.fonts import Face
from locstore.typeset.model import Box, StyledText, TextStyle
from locstore.typeset.segment import Quality
from locstore.typeset.shape import Paragraph

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
    words: StyledText, style: TextStyle, box: Box, *, size: float, explicit_lines: int, worst: Quality
) -> list[Finding]:
    """Words that fit only below the smallest size or not at all, in words cut in two, or in too many lines.

    `size` is what fits (pixels), `worst` the worst kind of break that it took.
    """
    room = f"{box.width:.0f} x {box.height:.0f} px in {max(style.max_lines, explicit_lines)} lines"
    findings = []
    if size < style.min_size * _HOPELESS:
        findings.append(
            Finding(
                code="typeset-overflow",
                message=f"The words do not fit {room}: they would need {size:.0f} px and the smallest allowed "
                f"size is {style.min_size:.0f} px. Shorten them or give the slot more room.",
                slot=words.slot,
            )
        )
    elif size < style.min_size * 0.999:
        over = (style.min_size / size - 1) * 100
        findings.append(
            Finding(
                code="typeset-below-minimum",
                message=f"The words fit {room} only at {size:.0f} px, under the smallest allowed {style.min_size:.0f}"
                f" px ({over:.0f} % too long). Shorten them, or allow more lines or a smaller size.",
                slot=words.slot,
            )
        )
    if worst is Quality.POOR:
        findings.append(
            Finding(
                code="typeset-word-broken",
                message="A line ends inside a word, for the words fit in no other way. Shorten them or give the "
                "slot more room.",
                severity=Severity.WARNING,
                slot=words.slot,
            )
        )
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
