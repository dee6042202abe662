"""The plan: for each shot whether it has to be painted and why, and which old pictures have no shot any more."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from stat import S_ISREG

from locstore.delivery import MANIFEST, PictureRecord, delivery_path, read_journal, read_manifest
from locstore.files import link_below
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
    """A shot, the path of its picture in the output folder, and what a run does with it."""

    shot: Shot
    path: str
    status: Status
    why: str
    digests: Mapping[str, str]
    record: PictureRecord | None


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do.

    `removed` are pictures of ours whose screen, locale or display is gone, `kept` those that are not selected; both
    map a path in the output folder to its record.
    """

    shots: tuple[PlannedShot, ...]
    removed: Mapping[str, PictureRecord]
    kept: Mapping[str, PictureRecord]
    findings: tuple[Finding, ...]

    def of(self, status: Status) -> list[PlannedShot]:
        return [s for s in self.shots if s.status is status]

    @property
    def existing(self) -> int:
        """The number of pictures of ours in the output folder."""
        return len(self.removed) + len(self.kept) + sum(s.record is not None for s in self.shots)

    @property
    def removes_many(self) -> bool:
        """Whether a run must be told to remove: more pictures than it paints, and more than a tenth of all."""
        painted = sum(s.status is not Status.UNCHANGED for s in self.shots)
        return len(self.removed) > painted and len(self.removed) * 10 > self.existing


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
    """Compare the wanted `shots` with the pictures in `output`.

    `places` are all cells of the project, selected or not. A picture of ours without a cell is gone from the concept.
    Without any `places`, and with any error, no picture is called gone. A file that locstore did not write, or that
    somebody changed since, is overwritten only with `overwrite`. Links below `output` are never followed.
    `display_path` is how findings name `output`; `painter` is a digest of what a paid painter adds to a picture, ''
    for the local one.
    """
    named = [(shot, str(path)) for shot in shots if (path := delivery_path(shot, layout)) is not None]
    # Looked at before the ledger is read: a file that another run writes afterwards is not foreign.
    there = {name for _, name in named if (output / name).exists()}
    records, problems = _existing_records(output, ledger)
    findings = [dataclasses.replace(f, file=f"{display_path}/{MANIFEST}") for f in problems]
    links = _Links(output)
    planned: list[PlannedShot] = []
    for shot, name in named:
        link, record = links.above(name), records.get(name)
        if link is not None:
            findings.append(_link(f"{display_path}/{link}"))
            continue
        if (output / name).is_symlink():
            record = None
        if name in there and record is None and not overwrite:
            findings.append(_foreign(f"{display_path}/{name}"))
            continue
        planned.append(_planned(shot, name, shot_digests(shot, fonts, painter), record, exists=name in there))
    ours = {str(path) for path in (delivery_path(place, layout) for place in places) if path is not None}
    for name in [name for name in records if links.above(name) is not None or (output / name).is_symlink()]:
        del records[name]
        link = links.above(name)
        if link is not None:
            findings.append(_link(f"{display_path}/{link}"))
    sure = bool(places) and not has_errors(findings)
    removed = {p: r for p, r in records.items() if sure and p not in ours and (output / p).exists()}
    selected = {p.path for p in planned}
    kept = {p: r for p, r in records.items() if p not in removed and p not in selected}
    return Plan(tuple(planned), removed, kept, tuple(dict.fromkeys(findings)))


class _Links:
    """Links among the folders below the output folder, each folder looked at once."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._known: dict[str, str | None] = {}

    def above(self, path: str) -> str | None:
        """The link that the folder of `path` leads through, else None."""
        folder, _, _ = path.rpartition("/")
        if not folder:
            return None
        if folder not in self._known:
            self._known[folder] = link_below(self._output, folder)
        return self._known[folder]


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


def _existing_records(output: Path, ledger: PaintJournal) -> tuple[dict[str, PictureRecord], list[Finding]]:
    """Records of pictures that locstore wrote and that are unchanged since, or deleted; findings of the manifest.

    The manifest travels with the pictures. The ledger, and the journal beside the manifest, are newer after a killed
    run and also list pictures that it was about to write. A record is used if its digest is that of the file.
    """
    manifest, findings = read_manifest(output)
    standing: dict[str, PictureRecord] = {}
    odd = _look(output, ledger, manifest, standing)
    if odd:
        # Another run may have written them since the ledger was read; it lists each picture before it writes it.
        _look(output, ledger, manifest, standing)
    return standing, findings


def _look(
    output: Path, ledger: PaintJournal, manifest: Mapping[str, PictureRecord], standing: dict[str, PictureRecord]
) -> bool:
    """Add the records that fit their files to `standing`; returns whether there are files that no record fits."""
    journal, begun_writes = ledger.pictures(output), ledger.begun_writes(output)
    unfinished = read_journal(output)
    odd = False
    for path in sorted((manifest.keys() | journal.keys() | begun_writes.keys() | unfinished.keys()) - standing.keys()):
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
            if not S_ISREG(stat.st_mode):
                continue  # a folder or a pipe: not the picture that we wrote
            with (output / path).open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            continue  # not ours to read
        noted = (begun_writes.get(path), manifest.get(path), *unfinished.get(path, ()))
        candidates = [known[0] if known else None, *noted]
        match = next((r for r in candidates if r is not None and r.sha256 == digest), None)
        if match is None:
            odd = True
            continue
        standing[path] = match
        ledger.put(output, path, match, stat.st_size, stat.st_mtime_ns)
    return odd


def _link(file: str) -> Finding:
    return Finding(
        code="run-link",
        message="This is a link, and pictures are neither written nor removed through links. Put a folder in its "
        "place.",
        file=file,
    )


def _foreign(file: str) -> Finding:
    return Finding(
        code="run-foreign-file",
        message="This file stands where a picture should go and locstore did not write it, or somebody changed it "
        "since. Move it away, or run with --overwrite.",
        file=file,
    )
