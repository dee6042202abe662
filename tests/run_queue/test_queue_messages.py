"""What travels: the same job comes out, nothing of this machine goes in, and nothing bad comes through."""

from __future__ import annotations

import dataclasses
import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import CONCEPT, capture, make_folder, with_capture

from locstore.cache import MemoryBlobs
from locstore.errors import EnvironmentProblem
from locstore.paint.images import ImagesConfig
from locstore.project import FileDigests
from locstore.run import PaintSettings, task_of
from locstore.run.queue import make_spec
from locstore.run.queue.messages import (
    CHUNK,
    DamagedMessage,
    DamagedResult,
    FileReference,
    RunSpec,
    files_of,
    in_folder,
    pack_chunk,
    pack_spec,
    safe_path,
    unpack_chunk,
    unpack_outcome,
    unpack_spec,
    unpack_task,
)
from locstore.run.queue.task_files import TaskFiles
from locstore.shots import Selection


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """(jobs, settings) of a small project with a capture and a font of its own."""
    root = tmp_path_factory.mktemp("secret-place") / "project"
    folder = make_folder(root, concept=with_capture(CONCEPT, "hero", "captures/App.PNG"))
    folder.write("concepts/captures/App.PNG", capture())
    font = next(Path(path) for path, _ in _settings(folder)[1].font_digests if "NotoSans-Italic" in path)
    folder.write("fonts/brand/Own Font.ttf", font.read_bytes())
    return _settings(folder)


def _settings(folder):
    project = folder.open()
    with project.ledger() as ledger:
        digests = FileDigests(ledger)
        plan = project.plan(project.snapshot(Selection(), digests), ledger, digests)
        return [task_of(planned) for planned in plan.shots], project.settings(digests)


def test_jobs_come_out_as_they_went_in(sent):
    tasks, _ = sent
    rows = unpack_chunk(pack_chunk(tasks))
    folders = {asset.path.parent for task in tasks for asset in task.shot.assets().values()}
    assert len(folders) == 1
    for task, row in zip(tasks, rows, strict=True):
        came = unpack_task(row)
        assert in_folder(came, Path("/here")).shot.key == task.shot.key
        same = {kind: dataclasses.replace(asset) for kind, asset in task.shot.assets().items()}
        back = dataclasses.replace(
            came.shot,
            background_asset=same.get("background"),
            capture=same.get("capture"),
            frame_asset=same.get("frame"),
            logo=same.get("logo"),
        )
        assert dataclasses.replace(came, shot=back) == task


def test_files_are_named_by_digest(sent):
    tasks, _ = sent
    ((digest, path),) = files_of(tasks).items()
    moved = [in_folder(task, Path("/here")) for task in tasks]
    assert {asset.path for task in moved for asset in task.shot.assets().values()} == {Path(f"/here/{digest}.png")}
    assert path.name == "App.PNG"


def test_nothing_of_this_machine_travels(sent):
    tasks, settings = sent
    spec, files = make_spec(settings, "images", ImagesConfig(), retry_unknown=False)
    packed = zlib.decompress(pack_spec(spec)) + zlib.decompress(pack_chunk(tasks))
    for path in (settings.root, settings.output, Path.home(), Path.cwd(), *files.values()):
        assert str(path).encode() not in packed
    assert b"secret-place" not in packed
    assert [font.name for font in spec.fonts] == ["brand/Own Font.ttf"]
    assert set(files) == {font.sha256 for font in spec.fonts}


def test_a_kit_knows_every_setting():
    """A new field of Settings must travel, or the pictures of workers would differ."""
    local = {"fonts", "font_digests", "output", "root", "cache", "ledger"}
    assert {field.name for field in dataclasses.fields(PaintSettings)} - local <= set(RunSpec.model_fields)


def test_a_worker_has_the_settings_of_the_one_who_runs(sent, tmp_path):
    _, settings = sent
    spec, files = make_spec(settings, "local", None, retry_unknown=True)
    blobs = MemoryBlobs()
    for path in files.values():
        blobs.put(path.read_bytes())
    task_files = TaskFiles(blobs, "cache", folder=tmp_path, own=tmp_path / "own")
    opened = task_files.spec(blobs.put(pack_spec(spec)))
    assert opened.spec == spec
    own = {digest for path, digest in opened.settings.font_digests if Path(path).is_relative_to(tmp_path)}
    assert own == {font.sha256 for font in spec.fonts}
    assert {digest for _, digest in opened.settings.font_digests} == {digest for _, digest in settings.font_digests}
    assert opened.settings.fonts is not None
    assert [p.relative_to(opened.settings.fonts).as_posix() for p in opened.settings.fonts.rglob("*.ttf")] == [
        "brand/Own Font.ttf"
    ]


