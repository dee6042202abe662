"""Shots that are looked at and never uploaded: every screen on every display, whatever the stores offer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from locstore.catalog import Catalog
from locstore.concept import LoadedConcept, concept_messages
from locstore.findings import Severity
from locstore.shots.assets import AssetFinder, Digest
from locstore.shots.cells import Selection, concept_displays, set_cells
from locstore.shots.matrix import Matrix, shots_of
from locstore.shots.slot_words import WordFinder
from locstore.stores import Locale, resolve_locale


def expand_unshelved(
    loaded: LoadedConcept,
    words: Mapping[Locale, Mapping[str, Catalog]],
    *,
    root: Path,
    selection: Selection,
    file_format: Literal["png", "jpeg"],
    digest: Digest,
) -> Matrix:
    """The shots of one concept in these locales, each with the catalogs that its words come from.

    `selection` chooses screens and displays. Findings are those of words and files: `expand` has what is wrong with
    the concept itself.
    """
    source = resolve_locale(loaded.concept.source)
    displays, _ = concept_displays(loaded)
    messages = {message.context: message for message in concept_messages(loaded)}
    assets = AssetFinder(loaded, root, digest)
    chosen = dataclasses.replace(selection, locales=())
    places, shots, findings = [], [], []
    for locale, catalogs in words.items():
        cells = [cell for display in displays for cell in set_cells(loaded, locale, display, file_format)]
        finder = WordFinder(loaded, locale, source, catalogs, allow_fuzzy=False, fallback_to_source=False)
        shots += shots_of(loaded, [cell for cell in cells if chosen.takes(cell)], finder, messages, assets)
        findings += finder.findings
        places += cells
    # That a pseudo-locale shows the source's captures is as it should be.
    findings += [f for f in assets.findings() if f.severity is not Severity.NOTE]
    return Matrix(tuple(shots), tuple(dict.fromkeys(findings)), tuple(places), tuple(words), tuple(displays))


def expand_source(
    loaded: LoadedConcept, *, root: Path, selection: Selection, file_format: Literal["png", "jpeg"], digest: Digest
) -> Matrix:
    """The shots of one concept in its source language, on every display, also where the concept does not list it."""
    source = resolve_locale(loaded.concept.source)
    return expand_unshelved(
        loaded, {source: {}}, root=root, selection=selection, file_format=file_format, digest=digest
    )
