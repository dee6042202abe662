"""Frames of devices: drawn ones in colours, and the user's own pictures."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from locstore.concept.fields import HexColor, PixelBox, RelativePath
from locstore.concept.spec import Spec

# Finishes by name; any other colour is written as #RRGGBB.
FINISHES = {
    "black": "#16181d",
    "graphite": "#3a3b40",
    "silver": "#d9dbdf",
    "white": "#f2f2f4",
    "titanium": "#8f8a81",
    "gold": "#e6d3b8",
    "blue": "#3d5a80",
    "green": "#3f5d50",
    "red": "#a8313f",
    "purple": "#6d6590",
}


def _finish(raw: Any) -> Any:
    return FINISHES.get(raw, raw) if isinstance(raw, str) else raw


FrameColor = Annotated[HexColor, BeforeValidator(_finish)]


class Frame(Spec):
    """A device around the capture: drawn (`kind`), or a picture with the rectangle of its screen."""

    later_keys: ClassVar[frozenset[str]] = frozenset({"style", "camera", "buttons", "mask"})

    kind: Literal[
        "auto",
        "phone",
        "tablet",
        "none",
        "image",
        "watch",
        "laptop",
        "desktop",
        "browser",
        "tv",
        "foldable",
        "foldable-open",
    ] = "auto"
    color: FrameColor = "#16181d"
    image: RelativePath | None = None
    screen: PixelBox | None = Field(None, description="[x, y, width, height] in its pixels.")
    radius: Annotated[int, Field(ge=0, le=2000)] = Field(0, description="Corner radius of the screen, pixels.")
    style: Literal["flat", "detailed"] | None = Field(
        None, description="flat is a bezel with a rim of light, as layouts have it; detailed has edges and buttons."
    )
    camera: Literal["auto", "none", "island", "notch", "hole"] | None = None
    buttons: bool | None = Field(None, description="Drawn at the sides of a detailed frame.")
    mask: RelativePath | None = Field(
        None, description="A grey picture of the frame's size: white where the screen is seen, for other shapes."
    )

    @model_validator(mode="after")
    def _whole(self) -> Frame:
        if (self.kind == "image") != (self.image is not None):
            raise ValueError("a picture frame needs image and screen; a drawn one has neither")
        if self.image is not None and self.screen is None:
            raise ValueError("screen is missing: [x, y, width, height] of the screen in the frame's pixels")
        return self


def _frame(raw: Any) -> Any:
    if isinstance(raw, str):
        return {"kind": raw}
    if isinstance(raw, dict) and "image" in raw and "kind" not in raw:
        return {**raw, "kind": "image"}
    return raw


FrameSpec = Annotated[Frame, BeforeValidator(_frame)]
