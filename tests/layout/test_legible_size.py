"""Words too small for the form of display on which people see them."""

from __future__ import annotations

import pytest

from locstore.layout.legible_size import VIEWING, small_words
from locstore.stores import displays, find_display
from locstore.typeset import Box, FontLibrary, StyledText, TextStyle, typeset


@pytest.mark.parametrize(
    ("display", "size", "message"),
    [
        ("play_wear", 12.6, "12.6 px, 1.0 mm on a watch at 30 cm: too small to read. Make them 17 px"),
        ("play_wear", 18.0, None),
        ("iphone_69", 20.0, "20.0 px, 1.1 mm on a phone at 30 cm"),
        ("iphone_69", 33.0, None),
        ("ipad_13", 20.0, "20.0 px, 1.5 mm on a tablet at 40 cm"),
        ("ipad_13", 40.0, None),
        ("play_tv", 20.0, "20.0 px, 12.7 mm on a 55 inch television at 3 m"),
        ("play_tv", 24.5, None),
    ],
)
def test_floors(display: str, size: float, message: str | None) -> None:
    style = TextStyle(min_size=size, max_size=size)
    layout = typeset(
        StyledText(text="Water", language="en", slot="c"),
        style,
        Box(0, 0, 900, 400),
        FontLibrary.for_project(system=False),
    )
    found = small_words(find_display(display), layout)
    if message is None:
        assert found == []
    else:
        assert [(f.code, f.severity.value, f.slot) for f in found] == [("compose-small-words", "warning", "c")]
        assert message in found[0].message


def test_every_form_but_the_headset_has_a_floor() -> None:
    assert {display.form for display in displays().values()} - {"headset"} <= set(VIEWING)


def test_no_words_are_not_too_small() -> None:
    layout = typeset(
        StyledText(text=" ", language="en"), TextStyle(min_size=1, max_size=1), Box(0, 0, 9, 9), FontLibrary([])
    )
    assert small_words(find_display("play_wear"), layout) == []
