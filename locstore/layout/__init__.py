"""From a Shot to a Composition: every box on the canvas, and the words typeset in theirs.

A room of its own, between shots and painters, because the local painter, prompts and checks all need to know
where a slot stands, and none of them should know how a layout is computed.
"""

from locstore.layout.compose import compose
from locstore.layout.composition import Composition, DeviceBox, LogoBox, SetSlot, TextBackground

__all__ = [
    "Composition",
    "DeviceBox",
    "LogoBox",
    "SetSlot",
    "TextBackground",
    "compose",
]
