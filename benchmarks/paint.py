"""Painting: milliseconds a picture on one core against encoding the same pixels alone, two workers against one.

    python benchmarks/paint.py [--pictures 100] [--rounds 3]

The picture is the sample's `hero` on iphone_69 (1320x2868: caption, badge, logo, frame, capture) in every locale.
Figures are medians; ratios are of figures measured in the same run, for the machines are shared.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from sample import copy_sample

from locstore.paint import encode_png
from locstore.paint.pictures import open_picture
from locstore.project import FileDigests, open_project
from locstore.run import PaintSettings, Renderer, Task
from locstore.shots import Selection, shot_digests

# What `tilted` puts in place of the preset of `hero`; the locales of OWN have captures of their own.
PRESET = r"    layout: caption-top\n    background:.*?    frame: auto\n    logo: true\n"
TILTED = """    layers:
      - background:
          gradient: ["#4F7A5C", "#12372A"]
          angle: 165
          glow: [{color: "#ADBC9F", at: [0.2, 0.05], radius: 0.55, opacity: 0.55}]
      - device:
          capture: captures/{locale}/hero-{display}.png
          frame: {kind: phone, style: detailed, color: titanium}
          at: [0.52, 0.66]
          width: 0.74
          tilt: {yaw: -20, pitch: 8, roll: 4}
          contact: 0.3
      - {text: all, box: [0.07, 0.05, 0.86, 0.22], logo: true}
"""
OWN = frozenset({"ar", "de", "hi", "ja"})
SELECTION = Selection(displays=("iphone_69",), screens=("hero",))


def jobs_of(root: Path) -> tuple[PaintSettings, list[Task]]:
    project = open_project(root)
    with project.ledger() as ledger:
        digests = FileDigests(ledger)
        snapshot = project.snapshot(SELECTION, digests)
        settings = project.settings(digests)
    jobs = []
    for shot in snapshot.shots:
        parts = tuple(sorted(shot_digests(shot, []).items()))
        jobs.append(Task(shot, f"bench/{shot.locale.gettext}.png", parts))
    return settings, jobs


def measure(settings: PaintSettings, jobs: list[Task], pictures: int) -> tuple[float, float, float]:
    """In a worker process: seconds a picture and seconds for encoding alone (medians), and peak memory in MB."""
    renderer = Renderer(settings)
    renderer.work(jobs[0])  # fonts opened, background and frame painted: what a run does once
    painting, encoding = [], []
    for index in range(pictures):
        job = jobs[index % len(jobs)]
        start = time.perf_counter()
        outcome = renderer.work(job)
        painting.append(time.perf_counter() - start)
        assert outcome.record is not None, outcome
        if index % 5 == 0:
            pixels = np.asarray(open_picture(settings.output / job.path, "RGB"))
            start = time.perf_counter()
            encode_png(pixels)
            encoding.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return statistics.median(painting), statistics.median(encoding), peak


def in_worker(settings: PaintSettings, jobs: list[Task], pictures: int) -> tuple[float, float, float]:
    """`measure` in a process of its own, so that the peak of memory is that of a worker."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, settings, jobs, pictures).result()


def one_core(root: Path, pictures: int) -> None:
    paint, encode, peak = in_worker(*jobs_of(root), pictures)
    print(f"one core, all in      {paint * 1000:7.1f} ms a picture (median of {pictures})")
    print(f"encoding alone        {encode * 1000:7.1f} ms a picture")
    print(f"ratio                 {paint / encode:7.2f}  (wanted: at most 3)")
    print(f"peak memory           {peak:7.0f} MB (wanted: at most 300)")


def tilted(root: Path, pictures: int) -> None:
    """The same screen with a tilted device of detail over a dithered gradient, against the flat one."""
    spec = root / "concepts" / "pocket-garden.yaml"
    flat_spec = spec.read_text(encoding="utf-8")
    figures = []
    for text in (flat_spec, re.sub(PRESET, TILTED, flat_spec, count=1, flags=re.DOTALL)):
        spec.write_text(text, encoding="utf-8")
        settings, jobs = jobs_of(root)
        figures.append(in_worker(settings, [job for job in jobs if job.shot.locale.gettext not in OWN], pictures))
    spec.write_text(flat_spec, encoding="utf-8")
    (flat, _, _), (turned, encode, peak) = figures
    print(f"flat device           {flat * 1000:7.1f} ms a picture after the first")
    print(f"tilted device         {turned * 1000:7.1f} ms a picture after the first ({encode * 1000:.1f} for encoding)")
    print(f"ratio                 {turned / flat:7.2f}  (wanted: at most 2.5)")
    print(f"peak memory           {peak:7.0f} MB (wanted: at most 300)")


def workers(root: Path, count: int) -> float:
    """Seconds that `locstore run` takes for all five screens on two displays with this many workers, from nothing."""
    output = f"bench-{count}"
    shutil.rmtree(root / output, ignore_errors=True)
    command = [sys.executable, "-m", "locstore", "run", "-d", "iphone_69", "-d", "iphone_63"]
    start = time.perf_counter()
    subprocess.run([*command, "-j", str(count), "--output", output], cwd=root, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3, help="of the two workers; 0 leaves them out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        one_core(root, arguments.pictures)
        tilted(root, arguments.pictures)
        if arguments.rounds == 0:
            return
        ones, twos = [], []
        for _ in range(arguments.rounds):
            ones.append(workers(root, 1))
            twos.append(workers(root, 2))
        one, two = statistics.median(ones), statistics.median(twos)
        print(f"500 pictures, 1 worker  {one:6.1f} s")
        print(f"500 pictures, 2 workers {two:6.1f} s")
        print(f"ratio                   {one / two:6.2f}  (wanted: at least 1.7)")


if __name__ == "__main__":
    main()
