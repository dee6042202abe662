"""Paid runs against the test server: how fast, in how much memory, and whether anything is paid for twice.

    python benchmarks/images.py speed [--shots 1000] [--concurrency 64] [--delay 30] [--picture-bytes 3000000]
    python benchmarks/images.py kill [--shots 200] [--kills 20] [--concurrency 4] [--delay 0.3] [--seed 1]
    python benchmarks/images.py faults [--shots 200] [--rate 0.2] [--seed 1]

Each makes a throw-away project with pictures of 640x1024, the smallest that gpt-image-2 paints, and starts the test
server beside it, on the same cores. The delay of `speed` is chosen so that two cores keep up: a picture of 3 MB takes
about 0.06 s of one core (server 3 ms, locstore's main process 37 ms, workers 20 ms), so the 64 that come together at
first are read in three or four seconds, which must be little against the delay; real models take 15 to 120 s. The 1,000
calls are 15.6 rounds of 64, and the last round takes as long as a full one: no ratio can be less than 1.024. Memory is
the peak resident size of each process (Linux). Exit code 1: a figure is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from images_setup import SIZE, Run, Server, load, make_project, run, server, start
from PIL import Image


@contextlib.contextmanager
def bench(options: tuple[str, ...], shots: int, **images: object) -> Iterator[tuple[Path, Server]]:
    """A server and an empty project that asks it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        root = folder / "project"
        root.mkdir()
        with server(folder, "--flat", *options) as running:
            make_project(root, shots, running.url, **images)
            yield root, running


