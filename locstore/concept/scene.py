"""The layers of a screen as a designer writes them, bottom to top.

Places are fractions of the canvas, x from the side where text starts; lengths (blurs, strokes) are percent of the
canvas's mean side (the square root of width x height), as sizes of words are. Every number has limits.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from locstore.concept.conditions import ShowOnSpec, When
from locstore.concept.fields import Fraction, Identifier, RelativePath
from locstore.concept.fills import (
    Angle,
    Area,
    BackgroundFilling,
    Coordinate,
    Filling,
    Length,
    Rect,
    Shadowing,
    Share,
    Spot,
    Stroking,
    TiltSpec,
    TintSpec,
)
from locstore.concept.frame import FrameSpec
from locstore.concept.spec import Spec

MAX_LAYERS = 60
_MAX_DEPTH = 4


class Placed(Spec):
    """Where a layer is: `at` (its centre) with `width` or `height`, or a `box` that it fills."""

    at: Spot | None = None
    width: Share | None = Field(None, description="Fraction of the canvas's width.")
    height: Share | None = Field(None, description="Fraction of the canvas's height.")
    box: Rect | None = Field(None, description="[x, y, width, height] in fractions of the canvas.")
    rotate: Angle = 0.0
    tilt: TiltSpec | None = None
    shadow: Shadowing | None = None

    @model_validator(mode="after")
    def _place(self) -> Placed:
        if self.box is not None and (self.at is not None or self.width is not None or self.height is not None):
            raise ValueError("box says place and size already; leave at, width and height out")
        return self


class DevicePlace(Placed):
    """A device that shows a capture. `fit` and `anchor` say how it fills a `box`."""

    capture: RelativePath | None = Field(None, description="The screen's own capture if left out.")
    frame: FrameSpec | None = Field(None, description="The screen's own frame if left out.")
    fit: Literal["width", "inside"] = Field("inside", description="width may run out of the box, inside shows all.")
    anchor: Literal["top", "bottom", "middle"] = "middle"
    scale: Annotated[float, Field(ge=0.05, le=4)] = 1.0
    shift: Spot = Field((0.0, 0.0), description="Fractions of the canvas; x runs with the text.")
    crop: Area | None = Field(None, description="[x, y, width, height] of the capture that is shown.")
    thickness: Annotated[float, Field(ge=0, le=3)] = Field(1.0, description="Of a tilted device; 0 is a sheet.")
    edge_light: Fraction = 0.3
    contact: Fraction = Field(0.0, description="Shadow where the device stands on a ground.")


class ImagePlace(Placed):
    """A picture (PNG, JPEG, WebP, SVG), with its transparency."""

    file: RelativePath = Field(description="May hold {locale} and {display}.")
    radius: Length = 0.0
    blur: Length = 0.0
    tint: TintSpec | None = None


class ShapePlace(Placed):
    """A shape: `stars` shows `value` of `count` stars, `laurel` a branch of leaves, open to the right."""

    kind: Literal["rectangle", "circle", "line", "blob", "stars", "laurel"] = "rectangle"
    fill: Filling | None = None
    stroke: Stroking | None = None
    radius: Length = Field(0.0, description="Of a rectangle's corners, in percent of the mean side.")
    glass: Length = Field(0.0, description="Blur of what is below, in percent of the mean side.")
    start: Spot | None = Field(None, description="Of a line.")
    end: Spot | None = Field(None, description="Of a line.")
    flip: bool = Field(False, description="Turned left to right: the right branch of a pair of laurels.")
    seed: Annotated[int, Field(ge=0, le=9999)] = Field(0, description="Of a blob's outline.")
    count: Annotated[int, Field(ge=1, le=10)] = 5
    value: Annotated[float, Field(ge=0, le=10)] = 5.0

    @model_validator(mode="after")
    def _painted(self) -> ShapePlace:
        if self.kind == "line" and (self.start is None or self.end is None or self.stroke is None):
            raise ValueError("a line needs start, end and stroke")
        if self.fill is None and self.stroke is None and not self.glass:
            raise ValueError("a shape needs fill, stroke or glass; nothing of it would be seen")
        return self


class ZoomPlace(Placed):
    """A part of a device's screen, enlarged into a rounded card."""

    of: Annotated[int, Field(ge=1, le=MAX_LAYERS)] | Identifier = Field(
        1, description="The device: its layer's id, or its number from the bottom."
    )
    area: Area = Field(description="[x, y, width, height] in fractions of the capture.")
    radius: Length = 1.5
    stroke: Stroking | None = None
    line: Stroking | None = Field(None, description="From the part to the card.")


