"""Follows the project's files: what an editor, Poedit or a capture tool has written is read again at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from watchfiles import Change, awatch

from locstore.preview.live import Live
from locstore.preview.project_state import folders

_SETTLE = 120  # milliseconds at most that a burst of changes is waited for
_STEP = 20  # milliseconds without another change that end it
_RETRY = 0.5  # seconds
_IGNORED = frozenset({".git", ".locstore", "__pycache__", "node_modules", ".venv"})
_TEMPORARY = (".swp", ".swx", "~", ".tmp", ".lock")


async def follow(live: Live, stop: asyncio.Event) -> None:
    """Until `stop` is set: watch, read again, tell. The folders to watch are looked up anew when they change."""
    while not stop.is_set():
        below = folders(live.project_state)
        ended = asyncio.Event()
        tasks = [asyncio.create_task(_follow(live, (live.project_state.root,), below, ended, recursive=False))]
        if below:
            tasks.append(asyncio.create_task(_follow(live, below, below, ended, recursive=True)))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.set()
            stopping.cancel()
            await asyncio.gather(*tasks)


async def _follow(
    live: Live, watched: tuple[Path, ...], below: tuple[Path, ...], ended: asyncio.Event, *, recursive: bool
) -> None:
    try:
        async for changes in awatch(
            *watched,
            watch_filter=lambda change, path: _matters(live, change, Path(path)),
            debounce=_SETTLE,
            step=_STEP,
            stop_event=ended,
            recursive=recursive,
            ignore_permission_denied=True,
        ):
            await live.changed({Path(path) for _, path in changes})
            if folders(live.project_state) != below:
                return
    except FileNotFoundError:
        await asyncio.sleep(_RETRY)  # a folder has gone; the next round watches what is left


def _matters(live: Live, _change: Change, file: Path) -> bool:
    """Whether a changed file may change a picture: not what locstore itself or an editor's backup writes."""
    project_state = live.project_state
    if _IGNORED & set(file.parts) or file.name.endswith(_TEMPORARY) or file.name.startswith((".locstore-", ".#")):
        return False
    if project_state.project is not None and file.is_relative_to(project_state.project.output):
        return False
    return file.parent != project_state.root or file.suffix in {".toml", ".json", ".yaml", ".yml"} or file.is_dir()
