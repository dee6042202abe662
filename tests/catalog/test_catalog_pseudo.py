"""Pseudo-locales: the text grows or turns around, and what is not words stays."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.catalog import check_message, pseudo_catalog, pseudo_text
from locstore.catalog.pseudo import PSEUDO_LOCALES
from locstore.messages import Message
from locstore.values import PlaceholderError, highlights, placeholders

SOURCES = [
    "Never forget to *water* again",
    "{plants} plants kept alive",
    "Save {saving} a year",
    "A {{brace}}, a \\* star\nand a line",
]
_PIECES = st.sampled_from(
    ["word", "Größe", "水やり", " ", "{name}", "{{", "}}", "\\*", "\n", "*bold*", "5 %", "!", "كلمة"]
)


def normalised(text: str) -> tuple[object, ...]:
    try:
        return placeholders(text), highlights(text), text.count("\n")
    except (PlaceholderError, ValueError) as error:
        return (type(error),)


@pytest.mark.parametrize("code", PSEUDO_LOCALES)
@given(text=st.lists(_PIECES, max_size=12).map("".join))
def test_what_is_not_words_stays(code: str, text: str) -> None:
    assert normalised(pseudo_text(text, code)) == normalised(text)


@pytest.mark.parametrize("code", PSEUDO_LOCALES)
@given(text=st.text(max_size=60))
def test_any_text_can_be_a_source(code: str, text: str) -> None:
    assert pseudo_text(text, code) == pseudo_text(text, code)
    assert len(pseudo_text(text, code)) >= len(text)


def test_accents_and_brackets() -> None:
    text = pseudo_text("Never forget to *water* again", "en-XA")
    assert text == "[Ñééṽééŕ ƒöööŕĝééţ ţöö *ŵååţééŕ* ååĝååîîñ]"
    assert not re.search("[A-Za-z]", text)


@pytest.mark.parametrize("source", SOURCES)
def test_accented_text_is_two_fifths_longer(source: str) -> None:
    words = sum(len(piece) for piece in re.split(r"\{\w+\}|\{\{|\}\}|\\\*|[*\n]", source))
    longer = len(pseudo_text(source, "en-XA")) - len("[]") - len(source)
    assert longer == pytest.approx(words * 0.4, abs=1)


def test_arabic_letters_run_from_right_to_left() -> None:
    text = pseudo_text("Never forget {plants}, ok?", "ar-XB")
    letters = [c for c in text.replace("{plants}", "") if c.isalpha()]
    assert {unicodedata.bidirectional(c) for c in letters} == {"AL"}
    assert "{plants}،" in text
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e")


@pytest.mark.parametrize(
    ("source", "growth"), [("Save", 2.0), ("Identify plants", 1.8), ("Know any plant in a snap", 1.6), ("x" * 60, 1.3)]
)
def test_short_texts_grow_more(source: str, growth: float) -> None:
    assert len(pseudo_text(source, "en-XL")) == pytest.approx(len(source) * growth, abs=1)


@pytest.mark.parametrize("code", PSEUDO_LOCALES)
def test_a_catalog_of_stand_ins_has_nothing_wrong(code: str) -> None:
    messages = [Message(context=f"s/{i}", source=s, file="c.yaml", line=i + 1) for i, s in enumerate(SOURCES)]
    messages.append(Message(context="s/p", source="{n} plant", plural="{n} plants", file="c.yaml", line=9))
    catalog = pseudo_catalog(messages, code, display_path="c.yaml")
    assert catalog.code == code.replace("-", "_")
    for message in messages:
        entry = catalog.entries[message.key]
        assert check_message(message, entry, catalog, {"n", "plants", "saving"}) == []
        assert entry.line == message.line
    assert len(catalog.entries["s/p", "{n} plant"].msgstr) == 2


def test_no_other_code() -> None:
    with pytest.raises(KeyError):
        pseudo_text("x", "de")
