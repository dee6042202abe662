"""Where lines may end: ICU's positions in code points, and the rules of languages."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.typeset.segment import Break, Quality, break_opportunities, graphemes, utf16_offsets

FAMILY, THUMB, FLAG, KEYCAP = "👩‍👩‍👧", "👍🏽", "🇺🇦", "1️⃣"
NO_LINE_START = "、。，．・：；？！」』）】〉》々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮー"
NO_LINE_END = "「『（【〈《"


def pieces(text: str, language: str, worst: Quality = Quality.GOOD) -> list[str]:
    """The text cut at every opportunity that is no worse than `worst`."""
    cuts = [0, *(b.position for b in break_opportunities(text, language) if b.quality <= worst), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(cuts)]


def test_utf16_offsets() -> None:
    assert utf16_offsets("") == [0]
    assert utf16_offsets("a😀b") == [0, 1, 1, 2, 3]


@given(st.text(max_size=30))
def test_graphemes_cover_the_text_once(text: str) -> None:
    bounds = graphemes(text)
    assert "".join(text[a:b] for a, b in bounds) == text
    assert all(a < b for a, b in bounds)


@pytest.mark.parametrize(
    "text",
    [FAMILY, THUMB, FLAG, KEYCAP, "e\u0301\u0323", "ที่", "क्षि", "נָּ", "각", "\r\n", " நி".strip(), "🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
)
def test_a_cluster_is_one(text: str) -> None:
    assert graphemes(f"😀{text}x") == [(0, 1), (1, 1 + len(text)), (1 + len(text), 2 + len(text))]


@given(st.text(max_size=30), st.sampled_from(["en", "ja", "ko", "zh-Hans", "th", "fr", "pl", "ar", "", "x-nothing"]))
def test_opportunities_are_inside_the_text_in_order_and_between_clusters(text: str, language: str) -> None:
    breaks = break_opportunities(text, language)
    positions = [b.position for b in breaks]
    assert positions == sorted(set(positions))
    assert set(positions) <= {end for _, end in graphemes(text)} - {0, len(text)}
    assert all(b.quality in set(Quality) - {Quality.FORCED} for b in breaks)


@given(
    st.lists(st.sampled_from(["plants", "😀", FAMILY, THUMB, FLAG, KEYCAP, "𝒜𝒷", "n’est"]), min_size=1, max_size=9),
    st.sampled_from(["en", "de", "ja", "ko", "zh-Hans", "ar"]),
)
def test_characters_beyond_the_first_plane_do_not_shift_the_breaks(words: list[str], language: str) -> None:
    text = " ".join(words)
    expected = list(itertools.accumulate(len(word) + 1 for word in words[:-1]))
    good = [b.position for b in break_opportunities(text, language) if b.quality is Quality.GOOD]
    assert good == expected


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("th", "ไม่ ลืม รดน้ำ ต้นไม้ อีก ต่อ ไป"),
        ("th", "สแกน ใบไม้ แล้ว รู้จัก ต้นไม้ ทันที"),
        ("lo", "ຢ່າ ລືມ ຫົດ ນ້ຳ ຕົ້ນໄມ້ ອີກ"),
        ("km", "កុំ ភ្លេច ស្រោចទឹក ដើមឈើ ទៀត"),
        ("my", "အပင် ရေလောင်း ဖို့ ဘယ်တော့ မှ မ မေ့ ပါ နဲ့"),
    ],
)
def test_scripts_without_spaces_break_only_between_words(language: str, words: str) -> None:
    expected = words.split()
    text = "".join(expected)
    ends = set(itertools.accumulate(map(len, expected)))
    found = {b.position for b in break_opportunities(text, language)}
    assert found <= ends, [text[a:b] for a, b in itertools.pairwise(sorted({0, *found, len(text)}))]
    assert len(found) >= len(expected) - 2


@given(st.text("水やりを忘ないスパマケット「」『』（）【】、。，．・：；？！々ぁっゃゅょァッャュョー", max_size=40))
def test_japanese_kinsoku(text: str) -> None:
    for found in break_opportunities(text, "ja"):
        assert text[found.position] not in NO_LINE_START
        assert text[found.position - 1] not in NO_LINE_END


def test_japanese_breaks_by_phrase_first() -> None:
    assert pieces("もう水やりを忘れない", "ja") == ["もう", "水やりを", "忘れない"]
    assert pieces("スーパーマーケットで、水を買った。", "ja") == ["スーパーマーケットで、", "水を", "買った。"]
    assert pieces("スーパーマーケットで", "ja", Quality.INSIDE_PHRASE) == ["スーパーマーケットで"]
    assert pieces("スーパーマーケットで", "ja", Quality.INSIDE_WORD)[:2] == ["スー", "パー"]


def test_korean_keeps_words_whole() -> None:
    assert pieces("물 주기, 이제 잊지 마세요", "ko") == ["물 ", "주기, ", "이제 ", "잊지 ", "마세요"]
    assert "마" in pieces("물 주기, 이제 잊지 마세요", "ko", Quality.INSIDE_WORD)
    assert pieces("AI가 찾아줘요", "ko", Quality.INSIDE_PHRASE) == ["AI가 ", "찾아줘요"]


@pytest.mark.parametrize(("language", "text"), [("zh-Hans", "再也不会忘了浇水"), ("zh-Hant-HK", "再也不會忘記澆水")])
def test_chinese_breaks_between_words_first(language: str, text: str) -> None:
    assert pieces(text, language) == [text[:4], text[4:6], text[6:]]
    assert pieces(text, language, Quality.INSIDE_WORD) == list(text)


def test_chinese_punctuation_starts_no_line() -> None:
    for text in ("再也不会忘了浇水，养好每一盆花。", "识别一万种植物！「免费」试用"):
        assert not {p[0] for p in pieces(text, "zh-Hans", Quality.INSIDE_WORD)} & set("，。！」")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C’est « vrai » !", ["C’est ", "« vrai » !"]),
        ("Arroser : oui ; pourquoi ?", ["Arroser : ", "oui ; ", "pourquoi ?"]),
        ("Économisez 97 % ici", ["Économisez ", "97 % ", "ici"]),
        ("Déjà 12 000 plantes", ["Déjà ", "12 000 ", "plantes"]),
        ("Déjà\u202f! oui", ["Déjà\u202f! ", "oui"]),
    ],
)
def test_french_spaces_before_punctuation_do_not_break(text: str, expected: list[str]) -> None:
    assert pieces(text, "fr") == expected
    assert pieces(text, "fr-CA") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("pl", "I w domu z ogrodem", ["I w domu ", "z ogrodem"]),
        ("cs", "Nezapomeňte k rostlinám", ["Nezapomeňte ", "k rostlinám"]),
        ("sk", "Kvety (v dome)", ["Kvety ", "(v dome)"]),
        ("ru", "Не забудьте о цветах и в саду", ["Не ", "забудьте ", "о цветах ", "и в саду"]),
        ("uk", "Полив у саду", ["Полив ", "у саду"]),
        ("sr-Latn", "Cveće u bašti", ["Cveće ", "u bašti"]),
        ("en", "Save a plant", ["Save ", "a ", "plant"]),
        ("pl", "Plan B i C", ["Plan ", "B i C"]),
        ("pl", "1 z 2", ["1 ", "z 2"]),
    ],
)
def test_slavic_one_letter_words_stay_with_the_next(language: str, text: str, expected: list[str]) -> None:
    assert pieces(text, language) == expected


def test_a_hyphen_is_a_lesser_place() -> None:
    assert break_opportunities("well-known self\u00adcare", "en") == (
        Break(5, Quality.HYPHEN),
        Break(11, Quality.GOOD),
        Break(16, Quality.HYPHEN),
    )
    assert pieces("Gieß\u2010Plan", "de") == ["Gieß\u2010Plan"]


@pytest.mark.parametrize("glue", ["\u00a0", "\u202f", "\u2060", "\u2011"])
def test_glue_holds(glue: str) -> None:
    for language in ("en", "fr", "pl", "ja", "ko", "zh-Hans", "ar"):
        assert break_opportunities(f"a{glue}b", language) == ()


def test_numbers_stay_whole() -> None:
    assert pieces("12 000 000 plants", "en") == ["12 000 000 ", "plants"]
    assert pieces("In 2026 100 plants", "en")[0] == "In "
    assert pieces("-97% $1,299.50 3–5", "en", Quality.INSIDE_WORD)[:2] == ["-97% ", "$1,299.50 "]
