"""Finds the catalogs of a project: `<code>/LC_MESSAGES/<domain>.po` below the locales folder."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from locstore.errors import EnvironmentProblem
from locstore.findings import Finding, Severity


class _Place(Enum):
    INSIDE = auto()
    OUTSIDE = auto()
    ABSENT = auto()


def discover(root: Path, domain: str) -> dict[str, Path]:
    """Every catalog of the domain, by its folder's gettext code, sorted by code.

    Links are followed inside `root` only: a file that lies outside it after resolving is left out, and
    `discover_problems` says so. A root that does not exist has no catalogs. Raises EnvironmentProblem if a
    folder may not be read.
    """
    places = _candidates(root, domain)
    return {path.parent.parent.name: path for path, place in places.items() if place is _Place.INSIDE}


def discover_problems(root: Path, domain: str, *, display_path: str | None = None) -> list[Finding]:
    """A warning for each folder whose catalog is absent or lies outside `root`.

    `display_path` is how findings name `root`; as it was given, if None.
    """
    findings = []
    for path, place in _candidates(root, domain).items():
        if place is _Place.INSIDE:
            continue
        if place is _Place.OUTSIDE:
            code = "catalog-outside"
            message = "This link leads out of the locales folder and is ignored; put the file itself there."
        else:
            code = "catalog-absent"
            folder = path.parent.parent.name
            message = f"The folder “{folder}” has no catalog; run `locstore update` or remove the folder."
        file = f"{display_path or root.as_posix()}/{path.relative_to(root).as_posix()}"
        findings.append(Finding(code=code, severity=Severity.WARNING, message=message, file=file))
    return findings


def _candidates(root: Path, domain: str) -> dict[Path, _Place]:
    """Where each folder's catalog is or would be, sorted by folder; hidden folders are no locales."""
    try:
        if not root.is_dir():
            return {}
        top = root.resolve()
        folders = sorted((f for f in root.iterdir() if not f.name.startswith(".")), key=lambda f: f.name)
        paths = [folder / "LC_MESSAGES" / f"{domain}.po" for folder in folders if folder.is_dir()]
        return {path: _place(path, top) for path in paths}
    except PermissionError as error:
        raise EnvironmentProblem(f"{error.filename} may not be read: {error.strerror}") from error


def _place(path: Path, top: Path) -> _Place:
    if not path.is_file():
        return _Place.ABSENT
    return _Place.INSIDE if path.resolve().is_relative_to(top) else _Place.OUTSIDE
