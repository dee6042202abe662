"""Sending a run: its files, kit and sheets into the cache by digest, its shots into the queue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

from locstore.cache import BlobStore
from locstore.errors import EnvironmentProblem
from locstore.paint.images import ImagesConfig
from locstore.run.queue.broker import QueueBroker, ServerClock
from locstore.run.queue.messages import SHEET, Kit, PackedFile, PackedText, files_of, pack_kit, pack_sheet
from locstore.run.queue.records import Purse
from locstore.run.queue.run_state import Board
from locstore.run.render import Job, Settings

_AT_ONCE = 8  # files on their way to the cache


def make_kit(
    settings: Settings,
    painter: Literal["local", "images", "backdrop"],
    images: ImagesConfig | None,
    *,
    retry_unknown: bool,
) -> tuple[Kit, dict[str, Path]]:
    """What all jobs share, and the files that have to go with it by digest. Raises EnvironmentProblem."""
    fonts, packages, files = [], [], {}
    for name, sha256 in settings.font_digests:
        path = Path(name)
        if settings.fonts is not None and path.is_relative_to(settings.fonts):
            fonts.append(PackedFile(name=path.relative_to(settings.fonts).as_posix(), sha256=sha256))
            files[sha256] = path
        else:
            packages.append(PackedFile(name=path.name, sha256=sha256))
    text = None
    if settings.text is not None:
        folders = []
        for folder in settings.text.models:
            models = {path.name: path for path in sorted(folder.glob("*.traineddata")) if path.is_file()}
            digests = {name: _digest(path) for name, path in models.items()}
            files |= {digests[name]: path for name, path in models.items()}
            folders.append(tuple(PackedFile(name=name, sha256=sha256) for name, sha256 in digests.items()))
        given = settings.text
        text = PackedText(models=tuple(folders), allow=given.allow, tolerance=given.tolerance, engines=given.engines)
    kit = Kit(
        painter=painter,
        fonts=tuple(fonts),
        packages=tuple(packages),
        system_fonts=settings.system_fonts,
        text=text,
        read_all=settings.read_all,
        accepted=settings.accepted,
        repairs=settings.repairs,
        last_resort=settings.last_resort,
        images=images,
        retry_unknown=retry_unknown,
    )
    return kit, files


def send_run(
    board: Board,
    blobs: BlobStore,
    run: str,
    jobs: Sequence[Job],
    kit: Kit,
    files: Mapping[str, Path],
    *,
    project: str,
    limits: Purse,
) -> None:
    """Everything that workers need is in the cache before the run is on the board; then its shots go into the queue.

    Cut off in the middle there is no run, or one whose other shots workers put into the queue themselves.
    """
    wanted = {**files, **files_of(jobs)}
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="send") as pool:
        list(pool.map(lambda item: _send_file(blobs, *item), sorted(wanted.items())))
        packed = [pack_sheet(jobs[start : start + SHEET]) for start in range(0, len(jobs), SHEET)]
        sheets = list(pool.map(blobs.put, packed))
    digest = blobs.put(pack_kit(kit))
    board.create(run, project=project, painter=kit.painter, kit=digest, sheets=sheets, total=len(jobs), limits=limits)
    broker = QueueBroker(board.client, ServerClock(board.now), silence=board.timing.silence)
    with board.reached():
        broker.put((run, index) for index in range(len(jobs)))


def _send_file(blobs: BlobStore, sha256: str, path: Path) -> None:
    if sha256 in blobs:
        return
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EnvironmentProblem(f"{path.name} cannot be read any more: {error.strerror}.") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EnvironmentProblem(f"{path.name} was changed while the run was being sent. Run again.")
    blobs.put(data)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
