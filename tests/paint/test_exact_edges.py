"""Edges, captures, shadows and gradients of scenes against 16 x 16 samples a pixel."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import brute
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from locstore.layout import (
    BackgroundLayer,
    ConicGradient,
    DeviceFrame,
    DeviceLayer,
    ImageLayer,
    LinearGradient,
    MeshGradient,
    Plane,
    RadialGradient,
    Scene,
    Shadow,
    ShapeLayer,
    SolidFill,
    Stop,
    geometry,
)
from locstore.paint.coverage import EdgeTable, Window, coverage
from locstore.paint.fills import fill_source
from locstore.paint.outline import CONTINUOUS, convex_hull, hole, rounded_box
from locstore.paint.pictures import PixelCache
from locstore.paint.projection import apply, matrix_of, translation
from locstore.paint.scene import ScenePainter
from locstore.paint.soft import blur_coverage, soft_coverage
from locstore.paint.warp import oversampling, warp
from locstore.shots import Asset
from locstore.typeset import Box, FontLibrary

GROUNDS = [(255, 255, 255), (220, 20, 60)]
TILTS = [(-24.0, 8.0, 4.0), (35.0, -12.0, -20.0), (0.0, 0.0, 17.0), (0.0, 30.0, 0.0)]


def tilted(
    size: tuple[float, float], tilt: tuple[float, float, float], center: tuple[float, float], depth: float = 0.0
) -> geometry.Matrix:
    """A plane of this size about a centre on the canvas."""
    middle = (size[0] / 2, size[1] / 2)
    turn = geometry.about(middle, geometry.tilt(*tilt, distance=3 * max(size), depth=depth))
    return geometry.multiply(geometry.translation(center[0] - middle[0], center[1] - middle[1]), turn)


def asset(path: Path, picture: Image.Image) -> Asset:
    picture.save(path, "PNG")
    return Asset(path, path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def full(found: Any, window: Window) -> np.ndarray[Any, np.dtype[np.float64]]:
    whole = np.zeros((window.height, window.width))
    if found is not None:
        top, left = found.y - window.y, found.x - window.x
        whole[top : top + found.alpha.shape[0], left : left + found.alpha.shape[1]] = found.alpha
    return whole


@pytest.mark.parametrize("tilt", TILTS)
def test_straight_edges_and_corners_under_a_tilt(tilt: tuple[float, float, float]) -> None:
    size, radius = (44.0, 62.0), 14.0
    window = Window(-5, -5, 72, 84)
    matrix = matrix_of(tilted(size, tilt, (32.3, 37.7)))
    x, y = brute.samples(window, 32)
    u, v = brute.back(matrix, x, y)
    for exponent in (2.0, CONTINUOUS):
        grown = radius * (1.0 if exponent == 2 else 1.18)
        expected = brute.pooled(brute.in_rounded_box(u, v, (0, 0, *size), grown, exponent), 32)
        outline = apply(matrix, rounded_box(Box(0, 0, *size), radius, exponent))
        error = np.abs(full(coverage([outline], window), window) - expected) * 255
        aside, beyond = (np.abs(w - side / 2) > side / 2 - grown for w, side in ((u, size[0]), (v, size[1])))
        corner = brute.pooled(aside & beyond, 32)
        assert error[corner == 0].max() <= 4
        assert error.max() <= 8


@pytest.mark.parametrize("tilt", TILTS)
def test_an_island_under_a_tilt(tilt: tuple[float, float, float]) -> None:
    size, window = (90.0, 27.0), Window(0, 0, 140, 90)
    matrix = matrix_of(tilted(size, tilt, (70.4, 44.1)))
    u, v = brute.back(matrix, *brute.samples(window))
    expected = brute.pooled(brute.in_rounded_box(u, v, (0, 0, *size), 13.5))
    outline = apply(matrix, rounded_box(Box(0, 0, *size), 13.5))
    assert np.abs(full(coverage([outline], window), window) - expected).max() * 255 <= 8


def test_the_silhouette_of_a_device_with_thickness() -> None:
    size = (140.0, 260.0)
    for tilt, window in ((TILTS[0], Window(160, 20, 60, 60)), (TILTS[1], Window(20, 20, 70, 60))):
        front, back = (matrix_of(tilted(size, tilt, (120, 160), depth)) for depth in (0.0, 24.0))
        outline = rounded_box(Box(0, 0, *size), 24, CONTINUOUS)
        hull = convex_hull(apply(front, outline), apply(back, outline))
        x, y = brute.samples(window)
        # A solid between two faces: whatever lies between a point of the front and the same point of the back.
        inside = np.zeros(x.shape, bool)
        for share in np.linspace(0, 1, 33):
            u, v = brute.back(front * (1 - share) + back * share, x, y)
            inside |= brute.in_rounded_box(u, v, (0, 0, *size), 24 * 1.18, CONTINUOUS)
        expected = brute.pooled(inside)
        assert 0.1 < expected.mean() < 0.9
        error = np.abs(full(coverage([hull], window), window) - expected) * 255
        assert error.max() <= 16


@pytest.mark.parametrize("ground", GROUNDS)
def test_nothing_of_the_side_shows_where_front_and_silhouette_have_one_edge(
    tmp_path: Path, ground: tuple[int, int, int]
) -> None:
    """The device over a ground is the ground times what the silhouette leaves, plus the device: no third colour."""
    size, canvas = (120, 200), (220, 280)
    capture = asset(tmp_path / "capture.png", Image.new("RGB", size, (9, 10, 12)))
    front, back = tilted(size, TILTS[0], (105, 140)), tilted(size, TILTS[0], (105, 140), 20.0)
    layer = DeviceLayer(
        name="device",
        plane=Plane(*size, front),
        screen=Box(0, 0, *size),
        body_radius=18,
        screen_radius=18,
        frame=DeviceFrame("none", (9, 10, 12)),
        capture=capture,
        back=back,
        edge_light=0.0,
    )
    shown = painted(Scene(canvas, (plain(canvas, ground), layer)))
    window = Window(0, 0, *canvas)
    outline = rounded_box(Box(0, 0, *size), 18, CONTINUOUS)
    hull = full(
        coverage([convex_hull(apply(matrix_of(front), outline), apply(matrix_of(back), outline))], window), window
    )
    face = full(coverage([apply(matrix_of(front), outline)], window), window)
    shared = (np.abs(hull - face) < 1e-6) & (hull > 0)
    expected = np.array(ground) * (1 - hull[..., None]) + np.array([9, 10, 12]) * hull[..., None]
    assert shared.sum() > 1000
    assert np.abs(shown - expected)[shared].max() <= 1.1


def test_a_part_of_a_coverage_is_the_whole_bit_for_bit() -> None:
    outline = apply(matrix_of(tilted((150, 260), TILTS[1], (130, 160))), rounded_box(Box(0, 0, 150, 260), 30))
    window = Window(0, 0, 280, 340)
    whole = full(EdgeTable([outline], window).coverage(window), window)
    for part in (Window(0, 0, 100, 340), Window(100, 37, 180, 150), Window(133, 150, 9, 9)):
        found = full(coverage([outline], part), part)
        rows, columns = slice(part.y, part.bottom), slice(part.x, part.right)
        assert np.array_equal(found, whole[rows, columns])


@given(
    st.lists(st.tuples(st.floats(-20, 60), st.floats(-20, 60)), min_size=3, max_size=9),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_the_coverage_of_any_convex_polygon(points: list[tuple[float, float]], cut: bool) -> None:
    hull = convex_hull(np.array(points))
    window = Window(0, 0, 24, 24)
    if len(hull) < 3:
        return
    x, y = brute.samples(window)
    inside = brute.in_convex(hull, x, y)
    contours = [hull]
    if cut:
        inner = rounded_box(Box(8, 8, 6, 5), 0)
        contours.append(hole(inner))
        contours.append(rounded_box(Box(8, 8, 6, 5), 0))
    found = full(coverage(contours, window), window)
    assert np.abs(found - brute.pooled(inside)).max() <= 0.09


def plain(size: tuple[int, int], color: tuple[int, int, int]) -> BackgroundLayer:
    return BackgroundLayer(name="ground", box=Box(0, 0, *size), fill=SolidFill(color))


def painted(scene: Scene) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return ScenePainter(FontLibrary([]), PixelCache(10**7)).paint(scene)


def smooth_picture(size: tuple[int, int]) -> Image.Image:
    """Shapes and letters' widths of an app's screen, with hard edges."""
    random = np.random.default_rng(3)
    width, height = size
    pixels = np.full((height, width, 3), 245, np.uint8)
    for _ in range(90):
        x, y = int(random.integers(0, width - 20)), int(random.integers(0, height - 20))
        w, h = int(random.integers(3, 60)), int(random.integers(2, 40))
        pixels[y : y + h, x : x + w] = random.integers(0, 256, 3)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("scale", [1.0, 0.6, 0.45, 0.3])
def test_a_capture_inside_a_tilted_screen(scale: float) -> None:
    picture = smooth_picture((420, 620))
    size = (420 * scale, 620 * scale)
    matrix = matrix_of(tilted(size, (-14.0, 6.0, 3.0), (size[0] * 0.55, size[1] * 0.55)))
    place = matrix @ np.diag([scale, scale, 1.0])
    crop = Window(round(size[0] * 0.3), round(size[1] * 0.3), 90, 90)
    found = warp(picture, place, crop, repeat_edges=True)
    assert found is not None
    x, y = brute.samples(crop)
    u, v = brute.back(place, x, y)
    expected = brute.pooled(bilinear(np.asarray(picture, np.float64), u, v))
    error = np.abs(found.colors - expected)
    assert error.max() <= 8
    assert error.mean() <= 0.3


def bilinear(pixels: Any, u: Any, v: Any) -> Any:
    """A picture between its pixels' centres."""
    a, b = u - 0.5, v - 0.5
    left, top = np.floor(a).astype(int), np.floor(b).astype(int)
    s, t = (a - left)[..., None], (b - top)[..., None]

    def at(row: Any, column: Any) -> Any:
        return pixels[np.clip(row, 0, len(pixels) - 1), np.clip(column, 0, pixels.shape[1] - 1)]

    upper = at(top, left) * (1 - s) + at(top, left + 1) * s
    return upper * (1 - t) + (at(top + 1, left) * (1 - s) + at(top + 1, left + 1) * s) * t


