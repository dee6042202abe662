"""The geometry of drawn devices: rims, corners and thickness in shares of the screen, without a picture of them.

Proportions are measured from the makers' published dimensions, rounded to what a viewer recognises; no frame copies one
product's outline.
"""

from __future__ import annotations

import dataclasses

from locstore.layout.layers import FrameKind


@dataclasses.dataclass(frozen=True, slots=True)
class FrameGeometry:
    """Shares of the screen's shorter side: rims (left, top, right, bottom), corner radii, thickness."""

    rims: tuple[float, float, float, float]
    screen_radius: float
    body_radius: float
    thickness: float


FRAMES: dict[FrameKind, FrameGeometry] = {
    "none": FrameGeometry((0.0, 0.0, 0.0, 0.0), 0.045, 0.045, 0.0),
    "phone": FrameGeometry((0.036, 0.036, 0.036, 0.036), 0.135, 0.171, 0.115),
    "tablet": FrameGeometry((0.048, 0.048, 0.048, 0.048), 0.035, 0.075, 0.032),
    "watch": FrameGeometry((0.07, 0.07, 0.07, 0.07), 0.24, 0.31, 0.26),
    # The lower rim holds the hinge and the base, which is wider than the lid: the sides hold that width.
    "laptop": FrameGeometry((0.20, 0.035, 0.20, 0.10), 0.012, 0.03, 0.02),
    "desktop": FrameGeometry((0.0, 0.055, 0.0, 0.0), 0.0, 0.02, 0.0),
    "browser": FrameGeometry((0.0, 0.095, 0.0, 0.0), 0.0, 0.02, 0.0),
    "tv": FrameGeometry((0.014, 0.014, 0.014, 0.03), 0.0, 0.008, 0.03),
    "foldable": FrameGeometry((0.05, 0.04, 0.04, 0.04), 0.06, 0.095, 0.17),
    "foldable-open": FrameGeometry((0.036, 0.036, 0.036, 0.036), 0.05, 0.08, 0.075),
}
