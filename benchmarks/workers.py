"""Runs over the queue with real Redis and real workers: how fast, at what price a shot, and what kills cost.

    python benchmarks/workers.py speed [--shots 160] [--delay 1]
    python benchmarks/workers.py overhead [--shots 600]
    python benchmarks/workers.py kill [--shots 2000] [--every 10] [--painter local] [--seed 1]
    python benchmarks/workers.py redis [--shots 600] [--every 5]
    python benchmarks/workers.py redelivery

Each starts a redis-server (append-only file, fsync every second) on a free port of loopback, a throw-away project, and
`locstore worker` processes; `speed` and `kill --painter images` also the images API's test server, on the same cores.
`speed` counts from the moment when the run is on the board to its last shot, by Redis's clock, with workers that are
warm: one of 4 threads, then two. `overhead` compares whole commands, and the processor time of everybody that takes
part, with the same run on one process of this machine; pictures are small, so that little else is in it. `kill` ends a
worker process by kill -9 every so many seconds until the run is done. `redis` does the same with the server of the
queue. `redelivery` kills one that has 4 shots in hand and counts the seconds until another has ended them. Exit code
1: a figure is missed. (Not called queue.py: that would stand in the way of Python's own module.)
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from images_setup import TEST_KEY, load, make_project, server

from locstore.run.queue import RunRecord, RunState, read_address
from locstore.run.queue.run_state import RunKeys

_VARIABLE = "LOCSTORE_BENCH_KEY"


class Redis:
    """A redis-server of our own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._folder = folder
        folder.mkdir()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        options = {"port": self.port, "bind": "127.0.0.1", "dir": self._folder, "appendonly": "yes", "save": ""}
        arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        self.process = subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL)
        run_state = RunState(read_address(self.url), patience=20)
        run_state.now()
        run_state.close()


@contextlib.contextmanager
def bench() -> Iterator[tuple[Path, Redis, RunState]]:
    """A folder, a Redis and its board."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        redis = Redis(folder / "redis")
        run_state = RunState(read_address(redis.url), patience=30)
        try:
            yield folder, redis, run_state
        finally:
            run_state.close()
            redis.process.kill()
            redis.process.wait()


@contextlib.contextmanager
def workers(folder: Path, redis: Redis, run_state: RunState, cache: Path, *threads: int) -> Iterator[list[int]]:
    """`locstore worker` for each number of threads, one process each; the numbers of the supervisors."""
    started: list[subprocess.Popen[bytes]] = []
    for number, count in enumerate(threads):
        log = (folder / f"worker-{number}.log").open("ab")
        command = [
            *(sys.executable, "-m", "locstore", "worker", "--processes", "1", "--threads", str(count)),
            *("--cache", str(cache), "--scratch", str(folder / f"scratch-{number}")),
            *("--allow-host", "127.0.0.1", "--key-env", _VARIABLE, "--grace", "20"),
        ]
        environment = {**os.environ, "LOCSTORE_QUEUE": redis.url, _VARIABLE: TEST_KEY}
        started.append(subprocess.Popen(command, env=environment, stderr=log))
        log.close()
    try:
        while run_state.workers() < len(threads):
            time.sleep(0.1)
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait()


def local_project(root: Path, shots: int, size: tuple[int, int]) -> None:
    """As `make_project`, for the local painter, in another size."""
    make_project(root, shots, "http://127.0.0.1:1")
    concept = root / "concepts" / "bench.yaml"
    data = json.loads(concept.read_text(encoding="utf-8"))
    data["displays"] = [{"id": "bench", "size": list(size)}]
    concept.write_text(json.dumps(data), encoding="utf-8")
    (root / "locstore.toml").write_text("system_fonts = false\njobs = 1\n", encoding="utf-8")


def command(root: Path, *options: str) -> tuple[dict[str, Any], float]:
    """`locstore run` in a project to its end: its report, and seconds."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "locstore", "run", "--json", *options],
        cwd=root,
        env={**os.environ, _VARIABLE: TEST_KEY},
        capture_output=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())
    report: dict[str, Any] = json.loads(done.stdout)
    return report, time.perf_counter() - begun


def newest(run_state: RunState) -> RunRecord:
    return run_state.runs()[0]


def ends(run_state: RunState) -> tuple[Counter[int], float]:
    """How often each shot of the newest run ended, and the seconds from its beginning to its last end."""
    facts = newest(run_state)
    rows = [
        (int(raw.split(b"-")[0]), int(fields[b"index"]))
        for raw, fields in run_state.client.xrange(RunKeys(facts.name).events)  # type: ignore[union-attr]
        if fields[b"kind"] == b"end"
    ]
    return Counter(index for _, index in rows), (max(at for at, _ in rows) - facts.began) / 1000


