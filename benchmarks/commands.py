"""Commands as people feel them: start-up, a run with nothing to do, one changed word, a check of everything.

    python benchmarks/commands.py

Each figure is the median of several runs of the whole command, interpreter and all; the baseline beside it is
`python -c pass` in the same run.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sample import copy_sample


def seconds(command: Sequence[str], folder: Path, times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    locstore = [sys.executable, "-m", "locstore"]
    with tempfile.TemporaryDirectory() as name:
        root = copy_sample(Path(name))
        bare = seconds([sys.executable, "-c", "pass"], root, 9)
        print(f"python -c pass          {bare * 1000:7.0f} ms")
        taken = seconds([*locstore, "--help"], root, 9)
        print(f"locstore --help         {taken * 1000:7.0f} ms  {taken / bare:5.1f}x  (wanted: under 150 ms)")
        start = time.perf_counter()
        subprocess.run([*locstore, "run"], cwd=root, check=True, capture_output=True)
        first = time.perf_counter() - start
        print(f"locstore run, first     {first:7.1f} s")
        taken = seconds([*locstore, "run"], root, 5)
        print(f"locstore run, again     {taken:7.2f} s   {taken / first:.3f}x  (wanted: under 1 s)")
        catalog = root / "locales/ja/LC_MESSAGES/pocket-garden.po"
        text = catalog.read_text(encoding="utf-8")
        catalog.write_text(text.replace("カメラ", "キャメラ"), encoding="utf-8")
        done = subprocess.run([*locstore, "run", "--json"], cwd=root, check=True, capture_output=True)
        report = json.loads(done.stdout)
        print(f"one msgstr changed: painted {report['painted']}, unchanged {report['unchanged']} (wanted: 2 painted)")
        taken = seconds([*locstore, "check"], root, 3)
        print(f"locstore check          {taken:7.2f} s  (wanted: under 10 s)")


if __name__ == "__main__":
    main()
