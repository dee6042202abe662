"""Drawn devices: what each kind has, and that none is too small or too odd to be painted."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from PIL import Image

from locstore.layout import BackgroundLayer, DeviceFrame, DeviceLayer, FrameKind, Plane, Scene, Shadow, SolidFill
from locstore.layout import geometry as geo
from locstore.layout.frames import FRAMES
from locstore.paint.drawn_frames import drawn_frame
from locstore.paint.outline import signed_area
from locstore.paint.pictures import PixelCache
from locstore.paint.scene import ScenePainter
from locstore.shots import Asset
from locstore.typeset import Box, FontLibrary

GROUND, CAPTURE, METAL = (90, 40, 200), (20, 120, 220), (200, 170, 60)
DRAWN = [kind for kind in get_args(FrameKind) if kind not in ("none", "image")]


def asset(folder: Path, name: str, picture: Image.Image) -> Asset:
    picture.save(folder / name, "PNG")
    return Asset(folder / name, name, hashlib.sha256((folder / name).read_bytes()).hexdigest())


def device(
    folder: Path, kind: Any, screen: tuple[int, int], *, at: tuple[float, float] = (60.0, 60.0), **frame: Any
) -> DeviceLayer:
    shares, short = FRAMES[kind], min(screen)
    left, top, right, bottom = (round(rim * short) for rim in shares.rims)
    return DeviceLayer(
        name=kind,
        plane=Plane(screen[0] + left + right, screen[1] + top + bottom, geo.translation(*at)),
        screen=Box(left, top, *screen),
        body_radius=shares.body_radius * short,
        screen_radius=shares.screen_radius * short,
        frame=DeviceFrame(kind, METAL, **frame),
        capture=asset(folder, "capture.png", Image.new("RGB", screen, CAPTURE)),
    )


def painted(layer: DeviceLayer, margin: int = 60) -> np.ndarray[Any, np.dtype[np.uint8]]:
    size = (round(layer.plane.width) + 2 * margin, round(layer.plane.height) + 2 * margin)
    ground = BackgroundLayer(name="ground", box=Box(0, 0, *size), fill=SolidFill(GROUND))
    return ScenePainter(FontLibrary([]), PixelCache(10**7)).paint(Scene(size, (ground, layer)))


def where(pixels: np.ndarray[Any, Any], color: tuple[int, int, int]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.asarray((pixels == color).all(axis=2))


@pytest.mark.parametrize("kind", DRAWN)
def test_the_capture_fills_the_screen_and_nothing_else(tmp_path: Path, kind: Any) -> None:
    layer = device(tmp_path, kind, (300, 420))
    pixels = painted(layer)
    left, top = 60 + int(layer.screen.x), 60 + int(layer.screen.y)
    shown = where(pixels, CAPTURE)
    inside = shown[top : top + 420, left : left + 300]
    assert inside.sum() == shown.sum()
    assert inside[150:400, 20:130].all()
    assert inside.mean() > 0.9
    assert not where(pixels, GROUND)[top : top + 420, left : left + 300][60:-60].any()


@pytest.mark.parametrize("kind", DRAWN)
def test_the_body_stands_on_its_plane(tmp_path: Path, kind: Any) -> None:
    """Only buttons, a crown and feet are outside, and never further than a tenth of the screen's shorter side."""
    pixels = painted(device(tmp_path, kind, (300, 420), buttons=False))
    outside = np.ones(pixels.shape[:2], bool)
    outside[60:-60, 60:-60] = False
    assert where(pixels, GROUND)[outside].all()
    with_buttons = painted(device(tmp_path, kind, (300, 420)))
    outside[30:-30, 30:-30] = False
    assert where(with_buttons, GROUND)[outside].all()


@pytest.mark.parametrize("kind", ["phone", "tablet", "watch", "foldable", "foldable-open"])
def test_the_rim_has_two_tones_and_black_glass(tmp_path: Path, kind: Any) -> None:
    layer = device(tmp_path, kind, (600, 840))
    pixels = painted(layer).astype(int)
    row = pixels[60 + int(layer.screen.y) + 700, 60 + int(layer.plane.width) - 1 : 60 + int(layer.screen.x) + 600 : -1]
    light = row.sum(axis=1)
    assert light[:2].max() > 350  # the metal
    assert (row[-6:] == (9, 10, 12)).all()  # the glass
    assert ((light > 60) & (light < 300)).any()  # the lip between them


