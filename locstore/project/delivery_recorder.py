"""Keeps the records of all pictures in the output folder while a run changes them; writes manifest and gallery."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from locstore.delivery import MANIFEST, PictureRecord, delivery_path, remove_journal, render_manifest
from locstore.files import link_below, read_regular, write_if_changed
from locstore.findings import Finding, Severity, has_errors, sort_findings
from locstore.pages import GalleryPicture, GallerySummary, render_gallery
from locstore.paint import encoder_name
from locstore.project.project import Project, ProjectSnapshot
from locstore.review import REVIEW_FILE, read_review
from locstore.run import PaintJournal, Plan, Status, TaskResult
from locstore.shots import Cell
from locstore.typeset import FontLibrary
from locstore.verify import PictureFacts, judge, verify_folder
from locstore.version import __version__

_GALLERY = "index.html"
_COUNTS = frozenset({"verify-too-few", "verify-too-many"})
_MAX_PAGE = 1 << 28  # 256 MiB: larger pages are not ours
_TOOLS = ("babel", "icu4py", "numpy", "pillow", "uharfbuzz")
_MADE_BY = b"Made by locstore."  # in every gallery's footer: another page of that name is not ours to replace


class DeliveryRecorder:
    """Keeps the records of all pictures that stand in the output folder while a run changes them."""

    def __init__(
        self, project: Project, snapshot: ProjectSnapshot, plan: Plan, ledger: PaintJournal, *, overwrite: bool
    ) -> None:
        self._project = project
        self._snapshot = snapshot
        self._plan = plan
        self._ledger = ledger
        # Only the project's own fonts may be faulty: those of the packages are whole.
        own = project.fonts.is_dir()
        self._found = FontLibrary.for_project(project.fonts, system=False).findings if own else []
        self._gallery_is_ours = overwrite or _is_gallery(project.output / _GALLERY)
        if not self._gallery_is_ours:
            message = "This page is not locstore's gallery. Move it away, or run with --overwrite."
            file = f"{project.config.output}/{_GALLERY}"
            self._found.append(Finding(code="run-foreign-file", message=message, file=file))
        self.heard = 0
        self.painted: set[str] = set()
        self.records: dict[str, PictureRecord] = dict(plan.kept)
        for planned in plan.shots:
            if planned.record is not None:
                self.records[planned.path] = planned.record

    def keep_removed(self) -> None:
        """Keep the pictures that the plan would remove: an error says how to remove them."""
        message = (
            f"{len(self._plan.removed)} of {self._plan.existing} pictures have no screen, locale or display any more "
            "and were kept, because that many may be a mistake in the project. `locstore plan` lists them; remove them "
            "with `locstore run --yes`."
        )
        self._found.append(Finding(code="run-many-removals", message=message, file=self._project.config.output))
        self.records |= self._plan.removed

    @property
    def has_errors(self) -> bool:
        """Whether there is an error so far; then no picture is removed."""
        return has_errors([*self._snapshot.findings, *self._plan.findings, *self._found])

    def add_problems(self, findings: list[Finding]) -> None:
        self._found += findings

    def add(self, outcome: TaskResult) -> None:
        self.heard += 1
        self._found += outcome.findings
        if outcome.record is not None:
            self.records[outcome.path] = outcome.record
            self.painted.add(outcome.path)

    @cached_property
    def findings(self) -> list[Finding]:
        """Of the project, of this run's pictures, of the unchanged pictures, and of the sets."""
        standing = [
            finding
            for planned in self._plan.of(Status.UNCHANGED)
            if planned.record is not None
            for finding in planned.record.findings
        ]
        return sort_findings([*self._snapshot.findings, *self._plan.findings, *self._found, *standing, *self._sets()])

    def _places(self) -> dict[str, Cell]:
        layout = self._project.config.layout
        paths = ((delivery_path(place, layout), place) for place in self._snapshot.places)
        return {str(path): place for path, place in paths if path is not None}

    def _sets(self) -> list[Finding]:
        """What `locstore verify` would say of the folder; pictures on record are not read again."""
        known = {f.code for f in self._snapshot.findings}  # counts of the sets are told by the snapshot
        return [f for f in verify_store_folders(self._project, self.records) if f.code not in known & _COUNTS]

    def close(self, fonts: tuple[tuple[str, str], ...]) -> None:
        """Write manifest and gallery, if their content is new."""
        output = self._project.output
        self._update_records()
        if not self.records and not output.exists():
            return
        inputs = {loaded.display_path: loaded.digest for loaded in self._snapshot.concepts}
        inputs |= {catalog.path: catalog.digest for catalog in self._snapshot.catalogs}
        inputs |= {f"font: {Path(path).name}": digest for path, digest in fonts}
        tools = {name: importlib.metadata.version(name) for name in _TOOLS}
        tools |= {"locstore": __version__, "deflate": encoder_name()}
        write_if_changed(output / MANIFEST, render_manifest(self.records, inputs, tools))
        remove_journal(output, self.records)
        if self._gallery_is_ours:
            write_if_changed(output / _GALLERY, self._gallery().encode())

    def _update_records(self) -> None:
        """Drop the records of pictures that are not there, and add pictures that another run has painted meanwhile."""
        output = self._project.output
        for path, (record, size, mtime) in self._ledger.pictures(output).items():
            if _stat(output / path) == (size, mtime) and link_below(output, path) is None:
                self.records[path] = record
        self.records = {path: record for path, record in self.records.items() if _stat(output / path) is not None}

    def _gallery(self) -> str:
        places = self._places()
        # A review file that cannot be read is reported by the commands that need it; the gallery shows no decisions.
        review, _ = read_review(self._project.root / REVIEW_FILE)
        pictures = [
            GalleryPicture(
                path=path,
                screen=place.screen,
                number=place.number,
                locale=place.locale.gettext,
                locale_name=place.locale.english,
                bcp47=place.locale.bcp47,
                direction=place.locale.direction,
                display=place.display.id,
                display_name=place.display.name,
                store=str(place.display.store),
                size=record.size,
                findings=record.findings,
                words=record.words,
                text=record.text,
                standing=str(review.standing(record.shot, record.identity)),
            )
            for path, record in sorted(self.records.items())
            if (place := places.get(path)) is not None
        ]
        findings = self.findings
        severities = [f.severity for f in findings]
        attached = {f for record in self.records.values() for f in record.findings}
        summary = GallerySummary(
            concept=", ".join(loaded.concept.concept for loaded in self._snapshot.concepts),
            locales=len({p.locale for p in pictures}),
            screens=len({p.screen for p in pictures}),
            displays=len({p.display for p in pictures}),
            pictures=len(pictures),
            errors=severities.count(Severity.ERROR),
            warnings=severities.count(Severity.WARNING),
            problems=tuple(f for f in findings if f not in attached),
        )
        return render_gallery(summary, pictures)


def _stat(path: Path) -> tuple[int, int] | None:
    """Size and mtime (ns) of a file; None if there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _is_gallery(path: Path) -> bool:
    """Whether the page is one of ours, or does not exist."""
    try:
        return not path.is_symlink() and _MADE_BY in read_regular(path, _MAX_PAGE)
    except FileNotFoundError:
        return True
    except OSError:
        return False


def verify_store_folders(project: Project, records: Mapping[str, PictureRecord]) -> list[Finding]:
    """What `locstore verify` says of the output folder; pictures with a record, by path, are not read again."""
    if not records:
        return []
    known = {
        path: PictureFacts(
            format="jpeg" if path.endswith(".jpg") else "png",
            size=record.size,
            mode="RGB",
            bit_depth=8,
            has_alpha=False,
            profile=None if path.endswith(".jpg") else "sRGB",
            bytes=record.bytes,
            sha256=record.sha256,
        )
        for path, record in records.items()
    }
    report = verify_folder(project.output, display_path=project.config.output, known=known)
    # A project may have displays of no store only: then there is no set to look at.
    found = [f for f in report.findings if f.code != "verify-nothing-found"]
    return list(judge(found, project.config.verify.ignore, project.config.verify.severity).findings)
