"""A project: a folder with a project file, concepts, catalogs and fonts, opened and read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from locstore.catalog import Catalog, discover, load_catalog
from locstore.concept import LoadedConcept, load_concept
from locstore.config import PROJECT_FILE, ProjectFile, find_project_file, read_config
from locstore.delivery import delivery_path, path_clashes, read_manifest
from locstore.errors import EnvironmentProblem, UsageError
from locstore.files import link_below
from locstore.findings import Finding, Severity, has_errors
from locstore.run import PaintJournal, PaintSettings, Plan, make_plan
from locstore.run.painter import Painter, find_painter
from locstore.shots import Cell, Digest, Matrix, Policy, Selection, Shot, expand, names_locale
from locstore.stores import UnknownLocale, resolve_locale
from locstore.typeset import project_font_files
from locstore.verify import PlannedPicture, judge, planned_sets

_STATE = ".locstore"


@dataclasses.dataclass(frozen=True, slots=True)
class ProjectSnapshot:
    """What a project would paint: the shots of a selection, all cells, every finding, the inputs' digests."""

    shots: tuple[Shot, ...]
    places: tuple[Cell, ...]
    findings: tuple[Finding, ...]
    catalogs: tuple[Catalog, ...]
    concepts: tuple[LoadedConcept, ...]
    screens: int
    locales: int
    displays: int


