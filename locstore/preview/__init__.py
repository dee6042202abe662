"""The translators' page: every screen in every language, live, with what is wrong beside it; and a static copy of it.

`serve` runs it on this machine, `export` writes a read-only copy to host anywhere.
"""

from locstore.preview.changes import watched_changes
from locstore.preview.export import Exported, export
from locstore.preview.server import DEFAULT_PORT, Listening, serve

__all__ = [
    "DEFAULT_PORT",
    "Exported",
    "Listening",
    "export",
    "serve",
    "watched_changes",
]
