"""The names of the folder layouts, for options that are read before any layout is imported."""

from __future__ import annotations

from locstore.plugins import plugin_names

GROUP = "locstore.folder_layouts"
BUILT_IN = {
    "fastlane": "locstore.delivery.folder_layouts:FASTLANE",
    "gradle-play-publisher": "locstore.delivery.folder_layouts:GRADLE_PLAY_PUBLISHER",
}


def folder_layout_names() -> tuple[str, ...]:
    """The built-in folder layouts and those of installed packages."""
    return plugin_names(GROUP, BUILT_IN)