class LayerItem(Spec):
    """What every layer may have beside its kind."""

    id: Identifier | None = Field(None, description="Its name in findings, in `zoom` and in overrides.")
    when: When | None = None
    show_on: ShowOnSpec | None = None
    opacity: Fraction = 1.0
    mirror: Literal["auto", "never", "flip"] = Field(
        "auto",
        description="In right-to-left locales: place and turn (auto), also a picture's pixels (flip), or nothing.",
    )


class BackgroundItem(LayerItem):
    """The ground."""

    background: BackgroundFilling


class DeviceItem(LayerItem):
    """A device with a capture."""

    device: DevicePlace


class ImageItem(LayerItem):
    """A picture or sticker."""

    image: ImagePlace


class ShapeItem(LayerItem):
    """A drawn shape."""

    shape: ShapePlace


class ZoomItem(LayerItem):
    """An enlarged detail."""

    zoom: ZoomPlace


def _slots(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


SlotNames = Annotated[tuple[Identifier, ...], BeforeValidator(_slots), Field(min_length=1, max_length=20)]


class TextItem(LayerItem):
    """Slots of words, stacked in a box. `text: all` takes those that no other layer names."""

    text: SlotNames
    box: Rect = Field((0.07, 0.055, 0.86, 0.225), description="[x, y, width, height] in fractions of the canvas.")
    align: Literal["start", "center", "end"] = "center"
    valign: Literal["top", "middle", "bottom"] = "middle"
    logo: bool = Field(False, description="brand.logo above the words.")
    rotate: Angle = 0.0
    tilt: TiltSpec | None = None


class GroupItem(LayerItem):
    """Layers that move, turn and grow together, about the middle of the canvas or `about`."""

    group: Annotated[tuple[LayerSpec, ...], Field(min_length=1, max_length=MAX_LAYERS)]
    about: Spot = (0.5, 0.5)
    shift: tuple[Coordinate, Coordinate] = (0.0, 0.0)
    rotate: Angle = 0.0
    scale: Annotated[float, Field(ge=0.05, le=10)] = 1.0

    @model_validator(mode="after")
    def _deep(self) -> GroupItem:
        if _depth(self) > _MAX_DEPTH:
            raise ValueError(f"groups may be nested {_MAX_DEPTH} deep")
        return self


def _depth(group: GroupItem) -> int:
    return 1 + max((_depth(item) for item in group.group if isinstance(item, GroupItem)), default=0)


LAYER_KINDS = ("background", "device", "image", "shape", "text", "zoom", "group")


def _layer_kind(raw: Any) -> str | None:
    """The key that says what a layer is, so that a mistake gives one error and not one for each kind."""
    if isinstance(raw, LayerItem):
        return next(kind for kind in LAYER_KINDS if kind in type(raw).model_fields)
    found = [kind for kind in LAYER_KINDS if isinstance(raw, dict) and kind in raw]
    return found[0] if len(found) == 1 else None


LayerSpec = Annotated[
    Annotated[BackgroundItem, Tag("background")]
    | Annotated[DeviceItem, Tag("device")]
    | Annotated[ImageItem, Tag("image")]
    | Annotated[ShapeItem, Tag("shape")]
    | Annotated[TextItem, Tag("text")]
    | Annotated[ZoomItem, Tag("zoom")]
    | Annotated[GroupItem, Tag("group")],
    Discriminator(
        _layer_kind,
        custom_error_type="layer_kind",
        custom_error_message=f"A layer is a mapping with exactly one of: {', '.join(LAYER_KINDS)}",
    ),
]
GroupItem.model_rebuild()
Layers = Annotated[tuple[LayerSpec, ...], Field(min_length=1, max_length=MAX_LAYERS)]
