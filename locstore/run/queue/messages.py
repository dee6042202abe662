"""What travels to workers: the kit of a run and its jobs in sheets, as JSON by digest; no path and no key of anybody's.

Workers take nothing on trust: what they read is checked against its digest, then against these models, and names of
files are used only when they cannot leave their folder.
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
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from locstore.paint.images import ImagesConfig
from locstore.run.render import Task
from locstore.shots import Asset, Shot
from locstore.version import __version__

if TYPE_CHECKING:
    from locstore.ocr import TextSettings

CHUNK = 256  # jobs; what is the same in many shots costs nothing after compression
_MOST_BYTES = 64 * 2**20  # of a sheet or kit, unpacked
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
    """What all jobs of a run share. `packages` are the fonts of installed packages, which workers must have, too."""

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
    """Raises DamagedMessage."""
    try:
        spec = RunSpec.model_validate_json(_inflated(data))
    except ValidationError as error:
        raise DamagedMessage(f"the kit is not one of version {__version__} ({error.error_count()} faults)") from None
    for file in [*spec.fonts, *(file for folder in (spec.text.models if spec.text else ()) for file in folder)]:
        safe_path(file.name)
    if spec.version != __version__:
        raise DamagedMessage(f"the run is of locstore {spec.version}, this worker is {__version__}")
    return spec


def pack_chunk(tasks: Sequence[Task]) -> bytes:
    """Jobs as compressed JSON; files are named by their digests."""
    rows = [_jobs().dump_python(_impersonal(task), mode="json") for task in tasks]
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def unpack_chunk(data: bytes) -> tuple[str, ...]:
    """The jobs of a sheet, each still JSON. Raises DamagedMessage."""
    try:
        rows = json.loads(_inflated(data))
    except (ValueError, RecursionError):
        raise DamagedMessage("a sheet is not JSON") from None
    if not isinstance(rows, list) or len(rows) > CHUNK:
        raise DamagedMessage("a sheet is not a list of jobs")
    return tuple(json.dumps(row) for row in rows)


def unpack_task(text: str) -> Task:
    """One job, checked field by field; the paths of its files are names in no folder yet. Raises DamagedMessage."""
    try:
        task = _jobs().validate_json(text)
    except ValidationError as error:
        raise DamagedMessage(f"a job is not one of version {__version__} ({error.error_count()} faults)") from None
    safe_path(task.path)
    for asset in task.shot.assets().values():
        if asset.path != Path(_name(asset)):
            raise DamagedMessage("a file of a job is not named by its digest")
    return task


def files_of(tasks: Sequence[Task]) -> dict[str, Path]:
    """The files that the jobs need: SHA-256 -> where they are on this machine."""
    return {asset.sha256: asset.path for task in tasks for asset in task.shot.assets().values()}


def in_folder(task: Task, folder: Path) -> Task:
    """The job with its files in the folder of this worker."""
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
        raise DamagedMessage("a file of a job has no digest")
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
def _jobs() -> TypeAdapter[Task]:
    return TypeAdapter(Task)
