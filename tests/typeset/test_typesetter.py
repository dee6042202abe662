"""What holds for every typesetting, on mixtures of real words in many scripts."""

from __future__ import annotations

import dataclasses
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from locstore.typeset import Box, FontLibrary, Highlight, StyledText, TextLayout, TextStyle, typeset

WORDS = {
    "Latn": "water again Bewässerungsplan d’arroser Ångström cây jj ffi Żółć Từ",
    "Cyrl": "полив растения щётка Її",
    "Grek": "πότισμα Φροντίδα ΐ",
    "Arab": "سقي نباتاتك بعد إلى اللّٰه",
    "Hebr": "להשקות צמחים שָׁלוֹם",
    "Deva": "पौधों पानी स्त्री र्क्ष्य",
    "Beng": "গাছে পানি শ্রী",
    "Taml": "செடிக்கு நீர் கௌ",
    "Telu": "మొక్కలకు నీళ్లు స్త్రీ",
    "Thai": "รดน้ำต้นไม้ ปั๊ป ไม่ลืม",
    "Jpan": "もう水やりを忘れない。 スーパーマーケットで、 「水」",
    "Hang": "물 주기, 잊지 마세요",
    "Hans": "再也不会忘了浇水， 植物！",
    "other": "😀 👩‍👩‍👧 🌱 5 12 000 97% $4.99 — … (Pro) → ★ self\u00adcare e-mail a\u00a0b",
}
LANGUAGES = ["en", "de", "fr", "ru", "pl", "ar", "ur", "he", "hi", "ta", "th", "ja", "ko", "zh-Hans", "zh-Hant"]
SLACK = 0.06  # em that ink may stand out of the box, as the typesetter says
EPSILON = 1e-6

