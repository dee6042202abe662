"""Store-ready folders: where each picture goes, and the manifest that says what made it."""

from locstore.delivery.folder_layouts import FOLDER_LAYOUTS, delivery_path, path_clashes
from locstore.delivery.manifest import (
    MANIFEST,
    PictureRecord,
    identity_of,
    read_manifest,
    record_from_dict,
    render_manifest,
)

__all__ = [
    "FOLDER_LAYOUTS",
    "MANIFEST",
    "PictureRecord",
    "delivery_path",
    "identity_of",
    "path_clashes",
    "read_manifest",
    "record_from_dict",
    "render_manifest",
]
