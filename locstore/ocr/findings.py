"""What people are told of a slot's reading: the code, the words, what was read, and where the words stand."""

from __future__ import annotations

from locstore.findings import Finding, Severity
from locstore.ocr.compare import word_diff
from locstore.readings import SlotReading, Verdict
from locstore.shots import SlotWords

_CODES = {
    Verdict.MISMATCH: ("verify-text-mismatch", Severity.ERROR),
    Verdict.LIKELY: ("verify-text-likely", Severity.WARNING),
    Verdict.UNVERIFIABLE: ("verify-text-unverifiable", Severity.WARNING),
    Verdict.NOT_CHECKED: ("verify-text-not-checked", Severity.WARNING),
}


def reading_findings(reading: SlotReading, words: SlotWords, shot: str) -> list[Finding]:
    """The finding for a verdict that a person has to look at; none for words that are right."""
    known = _CODES.get(reading.verdict)
    if known is None:
        return []
    code, severity = known
    return [
        Finding(
            code=code,
            message=_message(reading, words),
            severity=severity,
            file=words.file,
            line=words.line,
            shot=shot,
            slot=words.id,
        )
    ]


def _message(reading: SlotReading, words: SlotWords) -> str:
    asked, source = f'"{reading.asked}"', f'(msgid "{words.msgid}")'
    if reading.verdict is Verdict.MISMATCH:
        if not reading.read:
            return f"The picture should say {asked} {source}; nothing was read there. Paint it again."
        diff = word_diff(reading.asked, reading.read)
        return f'The picture should say {asked} {source}; read was "{reading.read}": {diff}. Paint it again.'
    if reading.verdict is Verdict.LIKELY:
        return f"{asked} {source} was read, but not surely. {reading.why} Look at it, and accept it.".replace("  ", " ")
    if reading.verdict is Verdict.UNVERIFIABLE:
        return f"{asked} {source} cannot be proved by reading. {reading.why} Look at it, and accept it."
    return f"{asked} {source} was not read back. {reading.why}"
