"""Expand a concept into its Shots: every cell of the matrix with its words, design and files resolved."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Literal

from locstore.catalog import Catalog
from locstore.concept import (
    Background,
    Device,
    Frame,
    GroupItem,
    LayerSpec,
    LoadedConcept,
    Slot,
    SlotStyle,
    TextItem,
    concept_messages,
)
from locstore.findings import Finding
from locstore.messages import Message
from locstore.shots.assets import AssetFinder, Digest
from locstore.shots.cells import Selection, concept_displays, concept_locales, concept_places
from locstore.shots.checks import check_concept
from locstore.shots.conditions import slot_shown
from locstore.shots.design import colored, default_ground, merged, overridden
from locstore.shots.scene_layers import patterns_of, scene_layers
from locstore.shots.shot import LAYERS_ONLY, Asset, Brief, Cell, Shot, ShotDesign, SlotDesign
from locstore.shots.slot_words import WordFinder
from locstore.stores import Display, Locale, resolve_locale


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """What may stand in for a translation, and the file format of store pictures."""

    allow_fuzzy: bool = False
    fallback_to_source: bool = False
    format: Literal["png", "jpeg"] = "png"


@dataclasses.dataclass(frozen=True, slots=True)
class Matrix:
    """The shots of the selection in the concept's order, and everything found on the way.

    `places` are the cells of the whole concept, selected or not, with or without words.
    """

    shots: tuple[Shot, ...]
    findings: tuple[Finding, ...]
    places: tuple[Cell, ...]
    locales: tuple[Locale, ...]
    displays: tuple[Display, ...]


def expand(
    loaded: LoadedConcept,
    catalogs: Mapping[str, Catalog],
    *,
    root: Path,
    selection: Selection,
    policy: Policy,
    digest: Digest,
) -> Matrix:
    """The shots of one concept.

    `catalogs` are keyed by the canonical gettext code. A shot whose words or files are missing is left out;
    the finding says why. Raises UnknownLocale for a source language that no store knows, and nothing for other bad
    input: everything is a finding.
    """
    source = resolve_locale(loaded.concept.source)
    survey = concept_cells(loaded, catalogs, policy.format)
    findings = list(survey.findings)
    assets = AssetFinder(loaded, root, digest)
    messages = {m.context: m for m in concept_messages(loaded)}
    shots: list[Shot] = []
    for locale, cells in groupby(survey.cells, key=lambda place: place.locale.gettext):
        finder = WordFinder(
            loaded,
            resolve_locale(locale),
            source,
            catalogs,
            allow_fuzzy=policy.allow_fuzzy,
            fallback_to_source=policy.fallback_to_source,
        )
        shots += shots_of(loaded, (place for place in cells if selection.takes(place)), finder, messages, assets)
        findings += finder.findings
    findings += assets.findings()
    return Matrix(tuple(shots), tuple(dict.fromkeys(findings)), survey.cells, survey.locales, survey.displays)


@dataclasses.dataclass(frozen=True, slots=True)
class ConceptCells:
    """Every cell of a concept, its locales and displays, and what is wrong with the concept itself."""

    cells: tuple[Cell, ...]
    locales: tuple[Locale, ...]
    displays: tuple[Display, ...]
    findings: tuple[Finding, ...]


def concept_cells(
    loaded: LoadedConcept, catalogs: Mapping[str, Catalog], file_format: Literal["png", "jpeg"] = "png"
) -> ConceptCells:
    """The cells of one concept, whatever its catalogs say.

    `catalogs` are keyed by the canonical gettext code; their codes are the locales of a concept with `locales: all`.
    Raises UnknownLocale for a source language that no store knows.
    """
    locales, findings = concept_locales(loaded, catalogs, resolve_locale(loaded.concept.source))
    displays, problems = concept_displays(loaded)
    findings += problems
    findings += check_concept(loaded, displays)
    cells, problems = concept_places(loaded, locales, displays, file_format)
    findings += problems
    return ConceptCells(tuple(cells), tuple(locales), tuple(displays), tuple(findings))


def expand_designs(
    loaded: LoadedConcept, cells: Iterable[Cell], *, root: Path, digest: Digest
) -> tuple[list[ShotDesign], list[Finding]]:
    """The shots of these cells without their words: no catalog is read.

    A design whose files are missing is left out; the findings say why.
    """
    assets = AssetFinder(loaded, root, digest)
    made = [_design(loaded, cell, assets) for cell in cells]
    return [design for design in made if design is not None], assets.findings()


def shots_of(
    loaded: LoadedConcept,
    cells: Iterable[Cell],
    finder: WordFinder,
    messages: Mapping[str, Message],
    assets: AssetFinder,
) -> list[Shot]:
    """The shots of these cells, all of `finder`'s locale, without those whose words or files are missing."""
    shots: list[Shot] = []
    for cell in cells:
        # Words are looked up also where a file is missing, and files where words are: every finding at once.
        found = {
            slot.id: finder.find(messages[f"{cell.screen}/{slot.id}"], slot) for slot in _shown_slots(loaded, cell)
        }
        design = _design(loaded, cell, assets)
        words = {name: own.filled for name, own in found.items() if own is not None}
        if design is not None and len(words) == len(found):
            shots.append(design.with_words(words))
    return shots


