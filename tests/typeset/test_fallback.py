"""Which face sets what: fitness before source, whole slots before words, and nothing chosen in silence."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from font_files import write_font
from fontTools.ttLib import TTFont

from locstore.findings import Severity
from locstore.typeset import Box, FontLibrary, Highlight, StyledText, TextLayout, TextStyle, typeset

ASCII = "".join(map(chr, range(32, 127)))
LATIN = ASCII + "àáâãçèéêìíòóôõùúýäöüßñ“”‘’…—·"
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآةىؤئ؟ ٠١٢"
URDU = ARABIC + "ٹڈڑںھہےپچژگکی"
JAPANESE = ASCII + "のをんがアをヴー円図気売読検いろはあいうえおかきくけこさしすせそアイウエオカキク"
JAPANESE += "ケコサシスセソ一二三人大小中日月水火山上下"
SIMPLIFIED = ASCII + "这说们时间头发门开关买卖软一二三人大小中日月水火山上下你好“”"
STYLE = TextStyle(min_size=10, max_size=60, max_lines=6)


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    folder = tmp_path / "fonts"
    folder.mkdir()
    return folder


def layout(text: str, language: str, fonts: Path, style: TextStyle = STYLE) -> tuple[TextLayout, FontLibrary]:
    library = FontLibrary.for_project(fonts, system=False)
    rtl = language.partition("-")[0] in ("ar", "fa", "ur", "he")
    words = StyledText(text=text, language=language, direction="rtl" if rtl else "ltr")
    return typeset(words, style, Box(0, 0, 2000, 800), library), library


def families(setting: TextLayout, library: FontLibrary) -> dict[str, str]:
    """The family of each character that has a glyph."""
    text = setting.words.text
    found: dict[str, str] = {}
    for line in setting.lines:
        for run in line.runs:
            found |= {text[glyph.cluster]: library.faces[run.face_index].family for glyph in run.glyphs}
    return found


def used(text: str, language: str, fonts: Path, style: TextStyle = STYLE) -> set[str]:
    """The families of the visible characters."""
    found = families(*layout(text, language, fonts, style))
    return {family for char, family in found.items() if not char.isspace()}


def codes(setting: TextLayout) -> list[str]:
    return [finding.code for finding in setting.findings if finding.severity is not Severity.NOTE]


# -- fitness before source


def test_nastaliq_sets_urdu_and_nothing_else(fonts: Path) -> None:
    write_font(fonts / "n.ttf", URDU, family="Noto Nastaliq Urdu", weight=700)
    assert used("پودوں کو پانی", "ur", fonts) == {"Noto Nastaliq Urdu"}
    for language, text in (("ar", "سقي نباتاتك"), ("fa", "آب دادن")):
        setting, library = layout(text, language, fonts)
        assert {f for c, f in families(setting, library).items() if not c.isspace()} == {"Noto Sans Arabic"}
        assert codes(setting) == []


def test_a_japanese_brand_font_sets_no_chinese(fonts: Path) -> None:
    write_font(fonts / "m.ttf", JAPANESE, family="M PLUS 1p", weight=700)
    assert used("水のいろは", "ja", fonts) == {"M PLUS 1p"}
    for language, text in (("zh-Hans", "大小日月"), ("zh-Hans", "大小时间"), ("zh-Hant", "大小時間")):
        assert used(text, language, fonts) == {"Noto Sans CJK JP"}


def test_families_that_are_named_for_a_region_are_chosen_by_locale(fonts: Path) -> None:
    everything = JAPANESE + SIMPLIFIED
    write_font(fonts / "a.ttf", everything, family="Noto Sans JP", weight=700)
    write_font(fonts / "b.ttf", everything, family="Noto Sans SC", weight=700)
    assert used("大小日月", "ja", fonts) == {"Noto Sans JP"}
    assert used("大小日月", "zh-Hans", fonts) == {"Noto Sans SC"}


def test_a_latin_font_takes_neither_chinese_quotes_nor_arabic_digits(fonts: Path) -> None:
    write_font(fonts / "lato.ttf", LATIN + "٠١٢٣٤٥", family="Lato", weight=700)
    chinese = families(*layout("使用“Google Pay”付款……——", "zh-Hans", fonts))
    assert {chinese[c] for c in "使用“”…—"} == {"Noto Sans CJK JP"}
    assert chinese["G"] == "Lato"
    arabic = families(*layout("أكثر من ٢٥ نبتة Lato", "ar", fonts))
    assert arabic["٢"] == arabic["ن"] == "Noto Sans Arabic"
    assert arabic["L"] == "Lato"
    assert families(*layout("“Google Pay”", "en", fonts))["“"] == "Lato"


@pytest.mark.parametrize("mark", ["“”", "‘’", "……", "——", "··", "（）"])
@pytest.mark.parametrize("language", ["ja", "zh-Hans", "zh-Hant", "zh-HK", "ko"])
def test_marks_of_cjk_text_come_from_the_cjk_face(fonts: Path, language: str, mark: str) -> None:
    write_font(fonts / "inter.ttf", LATIN + "（）", family="Inter", weight=700)
    found = families(*layout(f"{mark[0]}Google Pay{mark[1]}", language, fonts, STYLE))
    assert {found[c] for c in mark} == {"Noto Sans CJK JP"}
    assert found["G"] == "Inter"


def test_an_apostrophe_inside_an_english_word_stays_there(fonts: Path) -> None:
    write_font(fonts / "inter.ttf", LATIN, family="Inter", weight=700)
    assert families(*layout("今日はLet’s go", "ja", fonts))["’"] == "Inter"


def test_a_brand_font_sets_the_languages_that_it_covers(fonts: Path) -> None:
    write_font(fonts / "brand.ttf", LATIN, family="Brand", weight=700)
    assert used("Guten Tag", "de", fonts) == {"Brand"}
    assert used("Bugün iyi", "tr", fonts) == {"Noto Sans"}  # it has these letters, but not ğ: one face for a language
    setting, _ = layout("Bugün iyi", "tr", fonts)
    assert codes(setting) == ["typeset-face-fallback"]
    assert "Brand does not have ğ ı ş İ: the words are set in Noto Sans" in setting.findings[0].message


def test_capitals_are_enough_for_words_in_capitals(fonts: Path) -> None:
    write_font(fonts / "caps.ttf", "ABCDEFGHIJKLMNOPQRSTUVWXYZ ÄÖÜ", family="Caps", weight=700)
    assert used("GRÖSSE", "de", fonts) == {"Caps"}
    assert used("Größe", "de", fonts) == {"Noto Sans"}


# -- named families


def test_families_named_for_a_language_or_script_come_first(fonts: Path) -> None:
    write_font(fonts / "inter.ttf", LATIN, family="Inter", weight=700)
    write_font(fonts / "m.ttf", JAPANESE, family="M PLUS 1p", weight=700)
    write_font(fonts / "v.ttf", ARABIC, family="Vazir", weight=700)
    named = TextStyle(
        min_size=10, max_size=60, families=("Inter",), own_families=(("", "M PLUS 1p"), ("Arab", "Vazir"))
    )
    assert used("水のいろは Go", "ja", fonts, named) == {"M PLUS 1p"}
    script = TextStyle(min_size=10, max_size=60, families=("Inter",), own_families=(("Arab", "Vazir"),))
    assert families(*layout("سقي Go", "ar", fonts, script)) == {
        "س": "Vazir", "ق": "Vazir", "ي": "Vazir", " ": "Vazir", "G": "Inter", "o": "Inter",
    }  # fmt: skip


def test_an_unknown_family_is_said_with_the_nearest_name(fonts: Path) -> None:
    write_font(fonts / "inter.ttf", LATIN, family="Inter", weight=700)
    style = TextStyle(min_size=10, max_size=60, families=("Intre",), own_families=(("", "Nothing Like It"),))
    setting, _ = layout("Hello", "en", fonts, style)
    first, second = (f.message for f in setting.findings)
    assert codes(setting) == ["typeset-unknown-family"] * 2
    assert "'Intre': another one is used. Is it 'Inter'?" in first
    assert "'Nothing Like It'" in second
    assert "Is it" not in second


# -- whole words, whole slots


@pytest.mark.parametrize(("language", "text"), [("vi", "Bắt đầu trợ lý"), ("en", "Over ươ there"), ("sv", "Ny Đ här")])
def test_a_face_without_a_letter_leaves_the_whole_slot(fonts: Path, language: str, text: str) -> None:
    write_font(fonts / "brand.ttf", LATIN + "åÅ", family="Brand", weight=700)
    setting, library = layout(text, language, fonts)
    assert set(families(setting, library).values()) == {"Noto Sans"}
    assert codes(setting) == ["typeset-face-fallback"]


def test_a_sign_that_the_brand_font_lacks_does_not_cost_the_brand(fonts: Path) -> None:
    write_font(fonts / "brand.ttf", LATIN, family="Brand", weight=700)
    found = families(*layout("Plan → Go", "en", fonts))
    assert found["P"] == found["o"] == "Brand"
    assert found["→"] != "Brand"


@pytest.mark.parametrize("language", ["vi", "fr"])
def test_separate_marks_are_composed_first(fonts: Path, language: str) -> None:
    text = "é à ê" if language == "fr" else "ơ ư ợ"
    letters = "àâæçèéêëîïôœùûü" if language == "fr" else "ơượ"
    write_font(fonts / "brand.ttf", ASCII + letters, family="Brand", weight=700)
    named = TextStyle(min_size=10, max_size=60, own_families=(("", "Brand"),))
    apart = unicodedata.normalize("NFD", text)
    assert len(apart) > len(text)
    setting, library = layout(apart, language, fonts, named)
    assert set(families(setting, library).values()) == {"Brand"}
    assert setting.findings == ()


# -- weights


def test_a_weight_that_no_face_has_is_said(fonts: Path) -> None:
    write_font(fonts / "brand.ttf", LATIN, family="Brand", weight=400)
    setting, _ = layout("Hello", "en", fonts, TextStyle(min_size=10, max_size=60, weight=800))
    assert [(f.code, f.severity) for f in setting.findings] == [("typeset-weight-missing", Severity.WARNING)]
    assert "asks for weight 800; Brand has weight 400 and is set at 400" in setting.findings[0].message
    near, _ = layout("Hello", "en", fonts, TextStyle(min_size=10, max_size=60, weight=500))
    assert [f.severity for f in near.findings] == [Severity.NOTE]
    exact, _ = layout("Hello", "en", fonts, TextStyle(min_size=10, max_size=60, weight=400))
    assert exact.findings == ()


def test_scripts_side_by_side_have_one_weight(fonts: Path) -> None:
    setting, _ = layout("水やり Google", "ja", fonts, TextStyle(min_size=10, max_size=60, weight=900))
    assert {face.weight for face in setting.faces} == {700}
    alone, _ = layout("水やり", "ja", fonts, TextStyle(min_size=10, max_size=60, weight=900))
    assert {face.weight for face in alone.faces} == {900}
    assert "typeset-weight-missing" in codes(setting)
    assert codes(alone) == []


def test_a_highlights_weight_takes_the_file_with_that_weight(fonts: Path) -> None:
    write_font(fonts / "a.ttf", LATIN, family="Brand", weight=400)
    write_font(fonts / "b.ttf", LATIN, family="Brand", weight=800)
    write_font(fonts / "c.ttf", LATIN, family="Other", weight=800)
    style = TextStyle(min_size=10, max_size=60, weight=400, highlight=Highlight((255, 0, 0), 800))
    library = FontLibrary.for_project(fonts, system=False)
    words = StyledText(text="one two", language="en", highlights=((4, 7),))
    setting = typeset(words, style, Box(0, 0, 900, 200), library)
    assert {(f.file, f.weight) for f in setting.faces} == {("a.ttf", 400), ("b.ttf", 800)}
    assert setting.findings == ()


# -- files


def test_web_fonts_are_read(fonts: Path) -> None:
    plain = write_font(fonts.parent / "brand.ttf", LATIN, family="Web Brand", weight=700)
    for flavor in ("woff", "woff2"):
        with TTFont(plain) as font:
            font.flavor = flavor
            font.save(fonts / f"brand.{flavor}")
    library = FontLibrary.for_project(fonts, system=False)
    assert library.findings == []
    assert [f.file.name for f in library.faces if f.family == "Web Brand"] == ["brand.woff", "brand.woff2"]
    assert used("Hello", "en", fonts) == {"Web Brand"}


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.woff2", b"wOF2 and then nothing", "the web font cannot be unpacked"),
        ("a.eot", b"anything", "Embedded OpenType is a web format of its own"),
        ("a.pfb", b"anything", "no Unicode character map"),
    ],
)
def test_a_file_that_cannot_be_used_is_said(fonts: Path, name: str, data: bytes, why: str) -> None:
    (fonts / name).write_bytes(data)
    (finding,) = FontLibrary.for_project(fonts, system=False).findings
    assert (finding.code, finding.file) == ("typeset-font-unreadable", f"fonts/{name}")
    assert why in finding.message


def test_every_face_of_a_collection_is_there(fonts: Path) -> None:
    from fontTools.ttLib import TTCollection

    collection = TTCollection()
    for index, family in enumerate(("First Face", "Second Face")):
        path = write_font(fonts.parent / f"{index}.ttf", LATIN, family=family, weight=700)
        collection.fonts.append(TTFont(path))
    collection.save(fonts / "both.ttc")
    style = TextStyle(min_size=10, max_size=60, families=("Second Face",))
    assert used("Hello", "en", fonts, style) == {"Second Face"}
