"""The layers that a screen has in a locale and on a display: conditions decided, names and lines kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from locstore.concept import (
    BackgroundItem,
    DeviceItem,
    GroupItem,
    ImageItem,
    LayerItem,
    LayerSpec,
    LoadedConcept,
)
from locstore.shots.conditions import holds, shown
from locstore.shots.shot import Cell, SceneLayer

KINDS = ("background", "device", "image", "shape", "text", "zoom", "group")


def scene_layers(
    loaded: LoadedConcept, items: Sequence[LayerSpec], cell: Cell, place: tuple[str | int, ...]
) -> list[SceneLayer]:
    """The layers whose conditions hold, bottom to top; `place` is where the list is in the concept."""
    layers = []
    for i, item in enumerate(items):
        kept = _kept(item, cell)
        if kept is not None:
            line = loaded.line(*place, i)
            name = layer_name(item, i)
            layers.append(SceneLayer(item=kept, name=name, file=loaded.display_path, line=line))
    return layers


def layer_name(item: LayerItem, index: int) -> str:
    """Its id, or its kind and its number from the bottom, from 1."""
    return item.id or f"{layer_kind(item)} {index + 1}"


def layer_kind(item: LayerItem) -> str:
    return next(kind for kind in KINDS if kind in type(item).model_fields)


def _kept(item: LayerSpec, cell: Cell) -> LayerSpec | None:
    """The layer without its conditions, None if they do not hold; a group without its hidden layers."""
    if not holds(item.when, cell.locale, cell.display) or not shown(item.show_on, cell.locale, cell.display):
        return None
    changes: dict[str, object] = {"when": None, "show_on": None}
    if isinstance(item, GroupItem):
        inner = tuple(kept for child in item.group if (kept := _kept(child, cell)) is not None)
        if not inner:
            return None
        changes["group"] = inner
    return item.model_copy(update=changes)


def patterns_of(item: LayerSpec) -> Iterator[str]:
    """The paths of files that a layer names, as the concept writes them."""
    if isinstance(item, GroupItem):
        for child in item.group:
            yield from patterns_of(child)
    elif isinstance(item, BackgroundItem):
        yield from filter(None, [item.background.image])
    elif isinstance(item, ImageItem):
        yield item.image.file
    elif isinstance(item, DeviceItem):
        frame = item.device.frame
        yield from filter(None, [item.device.capture, frame and frame.image, frame and frame.mask])