any_word = st.sampled_from([word for line in WORDS.values() for word in line.split(" ")])
gap = st.sampled_from([" ", " ", " ", "\n", "  ", "", "\n\n", "\u00a0"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    parts = [draw(any_word)]
    for word in draw(st.lists(any_word, max_size=9)):
        parts += [draw(gap), word]
    return "".join(parts)


@st.composite
def settings_of_words(draw: st.DrawFn) -> tuple[StyledText, TextStyle, Box]:
    text = draw(texts())
    language = draw(st.sampled_from(LANGUAGES))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    words = StyledText(
        text=text,
        language=language,
        direction="rtl" if language in {"ar", "ur", "he"} else "ltr",
        highlights=((start, end),) if start < end else (),
    )
    largest = draw(st.sampled_from([24, 61.7, 130]))
    style = TextStyle(
        min_size=largest / 2,
        max_size=largest,
        max_lines=draw(st.integers(1, 5)),
        weight=draw(st.sampled_from([400, 700])),
        align=draw(st.sampled_from(["start", "center", "end"])),
        valign=draw(st.sampled_from(["top", "middle", "bottom"])),
        line_height=draw(st.sampled_from([None, None, 0.8, 1.6])),
        letter_spacing=draw(st.sampled_from([0.0, 0.0, -0.03, 0.1])),
        highlight=draw(st.sampled_from([None, Highlight((9, 9, 9)), Highlight((9, 9, 9), 400)])),
    )
    box = Box(
        draw(st.sampled_from([0.0, 33.3])),
        draw(st.sampled_from([0.0, 70.5])),
        draw(st.sampled_from([40.0, 333.0, 1108.0])),
        draw(st.sampled_from([30.0, 211.5, 645.0])),
    )
    return words, style, box


def uncovered(setting: TextLayout) -> str:
    """What of the words is in no line; fails where lines overlap or are out of order."""
    left, at = "", 0
    for line in setting.lines:
        assert line.start >= at
        assert line.text == setting.words.text[line.start : line.end]
        left += setting.words.text[at : line.start]
        at = line.end
    return left + setting.words.text[at:]


@given(settings_of_words())
@example(
    (StyledText(text="jjj", language="en"), TextStyle(min_size=20, max_size=130, align="start"), Box(0, 0, 100, 400))
)
def test_every_setting_is_whole_and_inside_its_box(
    library: FontLibrary, case: tuple[StyledText, TextStyle, Box]
) -> None:
    words, style, box = case
    setting = typeset(words, style, box, library)
    assert uncovered(setting).strip() == ""
    assert not any("\n" in line.text for line in setting.lines)
    assert all(line.text.strip() and line.text == line.text.rstrip() for line in setting.lines)
    slack = SLACK * setting.size + EPSILON
    for line in setting.lines:
        assert line.box.width <= box.width + EPSILON
        assert box.contains(dataclasses.replace(line.box, y=box.y, height=0), 0.5 * setting.size)
        # Baselines are whole pixels, so that ink may stand half a pixel lower or higher.
        assert line.ink.x >= box.x - slack
        assert line.ink.right <= box.right + slack
        assert line.ink.y >= box.y - slack - 0.5
        assert line.ink.bottom <= box.bottom + slack + 0.5
        assert line.baseline == round(line.baseline)
    assert setting.lines[-1].box.bottom - setting.lines[0].box.y <= box.height + EPSILON
    for above, below in zip(setting.lines, setting.lines[1:], strict=False):
        assert below.box.y >= above.box.bottom - EPSILON
        assert below.ink.y >= above.ink.bottom - 1
    assert setting.ink is not None
    assert all(setting.ink.contains(line.ink, EPSILON) for line in setting.lines)


@given(settings_of_words())
def test_sizes_lines_and_findings_agree(library: FontLibrary, case: tuple[StyledText, TextStyle, Box]) -> None:
    words, style, box = case
    setting = typeset(words, style, box, library)
    codes = {f.code for f in setting.findings}
    assert 0 < setting.size <= style.max_size
    assert (setting.size < style.min_size * 0.999) == bool(codes & {"typeset-overflow", "typeset-below-minimum"})
    paragraphs = len([p for p in words.text.split("\n") if p.strip()])
    assert paragraphs <= len(setting.lines) <= max(style.max_lines, paragraphs)
    assert ("typeset-too-many-lines" in codes) == (paragraphs > style.max_lines)
    assert "typeset-missing-glyph" not in codes
    # Every letter has a glyph, in the face, weight and colour that the style asks for.
    clusters = {glyph.cluster for line in setting.lines for run in line.runs for glyph in run.glyphs}
    assert clusters
    assert clusters <= set(range(len(words.text)))
    assert {run.color for line in setting.lines for run in line.runs} <= {(0, 0, 0), (9, 9, 9)}


@settings(max_examples=40)
@given(settings_of_words())
def test_the_same_words_are_set_the_same_way(library: FontLibrary, case: tuple[StyledText, TextStyle, Box]) -> None:
    assert typeset(*case, library) == typeset(*case, library)


def test_words_shaped_for_one_style_do_not_change_another() -> None:
    """A library shares what it shaped between sizes and boxes, and nothing between words, colours or weights."""
    words = StyledText(text="Nie wieder Gießen vergessen, 植物 🌱", language="de", highlights=((4, 10),), slot="a")
    style = TextStyle(min_size=20, max_size=90)
    gold = Highlight((250, 200, 0), 400)
    cases = [
        (given_words, given_style, box)
        for given_words in (words, dataclasses.replace(words, language="ja"), dataclasses.replace(words, slot="b"))
        for given_style in (
            style,
            dataclasses.replace(style, max_size=40),
            dataclasses.replace(style, color=(9, 9, 9)),
            dataclasses.replace(style, weight=400),
            dataclasses.replace(style, highlight=gold),
            dataclasses.replace(style, letter_spacing=0.1),
            dataclasses.replace(style, families=("No Such Family",)),
        )
        for box in (Box(0, 0, 600, 300), Box(0, 0, 250, 500))
    ]
    shared = FontLibrary.for_project(system=False)
    for case in cases:
        shared_layout = typeset(*case, shared)
        assert shared_layout == typeset(*case, FontLibrary.for_project(system=False))
        assert shared_layout == typeset(*case, shared)


@given(settings_of_words(), st.integers(-500, 500), st.integers(-500, 500))
def test_moving_moves_everything(
    library: FontLibrary, case: tuple[StyledText, TextStyle, Box], dx: int, dy: int
) -> None:
    setting = typeset(*case, library)
    moved = setting.moved(dx, dy + 0.3)

    def places(found: TextLayout) -> list[float]:
        boxes = [found.box, found.ink or found.box]
        for line in found.lines:
            boxes += [line.box, line.ink, Box(0, line.baseline, 0, 0)]
            boxes += [Box(g.x, g.y, 0, 0) for run in line.runs for g in run.glyphs]
        return [value for box in boxes for value in (box.x, box.y, box.width, box.height)]

    def shifted(value: float, index: int, line_marks: list[int]) -> float:
        return value + (dx, dy, 0, 0)[index % 4] - (dx if index in line_marks else 0)

    before, after = places(setting), places(moved)
    # A baseline has a y only; its place holder's x stands still.
    still = [i for i in range(0, len(before), 4) if before[i] == after[i] == 0]
    assert after == pytest.approx([shifted(v, i, still) for i, v in enumerate(before)])
    assert dataclasses.replace(moved, lines=(), box=setting.box, ink=None) == dataclasses.replace(
        setting, lines=(), ink=None
    )


@given(st.lists(any_word, min_size=1, max_size=6), st.sampled_from(["\n", "\n\n", "\r\n", " \n ", "\u2028", "\u2029"]))
def test_explicit_line_breaks_are_kept(library: FontLibrary, parts: list[str], newline: str) -> None:
    words = StyledText(text=newline.join(parts), language="en")
    setting = typeset(words, TextStyle(min_size=1, max_size=40, max_lines=6), Box(0, 0, 4000, 900), library)
    assert [line.text.strip() for line in setting.lines] == parts


@pytest.mark.parametrize(
    ("direction", "align", "edge"),
    [
        ("ltr", "start", "left"),
        ("ltr", "end", "right"),
        ("rtl", "start", "right"),
        ("rtl", "end", "left"),
        ("rtl", "center", "middle"),
        ("ltr", "center", "middle"),
    ],
)
def test_alignment_follows_the_direction(library: FontLibrary, direction: str, align: str, edge: str) -> None:
    text = "להשקות צמחים\nשלום" if direction == "rtl" else "Water your plants\nnow"
    words = StyledText(text=text, language="he" if direction == "rtl" else "en", direction=direction)  # type: ignore[arg-type]
    style = TextStyle(min_size=10, max_size=50, align=align)  # type: ignore[arg-type]
    box = Box(100, 0, 1000, 300)
    lines = typeset(words, style, box, library).lines
    assert len(lines) == 2
    for line in lines:
        place = {"left": line.box.x, "right": line.box.right, "middle": line.box.x + line.box.width / 2}[edge]
        assert place == pytest.approx({"left": 100, "right": 1100, "middle": 600}[edge])


@pytest.mark.parametrize(("valign", "place"), [("top", 0.0), ("middle", 0.5), ("bottom", 1.0)])
def test_vertical_alignment(library: FontLibrary, valign: str, place: float) -> None:
    style = TextStyle(min_size=10, max_size=50, valign=valign)  # type: ignore[arg-type]
    (line,) = typeset(StyledText(text="Water", language="en"), style, Box(0, 40, 600, 500), library).lines
    assert line.box.y == pytest.approx(40 + place * (500 - line.box.height))


@pytest.mark.parametrize("text", ["", " ", "\n \n", "\u3000"])
def test_no_words_no_lines(library: FontLibrary, text: str) -> None:
    setting = typeset(StyledText(text=text, language="en"), TextStyle(min_size=1, max_size=9), Box(0, 0, 9, 9), library)
    assert (setting.lines, setting.ink, setting.faces, setting.findings) == ((), None, (), ())
    assert setting.moved(3, 4).box == Box(3, 4, 9, 9)


LONG = {
    "en": "Never forget to water again. ",
    "ja": "もう水やりを忘れない。",
    "zh-Hans": "再也不会忘了浇水，",
    "ko": "물 주기, 이제 잊지 마세요. ",
    "th": "ไม่ลืมรดน้ำต้นไม้อีกต่อไป",
    "ar": "لن تنسى سقي نباتاتك iCloud 12. ",
}


@pytest.mark.parametrize("language", LONG)
def test_two_thousand_characters_are_quick(library: FontLibrary, language: str) -> None:
    """The longest text that a concept may have, in as many lines as it may have: linear work, not cubic."""
    text = (LONG[language] * 200)[:2000]
    words = StyledText(text=text, language=language, direction="rtl" if language == "ar" else "ltr")
    style = TextStyle(min_size=8, max_size=60, max_lines=12)
    before = time.process_time()
    setting = typeset(words, style, Box(0, 0, 1108, 1645), library)
    assert time.process_time() - before < 5
    assert re.sub(r"\s", "", "".join(line.text for line in setting.lines)) == re.sub(r"\s", "", text)
    assert len(setting.lines) > 9
