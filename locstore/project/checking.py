"""`check`: everything that costs nothing: spec, catalogs, files, fonts, and whether all words fit everywhere."""

from __future__ import annotations

import contextlib
import dataclasses
import os

from locstore.catalog import discover_problems
from locstore.findings import Finding, Severity, has_errors, sort_findings
from locstore.paint import check_picture
from locstore.project.digests import FileDigests
from locstore.project.project import Project
from locstore.project.pseudo import check_pseudo, pseudo_codes
from locstore.run import check_shots
from locstore.shots import Asset, Selection
from locstore.stores import UnknownLocale, resolve_locale
from locstore.typeset import FontLibrary


@dataclasses.dataclass(frozen=True, slots=True)
class CheckReport:
    """What was looked at and what was found."""

    shots: int
    locales: int
    displays: int
    screens: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not has_errors(self.findings)


def check(project: Project, selection: Selection, *, pseudo: bool = False) -> CheckReport:
    """Find every problem that a run would meet, for all displays of the concepts, without painting.

    With `pseudo`, or where the selection names pseudo-locales, warnings tell which slots would break in them.
    """
    codes, selection = pseudo_codes(selection)
    if codes and not selection.locales:
        selection = dataclasses.replace(selection, locales=_one_locale_each(project))
    with project.ledger(read_only=True) as ledger:
        digests = FileDigests(ledger)
        displays = () if "all" in selection.displays else selection.displays
        selection = dataclasses.replace(selection, displays=displays)
        snapshot = project.snapshot(selection, digests)
        settings = project.settings(digests)
        stand_ins = check_pseudo(project, selection, settings, digests, codes) if pseudo or codes else []
        digests.save()
    findings = [*snapshot.findings, *stand_ins, *_catalogs(project), *_pictures([s.assets() for s in snapshot.shots])]
    findings += FontLibrary.for_project(project.fonts, system=False).findings
    broken = {f.file for f in findings if f.code == "paint-picture-unreadable"}
    shots = [s for s in snapshot.shots if not any(a.display_path in broken for a in s.assets().values())]
    workers = project.config.jobs or os.cpu_count() or 1
    findings += check_shots(shots, settings=settings, workers=workers)
    return CheckReport(
        shots=len(snapshot.shots),
        locales=snapshot.locales,
        displays=snapshot.displays,
        screens=snapshot.screens,
        findings=tuple(sort_findings(findings)),
    )


def _one_locale_each(project: Project) -> tuple[str, ...]:
    """A locale of each concept, the source where it is painted: enough to see what is wrong with the concept itself."""
    names: dict[str, None] = {}
    for concept in (loaded.concept for loaded in project.concepts()):
        listed = concept.locales
        if listed == "all" or concept.source in listed or not listed:
            names[concept.source] = None
        else:
            names[listed[0]] = None
    return tuple(names)


def _catalogs(project: Project) -> list[Finding]:
    """Catalog folders that hold no catalog, and catalogs that no concept lists."""
    findings: list[Finding] = []
    folder = project.root / project.config.locales
    for loaded in project.concepts():
        domain = loaded.concept.concept
        findings += discover_problems(folder, domain, display_path=project.config.locales)
        if loaded.concept.locales == "all":
            continue
        catalogs, _ = project.catalogs(domain)
        used: set[str] = set()
        for name in loaded.concept.locales:
            with contextlib.suppress(UnknownLocale):  # the concept's own findings name it
                locale = resolve_locale(name)
                used |= {locale.gettext, *locale.fallbacks()}
        for code, catalog in catalogs.items():
            if code not in used:
                message = f"The concept's locales do not list {code}; its catalog is not used."
                findings.append(
                    Finding(
                        code="project-unused-catalog",
                        message=message,
                        severity=Severity.WARNING,
                        file=catalog.path,
                    )
                )
    return findings


def _pictures(used: list[dict[str, Asset]]) -> list[Finding]:
    """Every file that is in a picture is decoded once."""
    assets = {asset.display_path: asset for files in used for asset in files.values()}
    return [
        finding for display_path in sorted(assets) for finding in check_picture(assets[display_path].path, display_path)
    ]
