"""Every layout on every shape of canvas: words and device have their places, and right to left is the mirror image."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from locstore.layout import Composition, compose
from locstore.layout.presets import canvas_shape, layout_rule
from locstore.shots import Asset, Shot
from locstore.typeset import Box, FontLibrary

LAYOUTS = ["caption-top", "caption-bottom", "caption-side", "full-bleed", "art-only"]
CANVASES = {
    "tall": (1320, 2868),
    "portrait": (2064, 2752),
    "square": (1200, 1200),
    "landscape": (2880, 1800),
    "banner": (1024, 500),
    "watch": (422, 514),
    "nearly tall": (1000, 1599),
    "very tall": (500, 2000),
}
CAPTURES = {"phone": (1320, 2868), "tablet": (2064, 2752), "desktop": (2880, 1800), "square": (384, 384)}
LATIN = [("headline", "Garden plants *flower* again"), ("caption", "Plants kept alive")]
every_layout = pytest.mark.parametrize("layout", LAYOUTS)
every_canvas = pytest.mark.parametrize("size", CANVASES.values(), ids=CANVASES)
every_capture = pytest.mark.parametrize("capture", CAPTURES.values(), ids=CAPTURES)


def overlap(a: Box, b: Box) -> float:
    """The common area in pixels."""
    wide = min(a.right, b.right) - max(a.x, b.x)
    high = min(a.bottom, b.bottom) - max(a.y, b.y)
    return max(0.0, wide) * max(0.0, high)


def mirrored(box: Box, width: float) -> Box:
    return Box(width - box.right, box.y, box.width, box.height)


def close(a: Box, b: Box, pixels: float) -> bool:
    return a.contains(b, pixels) and b.contains(a, pixels)


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1320, 2868), "tall"),
        ((1000, 1600), "tall"),
        ((1000, 1599), "portrait"),
        ((1000, 1150), "portrait"),
        ((1000, 1149), "square"),
        ((1149, 1000), "square"),
        ((1150, 1000), "landscape"),
        ((3840, 2160), "landscape"),
    ],
)
def test_canvas_shape(size: tuple[int, int], shape: str) -> None:
    assert canvas_shape(size) == shape


@every_layout
@every_canvas
@pytest.mark.parametrize("rtl", [False, True])
def test_text_regions_are_on_the_canvas(layout: str, size: tuple[int, int], rtl: bool) -> None:
    rule = layout_rule(layout, size)
    canvas = Box(0, 0, *size)
    assert canvas.contains(rule.text.on(size, rtl=rtl))
    if rule.device is not None:
        region = rule.device.region.on(size, rtl=rtl)
        assert overlap(region, canvas) > 0.6 * region.width * region.height
        if layout != "art-only":
            assert overlap(region, rule.text.on(size, rtl=rtl)) == 0


def composed(
    make_shot: Callable[..., Shot], library: FontLibrary, asset: Asset, capture: tuple[int, int], **design: object
) -> Composition:
    slots = [] if design.get("layout") == "art-only" else LATIN
    return compose(make_shot(*slots, capture=asset, **design), library, lambda _: capture)


@every_layout
@every_canvas
@every_capture
def test_the_device_is_on_the_canvas_and_not_under_the_words(
    make_shot: Callable[..., Shot],
    library: FontLibrary,
    some_asset: Asset,
    layout: str,
    size: tuple[int, int],
    capture: tuple[int, int],
) -> None:
    found = composed(make_shot, library, some_asset, capture, layout=layout, display=size)
    if layout == "full-bleed":
        assert found.device is None
        return
    assert found.device is not None
    body, screen = found.device.body, found.device.screen
    assert body.contains(screen)
    assert abs(screen.width / screen.height / (capture[0] / capture[1]) - 1) < 0.02
    canvas = Box(0, 0, *size)
    # What runs off the canvas does so at one edge, and most of what could be seen is.
    assert overlap(body, canvas) > 0.35 * min(body.width * body.height, size[0] * size[1])
    if layout == "art-only":
        assert canvas.contains(body)
    else:
        assert overlap(body, found.text_region) == 0
    for slot in found.slots:
        assert slot.text_layout.ink is not None
        assert overlap(slot.text_layout.ink, body) == 0


@every_layout
@every_canvas
@pytest.mark.parametrize("logo", [False, True])
def test_right_to_left_is_the_mirror_image(
    make_shot: Callable[..., Shot],
    library: FontLibrary,
    some_asset: Asset,
    layout: str,
    size: tuple[int, int],
    logo: bool,
) -> None:
    """The same Latin letters in a locale that runs the other way."""
    both = [
        composed(
            make_shot,
            library,
            some_asset,
            (1320, 2868),
            layout=layout,
            display=size,
            locale=locale,
            device={"shift": (0.03, 0.01)},
            logo=some_asset if logo else None,
        )
        for locale in ("en", "he")
    ]
    ltr, rtl = both
    width = size[0]
    assert close(rtl.text_region, mirrored(ltr.text_region, width), 1e-6)
    if ltr.device is not None and rtl.device is not None:
        assert close(rtl.device.body, mirrored(ltr.device.body, width), 1)
        assert close(rtl.device.screen, mirrored(ltr.device.screen, width), 1)
    if ltr.logo is not None and rtl.logo is not None:
        assert close(rtl.logo.box, mirrored(ltr.logo.box, width), 1)
    assert (ltr.device is None, ltr.logo is None) == (rtl.device is None, rtl.logo is None)
    for one, other in zip(ltr.slots, rtl.slots, strict=True):
        assert one.text_layout.size == other.text_layout.size
        for a, b in zip(one.text_layout.lines, other.text_layout.lines, strict=True):
            assert a.text == b.text
            assert close(b.box, mirrored(a.box, width), 1e-6)
            assert a.baseline == b.baseline


@every_layout
@every_canvas
def test_the_logo_stands_above_the_words(
    make_shot: Callable[..., Shot], library: FontLibrary, some_asset: Asset, layout: str, size: tuple[int, int]
) -> None:
    slots = () if layout == "art-only" else LATIN
    shot = make_shot(*slots, layout=layout, display=size, logo=some_asset)
    found = compose(shot, library, lambda _: (500, 500))
    assert found.logo is not None
    box = found.logo.box
    assert Box(0, 0, *size).contains(box)
    assert box.width == box.height
    whole = layout_rule(layout, size).text.on(size, rtl=False)
    assert whole.contains(box, 0.5)
    assert overlap(box, found.text_region) == 0
    for slot in found.slots:
        assert slot.text_layout.ink is not None
        assert overlap(slot.text_layout.ink, box) == 0


def test_no_capture_no_device(make_shot: Callable[..., Shot], library: FontLibrary) -> None:
    def never(asset: Asset) -> tuple[int, int]:
        raise AssertionError(f"{asset} need not be opened")

    assert compose(make_shot(*LATIN), library, never).device is None


def test_shapes_differ(make_shot: Callable[..., Shot], library: FontLibrary, some_asset: Asset) -> None:
    """A rule for each shape: without this, one rule for all would pass the tests above."""
    regions = {
        (layout, name): layout_rule(layout, size).text
        for layout, (name, size) in itertools.product(LAYOUTS[:4], list(CANVASES.items())[:4])
    }
    assert regions["caption-top", "tall"].y < 0.3
    assert regions["caption-bottom", "tall"].y > 0.7
    assert regions["caption-top", "landscape"].width < 0.5
    assert len(set(regions.values())) >= 10
