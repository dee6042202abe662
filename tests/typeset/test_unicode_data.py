"""The bundled Unicode 15.0 properties: the totals that the database states, and the corners of its files."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from importlib import resources
from itertools import pairwise

import pytest

from locstore.typeset import unicode_data
from locstore.typeset.unicode_data import bidi_class, paired_bracket, script, script_extensions

# fmt: off
# "Total code points" of extracted/DerivedBidiClass.txt 15.0.0; L counts the unassigned ones too.
BIDI_TOTALS = {
    "L": 1096272, "R": 3647, "EN": 168, "ES": 12, "ET": 92, "AN": 63, "CS": 15, "B": 7, "S": 3, "WS": 17,
    "ON": 6029, "BN": 4016, "NSM": 1993, "AL": 1769, "LRE": 1, "RLE": 1, "LRO": 1, "RLO": 1, "PDF": 1,
    "LRI": 1, "RLI": 1, "FSI": 1, "PDI": 1,
}
# The same of Scripts.txt 15.0.0, for scripts of the locales that the stores know.
SCRIPT_TOTALS = {
    "Zyyy": 8301, "Latn": 1481, "Grek": 518, "Cyrl": 506, "Hebr": 134, "Arab": 1368, "Deva": 164, "Beng": 96,
    "Guru": 80, "Gujr": 91, "Taml": 123, "Telu": 100, "Knda": 91, "Mlym": 118, "Thai": 86,
}
# fmt: on


def totals(ranges: unicode_data._Ranges) -> Counter[str]:
    counts: Counter[str] = Counter()
    for (start, end), value in zip(pairwise([*ranges.starts, sys.maxunicode + 1]), ranges.values, strict=True):
        assert start < end
        counts[value] += end - start
    return counts


def test_bidi_totals_are_those_of_the_database() -> None:
    assert totals(unicode_data._unicode_data().bidi_class) == BIDI_TOTALS


def test_script_totals_are_those_of_the_database() -> None:
    counts = totals(unicode_data._unicode_data().script)
    assert {name: counts[name] for name in SCRIPT_TOTALS} == SCRIPT_TOTALS
    assert counts.total() == sys.maxunicode + 1
    assert all(len(name) == 4 and name.istitle() for name in counts)


@pytest.mark.parametrize(
    ("char", "expected"),
    [
        ("a", "L"),
        ("\u05d0", "R"),
        ("\u0628", "AL"),
        ("7", "EN"),
        ("\u0667", "AN"),
        ("+", "ES"),
        ("$", "ET"),
        (",", "CS"),
        ("\u0301", "NSM"),
        ("\u200d", "BN"),
        ("\n", "B"),
        ("\t", "S"),
        (" ", "WS"),
        ("!", "ON"),
        ("\u2068", "FSI"),
        # Unassigned in 15.0: the defaults of the @missing lines, and of noncharacters.
        ("\u05ff", "R"),
        ("\u07bf", "AL"),
        ("\u20cf", "ET"),
        ("\ufb45", "R"),
        ("\U00010d3f", "AL"),
        ("\U0001efff", "R"),
        ("\U0001ed4f", "AL"),
        ("\ufdd0", "BN"),
        ("\U0010ffff", "BN"),
        ("\U0001fc00", "L"),
    ],
)
def test_bidi_class(char: str, expected: str) -> None:
    assert bidi_class(char) == expected


def test_bidi_classes_agree_with_the_interpreter_on_old_characters() -> None:
    """Characters of Unicode 3.2 are settled, so any Python's own table is a second opinion on them."""
    wrong = [
        f"U+{ord(char):04X} {bidi_class(char)} {unicodedata.bidirectional(char)}"
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.ucd_3_2_0.category(char) not in ("Cn", "Co", "Cs")
        and not "\u4e00" < char < "\u9fa5"
        and not "\uac00" < char < "\ud7a3"
        and not "\U00020000" < char < "\U0002a6d6"
        and bidi_class(char) != unicodedata.bidirectional(char)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("char", "own", "extensions"),
    [
        ("a", "Latn", {"Latn"}),
        ("\u0439", "Cyrl", {"Cyrl"}),
        ("1", "Zyyy", {"Zyyy"}),
        ("\u0301", "Zinh", {"Zinh"}),
        ("\u064b", "Zinh", {"Arab", "Syrc"}),
        ("\u30fc", "Zyyy", {"Hira", "Kana"}),
        ("\u3001", "Zyyy", {"Bopo", "Hang", "Hani", "Hira", "Kana", "Yiii"}),
        ("\u4e2d", "Hani", {"Hani"}),
        ("\uac00", "Hang", {"Hang"}),
        ("\u0e01", "Thai", {"Thai"}),
        ("\U0001f600", "Zyyy", {"Zyyy"}),
        ("\u0378", "Zzzz", {"Zzzz"}),
        ("\U0010ffff", "Zzzz", {"Zzzz"}),
    ],
)
def test_script(char: str, own: str, extensions: set[str]) -> None:
    assert script(char) == own
    assert script_extensions(char) == extensions


def test_devanagari_danda_is_shared_by_indic_scripts() -> None:
    assert script("\u0964") == "Zyyy"
    assert {"Beng", "Deva", "Gujr", "Guru", "Taml", "Telu"} <= script_extensions("\u0964")


def test_brackets() -> None:
    assert paired_bracket("(") == (")", "o")
    assert paired_bracket("]") == ("[", "c")
    assert paired_bracket("a") is None
    assert paired_bracket("\u00ab") is None  # quotation marks are no brackets
    assert paired_bracket("\ufd3e") is None


def test_angle_brackets_pair_with_their_canonical_equivalents() -> None:
    assert paired_bracket("\u2329") == paired_bracket("\u3008") == ("\u3009", "o")
    assert paired_bracket("\u232a") == paired_bracket("\u3009") == ("\u3008", "c")


def test_every_bracket_has_a_partner_of_the_other_type() -> None:
    brackets = unicode_data._unicode_data().brackets
    assert Counter(kind for _, kind in brackets.values()) == {"o": 64, "c": 64}
    for char, (pair, kind) in brackets.items():
        assert bidi_class(char) == "ON"
        back, other = brackets[pair]
        assert {kind, other} == {"o", "c"}
        assert back == unicodedata.normalize("NFC", char)


def test_the_data_is_compact_and_says_whose_it_is() -> None:
    folder = resources.files("locstore.typeset").joinpath("data")
    data = folder.joinpath("unicode-15.0.txt").read_text(encoding="utf-8")
    licence = folder.joinpath("UNICODE-LICENSE.txt").read_text(encoding="utf-8")
    assert len(data) < 100_000
    assert "Unicode 15.0.0" in data
    assert "Copyright © 1991-2024 Unicode, Inc." in data
    assert licence.startswith("UNICODE LICENSE V3\n")
    assert "Copyright © 1991-2024 Unicode, Inc." in licence