def speed(given: argparse.Namespace) -> bool:
    seconds = {}
    for threads in ((4,), (4, 4)):
        with bench() as (folder, redis, run_state), server(folder, "--flat", "--delay", str(given.delay)) as api:
            warm, root = folder / "warm", folder / "project"
            for place, shots in ((warm, 16), (root, given.shots)):
                place.mkdir()
                make_project(place, shots, api.url, key_env=_VARIABLE)
            shutil.copytree(warm, folder / "spare")
            with workers(folder, redis, run_state, folder / "cache", *threads):
                options = ("--queue", redis.url)
                for place in (warm, root):
                    toml = place / "locstore.toml"
                    toml.write_text(f'cache = "{folder / "cache"}"\n' + toml.read_text(encoding="utf-8"))
                    report, _ = command(place, *options)
                    assert report["failed"] == 0, report["findings"]
            counted, seconds[len(threads)] = ends(run_state)
            assert set(counted.values()) == {1}
    ratio = seconds[1] / seconds[2]
    ideal = given.shots / 4 * given.delay
    print(f"{given.shots} shots, {given.delay:g} s a call; {load()}")
    print(f"  one worker of 4   {seconds[1]:6.1f} s   {seconds[1] / ideal:.2f} of shots / 4 x delay")
    print(f"  two workers of 4  {seconds[2]:6.1f} s   {seconds[2] / ideal * 2:.2f} of shots / 8 x delay")
    print(f"  ratio             {ratio:6.2f}     (wanted: 1.9)")
    return ratio >= 1.9


def overhead(given: argparse.Namespace) -> bool:
    with bench() as (folder, redis, run_state):
        here, root = folder / "here", folder / "project"
        for place in (here, root):
            place.mkdir()
            local_project(place, given.shots, (160, 256))
        command(here, "-s", "s0")
        before = os.times()
        alone, alone_seconds = command(here)
        alone_cpu = _children(before)
        with workers(folder, redis, run_state, root / ".locstore" / "cache", 2) as (supervisor,):
            command(root, "-s", "s0", "--queue", redis.url)
            busy = [*_family(supervisor), redis.process.pid]
            cpu, before = sum(map(_cpu, busy)), os.times()
            report, seconds = command(root, "--queue", redis.url)
            cpu = sum(map(_cpu, busy)) - cpu + _children(before)
        counted, stretch = ends(run_state)
        shots = report["painted"]
        same = _pictures(here) == _pictures(root)
    extra, extra_cpu = (seconds - alone_seconds) / shots, (cpu - alone_cpu) / shots
    print(f"{shots} small shots by one process; {load()}")
    print(f"  on this machine   {alone_seconds:6.2f} s, processor {alone_cpu:6.2f} s")
    print(f"  over the queue    {seconds:6.2f} s, processor {cpu:6.2f} s; first to last {stretch:.2f} s")
    print(
        f"  more a shot       {extra * 1000:6.2f} ms by the clock (wanted: under 5), {extra_cpu * 1000:.2f} ms of CPU"
    )
    print(f"  the same bytes    {same}")
    return extra < 0.005 and same and alone["painted"] == shots and set(counted.values()) == {1}


