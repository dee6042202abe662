"""Devices: drawn ones, pictures of them, and captures without any."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from locstore.concept import Frame
from locstore.findings import Severity
from locstore.layout import DeviceBox, compose
from locstore.layout.device import frame_kind
from locstore.shots import Asset, Shot
from locstore.typeset import Box, FontLibrary

PICTURE = Asset(Path("frame.png"), "assets/frame.png", "1" * 64)
FRAME = {"kind": "image", "image": "frame.png", "screen": (100, 80, 1200, 2600), "radius": 60}


@pytest.fixture
def device(
    make_shot: Callable[..., Shot], library: FontLibrary, some_asset: Asset
) -> Callable[..., tuple[DeviceBox, list[Any]]]:
    """The device of a shot and the findings, with a capture and a frame picture of given sizes."""

    def device(
        capture: tuple[int, int] = (1320, 2868), frame_size: tuple[int, int] = (1400, 2760), **design: Any
    ) -> tuple[DeviceBox, list[Any]]:
        shot = make_shot(capture=some_asset, **design)
        found = compose(shot, library, lambda asset: frame_size if asset is PICTURE else capture)
        assert found.device is not None
        return found.device, list(found.findings)

    return device


def aspect(box: Box) -> float:
    return box.width / box.height


@pytest.mark.parametrize(
    ("form", "capture", "kind"),
    [
        ("phone", (1320, 2868), "phone"),
        ("tablet", (2064, 2752), "tablet"),
        ("desktop", (2880, 1800), "none"),
        ("watch", (422, 514), "none"),
        ("car", (800, 1280), "none"),
        ("graphic", (1320, 2868), "phone"),
        ("graphic", (2868, 1320), "phone"),
        ("graphic", (2064, 2752), "tablet"),
        ("tv", (1920, 1080), "phone"),
        ("headset", (1000, 1000), "tablet"),
    ],
)
def test_the_frame_goes_by_the_form_and_else_by_the_capture(form: str, capture: tuple[int, int], kind: str) -> None:
    assert frame_kind(Frame(), form, capture) == kind
    assert frame_kind(Frame(kind="none"), form, capture) == "none"


@pytest.mark.parametrize("kind", ["phone", "tablet", "none"])
@pytest.mark.parametrize("capture", [(1320, 2868), (2064, 2752), (2868, 1320), (100, 100)])
def test_a_drawn_device_has_an_even_rim(
    device: Callable[..., tuple[DeviceBox, list[Any]]], kind: str, capture: tuple[int, int]
) -> None:
    place, findings = device(capture, frame={"kind": kind}, layout="art-only")
    body, screen = place.body, place.screen
    rims = [screen.x - body.x, screen.y - body.y, body.right - screen.right, body.bottom - screen.bottom]
    assert max(rims) - min(rims) <= 2
    assert (max(rims) <= 1) == (kind == "none")
    assert 0 < place.radius < min(screen.width, screen.height) / 2
    assert place.drawn == kind
    assert aspect(screen) == pytest.approx(capture[0] / capture[1], rel=0.01)
    assert findings == []


def test_places_are_whole_pixels(device: Callable[..., tuple[DeviceBox, list[Any]]]) -> None:
    place, _ = device(display=(1023, 2111))
    for box in (place.body, place.screen):
        assert all(value == round(value) for value in dataclasses.astuple(box))


def test_a_picture_frame(device: Callable[..., tuple[DeviceBox, list[Any]]]) -> None:
    place, findings = device((1200, 2600), frame=FRAME, frame_asset=PICTURE, layout="art-only")
    body, screen = place.body, place.screen
    assert place.drawn == "image"
    assert findings == []
    assert body.contains(screen)
    assert aspect(body) == pytest.approx(1400 / 2760, rel=0.005)
    scale = body.width / 1400
    assert screen.x - body.x == pytest.approx(100 * scale, abs=1)
    assert screen.y - body.y == pytest.approx(80 * scale, abs=1)
    assert screen.width == pytest.approx(1200 * scale, abs=1)
    assert place.radius == pytest.approx(60 * scale, abs=0.5)


@pytest.mark.parametrize(("capture", "told"), [((1200, 2600), False), ((1190, 2600), False), ((1320, 2600), True)])
def test_a_capture_of_another_shape_is_told(
    device: Callable[..., tuple[DeviceBox, list[Any]]], capture: tuple[int, int], told: bool
) -> None:
    place, findings = device(capture, frame=FRAME, frame_asset=PICTURE)
    assert aspect(place.screen) == pytest.approx(1200 / 2600, rel=0.01)
    assert [(f.code, f.severity, f.file) for f in findings] == (
        [("compose-capture-aspect", Severity.WARNING, "captures/capture.png")] if told else []
    )
    if told:
        assert "1320x2600" in findings[0].message
        assert findings[0].shot == "hero/en_US/iphone_69"


@pytest.mark.parametrize("locale", ["en", "he"])
def test_scale_and_shift(device: Callable[..., tuple[DeviceBox, list[Any]]], locale: str) -> None:
    plain, _ = device(layout="art-only", locale=locale)
    moved, _ = device(layout="art-only", locale=locale, device={"scale": 0.5, "shift": (0.1, -0.05)})
    assert moved.body.width == pytest.approx(plain.body.width / 2, abs=1)
    centres = [(p.body.x + p.body.width / 2, p.body.y + p.body.height / 2) for p in (plain, moved)]
    sign = -1 if locale == "he" else 1
    assert centres[1][0] - centres[0][0] == pytest.approx(sign * 0.1 * 1320, abs=1.5)
    assert centres[1][1] - centres[0][1] == pytest.approx(-0.05 * 2868, abs=1.5)


@pytest.mark.parametrize(("layout", "edge"), [("caption-top", "top"), ("caption-bottom", "bottom")])
def test_a_device_keeps_to_the_words_and_runs_off_the_other_edge(
    device: Callable[..., tuple[DeviceBox, list[Any]]], layout: str, edge: str
) -> None:
    place, _ = device(layout=layout)
    if edge == "top":
        assert place.body.y == pytest.approx(0.315 * 2868, abs=1)
        assert place.body.bottom > 2868
    else:
        assert place.body.bottom == pytest.approx(0.695 * 2868, abs=1)
        assert place.body.y < 0
