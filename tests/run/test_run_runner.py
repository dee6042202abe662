"""The runner: the same bytes from any number of workers, and a good picture is never lost to a bad one."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest
from projects import CONCEPT, MANY_DISPLAYS, Call, Folder, capture, make_folder, with_capture

import locstore.run.pool
from locstore.errors import EnvironmentProblem
from locstore.project import Progress, check, run
from locstore.run import PaintSettings, TaskResult
from locstore.shots import Selection

HERO_DE = "web/de-DE/01_tiny_hero.png"


def test_two_workers_make_the_same_bytes_as_one(tmp_path: Path) -> None:
    made = []
    for jobs in (1, 2):
        concept = with_capture(CONCEPT, "hero", "cap.png").replace("displays: [", "displays: [watch_series_3, ")
        folder = make_folder(tmp_path / str(jobs), concept=concept)
        folder.write("concepts/cap.png", capture())
        report = folder.run(jobs=jobs)
        assert (report.painted, report.failed) == (12, 0)
        everything = {p: p.read_bytes() for p in folder.output.rglob("*") if p.is_file()}
        made.append({p.relative_to(folder.output): data for p, data in everything.items()})
    assert made[0] == made[1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_shot_with_an_error_leaves_its_last_good_picture(folder: Folder, locstore: Call, jobs: int) -> None:
    assert locstore("run").code == 0
    old = folder.pictures()
    before = folder.stamps()
    folder.replace("concepts/tiny.yaml", 'text: "Say it"', 'text: "Say it", size: [4, 5]')
    folder.replace("concepts/tiny.yaml", 'text: "And how"', 'text: "And how", size: [4, 5]')
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Donaudampfschifffahrtsgesellschaft " * 20)
    said = locstore("run", "-j", str(jobs))
    assert said.code == 1
    assert "Painted 5, 0 unchanged, 1 failed; 1 error" in said.out
    assert "locales/de/LC_MESSAGES/tiny.po:11: error:" in said.err
    assert folder.repainted(before) == set(old) - {HERO_DE}
    assert folder.pictures()[HERO_DE] == old[HERO_DE]
    assert len(folder.manifest()["pictures"]) == 6
    assert locstore("run").out.startswith("Painted 0, 5 unchanged, 1 failed")
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Donaudampfschifffahrtsgesellschaft " * 20, "Sag das")
    assert locstore("run").out.startswith("Painted 1, 5 unchanged;")


def test_a_damaged_capture_costs_the_shots_that_show_it(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, concept=with_capture(CONCEPT, "hero", "{locale}/cap.png"))
    folder.write("concepts/cap.png", capture())
    folder.write("concepts/de/cap.png", capture()[:-30])
    report = folder.run()
    assert {(f.code, f.file) for f in report.findings if f.severity == "error"} == {
        ("paint-picture-unreadable", "concepts/de/cap.png")
    }
    assert (report.painted, report.failed) == (5, 1)


def test_no_more_workers_than_batches(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    pools = []
    make = locstore.run.pool.worker_pool

    def counted(settings: PaintSettings, workers: int) -> Any:
        pools.append(workers)
        return make(settings, workers)

    monkeypatch.setattr(locstore.run.pool, "worker_pool", counted)
    assert folder.run(jobs=200).painted == 6
    assert sum(pools) == 2


def test_a_few_pictures_are_painted_without_workers(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(settings: PaintSettings, workers: int) -> Any:
        raise AssertionError

    monkeypatch.setattr(locstore.run.pool, "worker_pool", forbidden)
    folder.run()
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag das")
    assert folder.run(jobs=2).painted == 1


def test_each_picture_is_recorded_before_it_is_reported(folder: Folder) -> None:
    seen = []

    class Listening(Progress):
        def start(self, total: int) -> None:
            assert total == 6

        def advance(self, result: TaskResult) -> None:
            with folder.open().ledger() as ledger:
                record, size, mtime = ledger.pictures(folder.output)[result.path]
            stat = (folder.output / result.path).stat()
            assert (size, mtime) == (stat.st_size, stat.st_mtime_ns)
            assert record == result.record
            seen.append(result.path)

    run(folder.open(jobs=2), Selection(), progress=Listening())
    assert len(seen) == 6


# The disk


class FullDisk:
    """A file of which only the beginning reaches the disk."""

    def __init__(self, stream: Any, code: int) -> None:
        self.stream, self.code = stream, code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def write(self, data: bytes) -> None:
        self.stream.write(data[:100])
        raise OSError(self.code, os.strerror(self.code))


@pytest.fixture
def fill_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """`fill_disk(ENOSPC, 3)`: from the fourth file on, nothing fits any more."""
    real = os.fdopen

    def fill(code: int, good: int) -> None:
        left = iter(range(good))

        def opened(handle: int, *arguments: Any) -> Any:
            stream = real(handle, *arguments)
            reads = arguments[:1] == ("rb",)
            return stream if reads or next(left, None) is not None else FullDisk(stream, code)

        monkeypatch.setattr("locstore.files.os.fdopen", opened)

    return fill


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_disk_that_takes_no_more(
    folder: Folder,
    locstore: Call,
    fill_disk: Callable[[int, int], None],
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    locstore("run")
    old, manifest = folder.pictures(), folder.manifest()
    folder.replace("concepts/tiny.yaml", "#33507F", "#33507E")
    folder.replace("concepts/tiny.yaml", "#507F33", "#507F34")
    with monkeypatch.context():
        fill_disk(code, 2)
        said = locstore("run")
        monkeypatch.undo()
    assert said.code == 3
    assert os.strerror(code).lower() in said.err.lower() or "disk is full" in said.err
    assert "Traceback" not in said.err
    assert folder.leftovers() == []
    assert sum(data != old[path] for path, data in folder.pictures().items()) == 2
    assert folder.manifest() == manifest, "the manifest did not fit either; the old one is whole"
    said = locstore("run")
    assert (said.code, said.out.splitlines()[0]) == (0, "Painted 4, 2 unchanged; no findings.")


def test_a_full_disk_under_the_manifest(
    folder: Folder, locstore: Call, fill_disk: Callable[[int, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context():
        fill_disk(errno.ENOSPC, 6)
        assert locstore("run").code == 3
        monkeypatch.undo()
    assert len(folder.pictures()) == 6
    assert locstore("run").out.startswith("Painted 0, 6 unchanged; no findings.")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_where_a_folder_is_needed(folder: Folder, locstore: Call, jobs: int) -> None:
    folder.write("output/web/de-DE", "a file")
    said = locstore("run", "-j", str(jobs))
    assert said.code == 3
    assert "web/de-DE" in said.err
    assert "Traceback" not in said.err
    assert (folder.output / "web/de-DE").read_text() == "a file"
    (folder.output / "web/de-DE").unlink()
    assert locstore("run").code == 0
    assert len(folder.pictures()) == 6


def test_a_file_in_the_place_of_the_output_folder(folder: Folder, locstore: Call) -> None:
    folder.write("output", "a file")
    said = locstore("run")
    assert said.code == 3
    assert "Traceback" not in said.err


def test_a_folder_where_the_manifest_should_be(folder: Folder, locstore: Call) -> None:
    (folder.output / "manifest.json").mkdir(parents=True)
    said = locstore("run")
    assert said.code == 1
    assert "output/manifest.json: error:" in said.err


def test_a_ledger_that_is_full(folder: Folder) -> None:
    folder.run()
    with folder.open().ledger() as ledger:
        record = ledger.pictures(folder.output)[HERO_DE][0]
        ledger._db.execute("pragma max_page_count=1")
        big = dataclasses.replace(record, shot="x" * 1_000_000)
        with pytest.raises(EnvironmentProblem, match="full"):
            ledger.put(folder.output, "big.png", big, 1, 1)
        assert HERO_DE in ledger.pictures(folder.output)


def test_a_ledger_in_a_place_that_is_a_file(folder: Folder, locstore: Call) -> None:
    shutil.rmtree(folder.root / ".locstore")
    folder.write(".locstore", "a file")
    said = locstore("run")
    assert (said.code, said.out) == (3, "")
    assert "The paint journal" in said.err


def test_many_shots_are_checked_by_workers(folder: Folder) -> None:
    twice = MANY_DISPLAYS.replace(
        "]}]", "]}, " + ", ".join(f"{{id: e{n}, size: [{300 + n}, 500]}}" for n in range(6)) + "]"
    )
    folder.replace("concepts/tiny.yaml", "displays: [{id: tiny, size: [200, 400]}]", twice)
    folder.replace("locales/ja/LC_MESSAGES/tiny.po", "その方法", "その方法" * 40)
    reports = [check(folder.open(jobs=jobs), Selection()) for jobs in (1, 2)]
    assert reports[0] == reports[1]
    assert reports[0].shots == 72
    assert not reports[0].ok
