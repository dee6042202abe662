"""The names of the painters, for options that are read before any painter is imported."""

from __future__ import annotations

from locstore.plugins import plugin_names

GROUP = "locstore.painters"
BUILT_IN = {
    "local": "locstore.run.painter:LOCAL",
    "images": "locstore.run.paid.painters:IMAGES",
    "backdrop": "locstore.run.paid.painters:BACKDROP",
}


def painter_names() -> tuple[str, ...]:
    """The built-in painters and those of installed packages."""
    return plugin_names(GROUP, BUILT_IN)
