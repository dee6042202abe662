"""Hostile inputs for every reader: concepts, catalogs, project files, captures, fonts, folders and imports.

Each case is a small project with one hostile part, and one command on it. A case fails if the command shows a traceback,
ends with an exit code that is not documented, says nothing about its failure, uses more than its share of time or memory,
or changes a file outside the project.

    python benchmarks/fuzz.py                  all cases of seed 1
    python benchmarks/fuzz.py --share 0.1      every tenth case, as in CI
    python benchmarks/fuzz.py --only captures-0007 --keep /tmp/case

Cases are made from a seed: the same seed makes the same cases. Needs POSIX (fork, resource limits).
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

CPU_SECONDS = 10.0  # of one case; a shared runner is half as quick as the machine where 5 seconds are the bound
MEMORY = 1500  # MiB resident, of one case; about 300 are the program and its fonts
FILE_BYTES = 1 << 28  # the largest file that a case may write
CODES = {0, 1, 2, 3}

CONFIG = 'concepts = ["concepts/*.yaml"]\njobs = 1\nsystem_fonts = false\n'
CONCEPT = """\
concept: tiny
style: {palette: ["#1B2A49", "#F4F1EA"], composition: calm}
brand: {logo: logo.png}
values: {price: {currency: 4.99, code: USD}, plants: {number: 12}}
typography: {headline: {weight: 700, size: [3.2, 6.6], max_lines: 3}}
screens:
  - id: hero
    background: {gradient: ["#33507F", "#507F33"], angle: 180, glow: [{color: "#ffffff", at: [0.5, 0.3], radius: 0.5}]}
    capture: cap.png
    frame: phone
    device: {scale: 1.0, shift: [0.0, 0.0], shadow: 0.4}
    logo: true
    copy:
      - {id: headline, text: "Say it for {price}", comment: "Verb first.", size: [3, 6], letter_spacing: 0.01}
