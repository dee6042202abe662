"""Line breaks beside Chromium's: words in every locale of the stores, with the same fonts, sizes and widths.

    python benchmarks/chromium.py [--chromium PATH] [--locale CODE ...] [--differences]

locstore typesets each text in a wide and a narrow box: the sample's words, and lists of countries by CLDR. Chromium
sets the same words at the size that locstore found, in the same width, with `text-wrap: balance`, `word-break:
auto-phrase` in Japanese and `keep-all` in Korean. The command prints how many settings agree, and for each difference
which rule decides: more lines, a worse kind of break, a break that hurts the sense, a wider ragged edge. The kinds of
breaks and their costs are locstore's own (`segment.py`, `sense.py`), so read the differences too. Without Chromium the
command says so and ends.
"""

from __future__ import annotations

import argparse
import dataclasses
import html
import json
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from babel.lists import format_list

from locstore.catalog import load_catalog
from locstore.stores import Locale, locales
from locstore.typeset import Box, FontLibrary, StyledText, TextLayout, TextStyle, parse_highlight, typeset
from locstore.typeset.fonts import installed_font_files
from locstore.typeset.segment import Quality, break_opportunities
from locstore.typeset.sense import text_sense
from locstore.values import fill, parse_locale, placeholders

ROOT = Path(__file__).parents[1]
BOXES = ((1000.0, 520.0, 3), (640.0, 700.0, 4))  # width, height (pixels), lines
STYLE = TextStyle(min_size=40, max_size=110, weight=700)
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MAX_TEXTS = 7  # texts of one locale; each is set in every box


@dataclasses.dataclass(frozen=True)
class Setting:
    """One message in one box: what locstore made of it."""

    locale: str
    box: tuple[float, float, int]
    layout: TextLayout

    @property
    def text(self) -> str:
        return self.layout.words.text


def sample_texts(locale: Locale) -> list[str]:
    """The sample's words in a locale, with a number for each value; none if it has no catalog."""
    path = ROOT / "locales" / locale.gettext / "LC_MESSAGES" / "pocket-garden.po"
    if not path.is_file():
        return []
    catalog, _ = load_catalog(path, code=locale.gettext, display_path=path.relative_to(ROOT).as_posix())
    raw = [e.msgstr[-1] for e in catalog.entries.values() if e.msgstr and e.msgstr[-1]] if catalog else []
    texts = {parse_highlight(fill(text, dict.fromkeys(placeholders(text), "12"))).text for text in raw}
    return sorted(text for text in texts if "\n" not in text)


def list_texts(locale: Locale) -> list[str]:
    """Names of countries as CLDR lists them in the language, for locales without a catalog: true words, no phrases."""
    babel = parse_locale(locale.babel)
    names = [babel.territories[code] for code in sorted(babel.territories) if len(code) == 2 and code.isalpha()]
    return [format_list(names[i * 7 : i * 7 + 3], locale=babel) for i in range(MAX_TEXTS)]


def settings(wanted: list[str]) -> list[Setting]:
    """The words of every locale, set in each box."""
    library = FontLibrary.for_project(system=False)
    found = []
    for locale in locales():
        if wanted and locale.gettext not in wanted:
            continue
        for text in [*sample_texts(locale), *list_texts(locale)][:MAX_TEXTS]:
            words = StyledText(text=text, language=locale.bcp47, direction=locale.direction)
            for box in BOXES:
                style = dataclasses.replace(STYLE, max_lines=box[2])
                found.append(Setting(locale.gettext, box, typeset(words, style, Box(0, 0, box[0], box[1]), library)))
    return found


def page(found: list[Setting]) -> str:
    """A page that sets everything and writes the offsets at which its lines begin, as JSON, into its title."""
    files = {}
    for file in installed_font_files():
        if "Italic" not in file.name:
            files[file.name.partition("[")[0].partition("-VF")[0]] = file.path
    rules = [
        f'@font-face {{ font-family: "{name}"; font-weight: 100 900; src: url("{path.as_uri()}"); }}'
        for name, path in sorted(files.items())
    ]
    general = sorted(files, key=lambda name: (name != "NotoSans", "CJK" in name, "Emoji" in name, name))
    family = ", ".join(f'"{name}"' for name in general)
    blocks = []
    for setting in found:
        language = setting.layout.words.language
        breaks = {"ja": "auto-phrase", "ko": "keep-all"}.get(language.partition("-")[0], "normal")
        blocks.append(
            f'<p lang="{language}" dir="{setting.layout.words.direction}" style="width: {setting.box[0] + 0.5}px; '
            f'font-size: {setting.layout.size}px; word-break: {breaks}">{html.escape(setting.text)}</p>'
        )
    script = """
      document.fonts.ready.then(() => {
        const lines = [...document.querySelectorAll("p")].map((p) => {
          const node = p.firstChild, range = document.createRange(), starts = [0];
          let bottom = null;
          for (let i = 0; i < node.length; i++) {
            range.setStart(node, i); range.setEnd(node, i + 1);
            const rects = range.getClientRects();
            if (!rects.length || !rects[0].width) continue;
            const rect = rects[rects.length - 1];
            if (bottom !== null && rect.top >= bottom) starts.push(i);
            if (bottom === null || rect.top >= bottom) bottom = rect.top + rect.height / 2;
          }
          return starts;
        });
        const out = document.createElement("pre");
        out.id = "result"; out.textContent = JSON.stringify(lines);
        document.body.replaceChildren(out);
      });
    """
    return f"""<!doctype html><meta charset="utf-8"><style>{" ".join(rules)}
      p {{ margin: 0; font-family: {family}; font-weight: 700; line-height: 2.2; text-wrap: balance;
           line-break: strict; hyphens: manual }}</style>{"".join(blocks)}<script>{script}</script>"""


