"""Reads translations from PO files of other programs, whose msgctxt are not ours."""

from __future__ import annotations

from pathlib import Path

import polib

from locstore.exchange.texts import (
    MAX_TEXTS,
    OTHER,
    ForeignError,
    ForeignFile,
    ForeignText,
    decoded,
    file_locale,
    is_locale,
    read_bytes,
)


def read_po(path: Path, display_path: str, source_language: str) -> ForeignFile:  # noqa: ARG001 - one signature
    """The translations of a PO file: the msgid is the source, msgctxt (or msgid) the key. Raises ForeignError.

    The locale is the header's Language, else that of the file's name (`de.po`) or folder.
    """
    try:
        file = polib.pofile(decoded(read_bytes(path)))
    except (OSError, ValueError, IndexError) as error:
        if isinstance(error, ForeignError):
            raise
        raise ForeignError(f"The file is no PO file: {error}.") from error
    if len(file) > MAX_TEXTS:
        raise ForeignError(f"The file has more than {MAX_TEXTS:,} texts; no app has.")
    header = file.metadata.get("Language", "")
    locale = header if is_locale(header) else file_locale(path)
    texts = []
    for entry in file:
        forms = {OTHER: entry.msgstr}
        source = {OTHER: entry.msgid}
        if entry.msgid_plural:
            # Forms are matched by category where a PO file of another program has as many as its language needs.
            forms = {("one" if index == 0 else OTHER): text for index, text in sorted(entry.msgstr_plural.items())}
            source = {"one": entry.msgid, OTHER: entry.msgid_plural}
        if entry.obsolete or not any(forms.values()):
            continue
        texts.append(
            ForeignText(
                key=entry.msgctxt or entry.msgid,
                forms=forms,
                source=source,
                locale=locale,
                sure="fuzzy" not in entry.flags and len(entry.msgstr_plural) <= 2,
                comment=entry.comment,
                line=entry.linenum or 0,
            )
        )
    return ForeignFile(display_path, tuple(texts))
