"""The calibration's corpus: seeded, corrupted in one way a slot, and only where an eye can see it."""

from __future__ import annotations

import dataclasses
import itertools
import random
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locstore.ocr.normalize import fold
from locstore.paint import LocalPainter
from locstore.typeset import graphemes, parse_highlight
from locstore.typeset.unicode_data import script

REPOSITORY = Path(__file__).resolve().parents[2]
if not (REPOSITORY / "benchmarks/ocr").is_dir():
    pytest.skip("the benchmarks are not part of this copy", allow_module_level=True)
sys.path.insert(0, str(REPOSITORY))

from benchmarks.ocr.corpus import SEED, Corpus, apple_locales, sample_shots  # noqa: E402
from benchmarks.ocr.corruptions import LOOK_ALIKES, ZWNJ, Alphabet, corrupt, kinds_for  # noqa: E402
from benchmarks.ocr.styles import HELD_OUT, STYLES, TUNING, drawn_style, named_style, styled  # noqa: E402

WORDS = {
    "de": "Nie wieder *Gießen* vergessen",
    "ar": "لن تنسى *سقي نباتاتك* بعد اليوم",
    "he": "לא לשכוח להשקות שוב",
    "hi": "पौधों को *पानी* देना न भूलें",
    "th": "ไม่ลืมรดน้ำต้นไม้อีกต่อไป",
    "ko": "12,000개의 식물을 지켰어요",
    "ja": "水やりをもう忘れない",
    "zh-Hans": "12,000株植物重获新生",
    "el": "Ακρίβεια 97% με την πρώτη λήψη",
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus((), SEED)


def clusters(text: str) -> list[str]:
    return [text[start:end] for start, end in graphemes(text)]


def test_all_locales_of_the_app_store_are_in_it() -> None:
    assert len(apple_locales()) == 50
    assert set(sample_shots(REPOSITORY)) >= set(apple_locales())


def test_tuning_and_held_out_styles_share_nothing() -> None:
    names = {group: {s.name for s in STYLES if s.group == group} for group in (TUNING, HELD_OUT)}
    assert all(len(found) == 5 for found in names.values())
    assert not names[TUNING] & names[HELD_OUT]
    inks = {group: {s.ink for s in STYLES if s.group == group and s.ink != "#FFFFFF"} for group in names}
    assert not inks[TUNING] & inks[HELD_OUT]


def test_the_same_seed_makes_the_same_corpus(corpus: Corpus) -> None:
    shots = sample_shots(REPOSITORY, ("ko",))["ko"]
    first, left_out = corpus.cases(shots, STYLES[:3], count=2, wrong=2)
    again, left_out_again = Corpus((), SEED).cases(shots, STYLES[:3], count=2, wrong=2)
    other, _ = Corpus((), SEED + 1).cases(shots, STYLES[:3], count=2, wrong=2)
    assert (first, left_out) == (again, left_out_again)
    assert [case.wrong for case in first] != [case.wrong for case in other]
    assert [bool(case.wrong) for case in first[:3]] == [False, True, True]


@pytest.mark.parametrize("locale", ["ar", "de", "ta", "zh_TW"])
def test_every_corrupted_slot_says_something_else(corpus: Corpus, locale: str) -> None:
    shots = sample_shots(REPOSITORY, (locale,))[locale]
    cases, _ = corpus.cases(shots, STYLES[:5], count=1, wrong=3)
    wrong = [(case.truth, slot, how) for case in cases for slot, how in case.wrong.items()]
    assert len(wrong) >= 30
    for shot, slot, how in wrong:
        words = next(s for s in shot.slots if s.id == slot)
        same = fold(parse_highlight(how.markup).text, words.language) == fold(
            parse_highlight(words.markup).text, words.language
        )
        assert same is (how.kind in {"unjoined", "mirrored"})


def test_a_true_clean_picture_is_the_local_painters(corpus: Corpus) -> None:
    shots = sample_shots(REPOSITORY, ("de",), displays=("play_phone",))["de"]
    case = corpus.cases(shots, STYLES[:1], count=1, wrong=0)[0][0]
    painted = LocalPainter(corpus.library).paint(corpus.composition(case))
    assert int(np.abs(corpus.paint(case).astype(int) - painted).max()) <= 1


@pytest.mark.parametrize("language", sorted(WORDS))
@settings(max_examples=25)
@given(data=st.data())
def test_a_corruption_is_one_mistake(language: str, data: st.DataObject) -> None:
    markup = unicodedata.normalize("NFC", WORDS[language])
    kind = data.draw(st.sampled_from(kinds_for(markup)))
    rng = random.Random(data.draw(st.integers(0, 10_000)))
    how = corrupt(markup, kind, Alphabet.of(list(WORDS.values())), rng)
    if how is None:
        return
    before, after = clusters(markup), clusters(how.markup)
    changed = [(a, b) for a, b in zip(before, after, strict=False) if a != b]
    match kind:
        case "letter" | "look-alike" | "digit":
            assert len(before) == len(after)
            ((old, new),) = changed
            assert script(old[0]) == script(new[0])
            assert old[0].isdecimal() is new[0].isdecimal() is (kind == "digit")
        case "mark":
            assert changed
            assert abs(len(after) - len(before)) <= 1
        case "doubled":
            assert len(after) == len(before) + 1
            assert any(a == b for a, b in itertools.pairwise(after))
        case "dropped":
            assert len(after) < len(before)
            assert how.markup.count("*") % 2 == 0
        case "unjoined":
            assert how.markup.replace(ZWNJ, "") == markup
        case "mirrored":
            assert (how.markup, how.pixels) == (markup, "mirror")
        case "reversed":
            assert sorted(how.markup) == sorted(markup.replace("*", ""))


def test_look_alikes_are_pairs_of_one_script() -> None:
    pairs = [pair for row in LOOK_ALIKES for pair in row.split()]
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)
    kana = {"Hira", "Kana"}
    apart = [p for p in pairs if script(p[0]) != script(p[1]) and {script(p[0]), script(p[1])} != kana]
    assert apart == []


def test_styles_by_chance_are_the_same_for_the_same_seed() -> None:
    drawn = [drawn_style(7, number) for number in range(40)]
    assert drawn == [named_style(style.name) for style in drawn]
    assert len({style.name for style in drawn}) == 40
    assert len({dataclasses.replace(style, name="") for style in drawn}) > 35
    assert drawn != [drawn_style(8, number) for number in range(40)]
    assert {named_style(style.name) for style in STYLES} == set(STYLES)
    with pytest.raises(KeyError):
        named_style("marble")


def test_styles_in_other_fonts_have_only_weights_that_those_come_in() -> None:
    shots = sample_shots(REPOSITORY, ("el",))["el"]
    for style in (s for s in STYLES if s.other_fonts):
        assert {slot.style.weight for shot in shots for slot in styled(shot, style).slots} <= {400, 700}
