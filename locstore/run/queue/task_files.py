"""The files of runs in a worker: fetched once by digest into a folder, and the painter's settings made from them."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import time
from functools import cached_property, lru_cache
from pathlib import Path

from locstore.cache import BlobStore
from locstore.errors import EnvironmentProblem
from locstore.files import write_whole
from locstore.run.queue.messages import (
    CHUNK,
    DamagedMessage,
    FileReference,
    RunSpec,
    fingerprint,
    in_folder,
    safe_path,
    unpack_chunk,
    unpack_spec,
    unpack_task,
)
from locstore.run.render import PaintSettings, Task, renderer_of
from locstore.typeset import project_font_files

_SPECS = 4  # kept open: each has fonts of its own in memory
_CHUNKS = 16
_TOUCH_AFTER = 86_400.0  # seconds


@dataclasses.dataclass(frozen=True, slots=True)
class PreparedRun:
    """A RunSpec whose files are on this machine."""

    spec: RunSpec
    settings: PaintSettings


class TaskFiles:
    """What a worker process has of the runs that it works for. For one thread at a time.

    `folder` is shared by the processes of a machine, `own` is this one's and is emptied; `cache` is the address of the
    store of paid pictures.
    """

    def __init__(self, blobs: BlobStore, cache: str, *, folder: Path, own: Path) -> None:
        self._blobs, self._cache, self._folder, self._own = blobs, cache, folder, own
        self._specs: dict[str, PreparedRun] = {}
        self._chunk = lru_cache(maxsize=_CHUNKS)(lambda digest: unpack_chunk(self._fetch(digest)))
        shutil.rmtree(own, ignore_errors=True)

    def spec(self, digest: str) -> PreparedRun:
        """Raises EnvironmentProblem if something of it is missing here, DamagedMessage if it is none."""
        found = self._specs.pop(digest, None)
        if found is None:
            spec = unpack_spec(self._fetch(digest))
            self._check_packages(spec)
            found = PreparedRun(spec, self._settings(spec, digest))
            if len(self._specs) >= _SPECS:
                self._specs.pop(next(iter(self._specs)))
                renderer_of.cache_clear()
        self._specs[digest] = found
        return found

    def task(self, chunk: str, index: int) -> Task:
        """The task with this index in its run, with its files on this machine. Raises as `spec`."""
        rows = self._chunk(chunk)
        if index % CHUNK >= len(rows):
            raise DamagedMessage("a chunk has fewer tasks than its run says")
        task = unpack_task(rows[index % CHUNK])
        folder = self._folder / "files"
        for asset in in_folder(task, folder).shot.assets().values():
            self._keep(asset.path, asset.sha256)
        return in_folder(task, folder)

    def _fetch(self, digest: str) -> bytes:
        data = self._blobs.get(digest)
        if data is None:
            raise EnvironmentProblem(
                f"The cache does not have the content {digest[:12]} of this run. Give the worker the same cache "
                "as the project (--cache)."
            )
        return data

    def _keep(self, path: Path, digest: str) -> None:
        if not path.is_file():
            write_whole(path, self._fetch(digest))
        elif path.stat().st_mtime < time.time() - _TOUCH_AFTER:
            path.touch()  # a supervisor removes what is not used for a month
            path.parent.touch()

    def _settings(self, spec: RunSpec, digest: str) -> PaintSettings:
        fonts = self._folder / "fonts" / fingerprint(repr(spec.fonts).encode())[:32]
        known = [(str(path), sha256) for path, sha256 in self._packages.values()]
        for file in spec.fonts:
            self._keep(fonts / safe_path(file.name), file.sha256)
            known.append((str(fonts / safe_path(file.name)), file.sha256))
        own = self._own / digest[:16]
        return PaintSettings(
            fonts=fonts,
            system_fonts=spec.system_fonts,
            font_digests=tuple(known),
            output=own / "output",
            root=self._folder,
            cache=self._cache,
            ledger=own / "state" / "ledger.db",
            text=spec.text.settings(self._models(spec.text.models), self._folder / "ocr") if spec.text else None,
            read_all=spec.read_all,
            accepted=spec.accepted,
            repairs=spec.repairs,
            last_resort=spec.last_resort,
            painter=spec.painter,
        )

    def _models(self, folders: tuple[tuple[FileReference, ...], ...]) -> tuple[Path, ...]:
        places = []
        for files in folders:
            place = self._folder / "models" / fingerprint(repr(files).encode())[:32]
            for file in files:
                self._keep(place / safe_path(file.name), file.sha256)
            places.append(place)
        return tuple(places)

    @cached_property
    def _packages(self) -> dict[str, tuple[Path, str]]:
        """The fonts of this machine's packages by name, with their digests."""
        return {
            file.name: (file.path, hashlib.sha256(file.path.read_bytes()).hexdigest())
            for file in project_font_files(None)
        }

    def _check_packages(self, spec: RunSpec) -> None:
        """Raises EnvironmentProblem if this machine would paint the run with other fonts."""
        wanted = {file.name: file.sha256 for file in spec.packages}
        here = {name: sha256 for name, (_, sha256) in self._packages.items()}
        odd = sorted(name for name in wanted.keys() | here.keys() if wanted.get(name) != here.get(name))
        if odd:
            more = f" and {len(odd) - 1} more" if len(odd) > 1 else ""
            raise EnvironmentProblem(
                f"The installed font packages are not those of the run: {odd[0]}{more} differ. Install the same "
                "versions of manimgx-fonts, manimgx-fonts-cjk and fontpkg-* on both."
            )
