"""A small project with a plural, a highlight and a value, in four languages, and the command line called on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import CONFIG, Folder, locstore, make_folder
from wordings import CONCEPT, SOURCES, po

__all__ = ["locstore"]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """German is done, Arabic fuzzy in part, Japanese empty, Austrian German has one word of its own."""
    folder = make_folder(tmp_path / "project", concept=CONCEPT, config=CONFIG, words={})
    german = {
        "hero/headline": ["Nie mehr *Gießen* vergessen"],
        "hero/proof": ["{n} Pflanze lebt", "{n} Pflanzen leben"],
        "how/headline": ["Jede Pflanze im Nu"],
        "how/caption": ["Mit iCloud"],
    }
    arabic = {"hero/headline": ["لا تنسَ *السقي*"], "how/headline": ["اعرف أي نبتة"]}
    for code, words in {
        "de": german,
        "ar": arabic,
        "ja": {},
        "fr": {"how/headline": ["Toutes les plantes"]},
        "fr_CA": {},
    }.items():
        folder.write(
            f"locales/{code}/LC_MESSAGES/tiny.po",
            po(code, words, fuzzy={"how/headline"} if code == "ar" else ()),
        )
    assert set(german) == set(SOURCES)
    return folder
