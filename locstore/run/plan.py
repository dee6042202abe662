"""The plan: for each shot whether it has to be painted and why, and which old pictures have no shot any more."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from locstore.findings import Finding
from locstore.run.ledger import Ledger
from locstore.shelve import PictureRecord, read_manifest, shelf_path
from locstore.shots import Place, Shot, shot_digests

_WHY = {
    "words": "the words changed",
    "design": "the design changed",
    "display": "the size or format changed",
    "assets": "a capture, background, frame or logo changed",
    "fonts": "the fonts changed",
    "version": "this version of locstore paints differently",
}


class Status(StrEnum):
    """What a run does with a shot."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedShot:
    """A shot, where its picture stands in the output folder, and what a run does with it."""

    shot: Shot
    path: str
    status: Status
    why: str
    digests: Mapping[str, str]
    record: PictureRecord | None


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """`removed` are pictures of ours whose screen, locale or display is gone, with their records."""

    shots: tuple[PlannedShot, ...]
    removed: Mapping[str, PictureRecord]
    kept: Mapping[str, PictureRecord]
    findings: tuple[Finding, ...]

    def of(self, status: Status) -> list[PlannedShot]:
        return [s for s in self.shots if s.status is status]


def make_plan(
    shots: Sequence[Shot],
    places: Sequence[Place],
    *,
    fonts: Sequence[tuple[str, str]],
    output: Path,
    layout: str,
    ledger: Ledger,
    overwrite: bool,
) -> Plan:
    """Compare the wanted `shots` with what stands in `output`.

    `places` are all cells of the project, selected or not: a picture of ours that has none is gone from the
    concept; empty means that nothing can be called gone. A file that locstore did not write, or that somebody
    changed since, is never overwritten unless `overwrite` says so.
    """
    records, findings = _standing(output, ledger)
    planned: list[PlannedShot] = []
    for shot in shots:
        path = shelf_path(shot, layout)
        if path is None:
            continue
        name = str(path)
        record = records.get(name)
        exists = (output / name).exists()
        if exists and record is None and not overwrite:
            findings.append(_foreign(output, name))
            continue
        planned.append(_planned(shot, name, shot_digests(shot, fonts), record, exists=exists))
    ours = {str(path) for path in (shelf_path(place, layout) for place in places) if path is not None}
    removed = {p: r for p, r in records.items() if places and p not in ours}
    selected = {p.path for p in planned}
    kept = {p: r for p, r in records.items() if p not in removed and p not in selected}
    return Plan(tuple(planned), removed, kept, tuple(findings))


def _planned(
    shot: Shot, path: str, digests: Mapping[str, str], record: PictureRecord | None, *, exists: bool
) -> PlannedShot:
    if record is None or not exists:
        why = "its picture is not there any more" if record is not None else "it has no picture yet"
        return PlannedShot(shot, path, Status.NEW, why, digests, None)
    if record.digests.get("picture") == digests["picture"]:
        return PlannedShot(shot, path, Status.UNCHANGED, "", digests, record)
    reasons = [text for kind, text in _WHY.items() if record.digests.get(kind) != digests.get(kind)]
    return PlannedShot(shot, path, Status.CHANGED, "; ".join(reasons), digests, record)


def _standing(output: Path, ledger: Ledger) -> tuple[dict[str, PictureRecord], list[Finding]]:
    """Records of pictures that locstore wrote and that are still as it wrote them, or gone.

    The manifest is what travels with the pictures; the ledger is newer after a killed run. A record counts when
    its digest is the file's.
    """
    manifest, findings = read_manifest(output)
    journal = ledger.pictures(output)
    standing: dict[str, PictureRecord] = {}
    for path in sorted(manifest.keys() | journal.keys()):
        known = journal.get(path)
        try:
            stat = (output / path).stat()
        except OSError:
            standing[path] = known[0] if known else manifest[path]
            continue
        if known and (stat.st_size, stat.st_mtime_ns) == known[1:]:
            standing[path] = known[0]
            continue
        digest = hashlib.sha256((output / path).read_bytes()).hexdigest()
        candidates = [r for r in (known[0] if known else None, manifest.get(path)) if r is not None]
        match = next((r for r in candidates if r.sha256 == digest), None)
        if match is not None:
            standing[path] = match
            ledger.put(output, path, match, stat.st_size, stat.st_mtime_ns)
    return standing, findings


def _foreign(output: Path, path: str) -> Finding:
    return Finding(
        code="run-foreign-file",
        message="This file stands where a picture should go and locstore did not write it, or somebody changed it "
        "since. Move it away, or run with --overwrite.",
        file=(output / path).as_posix(),
    )
