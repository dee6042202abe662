"""What there is of each shot: the picture on the shelf, or the candidate that waits for a person's eyes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from locstore.delivery import PictureRecord, identity_of, record_from_dict
from locstore.files import file_sha256, read_regular
from locstore.findings import Finding, Severity
from locstore.project.digests import FileDigests
from locstore.project.project import Project, ProjectSnapshot
from locstore.review import REVIEW_FILE
from locstore.run import PaintSettings, Plan, Status
from locstore.shots import Selection, Shot

_MAX_BYTES = 1 << 28  # 256 MiB
CANDIDATES = ".locstore/candidates"  # by shelf path; each with its record beside it, named <picture>.json


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A shot and its picture.

    `path` is the picture's place below the output folder; `status` and `why` say whether a run would paint it; `file`
    and `record` are those of the picture that a person judges: the one on the shelf if it is up to date, else a
    candidate made from the same inputs, else the one on the shelf that is out of date, else None. `to_be` is the
    identity that the inputs alone decide, '' where an image model paints.
    """

    shot: Shot
    path: str
    status: Status
    why: str
    file: Path | None
    record: PictureRecord | None
    candidate: bool
    to_be: str

    @property
    def current(self) -> bool:
        """Whether there is a picture that was made from the shot as it is now."""
        return self.record is not None and (self.candidate or self.status is Status.UNCHANGED)

    @property
    def identity(self) -> str:
        """What a decision must be about to count now; '' if no picture can be named."""
        return self.record.identity if self.record is not None and self.current else self.to_be


@dataclasses.dataclass(frozen=True, slots=True)
class Inventory:
    """A project's selection with what stands on the shelves; `settings` are for workers that look at it."""

    snapshot: ProjectSnapshot
    plan: Plan
    pictures: tuple[Picture, ...]
    findings: tuple[Finding, ...]
    settings: PaintSettings


def review_path(project: Project) -> Path:
    """Where the project keeps what people decided."""
    return project.root / REVIEW_FILE


def take_inventory(project: Project, selection: Selection) -> Inventory:
    """Look at every selected shot and its picture. Nothing is painted; raises as `Project.snapshot` and `plan`."""
    with project.ledger(read_only=True) as ledger:
        digests = FileDigests(ledger)
        snapshot = project.snapshot(selection, digests)
        plan = project.plan(snapshot, ledger, digests)
        settings = project.settings(digests)
        digests.save()
    findings: list[Finding] = []
    return Inventory(snapshot, plan, tuple(pictures_of(project, plan, findings)), tuple(findings), settings)


def pictures_of(project: Project, plan: Plan, findings: list[Finding]) -> list[Picture]:
    """The picture of each planned shot; `findings` grows by candidates that cannot be read."""
    pictures = []
    for planned in plan.shots:
        file, record, candidate = project.output / planned.path, planned.record, False
        inputs = planned.digests["picture"]
        if planned.status is not Status.UNCHANGED:
            waiting = _candidate(project, planned.path, inputs, findings)
            if waiting is not None:
                (file, record), candidate = waiting, True
        pictures.append(
            Picture(
                shot=planned.shot,
                path=planned.path,
                status=planned.status,
                why=planned.why,
                file=file if record is not None else None,
                record=record,
                candidate=candidate,
                to_be=identity_of(planned.shot.key, inputs) if not project.painter.pays else "",
            )
        )
    return pictures


def _candidate(project: Project, path: str, inputs: str, findings: list[Finding]) -> tuple[Path, PictureRecord] | None:
    """The candidate for a place, if it is whole and was made from these inputs."""
    file = project.root / CANDIDATES / path
    beside = file.with_name(f"{file.name}.json")
    try:
        record = record_from_dict(json.loads(read_regular(beside, _MAX_BYTES)))
        if record.digests["picture"] != inputs:
            return None
        whole = file_sha256(file, _MAX_BYTES) == record.sha256
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        whole, reason = False, str(error)
    else:
        reason = "the picture is not the one of its record"
    if not whole:
        message = f"This candidate cannot be used ({reason}). Delete it; the next run makes another."
        display_path = project.display_path(beside)
        findings.append(
            Finding(code="project-candidate-unreadable", message=message, severity=Severity.WARNING, file=display_path)
        )
        return None
    return file, record
