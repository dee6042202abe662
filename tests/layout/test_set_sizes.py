"""Words that are smaller than those of the set's other screens."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from locstore.findings import Severity
from locstore.layout import SlotSize, compose, slot_sizes, smaller_than_set
from locstore.shots import Asset, Shot
from locstore.typeset import FontLibrary

ONE = SlotSize(
    concept="garden",
    locale="de",
    display="iphone_69",
    role="headline",
    size=120,
    shot="hero/de/iphone_69",
    slot="headline",
    file="locales/de.po",
    line=7,
)


def screen(name: str, size: float, **other: str) -> SlotSize:
    made = dataclasses.replace(ONE, size=size, **other)  # type: ignore[arg-type]
    return dataclasses.replace(made, shot=f"{name}/{made.locale}/{made.display}")


def test_a_screen_that_is_clearly_smaller_is_noted_with_its_place() -> None:
    (found,) = smaller_than_set([screen("hero", 120), screen("week", 118), screen("sync", 90)])
    assert (found.code, found.severity) == ("typeset-smaller-than-set", Severity.NOTE)
    assert (found.shot, found.slot, found.file, found.line) == ("sync/de/iphone_69", "headline", "locales/de.po", 7)
    assert "90 px" in found.message
    assert "119 px" in found.message


def test_nearly_equal_sizes_and_single_screens_are_not() -> None:
    assert smaller_than_set([screen("hero", 120), screen("week", 101)]) == []
    assert smaller_than_set([screen("hero", 20)]) == []
    assert smaller_than_set([]) == []


def test_only_the_same_role_locale_and_display_are_compared() -> None:
    others = [screen("a", 40, role="caption"), screen("b", 40, locale="fr"), screen("c", 40, display="ipad_13")]
    assert smaller_than_set([screen("hero", 120), screen("week", 120), *others]) == []


@given(st.lists(st.floats(10, 200), min_size=1, max_size=6))
def test_the_largest_is_never_noted(sizes: list[float]) -> None:
    made = [screen(f"s{i}", size) for i, size in enumerate(sizes)]
    noted = {f.shot for f in smaller_than_set(made)}
    assert max(made, key=lambda m: m.size).shot not in noted


def test_sizes_are_those_of_the_composition(
    make_shot: Callable[..., Shot], library: FontLibrary, some_asset: Asset
) -> None:
    composition = compose(make_shot(("headline", "Water again"), ("badge", " ")), library, lambda _: (1, 1))
    (size,) = slot_sizes(composition)
    assert (size.role, size.size) == ("headline", composition.slots[0].text_layout.size)
    assert size.shot == composition.shot.key
