"""The shelves: store-ready folders, the manifest and the gallery."""

from locstore.shelve.gallery import GalleryPicture, GallerySummary, render_gallery
from locstore.shelve.layouts import LAYOUTS, clashes, shelf_path
from locstore.shelve.manifest import (
    MANIFEST,
    PictureRecord,
    identity_of,
    read_manifest,
    record_from_dict,
    render_manifest,
)

__all__ = [
    "LAYOUTS",
    "MANIFEST",
    "GalleryPicture",
    "GallerySummary",
    "PictureRecord",
    "clashes",
    "identity_of",
    "read_manifest",
    "record_from_dict",
    "render_gallery",
    "render_manifest",
    "shelf_path",
]
