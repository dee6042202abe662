"""What travels between a run and its workers, as JSON: the RunSpec, tasks in chunks, and the results of shots.

No path and no key of a machine travels. Workers check what they read against its digest, then against these models;
names of files are used only when they cannot leave their folder.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from locstore.delivery import PictureRecord, record_from_dict
from locstore.errors import EnvironmentProblem, UsageError
from locstore.findings import Finding, finding_from_dict
from locstore.paint.images import ImagesConfig
from locstore.run.painter import find_painter
from locstore.run.queue.records import printable
from locstore.run.render import Task, TaskResult
from locstore.shots import Asset, Shot
from locstore.version import __version__

if TYPE_CHECKING:
    from locstore.ocr import TextSettings

CHUNK = 256  # tasks; what is the same in many shots costs nothing after compression
_MOST_BYTES = 64 * 2**20  # of a chunk or a RunSpec, unpacked
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")
_PART = re.compile(r"[^/\\:\x00-\x1f\x7f]{1,200}")

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_ASSETS = ("background_asset", "capture", "frame_asset", "logo")


class DamagedMessage(ValueError):
    """What came over the queue is not what a runner of this version sends."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileReference(_Message):
    """A file of the project: its name below its folder and its content's SHA-256."""

    name: str
    sha256: Digest


class TextCheckSpec(_Message):
    """How words are read back; `models` are the files of each of the project's folders of models."""

    models: tuple[tuple[FileReference, ...], ...] = ()
    allow: tuple[str, ...] = ()
    tolerance: float
    engines: Literal["auto", "tesseract"]

    def settings(self, models: tuple[Path, ...], store: Path) -> TextSettings:
        """With the folders of models, and one for what readers found about themselves, of this machine."""
        from locstore.ocr import TextSettings

        return TextSettings(
            models=models, allow=self.allow, tolerance=self.tolerance, store=store, engines=self.engines
        )


class RunSpec(_Message):
    """What all tasks of a run share. `packages` are the fonts of installed packages, which workers must have, too."""

    format: Literal[1] = 1
    version: str = __version__
    painter: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,60}$")]
    fonts: tuple[FileReference, ...] = ()
    packages: tuple[FileReference, ...] = ()
    system_fonts: bool = True
    text: TextCheckSpec | None = None
    read_all: bool = False
    accepted: tuple[tuple[str, tuple[str, ...]], ...] = ()
    repairs: int = 0
    last_resort: Literal["typeset", "fail"] = "fail"
    images: ImagesConfig | None = None
    retry_unknown: bool = False


def pack_spec(spec: RunSpec) -> bytes:
    return zlib.compress(spec.model_dump_json().encode())


def unpack_spec(data: bytes) -> RunSpec:
    """Raises DamagedMessage, and EnvironmentProblem for a painter that this machine does not have."""
    try:
        spec = RunSpec.model_validate_json(_inflated(data))
    except ValidationError as error:
        raise DamagedMessage(
            f"the run's specification is not one of version {__version__} ({error.error_count()} faults)"
        ) from None
    for file in [*spec.fonts, *(file for folder in (spec.text.models if spec.text else ()) for file in folder)]:
        safe_path(file.name)
    if spec.version != __version__:
        raise DamagedMessage(f"the run is of locstore {spec.version}, this worker is {__version__}")
    try:
        find_painter(spec.painter)
    except UsageError:
        raise EnvironmentProblem(f"The run wants the painter {spec.painter!r}, which is not installed here.") from None
    return spec


def pack_chunk(tasks: Sequence[Task]) -> bytes:
    """Tasks as compressed JSON; files are named by their digests."""
    rows = [_tasks().dump_python(_impersonal(task), mode="json") for task in tasks]
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def unpack_chunk(data: bytes) -> tuple[str, ...]:
    """The tasks of a chunk, each still JSON. Raises DamagedMessage."""
    try:
        rows = json.loads(_inflated(data))
    except (ValueError, RecursionError):
        raise DamagedMessage("a chunk of tasks is not JSON") from None
    if not isinstance(rows, list) or len(rows) > CHUNK:
        raise DamagedMessage("a chunk of tasks is not a list")
    return tuple(json.dumps(row) for row in rows)


