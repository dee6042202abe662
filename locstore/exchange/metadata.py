"""Reads fastlane's metadata trees, one text a file: metadata/<locale>/title.txt, changelogs/12.txt."""

from __future__ import annotations

from pathlib import Path

from locstore.exchange.texts import OTHER, ForeignFile, ForeignText, beside, decoded, folder_locale, read_bytes


def read_text_file(path: Path, display_path: str, source_language: str) -> ForeignFile:
    """The file as one text, its name as the key. Raises ForeignError.

    The source is the same file in the folder of the source language beside this one's.
    """
    other = beside(path, source_language)
    text = decoded(read_bytes(path)).strip()
    source = decoded(read_bytes(other)).strip() if other is not None else ""
    found = ForeignText(
        key=path.stem,
        forms={OTHER: text},
        source={OTHER: source} if source else {},
        locale=folder_locale(path),
        line=1,
    )
    return ForeignFile(display_path, (found,) if text else ())