@dataclasses.dataclass(frozen=True)
class Project:
    """An opened project. `root` is the folder of its project file."""

    root: Path
    config: ProjectFile

    @property
    def output(self) -> Path:
        return self.root / self.config.output

    @property
    def fonts(self) -> Path:
        return self.root / self.config.fonts

    @property
    def label(self) -> str:
        """How a queue names the project: by its concepts, which are the same wherever its folder is."""
        return "+".join(sorted(loaded.concept.concept for loaded in self.concepts()))[:100]

    def display_path(self, path: Path) -> str:
        """The path as messages name it: relative to the project where it is inside."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()

    def ledger(self, *, read_only: bool = False) -> PaintJournal:
        """The ledger; use it as a context manager.

        With `read_only`, for commands that only report, a folder that cannot be written to is no problem: what would
        be written is kept in memory. Raises EnvironmentProblem.
        """
        return PaintJournal(self._ledger_file, read_only=read_only)

    @property
    def _ledger_file(self) -> Path:
        return self.root / _STATE / "ledger.db"

    @cached_property
    def _concepts(self) -> tuple[list[LoadedConcept], list[Finding]]:
        paths: dict[Path, None] = {}
        findings: list[Finding] = []
        for pattern in self.config.concepts:
            matches = sorted(p for p in self.root.glob(pattern) if p.is_file())
            paths |= dict.fromkeys(matches)
            if not matches:
                message = f"There is no concept at {pattern}. Run `locstore init`, or correct `concepts`."
                file = PROJECT_FILE if (self.root / PROJECT_FILE).is_file() else "pyproject.toml"
                findings.append(Finding(code="project-no-concept", message=message, file=file))
        loaded: list[LoadedConcept] = []
        names: dict[str, str] = {}
        for path in paths:
            concept, problems = load_concept(path, self.display_path(path))
            findings += problems
            if concept is None:
                continue
            name = concept.concept.concept
            if name in names:
                message = f"The concept {name!r} is also in {names[name]}; two would share catalogs. Rename one."
                findings.append(concept.finding("concept-duplicate-id", message, "concept"))
                continue
            names[name] = self.display_path(path)
            try:
                resolve_locale(concept.concept.source)
            except UnknownLocale as error:
                findings.append(concept.finding("shots-unknown-locale", str(error), "source"))
                continue
            loaded.append(concept)
        return loaded, findings

    def concepts(self) -> list[LoadedConcept]:
        """The concepts that can be used."""
        return self._concepts[0]

    def concept_findings(self) -> list[Finding]:
        """What is wrong with the concepts, also with those that cannot be used."""
        return list(self._concepts[1])

    def catalogs(self, domain: str) -> tuple[dict[str, Catalog], list[Finding]]:
        """The catalogs of a domain by canonical gettext code."""
        catalogs: dict[str, Catalog] = {}
        paths: dict[str, str] = {}
        findings: list[Finding] = []
        for code, path in discover(self.root / self.config.locales, domain).items():
            display_path = self.display_path(path)
            try:
                locale = resolve_locale(code)
            except UnknownLocale as error:
                findings.append(Finding(code="shots-unknown-locale", message=str(error), file=display_path))
                continue
            if locale.gettext in paths:
                message = f"This is the second catalog for {locale.english}; the first is {paths[locale.gettext]}."
                findings.append(Finding(code="project-second-catalog", message=message, file=display_path))
                continue
            paths[locale.gettext] = display_path
            catalog, problems = load_catalog(path, code=locale.gettext, display_path=display_path)
            findings += problems
            if catalog is not None:
                catalogs[locale.gettext] = catalog
        return catalogs, findings

    def snapshot(self, selection: Selection, digest: Digest) -> ProjectSnapshot:
        """Everything that can be known without painting. Raises UsageError for a selector that names nothing."""
        findings = self.concept_findings()
        policy = Policy(
            allow_fuzzy=self.config.allow_fuzzy,
            fallback_to_source=self.config.fallback == "source",
            format=self.config.format,
        )
        matrices: list[Matrix] = []
        catalogs: list[Catalog] = []
        for loaded in self.concepts():
            found, problems = self.catalogs(loaded.concept.concept)
            catalogs += found.values()
            findings += problems
            if not found and not problems and loaded.concept.locales == "all":
                findings.append(self._no_catalogs(loaded))
            matrix = expand(loaded, found, root=self.root, selection=selection, policy=policy, digest=digest)
            findings += matrix.findings
            matrices.append(matrix)
        places = tuple(place for matrix in matrices for place in matrix.places)
        _check_selection(selection, matrices)
        path_clashes = self._path_clashes(places)
        findings += path_clashes.values()
        sets, too_many = self._planned_sets([p for p in places if (p.concept, p.key) not in path_clashes])
        findings += sets
        left_out = {*path_clashes, *too_many, *self._broken_screens(findings, places)}
        shots = (shot for matrix in matrices for shot in matrix.shots)
        return ProjectSnapshot(
            shots=tuple(shot for shot in shots if (shot.concept, shot.key) not in left_out),
            places=places,
            findings=tuple(findings),
            catalogs=tuple(catalogs),
            concepts=tuple(self.concepts()),
            screens=len({(p.concept, p.screen) for p in places if selection.takes(p)}),
            locales=len({p.locale.gettext for p in places if selection.takes(p)}),
            displays=len({p.display.id for p in places if selection.takes(p)}),
        )

    def _no_catalogs(self, loaded: LoadedConcept) -> Finding:
        """`locales: all` and no catalog: most likely a wrong folder, and every translated picture would be gone."""
        folder, domain = self.root / self.config.locales, loaded.concept.concept
        if folder.is_dir():
            what = f"The folder {self.config.locales} has no catalog <code>/LC_MESSAGES/{domain}.po."
        elif folder.exists():
            what = f"{self.config.locales} is not a folder."
        else:
            what = f"There is no folder {self.config.locales}."
        todo = f"Correct `locales` in the project file, or write `locales: [{loaded.concept.source}]` in the concept."
        return loaded.finding("project-no-catalogs", f"locales: all paints every catalog. {what} {todo}", "locales")

    def _path_clashes(self, places: Sequence[Cell]) -> dict[tuple[str, str], Finding]:
        """Cells whose picture would stand in the place of an earlier one's, by concept and key, with what is wrong."""
        concepts = {loaded.concept.concept: loaded for loaded in self.concepts()}
        found = {}
        for first, later in path_clashes(places, self.config.layout):
            if first.concept == later.concept:
                what = f"{later.display.id} holds one picture, which screen {first.screen!r} makes already"
                todo = f"Give one of them a show_on without {later.display.id}."
            else:
                what = f"Screen {first.screen!r} of {first.concept} has the same number and id, and so the same file"
                todo = "Rename one."
            message, place = f"{what}. {todo}", ("screens", concepts[later.concept].screen_index(later.screen), "id")
            found[later.concept, later.key] = concepts[later.concept].finding("shelve-same-file", message, *place)
        return found

    def _planned_sets(self, places: Sequence[Cell]) -> tuple[list[Finding], set[tuple[str, str]]]:
        """What is wrong with the stores' sets, and the cells (concept, key) that no store would take."""
        pictures: dict[str, Cell] = {}
        for place in places:
            path = delivery_path(place, self.config.layout)
            if path is not None:
                pictures[str(path)] = place
        ours = read_manifest(self.output)[0].keys() if self.output.is_dir() else ()
        sets = planned_sets(
            [
                PlannedPicture(path, place.display.store, place.locale.bcp47, place.display.base)
                for path, place in pictures.items()
            ],
            self.output,
            display_path=self.config.output,
            ours=ours,
        )
        judged = judge(sets.findings, self.config.verify.ignore, self.config.verify.severity)
        refused = sets.refused if has_errors(judged.findings) else frozenset[str]()
        return list(judged.findings), {(pictures[path].concept, pictures[path].key) for path in refused}

    def _broken_screens(self, findings: Sequence[Finding], places: Sequence[Cell]) -> set[tuple[str, str]]:
        """The cells (concept, key) of screens that have an error in their concept: none of their pictures is right."""
        broken = {
            (f.file, f.path.split(".")[1])
            for f in findings
            if f.severity is Severity.ERROR and f.code.startswith("concept-") and (f.path or "").startswith("screens.")
            if f.path is not None
        }
        if not broken:
            return set()
        concepts = {loaded.concept.concept: loaded for loaded in self.concepts()}
        return {
            (place.concept, place.key)
            for place in places
            if (loaded := concepts[place.concept])
            and (loaded.display_path, str(loaded.screen_index(place.screen))) in broken
        }

    def default_selection(self, selection: Selection) -> Selection:
        """The selection with the project's own displays where none were named; `all` means every one."""
        displays = selection.displays or self.config.displays
        return dataclasses.replace(selection, displays=() if "all" in displays else tuple(displays))

    def plan(self, snapshot: ProjectSnapshot, ledger: PaintJournal, digest: Digest, *, overwrite: bool = False) -> Plan:
        """What a run would do with these shots. If there are errors, no old picture is called gone.

        Raises EnvironmentProblem if the output folder is a file, UsageError if it is a link and the project file does
        not allow that.
        """
        link = link_below(self.root, self.config.output)
        if link is not None and not self.config.output_link:
            raise UsageError(
                f"{link} is a link, so pictures would be written outside the project. If that is wanted, set "
                "`output_link = true` in the project file."
            )
        if self.output.exists() and not self.output.is_dir():
            raise EnvironmentProblem(f"{self.output.as_posix()} is a file, and pictures need a folder. Move it away.")
        return make_plan(
            snapshot.shots,
            () if has_errors(snapshot.findings) else snapshot.places,
            fonts=[(path.name, value) for path, value in self._font_digests(digest)],
            output=self.output,
            layout=self.config.layout,
            ledger=ledger,
            overwrite=overwrite,
            display_path=self.config.output,
            painter=self.painter.fingerprint(self.config.images),
        )

    @property
    def painter(self) -> Painter:
        """Who paints. Raises EnvironmentProblem if its package cannot be imported."""
        return find_painter(self.config.painter)

    def _font_digests(self, digest: Digest) -> list[tuple[Path, str]]:
        return [(path, digest(path)) for path in self._font_files]

    @cached_property
    def _font_files(self) -> list[Path]:
        return [file.path for file in project_font_files(self.fonts)]

    def settings(self, digest: Digest) -> PaintSettings:
        """What painting workers need to know."""
        return PaintSettings(
            fonts=self.fonts,
            system_fonts=self.config.system_fonts,
            font_digests=tuple((str(path), value) for path, value in self._font_digests(digest)),
            output=self.output,
            root=self.root,
            cache=self.config.cache,
            ledger=self._ledger_file,
            painter=self.config.painter,
        )


