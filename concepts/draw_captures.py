"""Draws the sample app's screens with headless Chromium: `python concepts/draw_captures.py [name ...]`.

Needed only to redraw `concepts/captures/` and `concepts/assets/logo.png`; locstore itself never runs it. The
screens are a small web page in `captures-src/` (inline SVG, no photographs); its fonts come from the installed
Noto wheels. Each picture is one headless run with a fixed date, so the same Chromium draws the same bytes again.
The page proofreads itself: words that wrap, leave their box or touch other words are printed and fail the run.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from few_colours import few_colours
from PIL import Image

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "captures-src"
SCREENS = ("hero", "identify", "week", "light", "sync")
PHONE_LANGUAGES = ("en", "de", "ja", "ar", "hi")
TABLET_LANGUAGES = ("en", "ja", "ar")
SCRIPTS = ("plants.js", "icons.js", "scene.js", "parts.js", "phone.js", "tablet.js", "page.js")
FACES = (
    ("Garden", "normal", "manimgx_fonts", "NotoSans[wght].ttf"),
    ("Garden", "italic", "manimgx_fonts", "NotoSans-Italic[wght].ttf"),
    ("Garden Arabic", "normal", "manimgx_fonts", "NotoSansArabic[wght].ttf"),
    ("Garden Devanagari", "normal", "manimgx_fonts", "NotoSansDevanagari[wght].ttf"),
    ("Garden CJK", "normal", "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc"),
)
BROWSER = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--enable-logging=stderr",
    "--virtual-time-budget=4000",
)

# The largest palette whose file still fits; below the last one grain begins to show, so that one may exceed ROOM.
PALETTES = (256, 216, 176)
ROOM = 150_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One file to draw: `points` is (width, height) in CSS pixels, `density` the device pixels in each."""

    path: str
    screen: str
    form: str
    language: str
    points: tuple[int, int]
    density: int
    see_through: bool = False


def pictures() -> Iterator[Picture]:
    for screen in SCREENS:
        for language in PHONE_LANGUAGES:
            folder = "captures" if language == "en" else f"captures/{language}"
            yield Picture(f"{folder}/{screen}-phone.png", screen, "phone", language, (402, 874), 3)
            if language in TABLET_LANGUAGES:
                yield Picture(f"{folder}/{screen}-tablet.png", screen, "tablet", language, (768, 1024), 2)
    yield Picture("captures/light-scene-phone.png", "scene", "bare", "en", (440, 956), 3)
    yield Picture("captures/light-scene-tablet.png", "scene", "bare", "en", (1032, 1376), 2)
    yield Picture("captures/light-scene-play.png", "scene", "bare", "en", (360, 640), 3)
    yield Picture("assets/logo.png", "logo", "bare", "en", (512, 512), 1, see_through=True)


def page(picture: Picture) -> str:
    """The whole page as HTML, with its style, its scripts and one language's words in it."""
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-style:{style};font-weight:100 900;font-display:block;'
        f'src:url("{Path(str(files(package) / name)).as_uri()}")}}'
        for family, style, package, name in FACES
    )
    css = faces + (SOURCE / "style.css").read_text("utf-8")
    script = "\n".join((SOURCE / name).read_text("utf-8") for name in SCRIPTS)
    asked = {
        "screen": picture.screen,
        "form": picture.form,
        "lang": picture.language,
        "points": picture.points,
        "words": json.loads((SOURCE / "words.json").read_text("utf-8"))[picture.language],
    }
    direction = "rtl" if picture.language == "ar" else "ltr"
    return (
        f'<!doctype html><html lang="{picture.language}" dir="{direction}"><meta charset="utf-8">'
        f"<style>{css}</style><body><script>{script}\nshow({json.dumps(asked)});</script></body></html>"
    )


def photograph(picture: Picture, chromium: str, room: Path) -> tuple[Image.Image, list[str]]:
    """The page as Chromium draws it, RGB or RGBA, and the page's complaints about words that do not fit."""
    html, png = room / "page.html", room / "page.png"
    html.write_text(page(picture), "utf-8")
    width, height = picture.points
    own = [
        f"--default-background-color={'00000000' if picture.see_through else 'FBFADAFF'}",
        f"--user-data-dir={room / 'profile'}",
        f"--force-device-scale-factor={picture.density}",
        f"--window-size={width},{height}",
        f"--screenshot={png}",
    ]
    command = [chromium, *BROWSER, *own, html.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if not png.is_file():
        raise SystemExit(f"{picture.path}: Chromium drew nothing:\n{run.stderr[-800:]}")
    with Image.open(png) as drawn:
        drawn.load()
    wanted = (width * picture.density, height * picture.density)
    if drawn.size != wanted:
        raise SystemExit(f"{picture.path} came out at {drawn.size}, wanted {wanted}.")
    return drawn, re.findall(r'CONSOLE.*?\] "(.*)", source: ', run.stderr)


def save(picture: Picture, drawn: Image.Image) -> int:
    """Writes the file and returns its size in bytes; a screen gets a palette, the logo keeps its alpha."""
    target = HERE / picture.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if picture.see_through:
        drawn.save(target, optimize=True)
        return target.stat().st_size
    for most in PALETTES:
        few_colours(drawn, most).save(target, optimize=True)
        if target.stat().st_size <= ROOM:
            break
    return target.stat().st_size


def main() -> int:
    ask = argparse.ArgumentParser(description="Redraws the sample app's captures with headless Chromium.")
    ask.add_argument("names", nargs="*", metavar="name", help="only these files, as globs: 'captures/ja/*'")
    ask.add_argument("--chromium", default="chromium", help="the browser to draw with")
    asked = ask.parse_args()
    chromium = shutil.which(asked.chromium)
    if chromium is None:
        print(f"{asked.chromium} is not installed; only redrawing the captures needs it.", file=sys.stderr)
        return 2
    names, clean = asked.names or ["*"], True
    for picture in pictures():
        if any(fnmatch.fnmatch(picture.path, name) for name in names):
            with tempfile.TemporaryDirectory() as room:
                drawn, faults = photograph(picture, chromium, Path(room))
            print(f"{picture.path}  {save(picture, drawn) / 1000:.0f} kB")
            for fault in faults:
                print(f"  {fault}", file=sys.stderr)
            clean = clean and not faults
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
