"""Gradients, lights, masks and blending, against slow and obvious references."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.paint.surface import (
    Glow,
    Gradient,
    Scrim,
    blend,
    rounded,
    rounded_mask,
    shadow,
    solid,
    strips,
)
from locstore.typeset import Box

colors = st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))


def test_solid() -> None:
    pixels = solid((3, 2), (1, 2, 3))
    assert pixels.shape == (2, 3, 3)
    assert pixels.dtype == np.uint8
    assert (pixels == (1, 2, 3)).all()


def css_gradient(size: tuple[int, int], stops: list[tuple[int, int, int]], angle: float) -> npt.NDArray[np.float64]:
    """CSS Images 3, linear gradients: the line through the centre whose ends see the corners at right angles."""
    width, height = size
    a = math.radians(angle)
    length = abs(width * math.sin(a)) + abs(height * math.cos(a))
    pixels = np.zeros((height, width, 3))
    for row in range(height):
        for column in range(width):
            x, y = column + 0.5 - width / 2, height / 2 - row - 0.5
            t = min(max((x * math.sin(a) + y * math.cos(a)) / length + 0.5, 0), 1) * (len(stops) - 1)
            low = min(int(t), len(stops) - 2)
            for k in range(3):
                pixels[row, column, k] = stops[low][k] + (t - low) * (stops[low + 1][k] - stops[low][k])
    return pixels


@given(st.tuples(st.integers(1, 12), st.integers(1, 12)), st.lists(colors, min_size=2, max_size=4), st.integers(0, 360))
def test_gradient_is_the_one_of_css(size: tuple[int, int], stops: list[tuple[int, int, int]], angle: int) -> None:
    found = Gradient(size, stops, angle).rows(0, size[1])
    assert found.shape == (size[1], size[0], 3)
    assert np.abs(found - css_gradient(size, stops, angle)).max() < 0.2


def test_gradient_runs_the_right_way() -> None:
    for angle, first, last in ((180, (0, 5), (9, 5)), (0, (9, 5), (0, 5)), (90, (5, 0), (5, 9)), (270, (5, 9), (5, 0))):
        pixels = Gradient((10, 10), [(0, 0, 0), (200, 100, 50)], angle).rows(0, 10)
        assert pixels[first].max() < 11
        assert pixels[last].min() > 47


def test_strips_cover_all_rows_once() -> None:
    for height in (1, 191, 192, 193, 2868):
        rows = [row for start, end in strips(height) for row in range(start, end)]
        assert rows == list(range(height))


@given(st.integers(1, 300), st.integers(0, 359))
def test_a_gradient_in_strips_is_the_whole(height: int, angle: int) -> None:
    gradient = Gradient((7, height), [(9, 80, 255), (200, 10, 0), (3, 3, 3)], angle)
    whole = gradient.rows(0, height)
    assert np.array_equal(np.concatenate([gradient.rows(a, b) for a, b in strips(height)]), whole)


@given(
    colors,
    st.tuples(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5)),
    st.floats(0.05, 2),
    st.floats(0, 1),
)
def test_glow_fades_with_the_distance(
    color: tuple[int, int, int], at: tuple[float, float], radius: float, opacity: float
) -> None:
    width, height = 14, 9
    rows = np.full((height, width, 3), 100, np.float32)
    glow = Glow((width, height), color, at, radius, opacity)
    for start in range(0, height, 4):
        glow.add(rows[start : start + 4], start)
    for row in range(height):
        for column in range(width):
            d = min(math.hypot(column - at[0] * width, row - at[1] * height) / (radius * width), 1)
            strength = (1 - d) ** 2 * (1 + 2 * d) * opacity
            expected = [100 + (c - 100) * strength for c in color]
            assert rows[row, column] == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(("edge", "strong", "weak"), [("left", 0, -1), ("right", -1, 0)])
def test_scrim_from_a_side(edge, strong, weak) -> None:
    rows = np.full((4, 100, 3), 200, np.float32)
    Scrim((100, 4), (0, 0, 0), edge=edge, reach=0.5, strength=0.8).add(rows, 0)
    assert rows[0, strong, 0] < 50
    assert rows[0, weak, 0] == 200


def test_scrim_is_strong_at_the_top_and_gone_at_its_reach() -> None:
    rows = np.full((100, 4, 3), 200, np.float32)
    scrim = Scrim((4, 100), (0, 0, 0), edge="top", reach=0.5, strength=0.8)
    for start, end in ((0, 30), (30, 60), (60, 100)):
        scrim.add(rows[start:end], start)
    column = rows[:, 0, 0]
    assert column[0] == pytest.approx(40)
    assert (np.diff(column) >= 0).all()
    assert (column[50:] == 200).all()
    assert column[25] == pytest.approx(120, abs=4)


def test_rounding() -> None:
    assert rounded(np.array([-3, 0.49, 0.51, 254.6, 300], np.float32)).tolist() == [0, 0, 1, 255, 255]


def sampled_mask(width: int, height: int, radius: float, n: int = 16) -> npt.NDArray[np.float64]:
    """Coverage 0-255 by n x n samples in each pixel."""
    radius = min(radius, width / 2, height / 2)
    x, y = ((np.arange(side * n) + 0.5) / n for side in (width, height))
    dx = np.maximum(np.abs(x - width / 2) - (width / 2 - radius), 0)
    dy = np.maximum(np.abs(y - height / 2) - (height / 2 - radius), 0)
    inside = np.hypot(dx[None, :], dy[:, None]) <= radius
    return np.asarray(inside.reshape(height, n, width, n).mean(axis=(1, 3)) * 255)


sides = st.integers(2, 40)


@given(sides, sides, st.floats(0, 30))
def test_a_rounded_mask_is_the_coverage(width: int, height: int, radius: float) -> None:
    mask = rounded_mask(width, height, radius)
    assert mask.shape == (height, width)
    assert np.abs(mask - sampled_mask(width, height, radius)).max() < 45
    assert abs(mask.sum() - sampled_mask(width, height, radius).sum()) / 255 < 2
    assert np.array_equal(mask, mask[::-1])
    assert np.array_equal(mask, mask[:, ::-1])


@given(st.integers(1, 1400), st.integers(1, 60), st.floats(0, 30))
def test_straight_edges_are_opaque(width: int, height: int, radius: float) -> None:
    mask = rounded_mask(width, height, radius)
    corner = math.ceil(min(radius, width / 2, height / 2)) + 1
    assert (mask[:, corner : width - corner] == 255).all()
    assert (mask[corner : height - corner] == 255).all()


def test_a_margin_is_empty() -> None:
    mask = rounded_mask(8, 6, 2, margin=3)
    assert mask.shape == (12, 14)
    assert np.array_equal(mask[3:-3, 3:-3], rounded_mask(8, 6, 2))
    mask[3:-3, 3:-3] = 0
    assert not mask.any()


arrays = st.integers(0, 2**32 - 1)


def slow_blend(
    canvas: npt.NDArray[np.uint8], x: int, y: int, source: npt.NDArray[np.uint8], alpha: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float64]:
    result = canvas.astype(np.float64)
    for row in range(alpha.shape[0]):
        for column in range(alpha.shape[1]):
            if 0 <= y + row < canvas.shape[0] and 0 <= x + column < canvas.shape[1]:
                below = result[y + row, x + column]
                result[y + row, x + column] = below + (source[row, column] - below) * (alpha[row, column] / 255)
    return result


@given(
    arrays,
    st.tuples(st.integers(-9, 12), st.integers(-9, 12)),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    st.booleans(),
)
def test_blend(seed: int, place: tuple[int, int], size: tuple[int, int], one_color: bool) -> None:
    random = np.random.default_rng(seed)
    canvas = random.integers(0, 256, (8, 10, 3), np.uint8)
    alpha = random.choice(np.array([0, 0, 1, 90, 254, 255, 255], np.uint8), size)
    alpha[random.random(size[0]) < 0.4] = 255
    source = random.integers(0, 256, (*size, 3), np.uint8)
    color = (7, 130, 250)
    if one_color:
        source[:] = color
    expected = slow_blend(canvas, *place, source, alpha)
    blend(canvas, *place, color if one_color else source, alpha)
    assert np.abs(canvas - expected).max() <= 0.51


def test_blend_rounds_for_every_pair_of_values() -> None:
    below = np.repeat(np.arange(256, dtype=np.uint8), 256).reshape(256, 256)
    over = below.T.copy()
    for alpha in (0, 1, 2, 64, 127, 128, 129, 200, 254, 255):
        canvas = np.repeat(below[..., None], 3, axis=2)
        blend(canvas, 0, 0, np.repeat(over[..., None], 3, axis=2), np.full((256, 256), alpha, np.uint8))
        exact = below + (over.astype(float) - below) * alpha / 255
        assert np.abs(canvas[..., 0] - exact).max() <= 0.51


def test_shadow_darkens_below_and_around_but_not_far() -> None:
    canvas = solid((200, 220), (200, 200, 200))
    shadow(canvas, Box(70, 70, 60, 80), 10, opacity=0.5, spread=6, drop=8)
    assert canvas[118, 100, 0] == pytest.approx(100, abs=3)
    assert 100 < canvas[155, 100, 0] < 200
    assert canvas[158, 100, 0] < canvas[68, 100, 0]
    for far in ((2, 2), (215, 195), (110, 10), (30, 100)):
        assert canvas[far].tolist() == [200, 200, 200]
    assert (canvas[..., 0] == canvas[..., 2]).all()


@pytest.mark.parametrize("box", [Box(-50, -50, 60, 60), Box(90, 90, 500, 500), Box(5, 5, 1, 1), Box(-500, 0, 20, 20)])
def test_shadow_off_the_edge(box: Box) -> None:
    canvas = solid((100, 100), (200, 200, 200))
    shadow(canvas, box, 10, opacity=0.4, spread=0.055 * box.width, drop=2)
    assert canvas.max() <= 200
    untouched = solid((100, 100), (200, 200, 200))
    shadow(untouched, box, 10, opacity=0, spread=3, drop=2)
    assert (untouched == 200).all()
