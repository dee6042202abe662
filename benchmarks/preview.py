"""The preview as a translator feels it, in headless Chromium: the first page, a key, a save in another editor.

    python benchmarks/preview.py

The project is the sample: 50 locales, 5 screens, 5 displays. Times end when the new picture is decoded and the
frame after it begins.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sample import copy_sample

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "preview"))
from browsing import Browser, chromium
from preview_browser import preview

STARTS = 5
KEYS = 60
SAVES = 12
WORDS = "لن تنسى سقي نباتاتك بعد اليوم"

# Every exchange of the large picture is noted with the time of the frame that shows it.
WATCH = """
window.seen = [];
window.pressed = 0;
document.addEventListener('keydown', () => window.pressed = performance.now(), true);
document.addEventListener('beforeinput', () => window.pressed = performance.now(), true);
const note = () => requestAnimationFrame(() => requestAnimationFrame(() =>
  window.seen.push([performance.now(), Date.now()])));
new MutationObserver(list => { if (list.some(m => m.attributeName === 'src' || m.addedNodes.length)) note() })
  .observe(document.querySelector('#stage .frame'), {subtree: true, childList: true, attributes: true,
    attributeFilter: ['src']});
"""


def figures(name: str, taken: Sequence[float], wanted: str) -> None:
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    print(
        f"{name:34} median {statistics.median(taken):6.0f} ms  p95 {p95:6.0f} ms  max {ordered[-1]:6.0f} ms  ({wanted})"
    )


def first_page(folder: Path, browser: Browser) -> tuple[float, float]:
    """Milliseconds: of the command until it answers, and from the address to every picture in the window."""
    start = time.perf_counter()
    with preview(folder) as base:
        ready = time.perf_counter()
        browser.open(f"{base}/")
        browser.pictures()
        display_path = time.perf_counter()
        browser.open("about:blank")
    return (ready - start) * 1000, (display_path - ready) * 1000


def typing(base: str, browser: Browser) -> list[float]:
    """A key at a time, with pauses as people make them."""
    browser.open(f"{base}/ar/hero")
    browser.pictures()
    browser.wait("document.querySelector('#stage .frame').dataset.painted")
    browser.run(WATCH)
    browser.run("document.querySelector('#field-headline-0').select()")
    browser.run("document.querySelector('#field-headline-0').focus()")
    taken = []
    text = (WORDS * 3)[:KEYS]
    for number, letter in enumerate(text):
        before = browser.run("seen.length")
        if number % len(WORDS) == 0:
            browser.run("document.querySelector('#field-headline-0').select()")
        browser.type(letter)
        browser.wait(f"seen.length > {before}")
        taken.append(browser.run("seen.at(-1)[0] - pressed"))
        time.sleep(random.uniform(0.02, 0.16))
    return taken[1:]


def saves(base: str, browser: Browser, folder: Path) -> list[float]:
    """Another program writes the PO file; the page shows the new words."""
    browser.run("sessionStorage.clear()")
    browser.open(f"{base}/de/hero")
    browser.pictures()
    browser.wait("document.querySelector('#stage .frame').dataset.painted")
    browser.run(WATCH)
    catalog = folder / "locales/de/LC_MESSAGES/pocket-garden.po"
    text = catalog.read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if "*" in line and line.startswith("msgstr"))
    taken = []
    for number in range(SAVES):
        before = browser.run("seen.length")
        written = time.time() * 1000
        catalog.write_text(text.replace(old, f'msgstr "Nie wieder *gießen* {number}"'), encoding="utf-8")
        browser.wait(f"seen.length > {before}")
        taken.append(browser.run("seen.at(-1)[1]") - written)
        time.sleep(0.3)
    return taken


def main() -> None:
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = copy_sample(Path(name))
        browser.size(1440, 900)
        starts = [first_page(folder, browser) for _ in range(STARTS)]
        figures("command until it answers", [ready for ready, _ in starts], "no goal")
        figures(
            "first page, 50 locales x 5 screens",
            [display_path for _, display_path in starts],
            "wanted: at most 2000 ms",
        )
        with preview(folder) as base:
            time.sleep(1.5)
            figures("key to new picture", typing(base, browser), "wanted: median 100 ms, p95 250 ms")
            figures("save elsewhere to new picture", saves(base, browser, folder), "wanted: at most 500 ms")
            browser.open("about:blank")


if __name__ == "__main__":
    main()
