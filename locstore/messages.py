"""The message: a translatable string of a concept, as it travels between the concept and the catalogs."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One entry of the POT file.

    `context` (msgctxt) is `screen/slot`; `source` is the msgid in the source language and `plural` the
    msgid_plural or None. `comments` become `#.` lines for translators. `file` and `line` say where the
    text stands in the concept.
    """

    context: str
    source: str
    plural: str | None = None
    comments: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """What a catalog looks a message up by: (msgctxt, msgid)."""
        return (self.context, self.source)
