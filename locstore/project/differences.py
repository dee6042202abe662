"""`diff`: how a project's pictures differ from another folder's, or from those of a git revision."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path, PurePosixPath

from locstore.errors import EnvironmentProblem, UsageError
from locstore.project.project import Project

_SUFFIXES = (".png", ".jpg", ".jpeg")
_MAX_BYTES = 512 * 1024 * 1024


class Change(StrEnum):
    """What became of a picture."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One path in both trees: the bytes there (`before`) and here (`after`), None where there is no file."""

    path: str
    change: Change
    before: bytes | None
    after: bytes | None


def compare(project: Project, other: str) -> tuple[Difference, ...]:
    """Every picture of the output folder against `other`, by path, sorted.

    `other` is a folder, or a revision of the git repository that the project is in. Raises UsageError if it is neither,
    EnvironmentProblem if git fails.
    """
    after = _of_folder(project.output)
    folder = Path(other) if Path(other).is_absolute() else Path.cwd() / other
    before = _of_folder(folder) if folder.is_dir() else _of_revision(project, other)
    found = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old is None:
            change = Change.ADDED
        elif new is None:
            change = Change.REMOVED
        else:
            change = Change.SAME if hashlib.sha256(old).digest() == hashlib.sha256(new).digest() else Change.CHANGED
        found.append(Difference(path, change, old, new))
    return tuple(found)


def _of_folder(root: Path) -> dict[str, bytes]:
    """The pictures below a folder by posix path; links are not followed."""
    found = {}
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.suffix.lower() in _SUFFIXES and path.is_file() and not path.is_symlink():
            found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def _of_revision(project: Project, revision: str) -> Mapping[str, bytes]:
    """The pictures that the output folder had in a revision."""
    if revision.startswith("-"):
        raise UsageError(f"{revision!r} is neither a folder nor a git revision.")
    root = _git(project.root, "rev-parse", "--show-prefix").decode().strip()
    known = subprocess.run(  # noqa: S603 - a list of words, without a shell
        ["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"],  # noqa: S607
        cwd=project.root,
        capture_output=True,
        check=False,
    )
    if known.returncode:
        raise UsageError(f"{revision!r} is neither a folder nor a git revision.")
    commit = known.stdout.decode().strip()
    prefix = PurePosixPath(root, project.config.output)
    names = _git(project.root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", f"{prefix}/")
    found = {}
    for name in names.decode("utf-8", "surrogateescape").split("\0"):
        if name.lower().endswith(_SUFFIXES):
            data = _git(project.root, "cat-file", "blob", f"{commit}:{name}")
            found[PurePosixPath(name).relative_to(prefix).as_posix()] = data
    return found


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)  # noqa: S603, S607
    except FileNotFoundError as error:
        raise EnvironmentProblem("git is not installed, and a revision cannot be read without it.") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise UsageError(f"git says: {reason}") from error
    if len(done.stdout) > _MAX_BYTES:
        raise EnvironmentProblem(f"git gave more than {_MAX_BYTES:,} bytes for {' '.join(arguments)}.")
    return done.stdout
