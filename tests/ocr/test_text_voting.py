"""The rule of the vote: exact by exact votes for every letter, never by closeness."""

from __future__ import annotations

import pytest

from locstore.ocr.engine import UNSURE, said
from locstore.ocr.vote import Reading, best_reading, unheard_letters, verdict
from locstore.readings import Verdict

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzBNP é")


def own(*texts: str, charset: frozenset[str] = LETTERS) -> list[Reading]:
    return [Reading(text, "tesseract deu", charset=charset) for text in texts]


def other(*texts: str) -> list[Reading]:
    return [Reading(text, "rapidocr", other=True) for text in texts]


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        (own("no plant", "no plant", "no plant"), Verdict.EXACT),
        (own("no plant", "no plant") + other("no plant"), Verdict.EXACT),
        (own("no plant") + other("no plant"), Verdict.LIKELY),
        (own("no plant", "no plant"), Verdict.LIKELY),
        (other("no plant", "no plant"), Verdict.LIKELY),
        (own("no plant"), Verdict.LIKELY),
        (own("no plant", "no plamt", "no plomt"), Verdict.LIKELY),
        (own("no plamt", "no plamt", "no plamt"), Verdict.MISMATCH),
        (own("no plan", "no plan", "no plan") + other("no plan"), Verdict.MISMATCH),
        (own("no plant.", "no plant.", "no plant."), Verdict.MISMATCH),
        (own("", "", ""), Verdict.MISMATCH),
        ([], Verdict.MISMATCH),
    ],
)
def test_verdicts(readings: list[Reading], expected: Verdict) -> None:
    assert verdict("no plant", readings, "de") is expected


def test_letters_are_put_to_the_vote_one_by_one() -> None:
    """Three readings with a slip each, in different places, prove the words together with others that have those."""
    readings = own("no plamt today", "mo plant today", "no plant tobay", "no plant today", "no plant todzy")
    assert verdict("no plant today", readings, "de") is Verdict.EXACT


def test_a_letter_too_much_takes_the_votes_of_its_neighbours() -> None:
    readings = own("no pllant", "no pllant", "no pllant") + other("no plant")
    assert verdict("no plant", readings, "de") is not Verdict.EXACT


def test_a_model_has_no_vote_against_a_mark_that_it_cannot_write() -> None:
    """Tesseract's German model has no í: it reads Blíck as Blick, three times. RapidOCR sees the mark."""
    readings = own("Blick", "Blick", "Blick")
    assert verdict("Blick", readings, "de") is Verdict.EXACT
    assert verdict("Blick", readings + other("Blíck"), "de") is Verdict.LIKELY
    # A model that could have written the mark, and did not, is believed where RapidOCR is not of one mind.
    able = own("Blick", "Blick", "Blick", charset=LETTERS | {"í", "ì"})
    assert verdict("Blick", able + other("Blíck", "Blìck"), "de") is Verdict.EXACT


def test_a_model_is_blind_for_a_letter_that_only_its_neighbour_has() -> None:
    """The Ukrainian model writes з for the Russian э; a Russian reader of the same letter з changes nothing."""
    ukrainian, russian = frozenset("абвгдезиуті"), frozenset("абвгдезиутэы")
    readings = own("забуде", "забуде", "забуде", charset=ukrainian)
    assert verdict("забуде", [*readings, *own("эабуде", charset=russian)], "uk") is Verdict.LIKELY
    assert verdict("забуде", [*readings, *own("забуде", charset=russian)], "uk") is Verdict.EXACT
    # It cannot write the і itself: what it has instead says nothing.
    seven = own("забуті", "забуті", "забуті", charset=ukrainian)
    assert verdict("забуті", [*seven, *own("забуты", charset=russian)], "uk") is Verdict.EXACT


def test_what_the_other_engine_reads_twice_stands_against_three() -> None:
    """Tesseract knows the language: it reads Neqa as Nega, as often as one likes."""
    readings = own("Nega", "Nega", "Nega", "Nega", charset=LETTERS | {"N", "q"})
    assert verdict("Nega", readings, "sl") is Verdict.EXACT
    assert verdict("Nega", readings + other("Neqa"), "sl") is Verdict.LIKELY
    assert verdict("Nega", readings + other("Neqa", "Neqa"), "sl") is Verdict.LIKELY
    assert verdict("Nega", readings + other("Neqa", "Nega"), "sl") is Verdict.EXACT


def test_the_other_engine_alone_may_prove_a_sign_that_no_model_has() -> None:
    price = frozenset("0123456789 ")
    readings = own("4800 2", "4800 2", "4800 7", charset=price) + other("4800 ₴", "4800 ₴")
    assert verdict("4800 ₴", readings, "uk") is Verdict.EXACT
    assert verdict("4800 ₴", readings[:-1], "uk") is Verdict.LIKELY
    assert verdict("4900 ₴", readings, "uk") is Verdict.MISMATCH


def test_hyphens_of_divided_words_are_the_typesetters() -> None:
    divided = own("Pflan-\nzen", "Pflan-\nzen", "Pflan-\nzen")
    assert verdict("Pflan\u00adzen", divided, "de") is Verdict.EXACT
    assert best_reading("Pflan\u00adzen", divided, "de") == ("Pflanzen", 0.0)
    assert verdict("Pflanzen", divided, "de") is Verdict.MISMATCH


def test_the_nearest_reading_is_shown() -> None:
    assert best_reading("no plant", own("xx", "no\nplamt"), "de") == ("no plamt", 0.1429)
    assert best_reading("no plant", own(""), "de") == ("", 1.0)
    assert best_reading("no plant", [], "de") == ("", None)


def test_an_engine_has_no_say_on_letters_that_it_does_not_read_from_a_clean_setting() -> None:
    """RapidOCR writes a Slovak l with caron as l and an apostrophe, also where the words are set plainly."""
    clean = other("pod l’a", "podl’a")
    unreadable_by_second_engine = unheard_letters("podľa", clean, "sk")
    assert unreadable_by_second_engine == {"ľ"}
    readings = own("podľa", "podľa", "podľa", charset=LETTERS | {"ľ"}) + clean
    assert verdict("podľa", readings, "sk") is Verdict.LIKELY
    assert verdict("podľa", readings, "sk", unreadable_by_second_engine) is Verdict.EXACT
    # On the other letters it still has one.
    assert (
        verdict("podľa", readings[:3] + other("dodl’a", "dodl’a"), "sk", unreadable_by_second_engine) is Verdict.LIKELY
    )


def test_an_engine_that_reads_nothing_right_has_no_say_or_all() -> None:
    assert unheard_letters("podľa", other("", ""), "sk") == frozenset()
    assert unheard_letters("podľa", other("podľa", "podl"), "sk") == frozenset()


def test_a_word_that_the_engine_guesses_has_no_vote() -> None:
    guess = said("no plant", [90, 12])
    assert guess.text == "no plant"
    assert guess.sure == f"no {UNSURE * 5}"
    readings = [Reading(guess.text, "tesseract deu", charset=LETTERS, sure=guess.sure)] * 3
    assert verdict("no plant", readings, "de") is Verdict.LIKELY
    assert verdict("no plant", [*readings[:1], *own("no plant", "no plant", "no plant")], "de") is Verdict.EXACT


def test_confidences_of_another_number_of_words_are_not_used() -> None:
    assert said("no plant", [5]).sure == "no plant"
    assert said("no plant").sure == "no plant"