@pytest.mark.parametrize("camera", ["island", "notch", "hole"])
@pytest.mark.parametrize("screen", [(300, 640), (640, 300)])
def test_cameras_are_at_the_top_or_at_the_left_of_a_phone_that_lies(
    tmp_path: Path, camera: Any, screen: tuple[int, int]
) -> None:
    layer = device(tmp_path, "phone", screen, camera=camera)
    pixels = painted(layer)
    left, top = 60 + int(layer.screen.x), 60 + int(layer.screen.y)
    part = pixels[top : top + screen[1], left : left + screen[0]].max(axis=2)
    dark = np.argwhere(part[30:-30, :60] < 40) if screen[0] > screen[1] else np.argwhere(part[:60, 30:-30] < 40)
    middle = dark.mean(axis=0)
    along = middle[0] + 30 - screen[1] / 2 if screen[0] > screen[1] else middle[1] + 30 - screen[0] / 2
    assert abs(along) < 3
    assert len(dark) > 100
    assert not (part[80:-20, 80:-20] < 40).any()


@pytest.mark.parametrize("kind", DRAWN)
def test_outlines_run_clockwise(tmp_path: Path, kind: Any) -> None:
    frame = drawn_frame(device(tmp_path, kind, (300, 420), camera="hole"))
    assert all(signed_area(outline) > 0 for outline in (*frame.body, frame.screen))


@pytest.mark.parametrize("kind", [*DRAWN, "none"])
@pytest.mark.parametrize("screen", [(1, 1), (7, 400), (400, 7), (33, 60)])
def test_nothing_is_too_small_or_too_odd(tmp_path: Path, kind: Any, screen: tuple[int, int]) -> None:
    layer = device(tmp_path, kind, screen, camera="island", at=(60.4, 59.7))
    assert painted(layer).shape[2] == 3


@pytest.mark.parametrize("with_mask", [False, True])
def test_a_picture_of_a_frame_and_its_mask(tmp_path: Path, with_mask: bool) -> None:
    """A screen with a cut corner: the mask says so, round corners cannot."""
    frame = Image.new("RGBA", (200, 300), (0, 0, 0, 0))
    frame.paste((250, 0, 0, 255), (0, 0, 200, 300))
    frame.paste((0, 0, 0, 0), (20, 20, 180, 280))
    mask = Image.new("RGBA", (200, 300), (0, 0, 0, 0))
    mask.paste((255, 255, 255, 255), (20, 20, 180, 280))
    mask.paste((0, 0, 0, 0), (20, 20, 60, 60))
    layer = DeviceLayer(
        name="own",
        plane=Plane(200, 300, geo.translation(60.0, 60.0)),
        screen=Box(20, 20, 160, 260),
        body_radius=0,
        screen_radius=0,
        frame=DeviceFrame(
            "image",
            (0, 0, 0),
            asset=asset(tmp_path, "frame.png", frame),
            mask=asset(tmp_path, "mask.png", mask) if with_mask else None,
        ),
        capture=asset(tmp_path, "capture.png", Image.new("RGB", (160, 260), CAPTURE)),
    )
    pixels = painted(layer)
    assert tuple(pixels[65, 65]) == (250, 0, 0)
    assert tuple(pixels[200, 150]) == CAPTURE
    assert tuple(pixels[100, 100]) == (GROUND if with_mask else CAPTURE)


def test_a_shadow_is_below_the_device(tmp_path: Path) -> None:
    layer = device(tmp_path, "phone", (200, 400))
    plain = painted(layer)
    shaded = painted(dataclasses.replace(layer, shadow=Shadow((0, 0, 0), 0.5, 8.0, 0.0, 6.0), contact=0.4))
    assert (shaded.astype(int) <= plain).all()
    body = np.s_[110:-110, 66:-66]
    assert np.array_equal(shaded[body], plain[body])
    assert (shaded[-55:-40, 120] < plain[-55:-40, 120]).any()