def unpack_task(text: str) -> Task:
    """One task, checked field by field; the paths of its files are names in no folder yet. Raises DamagedMessage."""
    try:
        task = _tasks().validate_json(text)
    except ValidationError as error:
        raise DamagedMessage(f"a task is not one of version {__version__} ({error.error_count()} faults)") from None
    safe_path(task.path)
    for asset in task.shot.assets().values():
        if asset.path != Path(_name(asset)):
            raise DamagedMessage("a file of a task is not named by its digest")
    return task


def files_of(tasks: Sequence[Task]) -> dict[str, Path]:
    """The files that the tasks need: SHA-256 -> where they are on this machine."""
    return {asset.sha256: asset.path for task in tasks for asset in task.shot.assets().values()}


def in_folder(task: Task, folder: Path) -> Task:
    """The task with its files in the folder of this worker."""
    return dataclasses.replace(task, shot=_with_assets(task.shot, folder))


def safe_path(path: str) -> Path:
    """A relative path that stays below its folder. Raises DamagedMessage for any other."""
    parts = path.split("/")
    if not parts or any(part in (".", "..") or not _PART.fullmatch(part) for part in parts) or len(path) > 1000:
        raise DamagedMessage("a name of a file leaves its folder")
    return Path(*parts)


def fingerprint(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _impersonal(task: Task) -> Task:
    return dataclasses.replace(task, shot=_with_assets(task.shot, Path()))


def _with_assets(shot: Shot, folder: Path) -> Shot:
    moved = {
        field: dataclasses.replace(asset, path=folder / _name(asset))
        for field in _ASSETS
        if (asset := getattr(shot, field)) is not None
    }
    own = tuple((name, dataclasses.replace(a, path=folder / _name(a))) for name, a in shot.layer_assets)
    return dataclasses.replace(shot, layer_assets=own, **moved)


def _name(asset: Asset) -> str:
    """By digest; the suffix stays, for people who look into the folder."""
    if not re.fullmatch(r"[0-9a-f]{64}", asset.sha256):
        raise DamagedMessage("a file of a task has no digest")
    suffix = asset.path.suffix.lower()
    return asset.sha256 + (suffix if _SUFFIX.fullmatch(suffix) else "")


def _inflated(data: bytes) -> bytes:
    """Raises DamagedMessage, also for what would fill the memory."""
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(data, _MOST_BYTES)
    except zlib.error:
        raise DamagedMessage("it is not compressed as it should be") from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise DamagedMessage("it is cut short or too large")
    return unpacked


@functools.cache
def _tasks() -> TypeAdapter[Task]:
    return TypeAdapter(Task)


class DamagedResult(ValueError):
    """What a run's stream has is no result of this version."""


@dataclasses.dataclass(frozen=True, slots=True)
class ReceivedResult:
    """What a worker said of a shot: a result whose picture is in the cache, or why it was not asked for."""

    result: TaskResult | None
    skipped: str = ""


def pack_outcome(result: TaskResult) -> str:
    data: dict[str, Any] = {
        "path": result.path,
        "shot": result.shot,
        "findings": [finding.as_dict() for finding in result.findings],
    }
    if result.record is not None:
        data["record"] = result.record.as_dict()
    if result.candidate is not None:
        data["candidate"] = result.candidate.as_dict()
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def pack_skipped(why: str) -> str:
    """A shot that was not asked for: the budget or the server ended the run before it."""
    return json.dumps({"skipped": why[:300]}, ensure_ascii=False)


def pack_failed(finding: Finding) -> str:
    """A shot of which a worker knows only that it failed."""
    return pack_outcome(TaskResult("", "", findings=(finding,)))


def unpack_outcome(text: str) -> ReceivedResult:
    """Raises DamagedResult. Paths are not checked: they must be those of the run's own jobs."""
    try:
        data = json.loads(text)
        if "skipped" in data:
            return ReceivedResult(None, printable(str(data["skipped"])))
        result = TaskResult(
            str(data["path"]),
            str(data["shot"]),
            record=_record(data.get("record")),
            candidate=_record(data.get("candidate")),
            findings=tuple(_finding(found) for found in data["findings"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DamagedResult("a result in the run's stream cannot be read") from None
    return ReceivedResult(result)


def _record(data: Any) -> PictureRecord | None:
    return None if data is None else record_from_dict(data)


def _finding(data: Any) -> Finding:
    """A finding whose message a terminal can be shown."""
    found = finding_from_dict(data)
    return dataclasses.replace(found, message=printable(found.message))
