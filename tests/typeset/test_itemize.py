"""Clusters to scripts and faces: fallback goes cluster by cluster, and a cluster is never torn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.typeset import FontLibrary
from locstore.typeset.itemize import Cluster, FontFallback, cluster_scripts, is_emoji, is_ignorable, itemize, same_run
from locstore.typeset.segment import graphemes

FAMILY, THUMB, FLAG, KEYCAP = "👩‍👩‍👧", "👍🏽", "🇺🇦", "1️⃣"


@pytest.fixture(scope="session")
def chooser(library: FontLibrary) -> FontFallback:
    return FontFallback(library, (), 700)


def stretches(text: str, clusters: list[Cluster]) -> list[tuple[str, str]]:
    """Neighbours of one face together: (text, family)."""
    found: list[tuple[str, str]] = []
    for cluster in clusters:
        family = cluster.face.family.removeprefix("Noto Sans ") if cluster.face else ""
        piece = text[cluster.start : cluster.end]
        if found and found[-1][1] == family:
            found[-1] = (found[-1][0] + piece, family)
        else:
            found.append((piece, family))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("صورك في iCloud الآن", [("صورك في ", "Arabic"), ("iCloud ", "Noto Sans"), ("الآن", "Arabic")]),
        ("写真をiCloudに", [("写真を", "CJK JP"), ("iCloud", "Noto Sans"), ("に", "CJK JP")]),
        ("תמונות ב-iCloud", [("תמונות ב-", "Hebrew"), ("iCloud", "Noto Sans")]),
        ("ਫੋਟੋ 5 GB", [("ਫੋਟੋ 5 ", "Gurmukhi"), ("GB", "Noto Sans")]),
        ("Привет, κόσμε!", [("Привет, κόσμε!", "Noto Sans")]),
        ("한국 日本 中国", [("한국 日本 中国", "CJK JP")]),
        ("ไทย ລາວ", [("ไทย ", "Thai"), ("ລາວ", "Lao")]),
        ("Ок \U0010fffd", [("Ок ", "Noto Sans"), ("\U0010fffd", "")]),
    ],
)
def test_each_cluster_falls_back_by_itself(chooser: FontFallback, text: str, expected: list[tuple[str, str]]) -> None:
    assert stretches(text, itemize(text, chooser)) == expected


@pytest.mark.parametrize("emoji", [FAMILY, THUMB, FLAG, KEYCAP, "☀️", "🌱", "❤️‍🔥", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_an_emoji_is_one_cluster_in_an_emoji_font(chooser: FontFallback, emoji: str) -> None:
    text = f"Hi {emoji} سلام"
    clusters = itemize(text, chooser)
    picture = next(c for c in clusters if c.start == 3)
    assert text[picture.start : picture.end] == emoji
    assert picture.face is not None
    assert picture.face.family == "Noto Emoji"


@pytest.mark.parametrize("picture", ["🌱", "❤️", "☀️"])
def test_a_space_after_an_emoji_is_a_letters_space(chooser: FontFallback, picture: str) -> None:
    assert stretches(f"a {picture} b", itemize(f"a {picture} b", chooser)) == [
        ("a ", "Noto Sans"),
        (picture, "Noto Emoji"),
        (" b", "Noto Sans"),
    ]


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        ("😀", True),
        (FAMILY, True),
        (THUMB, True),
        (FLAG, True),
        (KEYCAP, True),
        ("⌚", True),
        ("⭐", True),
        ("☀", False),
        ("☀️", True),
        ("☀\ufe0e", False),
        ("😀\ufe0e", False),
        ("©", False),
        ("1", False),
        ("→", False),
        ("水", False),
    ],
)
def test_what_is_an_emoji(cluster: str, expected: bool) -> None:
    assert is_emoji(cluster) is expected


def test_marks_stay_with_their_letter(chooser: FontFallback) -> None:
    for text in ("e\u0301\u0323", "q\u0303", "שָּׁ", "بِّ", "கி", "क्षि", "ที่", "が".replace("が", "か\u3099")):
        assert [(c.start, c.end) for c in itemize(f"{text}x", chooser)] == [(0, len(text)), (len(text), len(text) + 1)]


def scripts(text: str) -> list[str]:
    return cluster_scripts(text, graphemes(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a1!", ["Latn", "Latn", "Latn"]),
        ("12 水", ["Hani", "Hani", "Hani", "Hani"]),
        ("水 12", ["Hani", "Hani", "Hani", "Hani"]),
        ("ع 5 a 5", ["Arab", "Arab", "Arab", "Arab", "Latn", "Latn", "Latn"]),
        ("5 + 5", ["Zyyy"] * 5),
        ("カー", ["Kana", "Kana"]),
        ("あー", ["Hira", "Hira"]),
        ("e\u0301", ["Latn"]),
        ("", []),
    ],
)
def test_common_characters_follow_the_script_around_them(text: str, expected: list[str]) -> None:
    assert scripts(text) == expected


def test_shared_punctuation_belongs_to_a_script_of_the_text() -> None:
    assert scripts("पौधे iPad।")[-1] == "Deva"
    assert scripts("গাছ iPad।")[-1] == "Beng"
    assert scripts("水iPad、")[-1] == "Hani"
    assert scripts("iPad، ع")[4] == "Arab"


@given(st.text(max_size=25))
def test_clusters_cover_the_text_and_faces_cover_clusters(chooser: FontFallback, text: str) -> None:
    clusters = itemize(text, chooser)
    assert "".join(text[c.start : c.end] for c in clusters) == text
    for cluster in clusters:
        if cluster.face is not None:
            needed = {ord(c) for c in text[cluster.start : cluster.end] if not is_ignorable(c)}
            assert needed <= cluster.face.coverage


def test_runs_join_what_can_be_shaped_together(chooser: FontFallback) -> None:
    kanji, kana, latin = itemize("水やa", chooser)
    assert same_run(kanji, kana)
    assert not same_run(kana, latin)
    cyrillic, roman = itemize("ЖZ", chooser)
    assert cyrillic.face is roman.face
    assert not same_run(cyrillic, roman)


def test_ignorable_characters_need_no_glyph(chooser: FontFallback) -> None:
    assert all(map(is_ignorable, "\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2069\u00ad\ufeff\ufe0f\U000e0101"))
    assert not any(map(is_ignorable, "\u0600\u06dd a\u0301"))
    for text in ("\u200fa\u200e", "\u2068b\u2069", "\u200b"):
        assert all(c.face is not None for c in itemize(text, chooser))


@pytest.mark.parametrize(
    ("text", "language", "marks"),
    [
        ("写真 (iCloud) に", "ja", {"(": "Hani", ")": "Hani"}),
        ("水 “iCloud” x", "en", {"“": "Hani", "”": "Hani"}),
        ("ע [Pay] x", "he", {"[": "Hebr", "]": "Hebr"}),
        ("Go（水）", "en", {"（": "Hani", "）": "Hani"}),
        ("Google Pay，", "zh-TW", {"，": "Hani"}),
        ("Google Pay，", "ja", {"，": "Hira"}),
        ("“Google Pay”", "zh-Hans", {"“": "Hani", "”": "Hani"}),
        ("“Google Pay”", "en", {"“": "Latn", "”": "Latn"}),
        ("Let’s", "ja", {"’": "Latn"}),
        ("a ) b", "en", {")": "Latn"}),
    ],
)
def test_marks_take_the_script_of_their_pair_and_language(text: str, language: str, marks: dict[str, str]) -> None:
    found = cluster_scripts(text, graphemes(text), language)
    assert {char: found[text.index(char)] for char in marks} == marks
