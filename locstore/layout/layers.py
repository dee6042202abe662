"""What painters receive: the layers of a screen from bottom to top, every length in pixels of the canvas.

Presets, groups, panoramas, mirroring and overrides are resolved before: a painter needs nothing but this and the files
that the layers name. Colours are RGB, opacities 0-1, angles in degrees, clockwise.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from locstore.layout.geometry import IDENTITY, Matrix, Plane, Point
from locstore.layout.set_slot import SetSlot
from locstore.shots import Asset
from locstore.typeset import Box
from locstore.typeset.model import Color

FrameKind = Literal[
    "none",
    "phone",
    "tablet",
    "watch",
    "laptop",
    "desktop",
    "browser",
    "tv",
    "foldable",
    "foldable-open",
    "image",
]
Camera = Literal["none", "island", "notch", "hole"]


@dataclasses.dataclass(frozen=True, slots=True)
class Stop:
    """A colour of a gradient at a place 0-1 of its way."""

    at: float
    color: Color
    opacity: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class SolidFill:
    """One colour."""

    color: Color
    opacity: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class LinearGradient:
    """As CSS draws it over the filled box: `angle` clockwise from upwards, the ends at the box's corners."""

    stops: tuple[Stop, ...]
    angle: float


@dataclasses.dataclass(frozen=True, slots=True)
class RadialGradient:
    """From `center` (pixels of the filled plane) to an ellipse with these radii."""

    stops: tuple[Stop, ...]
    center: Point
    radii: Point


@dataclasses.dataclass(frozen=True, slots=True)
class ConicGradient:
    """Around `center` (pixels of the filled plane), from `angle` clockwise from upwards."""

    stops: tuple[Stop, ...]
    center: Point
    angle: float


@dataclasses.dataclass(frozen=True, slots=True)
class MeshGradient:
    """A grid of colours over the filled plane, row by row, interpolated smoothly (bicubic) in between.

    `colors` has `columns` x `rows` items; the outer ones are at the plane's edges.
    """

    columns: int
    rows: int
    colors: tuple[Color, ...]


Fill = SolidFill | LinearGradient | RadialGradient | ConicGradient | MeshGradient


@dataclasses.dataclass(frozen=True, slots=True)
class Glow:
    """A round light: `center` and `radius` in pixels of the background's box."""

    color: Color
    center: Point
    radius: float
    opacity: float


@dataclasses.dataclass(frozen=True, slots=True)
class EdgeFade:
    """A colour that fades in from an edge of the background over `reach` pixels."""

    color: Color
    edge: Literal["top", "right", "bottom", "left"]
    reach: float
    strength: float


@dataclasses.dataclass(frozen=True, slots=True)
class Shadow:
    """A soft shadow: `blur` is the standard deviation of the Gaussian, in pixels."""

    color: Color
    opacity: float
    blur: float
    dx: float
    dy: float


@dataclasses.dataclass(frozen=True, slots=True)
class Stroke:
    """A line around an outline, centred on it."""

    color: Color
    width: float
    opacity: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What all layers have. `name` is for people, `file` and `line` the place in the concept that findings name."""

    name: str
    file: str = ""
    line: int = 0
    opacity: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundLayer(Layer):
    """The ground over `box`: the canvas, or a whole panorama of which the canvas shows a part (x below 0).

    A fill or a picture (`asset`, scaled to cover the box; `position` 0-1 says which part is kept), then `tint` over a
    picture, then `glows`, then `fade`. `dither` spreads rounding with an ordered pattern.
    """

    box: Box
    fill: Fill | None = None
    asset: Asset | None = None
    position: Point = (0.5, 0.5)
    flipped: bool = False
    blur: float = 0.0
    tint: SolidFill | None = None
    glows: tuple[Glow, ...] = ()
    fade: EdgeFade | None = None
    dither: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class DeviceFrame:
    """What is drawn around a capture.

    `classic` frames are those of the first presets: a flat bezel with a rim of light. `asset` is the user's own picture
    (kind `image`), `mask` says where its screen is visible instead of rounded corners.
    """

    kind: FrameKind
    color: Color
    camera: Camera = "none"
    classic: bool = False
    buttons: bool = True
    asset: Asset | None = None
    mask: Asset | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLayer(Layer):
    """A device that shows a capture.

    `plane` is the body's front, `screen` the capture's place in it, both in pixels of the plane; `body_radius` and
    `screen_radius` round their corners. `back` maps the same plane to the device's back: with it the device has
    thickness, and its silhouette is the hull of both. `crop` is the part of the capture that is shown, in pixels of
    the file (None: what fills the screen's shape, from the middle). A classic frame's shadow is computed by its painter
    from `shadow.opacity` alone.
    """

    plane: Plane
    screen: Box
    body_radius: float
    screen_radius: float
    frame: DeviceFrame
    capture: Asset
    crop: Box | None = None
    back: Matrix | None = None
    edge_light: float = 0.3
    shadow: Shadow | None = None
    contact: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ImageLayer(Layer):
    """A picture or SVG file, with transparency, scaled to fill its plane, or whole into it (`fit` inside, a logo).

    `flipped` turns it left to right (mirrored for right-to-left).
    """

    plane: Plane
    asset: Asset
    fit: Literal["fill", "inside"] = "fill"
    flipped: bool = False
    radius: float = 0.0
    blur: float = 0.0
    tint: SolidFill | None = None
    shadow: Shadow | None = None

    @property
    def svg(self) -> bool:
        return self.asset.path.suffix.lower() == ".svg"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShapeLayer(Layer):
    """A filled and stroked outline in its plane; `glass` blurs what is below it by this standard deviation.

    `rectangle` fills the plane with corners of `radius`, `ellipse` fills it, `blob` is the closed polygon `points`,
    `line` the open polyline `points`, of which only the stroke is painted, with round ends.
    """

    plane: Plane
    kind: Literal["rectangle", "ellipse", "line", "blob"]
    radius: float = 0.0
    points: tuple[Point, ...] = ()
    fill: Fill | None = None
    stroke: Stroke | None = None
    glass: float = 0.0
    shadow: Shadow | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TextLayer(Layer):
    """A slot with its set words.

    `matrix` turns the set words on the canvas (IDENTITY: as they are set). `gradient` fills the letters over the ink's
    box instead of their colour, highlights keep theirs; `shadow` and `outline` are painted below the letters.
    """

    slot: SetSlot
    matrix: Matrix = IDENTITY
    shadow: Shadow | None = None
    outline: Stroke | None = None
    gradient: LinearGradient | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Connector:
    """A line from a zoomed part to the card that shows it, both on the canvas."""

    start: Point
    end: Point
    stroke: Stroke


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ZoomLayer(Layer):
    """A part of a capture (`area`, in pixels of the file) enlarged into a rounded card.

    `origin` are the corners of the part in its device, on the canvas, for an outline there.
    """

    plane: Plane
    capture: Asset
    area: Box
    radius: float
    origin: tuple[Point, Point, Point, Point]
    stroke: Stroke | None = None
    connector: Connector | None = None
    shadow: Shadow | None = None


AnyLayer = BackgroundLayer | DeviceLayer | ImageLayer | ShapeLayer | TextLayer | ZoomLayer


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """A canvas and its layers, bottom to top.

    `offset` is the canvas's top left corner in its panorama, so that ordered dither and blob edges meet at a seam;
    (0, 0) for a screen of its own.
    """

    size: tuple[int, int]
    layers: tuple[AnyLayer, ...]
    offset: tuple[int, int] = (0, 0)
