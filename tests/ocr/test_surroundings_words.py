"""What stands around the words: extra ones, repetitions, other scripts, other places. No engine is needed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from locstore.findings import Finding, Severity
from locstore.layout import Composition, compose
from locstore.ocr.surroundings import surroundings
from locstore.readings import SlotReading, Verdict
from locstore.shots import Asset, Shot
from locstore.typeset import Box, FontLibrary

SIZE = (660, 1434)
FREE = Box(250, 1320, 160, 30)  # below the words, above the lower edge; no device is there

Look = Callable[..., list[Finding]]


@pytest.fixture
def composed(make_shot: Callable[..., Shot], library: FontLibrary) -> Callable[..., Composition]:
    def composed(headline: str = "Never forget to water", **design: Any) -> Composition:
        shot = make_shot(("headline", headline), ("caption", "Reminders that follow"), **{"display": SIZE, **design})
        return compose(shot, library, lambda asset: (330, 717))

    return composed


def readings(composition: Composition, verdict: Verdict, read: str | None = None) -> list[SlotReading]:
    """A reading for each slot, at the typesetter's place."""
    found = []
    for slot in composition.slots:
        ink = slot.text_layout.ink
        assert ink is not None
        asked = " ".join(line.text for line in slot.text_layout.lines)
        box = (round(ink.x), round(ink.y), round(ink.width), round(ink.height))
        text = asked if read is None else read
        found.append(SlotReading(slot=slot.id, verdict=verdict, asked=asked, read=text, box=box))
    return found


def look(
    composition: Composition,
    said: Mapping[Box, tuple[str, float]] | None = None,
    *,
    verdict: Verdict = Verdict.EXACT,
    read: str | None = None,
    found: list[SlotReading] | None = None,
    **options: Any,
) -> list[Finding]:
    """The surroundings of a picture in which a detector found the boxes of `said`, and nothing else."""
    blank = np.full((SIZE[1], SIZE[0], 3), 30, np.uint8)
    return surroundings(
        blank,
        composition,
        found or readings(composition, verdict, read),
        lines=list(said or {}),
        recognise=lambda box: (said or {})[box],
        **options,
    )


def codes(findings: list[Finding]) -> list[tuple[str, Severity]]:
    return [(finding.code, finding.severity) for finding in findings]


def ink_of(composition: Composition, slot: int = 0) -> Box:
    ink = composition.slots[slot].text_layout.ink
    assert ink is not None
    return ink


def test_a_picture_as_asked_has_no_findings(composed: Callable[..., Composition]) -> None:
    composition = composed()
    lines = {line.ink: (line.text, 0.99) for slot in composition.slots for line in slot.text_layout.lines}
    assert look(composition, lines) == []


def test_words_that_nobody_asked_for_are_an_error(composed: Callable[..., Composition]) -> None:
    found = look(composed(), {FREE: ("Download now", 0.97)})
    assert codes(found) == [("verify-text-extra", Severity.ERROR)]
    assert '"Download now" at (250, 1320)' in found[0].message
    assert found[0].shot == "hero/en_US/custom"


def test_a_shape_that_may_be_words_is_for_a_person(composed: Callable[..., Composition]) -> None:
    assert codes(look(composed(), {FREE: ("Lowlad", 0.4)})) == [("verify-text-extra", Severity.WARNING)]


@pytest.mark.parametrize("text", ["", "O", "—", "I."])
def test_a_single_sign_is_no_word(composed: Callable[..., Composition], text: str) -> None:
    assert look(composed(), {FREE: (text, 0.99)}) == []


def test_without_a_recogniser_any_line_outside_is_for_a_person(composed: Callable[..., Composition]) -> None:
    composition = composed()
    blank = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    found = surroundings(blank, composition, readings(composition, Verdict.EXACT), lines=[FREE])
    assert codes(found) == [("verify-text-extra", Severity.WARNING)]


def test_a_note_says_when_nobody_looked_for_extra_words(composed: Callable[..., Composition]) -> None:
    composition = composed()
    blank = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    found = surroundings(blank, composition, readings(composition, Verdict.EXACT), lines=None)
    assert codes(found) == [("verify-text-not-checked", Severity.NOTE)]


@pytest.mark.parametrize("text", ["Pocket Garden", "POCKET GARDEN™", "pocketgarden"])
def test_the_brands_words_may_stand_anywhere(composed: Callable[..., Composition], text: str) -> None:
    assert look(composed(), {FREE: (text, 0.95)}, allow=("Pocket Garden",)) == []


def test_the_allow_list_does_not_excuse_what_stands_beside_it(composed: Callable[..., Composition]) -> None:
    found = look(composed(), {FREE: ("Pocket Garden free", 0.95)}, allow=("Pocket Garden",))
    assert codes(found) == [("verify-text-extra", Severity.ERROR)]


def test_words_in_the_capture_are_the_apps_own(composed: Callable[..., Composition], some_asset: Asset) -> None:
    composition = composed(capture=some_asset)
    assert composition.device is not None
    screen = composition.device.screen
    inside = Box(screen.x + 20, screen.y + 40, 150, 24)
    assert look(composition, {inside: ("Today", 0.99)}) == []
    assert look(composed(), {inside: ("Today", 0.99)}) != []


def test_a_capture_over_the_whole_canvas_may_say_anything(
    composed: Callable[..., Composition], some_asset: Asset
) -> None:
    composition = composed(layout="full-bleed", capture=some_asset)
    assert look(composition, {FREE: ("Today", 0.99)}) == []


