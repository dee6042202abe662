"""Shots in pseudo-locales: the concept's own words, lengthened or turned around, on every display it asks for.

No store has these locales, so they are never part of `all`, never match a glob and never get a store's folder.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from locstore.catalog import PSEUDO_LOCALES, pseudo_catalog
from locstore.concept import LoadedConcept, concept_messages
from locstore.shots.assets import Digest
from locstore.shots.cells import Selection, concept_displays, set_cells
from locstore.shots.matrix import Matrix
from locstore.shots.preview_matrix import expand_unshelved
from locstore.shots.shot import Cell
from locstore.stores import Locale, resolve_locale

PSEUDO_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "en-XA": "Pseudo: accents, 40 % longer",
        "ar-XB": "Pseudo: right to left",
        "en-XL": "Pseudo: as wide as German and Finnish",
    }
)


def pseudo_code(name: str) -> str | None:
    """The pseudo-locale that a code in any spelling means, None for any other code."""
    wanted = name.strip().replace("_", "-").casefold()
    return next((code for code in PSEUDO_LOCALES if code.casefold() == wanted), None)


def pseudo_locale(code: str, source: Locale) -> Locale:
    """The pseudo-locale of a source language: no store offers it; pictures and designs are those of the source.

    Values are written as in the source, from right to left as in Arabic. Raises KeyError for another code.
    """
    rtl = code == "ar-XB"
    return dataclasses.replace(
        source,
        bcp47=code,
        gettext=code.replace("-", "_"),
        aliases=(),
        babel="ar" if rtl else source.babel,
        apple=None,
        play=None,
        apple_fallback=None,
        play_fallback=None,
        script="Arab" if rtl else source.script,
        direction="rtl" if rtl else "ltr",
        english=PSEUDO_NAMES[code],
        note="",
        words_from=(source.gettext, *source.fallbacks()),
    )


def pseudo_cells(
    loaded: LoadedConcept, codes: Sequence[str], file_format: Literal["png", "jpeg"] = "png"
) -> list[Cell]:
    """Every screen on every display of the concept in pseudo-locales. Raises KeyError for another code."""
    source = resolve_locale(loaded.concept.source)
    displays, _ = concept_displays(loaded)
    return [
        cell
        for code in codes
        for display in displays
        for cell in set_cells(loaded, pseudo_locale(code, source), display, file_format)
    ]


def expand_pseudo(
    loaded: LoadedConcept,
    codes: Sequence[str],
    *,
    root: Path,
    selection: Selection,
    file_format: Literal["png", "jpeg"],
    digest: Digest,
) -> Matrix:
    """The shots of one concept in pseudo-locales, on all displays; see `expand_unshelved`.

    Raises KeyError for a code that is none of PSEUDO_LOCALES.
    """
    source = resolve_locale(loaded.concept.source)
    messages = concept_messages(loaded)
    words = {}
    for code in codes:
        locale = pseudo_locale(code, source)
        words[locale] = {locale.gettext: pseudo_catalog(messages, code, display_path=loaded.display_path)}
    return expand_unshelved(loaded, words, root=root, selection=selection, file_format=file_format, digest=digest)
