"""The changes of a project's files that may change a picture, one burst of saves at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, watch

_IGNORED = frozenset({".git", ".locstore", "__pycache__", "node_modules", ".venv"})
_TEMPORARY = (".swp", ".swx", "~", ".tmp", ".lock")
_SETTLE, _STEP = 200, 40  # milliseconds that a burst of changes is waited for, and without another change end it


def watched_changes(root: Path, *, output: str = "output") -> Iterator[set[Path]]:
    """Sets of changed files below `root`, without what locstore writes itself. Ends with an interrupt."""
    folder = root / output

    def matters(_change: Change, name: str) -> bool:
        path = Path(name)
        return not (
            _IGNORED & set(path.parts)
            or path.is_relative_to(folder)
            or path.name.endswith(_TEMPORARY)
            or path.name.startswith((".locstore-", ".#"))
        )

    for changes in watch(root, watch_filter=matters, debounce=_SETTLE, step=_STEP, raise_interrupt=True):
        yield {Path(name) for _, name in changes}
