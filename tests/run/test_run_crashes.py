"""Runs that are killed, interrupted or not alone: what is done stays done, and the next run goes on."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from projects import CONCEPT, MANY_DISPLAYS, Folder, clean_environment, make_folder

from locstore.delivery import JOURNAL
from locstore.project import Progress, run
from locstore.run import TaskResult
from locstore.shots import Selection

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
LINUX = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="finds worker processes in /proc")
ALL = 36  # three locales, two screens, six displays


@pytest.fixture
def many(tmp_path: Path) -> Folder:
    """A project that takes a moment to paint."""
    concept = CONCEPT.replace("displays: [{id: tiny, size: [200, 400]}]", MANY_DISPLAYS)
    folder = make_folder(tmp_path / "many", concept=concept)
    shutil.rmtree(folder.root / ".locstore")  # runs begin from nothing here
    return folder


Running = subprocess.Popen[str]
Start = Callable[..., Running]


@pytest.fixture
def start(many: Folder) -> Iterator[Start]:
    """`start("-j2")` is `locstore run` in a process group of its own, as a terminal makes one."""
    started: list[Running] = []

    def begin(*arguments: str) -> Running:
        running = subprocess.Popen(
            many.command("run", *arguments),
            cwd=many.root,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Tests that are started in the background of a shell ignore ^C; the run must not inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
        )
        started.append(running)
        return running

    yield begin
    for process in processes_in(many):
        os.kill(process, signal.SIGKILL)
    for running in started:
        with running:
            running.kill()


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.005)


def count(folder: Folder) -> int:
    """Pictures in the output folder, temporary files not counted."""
    return sum(not p.name.startswith(".") for p in folder.output.glob("web/*/*.png"))


def reach(folder: Folder, pictures: int) -> None:
    """Wait until so many pictures stand."""
    wait_until(lambda: count(folder) >= pictures)


def processes_in(folder: Folder) -> list[int]:
    """Processes that work in the project's folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*") if Path("/proc").is_dir() else ():
        try:
            if (entry / "cwd").readlink() == folder.root:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def said(errors: str) -> list[str]:
    """The lines on standard error without those of the progress, which a busy machine has more of."""
    return [line for line in errors.splitlines() if line and not re.match(r"Painting |\d+ of \d+: ", line)]


def parent_of(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def recorded(folder: Folder) -> set[str]:
    """Paths in the ledger, read as another process would; empty if there is no ledger yet."""
    if not (folder.root / ".locstore/ledger.db").exists():
        return set()
    database = sqlite3.connect(folder.root / ".locstore/ledger.db", timeout=30)
    try:
        return {path for (path,) in database.execute("select path from pictures")}
    except sqlite3.OperationalError:  # killed before its tables were there
        return set()
    finally:
        database.close()


def check_whole(folder: Folder, pictures: int) -> None:
    """Every picture decodes and is the manifest's, and no temporary file is left."""
    listed = folder.manifest()["pictures"]
    standing = folder.pictures()
    assert len(standing) == pictures
    assert {path: hashlib.sha256(data).hexdigest() for path, data in standing.items()} == {
        path: entry["sha256"] for path, entry in listed.items()
    }
    for path in standing:
        with Image.open(folder.output / path) as picture:
            picture.load()
    assert folder.leftovers() == []


@LINUX
def test_a_run_that_is_killed_again_and_again_comes_to_its_end(many: Folder, start: Start) -> None:
    chance = random.Random(20261123)
    done: dict[str, tuple[int, int]] = {}
    for target, alone in (
        (chance.randint(1, 9), True),
        (chance.randint(10, 17), False),
        (chance.randint(18, 30), True),
    ):
        running = start("-j2")
        reach(many, target)
        if alone:  # its workers must find out for themselves
            running.kill()
        else:
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=30)
        wait_until(lambda: not processes_in(many), 10)
        stamps = many.stamps()
        assert all(stamps[path] == stamp for path, stamp in done.items()), "painted twice"
        done = {path: stamps[path] for path in recorded(many)}
    standing, before = set(many.pictures()), many.stamps()
    assert many.run().findings == ()
    stamps = many.stamps()
    assert all(stamps[path] == stamp for path, stamp in done.items()), "painted twice"
    assert not standing & many.repainted(before), "what was whole when the last one was killed is not painted again"
    check_whole(many, ALL)