def test_samples_for_a_scale() -> None:
    assert [oversampling(scale) for scale in (2, 1, 0.85, 0.6, 0.45, 0.3, 0.1)] == [2, 2, 2, 3, 4, 6, 6]


def test_a_sticker_with_green_under_its_transparent_pixels(tmp_path: Path) -> None:
    """What a transparent pixel's colour is must not show at its edge."""
    pixels = np.zeros((120, 120, 4), np.uint8)
    pixels[...] = (0, 255, 0, 0)
    pixels[20:100, 20:100] = (200, 30, 160, 255)
    clean = pixels.copy()
    clean[pixels[..., 3] == 0] = 0
    shown = []
    for name, source in (("green", pixels), ("clean", clean)):
        plane = Plane(90, 90, tilted((90, 90), (20.0, 10.0, 25.0), (80, 80)))
        layer = ImageLayer(name=name, plane=plane, asset=asset(tmp_path / f"{name}.png", Image.fromarray(source)))
        shown.append(painted(Scene((160, 160), (plain((160, 160), (255, 255, 255)), layer))).astype(int))
    assert np.abs(shown[0] - shown[1]).max() <= 1
    assert (shown[0][..., 1] <= 255).all()
    assert np.abs(shown[0][78:82, 78:82] - (200, 30, 160)).max() == 0


