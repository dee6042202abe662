"""What translators get: every text once, in order, with what they need to know about it."""

from __future__ import annotations

import dataclasses

import pytest
from concept_text import SAMPLE, VALID, parse, slot, valid
from pytest_regressions.data_regression import DataRegressionFixture

from locstore.concept import concept_messages, load_concept


def comments(text: str) -> tuple[str, ...]:
    return concept_messages(valid(text))[0].comments


def test_the_sample(data_regression: DataRegressionFixture) -> None:
    loaded, _ = load_concept(SAMPLE, "concepts/pocket-garden.yaml")
    assert loaded is not None
    messages = [
        dataclasses.asdict(message) | {"comments": list(message.comments)} for message in concept_messages(loaded)
    ]
    rows = SAMPLE.read_text(encoding="utf-8").splitlines()
    for message in messages:
        assert message["source"] in rows[message.pop("line") - 1]  # a change above it should not change the golden
    data_regression.check(messages)


def test_the_key_is_the_place_and_the_text() -> None:
    (message,) = concept_messages(valid(VALID))
    assert message.key == ("hero/headline", "Hello")
    assert (message.file, message.line, message.plural) == ("c.yaml", 5, None)


def test_the_line_is_that_of_the_text() -> None:
    text = VALID.replace(
        "{id: headline, text: Hello}", "id: headline\n        role: caption\n        text: >-\n          Hello"
    )
    assert concept_messages(valid(text))[0].line == 7


def test_texts_are_listed_in_the_concepts_order() -> None:
    more = "      - {id: b, text: B}\n  - id: empty\n  - id: a\n    copy: [{id: z, text: Z}, {id: a, text: A}]\n"
    messages = concept_messages(valid(VALID.replace("displays", more + "displays")))
    assert [m.context for m in messages] == ["hero/headline", "hero/b", "a/z", "a/a"]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("max_lines: 1", "Headline, at most 1 line."),
        ("max_lines: 2", "Headline, at most 2 lines."),
        ("role: badge", "Badge."),
        ("only: [apple, play_phone]", "Headline; only on apple, play_phone."),
        ("role: caption, max_lines: 3, only: [play]", "Caption, at most 3 lines; only on play."),
    ],
)
def test_role_and_room(extra: str, expected: str) -> None:
    assert comments(slot(extra)) == (expected,)


def test_the_roles_own_lines_count() -> None:
    assert comments(VALID + "typography: {headline: {max_lines: 4}}\n") == ("Headline, at most 4 lines.",)


def test_the_designers_comment_comes_second() -> None:
    assert comments(slot("comment: Warm.")) == ("Headline.", "Warm.")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{currency: 4.99, code: USD}", "an amount of money (4.99 USD in the source)"),
        ("{number: 12000}", "a number (12000 in the source)"),
        ("{number: 12000, compact: true}", "a number (12000 in the source, compact)"),
        ("{percent: 0.97}", "a percentage (97%)"),
        ("{percent: 0.975, decimals: 1}", "a percentage (97.5%)"),
        ("{date: 2026-12-01}", "a date (2026-12-01)"),
        ("{text: iCloud}", "“iCloud”"),
    ],
)
def test_what_a_placeholder_becomes(value: str, expected: str) -> None:
    text = VALID.replace("Hello", '"{v} and {v}"') + f"values: {{v: {value}}}\n"
    assert comments(text) == ("Headline.", f"{{v}} becomes {expected}.")


def test_a_placeholder_of_the_plural_alone() -> None:
    text = slot('plural: "{n} hellos", count: n') + "values: {n: {number: 3}}\n"
    assert comments(text)[1:] == ("{n} becomes a number (3 in the source).",)


def test_plain_braces_are_no_placeholder() -> None:
    text = VALID.replace("Hello", '"{{n}}"') + "values: {n: {number: 3}}\n"
    assert comments(text) == ("Headline.",)


@pytest.mark.parametrize(("written", "said"), [("A *b*", True), ("A b", False), ("5\\* hotel", False)])
def test_highlights_are_explained(written: str, said: bool) -> None:
    assert any("Asterisks" in line for line in comments(VALID.replace("Hello", f"'{written}'"))) is said


def test_a_concept_with_wrong_names_still_has_its_messages() -> None:
    loaded, _ = parse(slot("plural: Hellos, count: nothing"))
    assert loaded is not None
    assert [m.plural for m in concept_messages(loaded)] == ["Hellos"]
