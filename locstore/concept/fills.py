"""Fills, lines, shadows and turns: what layers and text styles are made of.

Lengths such as blurs and strokes are percent of the canvas's mean side (the square root of width x height), as sizes of
words are. Every number has limits.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from locstore.concept.fields import Fraction, HexColor, RelativePath
from locstore.concept.spec import Spec

Coordinate = Annotated[float, Field(ge=-3, le=4)]
Share = Annotated[float, Field(gt=0, le=4)]
Length = Annotated[float, Field(ge=0, le=40)]
Shift = Annotated[float, Field(ge=-40, le=40)]
Angle = Annotated[float, Field(ge=-360, le=360)]
Spot = tuple[Coordinate, Coordinate]
Rect = tuple[Coordinate, Coordinate, Share, Share]
Area = tuple[Fraction, Fraction, Annotated[float, Field(gt=0, le=1)], Annotated[float, Field(gt=0, le=1)]]


class StopSpec(Spec):
    """A colour of a gradient; without `at` the colours are spread evenly."""

    color: HexColor
    at: Fraction | None = None
    opacity: Fraction = 1.0


def _stop(raw: Any) -> Any:
    return {"color": raw} if isinstance(raw, str) else raw


Stops = Annotated[tuple[Annotated[StopSpec, BeforeValidator(_stop)], ...], Field(min_length=2, max_length=8)]
_MeshRow = Annotated[tuple[HexColor, ...], Field(min_length=2, max_length=6)]


class FillSpec(Spec):
    """One of `solid`, `gradient` (linear, radial or conic) or `mesh`."""

    solid: HexColor | None = None
    gradient: Stops | None = None
    kind: Literal["linear", "radial", "conic"] = "linear"
    angle: Annotated[float, Field(ge=0, le=360)] = Field(180, description="CSS degrees: 180 runs downwards.")
    center: Spot = Field((0.5, 0.5), description="Of a radial or conic gradient, in fractions of what is filled.")
    radius: Annotated[float, Field(gt=0, le=3)] = Field(0.75, description="Fraction of the filled area's longer side.")
    mesh: Annotated[tuple[_MeshRow, ...], Field(min_length=2, max_length=6)] | None = Field(
        None, description="Rows of colours, spread over the area and interpolated."
    )

    @model_validator(mode="after")
    def _one(self) -> FillSpec:
        self._exactly("solid", "gradient", "mesh")
        if self.mesh is not None and len({len(row) for row in self.mesh}) > 1:
            raise ValueError("the rows of a mesh have the same number of colours")
        return self

    def _exactly(self, *names: str) -> None:
        if sum(getattr(self, n) is not None for n in names) != 1:
            raise ValueError(f"exactly one of {', '.join(names)} is needed")


def _fill(raw: Any) -> Any:
    return {"solid": raw} if isinstance(raw, str) else raw


Filling = Annotated[FillSpec, BeforeValidator(_fill)]


class ShadowSpec(Spec):
    """A soft shadow; a number alone is its opacity."""

    color: HexColor = "#000000"
    opacity: Fraction = 0.35
    blur: Length = Field(2.0, description="Standard deviation, in percent of the mean side.")
    shift: tuple[Shift, Shift] = Field((0.0, 1.2), description="Right and down, in percent of the mean side.")


def _shadow(raw: Any) -> Any:
    return {"opacity": raw} if isinstance(raw, (int, float)) and not isinstance(raw, bool) else raw


Shadowing = Annotated[ShadowSpec, BeforeValidator(_shadow)]


class StrokeSpec(Spec):
    """A line; its width in percent of the mean side."""

    color: HexColor
    width: Annotated[float, Field(gt=0, le=10)] = 0.3
    opacity: Fraction = 1.0


def _stroke(raw: Any) -> Any:
    return {"color": raw} if isinstance(raw, str) else raw


Stroking = Annotated[StrokeSpec, BeforeValidator(_stroke)]


class TintSpec(Spec):
    """A colour over a picture."""

    color: HexColor
    opacity: Fraction = 0.5


class TiltSpec(Spec):
    """Turned in three dimensions, in degrees: yaw takes the right edge away, pitch the top edge; roll is clockwise."""

    yaw: Annotated[float, Field(ge=-70, le=70)] = 0.0
    pitch: Annotated[float, Field(ge=-70, le=70)] = 0.0
    roll: Angle = 0.0
    distance: Annotated[float, Field(ge=1, le=20)] = Field(3.0, description="Of the camera, in mean sides.")


class GlowSpec(Spec):
    """A soft round light."""

    color: HexColor
    at: Spot = (0.5, 0.3)
    radius: Annotated[float, Field(gt=0, le=3)] = Field(0.6, description="Fraction of the longer side.")
    opacity: Fraction = 0.5


class FadeSpec(Spec):
    """A colour that fades in from an edge, under words."""

    color: HexColor
    edge: Literal["top", "bottom", "start", "end"] = "top"
    reach: Annotated[float, Field(gt=0, le=1)] = Field(0.56, description="Fraction of the height or width.")
    strength: Fraction = 0.86


class BackgroundFill(FillSpec):
    """The ground: one of `solid`, `gradient`, `mesh`, `image`, and lights over it."""

    image: RelativePath | None = Field(None, description="May hold {locale} and {display}.")
    position: tuple[Fraction, Fraction] = Field((0.5, 0.5), description="Which part of the picture is kept.")
    blur: Length = 0.0
    tint: TintSpec | None = None
    glow: Annotated[tuple[GlowSpec, ...], Field(max_length=12)] = ()
    fade: FadeSpec | None = None
    dither: bool = Field(True, description="Spread the rounding of gradients, so that no bands are seen.")

    @model_validator(mode="after")
    def _one(self) -> BackgroundFill:
        self._exactly("solid", "gradient", "mesh", "image")
        if self.image is None and (self.tint is not None or self.blur):
            raise ValueError("tint and blur are for an image")
        return self


BackgroundFilling = Annotated[BackgroundFill, BeforeValidator(_fill)]
