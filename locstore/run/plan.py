"""The plan: for each shot whether it has to be painted and why, and which old pictures have no shot any more."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from locstore.delivery import MANIFEST, PictureRecord, delivery_path, read_manifest
from locstore.findings import Finding, has_errors
from locstore.run.paint_journal import PaintJournal
from locstore.shots import Cell, Shot, shot_digests

_WHY = {
    "words": "the words changed",
    "design": "the design changed",
    "display": "the size or format changed",
    "assets": "a capture, background, frame or logo changed",
    "fonts": "the fonts changed",
    "painter": "the painter or its settings changed",
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
    places: Sequence[Cell],
    *,
    fonts: Sequence[tuple[str, str]],
    output: Path,
    layout: str,
    ledger: PaintJournal,
    overwrite: bool,
    display_path: str,
    painter: str = "",
) -> Plan:
    """Compare the wanted `shots` with what stands in `output`.

    `places` are all cells of the project, selected or not: a picture of ours that has none is gone from the
    concept; empty, as any error, means that nothing can be called gone. A file that locstore did not write, or that
    somebody changed since, is never overwritten unless `overwrite` says so. `display_path` is how findings name
    `output`;
    `painter` is a digest of what a paid painter adds to a picture, '' for the local one.
    """
    named = [(shot, str(path)) for shot in shots if (path := delivery_path(shot, layout)) is not None]
    # Looked at before the ledger is read: what another run puts there afterwards is nobody's offence.
    there = {name for _, name in named if (output / name).exists()}
    records, problems = _standing(output, ledger)
    findings = [dataclasses.replace(f, file=f"{display_path}/{MANIFEST}") for f in problems]
    planned: list[PlannedShot] = []
    for shot, name in named:
        record = records.get(name)
        if name in there and record is None and not overwrite:
            findings.append(_foreign(f"{display_path}/{name}"))
            continue
        planned.append(_planned(shot, name, shot_digests(shot, fonts, painter), record, exists=name in there))
    ours = {str(path) for path in (delivery_path(place, layout) for place in places) if path is not None}
    sure = bool(places) and not has_errors(findings)
    removed = {p: r for p, r in records.items() if sure and p not in ours and (output / p).exists()}
    selected = {p.path for p in planned}
    kept = {p: r for p, r in records.items() if p not in removed and p not in selected}
    return Plan(tuple(planned), removed, kept, tuple(findings))


def _planned(
    shot: Shot, path: str, digests: Mapping[str, str], record: PictureRecord | None, *, exists: bool
) -> PlannedShot:
    if record is None or not exists:
        why = "it has no picture yet" if not exists else "a file that is not ours stands in its place"
        if record is not None:
            why = "its picture is not there any more"
        return PlannedShot(shot, path, Status.NEW, why, digests, None)
    if record.digests.get("picture") == digests["picture"]:
        return PlannedShot(shot, path, Status.UNCHANGED, "", digests, record)
    reasons = [text for kind, text in _WHY.items() if record.digests.get(kind) != digests.get(kind)]
    return PlannedShot(shot, path, Status.CHANGED, "; ".join(reasons), digests, record)


def _standing(output: Path, ledger: PaintJournal) -> tuple[dict[str, PictureRecord], list[Finding]]:
    """Records of pictures that locstore wrote and that are still as it wrote them, or gone.

    The manifest is what travels with the pictures; the ledger is newer after a killed run, and knows what that run
    was about to put in place. A record counts when its digest is the file's.
    """
    manifest, findings = read_manifest(output)
    standing: dict[str, PictureRecord] = {}
    odd = _look(output, ledger, manifest, standing)
    if odd:
        # Another run may have put them there since the ledger was read; it announces them before.
        _look(output, ledger, manifest, standing)
    return standing, findings


def _look(
    output: Path, ledger: PaintJournal, manifest: Mapping[str, PictureRecord], standing: dict[str, PictureRecord]
) -> bool:
    """Add the records that count to `standing`; returns whether there are files that none fits."""
    journal, begun_writes = ledger.pictures(output), ledger.begun_writes(output)
    odd = False
    for path in sorted((manifest.keys() | journal.keys() | begun_writes.keys()) - standing.keys()):
        known = journal.get(path)
        try:
            stat = (output / path).stat()
        except OSError:
            if known or path in manifest:
                standing[path] = known[0] if known else manifest[path]
            continue
        if known and (stat.st_size, stat.st_mtime_ns) == known[1:]:
            standing[path] = known[0]
            continue
        try:
            digest = hashlib.sha256((output / path).read_bytes()).hexdigest()
        except OSError:
            continue  # a folder, or not ours to read: not the picture that we wrote
        candidates = [known[0] if known else None, begun_writes.get(path), manifest.get(path)]
        match = next((r for r in candidates if r is not None and r.sha256 == digest), None)
        if match is None:
            odd = True
            continue
        standing[path] = match
        ledger.put(output, path, match, stat.st_size, stat.st_mtime_ns)
    return odd


def _foreign(file: str) -> Finding:
    return Finding(
        code="run-foreign-file",
        message="This file stands where a picture should go and locstore did not write it, or somebody changed it "
        "since. Move it away, or run with --overwrite.",
        file=file,
    )
