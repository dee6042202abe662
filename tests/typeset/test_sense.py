"""Breaks by sense: function words, highlights, compounds, repeats and pauses, at a stated price in size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lines import headline, shown

from locstore.typeset import FontLibrary
from locstore.typeset.fit import _MOST_FOR_SENSE
from locstore.typeset.segment import break_opportunities
from locstore.typeset.sense import COSTS, PUNCTUATION_BONUS, Fault, text_sense
from locstore.typeset.word_lists import function_words, languages, plain_word

PHONE = 1108.0  # pixels: the sample's text region on a 6.9-inch phone

STORE_LANGUAGES = """
    ar bn ca cs da de el en es fi fil fr gu he hi hr hu id it ja kn ko ml mr ms nb nl or pa pl pt ro ru sk sl sq sv ta
    te th tr uk ur vi zh
""".split()  # noqa: SIM905


def fault_at(marked: str, language: str) -> tuple[Fault, ...]:
    """The faults of the break that `|` marks."""
    text, position = marked.replace("|", ""), marked.index("|")
    breaks = break_opportunities(text, language)
    assert position in {b.position for b in breaks}, "no opportunity"
    return text_sense(text, language, breaks).faults.get(position, ())


HANGING = [
    ("en", "Know any |plant in a snap"),
    ("de", "Ein Garten auf all |deinen Geräten"),
    ("fr", "Vos soins d’un |coup d’œil"),
    ("ru", "Больше не |забудете про полив"),
    ("he", "גינה אחת בכל |המכשירים"),
    ("he", "שומרים על |הצמחים"),
    ("hi", "याद रखें कि |पानी देना है"),
    ("vi", "Khu vườn của |bạn"),
    ("fil", "Ang hardin sa |wakas"),
    ("sq", "Kopshti juaj më |në fund"),
    ("es", "Cada planta en |su rincón"),
    ("it", "Ogni giorno della |settimana"),
    ("pl", "Ogród na |każdym ekranie"),
    ("cs", "Péče na |celý týden"),
    ("fi", "Muistuta joka |päivä"),
    ("hu", "Minden nap a |kertben"),
    ("tr", "Her gün bir |bitki"),
    ("el", "Φροντίδα για |κάθε φυτό"),
    ("ar", "حديقتك على |كل جهاز"),
    ("nl", "Een tuin op |alle schermen"),
    ("sv", "Vattna på |rätt dag"),
    ("id", "Taman di |semua layar"),
    ("uk", "Сад на |всіх екранах"),
    ("th", "สวนของ|คุณ"),
    ("zh-Hans", "更多|精彩"),
]


@pytest.mark.parametrize(("language", "marked"), HANGING[:-1])
def test_a_function_word_hangs(language: str, marked: str) -> None:
    assert Fault.HANGING_WORD in fault_at(marked, language)


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("hi", "हर डिवाइस |पर एक बगीचा"),
        ("ur", "ہر آلے |پر ایک باغ"),
        ("fi", "Puhu kasvien |kanssa"),
        ("tr", "Bitkiler |için uygulama"),
        ("pl", "Zaopiekuj |się ogrodem"),
    ],
)
def test_a_particle_begins_no_line(language: str, marked: str) -> None:
    assert fault_at(marked, language) == (Fault.LEADING_PARTICLE,)


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("en", "Log in, |then relax"),  # a comma ends the sense
        ("en", "All about IT |and you"),  # no pronoun
        ("en", "Water plants |in time"),
        ("de", "Fang an, |zu wachsen"),
        ("fr", "Reconnaît chaque plante |en un clic"),
    ],
)
def test_what_does_not_hang(language: str, marked: str) -> None:
    assert fault_at(marked, language) == ()


@pytest.mark.parametrize(
    ("language", "marked", "fault"),
    [
        ("fi", "Tunnista kasvi kuin |kasvi hetkessä", Fault.CUT_REPEAT),
        ("fi", "Tunnista kasvi |kuin kasvi hetkessä", Fault.CUT_REPEAT),
        ("en", "Grow day by |day here", Fault.CUT_REPEAT),
        ("de", "Bei dir Tag für |Tag grün", Fault.CUT_REPEAT),
        ("ms", "Untuk kanak |kanak sahaja", Fault.CUT_REPEAT),
        ("vi", "Nghỉ ngơi cuối |cùng đã tới", Fault.CUT_COMPOUND),
        ("vi", "Mọi điện |thoại đều có", Fault.CUT_COMPOUND),
        ("fr", "Tout en un coup |d’œil ici", Fault.CUT_COMPOUND),
        ("ur", "پودوں کی دیکھ |بھال", Fault.CUT_COMPOUND),
        ("th", "แจ้ง|เตือนทุกวัน", Fault.CUT_COMPOUND),
    ],
)
def test_compounds_and_repeats(language: str, marked: str, fault: Fault) -> None:
    assert fault in fault_at(marked, language)


def test_a_repeat_of_function_words_is_none() -> None:
    assert Fault.CUT_REPEAT not in fault_at("Feed a plant |a day", "en")


@pytest.mark.parametrize("mark", [",", "،", "、", "，", " —", ":", ";", "!", "。"])
def test_a_pause_is_a_good_end(mark: str) -> None:
    text = f"Leaves{mark} flowers grow"
    breaks = break_opportunities(text, "en")
    sense = text_sense(text, "en", breaks)
    position = text.index("flowers")
    assert sense.cost(position) == -PUNCTUATION_BONUS
    assert sense.cost(text.index("grow")) == 0


def test_a_cut_highlight_costs_as_documented() -> None:
    assert COSTS[Fault.CUT_HIGHLIGHT] == 0.35
    text = "Water plants daily today"
    sense = text_sense(text, "en", break_opportunities(text, "en"), [(6, 18)])
    assert dict(sense.faults) == {13: (Fault.CUT_HIGHLIGHT,)}


@pytest.mark.parametrize(
    ("language", "markup", "lines"),
    [
        ("en", "Know any plant in a snap", "Know any plant|in a snap"),
        ("ru", "Больше не забудете про полив", "Больше|не забудете|про полив"),
        ("fr", "Une semaine de soins d’un coup d’œil", "Une semaine|de soins|d’un coup d’œil"),
        ("fi", "Tunnista kasvi kuin kasvi hetkessä", "Tunnista|kasvi kuin kasvi|hetkessä"),
        ("zh-Hant", "一週照顧重點，一目瞭然", "一週照顧重點，|一目瞭然"),
        ("he", "גינה אחת בכל המכשירים", "גינה אחת|בכל המכשירים"),
        ("hi", "पूरे हफ़्ते की देखभाल, एक नज़र में", "पूरे हफ़्ते की देखभाल,|एक नज़र में"),
        ("ko", "물 주기, 이제 잊지 마세요", "물 주기,|이제 잊지 마세요"),
        ("vi", "Lịch chăm cây cả tuần, nhìn là rõ", "Lịch chăm cây|cả tuần, nhìn là rõ"),
        ("th", "หามุมโปรดให้ต้นไม้ทุกต้น", "หามุมโปรด|ให้ต้นไม้ทุกต้น"),
        ("ja", "どの植物にもお気に入りの場所を", "どの植物にも|お気に入りの場所を"),
        ("de", "Jede Pflanze am Lieblingsplatz", "Jede Pflanze|am Lieblingsplatz"),
        ("ur", "ہر پودے کو پل بھر میں پہچانیں", "ہر پودے کو|پل بھر میں پہچانیں"),
    ],
)
def test_headlines_by_sense(library: FontLibrary, language: str, markup: str, lines: str) -> None:
    assert shown(headline(library, markup, language, PHONE)) == lines


@pytest.mark.parametrize(
    ("marked", "cut", "whole"),
    [
        ("Never miss *a watering day* again", "Never miss|a watering|day again", "Never miss|a watering day|again"),
        ("Send *money abroad* for free", "Send money|abroad for free", "Send|money abroad|for free"),
    ],
)
def test_a_highlight_is_whole_where_size_can_pay(library: FontLibrary, marked: str, cut: str, whole: str) -> None:
    plain, layout = (headline(library, text, "en", 900) for text in (marked.replace("*", ""), marked))
    assert (shown(plain), shown(layout)) == (cut, whole)
    assert layout.size >= plain.size / _MOST_FOR_SENSE


@given(
    st.lists(
        st.sampled_from(["der", "Wasser", "und", "auf", "Garten", "deine", "Pflanzen", "in"]), min_size=1, max_size=9
    ),
    st.sampled_from([300, 500, 900]),
)
def test_sense_costs_at_most_a_seventh_of_the_size(library: FontLibrary, words: list[str], width: int) -> None:
    """A language without lists has no sense to pay for."""
    text = " ".join(words)
    paid, free = headline(library, text, "de", width), headline(library, text, "xx", width)
    assert paid.size >= free.size / _MOST_FOR_SENSE - 0.1
    assert (paid.size < 64) == (free.size < 64)


@pytest.mark.parametrize("language", STORE_LANGUAGES)
def test_every_store_language_has_function_words(language: str) -> None:
    words = function_words(language)
    assert language in languages()
    assert len(words.leads) + len(words.follows) >= 10
    assert not words.leads & words.follows or language in {"gu", "bg", "fil", "mr"}
    assert all(plain_word(word) == word for word in (words.leads | words.follows) if word[0].isalpha())


def test_languages_share_lists_by_their_primary_subtag() -> None:
    assert function_words("de-AT") == function_words("de")
    assert function_words("no") == function_words("nb")
    assert function_words("xx").leads == frozenset()
