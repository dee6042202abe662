"""Slots in the text region: stacked without touching, plates around their words, boxes of their own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locstore.findings import Severity
from locstore.layout import Composition, compose
from locstore.layout.compose import hex_color, text_style
from locstore.shots import Shot
from locstore.typeset import Box, FontLibrary

CANVASES = [(1320, 2868), (2064, 2752), (1200, 1200), (2880, 1800), (1024, 500), (422, 514)]
WORDS = {
    "en": ["Never forget to *water* again", "12,000 plants kept alive", "Save $120", "Ångström jÉ"],
    "de": ["Nie wieder *Gießen* vergessen", "Pflanzenpflegeassistent", "110 € sparen"],
    "ar": ["لن تنسى *سقي نباتاتك* بعد اليوم", "12,000 نبتة", "iCloud 5%"],
    "he": ["לא שוכחים יותר *להשקות*", "שָׁלוֹם", "חוסכים ₪420"],
    "ja": ["もう*水やり*を忘れない", "12,000本の植物", "18,000円お得"],
    "th": ["ไม่ลืม*รดน้ำต้นไม้*อีกต่อไป", "ปั๊ป", "ประหยัด ฿3,900"],
    "vi": ["Không lo quên *tưới cây* nữa", "ẤỄỒ Ỹ", "Từ 12.000 cây"],
}


def nothing(asset: object) -> tuple[int, int]:
    raise AssertionError("there is no picture to measure")


@st.composite
def stacked_shots(draw: st.DrawFn) -> dict[str, Any]:
    locale = draw(st.sampled_from(sorted(WORDS)))
    texts = draw(st.lists(st.sampled_from(WORDS[locale]), min_size=1, max_size=4))
    slots = []
    for text in texts:
        style: dict[str, Any] = {}
        if draw(st.booleans()):
            style["line_height"] = draw(st.sampled_from([0.8, 1.0, 1.5]))
        slots.append((draw(st.sampled_from(["headline", "caption", "badge"])), text, style))
    return {
        "slots": slots,
        "locale": locale,
        "display": draw(st.sampled_from(CANVASES)),
        "layout": draw(st.sampled_from(["caption-top", "caption-bottom", "caption-side", "full-bleed"])),
    }


def made(make_shot: Callable[..., Shot], case: dict[str, Any]) -> Shot:
    return make_shot(*case["slots"], **{k: v for k, v in case.items() if k != "slots"})


def outer(composition: Composition, index: int) -> Box:
    """A slot's plate, or the boxes of its lines."""
    slot = composition.slots[index]
    if slot.text_background is not None:
        return slot.text_background.box
    box = slot.text_layout.lines[0].box
    for line in slot.text_layout.lines[1:]:
        box = box.union(line.box)
    return box


@given(stacked_shots())
def test_stacked_slots_are_in_order_and_do_not_touch(
    make_shot: Callable[..., Shot], library: FontLibrary, case: dict[str, Any]
) -> None:
    found = compose(made(make_shot, case), library, nothing)
    assert [slot.id for slot in found.slots] == [f"{role}-{i}" for i, (role, _, _) in enumerate(case["slots"])]
    for above, below in itertools.pairwise(range(len(found.slots))):
        assert outer(found, above).bottom <= outer(found, below).y
        upper, lower = (found.slots[i].text_layout.ink for i in (above, below))
        assert upper is not None
        assert lower is not None
        assert upper.bottom <= lower.y


@given(stacked_shots())
def test_words_that_fit_stay_in_their_region(
    make_shot: Callable[..., Shot], library: FontLibrary, case: dict[str, Any]
) -> None:
    found = compose(made(make_shot, case), library, nothing)
    canvas = Box(0, 0, *case["display"])
    for index, slot in enumerate(found.slots):
        setting = slot.text_layout
        assert setting.ink is not None
        if not found.findings:
            slack = 0.06 * setting.size + 1.5
            assert found.text_region.contains(setting.ink, slack)
            assert found.text_region.contains(outer(found, index), slack)
            assert canvas.contains(outer(found, index))


@given(stacked_shots())
def test_plates_enclose_their_words(make_shot: Callable[..., Shot], library: FontLibrary, case: dict[str, Any]) -> None:
    found = compose(made(make_shot, case), library, nothing)
    for slot, (role, _, _) in zip(found.slots, case["slots"], strict=True):
        assert (slot.text_background is not None) == (role == "badge")
        if slot.text_background is None:
            continue
        box = slot.text_background.box
        assert (box.x, box.y, box.width, box.height) == tuple(map(round, (box.x, box.y, box.width, box.height)))
        assert slot.text_background.color == "#e8a87c"
        setting = slot.text_layout
        assert setting.ink is not None
        assert box.contains(setting.ink)
        for line in setting.lines:
            assert box.x + 0.5 * setting.size <= line.box.x
            assert line.box.right <= box.right - 0.5 * setting.size


@settings(max_examples=30)
@given(stacked_shots())
def test_composing_is_a_pure_function(
    make_shot: Callable[..., Shot], library: FontLibrary, case: dict[str, Any]
) -> None:
    shot = made(make_shot, case)
    assert compose(shot, library, nothing) == compose(shot, library, nothing)