def _shown_slots(loaded: LoadedConcept, cell: Cell) -> list[Slot]:
    """The slots that a cell has, in the concept's order."""
    screen = loaded.concept.screens[loaded.screen_index(cell.screen)]
    return [slot for slot in screen.copy_ if slot_shown(slot, cell.locale, cell.display)]


def _design(loaded: LoadedConcept, cell: Cell, assets: AssetFinder) -> ShotDesign | None:
    index, locale, display = loaded.screen_index(cell.screen), cell.locale, cell.display
    screen = loaded.concept.screens[index]
    local = overridden(loaded, screen, locale, display)
    design = local.design
    complete = True
    background = design.background or Background(solid=default_ground(loaded))
    wanted: dict[str, Asset | None] = {}
    for kind, pattern, where in (
        ("background", background.image, (*local.place("background", index), "image")),
        ("capture", design.capture, local.place("capture", index)),
        ("frame", design.frame.image if design.frame else None, (*local.place("frame", index), "image")),
        (
            "logo",
            loaded.concept.brand.logo if design.logo or _has_logo(design.layers or ()) else None,
            ("brand", "logo"),
        ),
    ):
        wanted[kind] = assets.find(pattern, locale, display, where) if pattern else None
        complete = complete and (pattern is None or wanted[kind] is not None)
    layers = scene_layers(loaded, design.layers or (), cell, local.place("layers", index))
    files: dict[str, Asset] = {}
    named = [(pattern, local.place("layers", index)) for layer in layers for pattern in patterns_of(layer.item)]
    if design.frame is not None and design.frame.mask is not None:
        named.append((design.frame.mask, (*local.place("frame", index), "mask")))
    for pattern, where in named:
        found = assets.find(pattern, locale, display, where)
        complete = complete and found is not None
        if found is not None:
            files[pattern] = found
    if not complete:
        return None
    slots = tuple(
        SlotDesign(
            id=slot.id,
            role=slot.role,
            msgid=slot.text,
            style=colored(loaded, merged(loaded, slot, local.slots.get(slot.id, SlotStyle()), local.roles)),
        )
        for slot in _shown_slots(loaded, cell)
    )
    return ShotDesign(
        concept=cell.concept,
        screen=cell.screen,
        number=cell.number,
        locale=locale,
        display=display,
        format=cell.format,
        layout=design.layout or (LAYERS_ONLY if design.layers else "caption-top"),
        background=background,
        background_asset=wanted["background"],
        capture=wanted["capture"],
        frame=design.frame or Frame(),
        frame_asset=wanted["frame"],
        device=design.device or Device(),
        scrim=design.scrim,
        logo=wanted["logo"],
        slots=slots,
        brief=_brief(loaded),
        layers=tuple(layers),
        layer_assets=tuple(sorted(files.items())),
    )


def _has_logo(layers: Sequence[LayerSpec]) -> bool:
    return any(
        item.logo if isinstance(item, TextItem) else isinstance(item, GroupItem) and _has_logo(item.group)
        for item in layers
    )


def _brief(loaded: LoadedConcept) -> Brief:
    concept = loaded.concept
    return Brief(
        role=concept.role,
        subject=concept.subject,
        palette=concept.style.palette,
        composition=concept.style.composition,
        lens=concept.style.lens,
        typeface=concept.style.typeface,
        avoid=concept.style.avoid,
    )