@pytest.mark.parametrize(
    ("jobs", "pictures", "number"),
    [
        ("-j1", 5, signal.SIGINT),
        ("-j2", 0, signal.SIGINT),
        ("-j2", 5, signal.SIGINT),
        ("-j1", 5, signal.SIGTERM),
        ("-j2", 5, signal.SIGTERM),
        ("-j2", 5, signal.SIGHUP),
    ],
)
def test_an_interrupted_run_keeps_what_is_done(
    many: Folder, start: Start, jobs: str, pictures: int, number: signal.Signals
) -> None:
    running = start(jobs)
    assert running.stderr is not None
    assert running.stderr.readline() == f"Painting {ALL} pictures.\n"
    reach(many, pictures)
    os.killpg(running.pid, number)
    _, errors = running.communicate(timeout=30)
    assert (running.returncode, said(errors)) == (
        130,
        ["locstore: interrupted. What is done is kept; run again to go on."],
    )
    standing = len(many.pictures())
    assert pictures <= standing < ALL
    if standing:
        check_whole(many, standing)
    report = many.run()
    assert (report.painted, report.unchanged, report.findings) == (ALL - standing, standing, ())
    check_whole(many, ALL)


@LINUX
def test_a_worker_that_is_killed(many: Folder, start: Start) -> None:
    running = start("-j2")
    reach(many, 2)
    assert many.plan().findings == (), "pictures that are not recorded yet are not foreign"
    others = [p for p in processes_in(many) if p != running.pid]
    workers = [p for p in others if parent_of(p) in others]
    assert workers
    os.kill(workers[0], signal.SIGKILL)
    out, errors = running.communicate(timeout=30)
    assert (running.returncode, out) == (3, "")
    (line,) = said(errors)
    assert line.startswith("locstore: A worker process ended unexpectedly")
    wait_until(lambda: not processes_in(many), 10)
    assert many.run().findings == ()
    check_whole(many, ALL)


def test_two_runs_at_once(many: Folder, start: Start) -> None:
    both = [start("-j1"), start("-j1")]
    for running in both:
        out, errors = running.communicate(timeout=60)
        assert (running.returncode, "Traceback" in errors) == (0, False), errors + out
    assert recorded(many) == set(many.pictures())
    check_whole(many, ALL)
    assert many.run().painted == 0


def test_a_run_knows_what_another_has_painted_meanwhile(many: Folder) -> None:
    class Slow(Progress):
        """Has the Japanese pictures painted by another run while the German ones are."""

        done = 0

        def advance(self, result: TaskResult) -> None:
            self.done += 1
            if self.done == 3:
                assert many.run(Selection(locales=("ja",))).painted == 12

    assert run(many.open(), Selection(locales=("de",)), progress=Slow()).painted == 12
    check_whole(many, 24)  # whoever came to its end last has the other's pictures in the manifest, too
    assert many.run().painted == 12


@LINUX
def test_pictures_of_a_killed_run_are_known_without_the_ledger(many: Folder, start: Start) -> None:
    running = start("-j2")
    reach(many, 9)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate(timeout=30)
    wait_until(lambda: not processes_in(many), 10)
    standing = len(many.pictures())
    assert not (many.output / "manifest.json").exists()
    shutil.rmtree(many.root / ".locstore")
    report = many.run()
    assert (report.painted, report.unchanged, report.findings) == (ALL - standing, standing, ())
    check_whole(many, ALL)
    assert not (many.output / JOURNAL).exists()


def test_a_hangup_that_is_ignored_stays_ignored(many: Folder) -> None:
    """`nohup locstore run` goes on when its terminal is closed."""
    with subprocess.Popen(
        many.command("run", "-j1"),
        cwd=many.root,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),  # noqa: PLW1509 - no threads here
    ) as running:
        reach(many, 2)
        running.send_signal(signal.SIGHUP)
        assert running.wait(60) == 0
    check_whole(many, ALL)
