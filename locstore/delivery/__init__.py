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
    JOURNAL,
    MANIFEST,
    PictureRecord,
    append_to_journal,
    identity_of,
    read_journal,
    read_manifest,
    record_from_dict,
    remove_journal,
    render_manifest,
)

__all__ = [
    "APPLE_BY_HAND",
    "JOURNAL",
    "MANIFEST",
    "FolderLayout",
    "PictureRecord",
    "append_to_journal",
    "by_hand_path",
    "deliver_path",
    "delivery_path",
    "folder_layout",
    "identity_of",
    "path_clashes",
    "read_journal",
    "read_manifest",
    "record_from_dict",
    "remove_journal",
    "render_manifest",
]
