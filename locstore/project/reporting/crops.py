"""Crops of doubtful slots: the piece of the picture where the words should stand, small enough to embed."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence

from PIL import Image

from locstore.pages import Crop, SlotRow
from locstore.paint import UnreadablePicture
from locstore.paint.pictures import open_picture
from locstore.project.inventory import Picture
from locstore.run import PaintSettings, Renderer

MOST_BYTES = 12_000_000  # of all crops of a report together: what a mail server and a phone still take
_WIDEST, _HIGHEST = 960, 640  # pixels; shown at half of that on a page
_MARGIN = 0.12  # of the words' height, around them
_QUALITIES = (82, 60, 40)
_ONE = 90_000  # bytes of one crop


class CropMaker:
    """Cuts crops until the room for them is used up; `left_out` counts those that had none."""

    def __init__(self, settings: PaintSettings, room: int = MOST_BYTES) -> None:
        self._settings = settings
        self._room = room
        self._renderer: Renderer | None = None
        self.left_out = 0

    def cut(self, picture: Picture, rows: Sequence[SlotRow]) -> tuple[SlotRow, ...]:
        """The rows, the doubtful ones with their crop."""
        doubtful = [row for row in rows if row.doubtful]
        if not doubtful or picture.file is None:
            return tuple(rows)
        if self._room <= 0:
            self.left_out += len(doubtful)
            return tuple(rows)
        try:
            boxes = self._boxes(picture, doubtful)
            image = open_picture(picture.file, "RGB")
        except UnreadablePicture:
            self.left_out += len(doubtful)  # the checks of the file say what is wrong with it
            return tuple(rows)
        return tuple(self._with_crop(row, image, boxes.get(row.slot)) if row.doubtful else row for row in rows)

    def _with_crop(self, row: SlotRow, image: Image.Image, box: tuple[float, float, float, float] | None) -> SlotRow:
        crop = _crop(image, box) if box is not None else None
        if crop is None or len(crop.data) > self._room:
            self.left_out += 1
            return row
        self._room -= len(crop.data)
        return dataclasses.replace(row, crop=crop)

    def _boxes(self, picture: Picture, rows: Sequence[SlotRow]) -> dict[str, tuple[float, float, float, float]]:
        """Where each slot's words were looked for, or should stand: (x, y, width, height) in pixels."""
        boxes: dict[str, tuple[float, float, float, float]] = {
            row.slot: row.reading.box for row in rows if row.reading.box is not None
        }
        if all(row.slot in boxes for row in rows):
            return boxes
        self._renderer = self._renderer or Renderer(self._settings)
        for slot in self._renderer.compose(picture.shot).slots:
            place = slot.text_layout.ink or slot.text_layout.box
            boxes.setdefault(slot.id, (place.x, place.y, place.width, place.height))
        return boxes


def _crop(image: Image.Image, box: tuple[float, float, float, float]) -> Crop | None:
    """The box with some room around it; None if nothing of it is in the picture."""
    x, y, width, height = box
    margin = min(48.0, max(12.0, _MARGIN * min(width, height)))
    left, top = max(0, int(x - margin)), max(0, int(y - margin))
    right, bottom = min(image.width, int(x + width + margin) + 1), min(image.height, int(y + height + margin) + 1)
    if right - left < 4 or bottom - top < 4:
        return None
    part = image.crop((left, top, right, bottom))
    part.thumbnail((_WIDEST, _HIGHEST), Image.Resampling.LANCZOS, reducing_gap=3.0)
    data = b""
    for quality in _QUALITIES:
        stream = io.BytesIO()
        part.save(stream, "JPEG", quality=quality, optimize=True, subsampling=0)
        data = stream.getvalue()
        if len(data) <= _ONE:
            break
    return Crop(data, part.size)
