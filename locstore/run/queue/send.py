"""Sending a run: its files, RunSpec and chunks into the cache by digest, its shots into the queue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from locstore.cache import BlobStore
from locstore.errors import EnvironmentProblem
from locstore.paint.images import ImagesConfig
from locstore.run.pool import interrupts_held
from locstore.run.queue.broker import check_clock, make_broker, put
from locstore.run.queue.messages import CHUNK, FileReference, RunSpec, TextCheckSpec, files_of, pack_chunk, pack_spec
from locstore.run.queue.records import QueueBudget
from locstore.run.queue.run_state import RunState
from locstore.run.render import PaintSettings, Task

_AT_ONCE = 8  # files on their way to the cache


def make_spec(
    settings: PaintSettings,
    painter: str,
    images: ImagesConfig | None,
    *,
    retry_unknown: bool,
) -> tuple[RunSpec, dict[str, Path]]:
    """What all tasks share, and the files that it needs by digest. Raises EnvironmentProblem."""
    fonts, packages, files = [], [], {}
    for name, sha256 in settings.font_digests:
        path = Path(name)
        if settings.fonts is not None and path.is_relative_to(settings.fonts):
            fonts.append(FileReference(name=path.relative_to(settings.fonts).as_posix(), sha256=sha256))
            files[sha256] = path
        else:
            packages.append(FileReference(name=path.name, sha256=sha256))
    text = None
    if settings.text is not None:
        folders = []
        for folder in settings.text.models:
            models = {path.name: path for path in sorted(folder.glob("*.traineddata")) if path.is_file()}
            digests = {name: _digest(path) for name, path in models.items()}
            files |= {digests[name]: path for name, path in models.items()}
            folders.append(tuple(FileReference(name=name, sha256=sha256) for name, sha256 in digests.items()))
        given = settings.text
        text = TextCheckSpec(models=tuple(folders), allow=given.allow, tolerance=given.tolerance, engines=given.engines)
    spec = RunSpec(
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
    return spec, files


def send_run(
    run_state: RunState,
    blobs: BlobStore,
    run: str,
    tasks: Sequence[Task],
    spec: RunSpec,
    files: Mapping[str, Path],
    *,
    project: str,
    limits: QueueBudget,
    options: Mapping[str, Any],
) -> None:
    """Put everything that workers need into the cache, then write the run down, then put its shots into the queue.

    Cut off in the middle there is no run, or one whose other shots `--attach` puts into the queue. `options` are what
    the run was planned with.
    """
    check_clock(run_state)
    wanted = {**files, **files_of(tasks)}
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="send") as pool:
        list(pool.map(lambda item: _send_file(blobs, *item), sorted(wanted.items())))
        packed = [pack_chunk(tasks[start : start + CHUNK]) for start in range(0, len(tasks), CHUNK)]
        chunks = list(pool.map(blobs.put, packed))
    digest = blobs.put(pack_spec(spec))
    with interrupts_held():  # ^C leaves either no run or a whole one
        run_state.create(
            run,
            project=project,
            painter=spec.painter,
            spec=digest,
            chunks=chunks,
            total=len(tasks),
            limits=limits,
            options=options,
        )
        queue_shots(run_state, run, 0, len(tasks))


def queue_shots(run_state: RunState, run: str, first: int, total: int) -> None:
    """Put the shots of a run from index `first` on into the queue. Cut off, `--attach` goes on where it was."""
    broker = make_broker(run_state, works=False)
    for start in range(first, total, CHUNK):
        end = min(start + CHUNK, total)
        put(broker, run_state, ((run, index) for index in range(start, end)))
        run_state.note_queued(run, end)


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