@pytest.mark.parametrize("blur", [1.5, 4.0, 7.0, 12.0, 31.0])
def test_a_shadow_is_a_true_gaussian(blur: float) -> None:
    outline = rounded_box(Box(60.3, 70.8, 130, 150), 20)
    window = Window(0, 0, 250, 290)
    wide = window.grown(200)
    expected = brute.gaussian_at(full(coverage([outline], wide), wide), blur)[200:-200, 200:-200]
    for opacity in (0.45, 1.0):
        error = np.abs(full(soft_coverage([outline], blur, window), window) - expected) * 255 * opacity
        assert error.max() <= 0.5
    letters = coverage([outline], window)
    assert letters is not None
    assert np.abs(full(blur_coverage(letters, blur, window), window) - expected).max() * 255 <= 0.5


def test_a_shadow_far_away_is_nothing() -> None:
    assert soft_coverage([rounded_box(Box(0, 0, 10, 10), 2)], 3.0, Window(100, 100, 20, 20)) is None


STOPS = (Stop(0.0, (12, 30, 200)), Stop(0.35, (240, 90, 10)), Stop(1.0, (13, 33, 37)))
FILLS = [
    LinearGradient(STOPS, 165),
    RadialGradient(STOPS, (100.0, 60.0), (150.0, 210.0)),
    ConicGradient((*STOPS, Stop(1.0, (12, 30, 200))), (90.0, 100.0), 40),
    MeshGradient(3, 2, ((10, 20, 30), (200, 40, 90), (250, 250, 0), (0, 90, 200), (90, 10, 130), (20, 200, 120))),
]