def _check_selection(selection: Selection, matrices: Sequence[Matrix]) -> None:
    """A selector that matches nothing is a mistake, most likely a typing error."""
    if not matrices:
        return
    problems = []
    places = [place for matrix in matrices for place in matrix.places]
    locales = [locale for matrix in matrices for locale in matrix.locales]
    for name in selection.locales:
        if not any(names_locale(name, locale) for locale in locales):
            known = ", ".join(sorted({locale.gettext for locale in locales}))
            problems.append(f"-l {name}: the project has no such locale. It has: {known}.")
    for name in selection.displays:
        if not any(Selection(displays=(name,)).takes(place) for place in places):
            known = ", ".join(dict.fromkeys(d.id for matrix in matrices for d in matrix.displays))
            problems.append(
                f"-d {name}, or `displays` in the project file: the concept has no such display. It has: {known}."
            )
    for name in selection.screens:
        if not any(Selection(screens=(name,)).takes(place) for place in places):
            known = ", ".join(dict.fromkeys(place.screen for place in places))
            problems.append(f"-s {name}: the concept has no such screen. It has: {known}.")
    if problems:
        raise UsageError("\n".join(problems))


def open_project(start: Path, overrides: Mapping[str, Any] | None = None) -> Project:
    """The project that `start` belongs to. Raises UsageError if there is none or its file has errors."""
    path = find_project_file(start)
    if path is None:
        raise UsageError(
            f"There is no {PROJECT_FILE} in this folder or above it. Run `locstore init` to start a project here."
        )
    return Project(path.parent, read_config(path, overrides or {}))
