"""Writers that are killed, and writers that meet: never a wrong or half picture, never two for one key."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from locstore.cache import FileStore, image_key, prune, verify_store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are of Unix")

# What every writer puts: the content follows from the number and the writer, so that a mixture would show.
_COMMON = """
import os, signal, sys, time
from pathlib import Path
from locstore.cache import FileStore, image_key

def inputs(number):
    return {"model": "gpt-image-2", "number": number}

def data(number, writer):
    return f"{number} by {writer}|".encode() * 4000

def put(store, number, writer):
    return store.put_new(image_key(inputs(number)), data(number, writer), inputs(number), {"writer": writer})
"""

_WRITE_ON = """
store = FileStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 10**9):
    put(store, number, "w")
    print(number, flush=True)
"""

# One child for each call to the system: it is killed just before the n-th.
_KILL_AT_EACH_CALL = """
CALLS = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.chmod", "os.listdir", "fcntl.flock"}
for n in range(1, 1000):
    child = os.fork()
    if child == 0:
        count = 0
        def step():
            global count
            count += 1
            if count == n:
                os.kill(os.getpid(), signal.SIGKILL)
        flush = os.fsync
        def fsync(descriptor):
            step()
            flush(descriptor)
        store = FileStore(Path(sys.argv[1]) / str(n))
        if len(sys.argv) > 2:  # repair an entry that has lost its picture
            put(store, 0, "first")
            store.path_of(image_key(inputs(0))).unlink()
        os.fsync = fsync
        sys.addaudithook(lambda event, _: step() if event in CALLS else None)
        put(store, 0, "w")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(n, status, flush=True)
    if status == 0:
        break
"""

_RACE = """
store = FileStore(Path(sys.argv[1]))
writer = sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    print(number, put(store, number, writer), flush=True)
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _COMMON + program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def inputs(number: int) -> dict[str, object]:
    return {"model": "gpt-image-2", "number": number}


def expected(number: int, writer: str) -> bytes:
    return f"{number} by {writer}|".encode() * 4000


def check_all(store: FileStore) -> None:
    """Every entry is whole and right; what a killed writer left is called a leftover and nothing else."""
    for entry in store.entries():
        assert store.get(entry.key) == expected(entry.inputs["number"], entry.usage["writer"])
    assert {(f.code, str(f.severity)) for f in verify_store(store, image_key)} <= {("cache-incomplete", "note")}


def clear_leftovers(store: FileStore) -> None:
    moment = time.time() - 7200
    for path in store.root.rglob("*.*"):
        os.utime(path, (moment, moment))
    prune(store)
    assert list(store.broken()) == []


def test_kill_at_random_moments(tmp_path: Path):
    seed = random.Random(20261123)
    store = FileStore(tmp_path / "cache")
    told = 0
    for _ in range(8):
        process = start(_WRITE_ON, store.root, told)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seed.uniform(0, 0.03))
        process.kill()
        rest = process.stdout.read().split("\n")[:-1]
        process.communicate()
        told = int(rest[-1]) + 1 if rest else told + 1
        check_all(store)
        for number in range(told):
            assert store.get(image_key(inputs(number))) == expected(number, "w")
    assert told >= 8
    clear_leftovers(store)
    assert len(list(store.entries())) >= told


@pytest.mark.parametrize("repair", [False, True])
def test_kill_before_each_call_to_the_system(tmp_path: Path, repair: bool):
    process = start(_KILL_AT_EACH_CALL, tmp_path, *(["repair"] if repair else []))
    out, _ = process.communicate(timeout=60)
    statuses = [tuple(map(int, line.split())) for line in out.splitlines()]
    assert len(statuses) > 10
    assert [status for _, status in statuses] == [9] * (len(statuses) - 1) + [0]
    seen = Counter[bool]()
    key = image_key(inputs(0))
    for number, _ in statuses:
        store = FileStore(tmp_path / str(number))
        there = store.get(key) == expected(0, "w")
        seen[there] += 1
        assert there == (key in store) == bool(list(store.entries()))
        if not repair:
            check_all(store)
        # Whatever stands there, the next writer gets its picture in, or is told that there is one.
        made = store.put_new(key, expected(0, "next"), inputs(0), {"writer": "next"})
        assert made is not there
        assert store.get(key) == expected(0, "next" if made else "w")
        check_all(store)
        clear_leftovers(store)
        assert len(list(store.entries())) == 1
        assert sum(p.is_file() and p.name != ".lock" for p in store.root.rglob("*")) == 2
    assert seen[True] >= 2
    assert seen[False] >= 8


@pytest.mark.parametrize("repair", [False, True])
def test_processes_that_put_the_same_keys(tmp_path: Path, repair: bool):
    store = FileStore(tmp_path / "cache")
    count = 25
    if repair:
        for number in range(count):
            key = image_key(inputs(number))
            store.put_new(key, b"lost", inputs(number), {"writer": "lost"})
            path = store.path_of(key)
            assert path is not None
            path.unlink()
    writers = {name: start(_RACE, store.root, name, count) for name in ("a", "b", "c")}
    for process in writers.values():
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in writers.values():
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = {name: process.communicate(timeout=60)[0].split("\n")[:-1] for name, process in writers.items()}
    for number in range(count):
        (winner,) = [name for name, lines in told.items() if lines[number] == f"{number} True"]
        assert store.get(image_key(inputs(number))) == expected(number, winner)
    check_all(store)
    assert list(store.broken()) == []
    assert len(list(store.entries())) == count


def test_readers_never_see_half_a_picture(tmp_path: Path):
    store = FileStore(tmp_path / "cache")
    process = start(_WRITE_ON, store.root, 0)
    seen = 0
    try:
        assert process.stdout is not None
        process.stdout.readline()
        until = time.monotonic() + 0.4
        number = 0
        while time.monotonic() < until:
            data = store.get(image_key(inputs(number)))
            if data is not None:
                assert data == expected(number, "w")
                seen += 1
                number += 1
    finally:
        process.kill()
        process.communicate()
    assert seen > 0


def test_the_room_starts_quickly():
    """Killing it again and again costs little; nothing heavy is behind the store."""
    program = "import sys, locstore.cache; print(json.dumps(sorted(sys.modules)))"
    modules = json.loads(subprocess.check_output([sys.executable, "-c", "import json\n" + program], text=True))
    assert not {"pydantic", "numpy", "PIL", "click", "httpx"} & set(modules)