def kill(given: argparse.Namespace) -> bool:
    """Kill -9 a worker process by chance every `every` seconds; supervisors replace them."""
    chance = random.Random(given.seed)
    paid = given.painter == "images"
    with bench() as (folder, redis, run_state), contextlib.ExitStack() as stack:
        root = folder / "project"
        root.mkdir()
        api = stack.enter_context(server(folder, "--flat", "--delay", "0.5")) if paid else None
        if api is not None:
            make_project(root, given.shots, api.url, key_env=_VARIABLE)
        else:
            local_project(root, given.shots, (640, 1024))
        killed: list[float] = []
        over = threading.Event()

        def killer() -> None:
            while not over.wait(given.every):
                processes = [json.loads(raw)["process"] for raw in run_state.client.hvals("locstore:who")]  # type: ignore[union-attr]
                living = sorted(number for number in processes if _exists(number))
                if living and not over.is_set():
                    os.kill(chance.choice(living), signal.SIGKILL)
                    killed.append(time.monotonic())

        with workers(folder, redis, run_state, root / ".locstore" / "cache", 4, 4):
            threading.Thread(target=killer, daemon=True).start()
            report, seconds = command(root, "--queue", redis.url)
            over.set()
            counted, _ = ends(run_state)
            unknown = len(run_state.unknown_calls(newest(run_state).name))
            tries = Counter(e.key for e in api.requests()) if api is not None else Counter()
            last = command(root, "--queue", redis.url, "--retry-unknown")[0] if paid else report
        pictures = len(_pictures(root))
        twice = sum(1 for count in counted.values() if count > 1) + sum(1 for count in tries.values() if count > 1)
    print(f"{given.shots} shots ({given.painter}), two workers of 4, {len(killed)} killed; {seconds:.1f} s; {load()}")
    print(f"  painted {report['painted']}, failed {report['failed']}, ended twice or asked for twice {twice}")
    if paid:
        print(
            f"  unknown {unknown} (at most {len(killed)} x 4 in flight); after --retry-unknown: {last['failed']} failed"
        )
    print(f"  pictures on disk {pictures} (wanted: {given.shots})")
    good = twice == 0 and pictures == given.shots and last["failed"] == 0 and unknown <= len(killed) * 4
    return good and report["failed"] == unknown


def redis_killed(given: argparse.Namespace) -> bool:
    """Kill -9 the queue's Redis every `every` seconds, and start it again a second later."""
    with bench() as (folder, redis, run_state):
        root = folder / "project"
        root.mkdir()
        local_project(root, given.shots, (640, 1024))
        kills = 0
        over = threading.Event()

        def killer() -> None:
            nonlocal kills
            while not over.wait(given.every):
                redis.process.kill()
                redis.process.wait()
                kills += 1
                time.sleep(1)
                redis.start()

        with workers(folder, redis, run_state, root / ".locstore" / "cache", 2, 2):
            thread = threading.Thread(target=killer)
            thread.start()
            report, seconds = command(root, "--queue", redis.url)
            over.set()
            thread.join()
            counted, _ = ends(run_state)
    twice = sum(1 for count in counted.values() if count > 1)
    print(f"{given.shots} shots, Redis killed {kills} times; {seconds:.1f} s; {load()}")
    print(f"  painted {report['painted']}, failed {report['failed']}, ended twice {twice}")
    return report["painted"] == given.shots and twice == 0 and kills > 0


def redelivery(given: argparse.Namespace) -> bool:
    """Its calls are cut off, so the shots end as unknown when another worker takes them."""
    with bench() as (folder, redis, run_state), server(folder, "--flat", "--delay", "300") as api:
        root = folder / "project"
        root.mkdir()
        make_project(root, given.shots, api.url, key_env=_VARIABLE)
        with workers(folder, redis, run_state, root / ".locstore" / "cache", 4):
            run = threading.Thread(target=command, args=(root, "--queue", redis.url), daemon=True)
            run.start()
            while len(api.requests()) < 4:
                time.sleep(0.1)
            (first,) = run_state.client.hvals("locstore:who")  # type: ignore[union-attr,misc]
            os.kill(json.loads(first)["process"], signal.SIGKILL)
            begun = time.monotonic()
            while newest(run_state).done < 4:
                time.sleep(0.05)
            seconds = time.monotonic() - begun
            run_state.cancel(newest(run_state).name)
    print(f"4 shots of a killed worker; {load()}")
    print(f"  ended by another one after {seconds:.1f} s (wanted: under 60)")
    return seconds < 60


def _pictures(root: Path) -> dict[str, bytes]:
    output = root / "output"
    return {p.relative_to(output).as_posix(): p.read_bytes() for p in sorted(output.rglob("*.png"))}


def _children(before: os.times_result) -> float:
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _family(process: int) -> list[int]:
    """A process and those that it started."""
    below = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [process, *(number for child in below for number in _family(int(child)))]


def _cpu(process: int) -> float:
    """Seconds of processor time of a process that lives (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _exists(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, work, shots in (
        ("speed", speed, 160),
        ("overhead", overhead, 600),
        ("kill", kill, 2000),
        ("redis", redis_killed, 600),
        ("redelivery", redelivery, 4),
    ):
        one = commands.add_parser(name)
        one.set_defaults(work=work)
        one.add_argument("--shots", type=int, default=shots)
        one.add_argument("--delay", type=float, default=1.0)
        one.add_argument("--every", type=float, default=5.0 if name == "redis" else 10.0)
        one.add_argument("--painter", choices=("local", "images"), default="local")
        one.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    return 0 if given.work(given) else 1


if __name__ == "__main__":
    sys.exit(main())
