"""`run`: plan, paint what changed, check the sets, shelve, and leave a manifest and a gallery behind."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from locstore import __version__
from locstore.errors import EnvironmentProblem
from locstore.files import remove_leftovers, write_if_changed
from locstore.findings import Finding, Severity, has_errors, sort_findings
from locstore.paint import encoder_name
from locstore.project.digests import FileDigests
from locstore.project.project import Project, Situation
from locstore.run import Ledger, Outcome, Plan, Status, run_jobs
from locstore.shelve import (
    MANIFEST,
    GalleryPicture,
    GallerySummary,
    PictureRecord,
    render_gallery,
    render_manifest,
    shelf_path,
)
from locstore.shots import Place, Selection
from locstore.verify import PictureFacts, verify_folder

_GALLERY = "index.html"
_TOOLS = ("babel", "icu4py", "numpy", "pillow", "uharfbuzz")


@dataclasses.dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did: pictures painted, left as they were, failed and removed, and every finding."""

    painted: int
    unchanged: int
    failed: int
    removed: int
    pictures: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not has_errors(self.findings)


class Progress:
    """What a command hears while a run goes on; this one listens and says nothing."""

    def start(self, total: int) -> None:
        """Called once with the number of pictures to paint."""

    def advance(self, outcome: Outcome) -> None:
        """Called after each picture."""


def run(
    project: Project,
    selection: Selection,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> RunReport:
    """Paint what is new or changed among the selected shots, check and shelve it.

    Shots with errors are not written; their last good picture stays. Raises EnvironmentProblem when the disk or a
    worker fails, UsageError for a selector that names nothing; ^C passes through. What is done stays done.
    """
    progress = progress or Progress()
    with project.ledger() as ledger:
        digests = FileDigests(ledger)
        situation = project.situation(project.default_selection(selection), digests)
        plan = project.plan(situation, ledger, digests, overwrite=overwrite)
        todo = [*plan.of(Status.NEW), *plan.of(Status.CHANGED)]
        book = _Book(project, situation, plan)
        settings = project.settings(digests)
        digests.save()
        if project.output.is_dir():
            remove_leftovers(project.output)
        try:
            progress.start(len(todo))
            if todo:

                def heard(outcome: Outcome) -> None:
                    book.add(outcome)
                    progress.advance(outcome)

                run_jobs(
                    todo,
                    settings=settings,
                    ledger=ledger,
                    workers=project.config.jobs or os.cpu_count() or 1,
                    on_outcome=heard,
                )
            removed = _remove(project.output, plan.removed, ledger)
        finally:
            # Also after ^C or a full disk: what stands in the folder is what the manifest says.
            book.close(settings.font_digests)
    return RunReport(
        painted=len(book.painted),
        unchanged=len(plan.of(Status.UNCHANGED)),
        failed=len(todo) - len(book.painted),
        removed=removed,
        pictures=len(book.records),
        findings=tuple(book.findings),
    )


class _Book:
    """Keeps the records of all pictures that stand in the output folder while a run changes them."""

    def __init__(self, project: Project, situation: Situation, plan: Plan) -> None:
        self._project = project
        self._situation = situation
        self._plan = plan
        self._found: list[Finding] = []
        self.painted: set[str] = set()
        self.records: dict[str, PictureRecord] = {
            path: record for path, record in plan.kept.items() if (project.output / path).exists()
        }
        for planned in plan.shots:
            if planned.record is not None:
                self.records[planned.path] = planned.record

    def add(self, outcome: Outcome) -> None:
        self._found += outcome.findings
        if outcome.record is not None:
            self.records[outcome.path] = outcome.record
            self.painted.add(outcome.path)

    @cached_property
    def findings(self) -> list[Finding]:
        """Of the project, of this run's pictures, of the pictures that stood already, and of the sets."""
        standing = [
            finding
            for planned in self._plan.of(Status.UNCHANGED)
            if planned.record is not None
            for finding in planned.record.findings
        ]
        return sort_findings([*self._situation.findings, *self._plan.findings, *self._found, *standing, *self._sets()])

    def _places(self) -> dict[str, Place]:
        layout = self._project.config.layout
        paths = ((shelf_path(place, layout), place) for place in self._situation.places)
        return {str(path): place for path, place in paths if path is not None}

    def _sets(self) -> list[Finding]:
        """What `locstore verify` would say of the folder; pictures on record are not read again."""
        output = self._project.output
        if not self.records:
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
            for path, record in self.records.items()
        }
        return list(verify_folder(output, shown=self._project.config.output, known=known).findings)

    def close(self, fonts: tuple[tuple[str, str], ...]) -> None:
        """Write manifest and gallery, if they say something new."""
        output = self._project.output
        if not self.records and not output.exists():
            return
        inputs = {loaded.shown: loaded.digest for loaded in self._situation.concepts}
        inputs |= {catalog.path: catalog.digest for catalog in self._situation.catalogs}
        inputs |= {f"font: {Path(path).name}": digest for path, digest in fonts}
        tools = {name: importlib.metadata.version(name) for name in _TOOLS}
        tools |= {"locstore": __version__, "deflate": encoder_name()}
        write_if_changed(output / MANIFEST, render_manifest(self.records, inputs, tools))
        write_if_changed(output / _GALLERY, self._gallery().encode())

    def _gallery(self) -> str:
        places = self._places()
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
            )
            for path, record in sorted(self.records.items())
            if (place := places.get(path)) is not None
        ]
        findings = self.findings
        severities = [f.severity for f in findings]
        attached = {f for record in self.records.values() for f in record.findings}
        summary = GallerySummary(
            concept=", ".join(loaded.concept.concept for loaded in self._situation.concepts),
            locales=len({p.locale for p in pictures}),
            screens=len({p.screen for p in pictures}),
            displays=len({p.display for p in pictures}),
            pictures=len(pictures),
            errors=severities.count(Severity.ERROR),
            warnings=severities.count(Severity.WARNING),
            problems=tuple(f for f in findings if f not in attached),
        )
        return render_gallery(summary, pictures)


def _remove(output: Path, removed: Mapping[str, PictureRecord], ledger: Ledger) -> int:
    """Delete pictures of ours that no screen, locale or display has any more, and folders left empty by that."""
    count = 0
    for path in removed:
        target = output / path
        try:
            target.unlink()
            count += 1
        except FileNotFoundError:
            pass  # somebody was quicker
        except OSError as error:
            raise EnvironmentProblem(f"Cannot remove {target.as_posix()}: {error.strerror}.") from error
        ledger.forget(output, path)
        for folder in target.relative_to(output).parents:
            try:
                (output / folder).rmdir()
            except OSError:
                break  # not empty: it, and all above it, stay
    return count
