"""Setting words: the plates and glyphs of slots onto a picture."""

from __future__ import annotations

from collections.abc import Sequence

from locstore.layout import SetSlot
from locstore.layout.compose import hex_color
from locstore.paint.surface import Pixels, blend, rounded_mask
from locstore.typeset import FontLibrary, rasterise


def set_words(canvas: Pixels, slots: Sequence[SetSlot], library: FontLibrary) -> None:
    """The plates and words of some slots onto a picture, in place."""
    for slot in slots:
        if slot.text_background is not None:
            box = slot.text_background.box
            mask = rounded_mask(int(box.width), int(box.height), box.height / 2)
            blend(canvas, int(box.x), int(box.y), hex_color(slot.text_background.color), mask)
        for layer in rasterise(slot.text_layout, library):
            if layer.rgba is not None:
                blend(canvas, layer.x, layer.y, layer.rgba[..., :3], layer.rgba[..., 3])
            elif layer.alpha is not None and layer.color is not None:
                blend(canvas, layer.x, layer.y, layer.color, layer.alpha)