def test_other_font_packages_are_refused(sent, tmp_path):
    _, settings = sent
    spec, _ = make_spec(settings, "local", None, retry_unknown=False)
    blobs = MemoryBlobs()
    task_files = TaskFiles(blobs, "cache", folder=tmp_path, own=tmp_path / "own")
    for packages in (spec.packages[1:], (*spec.packages, FileReference(name="More.ttf", sha256="0" * 64))):
        other = spec.model_copy(update={"packages": packages, "fonts": ()})
        with pytest.raises(EnvironmentProblem, match="font packages"):
            task_files.spec(blobs.put(pack_spec(other)))


def test_what_the_cache_does_not_have_is_said(sent, tmp_path):
    task_files = TaskFiles(MemoryBlobs(), "cache", folder=tmp_path, own=tmp_path / "own")
    with pytest.raises(EnvironmentProblem, match="does not have"):
        task_files.spec("0" * 64)


def _kit(**changes):
    return zlib.compress(json.dumps(json.loads(RunSpec(painter="local").model_dump_json()) | changes).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        zlib.compress(b"nonsense"),
        zlib.compress(b"[" * 100_000),
        zlib.compress(b"{}")[:-3],
        zlib.compress(b" " * (65 * 2**20)),
        _kit(format=2),
        _kit(version="0.0.0.other"),
        _kit(surprise=1),
        _kit(fonts=[{"name": "../../etc/cron.d/x", "sha256": "0" * 64}]),
        _kit(fonts=[{"name": "/etc/x", "sha256": "0" * 64}]),
        _kit(fonts=[{"name": "x", "sha256": "../x"}]),
        _kit(text={"models": [[{"name": "../x", "sha256": "0" * 64}]], "tolerance": 0.1, "engines": "auto"}),
    ],
)
def test_specifications_that_are_none(data):
    with pytest.raises(DamagedMessage):
        unpack_spec(data)


def test_jobs_that_are_none(sent):
    tasks, _ = sent
    task = next(task for task in tasks if task.shot.capture is not None)
    (row,) = (json.loads(text) for text in unpack_chunk(pack_chunk([task])))
    assert unpack_task(json.dumps(row))

    def spoilt(*path, value):
        other = json.loads(json.dumps(row))
        place = other
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        return json.dumps(other)

    for text in (
        "{}",
        "nonsense",
        spoilt("path", value="../../x.png"),
        spoilt("path", value="/x.png"),
        spoilt("path", value="a//b"),
        spoilt("path", value=""),
        spoilt("shot", "capture", "path", value="/etc/passwd"),
        spoilt("shot", "capture", "path", value="0" * 64 + ".png"),
        spoilt("shot", "capture", "sha256", value="x"),
        spoilt("shot", "display", "size", value=["a", 1]),
    ):
        with pytest.raises(DamagedMessage):
            unpack_task(text)


def test_sheets_that_are_none():
    for rows in ("{}", "1", "nonsense", json.dumps([{}] * (CHUNK + 1))):
        with pytest.raises(DamagedMessage):
            unpack_chunk(zlib.compress(rows.encode()))


@given(st.text(max_size=40))
def test_paths_stay_below_their_folder(path):
    try:
        found = safe_path(path)
    except DamagedMessage:
        return
    assert not found.is_absolute()
    assert ".." not in found.parts
    assert "\0" not in str(found)


@pytest.mark.parametrize("text", ["", "[]", "1", "{}", '{"path": 1}', '{"path": "a", "shot": "b", "findings": [{}]}'])
def test_outcomes_that_are_none(text):
    with pytest.raises(DamagedResult):
        unpack_outcome(text)


def test_a_painter_that_is_not_installed_here():
    with pytest.raises(EnvironmentProblem, match=r"the painter 'shell', which is not installed here"):
        unpack_spec(_kit(painter="shell"))
