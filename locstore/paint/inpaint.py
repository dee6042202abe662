"""Painting over: words in a finished picture give way to what is around them, and others are set in their place.

The area is filled smoothly from its rim (a harmonic fill, on a coarse grid so that no speck at the rim streaks into
it), with the grain of the picture beside it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from locstore.findings import Finding
from locstore.layout import Composition, SetSlot
from locstore.paint.contrast import luminance
from locstore.paint.contrast_halo import shade_words
from locstore.paint.surface import Pixels, rounded
from locstore.paint.text import set_words
from locstore.paint.text_mask import letters_in, whole_pixels
from locstore.typeset import Box, FontLibrary

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_MARGIN = 0.2  # em around words that is wholly filled: shadows and soft edges go with them
_KEPT_MARGIN = 0.0
_STRAY = 0.7  # em that an area may grow where ink crosses its rim
_STEP = 0.1  # em that it grows at a time
_INK = 0.12  # of luminance between a rim's median and ink
_INK_SHARE = 0.004
_FADE = 0.14  # em over which the filled area passes into the picture
_CELLS = 10  # of the coarse grid in an em
_FINE_CELLS = 24  # the same where only letters are filled
_SWEEPS = 60  # at each size of cells
_GRAIN = 96  # pixels of the patch that lends its grain
_CALM = 25  # percentile of the patches around by how much is on them


@dataclasses.dataclass(frozen=True, slots=True)
class Area:
    """What is to be filled: a box in pixels, the size (em) of the words that stood in it, by which widths are measured.

    With `letters` (coverage 0 to 1, as `letters_in` gives it) only what they cover.
    """

    box: Box
    em: float
    letters: Floats | None = None


def replace_text(
    canvas: Pixels, composition: Composition, wrong: Collection[str], found: Mapping[str, Box], library: FontLibrary
) -> tuple[Pixels, list[Finding]]:
    """A copy of a picture where the slots in `wrong` are painted over and set again by the typesetter.

    `found` says where a slot's words stand in the picture, in pixels, where that is known; a slot's own place is
    painted over in any case. Findings are those about contrast: an error where no shade makes the words readable.
    """
    there = [slot for slot in composition.slots if slot.text_layout.lines]
    slots = [slot for slot in there if slot.id in wrong]
    places = [(box, s.text_layout.size) for s in slots for box in (_outer(s), found.get(s.id)) if box is not None]
    kept = [(box, s.text_layout.size) for s in there if s not in slots for box in (_outer(s), found.get(s.id)) if box]
    around = [_grown(canvas, box, em, [place for place, _ in places], _KEPT_MARGIN) for box, em in kept]
    solid = [composition.device.body] if composition.device else []
    solid += [composition.logo.box] if composition.logo else []
    stays = _covered(canvas, [*around, *solid])
    for box, _ in places:
        _cut(stays, box)[...] = False
    stays |= _covered(canvas, [*(box for box, _ in kept), *solid])
    fixed = [*(box for box, _ in kept), *solid]
    areas = []
    for slot in slots:
        em = slot.text_layout.size
        boxes = [_outer(slot), *([found[slot.id]] if slot.id in found else [])]
        around = [_grown(canvas, box, em, fixed, _MARGIN) for box in boxes]
        areas += [Area(box, em, letters) for box, letters in _told(canvas, around, slot, library)]
    painted = canvas.copy()
    fill_smoothly(painted, areas, stays)
    findings = shade_words(painted, slots, library, stays)
    set_words(painted, slots, library)
    return painted, findings


def _told(canvas: Pixels, boxes: Sequence[Box], slot: SetSlot, library: FontLibrary) -> list[tuple[Box, Floats | None]]:
    """The areas of a slot, as one with its letters where these can be told from a busy ground, else each as a whole."""
    together = Box.around(boxes)
    letters = letters_in(canvas, together, slot, library)
    return [(together, letters)] if letters is not None else [(box, None) for box in boxes]


def _outer(slot: SetSlot) -> Box:
    """Everything that belongs to a slot: its lines, their ink, its plate."""
    boxes = [box for line in slot.text_layout.lines for box in (line.box, line.ink)]
    boxes += [slot.text_background.box] if slot.text_background else []
    return Box.around(boxes)


def _grown(canvas: Pixels, place: Box, em: float, kept: Collection[Box], margin: float) -> Box:
    """The place with a margin, and more of it at sides where ink crosses the rim, up to what is kept."""
    height, width = canvas.shape[:2]
    edges = [place.x, place.y, place.right, place.bottom]
    for side, (sign, end) in enumerate(((-1, 0), (-1, 0), (1, width), (1, height))):
        moved = 0.0
        while moved < margin + _STRAY - 1e-9:
            further = edges[side] + sign * _STEP * em
            strip = _strip(edges, side, further)
            stays = any(_meets(strip, box) for box in kept) or sign * (further - end) > 0
            if moved >= margin - 1e-9 and (stays or not _has_ink(canvas, strip)):
                break
            edges[side] = further
            moved += _STEP
        edges[side] += sign * _FADE * em
    return Box(edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1])


def _strip(edges: Sequence[float], side: int, further: float) -> Box:
    """What an area gains when one side moves."""
    left, top, right, bottom = edges
    low, high = sorted((edges[side], further))
    return Box(low, top, high - low, bottom - top) if side % 2 == 0 else Box(left, low, right - left, high - low)


def _meets(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def _has_ink(canvas: Pixels, strip: Box) -> bool:
    part = _part(canvas, strip)
    if not part.size:
        return False
    light = luminance(part) ** 0.5  # about as even to the eye as lightness
    return float((np.abs(light - np.median(light)) > _INK).mean()) > _INK_SHARE


def _part(canvas: Pixels, box: Box) -> Pixels:
    return canvas[max(0, int(box.y)) : max(0, int(box.bottom)), max(0, int(box.x)) : max(0, int(box.right))]


def fill_smoothly(canvas: Pixels, areas: Sequence[Area], stays: Mask) -> None:
    """Fill areas of a picture from what is around them, in place.

    Where `stays`, shape (height, width), is set, nothing changes, and no colour is taken from there.
    """
    height, width = canvas.shape[:2]
    reach = 2.5 * max(area.em for area in areas)
    left = max(0, int(min(area.box.x for area in areas) - reach))
    top = max(0, int(min(area.box.y for area in areas) - reach))
    right = min(width, int(max(area.box.right for area in areas) + reach) + 1)
    bottom = min(height, int(max(area.box.bottom for area in areas) + reach) + 1)
    part = canvas[top:bottom, left:right]
    alpha = np.zeros(part.shape[:2], np.float32)
    for area in areas:
        if area.letters is not None:
            x0, y0, x1, y1 = whole_pixels(canvas, area.box)
            place = alpha[y0 - top : y1 - top, x0 - left : x1 - left]
            np.maximum(place, area.letters, out=place)
            continue
        inside = _past_edges(area.box, _FADE * area.em, (width, height)).moved(-left, -top)
        np.maximum(alpha, _soft(inside, part.shape[:2], _FADE * area.em), out=alpha)
    fixed = stays[top:bottom, left:right]
    unknown = (alpha > 0) | fixed
    if unknown.all():
        return  # nothing around to take a colour from: the words are set on what is there
    cell = max(1, round(min(area.em / (_CELLS if area.letters is None else _FINE_CELLS) for area in areas)))
    smooth = _enlarged(_harmonic(part, unknown, cell), part.shape[:2], cell)
    smooth += _grain(part, unknown, cell)
    alpha[fixed] = 0
    mixed = part + (smooth - part) * alpha[..., None]
    part[...] = rounded(mixed.astype(np.float32))


def _covered(canvas: Pixels, boxes: Sequence[Box]) -> Mask:
    covered = np.zeros(canvas.shape[:2], bool)
    for box in boxes:
        _cut(covered, box)[...] = True
    return covered


def _cut(array: npt.NDArray[np.generic], box: Box) -> npt.NDArray[np.generic]:
    return array[max(0, int(box.y)) : max(0, int(box.bottom) + 1), max(0, int(box.x)) : max(0, int(box.right) + 1)]


def _past_edges(area: Box, fade: float, size: tuple[int, int]) -> Box:
    """An area that comes near the edge of the picture has nothing to pass into there."""
    left = -fade if area.x < fade else area.x
    top = -fade if area.y < fade else area.y
    right = size[0] + fade if area.right > size[0] - fade else area.right
    bottom = size[1] + fade if area.bottom > size[1] - fade else area.bottom
    return Box(left, top, right - left, bottom - top)


def _soft(area: Box, shape: tuple[int, int], fade: float) -> Floats:
    """Coverage of an area, full but for its outermost `fade` pixels."""
    x = np.arange(shape[1], dtype=np.float32) + 0.5
    y = np.arange(shape[0], dtype=np.float32) + 0.5
    across = np.minimum(x - area.x, area.right - x)
    down = np.minimum(y - area.y, area.bottom - y)
    inside = np.clip(np.minimum(across[None, :], down[:, None]) / np.float32(max(1.0, fade)), 0, 1)
    coverage: Floats = inside * inside * (3 - 2 * inside)
    return coverage


def _harmonic(part: Pixels, unknown: Mask, cell: int) -> Floats:
    """Means of cells where the picture is known, and between them the surface with the least tension."""
    means, known = _cells(part.astype(np.float32), ~unknown, cell)
    return _spread(means, known)


def _cells(values: Floats, known: Mask, cell: int) -> tuple[Floats, Mask]:
    """Means over square cells, and which cells are wholly known."""
    high, wide = -(-values.shape[0] // cell), -(-values.shape[1] // cell)
    more = ((0, high * cell - values.shape[0]), (0, wide * cell - values.shape[1]))
    padded = np.pad(values, (*more, (0, 0)), mode="edge").reshape(high, cell, wide, cell, -1)
    whole = np.asarray(np.pad(known, more, mode="edge").reshape(high, cell, wide, cell).all(axis=(1, 3)))
    means: Floats = padded.mean(axis=(1, 3))
    return means, whole


def _spread(means: Floats, known: Mask) -> Floats:
    """The surface with the least tension over the cells that are not known: solved coarsely first, then ever finer."""
    fixed = known[..., None]
    if known.all() or min(known.shape) <= 2:
        weights = fixed.astype(np.float32)
        field = np.where(fixed, means, (means * weights).sum(axis=(0, 1)) / np.maximum(weights.sum(), 1))
    else:
        weighted, weights = _halved(means * fixed), _halved(fixed.astype(np.float32))
        coarse = _spread((weighted / np.maximum(weights, 1e-6)).astype(np.float32), weights[..., 0] > 0)
        field = np.where(fixed, means, _enlarged(coarse, (known.shape[0], known.shape[1]), 2))
    for _ in range(0 if known.all() else _SWEEPS):
        padded = np.pad(field, ((1, 1), (1, 1), (0, 0)), mode="edge")
        between = (padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]) * np.float32(0.25)
        field = np.where(fixed, means, between)
    return field.astype(np.float32)


def _halved(values: Floats) -> Floats:
    more = ((0, values.shape[0] % 2), (0, values.shape[1] % 2), (0, 0))
    padded = np.pad(values, more)
    high, wide = padded.shape[0] // 2, padded.shape[1] // 2
    halved: Floats = padded.reshape(high, 2, wide, 2, -1).mean(axis=(1, 3))
    return halved


def _enlarged(values: Floats, shape: tuple[int, int], factor: int) -> Floats:
    """Cells as pixels, smoothly, cut to (height, width)."""
    size = (values.shape[1] * factor, values.shape[0] * factor)
    planes = [
        np.asarray(Image.fromarray(values[..., k]).resize(size, Image.Resampling.BILINEAR))
        for k in range(values.shape[2])
    ]
    return np.stack(planes, axis=-1)[: shape[0], : shape[1]].astype(np.float32)


def _grain(part: Pixels, unknown: Mask, cell: int) -> Floats:
    """What a calm patch beside the area has beyond its smooth colours, mirrored over the whole part."""
    flat = np.zeros(part.shape, np.float32)
    side = min(_GRAIN, *part.shape[:2])
    patches = []
    for y in range(0, part.shape[0] - side + 1, max(1, side // 2)):
        for x in range(0, part.shape[1] - side + 1, max(1, side // 2)):
            if not unknown[y : y + side, x : x + side].any():
                patch = part[y : y + side, x : x + side].astype(np.float32)
                means, _ = _cells(patch, np.ones(patch.shape[:2], bool), cell)
                rest = patch - _enlarged(means, patch.shape[:2], cell)
                patches.append((float((rest**2).mean()), y, x, rest))
    if not patches:
        return flat
    patches.sort(key=lambda patch: patch[:3])
    rest = patches[len(patches) * _CALM // 100][3]
    tile = np.concatenate([rest, rest[:, ::-1]], axis=1)
    tile = np.concatenate([tile, tile[::-1]], axis=0)
    times = (-(-part.shape[0] // tile.shape[0]), -(-part.shape[1] // tile.shape[1]), 1)
    return np.tile(tile, times)[: part.shape[0], : part.shape[1]]
