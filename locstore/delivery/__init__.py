"""Store-ready folders: where each picture goes, and the manifest that says what made it."""

from locstore.delivery.folder_layouts import (
    APPLE_BY_HAND,
    FolderLayout,
    by_hand_path,
    deliver_path,
    delivery_path,
    folder_layout,
    path_clashes,
)
from locstore.delivery.manifest import (
    MANIFEST,
    PictureRecord,
    identity_of,
    read_manifest,
    record_from_dict,
    render_manifest,
)

__all__ = [
    "APPLE_BY_HAND",
    "MANIFEST",
    "FolderLayout",
    "PictureRecord",
    "by_hand_path",
    "deliver_path",
    "delivery_path",
    "folder_layout",
    "identity_of",
    "path_clashes",
    "read_manifest",
    "record_from_dict",
    "render_manifest",
]
