"""Prompts for another try: what was wrong is spelled, what was right is not, and nothing breaks out of its quotes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locstore.layout import compose
from locstore.prompt import MAX_CHARACTERS, Correction, PromptTooLong, make_edit_prompt, make_prompt, make_repair_prompt
from locstore.shots import Brief


@pytest.fixture
def composed(make_shot, library):
    def make(words, locale="en", **other):
        slots = [words] if isinstance(words, str) else words
        roles = ["headline", *["caption"] * (len(slots) - 1)]
        shot = make_shot(*zip(roles, slots, strict=True), locale=locale, **other)
        return compose(shot, library, lambda _: (1, 1))

    return make


def corrections(prompt):
    return prompt.partition("[Corrections]\n")[2].partition("\n\n[")[0].rstrip().splitlines()


# Locale, what is asked, what was read, the word that is spelled, what it was painted as, its spelling.
WRONG = [
    ("de", "Nie wieder gießen", "Nie wieder geißen", "gießen", "geißen", "g · i · e · ß · e · n (6 letters)"),
    ("de", "Nie wieder gießen", "Nie wider gießen", "wieder", "wider", "w · i · e · d · e · r (6 letters)"),
    ("de", "Nie wieder gießen", "Nie wiieder gießen", "wieder", "wiieder", "w · i · e · d · e · r (6 letters)"),
    ("fr", "Plus jamais oublié", "Plus jamais oublie", "oublié", "oublie", "o · u · b · l · i · é (6 letters)"),
    ("ru", "Не забудь полить", "Не заубдь полить", "забудь", "заубдь", "з · а · б · у · д · ь (6 letters)"),
    ("hi", "पौधों को पानी", "पौधो को पानी", "पौधों", "पौधो", "पौ · धों (2 letters)"),
    ("ar", "لن تنسى سقي", "لن تسنى سقي", "تنسى", "تسنى", "ت · ن · س · ى (4 letters)"),
    ("ja", "水やりを", "水やをり", "水やりを", "水やをり", "水 · や · り · を (4 letters)"),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "asked", "read", "word", "painted", "spelling"), WRONG)
def test_the_wrong_word_is_spelled_and_no_other(composed, locale, asked, read, word, painted, spelling):
    composition = composed(asked, locale)
    slot = composition.slots[0].id
    prompt = make_repair_prompt(composition, [Correction(slot, read)], number=2)
    head, showed, *rows = corrections(prompt)
    assert "This is try 2" in head
    assert f'showed "{read}"' in showed
    spelled = [row for row in rows if row.startswith("  line")]
    assert len(spelled) == 1
    assert f'"{word}" was painted "{painted}"; it is spelled {spelling}' in spelled[0]
    assert prompt.startswith(make_prompt(composition).rstrip("\n"))


def test_a_word_that_is_not_there_is_spelled(composed):
    composition = composed("Never forget to water again")
    prompt = make_repair_prompt(
        composition, [Correction(composition.slots[0].id, "Never forget water again")], number=2
    )
    assert '"to" had letters missing; it is spelled t · o (2 letters)' in prompt


@pytest.mark.parametrize("read", ["", "Qualcosa d'altro"])
def test_where_all_is_wrong_every_word_is_spelled(composed, read):
    composition = composed("Water me now")
    rows = corrections(make_repair_prompt(composition, [Correction(composition.slots[0].id, read)], number=2))
    assert sum(row.startswith("  line") for row in rows) == 3
    assert ("nothing legible" in rows[1]) == (read == "")


def test_letters_that_were_lost_are_named(composed):
    composition = composed("Plus jamais oublié", "fr")
    prompt = make_repair_prompt(composition, [Correction(composition.slots[0].id, "Plus jamais oublie")], number=3)
    assert "é is latin small letter e with acute" in prompt


def test_the_part_of_a_long_word_that_was_wrong(composed):
    words = "ไม่ลืมรดน้ำต้นไม้อีกต่อไปวันนี้และพรุ่งนี้"
    composition = composed(words, "th")
    read = "".join(line.text for line in composition.slots[0].text_layout.lines).replace("อีก", "อก")
    rows = corrections(make_repair_prompt(composition, [Correction(composition.slots[0].id, read)], number=2))
    assert "อี · ก" in "\n".join(rows)


def test_extra_text_is_forbidden(composed):
    composition = composed("Water me now")
    assert "no block above asks for" in make_repair_prompt(composition, [], number=2, extra=True)
    assert "no block above asks for" not in make_repair_prompt(composition, [], number=2)


def test_an_edit_asks_for_the_wrong_words_only(composed):
    composition = composed(["Water me now", "Or never", "Or soon"])
    prompt = make_edit_prompt(composition, [Correction(composition.slots[1].id, "Or nevr")], number=2)
    assert '"Or never"' in prompt
    assert "Water me now" not in prompt
    assert "Or soon" not in prompt
    assert "place:" in prompt
    assert "mask" in prompt


def test_every_try_has_a_prompt_of_its_own(composed):
    composition = composed("Water me now")
    wrong = [Correction(composition.slots[0].id, "Wader me now")]
    prompts = {make(composition, wrong, number=n) for make in (make_repair_prompt, make_edit_prompt) for n in (2, 3)}
    assert len(prompts) == 4


def test_a_prompt_that_is_too_long_is_not_sent(composed):
    composition = composed("Water me now", brief=Brief(subject="x" * (MAX_CHARACTERS - 1200)))
    assert len(make_prompt(composition)) < MAX_CHARACTERS
    wrong = [Correction(composition.slots[0].id, "another text " * 20)]
    with pytest.raises(PromptTooLong):
        make_repair_prompt(composition, wrong * 8, number=2)


@settings(max_examples=60)
@given(read=st.text(max_size=60))
def test_what_was_read_cannot_break_out_of_its_quotes(composed_once, read):
    slot = composed_once.slots[0].id
    prompt = make_repair_prompt(composed_once, [Correction(slot, read)], number=2)
    rows = corrections(prompt)
    assert rows[1].startswith("- Headline: the earlier picture showed ")
    assert not any(row.startswith("[") for row in rows)


@pytest.fixture(scope="module")
def composed_once(make_shot, library):
    return compose(make_shot(("headline", "Water me now")), library, lambda _: (1, 1))