def speed(given: argparse.Namespace) -> bool:
    print(
        f"{given.concurrency} calls at once of {given.delay:g} s, pictures of {given.picture_bytes:,} bytes; {load()}"
    )
    good = True
    options = ("--delay", str(given.delay), "--pad-to", str(given.picture_bytes))
    for shots in (given.few, given.shots):
        with bench(options, shots, concurrency=given.concurrency) as (root, asked):
            first = run(root)
            ideal = shots / given.concurrency * given.delay
            rounds = -(-shots // given.concurrency) * given.delay
            report = _report(first)
            print(f"{shots} shots: painted {report['painted']}, {len(asked.requests())} requests; {load()}")
            print(f"  wall time      {first.seconds:7.1f} s   {first.seconds / ideal:.3f} of calls/at once x delay,")
            print(f"                             {first.seconds / rounds:.3f} of whole rounds (wanted for many: 1.05)")
            print(f"  peak memory    {first.memory.main:7.0f} MB main, {first.memory.worker:.0f} MB the largest worker")
            before = len(asked.requests())
            again = run(root)
            sent = len(asked.requests()) - before
            print(f"  second run     {again.seconds:7.2f} s   {sent} requests (wanted: under 2 s, 0)")
            good &= report["painted"] == shots and sent == 0 and again.seconds < 2
            good &= max(first.memory.main, first.memory.worker) < 250
            if shots == given.shots:
                good &= first.seconds / ideal <= 1.05
    return good


def kill(given: argparse.Namespace) -> bool:
    """Kill -9 when the cache holds as many pictures as chance says, some milliseconds later."""
    chance = random.Random(given.seed)
    # The calls that a kill cuts off are parked, so the pictures that can come are fewer than the shots.
    most = given.shots - given.kills * given.concurrency
    points = sorted(chance.randint(0, max(1, most)) for _ in range(given.kills))
    cut_off: set[int] = set()
    options = ("--delay", str(given.delay), "--pad-to", str(given.picture_bytes))
    with bench(options, given.shots, concurrency=given.concurrency) as (root, asked):
        finished: dict[str, float] = {}
        for point in points:
            process = start(root)
            while process.poll() is None and len(_entries(root)) < point:
                time.sleep(0.01)
            # At the very start, too: the first request leaves about a second after.
            time.sleep(chance.uniform(0, 2 * given.delay if point else 2.0))
            process.kill()
            process.wait()
            moment = time.time()
            cut_off |= _cut_off(root)
            for prompt in _prompts(root):
                finished.setdefault(prompt, moment)
        with_parked = run(root)
        parked = [f for f in _report(with_parked)["findings"] if f["code"] == "run-call-unknown"]
        last = run(root, "--retry-unknown")
        asked_again = sum(1 for e in asked.requests() if e.time > finished.get(e.key or "", float("inf")))
        billed, delivered, in_flight = asked.billed(), len(_entries(root)), len(cut_off)
        pictures = len(list((root / "output" / "web").rglob("*.png")))
    print(f"{given.kills} kills of a run of {given.shots} shots, {given.concurrency} at once; {load()}")
    print(
        f"  billed {billed}, delivered {delivered}: {billed - delivered} paid and lost; {in_flight} in flight at kills"
    )
    print(f"  parked as unknown before --retry-unknown {len(parked)}; pictures on disk after it {pictures}")
    print(f"  finished shots asked for again: {asked_again} (wanted: 0)")
    good = billed - delivered <= in_flight <= given.kills * given.concurrency and asked_again == 0
    return good and last.code == 0 and pictures == delivered == given.shots and len(parked) == in_flight


def faults(given: argparse.Namespace) -> bool:
    """Runs with --retry-unknown until nothing changes any more; then every shot has an end."""
    options = ("--faults", str(given.rate), "--seed", str(given.seed), "--wait", "0.2", "--drip", "1", "--delay", "0.2")
    with bench(options, given.shots, concurrency=16, deadline=8) as (root, asked):
        first = run(root)
        states = [Counter(_codes(first))]
        runs = 1
        while runs < 8 and "run-call-unknown" in states[-1]:
            states.append(Counter(_codes(run(root, "--retry-unknown"))))
            runs += 1
        requests = asked.requests()
        book = Counter(_last_states(root).values())
        wrong = _wrong_pictures(root)
        pictures = len(list((root / "output" / "web").rglob("*.png")))
        unusable = sum(count for code, count in states[-1].items() if code.startswith("paint-picture-"))
        refused = states[-1]["run-call-refused"]
        unknown = states[-1]["run-call-unknown"]
    seen = Counter(e.fault for e in requests)
    injected = sum(seen.values()) - seen["ok"]
    print(f"{given.shots} shots, {given.rate:.0%} faults (seed {given.seed}), {runs} runs; {load()}")
    print(f"  {len(requests)} requests, {injected} with a fault: {dict(sorted(seen.items()))}")
    print(f"  findings run by run: {[dict(sorted(s.items())) for s in states]}")
    print(f"  the book's last word on each shot: {dict(sorted(book.items()))}")
    print(f"  pictures {pictures}, refused {refused}, unknown {unknown}, done but of a wrong shape {unusable}")
    lost = given.shots - pictures - refused - unknown - unusable
    print(f"  lost {lost}, wrong on disk {wrong} (wanted: 0, 0)")
    return (
        lost == 0 and wrong == 0 and set(book) <= {"done", "refused", "unknown"} and sum(book.values()) == given.shots
    )


def _report(done: Run) -> dict[str, Any]:
    assert done.report is not None, "the run left no report"
    return done.report


def _codes(done: Run) -> list[str]:
    return [f["code"] for f in _report(done)["findings"] if f["severity"] == "error"]


def _entries(root: Path) -> list[Path]:
    """The side files of pictures that are whole in the cache."""
    return [p for p in (root / ".locstore" / "cache").glob("??/*.json") if p.name.count(".") == 1]


def _prompts(root: Path) -> list[str]:
    """The server's names of what is in the cache: digests of the prompts."""
    records = [json.loads(p.read_bytes()) for p in _entries(root)]
    return [hashlib.sha256(record["inputs"]["prompt"].encode()).hexdigest() for record in records]


def _cut_off(root: Path) -> set[int]:
    """Calls that the book has as sent and whose pictures are not in the cache: in flight when the run was killed."""
    stored = {p.stem for p in _entries(root)}
    return {call for call, key, state in _rows(root) if state == "sent" and key not in stored}


def _last_states(root: Path) -> dict[str, str]:
    return {key: state for _, key, state in _rows(root)}


def _rows(root: Path) -> list[tuple[int, str, str]]:
    """Number, key and state of every call, in order."""
    path = root / ".locstore" / "payments.db"
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(path)) as book:
        try:
            return book.execute("select id, key, state from calls order by id").fetchall()
        except sqlite3.OperationalError:
            return []  # killed before there was a table


def _wrong_pictures(root: Path) -> int:
    """Pictures in the output folder that cannot be decoded, or are not exact RGB of the display's size."""
    wrong = 0
    for path in (root / "output" / "web").rglob("*.png"):
        try:
            with Image.open(path) as image:
                image.load()
                wrong += image.size != SIZE or image.mode != "RGB"
        except OSError:
            wrong += 1
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, work in (("speed", speed), ("kill", kill), ("faults", faults)):
        command = commands.add_parser(name)
        command.set_defaults(work=work)
        command.add_argument("--shots", type=int, default=1000 if name == "speed" else 200)
        if name == "faults":
            command.add_argument("--rate", type=float, default=0.2)
        else:
            command.add_argument("--concurrency", type=int, default=64 if name == "speed" else 4)
            command.add_argument("--delay", type=float, default=30.0 if name == "speed" else 0.3)
            command.add_argument("--picture-bytes", type=int, default=3_000_000 if name == "speed" else 300_000)
        if name == "speed":
            command.add_argument("--few", type=int, default=100, help="shots of a first, short run to compare with")
        else:
            command.add_argument("--seed", type=int, default=1)
        if name == "kill":
            command.add_argument("--kills", type=int, default=20)
    given = parser.parse_args()
    sys.exit(0 if given.work(given) else 1)


if __name__ == "__main__":
    main()