@pytest.mark.parametrize("fill", FILLS)
def test_the_mean_of_a_tile_of_a_gradient(fill: Any) -> None:
    size = (256, 320)
    scene = Scene(size, (BackgroundLayer(name="ground", box=Box(0, 0, *size), fill=fill),))
    shown = painted(scene).astype(np.float64)
    exact, _ = fill_source(fill, (256.0, 320.0), translation(0, 0))(Window(0, 0, *size))
    error = (shown - exact).reshape(10, 32, 8, 32, 3).mean(axis=(1, 3))
    assert np.abs(error).max() <= 0.05
    assert np.abs(shown - exact).max() < 1


@pytest.mark.parametrize("fill", FILLS)
def test_gradients_against_their_definition(fill: Any) -> None:
    width, height = 256, 320
    found, _ = fill_source(fill, (256.0, 320.0), translation(0, 0))(Window(0, 0, width, height))
    for x, y in ((3, 5), (200, 40), (128, 160), (250, 315), (20, 300)):
        u, v = x + 0.5, y + 0.5
        if isinstance(fill, LinearGradient):
            a = np.radians(fill.angle)
            length = abs(width * np.sin(a)) + abs(height * np.cos(a))
            t = ((u - width / 2) * np.sin(a) - (v - height / 2) * np.cos(a)) / length + 0.5
        elif isinstance(fill, RadialGradient):
            t = np.hypot((u - 100) / 150, (v - 60) / 210)
        elif isinstance(fill, ConicGradient):
            t = (np.degrees(np.arctan2(u - 90, -(v - 100))) - 40) % 360 / 360
        else:
            continue
        expected = [np.interp(t, [s.at for s in fill.stops], [s.color[k] for s in fill.stops]) for k in range(3)]
        assert found[y, x] == pytest.approx(expected, abs=0.3)


def test_a_mesh_passes_through_its_colors() -> None:
    mesh = FILLS[3]
    found, _ = fill_source(mesh, (201.0, 101.0), translation(-0.5, -0.5))(Window(0, 0, 201, 101))
    for index, (x, y) in enumerate([(0, 0), (100, 0), (200, 0), (0, 100), (100, 100), (200, 100)]):
        assert found[y, x] == pytest.approx(mesh.colors[index], abs=3)  # type: ignore[attr-defined]


