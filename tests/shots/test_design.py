"""The design of a shot: roles, typography, slot and overrides on top of each other."""

from __future__ import annotations

import pytest
from shot_projects import CONCEPT, FULL, Garden, codes

from locstore.concept import SlotStyle

OVERRIDES = """\
overrides:
  fr: {hero: {layout: full-bleed, headline: {max_lines: 4, weight: 500}, background: "#111111"}}
  fr-CA: {hero: {headline: {weight: 900}, scrim: "#222222"}}
"""


def style(garden: Garden, key: str, slot: str = "headline") -> SlotStyle:
    return garden.words(key, slot).style


def test_built_in_roles(garden: Garden) -> None:
    headline, badge = style(garden, "hero/en_US/iphone_69"), style(garden, "week/en_US/iphone_69", "count")
    assert (headline.weight, headline.size, headline.max_lines) == (700, (3.2, 6.6), 3)
    assert (badge.weight, badge.size, badge.max_lines) == (600, (1.5, 2.2), 2)


def test_the_concepts_typography_is_on_top_of_the_role(garden: Garden) -> None:
    garden.concept(CONCEPT + 'typography: {headline: {weight: 300, color: "#ABC"}}\n')
    headline = style(garden, "hero/en_US/iphone_69")
    assert (headline.weight, headline.color, headline.max_lines) == (300, "#aabbcc", 3)


def test_the_slot_is_on_top_of_the_typography(garden: Garden) -> None:
    concept = CONCEPT + "typography: {headline: {weight: 300, max_lines: 5}}\n"
    garden.concept(concept.replace("text: Hello", "text: Hello, weight: 400"))
    headline = style(garden, "hero/en_US/iphone_69")
    assert (headline.weight, headline.max_lines) == (400, 5)


def test_an_override_is_on_top_of_the_slot(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("text: Hello", "text: Hello, weight: 400") + OVERRIDES)
    garden.catalog("fr", FULL)
    assert style(garden, "hero/fr/iphone_69").weight == 500
    assert style(garden, "hero/en_US/iphone_69").weight == 400


def test_a_region_inherits_and_adds(garden: Garden) -> None:
    garden.concept(CONCEPT + OVERRIDES)
    garden.catalog("fr", FULL)
    garden.catalog("fr_CA", {})
    french, canadian = garden.shot("hero/fr/iphone_69"), garden.shot("hero/fr_CA/iphone_69")
    assert (french.layout, french.scrim, french.background.solid) == ("full-bleed", None, "#111111")
    assert (canadian.layout, canadian.scrim, canadian.background.solid) == ("full-bleed", "#222222", "#111111")
    own = style(garden, "hero/fr_CA/iphone_69")
    assert (own.weight, own.max_lines) == (900, 4)


def test_the_order_in_the_file_does_not_matter(garden: Garden) -> None:
    head, french, canadian = OVERRIDES.splitlines(keepends=True)
    garden.concept(CONCEPT + head + canadian + french)
    garden.catalog("fr", FULL)
    garden.catalog("fr_CA", {})
    assert style(garden, "hero/fr_CA/iphone_69").weight == 900


@pytest.mark.parametrize("code", ["pt_BR", "pt-BR", "pt-br"])
def test_an_override_in_any_spelling(garden: Garden, code: str) -> None:
    garden.concept(
        CONCEPT + f"overrides: {{{code}: {{hero: {{layout: art-only}}}}}}\n".replace("art-only", "full-bleed")
    )
    garden.catalog("pt_BR", FULL)
    assert garden.shot("hero/pt_BR/iphone_69").layout == "full-bleed"


def test_brazil_does_not_inherit_from_portugal(garden: Garden) -> None:
    garden.concept(CONCEPT + "overrides: {pt: {hero: {layout: full-bleed}}}\n")
    garden.catalog("pt_BR", FULL)
    assert garden.shot("hero/pt_BR/iphone_69").layout == "caption-top"


def test_english_regions_inherit_from_english(garden: Garden) -> None:
    garden.concept(CONCEPT + "overrides: {en: {hero: {layout: full-bleed}}}\n")
    garden.catalog("en_GB", {})
    layouts = {shot.locale.gettext: shot.layout for shot in garden.matrix().shots if shot.screen == "hero"}
    assert layouts == {"en_US": "full-bleed", "en_GB": "full-bleed"}


def test_an_override_can_take_something_away(garden: Garden) -> None:
    concept = CONCEPT.replace("id: hero\n", "id: hero\n    capture: a.png\n    scrim: '#fff'\n")
    garden.concept(concept + "overrides: {fr: {hero: {capture: null, scrim: null}}}\n")
    garden.file("concepts/a.png")
    garden.catalog("fr", FULL)
    french, english = garden.shot("hero/fr/iphone_69"), garden.shot("hero/en_US/iphone_69")
    assert (french.capture, french.scrim) == (None, None)
    assert english.capture is not None
    assert english.scrim == "#ffffff"


def test_a_style_cannot_be_taken_away_by_a_style_that_does_not_say_so(garden: Garden) -> None:
    garden.concept(
        CONCEPT + 'typography: {headline: {pill: "#fff"}}\noverrides: {fr: {hero: {headline: {weight: 400}}}}\n'
    )
    garden.catalog("fr", FULL)
    assert style(garden, "hero/fr/iphone_69").pill == "#ffffff"


@pytest.mark.parametrize(
    ("palette", "color", "ground"),
    [
        ("[]", "#ffffff", "#111318"),
        ('["#FFFFFF"]', "#111318", "#ffffff"),
        ('["#12372A", "#436850", "#FBFADA"]', "#ffffff", "#12372a"),
        ('["#FFFFFF", "#000000"]', "#000000", "#ffffff"),
    ],
)
def test_the_palette_gives_the_colours_that_are_not_said(garden: Garden, palette: str, color: str, ground: str) -> None:
    garden.concept(CONCEPT + f"style: {{palette: {palette}}}\n")
    shot = garden.shot("hero/en_US/iphone_69")
    assert (shot.slots[0].style.color, shot.background.solid) == (color, ground)


def test_right_to_left_is_the_locales_affair_and_no_override_is_needed(garden: Garden) -> None:
    garden.catalog("ar", {**FULL, "hero/headline": "مرحبا", "week/count": ["{plants}"] * 6})
    shot = garden.shot("hero/ar/iphone_69")
    assert shot.inputs()["design"]["direction"] == "rtl"
    assert codes(garden.matrix()) == []
