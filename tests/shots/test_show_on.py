"""`show_on`: which screens and slots a locale and display have, and that numbers stay dense."""

from __future__ import annotations

from pathlib import Path

import pytest
from shot_projects import Garden, keys

from locstore.concept import ShowOn, When
from locstore.shots.conditions import holds, shown
from locstore.stores import find_display, resolve_locale

_BASE = """\
concept: garden
locales: [en, ja, ar]
screens:
  - {{id: hero, copy: []}}
  - {{id: wide, show_on: {show_on}, copy: []}}
  - {{id: last, copy: []}}
displays: [iphone_69, ipad_13, play_phone, play_feature_graphic]
"""


def where(garden: Garden, show_on: str) -> list[str]:
    garden.concept(_BASE.format(show_on=show_on))
    return [k.removeprefix("wide/") for k in keys(garden.matrix()) if k.startswith("wide/")]


@pytest.mark.parametrize(
    ("show_on", "shots"),
    [
        ("[ipad_13]", ["en_US/ipad_13", "ar/ipad_13", "ja/ipad_13"]),
        ("ja", ["ja/iphone_69", "ja/ipad_13", "ja/play_phone", "ja/play_feature_graphic"]),
        ("[apple, ja]", ["ja/iphone_69", "ja/ipad_13"]),
        ("[tablet, play_feature_*, ar]", ["ar/ipad_13", "ar/play_feature_graphic"]),
        ("{form: tablet, locale: [ja, ar]}", ["ar/ipad_13", "ja/ipad_13"]),
        ("{direction: rtl, store: play, shape: tall}", ["ar/play_phone"]),
    ],
)
def test_show_on_takes_names_of_every_kind(tmp_path: Path, show_on: str, shots: list[str]) -> None:
    assert sorted(where(Garden(tmp_path), show_on)) == sorted(shots)


def test_numbers_are_dense_in_each_set(tmp_path: Path) -> None:
    garden = Garden(tmp_path)
    garden.concept(_BASE.format(show_on="ipad_13"))
    numbers = {s.key: s.number for s in garden.matrix().places}
    assert numbers["last/en_US/ipad_13"] == 3
    assert numbers["last/en_US/iphone_69"] == 2


def test_slots_have_their_own(tmp_path: Path) -> None:
    garden = Garden(tmp_path)
    garden.concept(
        "concept: garden\nlocales: [en]\ndisplays: [iphone_69, play_phone]\nscreens:\n"
        "  - {id: hero, copy: [{id: sync, text: iCloud, show_on: apple}, {id: all, text: All}]}\n"
    )
    slots = {s.display.id: [w.id for w in s.slots] for s in garden.matrix().shots}
    assert slots == {"iphone_69": ["sync", "all"], "play_phone": ["all"]}


@pytest.mark.parametrize("show_on", ["[aple]", "{store: aple}", "{display: iphone_99}", "{locale: xx_nowhere}"])
def test_a_name_that_nothing_has_is_an_error(tmp_path: Path, show_on: str) -> None:
    garden = Garden(tmp_path)
    garden.concept(_BASE.format(show_on=show_on))
    assert [f.line for f in garden.matrix().findings if f.code == "concept-unknown-name"] == [5]


def test_a_language_covers_its_regions_but_no_other_script() -> None:
    display = find_display("iphone_69")
    assert holds(When(locale=("es",)), resolve_locale("es-MX"), display)
    assert not holds(When(locale=("es_MX",)), resolve_locale("es"), display)
    assert shown(ShowOn(names=("zh_*",)), resolve_locale("zh-Hant"), display)
    assert not shown(ShowOn(names=("zh-Hans",)), resolve_locale("zh-Hant"), display)
