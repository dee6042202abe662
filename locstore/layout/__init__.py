"""From a Shot to a Composition: every layer on the canvas, and the words typeset in their places.

A room of its own, between shots and painters, because the local painter, prompts and checks all need to know
where a slot is, and none of them should know how a layout is computed.
"""

from locstore.layout.compose import compose, has_device, scene_items, words_area
from locstore.layout.composition import Composition, DeviceBox, LogoBox, SetSlot, TextBackground
from locstore.layout.geometry import IDENTITY, Matrix, Plane, Point, bounds
from locstore.layout.layers import (
    AnyLayer,
    BackgroundLayer,
    Camera,
    ConicGradient,
    Connector,
    DeviceFrame,
    DeviceLayer,
    EdgeFade,
    Fill,
    FrameKind,
    Glow,
    ImageLayer,
    Layer,
    LinearGradient,
    MeshGradient,
    RadialGradient,
    Scene,
    Shadow,
    ShapeLayer,
    SolidFill,
    Stop,
    Stroke,
    TextLayer,
    ZoomLayer,
)
from locstore.layout.preset_layers import PresetDesign, preset_layers
from locstore.layout.scaling import edge_box, scaled_scene
from locstore.layout.set_sizes import SlotSize, slot_sizes, smaller_than_set

__all__ = [
    "IDENTITY",
    "AnyLayer",
    "BackgroundLayer",
    "Camera",
    "Composition",
    "ConicGradient",
    "Connector",
    "DeviceBox",
    "DeviceFrame",
    "DeviceLayer",
    "EdgeFade",
    "Fill",
    "FrameKind",
    "Glow",
    "ImageLayer",
    "Layer",
    "LinearGradient",
    "LogoBox",
    "Matrix",
    "MeshGradient",
    "Plane",
    "Point",
    "PresetDesign",
    "RadialGradient",
    "Scene",
    "SetSlot",
    "Shadow",
    "ShapeLayer",
    "SlotSize",
    "SolidFill",
    "Stop",
    "Stroke",
    "TextBackground",
    "TextLayer",
    "ZoomLayer",
    "bounds",
    "compose",
    "edge_box",
    "has_device",
    "preset_layers",
    "scaled_scene",
    "scene_items",
    "slot_sizes",
    "smaller_than_set",
    "words_area",
]
