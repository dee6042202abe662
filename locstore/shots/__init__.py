"""The matrix: screens x locales x displays, with words, design and files resolved into Shots."""

from locstore.shots.assets import AssetFinder, Digest
from locstore.shots.cells import Selection, names_locale
from locstore.shots.conditions import canvas_shape
from locstore.shots.explain import Explanation, explain
from locstore.shots.matrix import ConceptCells, Matrix, Policy, concept_cells, expand, expand_designs
from locstore.shots.preview_matrix import expand_source
from locstore.shots.pseudo import PSEUDO_NAMES, expand_pseudo, pseudo_cells, pseudo_code, pseudo_locale
from locstore.shots.shot import (
    LAYERS_ONLY,
    PICTURE_VERSION,
    Asset,
    Brief,
    Cell,
    CellDesign,
    FilledWords,
    SceneLayer,
    Shot,
    ShotDesign,
    SlotDesign,
    SlotWords,
    fingerprint,
    shot_digests,
)
from locstore.shots.words_state import WordsState, words_state

__all__ = [
    "LAYERS_ONLY",
    "PICTURE_VERSION",
    "PSEUDO_NAMES",
    "Asset",
    "AssetFinder",
    "Brief",
    "Cell",
    "CellDesign",
    "ConceptCells",
    "Digest",
    "Explanation",
    "FilledWords",
    "Matrix",
    "Policy",
    "SceneLayer",
    "Selection",
    "Shot",
    "ShotDesign",
    "SlotDesign",
    "SlotWords",
    "WordsState",
    "canvas_shape",
    "concept_cells",
    "expand",
    "expand_designs",
    "expand_pseudo",
    "expand_source",
    "explain",
    "fingerprint",
    "names_locale",
    "pseudo_cells",
    "pseudo_code",
    "pseudo_locale",
    "shot_digests",
    "words_state",
]
