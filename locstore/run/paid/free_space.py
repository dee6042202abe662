"""Free space and writable folders, looked at before a call leaves: an answer that finds no room is paid for in vain."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from locstore.errors import EnvironmentProblem

_BESIDE = 4 << 20  # bytes: ledgers, records, temporary names


def room_for(size: tuple[int, int]) -> int:
    """Bytes that a picture of `size` (width, height) may take in the cache and, painted, in the output folder."""
    return 2 * 3 * size[0] * size[1]


def check_space(folders: Iterable[Path], needed: int) -> None:
    """Raises EnvironmentProblem if a disk under `folders` has no room for that many bytes."""
    for folder in folders:
        free = shutil.disk_usage(_nearest(folder)).free
        if free < needed + _BESIDE:
            raise EnvironmentProblem(
                f"The disk of {folder.as_posix()} has {free >> 20} MiB free, and the pictures that are asked for may "
                f"need {(needed + _BESIDE) >> 20} MiB, so no further call leaves. Free some space and run again."
            )


def check_writable(folder: Path) -> None:
    """Raises EnvironmentProblem if files cannot be made in a folder, which is made if it is not there."""
    probe = folder / f".locstore-{os.getpid()}.probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise EnvironmentProblem(
            f"{folder.as_posix()} cannot be written: {error.strerror}. Nothing was asked for."
        ) from error


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())
