"""Store-ready folders: where each picture goes, and the manifest that says what made it."""

from locstore.delivery.folder_layouts import LAYOUTS, clashes, shelf_path
from locstore.delivery.manifest import (
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
    "PictureRecord",
    "clashes",
    "identity_of",
    "read_manifest",
    "record_from_dict",
    "render_manifest",
    "shelf_path",
]
