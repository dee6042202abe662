"""Which families a style names for the language of the words."""

from __future__ import annotations

import pytest

from locstore.concept import SlotStyle
from locstore.layout.font_families import families_for

STYLE = SlotStyle.model_validate(
    {
        "font_families": {
            "default": "Inter",
            "ja": ["M PLUS 1p"],
            "zh": ["Sans SC"],
            "Hant": ["Sans TC"],
            "Arab": ["Vazir"],
            "ur": ["Nastaliq"],
            "pt_BR": ["Brasil"],
        },
        "families": ["Old"],
    }
)


@pytest.mark.parametrize(
    ("language", "own"),
    [
        ("en", [("Arab", "Vazir")]),
        ("ja", [("Arab", "Vazir"), ("", "M PLUS 1p")]),
        ("ur", [("Arab", "Vazir"), ("", "Nastaliq")]),
        ("zh-Hant", [("", "Sans TC"), ("Arab", "Vazir")]),
        ("pt-BR", [("Arab", "Vazir"), ("", "Brasil")]),
        ("pt-PT", [("Arab", "Vazir")]),
        ("en-XA", [("Arab", "Vazir")]),
    ],
)
def test_families_by_language_and_script(language: str, own: list[tuple[str, str]]) -> None:
    assert families_for(STYLE, language) == (("Inter", "Old"), tuple(own))


def test_a_plain_list_is_for_all_languages() -> None:
    assert families_for(SlotStyle.model_validate({"font_families": ["A", "B"]}), "ja") == (("A", "B"), ())
    assert families_for(SlotStyle(families=("A",)), "ja") == (("A",), ())
    assert families_for(SlotStyle(), "ja") == ((), ())
