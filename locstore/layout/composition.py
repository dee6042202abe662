"""The Composition: where everything of a shot stands on its canvas, in pixels."""

from __future__ import annotations

import dataclasses

from locstore.findings import Finding
from locstore.layout.layers import Scene, TextLayer
from locstore.layout.set_slot import SetSlot, TextBackground
from locstore.shots import Shot
from locstore.typeset import Box, FaceUse

__all__ = ["Composition", "DeviceBox", "LogoBox", "SetSlot", "TextBackground"]


@dataclasses.dataclass(frozen=True, slots=True)
class DeviceBox:
    """The framed capture: `screen` is where the capture goes, `body` the device around it.

    `radius` rounds the screen's corners; `drawn` is the kind of bezel to draw, or `image` for a picture frame
    that covers `body`, or `none`. `camera` is what a drawn phone has at its top: an `island` (Apple's), a `hole`, or
    `none`.
    """

    screen: Box
    body: Box
    radius: float
    drawn: str
    camera: str


@dataclasses.dataclass(frozen=True, slots=True)
class LogoBox:
    """The square that the brand's logo is fitted into."""

    box: Box


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """Everything a painter needs.

    `scene` are the layers of the shot. `device`, `logo` and `slots` are parts of it, for those who look for these: the
    first upright device, the logo, and every slot in the shot's order. `text_region` is the area for words.
    """

    shot: Shot
    device: DeviceBox | None
    logo: LogoBox | None
    text_region: Box
    slots: tuple[SetSlot, ...]
    scene: Scene
    findings: tuple[Finding, ...]

    def without_words(self) -> Composition:
        """The same picture with no slot on it."""
        layers = tuple(layer for layer in self.scene.layers if not isinstance(layer, TextLayer))
        return dataclasses.replace(self, slots=(), scene=dataclasses.replace(self.scene, layers=layers))

    @property
    def faces(self) -> tuple[FaceUse, ...]:
        """The faces of all slots, once each."""
        used = {face for slot in self.slots for face in slot.text_layout.faces}
        return tuple(sorted(used, key=lambda f: (f.family, f.weight, f.file)))
