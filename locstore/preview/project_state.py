"""The project as the preview has it: read again piece by piece, with the last good state of what is broken."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from locstore.catalog import Catalog, load_catalog
from locstore.errors import UsageError
from locstore.findings import Finding, sort_findings
from locstore.preview.concept_state import ConceptState
from locstore.project import PROJECT_FILE, FileDigests, Project, find_project_file, open_project
from locstore.review import REVIEW_FILE, Review, read_review
from locstore.run import PaintSettings
from locstore.shots import Selection, names_locale, pseudo_code


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ProjectState:
    """Everything read at one moment; a change on disk makes a new one.

    `findings` are of the project as a whole; `broken` are the files whose last good state is shown.
    """

    root: Path
    project: Project | None = None
    settings: PaintSettings | None = None
    concepts: Mapping[str, ConceptState] = dataclasses.field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    broken: frozenset[str] = frozenset()
    review: Review = dataclasses.field(default_factory=Review)

    @property
    def review_path(self) -> Path:
        return self.root / REVIEW_FILE

    def all_findings(self) -> list[Finding]:
        """Of the project, the concepts and the catalogs' files; a shot's own findings are with the shot."""
        found = [*self.findings]
        for concept in self.concepts.values():
            found += [*concept.findings, *concept.catalog_findings]
        return sort_findings(found)


def read_project_state(start: Path, overrides: Mapping[str, Any], before: ProjectState | None = None) -> ProjectState:
    """Read all of the project. What cannot be read is taken from `before` and reported.

    Raises UsageError only where there is no project at all.
    """
    file = find_project_file(start if before is None else before.root)
    root = file.parent if file is not None else start if before is None else before.root
    try:
        project = open_project(root, overrides)
    except UsageError as error:
        if file is None and before is None:
            raise
        name = file.name if file is not None else PROJECT_FILE
        problem = Finding(code="project-option", message=str(error), file=name)
        if before is None or before.project is None:
            return ProjectState(root=root, findings=(problem,))
        return dataclasses.replace(before, findings=(problem,), broken=before.broken | {name})
    with project.ledger() as ledger:
        digests = FileDigests(ledger)
        # Proofs are not read back: what people accepted of words does not change them.
        settings = dataclasses.replace(project.settings(digests), text=None, accepted=())
        digests.save()
    fonts = tuple((Path(path).name, value) for path, value in settings.font_digests)
    old = {c.loaded.display_path: c for c in before.concepts.values()} if before is not None else {}
    findings = project.concept_findings()
    whole = {loaded.display_path: loaded for loaded in project.concepts()}
    broken = {f.file for f in findings if f.file in old and f.file not in whole}
    concepts: dict[str, ConceptState] = {}
    for display_path, loaded in {**{s: old[s].loaded for s in broken if s}, **whole}.items():
        if not (root / display_path).exists():
            continue
        kept = old.get(display_path)
        catalogs, problems = project.catalogs(loaded.concept.concept)
        catalogs |= _last_good(root, catalogs, kept)
        broken |= {c.path for c in catalogs.values() if any(_breaks(f, c) for f in problems)}
        project_state = ConceptState(loaded, catalogs, problems, project=project, fonts=fonts)
        concepts[project_state.name] = project_state
    review, problems = read_review(root / REVIEW_FILE)
    return ProjectState(
        root=root,
        project=project,
        settings=settings,
        concepts=concepts,
        findings=(*findings, *problems),
        broken=frozenset(f for f in broken if f),
        review=review,
    )


def _last_good(root: Path, catalogs: Mapping[str, Catalog], kept: ConceptState | None) -> dict[str, Catalog]:
    """Catalogs that are there and cannot be read now, as they were."""
    if kept is None:
        return {}
    return {c: cat for c, cat in kept.catalogs.items() if c not in catalogs and (root / cat.path).exists()}


def _breaks(finding: Finding, catalog: Catalog) -> bool:
    return finding.file == catalog.path and finding.severity == "error"


def reread(project_state: ProjectState, changed: Collection[Path], overrides: Mapping[str, Any]) -> ProjectState:
    """The book after these files changed; only what depends on them is read."""
    if project_state.project is None:
        return read_project_state(project_state.root, overrides, project_state)
    display_path = {project_state.project.display_path(path) for path in changed}
    known = {c.path for concept in project_state.concepts.values() for c in concept.catalogs.values()}
    if not display_path <= known | {REVIEW_FILE} or not all(
        (project_state.root / path).exists() for path in display_path & known
    ):
        return read_project_state(project_state.root, overrides, project_state)
    fonts = tuple(
        (Path(path).name, value)
        for path, value in (project_state.settings.font_digests if project_state.settings else ())
    )
    concepts: dict[str, ConceptState] = {}
    broken = set(project_state.broken) - display_path
    for name, concept in project_state.concepts.items():
        touched = [c for c in concept.catalogs.values() if c.path in display_path]
        if not touched:
            concepts[name] = concept
            continue
        catalogs = dict(concept.catalogs)
        findings = [f for f in concept.catalog_findings if f.file not in display_path]
        for catalog in touched:
            fresh, problems = load_catalog(
                project_state.root / catalog.path, code=catalog.code, display_path=catalog.path
            )
            findings += problems
            if fresh is not None:
                catalogs[catalog.code] = fresh
            else:
                broken.add(catalog.path)
        concepts[name] = ConceptState(
            concept.loaded, catalogs, findings, project=project_state.project, fonts=fonts, kept=concept
        )
    review, problems = read_review(project_state.review_path)
    whole = [f for f in project_state.findings if f.code != "project-review-unreadable"]
    return dataclasses.replace(
        project_state, concepts=concepts, findings=(*whole, *problems), broken=frozenset(broken), review=review
    )


def check_selection(project_state: ProjectState, selection: Selection) -> None:
    """Raises UsageError for a locale or display that no concept has; a project that cannot be read has none to miss."""
    locales = [locale for concept in project_state.concepts.values() for locale in concept.locales.values()]
    displays = [display for concept in project_state.concepts.values() for display in concept.displays]
    problems = [
        f"-l {name}: the project has no such locale. It has: {', '.join(sorted({x.gettext for x in locales}))}."
        for name in selection.locales
        if not any(names_locale(name, locale) for locale in locales) and pseudo_code(name) is None
    ]
    problems += [
        f"-d {name}: the concept has no such display. It has: {', '.join(dict.fromkeys(displays))}."
        for name in selection.displays
        if not any(fnmatchcase(display, name) for display in displays)
    ]
    if problems and project_state.concepts:
        raise UsageError("\n".join(problems))


def folders(project_state: ProjectState) -> tuple[Path, ...]:
    """The project's folders of concepts, catalogs and fonts, as far as they are there: what is watched as a whole."""
    if project_state.project is None:
        return ()
    config = project_state.project.config
    found = {project_state.root / Path(pattern).parts[0] for pattern in config.concepts if len(Path(pattern).parts) > 1}
    found |= {project_state.root / config.locales, project_state.project.fonts}
    return tuple(sorted(folder for folder in found if folder.is_dir()))
