"""Displays: the table's own consistency, which sizes each takes, and whose a picture of a size is."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.stores import (
    Display,
    Form,
    Store,
    UnknownDisplay,
    apple_rules,
    custom_display,
    display_variant,
    displays,
    displays_of_size,
    find_display,
)
from locstore.stores.tables import read_table

APPLE = [d for d in displays().values() if d.store is Store.APPLE]
PLAY = [d for d in displays().values() if d.store is Store.PLAY]
EVERY = [*APPLE, *PLAY]


def ids(found: tuple[Display, ...]) -> list[str]:
    return [d.id for d in found]


def test_the_stores_have_22_and_11_displays_and_apples_come_first():
    assert (len(APPLE), len(PLAY)) == (22, 11)
    assert list(displays().values()) == EVERY
    assert all(id_ == d.id for id_, d in displays().items())


def test_the_mapping_cannot_be_changed():
    with pytest.raises(TypeError):
        displays()["mine"] = custom_display("mine", (1, 1))  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        find_display("mac").name = "Macintosh"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("table", "optional"),
    [
        (
            "apple_displays",
            {"asc_display_type", "required", "required_note", "scaled_from", "hints", "note", "devices"}
            | {"unknown_to_deliver"},
        ),
        (
            "play_displays",
            {"kind", "image_type", "exact", "min_side", "max_side", "max_ratio", "ratios", "required"}
            | {"required_note", "min_count", "max_count", "max_bytes", "formats", "alpha", "alpha_note", "taken_ratio"}
            | {"promotion", "supply_dir", "gpp_dir", "note", "platform"},
        ),
    ],
)
def test_no_row_has_a_key_that_nobody_reads(table: str, optional: set[str]):
    for id_, row in read_table(table)["display"].items():
        assert set(row) <= optional | {"name", "platform", "form", "sizes", "sources"}, id_


def test_a_play_row_is_either_exact_or_has_all_bounds():
    for id_, row in read_table("play_displays")["display"].items():
        bounds = {"min_side", "max_side", "max_ratio", "ratios"} & set(row)
        assert bounds == (set() if row.get("exact") else {"min_side", "max_side", "max_ratio", "ratios"}), id_


@pytest.mark.parametrize("display", EVERY, ids=lambda d: d.id)
def test_every_row_is_complete_and_makes_a_picture_that_its_store_takes(display: Display):
    assert display.form in get_args(Form)
    assert display.accepts(display.size) is None
    assert all(display.accepts(size) is None for size in display.sizes)
    assert display.size == display.sizes[0]
    assert len(set(display.sizes)) == len(display.sizes)
    assert display.checked == "2026-11-30"
    assert display.sources
    assert display.max_count is not None
    assert display.min_count <= display.max_count
    assert set(display.formats) <= {"png", "jpg", "jpeg"}
    assert display.aspect == pytest.approx(display.size[0] / display.size[1])
    assert hash(display) == hash(dataclasses.replace(display))


def test_apples_rows_take_the_common_rules():
    rules = apple_rules()
    for display in APPLE:
        assert (display.min_count, display.max_count, display.max_bytes) == (1, 10, 500 * 1024 * 1024)
        assert display.formats == rules.formats
        assert display.alpha == "refused"
        assert (display.ratios, display.max_ratio, display.image_type, display.gpp_dir) == (None,) * 4


def test_every_published_screenshot_type_has_its_display():
    # ScreenshotDisplayType of App Store Connect's OpenAPI 3.7.0, without its IMESSAGE_ values.
    published = {f"APP_IPHONE_{n}" for n in (67, 65, 61, 58, 55, 47, 40, 35)}
    published |= {f"APP_IPAD_{n}" for n in ("PRO_3GEN_129", "PRO_129", "PRO_3GEN_11", "105", "97")}
    published |= {"APP_DESKTOP", "APP_APPLE_TV", "APP_APPLE_VISION_PRO", "APP_WATCH_ULTRA"}
    published |= {f"APP_WATCH_SERIES_{n}" for n in (10, 7, 4, 3)}
    assert {d.asc_display_type for d in APPLE} - {None} == published
    assert [d.id for d in APPLE if d.asc_display_type is None] == ["iphone_duo"]


@pytest.mark.parametrize(
    ("id_", "type_"),
    [
        ("iphone_69", "APP_IPHONE_67"),
        ("iphone_63", "APP_IPHONE_61"),
        ("iphone_61", "APP_IPHONE_58"),
        ("ipad_13", "APP_IPAD_PRO_3GEN_129"),
        ("ipad_129", "APP_IPAD_PRO_129"),
    ],
)
def test_the_types_whose_numbers_mislead(id_: str, type_: str):
    assert find_display(id_).asc_display_type == type_


def test_required_displays():
    required = {d.id for d in EVERY if d.required}
    assert required == {
        *("iphone_63", "ipad_13", "mac", "apple_tv", "vision_pro"),
        *("play_phone", "play_feature_graphic", "play_icon"),
    }
    assert all(find_display(id_).required_note for id_ in required)


def test_scaling_ends_at_a_display_that_scales_from_none():
    for display in APPLE:
        seen = [display.id]
        while (source := find_display(seen[-1]).scaled_from) is not None:
            assert source not in seen
            seen.append(source)
    assert find_display("iphone_63").scaled_from == "iphone_65"


def test_only_two_pairs_of_apple_displays_share_sizes():
    owners: dict[tuple[int, int], set[str]] = defaultdict(set)
    for display in APPLE:
        for size in display.sizes:
            owners[size].add(display.id)
    shared = {size: who for size, who in owners.items() if len(who) > 1}
    assert shared == {
        (2048, 2732): {"ipad_13", "ipad_129"},
        (2732, 2048): {"ipad_13", "ipad_129"},
        (3840, 2160): {"apple_tv", "vision_pro"},
    }


@pytest.mark.parametrize(
    ("size", "path", "expected"),
    [
        ((2048, 2732), "screenshots/ja/01_hero.png", "ipad_13"),
        ((2048, 2732), "screenshots/ja/01_APP_IPAD_PRO_129_hero.png", "ipad_129"),
        ((2732, 2048), "screenshots/ja/iPad Pro (12.9-inch) (2nd generation)-1.png", "ipad_129"),
        ((2048, 2732), "screenshots/ja/iPad Pro (12.9-inch) (3rd generation)-1.png", "ipad_13"),
        ((2048, 2732), "screenshots/ja/2nd generation.png", "ipad_13"),
        ((2048, 2732), "screenshots/ja/APP_IPAD_PRO_3GEN_129_1.png", "ipad_13"),
        ((2064, 2752), "screenshots/ja/app_ipad_pro_129.png", "ipad_13"),
        ((3840, 2160), "screenshots/ja/01_hero.png", "apple_tv"),
        ((3840, 2160), "screenshots/ja/01_Vision_hero.png", "vision_pro"),
        ((3840, 2160), "Supervision/ja/01_hero.png", "vision_pro"),
        ((1920, 1080), "screenshots/ja/vision.png", "apple_tv"),
    ],
)
def test_a_path_tells_displays_of_one_size_apart_as_deliver_does(size: tuple[int, int], path: str, expected: str):
    assert ids(displays_of_size(size, path=path)) == [expected]


def test_without_a_path_both_displays_of_a_size_are_named():
    assert ids(displays_of_size((2048, 2732))) == ["ipad_13", "ipad_129"]
    assert ids(displays_of_size((3840, 2160))) == ["apple_tv", "vision_pro"]
    assert displays_of_size((1080, 1920)) == ()


@given(st.sampled_from(APPLE).flatmap(lambda d: st.tuples(st.just(d), st.sampled_from(d.sizes))))
def test_a_display_with_its_hint_in_the_path_is_found_by_its_size(case: tuple[Display, tuple[int, int]]):
    display, size = case
    path = f"screenshots/de-DE/01_{display.hint or display.id}_hero.png"
    assert displays_of_size(size, path=path) == (display,)


def test_hints_are_on_the_display_that_deliver_does_not_choose_by_itself():
    assert {d.id: d.hint for d in APPLE if d.hint} == {"ipad_129": "app_ipad_pro_129", "vision_pro": "vision"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("metadata/android/de-DE/images/tenInchScreenshots/01.png", ["play_tablet_10"]),
        ("play/listings/de-DE/graphics/tablet-screenshots/01.png", ["play_tablet_7"]),
        ("metadata\\android\\de-DE\\images\\tvScreenshots\\01.png", ["play_tv"]),
        ("metadata/android/de-DE/images/tvBanner.png", ["play_tv_banner"]),
    ],
)
def test_plays_folders_name_the_display(path: str, expected: list[str]):
    size = (1280, 720) if "Banner" in path else (1920, 1080)
    assert ids(displays_of_size(size, Store.PLAY, path)) == expected


def test_play_without_a_folder_names_all_that_fit():
    assert ids(displays_of_size((1080, 1920), Store.PLAY, "somewhere/01.png")) == [
        *("play_phone", "play_tablet_7", "play_tablet_10", "play_tv", "play_chromebook", "play_xr"),
    ]
    assert ids(displays_of_size((512, 512), Store.PLAY, "images/icon.png")) == ["play_icon"]
    assert displays_of_size((1320, 3868), Store.PLAY) == ()


def test_custom_displays_are_not_looked_for_by_size():
    assert displays_of_size((1290, 2796), Store.CUSTOM) == ()


def test_apple_takes_exact_sizes_and_says_which():
    message = find_display("iphone_47").accepts((751, 1334))
    expected = 'iphone_47 (iPhone 4.7"), which takes exactly 750x1334, 1334x750.'
    assert message == f"751x1334 is not a size of {expected}"
    assert find_display("iphone_40").accepts((600, 1136)) is not None


@pytest.mark.parametrize("size", [(320, 320), (320, 640), (3840, 1920), (1080, 1920)])
def test_play_takes_what_is_within_the_bounds(size: tuple[int, int]):
    assert find_display("play_phone").accepts(size) is None


@pytest.mark.parametrize(
    ("id_", "size", "words"),
    [
        ("play_phone", (319, 400), "320 to 3840"),
        ("play_phone", (3841, 2000), "320 to 3840"),
        ("play_phone", (320, 737), r"2\.3:1, but .* 2:1 at most \(up to 2.3:1 is taken\)"),
        ("play_phone", (1000, 2400), r"2\.4:1, but .* 2:1 at most"),
        ("play_wear", (400, 401), "must be square"),
        ("play_tablet_10", (1079, 1080), "1080 to 7680"),
        ("play_feature_graphic", (1024, 501), "exactly 1024x500"),
        ("play_automotive", (1080, 1920), "exactly 800x1280, 1024x768"),
    ],
)
def test_play_refuses_in_one_sentence(id_: str, size: tuple[int, int], words: str):
    message = find_display(id_).accepts(size)
    assert message is not None
    assert re.search(words, message)
    assert id_ in message
    assert message.endswith(".")
    assert message.count("\n") == 0


@given(st.integers(1, 8000), st.integers(1, 8000))
def test_play_does_not_care_which_side_is_up(width: int, height: int):
    for display in PLAY:
        if display.min_side is not None:
            upright, lying = display.accepts((width, height)), display.accepts((height, width))
            assert (upright is None) == (lying is None)
            fits = display.min_side <= min(width, height) and max(width, height) <= (display.max_side or 0)
            limit = display.taken_ratio or display.max_ratio or 0
            slim = max(width, height) > min(width, height) * limit
            assert (upright is None) == (fits and not slim)


def test_no_apple_phone_size_passes_on_play_without_advice():
    phone = find_display("play_phone")
    tall = [find_display(f"iphone_{n}").size for n in ("69", "65", "63", "61")]
    assert all(phone.accepts(size) is None and phone.advice_on(size) for size in tall)


@pytest.mark.parametrize("size", [(320, 640), (1080, 1920), (1080, 2485), (100, 100)])
def test_no_advice_where_the_store_says_nothing_else(size: tuple[int, int]):
    assert find_display("play_phone").advice_on(size) is None
    assert find_display("iphone_69").advice_on((2868, 1320)) is None


def test_the_limit_of_the_taken_ratio_is_exact():
    phone = find_display("play_phone")
    assert phone.accepts((1080, 2484)) is None
    assert "2.3:1" in str(phone.advice_on((1080, 2484)))
    assert phone.accepts((1080, 2485)) is not None


# -- other sizes of a display


@pytest.mark.parametrize(
    ("id_", "orientation", "size", "variant", "pixels"),
    [
        ("iphone_69", "landscape", None, "iphone_69_landscape", (2868, 1320)),
        ("iphone_69", "portrait", None, "iphone_69", (1320, 2868)),
        ("iphone_69", None, (1290, 2796), "iphone_69_1290x2796", (1290, 2796)),
        ("iphone_69", None, (1320, 2868), "iphone_69", (1320, 2868)),
        ("ipad_13", None, (2048, 2732), "ipad_13_2048x2732", (2048, 2732)),
        ("ipad_13", "landscape", (2732, 2048), "ipad_13_2732x2048", (2732, 2048)),
        ("play_phone", "landscape", None, "play_phone_landscape", (1920, 1080)),
        ("play_phone", None, (1440, 2560), "play_phone_1440x2560", (1440, 2560)),
        ("mac", None, (1280, 800), "mac_1280x800", (1280, 800)),
        ("mac", "landscape", None, "mac", (2880, 1800)),
    ],
)
def test_a_display_in_another_of_its_sizes(
    id_: str, orientation: Any, size: tuple[int, int] | None, variant: str, pixels: tuple[int, int]
):
    found = display_variant(id_, orientation=orientation, size=size)
    assert (found.id, found.base, found.size) == (variant, id_, pixels)
    assert found.accepts(pixels) is None
    if pixels in found.sizes:
        assert find_display(variant) == found


@pytest.mark.parametrize(
    ("id_", "orientation", "size", "words"),
    [
        ("mac", "portrait", None, "mac has no portrait size; it takes 2880x1800"),
        ("iphone_69", None, (1000, 2000), "1000x2000 is not a size of iphone_69"),
        ("iphone_69", "landscape", (1290, 2796), "1290x2796 is not landscape"),
        ("play_phone", None, (1080, 2484), "2:1 to be sure"),
        ("play_feature_graphic", "portrait", None, "no portrait size"),
    ],
)
def test_a_size_that_the_store_does_not_take(id_: str, orientation: Any, size: tuple[int, int] | None, words: str):
    with pytest.raises(ValueError, match=words):
        display_variant(id_, orientation=orientation, size=size)
    with pytest.raises(UnknownDisplay):
        display_variant("iphone_99", orientation="landscape")


def test_what_deliver_does_not_know():
    sizes = {d.id: d.unknown_to_deliver for d in APPLE if d.unknown_to_deliver}
    assert set(sizes) == {"iphone_duo", "iphone_35"}
    assert set(sizes["iphone_duo"]) == set(find_display("iphone_duo").sizes)
    assert {d.id for d in EVERY if d.by_hand} == {"iphone_duo", "play_chromebook", "play_xr", "play_automotive"}


def test_play_counts_bytes_and_promotion():
    phone, icon, banner = (find_display(f"play_{n}") for n in ("phone", "icon", "tv_banner"))
    assert (phone.min_count, phone.max_count, phone.max_bytes) == (2, 8, 8 * 1024 * 1024)
    assert (icon.formats, icon.alpha, icon.max_bytes) == (("png",), "allowed", 1024 * 1024)
    assert banner.max_bytes is None
    assert find_display("play_feature_graphic").max_bytes == 15 * 1024 * 1024
    assert phone.promotion is not None
    assert (phone.promotion.min_count, phone.promotion.min_count_games) == (4, 3)
    assert phone.promotion.min_side == 1080
    assert phone.promotion.ratios == ((9, 16), (16, 9))
    assert [d.id for d in EVERY if d.promotion] == [
        *("play_phone", "play_tablet_7", "play_tablet_10", "play_chromebook")
    ]


def test_what_only_the_console_takes_has_no_type_and_no_folder():
    by_hand = {d.id for d in PLAY if d.image_type is None}
    assert by_hand == {"play_chromebook", "play_xr", "play_automotive"}
    for display in PLAY:
        known = (display.image_type is None, display.supply_dir is None, display.gpp_dir is None)
        assert len(set(known)) == 1, display.id
    assert "play_promo_graphic" not in displays()


def test_graphics_are_told_from_screenshots():
    assert {d.id for d in EVERY if d.kind == "graphic"} == {d.id for d in EVERY if d.form == "graphic"}
    assert {d.id for d in EVERY if d.kind == "graphic"} == {*("play_feature_graphic", "play_tv_banner", "play_icon")}


@pytest.mark.parametrize(
    ("wrong", "suggested"),
    [
        ("iphone69", "iphone_69"),
        ("iphone_67", "iphone_69"),
        ("APP_IPHONE_61", "iphone_63"),
        ("phoneScreenshots", "play_phone"),
        ("play-phone", "play_phone"),
        ("ipad", "ipad_13"),
    ],
)
def test_an_unknown_display_names_near_ones(wrong: str, suggested: str):
    with pytest.raises(UnknownDisplay, match=rf"no display '{wrong}'.* {suggested}\b.*`locstore displays`"):
        find_display(wrong)


@pytest.mark.parametrize("wrong", ["", "zzz", "../etc"])
def test_an_unknown_display_without_near_ones(wrong: str):
    with pytest.raises(UnknownDisplay) as caught:
        find_display(wrong)
    assert "Did you mean" not in str(caught.value)
    assert isinstance(caught.value, LookupError)


@pytest.mark.parametrize(
    ("size", "form"),
    [
        ((1080, 1920), "phone"),
        ((1200, 1920), "phone"),
        ((1200, 1919), "tablet"),
        ((1200, 1600), "tablet"),
        ((1200, 630), "desktop"),
        ((1200, 1200), "graphic"),
    ],
)
def test_a_custom_display_takes_its_size_only_and_its_form_from_its_shape(size: tuple[int, int], form: Form):
    display = custom_display("og_image", size)
    assert (display.store, display.platform, display.form) == (Store.CUSTOM, "custom", form)
    assert display.accepts(size) is None
    assert display.accepts((1, 1)) == f"1x1 is not a size of og_image, which takes exactly {size[0]}x{size[1]}."
    assert custom_display("og_image", size, form="watch").form == "watch"


@pytest.mark.parametrize("size", [(0, 100), (100, -1)])
def test_a_custom_display_needs_pixels(size: tuple[int, int]):
    with pytest.raises(ValueError, match=rf"og needs .* not {size[0]}x{size[1]}"):
        custom_display("og", size)


@pytest.mark.parametrize("id_", ["", "../x", "a b", "_x", "ä", "x\n"])
def test_a_custom_displays_id_can_stand_in_a_file_name(id_: str):
    with pytest.raises(ValueError, match="letters, digits"):
        custom_display(id_, (10, 10))
