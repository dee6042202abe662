"""`extract` and `update`: the concept's messages into the POT file, and from there into every catalog."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from locstore.catalog import UpdateResult, discover, update_catalog, write_pot
from locstore.catalog.lock import catalog_lock
from locstore.concept import concept_messages
from locstore.errors import FindingsError, UsageError
from locstore.findings import Finding, has_errors
from locstore.project.project import Project
from locstore.stores import UnknownLocale, resolve_locale


@dataclasses.dataclass(frozen=True, slots=True)
class Extracted:
    """A POT file: its path, how many messages it has, and whether it changed."""

    path: str
    messages: int
    changed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Updated:
    """What updating one catalog did; `result` is None if the catalog is broken and was left alone."""

    path: str
    code: str
    result: UpdateResult | None
    findings: tuple[Finding, ...]


def extract(project: Project) -> list[Extracted]:
    """Write `<locales>/<concept>.pot` for every concept. Raises FindingsError if a concept has errors."""
    _whole_concepts(project)
    written = []
    for loaded in project.concepts():
        domain = loaded.concept.concept
        path = project.root / project.config.locales / f"{domain}.pot"
        messages = concept_messages(loaded)
        changed = write_pot(messages, path, project=domain)
        written.append(Extracted(project.display_path(path), len(messages), changed))
    return written


def update(project: Project, new: Sequence[str] = ()) -> list[Updated]:
    """Merge the messages into every catalog; `new` are locales to start one for.

    Raises FindingsError if a concept has errors, UsageError for a locale that no store knows.
    """
    _whole_concepts(project)
    folder = project.root / project.config.locales
    results = []
    for loaded in project.concepts():
        domain = loaded.concept.concept
        messages = concept_messages(loaded)
        paths = dict(discover(folder, domain))
        for name in new:
            try:
                code = resolve_locale(name).gettext
            except UnknownLocale as error:
                raise UsageError(f"--new {name}: {error}") from error
            paths.setdefault(code, folder / code / "LC_MESSAGES" / f"{domain}.po")
        for code, path in sorted(paths.items()):
            try:
                babel = resolve_locale(code).babel
            except UnknownLocale as error:
                finding = Finding(code="shots-unknown-locale", message=str(error), file=project.display_path(path))
                results.append(Updated(project.display_path(path), code, None, (finding,)))
                continue
            display_path = project.display_path(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            with catalog_lock(path):  # an editor that saves meanwhile waits, and is not overwritten
                result = update_catalog(
                    path, messages, code=code, locale=babel, project=domain, display_path=display_path
                )
            results.append(Updated(display_path, code, result, result.findings))
    return results


def _whole_concepts(project: Project) -> None:
    findings = project.concept_findings()
    if has_errors(findings):
        raise FindingsError(findings)
