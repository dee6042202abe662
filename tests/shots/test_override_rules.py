"""Overrides as a list of rules: conditions, order, merged keys, layers by id, text styles, defaults, merge keys."""

from __future__ import annotations

import pytest
from shot_projects import CONCEPT, FULL, Garden, codes

RULES = """\
overrides:
  - {when: {locale: [fr, de]}, text_styles: {headline: {max_lines: 4, weight: 500}}}
  - {when: {display: play_*}, screens: {hero: {device: {scale: 0.9}, headline: {weight: 300}}}}
  - {when: {locale: fr, display: play_phone}, screens: {hero: {headline: {weight: 200}}}}
"""


def test_the_later_rule_wins_where_both_hold(garden: Garden) -> None:
    garden.concept(CONCEPT + RULES)
    garden.catalog("fr", FULL)
    weights = {
        key: garden.words(key, "headline").style.weight
        for key in ("hero/en_US/iphone_69", "hero/fr/iphone_69", "hero/en_US/play_phone", "hero/fr/play_phone")
    }
    assert list(weights.values()) == [700, 500, 300, 200]
    assert garden.words("hero/fr/play_phone", "headline").style.max_lines == 4


def test_device_and_frame_are_merged_key_by_key(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("  - id: hero\n", "  - id: hero\n    device: {shadow: 0.2}\n") + RULES)
    device = garden.shot("hero/en_US/play_phone").device
    assert (device.scale, device.shadow) == (0.9, 0.2)
    assert garden.shot("hero/en_US/iphone_69").device.scale == 1.0


def test_a_layer_is_changed_by_its_id(garden: Garden) -> None:
    layers = '    layers:\n      - {id: spot, shape: {fill: "#112233", at: [0.2, 0.3], width: 0.1}}\n'
    rule = "overrides:\n  - {when: {display: play_phone}, screens: {hero: {layers: {spot: {shape: {width: 0.4}}}}}}\n"
    garden.concept(CONCEPT.replace("  - id: hero\n", "  - id: hero\n" + layers) + rule)
    widths = [garden.shot(f"hero/en_US/{d}").layers[0].item.shape.width for d in ("iphone_69", "play_phone")]
    assert widths == [0.1, 0.4]
    garden.concept(CONCEPT.replace("  - id: hero\n", "  - id: hero\n" + layers) + rule.replace("0.4", "400"))
    assert codes(garden.matrix()) == ["concept-value"]
    garden.concept(CONCEPT.replace("  - id: hero\n", "  - id: hero\n" + layers) + rule.replace("spot:", "sport:"))
    assert codes(garden.matrix()) == ["concept-unknown-name"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("{when: {locale: xx_nowhere}, screens: {}}", "concept-unknown-name"),
        ("{when: {display: iphone_6}, screens: {}}", "concept-unknown-name"),
        ("{when: {}, text_styles: {headlin: {weight: 400}}}", "concept-unknown-name"),
    ],
)
def test_a_rule_that_never_holds_is_an_error(garden: Garden, rule: str, code: str) -> None:
    garden.concept(CONCEPT + f"overrides:\n  - {rule}\n")
    assert codes(garden.matrix()) == [code]


def test_defaults_serve_every_screen_that_says_nothing_else(garden: Garden) -> None:
    garden.concept(
        CONCEPT.replace("  - id: week\n", "  - id: week\n    layout: caption-side\n")
        + 'defaults: {layout: caption-bottom, background: "#123456"}\n'
    )
    hero, week = garden.shot("hero/en_US/iphone_69"), garden.shot("week/en_US/iphone_69")
    assert (hero.layout, week.layout) == ("caption-bottom", "caption-side")
    assert week.background.solid == "#123456"


def test_merge_keys_share_what_is_the_same(garden: Garden) -> None:
    garden.concept(
        CONCEPT.replace(
            "  - id: hero\n", '  - &base\n    background: "#123456"\n    layout: caption-bottom\n    id: hero\n'
        ).replace("  - id: week\n", "  - <<: *base\n    id: week\n    layout: caption-side\n")
    )
    week = garden.shot("week/en_US/iphone_69")
    assert (week.layout, week.background.solid) == ("caption-side", "#123456")