def chromium_lines(program: str, found: list[Setting]) -> list[list[int]]:
    """Where Chromium begins each line, as code point offsets."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(page(found), encoding="utf-8")
        command = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
            f"--user-data-dir={folder}/profile", "--virtual-time-budget=60000", "--dump-dom", path.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=540)
    raw = done.stdout.partition('<pre id="result">')[2].partition("</pre>")[0]
    units: list[list[int]] = json.loads(html.unescape(raw))
    return [_code_points(s.text, starts) for s, starts in zip(found, units, strict=True)]


def _code_points(text: str, starts: list[int]) -> list[int]:
    """JavaScript counts UTF-16 units."""
    offsets = [i for i, char in enumerate(text) for _ in range(1 + (ord(char) > 0xFFFF))]
    return [offsets[start] for start in starts]


def judge(setting: Setting, theirs: list[int]) -> tuple[str, str]:
    """(who is better: `locstore`, `Chromium`, or `either`; the rule that decides)."""
    ours = [line.start for line in setting.layout.lines]
    breaks = break_opportunities(setting.text, setting.layout.words.language)
    quality = {b.position: b.quality for b in breaks}

    def worst(starts: list[int]) -> int:
        return max((quality.get(start, Quality.INSIDE_WORD + 1) for start in starts[1:]), default=Quality.GOOD)

    if len(theirs) > setting.box[2] or len(theirs) > len(ours):
        return "locstore", "more lines than were needed"
    if worst(ours) != worst(theirs):
        return ("locstore" if worst(ours) < worst(theirs) else "Chromium"), "a worse kind of break"
    sense = text_sense(setting.text, setting.layout.words.language, breaks, [])
    costs = [sum(sense.cost(start) for start in starts[1:]) for starts in (ours, theirs)]
    if abs(costs[0] - costs[1]) > 1e-6:
        return ("locstore" if costs[0] < costs[1] else "Chromium"), "a break that hurts the sense"
    ragged = [_ragged(setting, starts) for starts in (ours, theirs)]
    if abs(ragged[0] - ragged[1]) < 0.5:
        return "either", "equally good edges"
    return ("locstore" if ragged[0] < ragged[1] else "Chromium"), "a wider ragged edge"


def _ragged(setting: Setting, starts: list[int]) -> float:
    """The difference of the longest and the shortest line, in em, by the advances of locstore's glyphs."""
    widths: Counter[int] = Counter()
    for line in setting.layout.lines:
        glyphs = sorted((g for run in line.runs for g in run.glyphs), key=lambda g: g.x)
        for glyph, after in zip(glyphs, [*(g.x for g in glyphs[1:]), line.box.right], strict=True):
            widths[glyph.cluster] += after - glyph.x  # type: ignore[assignment]
    ends = [*starts[1:], len(setting.text)]
    lines = []
    for start, end in zip(starts, ends, strict=True):
        visible = start + len(setting.text[start:end].rstrip())
        lines.append(sum(wide for at, wide in widths.items() if start <= at < visible))
    return (max(lines) - min(lines)) / setting.layout.size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--chromium", default=next((p for n in NAMES if (p := shutil.which(n))), None))
    parser.add_argument("--locale", action="append", default=[])
    parser.add_argument("--differences", action="store_true", help="Print every difference.")
    options = parser.parse_args()
    if options.chromium is None:
        print("skipped: no Chromium was found; install it, or name it with --chromium")
        return
    found = settings(options.locale)
    better: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for setting, theirs in zip(found, chromium_lines(options.chromium, found), strict=True):
        ours = [line.start for line in setting.layout.lines]
        if ours == theirs:
            better["equal"] += 1
            continue
        who, rule = judge(setting, theirs)
        better[who] += 1
        rules[f"{who}: {rule}"] += 1
        if options.differences or who == "Chromium":
            show = [_marked(setting.text, starts) for starts in (ours, theirs)]
            print(f"{setting.locale:8} {who}: {rule}\n    locstore {show[0]}\n    Chromium {show[1]}")
    print(
        f"{len(found)} settings in {len({s.locale for s in found})} locales: {better['equal'] / len(found):.0%} equal"
    )
    for rule, count in rules.most_common():
        print(f"{count:6} {rule}")


def _marked(text: str, starts: list[int]) -> str:
    ends = [*starts[1:], len(text)]
    return "|".join(text[a:b] for a, b in zip(starts, ends, strict=True))


if __name__ == "__main__":
    main()