@settings(max_examples=30)
@given(stacked_shots())
def test_findings_say_where(make_shot: Callable[..., Shot], library: FontLibrary, case: dict[str, Any]) -> None:
    shot = made(make_shot, case)
    lines = {slot.id: slot.line for slot in shot.slots}
    for finding in compose(shot, library, nothing).findings:
        assert finding.shot == shot.key
        assert finding.slot is not None
        assert (finding.file, finding.line) == ("locales/words.po", lines[finding.slot])


@pytest.mark.parametrize("locale", sorted(WORDS))
@pytest.mark.parametrize("display", ["iphone_69", "ipad_13", "play_phone", "mac"])
@pytest.mark.parametrize("layout", ["caption-top", "caption-bottom", "caption-side", "full-bleed"])
def test_usual_words_fit_every_layout(
    make_shot: Callable[..., Shot], library: FontLibrary, locale: str, display: str, layout: str
) -> None:
    words = WORDS[locale]
    slots = [("headline", words[0]), ("caption", words[1]), ("badge", words[2])]
    found = compose(make_shot(*slots, locale=locale, display=display, layout=layout), library, nothing)
    assert [str(f) for f in found.findings] == []
    assert {s.text_layout.words.language.partition("-")[0] for s in found.slots} == {locale}


def test_the_headline_gets_what_the_others_leave(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    long = "Never forget to water your plants again, wherever they are"
    alone = compose(make_shot(("headline", long)), library, nothing)
    crowded = compose(
        make_shot(("headline", long), ("caption", long, {"size": (2, 5), "max_lines": 3})), library, nothing
    )
    assert crowded.slots[0].text_layout.size < alone.slots[0].text_layout.size
    assert crowded.findings == alone.findings == ()


@pytest.mark.parametrize("pill", [None, "#e8a87c"])
def test_a_box_of_its_own(make_shot: Callable[..., Shot], library: FontLibrary, pill: str | None) -> None:
    style = {"box": (0.1, 0.4, 0.5, 0.1), "pill": pill}
    found = compose(make_shot(("headline", "Never forget"), ("badge", "Save $120", style)), library, nothing)
    alone = compose(make_shot(("headline", "Never forget")), library, nothing)
    assert found.slots[0] == alone.slots[0]
    own = Box(132, 0.4 * 2868, 660, 286.8)
    setting = found.slots[1].text_layout
    assert own.contains(setting.box)
    assert setting.ink is not None
    assert own.contains(setting.ink)
    assert own.contains(outer(found, 1), 1)
    # Its words stand in the middle of it, whatever the layout does with others.
    line = setting.lines[0].box
    assert line.y + line.height / 2 == pytest.approx(own.y + own.height / 2)
    assert (found.slots[1].text_background is None) == (pill is None)
    assert found.findings == ()


@pytest.mark.parametrize("box", [(0.1, 0.1, 0.02, 0.005), (0.1, 0.4, 1e-9, 0.1), (0.1, 0.4, 0.1, 1e-9)])
def test_a_box_without_room_is_a_finding(
    make_shot: Callable[..., Shot], library: FontLibrary, box: tuple[float, ...]
) -> None:
    found = compose(make_shot(("badge", "Save $120", {"box": box})), library, nothing)
    assert "typeset-overflow" in {f.code for f in found.findings}


@pytest.mark.parametrize("box", [(0.0, 0.3, 0.5, 0.1), (0.5, 0.3, 0.5, 0.1), (0.3, 0.0, 0.5, 0.04)])
def test_words_at_the_edge_leave_the_safe_area(
    make_shot: Callable[..., Shot], library: FontLibrary, box: tuple[float, ...]
) -> None:
    style = {"box": box, "align": "end" if box[0] == 0.5 else "start"}
    found = compose(make_shot(("headline", "Never", style)), library, nothing)
    assert [(f.code, f.severity) for f in found.findings] == [("typeset-outside-safe-area", Severity.ERROR)]


def test_all_words_gone_leaves_no_plate(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    found = compose(make_shot(("headline", "Never forget"), ("badge", " ")), library, nothing)
    assert found.slots[1].text_background is None
    assert found.slots[1].text_layout.lines == ()
    assert found.findings == ()


def test_sizes_are_percent_of_the_canvas_s_mean_side(make_shot: Callable[..., Shot]) -> None:
    shot = make_shot(
        ("headline", "Never", {"size": (2, 4), "highlight": {"color": "#ff8000", "weight": 300}}), display=(400, 900)
    )
    style = text_style(shot, shot.slots[0], "start")
    assert (style.min_size, style.max_size) == pytest.approx((12, 24))
    assert (style.weight, style.max_lines, style.align, style.color) == (700, 3, "start", (251, 250, 218))
    assert style.highlight is not None
    assert (style.highlight.color, style.highlight.weight) == ((255, 128, 0), 300)
    assert hex_color("#0a10ff") == (10, 16, 255)


def test_markup_becomes_highlights(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    style = {"highlight": {"color": "#e8a87c"}}
    found = compose(make_shot(("headline", r"4.8\* for *water*", style)), library, nothing)
    setting = found.slots[0].text_layout
    assert setting.words.text == "4.8* for water"
    colors = {run.color for line in setting.lines for run in line.runs}
    assert colors == {(251, 250, 218), (232, 168, 124)}


def test_faces_are_listed_once(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    shot = make_shot(("headline", "Never 水"), ("headline", "forget 水"), ("badge", "now"))
    faces = compose(shot, library, nothing).faces
    assert [(f.family, f.weight) for f in faces] == [("Noto Sans", 600), ("Noto Sans", 700), ("Noto Sans CJK JP", 700)]
