"""The matrix: screens x locales x displays, with words, design and files resolved into Shots."""

from locstore.shots.assets import AssetFinder, Digest
from locstore.shots.matrix import Matrix, Policy, expand
from locstore.shots.places import Selection, names_locale
from locstore.shots.shot import PICTURE_VERSION, Asset, Brief, Place, Shot, SlotWords, fingerprint, shot_digests

__all__ = [
    "PICTURE_VERSION",
    "Asset",
    "AssetFinder",
    "Brief",
    "Digest",
    "Matrix",
    "Place",
    "Policy",
    "Selection",
    "Shot",
    "SlotWords",
    "expand",
    "fingerprint",
    "names_locale",
    "shot_digests",
]