def test_a_slots_words_once_more_are_reported_with_its_place(composed: Callable[..., Composition]) -> None:
    found = look(composed(), {FREE: ("Never forget to vater", 0.96)})
    assert codes(found) == [("verify-text-twice", Severity.ERROR)]
    assert (found[0].slot, found[0].file, found[0].line) == ("headline-0", "locales/words.po", 10)


def test_a_slots_words_elsewhere_only_are_moved(composed: Callable[..., Composition]) -> None:
    found = look(composed(), {FREE: ("Never forget to water", 0.96)}, verdict=Verdict.MISMATCH, read="")
    assert codes(found) == [("verify-text-moved", Severity.WARNING)]


def test_words_of_the_shots_language_are_read_where_the_recogniser_is_unsure(
    composed: Callable[..., Composition],
) -> None:
    composition = composed("لن تنسى سقي نباتاتك", locale="ar")
    found = surroundings(
        np.zeros((SIZE[1], SIZE[0], 3), np.uint8),
        composition,
        readings(composition, Verdict.EXACT),
        lines=[FREE],
        recognise=lambda _: ("Uuib j", 0.3),
        read=lambda _: "لن تنسى سقي نباتاتك",
    )
    assert codes(found) == [("verify-text-twice", Severity.ERROR)]


def test_the_source_language_in_place_of_a_translation(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    shot = make_shot(("headline", "Vergiss das Gießen nicht"), locale="de", display=SIZE)
    source = dataclasses.replace(shot.slots[0], msgid="Never forget to *water* again")
    composition = compose(dataclasses.replace(shot, slots=(source,)), library, lambda _: (1, 1))
    found = look(composition, verdict=Verdict.MISMATCH, read="Never forget to water agaln")
    assert codes(found) == [("verify-text-script", Severity.ERROR)]
    assert "source language" in found[0].message


@pytest.mark.parametrize(
    ("locale", "asked", "read", "other"),
    [
        ("ar", "لن تنسى سقي نباتاتك", "Never forget your garden", "Latin"),
        ("ru", "Узнайте любое растение по фото", "Know any plant in a snap", "Latin"),
        ("ja", "水やりをもう忘れない", "Vergiss das Gießen nie mehr", "Latin"),
        ("de", "Nie wieder Gießen vergessen", "Узнайте любое растение", "Cyrillic"),
        ("th", "ไม่ลืมรดน้ำต้นไม้อีกต่อไป", "पौधों को पानी देना न भूलें", "Devanagari"),
    ],
)
def test_letters_of_another_script(
    composed: Callable[..., Composition], locale: str, asked: str, read: str, other: str
) -> None:
    composition = composed(asked, locale=locale)
    findings = look(composition, found=readings(composition, Verdict.MISMATCH, read)[:1])
    assert codes(findings) == [("verify-text-script", Severity.ERROR)]
    assert f"in {other} letters" in findings[0].message


@pytest.mark.parametrize(
    ("locale", "asked", "read"),
    [
        ("ja", "水やりをもう忘れない", "水やリをもう忘れなぃ"),  # kana and kanji are one way of writing
        ("hi", "iCloud के साथ हमेशा सिंक में", "iCloud के साथ faa A"),  # a brand's name is no other script
        ("ru", "Узнайте любое растение по фото", "OTO 97"),  # too little to say anything
        ("gu", "નવા છોડ પાછળ વર્ષે ₹6,000 બચાવો", "al ìs 6,000 ì ιi isi"),  # no words
        ("de", "Nie wieder Gießen vergessen", "Nie wieder Giesen vergesen"),  # a misspelling is no other script
    ],
)
def test_no_other_script_is_seen_in_a_bad_reading(
    composed: Callable[..., Composition], locale: str, asked: str, read: str
) -> None:
    composition = composed(asked, locale=locale)
    assert look(composition, found=readings(composition, Verdict.MISMATCH, read)[:1]) == []


def test_words_that_were_read_as_asked_are_never_of_another_script(composed: Callable[..., Composition]) -> None:
    assert look(composed("iCloud"), verdict=Verdict.LIKELY, read="Узнайте") == []


@pytest.mark.parametrize(
    ("dx", "dy", "side"),
    [(0, 120, "too low"), (0, -120, "too high"), (300, 0, "to the right"), (-300, 0, "to the left")],
)
def test_words_out_of_place(composed: Callable[..., Composition], dx: int, dy: int, side: str) -> None:
    composition = composed()
    reading = readings(composition, Verdict.EXACT)[0]
    assert reading.box is not None
    x, y, width, height = reading.box
    found = look(composition, found=[dataclasses.replace(reading, box=(x + dx, y + dy, width, height))])
    assert codes(found) == [("verify-text-moved", Severity.WARNING)]
    assert side in found[0].message


def test_words_within_the_tolerance_are_in_place(composed: Callable[..., Composition]) -> None:
    composition = composed()
    reading = readings(composition, Verdict.EXACT)[0]
    assert reading.box is not None
    x, y, width, height = reading.box
    moved = [dataclasses.replace(reading, box=(x, y + 60, width, height))]
    assert look(composition, found=moved) == []
    assert codes(look(composition, found=moved, tolerance=0.03)) == [("verify-text-moved", Severity.WARNING)]
