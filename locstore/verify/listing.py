"""Lists folders for the checks: sorted, without hidden entries, and never out of the verified folder."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from locstore.findings import Finding, Severity

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg")
_WAY_TO_TREES = ("screenshots", "fastlane", "metadata", "android", "listings", "play", "src", "app")
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})


@dataclasses.dataclass(frozen=True, slots=True)
class Entries:
    """Names in one folder, sorted plainly."""

    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Listing:
    """The folder that is verified. Paths are relative to it; `display_path` is how it is named in findings."""

    def __init__(self, root: Path, display_path: str) -> None:
        self.root = root
        self._problems: dict[PurePosixPath, Finding] = {}
        self._shown = PurePosixPath(display_path)
        self._real = root.resolve()
        self._read: dict[PurePosixPath, Entries] = {}

    @property
    def name(self) -> str:
        """The folder's own name, also where it was given as `.`."""
        return self._real.name

    def display_path(self, path: PurePosixPath) -> str:
        """A path as findings name it. Bytes that are no UTF-8 become U+FFFD, so that any terminal can show it."""
        text = (self._shown / path).as_posix()
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def path(self, path: PurePosixPath) -> Path:
        return self.root / path

    def real(self, path: PurePosixPath) -> str:
        """Where a listed path really is: equal for two names of one folder."""
        return self.path(path).resolve().as_posix()

    def is_folder(self, path: PurePosixPath) -> bool:
        """Whether every step to `path` is a folder that may be entered."""
        return all(
            part in self.entries(parent).folders
            for parent, part in zip((*reversed(path.parents),), path.parts, strict=True)
        )

    def entries(self, folder: PurePosixPath) -> Entries:
        """What is in a folder; a link that leads out of the verified folder is reported and left out."""
        known = self._read.get(folder)
        if known is None:
            known = self._read[folder] = self._list(folder)
        return known

    def problems(self, trees: Iterable[PurePosixPath]) -> list[Finding]:
        """What could not be listed inside of these folders, or could have been one of them.

        Other links and folders of a project are nobody's business here.
        """
        roots = [*trees]
        return [
            finding
            for path, finding in self._problems.items()
            if path.name in {"", *_WAY_TO_TREES} or any(path.is_relative_to(root) for root in roots)
        ]

    def _list(self, folder: PurePosixPath) -> Entries:
        folders: list[str] = []
        files: list[str] = []
        try:
            with os.scandir(self.path(folder)) as found:
                for entry in sorted(found, key=lambda e: e.name):
                    if entry.name.startswith(".") or entry.name.lower() in _SYSTEM_FILES:
                        continue
                    if entry.is_symlink() and not self._may_follow(folder / entry.name):
                        continue
                    (folders if entry.is_dir() else files).append(entry.name)
        except OSError as error:
            message = f"The folder cannot be read: {error.strerror or error}."
            self._problems[folder] = Finding(code="verify-unreadable", message=message, file=self.display_path(folder))
        return Entries(tuple(folders), tuple(files))

    def _may_follow(self, link: PurePosixPath) -> bool:
        try:
            target = self.path(link).resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: a loop of links, up to Python 3.12
            reason = "leads nowhere"
        else:
            if target.is_relative_to(self._real):
                return True
            reason = "leads out of the folder"
        message = f"The link {reason} and was not followed. Put the file or folder itself here."
        self._problems[link] = Finding(
            code="verify-symlink", message=message, severity=Severity.WARNING, file=self.display_path(link)
        )
        return False


def is_picture(name: str) -> bool:
    """Whether an upload tool takes the file for a picture: by its suffix, in any case."""
    return name.lower().endswith(PICTURE_SUFFIXES)


def some(names: Sequence[str], limit: int = 6) -> str:
    """Names for a message, with the count of those left out: `a, b and 3 more`."""
    if len(names) <= limit + 1:
        return ", ".join(names)
    return f"{', '.join(names[:limit])} and {len(names) - limit} more"
