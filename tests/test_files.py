"""Files appear whole or not at all, failures are told in words, and leftovers of dead processes go."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest

from locstore import files
from locstore.catalog.write import write_atomically
from locstore.errors import EnvironmentProblem
from locstore.files import remove_leftovers, write_if_changed, write_whole

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


def failing(code: int) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(code, os.strerror(code))

    return fail


def test_a_new_file_in_new_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.png"
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["c.png"]


@POSIX
def test_permissions(tmp_path: Path) -> None:
    """Others may read a new file, whatever a temporary one allows; an old file keeps what it has."""
    path = tmp_path / "a.png"
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o600)
    write_whole(path, b"newer")
    assert (stat.S_IMODE(path.stat().st_mode), path.read_bytes()) == (0o600, b"newer")


def test_a_file_is_replaced_and_not_written_over(tmp_path: Path) -> None:
    """Who reads the old file goes on reading the old file."""
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        write_whole(path, b"newer")
        assert reader.read() == (b"old" if sys.platform != "win32" else b"newer")
    assert path.read_bytes() == b"newer"


@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize("step", ["mkstemp", "fdopen", "chmod", "replace"])
def test_a_failing_step_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, *, durable: bool
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    owner: Any = {"mkstemp": files.tempfile, "fdopen": os, "chmod": Path, "replace": Path}[step]
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, failing(errno.ENOSPC))
        with pytest.raises(EnvironmentProblem):
            write_whole(path, b"new", durable=durable)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_while_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, handle: int) -> None:
            self.handle = handle

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self.handle)

        def write(self, data: bytes) -> int:
            os.write(self.handle, data[:1])
            raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", lambda handle, _: Full(handle))
        with pytest.raises(EnvironmentProblem, match="No space left on device; free some space and run again"):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    def interrupted(*_: object) -> None:
        raise stop

    path = tmp_path / "a.png"
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", interrupted)
        with pytest.raises(stop):
            write_whole(path, b"new", durable=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "free some space and run again"),
        (errno.EDQUOT, "free some space and run again"),
        (errno.EROFS, "choose another folder"),
        (errno.EACCES, "check the folder's owner and mode"),
        (errno.EPERM, "check the folder's owner and mode"),
        (errno.ENAMETOOLONG, "choose shorter names"),
        (errno.EIO, ""),
    ],
)
def test_what_went_wrong_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, advice: str) -> None:
    monkeypatch.setattr(files.tempfile, "mkstemp", failing(code))
    path = tmp_path / "a.png"
    with pytest.raises(EnvironmentProblem) as caught:
        write_whole(path, b"new")
    said = f"{os.strerror(code)}; {advice}" if advice else os.strerror(code)
    assert str(caught.value) == f"{path.as_posix()} cannot be written: {said}."
    assert caught.value.exit_code == 3


def test_real_obstacles(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for path, words in (
        (tmp_path / "file" / "a.png", "a file stands where a folder is needed"),
        (tmp_path / "file" / "b" / "a.png", "a file stands where a folder is needed"),
        (tmp_path / "folder", "a folder stands where the file should be"),
        (tmp_path / ("x" * 300), "choose shorter names"),
    ):
        with pytest.raises(EnvironmentProblem, match=words):
            write_whole(path, b"new")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "folder"]


@POSIX
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(EnvironmentProblem, match="check the folder's owner and mode"):
            write_whole(tmp_path / "a.png", b"new")
    finally:
        tmp_path.chmod(0o755)


def test_durable_waits_for_file_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    real = os.fsync

    def watched(handle: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    write_whole(tmp_path / "a.png", b"new")
    assert synced == []
    write_whole(tmp_path / "b.png", b"new", durable=True)
    assert synced == ([False, True] if hasattr(os, "O_DIRECTORY") else [False])


# -- if changed


def test_an_identical_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert write_if_changed(path, b"one")
    os.utime(path, (1, 1))
    assert not write_if_changed(path, b"one")
    assert path.stat().st_mtime == 1
    assert write_if_changed(path, b"two")
    assert path.read_bytes() == b"two"


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="a folder stands where the file should be"):
        write_if_changed(tmp_path, b"one")


# -- catalogs are written by the same means


@POSIX
def test_a_catalog_behind_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.po", tmp_path / "link.po"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_atomically(link, "Grüße")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "Grüße"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


# -- leftovers


def dead_process() -> int:
    """The id of a process that has just ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_leftovers(tmp_path: Path) -> None:
    dead = dead_process()
    gone = [f".locstore-{dead}-abc", f"a/b/.locstore-{dead}-x", f".locstore-{10**30}-abc"]
    kept = [
        f".locstore-{os.getpid()}-abc",
        f"a/.locstore-{os.getppid()}-abc",
        ".locstore-abc",
        f"locstore-{dead}-abc",
        f"a/x.locstore-{dead}-abc",
        f".locstore-{dead}",
        ".locstore-1-abc",
    ]
    for name in (*gone, *kept):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
    folder = tmp_path / f".locstore-{dead}-folder"
    folder.mkdir()
    assert remove_leftovers(tmp_path) == len(gone)
    left = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert left == set(kept)
    assert folder.is_dir()


def test_a_leftover_that_is_gone_already(tmp_path: Path) -> None:
    assert remove_leftovers(tmp_path) == 0
    assert remove_leftovers(tmp_path / "nowhere") == 0


def test_a_leftover_of_somebody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f".locstore-{dead_process()}-abc").write_bytes(b"half")
    monkeypatch.setattr(Path, "unlink", failing(errno.EACCES))
    assert remove_leftovers(tmp_path) == 0


def test_what_a_killed_write_leaves_is_a_leftover(tmp_path: Path) -> None:
    """A process that is killed between the first byte and the new name."""
    program = (
        "import os, sys; from pathlib import Path; from locstore.files import write_whole;"
        "os.fsync = lambda _: os.kill(os.getpid(), 9); write_whole(Path(sys.argv[1]), b'new', durable=True)"
    )
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode != 0
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    assert remove_leftovers(tmp_path) == 1
    assert list(tmp_path.iterdir()) == [path]