def panorama(tmp_path: Path) -> tuple[tuple[int, int], list[Any]]:
    capture = asset(tmp_path / "capture.png", smooth_picture((200, 430)))
    size = (900, 420)
    front, back = tilted((150, 320), TILTS[0], (452.3, 215.0)), tilted((150, 320), TILTS[0], (452.3, 215.0), 17.0)
    device = DeviceLayer(
        name="device",
        plane=Plane(150, 320, front),
        screen=Box(6, 6, 138, 308),
        body_radius=24,
        screen_radius=19,
        frame=DeviceFrame("phone", (200, 190, 180), "island"),
        capture=capture,
        back=back,
        shadow=Shadow((0, 0, 0), 0.5, 11.0, 4.0, 9.0),
    )
    card = ShapeLayer(
        name="card",
        plane=Plane(220, 90, geometry.translation(230.0, 260.0)),
        kind="rectangle",
        radius=20,
        fill=SolidFill((255, 255, 255), 0.3),
        glass=9.0,
    )
    ground = BackgroundLayer(name="ground", box=Box(0, 0, *size), fill=FILLS[0])
    return size, [ground, device, card]


def moved(layer: Any, dx: float) -> Any:
    """A layer as a window that begins `dx` pixels to the left of it sees it."""
    import dataclasses

    if isinstance(layer, BackgroundLayer):
        return dataclasses.replace(layer, box=Box(layer.box.x + dx, layer.box.y, layer.box.width, layer.box.height))
    put = geometry.translation(dx, 0.0)
    new = dataclasses.replace(layer, plane=layer.plane.moved(put))
    if isinstance(layer, DeviceLayer) and layer.back is not None:
        new = dataclasses.replace(new, back=geometry.multiply(put, layer.back))
    return new


def test_windows_of_a_panorama_are_the_whole_byte_for_byte(tmp_path: Path) -> None:
    size, layers = panorama(tmp_path)
    whole = painted(Scene(size, tuple(layers)))
    for first, last in ((0, 300), (300, 600), (600, 900), (450, 733)):
        scene = Scene((last - first, size[1]), tuple(moved(layer, -first) for layer in layers), (first, 0))
        assert np.array_equal(painted(scene), whole[:, first:last])


def test_a_canvas_in_parts_is_the_whole_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size, layers = panorama(tmp_path)
    picture = asset(tmp_path / "ground.png", smooth_picture((333, 200)))
    grounds = [layers[0], BackgroundLayer(name="picture", box=Box(0, 0, *size), asset=picture, blur=3.0)]
    for ground in grounds:
        scene = Scene(size, (ground, *layers[1:]))
        whole = painted(scene)
        with monkeypatch.context() as patch:
            patch.setattr("locstore.paint.scene._PIXELS", 900 * 100)
            assert np.array_equal(painted(scene), whole)


def test_two_processes_paint_the_same_bytes(tmp_path: Path) -> None:
    size, layers = panorama(tmp_path)
    here = hashlib.sha256(painted(Scene(size, tuple(layers))).tobytes()).hexdigest()
    code = (
        "import sys, pathlib, hashlib; sys.path[:0] = sys.argv[2:]; import test_exact_edges as t\n"
        "size, layers = t.panorama(pathlib.Path(sys.argv[1]))\n"
        "print(hashlib.sha256(t.painted(t.Scene(size, tuple(layers))).tobytes()).hexdigest())"
    )
    paths = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *paths], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == here


def test_a_capture_on_whole_pixels_is_not_dithered(tmp_path: Path) -> None:
    """A capture that is neither scaled nor turned comes through as it is, over a dithered gradient."""
    picture = smooth_picture((120, 260))
    layer = DeviceLayer(
        name="device",
        plane=Plane(120, 260, geometry.translation(40.0, 30.0)),
        screen=Box(0, 0, 120, 260),
        body_radius=0,
        screen_radius=0,
        frame=DeviceFrame("none", (0, 0, 0)),
        capture=asset(tmp_path / "capture.png", picture),
        shadow=Shadow((0, 0, 0), 0.5, 8.0, 0.0, 6.0),
    )
    ground = BackgroundLayer(name="ground", box=Box(0, 0, 200, 320), fill=FILLS[0])
    shown = painted(Scene((200, 320), (ground, layer)))
    assert np.array_equal(shown[30:290, 40:160], np.asarray(picture))
