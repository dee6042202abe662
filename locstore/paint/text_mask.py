"""Where a slot's letters are in a finished picture: on a busy ground only they are painted over, not all around."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from locstore.layout import SetSlot
from locstore.paint.surface import Pixels
from locstore.typeset import Box, FontLibrary, rasterise

Floats = npt.NDArray[np.float32]

_NEAR = 80  # of 255 in each channel: a letter's colour with its soft edge
_LIKE = (0.6, 1.9)  # how much of that colour there may be, measured by the letters that we would set
_WIDER = 0.17  # em around a letter that go with it: edges, shadows, halos
_SOFT = 0.05  # em
_CELLS = 8  # in an em: averaging over a cell takes grain away and leaves what a picture shows
_BUSY = 4.0  # of 255: how much cells differ from those around them on a ground with things on it


def letters_in(canvas: Pixels, area: Box, slot: SetSlot, library: FontLibrary) -> Floats | None:
    """Coverage 0 to 1 of a slot's letters in an area of the canvas, shape (height, width) of the area in whole pixels.

    None where all of the area is to be painted over: on a plate, on a ground that is smooth so that it does not show,
    and where the letters are not surely told by their colour.
    """
    if slot.text_background is not None or not slot.text_layout.lines:
        return None
    em = slot.text_layout.size
    left, top, right, bottom = whole_pixels(canvas, area)
    part = canvas[top:bottom, left:right]
    if not part.size:
        return None
    style = slot.text_layout.style
    colors = [style.color, *([style.highlight.color] if style.highlight else [])]
    ink = np.zeros(part.shape[:2], bool)
    for color in colors:
        ink |= (np.abs(part.astype(np.int16) - np.array(color, np.int16)) < _NEAR).all(axis=2)
    wanted = sum(
        float((layer.alpha > 127).sum()) for layer in rasterise(slot.text_layout, library) if layer.alpha is not None
    )
    if not _LIKE[0] * wanted <= float(ink.sum()) <= _LIKE[1] * wanted:
        return None
    wide = _widened(ink, max(1, round(_WIDER * em)), max(1.0, _SOFT * em))
    return wide if _is_busy(part, wide <= 0, em) else None


def whole_pixels(canvas: Pixels, area: Box) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of an area on the canvas."""
    height, width = canvas.shape[:2]
    left, top = max(0, int(area.x)), max(0, int(area.y))
    return left, top, min(width, int(area.right) + 1), min(height, int(area.bottom) + 1)


def _widened(ink: npt.NDArray[np.bool_], reach: int, soft: float) -> Floats:
    """Coverage that is full within `reach` pixels of the ink and fades out beyond."""
    image = Image.fromarray(ink.astype(np.uint8) * 255).filter(ImageFilter.BoxBlur(reach))
    near = image.point([0] + [255] * 255)  # any ink within reach; far quicker than a maximum filter of this size
    faded = np.asarray(near.filter(ImageFilter.GaussianBlur(soft)), np.float32) / 255
    return np.where(np.asarray(near) > 0, np.float32(1), np.minimum(1, faded * 2)).astype(np.float32)


def _is_busy(part: Pixels, known: npt.NDArray[np.bool_], em: float) -> bool:
    """Whether the ground between and around the letters shows more than a gradient and grain."""
    cell = max(2, round(em / _CELLS))
    high, wide = part.shape[0] // cell, part.shape[1] // cell
    if high < 3 or wide < 3:
        return False
    whole = np.asarray(known[: high * cell, : wide * cell].reshape(high, cell, wide, cell).all(axis=(1, 3)))
    gray = part[: high * cell, : wide * cell].astype(np.float32).mean(axis=2)
    means = gray.reshape(high, cell, wide, cell).mean(axis=(1, 3))
    # The second difference of neighbours is nothing on a gradient.
    across = np.abs(means[:, :-2] - 2 * means[:, 1:-1] + means[:, 2:])[whole[:, :-2] & whole[:, 1:-1] & whole[:, 2:]]
    down = np.abs(means[:-2] - 2 * means[1:-1] + means[2:])[whole[:-2] & whole[1:-1] & whole[2:]]
    bends = np.concatenate([across, down])
    return bool(bends.size >= 12 and np.percentile(bends, 75) > _BUSY)
