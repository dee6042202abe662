"""Write `locstore/typeset/data/unicode-<version>.txt` from a folder of the Unicode Character Database.

    python benchmarks/make_unicode_data.py UCD_FOLDER

The folder is an unpacked UCD.zip (on Debian, /usr/share/unicode of the package unicode-data). The totals that
DerivedBidiClass.txt and Scripts.txt print are checked against what was read, so a parsing slip cannot pass.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

CODE_POINTS = 0x110000
OUTPUT = Path(__file__).parents[1] / "locstore" / "typeset" / "data"
HEADER = """\
# Bidi_Class, Script, Script_Extensions and bracket pairs of Unicode {version} for locstore.typeset.
# Derived from the Unicode Character Database (DerivedBidiClass.txt, Scripts.txt, ScriptExtensions.txt,
# BidiBrackets.txt, UnicodeData.txt) by benchmarks/make_unicode_data.py; do not edit.
# Copyright © 1991-2024 Unicode, Inc. Unicode License v3, see UNICODE-LICENSE.txt beside this file.
# A line `start value` holds from the code point `start` (hexadecimal) to the next line's.
"""


def fields(path: Path) -> Iterator[list[str]]:
    """The semicolon-separated fields of each data line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        data = line.partition("#")[0]
        if data.strip():
            yield [field.strip() for field in data.split(";")]


def span(text: str) -> range:
    first, _, last = text.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def short_names(ucd: Path, wanted: str) -> dict[str, str]:
    """Long value name to short one: `Right_To_Left` to `R`, `Latin` to `Latn`."""
    return {long: short for name, short, long, *_ in fields(ucd / "PropertyValueAliases.txt") if name == wanted}


def check_totals(path: Path, values: list[str], names: dict[str, str], *, short: bool) -> None:
    """Compare with the `# Total code points:` line that ends each value's section."""
    counts = Counter(values)
    value = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := re.match(r"[0-9A-F.]+\s*;\s*(\w+)", line):
            value = found[1] if short else names[found[1]]
        elif (found := re.match(r"# Total code points: (\d+)", line)) and counts[value] != int(found[1]):
            raise SystemExit(f"{path.name}: {value} has {counts[value]} code points, the file says {found[1]}.")


def bidi_classes(ucd: Path) -> list[str]:
    path = ucd / "extracted" / "DerivedBidiClass.txt"
    names = short_names(ucd, "bc")
    values = ["L"] * CODE_POINTS
    # A later @missing line is the more specific one (UAX #44, section 4.2.10).
    for missing, name in re.findall(r"^# @missing: (\S+); (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
        for code in span(missing):
            values[code] = names[name]
    for where, value in fields(path):
        for code in span(where):
            values[code] = value
    check_totals(path, values, names, short=True)
    return values


def scripts(ucd: Path) -> list[str]:
    path = ucd / "Scripts.txt"
    names = short_names(ucd, "sc")
    values = [names["Unknown"]] * CODE_POINTS
    for where, name in fields(path):
        for code in span(where):
            values[code] = names[name]
    check_totals(path, values, names, short=False)
    return values


def script_extensions(ucd: Path) -> list[str]:
    """`-` where the property is the script itself."""
    values = ["-"] * CODE_POINTS
    for where, value in fields(ucd / "ScriptExtensions.txt"):
        for code in span(where):
            values[code] = value.replace(" ", ",")
    return values


def brackets(ucd: Path) -> Iterator[str]:
    """`bracket pair type`, the pair in canonical form: U+2329 pairs with U+3009 as U+3008 does (BD16)."""
    canonical = {
        int(row[0], 16): int(row[5], 16)
        for row in fields(ucd / "UnicodeData.txt")
        if re.fullmatch(r"[0-9A-F]{4,6}", row[5])
    }
    rows = [(int(code, 16), int(pair, 16), kind) for code, pair, kind in fields(ucd / "BidiBrackets.txt")]
    for code, pair, kind in sorted(rows):
        yield f"{code:X} {canonical.get(pair, pair):X} {kind}"


def boundaries(values: list[str]) -> Iterator[str]:
    code = 0
    for value, same in groupby(values):
        yield f"{code:X} {value}"
        code += len(list(same))


def main(folder: str) -> None:
    ucd = Path(folder)
    found = re.match(r"# Scripts-([\d.]+)\.txt", (ucd / "Scripts.txt").read_text(encoding="utf-8"))
    if not found:
        raise SystemExit(f"{ucd / 'Scripts.txt'} does not say its version in the first line.")
    version = found[1]
    sections = {
        "bidi_class": boundaries(bidi_classes(ucd)),
        "script": boundaries(scripts(ucd)),
        "script_extensions": boundaries(script_extensions(ucd)),
        "brackets": brackets(ucd),
    }
    text = HEADER.format(version=version)
    for name, lines in sections.items():
        text += "\n".join([f"[{name}]", *lines, ""])
    path = OUTPUT / f"unicode-{version.rpartition('.')[0]}.txt"
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