displays: [{id: tiny, size: [200, 400]}]
locales: [en, de]
overrides: {de: {hero: {headline: {max_lines: 2}}}}
"""
CATALOG = """\
msgid ""
msgstr ""
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#. Verb first.
#: concepts/tiny.yaml:14
msgctxt "hero/headline"
msgid "Say it for {price}"
msgstr "Sag es für {price}"
"""


@dataclasses.dataclass(frozen=True)
class Case:
    """`spoil` changes the project in the folder that it is given; then `command` is run in it."""

    name: str
    command: tuple[str, ...]
    spoil: Callable[[Path], None]


def png(width: int, height: int, *, real: bool = True, depth: int = 8, kind: int = 2, extra: bytes = b"") -> bytes:
    """A PNG of black pixels; with `real` False its data ends after a few rows."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(kind, 1)
    row = b"\0" + bytes(min(1 << 20, max(1, width * channels * depth // 8)))
    packer = zlib.compressobj(1)
    rows = height if real else 3
    body = b"".join(packer.compress(row) for _ in range(rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    palette = chunk(b"PLTE", bytes(768)) if kind == 3 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + palette + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def make_project(root: Path) -> None:
    """The project before it is spoilt."""
    write(root, "locstore.toml", CONFIG)
    write(root, "concepts/tiny.yaml", CONCEPT)
    write(root, "concepts/cap.png", png(60, 120))
    write(root, "concepts/logo.png", png(20, 20, kind=6))
    write(root, "locales/de/LC_MESSAGES/tiny.po", CATALOG)


def write(root: Path, path: str, content: str | bytes) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink() or target.exists():
        target.unlink()
    target.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)


def special(root: Path, path: str, kind: str) -> None:
    """A pipe, a link to a device, a folder, a huge sparse file, a link in a circle, a broken link, no permission."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
    match kind:
        case "fifo":
            os.mkfifo(target)
        case "zero" | "random" | "full":
            target.symlink_to({"zero": "/dev/zero", "random": "/dev/urandom", "full": "/dev/full"}[kind])
        case "folder":
            target.mkdir()
        case "sparse":
            with target.open("wb") as stream:
                stream.truncate(50 << 30)
        case "loop":
            target.symlink_to(target.name)
        case "broken":
            target.symlink_to("nowhere")
        case "outside":
            target.symlink_to(root.parent / "victim" / "keep.txt")
        case _:
            target.write_bytes(b"")


SPECIAL = ("fifo", "zero", "random", "full", "folder", "sparse", "loop", "broken", "outside", "empty")

# YAML values that may stand where any other stands.
# fmt: off
VALUES = (
    "9" * 5000, "-" + "9" * 4000, "0x" + "f" * 5000, "1e306", "-1e306", ".inf", "-.inf", ".nan", "1e-320", "0", "-1",
    "99999999999", "1.5", "true", "null", "~", '""', '" "', "[]", "{}", "[[]]", "[1, 2, 3, 4, 5]", "[1e306, 0]",
    "[.nan, .nan]", "[-1e306, 1e306, 1, 1]", '"\\ud800"', '"\\0"', '"\\e[31m"', '"[/]x"', '"[red]x"', '"\\u202e"', '"{"', '"}"',
    '"{}"', '"{price"', '"{0}"', '"{price.__class__}"', '"*"', '"**"', '"*a"', '"\\n\\n"', '"../../etc/passwd"', '"/etc/passwd"',
    '"C:\\\\x"', '"~"', '"' + "x" * 60_000 + '"', '"' + "long " * 400 + '"', "2026-13-40", "2026-01-01", "!!python/object:os.system x",
    "!!binary aaaa", "&a [*a]", "*nowhere", "<<", "yes", "0777", "1_000", "1:30", '"💩"', '"\\u0000\\u0001"', '"\\ufeff"',
    '"\\u2028"', '"#12345g"', '"#123456789"', "'#fff'", "[[[[[[[[1]]]]]]]]", "{a: {b: {c: 1}}}", "? [a]\n  : b",
)
TOML_VALUES = (
    "1" * 5000, "-1", "0", "257", "1e306", "inf", "nan", "true", "[]", "{}", '""', '"a"', '"../x"', '"/x"', '"\\u0000"', '"**"',
    '["concepts/*.yaml", 1]', "[" * 3000, "1979-05-27", "'''x'''", '"redis://[::1"', '"http://["', '"' + "x" * 100_000 + '"', "[[1]]",
    '"[/]x"', '"\\u001b[31m"', '["*"]', '["concepts"]', '["con**cepts/*"]', "0x7fffffffffffffffffff",
)
TOML_OPTIONS = (
    "concepts", "locales", "fonts", "output", "cache", "layout", "displays", "jobs", "format", "allow_fuzzy", "fallback",
    "painter", "images", "text", "queue", "system_fonts", "text.tolerance", "text.allow", "images.base_url",
    "images.model", "images.timeout", "images.fields", "images.requests_per_minute", "nonsense", '"a.b"', "tool.locstore",
)
TOML_FILES = (
    "[" * 100_000, "x = " + "[" * 100_000, "a" + ".a" * 100_000 + " = 1", "x = {" * 50_000, "\ufeff" + CONFIG, CONFIG.replace("\n", "\r\n"),
    "\0", "\x1b[31m", "=", "jobs", "jobs = ", "jobs = 1\njobs = 2", "[text]\n[text]", "[[text]]", "x = '''", "#" * 1_000_000,
    "x = " + "9" * 10_000, "[images]\nbase_url = 1", "[[tool]]\n[tool.locstore]",
)
PYPROJECTS = (
    'x = """\n[tool.locstore]\n"""\n', "[tool.locstore]\n", "[tool]\nlocstore = 1\n", "tool = 1\n", "[[tool.locstore]]\n", "[tool.locstore.text]\nx=1\n",
    '# [tool.locstore]\n', '[tool."locstore"]\njobs = "x"\n', "[tool.locstore]\n" + "[" * 100_000,
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A few bytes flipped, cut out, repeated or replaced."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        if not found:
            break
        at = chance.randrange(len(found))
        match chance.randrange(5):
            case 0:
                found[at] ^= 1 << chance.randrange(8)
            case 1:
                del found[at : at + chance.randrange(1, 40)]
            case 2:
                piece = found[at : at + chance.randrange(1, 40)]
                found[at:at] = piece * chance.randrange(1, 200)
            case 3:
                found[at : at + 1] = chance.choice([b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\\", b'"', b"{", b"\r", b"\xe2\x80\xae", b"%", b"\n\n"])
            case _:
                del found[at:]
    return bytes(found)


def scalars(text: str) -> list[tuple[int, int]]:
    """Start and end of each value in the concept that can be replaced by another."""
    found = [m.span(1) for m in re.finditer(r": ((?:\"[^\"]*\"|\[[^\[\]]*\]|\{[^{}]*\}|[\w.#-]+))", text)]
    return found + [m.span(1) for m in re.finditer(r"[\[,] ?(\"[^\"]*\"|[\d.]+)", text)]


def concept_cases(chance: random.Random) -> Iterator[tuple[tuple[str, ...], Callable[[Path], None]]]:
    commands = (("check",), ("run",), ("plan",), ("extract", "--json"), ("status",), ("prompt",), ("lint",))

    def text(content: str | bytes) -> Callable[[Path], None]:
        return lambda root: write(root, "concepts/tiny.yaml", content)

    places = scalars(CONCEPT)
    pairs = [(place, value) for place in places for value in VALUES]
    for (start, end), value in chance.sample(pairs, 420):
        yield chance.choice(commands), text(CONCEPT[:start] + value + CONCEPT[end:])
    keys = [m.start(1) for m in re.finditer(r"(?:^|[{,] ?)(\w+):", CONCEPT, re.MULTILINE)]
    for at in keys:
        yield chance.choice(commands), text(CONCEPT[:at] + "zz" + CONCEPT[at:])
    for _ in range(120):
        yield chance.choice(commands), text(mutated(CONCEPT.encode(), chance))
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    for content in (
        "", "\n", "---\n---\n", "\ufeff" + CONCEPT, CONCEPT.encode("utf-16"), CONCEPT.replace("\n", "\r"), "- a", "1", "[" * 100_000,
        "{" * 100_000, "a: " * 5000, "? " * 3000, "- " * 20_000, bomb + CONCEPT, "&a a: *a\n" + CONCEPT, "%YAML 1.1\n---\n" + CONCEPT,
        "%TAG ! x\n---\n" + CONCEPT, "x: &a 1\ny: &a 2\n" + CONCEPT, "\t" + CONCEPT, CONCEPT + "#" * 600_000, "concept: tiny\n" * 20_000,
        CONCEPT.replace("locales: [en, de]", "locales: [" + "de, " * 20_000 + "en]"),
        CONCEPT.replace("displays: [", "displays: [" + "{id: x, size: [16, 16]}, " * 10_000),
        CONCEPT + "".join(f"# {n}\n" for n in range(60_000)),
        CONCEPT.replace("overrides: {", "overrides: {" + "".join(f"l{n}: {{hero: {{headline: {{max_lines: 2}}}}}}, " for n in range(6000))),
        CONCEPT.replace("values: {", "values: {" + "".join(f"v{n}: {{number: {n}}}, " for n in range(15_000))),
        CONCEPT.replace("role", "role\x85").replace("calm", "a\u2028b"),
        re.sub(r"    copy:\n.*\n", "    copy:\n" + "".join(f'      - {{id: s{n}, text: "Words {n}"}}\n' for n in range(3000)), CONCEPT),
        re.sub(r"  - id: hero\n", "".join(f'  - {{id: h{n}, background: "#33507F"}}\n' for n in range(4000)) + "  - id: hero\n", CONCEPT),
    ):  # fmt: skip
        for command in (("check",), ("plan",)):
            yield command, text(content)
    frames = ("[0, 0, 1000000000, 1000000000]", "[0, 0, 1, 1]", "[1000000000, 0, 5, 5]", "[-1, 0, 5, 5]", "[0, 0, 60, 120]", "[59, 119, 1, 1]")
    for frame in frames:
        spec = CONCEPT.replace("frame: phone", f"frame: {{image: cap.png, screen: {frame}, radius: 2000}}")
        yield ("run",), text(spec)
    for kind in SPECIAL:
        yield ("check",), lambda root, kind=kind: special(root, "concepts/tiny.yaml", kind)


def catalog_cases(chance: random.Random) -> Iterator[tuple[tuple[str, ...], Callable[[Path], None]]]:
    commands = (("check",), ("run",), ("status",), ("lint",), ("update",), ("plan",), ("export", "csv", "-o", "out.csv"))
    path = "locales/de/LC_MESSAGES/tiny.po"

    def text(content: str | bytes) -> Callable[[Path], None]:
        return lambda root: write(root, path, content)

    for _ in range(150):
        yield chance.choice(commands), text(mutated(CATALOG.encode(), chance))
    words = (
        "\\0", "\\x1b[31m", "{price", "{price!r}", "{price:>9999999}", "{0.__class__}", "\U00013000", "\u202e" * 50, "\u0301" * 5000, "字" * 3000,
        "x" * 5000, "[/]x", "*a", "*a*b*", "&#10;", "%n", "\ud800", "\ufffe", "\u200b" * 300, "ﷺ" * 200, "\U000e0001", "👩‍👩‍👧‍👦" * 60, "\\n" * 200,
        "{price}" * 500, "{{price}}", "{}", "", " ", "\u2066" * 200, "\u200f" * 10, "กำ" * 500, "क्‍ष" * 500, "A\u030a\u0301",
    )
    for word in words:
        for command in (("run",), ("lint",)):
            yield command, text(CATALOG.replace("Sag es für {price}", word))
    plurals = (
        "nplurals=999999999; plural=0;", "nplurals=2; plural=n" + "%2" * 2000 + ";", "nplurals=2; plural=" + "(" * 5000, "nplurals=0; plural=0;",
        "nplurals=-1; plural=0;", "nplurals=2; plural=1/0;", "nplurals=2; plural=n**n**n;", "nplurals=2; plural=__import__('os');", "x",
        "nplurals=2; plural=" + "9" * 5000 + ";",
    )
    for plural in plurals:
        for command in (("check",), ("lint",), ("update",)):
            yield command, text(CATALOG.replace("nplurals=2; plural=(n != 1);", plural))
    many = CATALOG + "".join(f'\nmsgctxt "x/{n}"\nmsgid "a{n}"\nmsgstr "b{n}"\n' for n in range(20_000))
    for content in (
        "", "\0" * 1000, "\ufeff" + CATALOG, CATALOG.replace("UTF-8", "latin-1"), CATALOG.replace("UTF-8", "no-such-thing"),
        CATALOG.replace("UTF-8", "utf-7"), CATALOG.replace("UTF-8", "idna"), CATALOG.replace("\n", "\r\n"), 'msgid "a"' * 10_000, "#~ " * 100_000,
        CATALOG + '"x"\n' * 50_000, "msgstr[" + "9" * 5000 + '] ""', many, CATALOG * 2, '"' * 100_000,
    ):  # fmt: skip
        for command in (("check",), ("update",)):
            yield command, text(content)
    for kind in SPECIAL:
        for command in (("check",), ("update",)):
            yield command, lambda root, kind=kind: special(root, path, kind)
        yield ("run",), lambda root, kind=kind: special(root, "locales", kind)
    for name in ("xx", "..", "de_", "de\x1b[31m", "de@x", "a" * 200, "[/]x", "DE", "zh-Hans-CN-x-y"):
        if name != "..":
            yield ("run",), lambda root, name=name: write(root, f"locales/{name}/LC_MESSAGES/tiny.po", CATALOG)


def project_file_cases(chance: random.Random) -> Iterator[tuple[tuple[str, ...], Callable[[Path], None]]]:
    commands = (("check",), ("plan",), ("run",), ("status",))
    pairs = [(option, value) for option in TOML_OPTIONS for value in TOML_VALUES]
    for option, value in chance.sample(pairs, 260):
        line = f"{option} = {value}\n"
        spec = line + CONFIG if not CONFIG.startswith(option) else line + CONFIG.split("\n", 1)[1]
        yield chance.choice(commands), lambda root, spec=spec: write(root, "locstore.toml", spec)
    for content in TOML_FILES:
        yield ("check",), lambda root, content=content: write(root, "locstore.toml", content)
    for content in PYPROJECTS:

        def spoil(root: Path, content: str = content) -> None:
            (root / "locstore.toml").unlink()
            write(root, "pyproject.toml", content)

        yield ("check",), spoil
    for kind in SPECIAL:
        yield ("check",), lambda root, kind=kind: special(root, "locstore.toml", kind)
        yield ("run",), lambda root, kind=kind: special(root, "output", kind)
        yield ("run",), lambda root, kind=kind: special(root, ".locstore", kind)
        yield ("plan",), lambda root, kind=kind: special(root, ".locstore/ledger.db", kind)
        yield ("approve", "--list"), lambda root, kind=kind: special(root, "review.json", kind)
    for _ in range(40):
        data = mutated(CONFIG.encode(), chance)
        yield chance.choice(commands), lambda root, data=data: write(root, "locstore.toml", data)
    reviews = ("{", "[]", '{"format": 1}', '{"format": 1, "decisions": []}', '{"format": 1, "decisions": {"a": 1}}', "[" * 100_000, '"\\ud800"',
        '{"format": 1, "decisions": {"a": {"shot": "\\ud800"}}}', "9" * 5000, '{"format": ' + "9" * 5000 + "}")
    for content in reviews:
        yield ("approve", "--list"), lambda root, content=content: write(root, "review.json", content)
        yield ("run", "--require-approved"), lambda root, content=content: write(root, "review.json", content)
    for data in (b"", b"SQLite format 3\0", b"\0" * 5000, os.urandom(0) + b"x" * 9000):
        yield ("run",), lambda root, data=data: write(root, ".locstore/ledger.db", data)


@cache
def largest() -> bytes:
    """A whole picture just below 100 megapixels."""
    return png(10_000, 9_990)


@cache
def zeros() -> bytes:
    """200 MB of zeros, compressed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()


def captures(chance: random.Random) -> Iterator[bytes]:
    """Pictures that are odd, damaged, or larger than they look."""
    for size in ((10, 2000), (1, 9999), (9999, 1), (1, 1), (20_000, 2), (2, 60_000), (3000, 3000)):
        yield png(*size)
    for size in ((10_000, 10_000), (100_000, 100_000), (2**31 - 1, 2**31 - 1), (9_999, 9_999), (0, 5), (65_535, 1500)):
        yield png(*size, real=False)
    yield largest()
    for kind in (0, 2, 3, 4, 6, 5, 7):
        for depth in (1, 2, 4, 8, 16, 3):
            yield png(60, 120, kind=kind, depth=depth)
    for name in (b"iCCP", b"zTXt"):
        data = b"x\0\0" + zeros()
        yield png(60, 120, extra=struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))
    good = png(60, 120)
    for _ in range(60):
        yield mutated(good, chance)
    from PIL import Image

    for mode in ("RGB", "L", "CMYK"):
        stream = io.BytesIO()
        Image.new(mode, (60, 120)).save(stream, "JPEG")
        for _ in range(8):
            yield mutated(stream.getvalue(), chance)
    for form in ("GIF", "TIFF", "BMP", "WEBP", "ICO", "PPM", "PDF", "EPS"):
        stream = io.BytesIO()
        Image.new("RGB", (60, 120)).save(stream, form)
        yield stream.getvalue()
        yield mutated(stream.getvalue(), chance)
    frames = [Image.new("RGB", (60, 120), (n, n, n)) for n in range(40)]
    for form in ("PNG", "WEBP"):
        stream = io.BytesIO()
        frames[0].save(stream, form, save_all=True, append_images=frames[1:])
        yield stream.getvalue()
    yield b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    yield b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 2**31 - 1) + b"IHDR"


def capture_cases(chance: random.Random) -> Iterator[tuple[tuple[str, ...], Callable[[Path], None]]]:
    phone = CONCEPT.replace("{id: tiny, size: [200, 400]}", "iphone_69")
    for number, data in enumerate(captures(chance)):

        def spoil(root: Path, data: bytes = data, number: int = number) -> None:
            write(root, "concepts/cap.png" if number % 4 else "concepts/logo.png", data)
            if number % 3 == 0:
                write(root, "concepts/tiny.yaml", phone)
            elif number % 3 == 1:
                spec = CONCEPT.replace("frame: phone", "frame: {image: cap.png, screen: [5, 5, 40, 80]}")
                write(root, "concepts/tiny.yaml", spec)

        yield chance.choice((("run", "-l", "en"), ("check", "-l", "en"))), spoil
    for kind in SPECIAL:
        for name in ("cap.png", "logo.png"):
            for command in (("check",), ("run",), ("plan",)):
                yield command, lambda root, kind=kind, name=name: special(root, f"concepts/{name}", kind)


def font_cases(chance: random.Random) -> Iterator[tuple[tuple[str, ...], Callable[[Path], None]]]:
    import manimgx_fonts

    folder = Path(manimgx_fonts.__file__).parent
    font = min((p for p in folder.rglob("*.[to]tf") if p.stat().st_size > 20_000), key=lambda p: p.stat().st_size)
    data = font.read_bytes()
    for _ in range(60):
        damaged = mutated(data, chance)
        yield chance.choice((("check",), ("run",))), lambda root, damaged=damaged: write(root, "fonts/own.ttf", damaged)
    for head in (b"", b"OTTO", b"ttcf" + b"\xff" * 40, b"wOFF" + bytes(60), b"wOF2" + bytes(60), b"\0\1\0\0" + b"\xff\xff" * 50, b"true"):
        yield ("run",), lambda root, head=head: write(root, "fonts/own.otf", head)
    for kind in SPECIAL:
        yield ("run",), lambda root, kind=kind: special(root, "fonts/own.ttf", kind)
        yield ("check",), lambda root, kind=kind: special(root, "fonts", kind)


def manifest(**fields: object) -> str:
    record = {
        "shot": "hero/de/tiny", "concept": "tiny", "screen": "hero", "number": 1, "locale": "de", "display": "tiny", "size": [200, 400],
        "sha256": "0" * 64, "bytes": 9, "digests": {"picture": "0"}, "assets": {}, "faces": [], "words": [], "findings": [], **fields,
    }  # fmt: skip
    pictures = {"web/de-DE/01_tiny_hero.png": record}
    return json.dumps({"format": 1, "tools": {}, "inputs": {}, "pictures": pictures})


def folder_cases(chance: random.Random) -> Iterator[tuple[tuple[str, ...], Callable[[Path], None]]]:
    commands = (("run",), ("plan",), ("verify", "output"), ("report",), ("run", "--overwrite"))
    odd: tuple[object, ...] = ("\ud800", "9" * 5000, [], {}, None, 1e306, -1, True, "../x", "\x1b[31m", ["a", "b"], 10**300, "[/]x")
    for field in ("shot", "concept", "screen", "number", "locale", "display", "size", "sha256", "bytes", "digests", "assets", "faces",
        "words", "findings", "text", "pixels"):  # fmt: skip
        for value in chance.sample(odd, 4):
            text = manifest(**{field: value})
            yield chance.choice(commands), lambda root, text=text: write(root, "output/manifest.json", text)
    texts = (
        "", "{", "[]", "null", "[" * 200_000, '{"format": ' + "9" * 5000 + "}", '{"format": 1, "pictures": []}', manifest().replace("web/", "../"),
        manifest().replace("web/", "/"), manifest().replace("web/", "link/"), manifest().replace("web/", "C:\\\\"), manifest() + "x", "\ufeff" + manifest(),
        '{"format": 1, "pictures": {"a": ' * 1000, manifest().replace('"de"', '"\\ud800"'),
    )
    for text in texts:
        for command in commands:
            yield command, lambda root, text=text: write(root, "output/manifest.json", text)
    for kind in SPECIAL:
        for path in ("output/manifest.json", "output/index.html", "output/web", "output/web/de-DE/01_tiny_hero.png", "output/.manifest-journal"):
            yield chance.choice(commands), lambda root, kind=kind, path=path: special(root, path, kind)
        for path in ("screenshots/de-DE/1.png", "screenshots/de-DE", "metadata/android/de-DE/images/phoneScreenshots/1.png"):
            yield ("verify", "output"), lambda root, kind=kind, path=path: special(root, f"output/{path}", kind)
    for number, data in enumerate(captures(chance)):
        if number % 3 == 0:
            place = ("screenshots/de-DE/1.png", "screenshots/ja/x.JPG", "metadata/android/ja-JP/images/phoneScreenshots/1.png")[number % 9 // 3]
            yield ("verify", "output"), lambda root, data=data, place=place: write(root, f"output/{place}", data)
    names = (b"\xff\xfe.png", b"a\nb.png", b"\x1b[31m.png", b"[x].png", b"x" * 250 + b".png", b"-rf.png", b" .png", "é.png".encode(), b".png", b"%s.png")
    for name in names:
        for command in (("verify", "output"), ("run",)):

            def spoil(root: Path, name: bytes = name) -> None:
                folder = root / "output/screenshots/de-DE"
                folder.mkdir(parents=True)
                Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(png(60, 120))

            yield command, spoil


def import_cases(chance: random.Random) -> Iterator[tuple[tuple[str, ...], Callable[[Path], None]]]:
    good = {
        "x.xcstrings": '{"sourceLanguage": "en", "strings": {"Say it for {price}": {"localizations": {"de": {"stringUnit": '
        '{"state": "translated", "value": "Sag es für {price}"}}}}}, "version": "1.0"}',
        "x.strings": '/* Verb first. */\n"Say it for {price}" = "Sag es für {price}";\n',
        "strings.xml": '<?xml version="1.0" encoding="utf-8"?>\n<resources><string name="hero_headline">Sag es für %1$s</string>'
        '<plurals name="n"><item quantity="one">1</item></plurals></resources>',
        "x.csv": "key,source,de\nhero/headline,Say it for {price},Sag es für {price}\n",
        "x.stringsdict": '<?xml version="1.0"?><plist version="1.0"><dict><key>a</key><dict><key>b</key><string>c</string></dict></dict></plist>',
    }  # fmt: skip
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"
    for name, text in good.items():
        contents: list[str | bytes] = [mutated(text.encode(), chance) for _ in range(18)]
        contents += [b"", b"\0", text.encode("utf-16"), "\ufeff" + text, "[" * 100_000, "{" * 100_000, '"' * 50_000, "<a>" * 50_000, text * 1000]
        contents += [bomb + "<resources><string name='a'>&j;</string></resources>", "9" * 5000, '{"strings": ' + "9" * 5000 + "}"]
        contents += [text.replace("Sag es", "\\ud800"), text.replace("Sag es", "\x1b[31m"), text.replace("price", "[/]x")]
        for content in contents:
            yield ("import", name, "-l", "de"), lambda root, name=name, content=content: write(root, name, content)
        for kind in SPECIAL:
            yield ("import", name, "-l", "de"), lambda root, name=name, kind=kind: special(root, name, kind)
    for kind in SPECIAL:

        def spoil(root: Path, kind: str = kind) -> None:
            write(root, "x.csv", good["x.csv"])
            special(root, "map.txt", kind)

        yield ("import", "x.csv", "-l", "de", "--screen-map", "map.txt"), spoil


GROUPS = {
    "concepts": concept_cases,
    "catalogs": catalog_cases,
    "project-files": project_file_cases,
    "captures": capture_cases,
    "fonts": font_cases,
    "folders": folder_cases,
    "imports": import_cases,
}


def all_cases(seed: int) -> list[Case]:
    """Every case, in the same order and with the same content for the same seed."""
    found = []
    for group, make in GROUPS.items():
        chance = random.Random(f"{seed} {group}")
        for number, (command, spoil) in enumerate(make(chance)):
            found.append(Case(f"{group}-{number:04d}", command, spoil))
    return found


@dataclasses.dataclass(frozen=True)
class Result:
    """What a case did: exit code (negative: the signal that ended it), CPU seconds, MiB, and what was wrong."""

    case: Case
    code: int
    seconds: float
    memory: float
    faults: tuple[str, ...]
    said: str


def run_case(case: Case, place: Path, wall: float) -> Result:
    """Make the project, run the command in a forked process with limits, and judge it."""
    root = place / "project"
    root.mkdir(parents=True)
    victim = place / "victim"
    victim.mkdir()
    (victim / "keep.txt").write_text("keep")
    make_project(root)
    case.spoil(root)
    said = place / "said"
    child = os.fork()
    if child == 0:
        _command(case, root, said)
    code, usage = _wait(child, wall)
    text = said.read_text(encoding="utf-8", errors="replace")
    seconds, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    if sys.platform == "darwin":
        memory /= 1 << 20
    faults = []
    if "Traceback" in text or code == 70:
        faults.append("traceback")
    if code == -signal.SIGKILL:
        faults.append(f"no end after {wall:.0f} s")
    elif code < 0 or code not in CODES:
        faults.append(f"exit code {code}")
    if seconds > CPU_SECONDS:
        faults.append(f"{seconds:.1f} s of CPU")
    if memory > MEMORY:
        faults.append(f"{memory:.0f} MiB")
    if code in {1, 2, 3} and not text.strip():
        faults.append("a failure without a word")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text.replace("\r\n", "\n")):
        faults.append("control characters in the output")
    if [p.name for p in victim.iterdir()] != ["keep.txt"] or (victim / "keep.txt").read_text() != "keep":
        faults.append("a file outside the project was changed")
    return Result(case, code, seconds, memory, tuple(faults), text)


def _command(case: Case, root: Path, said: Path) -> None:
    """In the child: run the command with its output in a file, and end without the parent's clean-up."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (int(CPU_SECONDS * 3), int(CPU_SECONDS * 3)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the descriptor itself
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        os.chdir(root)
        from locstore.cli.main import run_cli

        code = run_cli(case.command)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    except BaseException:  # noqa: BLE001 - the case's fault, whatever it is
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        os._exit(70)


def _wait(child: int, wall: float) -> tuple[int, resource.struct_rusage]:
    end = time.monotonic() + wall
    while time.monotonic() < end:
        found, status, usage = os.wait4(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status), usage
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), usage


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="share of the cases, 0 to 1")
    parser.add_argument("--group", choices=GROUPS, help="only this group")
    parser.add_argument("--only", help="only the case with this name")
    parser.add_argument("--keep", type=Path, help="leave the folder of --only here")
    parser.add_argument("--wall", type=float, default=60.0, help="seconds until a case is ended")
    parser.add_argument("--json", type=Path, help="write all results here")
    options = parser.parse_args()
    import locstore.cli.check
    import locstore.cli.run
    import locstore.project.reporting  # noqa: F401 - loaded once, before the forks

    cases = [c for c in all_cases(options.seed) if options.group is None or c.name.startswith(options.group)]
    step = max(1, round(1 / options.share))
    cases = [c for c in cases if c.name == options.only] if options.only else cases[::step]
    results = []
    started = time.monotonic()
    for case in cases:
        place = Path(tempfile.mkdtemp(prefix="fuzz-")) if options.keep is None else options.keep
        try:
            results.append(run_case(case, place, options.wall))
        finally:
            if options.keep is None:
                shutil.rmtree(place, ignore_errors=True)
        result = results[-1]
        if result.faults or options.only:
            tail = result.said[-1500:].encode("unicode_escape", "backslashreplace").decode().replace("\\n", "\n    ")
            print(f"{case.name} ({' '.join(case.command)}): exit {result.code}; {', '.join(result.faults)}\n    {tail}", flush=True)
    print(f"\n{'group':<16}{'cases':>6}{'exit 0':>8}{'1':>6}{'2':>6}{'3':>6}{'max s':>8}{'max MiB':>9}{'faults':>8}")
    for group in GROUPS:
        mine = [r for r in results if r.case.name.startswith(group)]
        if mine:
            codes = Counter(r.code for r in mine)
            counts = "".join(f"{codes[n]:>{8 if n == 0 else 6}}" for n in range(4))
            worst = (max(r.seconds for r in mine), max(r.memory for r in mine), sum(bool(r.faults) for r in mine))
            print(f"{group:<16}{len(mine):>6}{counts}{worst[0]:>8.1f}{worst[1]:>9.0f}{worst[2]:>8}")
    bad = sum(bool(r.faults) for r in results)
    digest = hashlib.sha256(repr([(r.case.name, r.code) for r in results]).encode()).hexdigest()[:12]
    print(f"{len(results)} cases in {time.monotonic() - started:.0f} s, {bad} with faults; exit codes {digest}.")
    if options.json:
        rows = [{"case": r.case.name, "command": r.case.command, "code": r.code, "faults": r.faults} for r in results]
        options.json.write_text(json.dumps(rows, indent=1))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
