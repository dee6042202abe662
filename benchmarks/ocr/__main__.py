"""Calibrate the reader of words: true-exact and false-exact rates by locale, on a seeded corpus of our own pictures.

    python -m benchmarks.ocr [--locales ar,ja] [--styles tuning|held-out|drawn|all] [--count 2] [--json FILE]

`--styles drawn --draw SEED` measures in `--drawn` styles made by chance: nothing can have been tuned on those of a seed
that nobody has used.

A picture is the sample's shot with its words set in another design than was asked for, true or with one corruption in
every slot; it goes through the same `TextChecker.check` as a finished picture of a run. Readings are counted by slot.
Corruptions that the reader's rule of comparison folds away, or that look the same to the pixel, are left out; the
summary says how many.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from .corpus import SEED, apple_locales
from .measuring import Task, start, work
from .styles import DRAWN, HELD_OUT, STYLES, TUNING, drawn_style
from .summary import Summary, as_json, markdown, printed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--locales", default="", help="gettext codes with commas; all 50 of the App Store if left out")
    parser.add_argument("--styles", choices=[TUNING, HELD_OUT, DRAWN, "all"], default=HELD_OUT)
    parser.add_argument("--draw", type=int, default=1, help="seed of the drawn styles")
    parser.add_argument("--drawn", type=int, default=5, help="how many styles to draw")
    parser.add_argument("--style", default="", help="only the styles of these names, with commas")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=2, help="true pictures for each locale and style")
    parser.add_argument("--wrong", type=int, default=2, help="corrupted pictures for each true one")
    parser.add_argument("--fonts", type=Path, action="append", default=[], help="folder with fonts for held-out styles")
    parser.add_argument("--engines", choices=["auto", "tesseract"], default="auto")
    parser.add_argument("--store", type=Path, help="folder that keeps the results of self-tests; a new one if left out")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nice", type=int, default=10, help="how far the workers stand back behind other programs")
    parser.add_argument("--failures", type=int, default=400, help="how many failing cases to print")
    parser.add_argument("--markdown", type=Path, help="write the table by locale to this file")
    parser.add_argument("--json", type=Path, help="write every reading and the rates to this file")
    options = parser.parse_args()
    locales = [code for code in options.locales.split(",") if code] or list(apple_locales())
    unknown = sorted(set(locales) - set(apple_locales()))
    if unknown:
        parser.error(f"the App Store has no locale {', '.join(unknown)}; it has {', '.join(apple_locales())}")
    names = [name for name in options.style.split(",") if name]
    if options.styles == DRAWN:
        styles = [drawn_style(options.draw, number) for number in range(options.drawn)]
    else:
        styles = [s for s in STYLES if (s.name in names if names else options.styles in (s.group, "all"))]
    began = time.monotonic()
    summary = Summary()
    with tempfile.TemporaryDirectory() as folder:
        store = options.store or Path(folder) / "self-tests"
        tasks = [
            Task(
                locale=code,
                styles=tuple(style.name for style in styles),
                seed=options.seed,
                count=options.count,
                wrong=options.wrong,
                fonts=tuple(options.fonts),
                engines=options.engines,
                store=store,
            )
            for code in locales
        ]
        # An executor says when a worker died; a multiprocessing pool would wait for it for ever.
        pool = ProcessPoolExecutor(
            options.jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=start,
            initargs=(options.nice,),
        )
        with pool:
            for future in as_completed(pool.submit(work, task) for task in tasks):
                done = future.result()
                summary.add(done)
                print(f"{len(summary.locales)}/{len(tasks)} {done.locale}", end="\r", file=sys.stderr, flush=True)
    seconds = time.monotonic() - began
    print(printed(summary, styles=[s.name for s in styles], seed=options.seed, seconds=seconds, most=options.failures))
    if options.markdown:
        options.markdown.write_text(markdown(summary) + "\n", encoding="utf-8")
    if options.json:
        options.json.write_text(as_json(summary, vars(options)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
