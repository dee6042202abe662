"""Capitals follow the language: dots, accents, letters that become two; spans stay with their letters."""

import pytest

from locstore.shots.uppercase import uppercase


@pytest.mark.parametrize(
    ("language", "text", "capitals"),
    [
        ("en", "never again", "NEVER AGAIN"),
        ("tr", "bitki ılık", "BİTKİ ILIK"),
        ("az-Latn", "bitki", "BİTKİ"),
        ("de", "große Töpfe", "GROSSE TÖPFE"),
        ("el", "άνθη και φυτά", "ΑΝΘΗ ΚΑΙ ΦΥΤΑ"),
        ("el", "μάιος", "ΜΑΪΟΣ"),
        ("el", "σήμερα ή αύριο", "ΣΗΜΕΡΑ Ή ΑΥΡΙΟ"),
        ("nl", "ijs", "IJS"),
        ("fr", "été à Nîmes", "ÉTÉ À NÎMES"),
        ("ru", "ёлка", "ЁЛКА"),
        ("ja", "水やり", "水やり"),
        ("ka", "მცენარე", "მცენარე"),
        ("ar", "نبات", "نبات"),
    ],
)
def test_capitals(language: str, text: str, capitals: str) -> None:
    assert uppercase(text, language)[0] == capitals


def test_spans_move_with_letters_that_become_two() -> None:
    text, spans = uppercase("große Pflanze", "de", [(6, 13)])
    assert [text[a:b] for a, b in spans] == ["PFLANZE"]
