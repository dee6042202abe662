"""Planes on the canvas: maps compose, turned rectangles keep their centre, tilt follows the signs of its docstring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.layout.geometry import IDENTITY, Plane, about, multiply, rotation, scaling, tilt, translation
from locstore.typeset import Box

_ANGLES = st.floats(-60, 60)


def test_an_upright_plane_fills_its_box() -> None:
    plane = Plane.of(Box(10, 20, 300, 200))
    assert plane.upright
    assert plane.bounds == Box(10, 20, 300, 200)
    assert plane.part(Box(5, 6, 7, 8)).bounds == Box(15, 26, 7, 8)


def test_a_quarter_turn_is_clockwise() -> None:
    assert Plane(1, 1, rotation(90)).at(1, 0) == pytest.approx((0, 1))
    assert rotation(360) == IDENTITY


@given(_ANGLES, _ANGLES, _ANGLES)
def test_a_tilt_keeps_the_origin_and_the_inverse_order_of_maps(yaw: float, pitch: float, roll: float) -> None:
    matrix = tilt(yaw, pitch, roll, distance=2000)
    assert Plane(10, 10, matrix).at(0, 0) == pytest.approx((0, 0))
    moved = multiply(translation(3, 4), multiply(scaling(2), matrix))
    x, y = Plane(1, 1, matrix).at(7, 5)
    assert Plane(1, 1, moved).at(7, 5) == pytest.approx((2 * x + 3, 2 * y + 4))


def test_yaw_takes_the_right_edge_away_and_pitch_the_top() -> None:
    yawed = Plane(200, 200, about((100, 100), tilt(20, 0, 0, distance=1000)))
    left, right = yawed.at(0, 0)[1], yawed.at(200, 0)[1]
    assert left < 0 < right  # the near edge is taller than the plane, the far one shorter
    pitched = Plane(200, 200, about((100, 100), tilt(0, 20, 0, distance=1000)))
    assert pitched.at(0, 0)[0] > 0 > pitched.at(0, 200)[0]
    rolled = Plane(200, 200, about((100, 100), tilt(0, 0, 90, distance=1000)))
    assert rolled.at(0, 0) == pytest.approx((200, 0))


def test_the_back_of_a_device_is_smaller_and_shifts_to_the_side_that_is_seen() -> None:
    front = Plane(200, 200, about((100, 100), tilt(20, 0, 0, distance=1000)))
    back = Plane(200, 200, about((100, 100), tilt(20, 0, 0, distance=1000, depth=30)))
    assert back.at(0, 100)[0] < front.at(0, 100)[0]  # the left side of the body is seen
    assert back.at(200, 100)[0] < front.at(200, 100)[0]
