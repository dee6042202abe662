"""How the corpus looks: five styles to tune a reader by and five that it must not have seen, painted by our typesetter.

A style is data. The words of a shot are set in the style's colours, weight and fonts, turned, shifted or warped as one
layer, and put on the style's ground; then the whole picture is blurred, lit or compressed.
"""

from __future__ import annotations

import dataclasses
import io
import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from locstore.layout import Composition
from locstore.layout.compose import hex_color
from locstore.paint import Backdrop, LocalPainter, Pixels
from locstore.paint.surface import Color, Gradient, rounded_mask
from locstore.shots import Shot, SlotWords
from locstore.typeset import FontFile, FontLibrary, font_directories, project_font_files, rasterise

TUNING, HELD_OUT, DRAWN = "tuning", "held-out", "drawn"

# Fonts for the held-out styles, by file: serif, text and book faces of every script that Debian's fonts-noto-core,
# fonts-nanum, fonts-ipafont-mincho and fonts-arphic-uming have.
_SERIFS = (
    *("", "Hebrew", "Devanagari", "Bengali", "Gujarati", "Gurmukhi"),
    *("Tamil", "Telugu", "Kannada", "Malayalam", "Thai"),
)
_OTHER_FONTS = (
    *(f"NotoSerif{name}-{weight}.ttf" for name in _SERIFS for weight in ("Bold", "Regular")),
    *("NotoNaskhArabic-Bold.ttf", "NotoNaskhArabic-Regular.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSerif.ttf"),
    *("NanumMyeongjoBold.ttf", "NanumMyeongjo.ttf", "ipamp.ttf", "uming.ttc"),
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """`ground` and `ink` are colours; `tilt` is in degrees, `shift` in fractions of the canvas, `blur` in pixels.

    `texture` is the strength of the paper's grain (0-255), `photo` paints a made-up photograph in the ground's colours,
    `warp` is how far the corners of the words' layer move (fractions of its size), `quality` a JPEG's.
    """

    name: str
    group: str
    ground: tuple[str, str] | None = None
    ink: str | None = None
    badge: tuple[str, str] | None = None  # plate and words
    weight: int | None = None
    spacing: float | None = None
    other_fonts: bool = False
    tilt: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    warp: float = 0.0
    shadow: bool = False
    outline: str | None = None
    texture: float = 0.0
    photo: bool = False
    light: float = 0.0
    blur: float = 0.0
    quality: int = 0


_TUNING = (
    Style(name="clean", group=TUNING),
    Style(
        name="tilted",
        group=TUNING,
        ground=("#3C5A78", "#22364C"),
        ink="#FFF6E5",
        tilt=3.0,
        shadow=True,
        texture=14,
    ),
    Style(
        name="pastel",
        group=TUNING,
        ground=("#F6DDE3", "#E9E1F4"),
        ink="#6A4A63",
        badge=("#FFFFFF", "#6A4A63"),
        blur=1.3,
    ),
    Style(name="gradient", group=TUNING, ground=("#F28A4B", "#7A2E86"), ink="#FFFFFF", badge=("#FFE9A8", "#4A2150")),
    Style(name="photo", group=TUNING, ground=("#20362B", "#6B7F54"), ink="#FFFFFF", photo=True, shadow=True, blur=0.6),
)
_HELD_OUT = (
    Style(
        name="serif-jpeg",
        group=HELD_OUT,
        ground=("#4B2A5E", "#23163A"),
        ink="#FCEFD2",
        other_fonts=True,
        quality=55,
    ),
    Style(
        name="thin-tilted",
        group=HELD_OUT,
        ground=("#F2EBDD", "#E3D7C0"),
        ink="#2E2A25",
        badge=("#2E2A25", "#F2EBDD"),
        weight=400,
        tilt=-4.0,
        texture=18,
    ),
    Style(
        name="colour-on-colour",
        group=HELD_OUT,
        ground=("#0E5C63", "#0B4650"),
        ink="#FFB454",
        weight=600,
        spacing=0.02,
        texture=8,
        blur=0.8,
        quality=75,
    ),
    Style(
        name="perspective",
        group=HELD_OUT,
        ground=("#DDE7F2", "#AFC3DA"),
        ink="#17304F",
        badge=("#17304F", "#FFFFFF"),
        warp=0.05,
        light=0.25,
        quality=60,
    ),
    Style(
        name="moved-photo",
        group=HELD_OUT,
        ground=("#3A2B1E", "#8A6A45"),
        ink="#FFFDF5",
        photo=True,
        other_fonts=True,
        tilt=1.5,
        shift=(0.01, 0.03),
        scale=0.92,
        outline="#2A1D12",
        quality=70,
    ),
)
STYLES = (*_TUNING, *_HELD_OUT)

# Ground from, ground to, words; plate, words on it: of each pair the contrast is over 3:1.
_PALETTES = (
    ("#12372A", "#436850", "#FBFADA", "#E8A87C", "#12372A"),
    ("#FBFADA", "#E4EAC8", "#12372A", "#C8553D", "#FFFFFF"),
    ("#0B1B3B", "#1D3F72", "#F4F7FF", "#FFD166", "#0B1B3B"),
    ("#FFE8D6", "#F7C9A9", "#5B2333", "#5B2333", "#FFE8D6"),
    ("#111111", "#2B2B2B", "#F5C542", "#F5C542", "#111111"),
    ("#E9F1F7", "#C7D8E8", "#1B4965", "#1B4965", "#FFFFFF"),
    ("#7B2D8B", "#3E1A6E", "#FFFFFF", "#FFFFFF", "#5A2280"),
    ("#D7263D", "#8F1A2C", "#FFF3E4", "#FFF3E4", "#8F1A2C"),
    ("#F4F1EA", "#E2DCCB", "#3A5A40", "#3A5A40", "#F4F1EA"),
    ("#006D77", "#004A52", "#EDF6F9", "#FFDDD2", "#00474D"),
)


def drawn_style(seed: int, number: int) -> Style:
    """A style drawn by chance from what image models do to words: the same seed and number give the same style.

    Half of them are level; grain, blur, compression, shadows and outlines come in every strength of the named styles.
    """
    rng = random.Random(f"style {seed} {number}")
    first, last, ink, plate, on_plate = _PALETTES[rng.randrange(len(_PALETTES))]
    is_dark = sum(hex_color(first)) < sum(hex_color(ink))
    return Style(
        name=f"drawn-{seed}-{number}",
        group=DRAWN,
        ground=(first, last),
        ink=ink,
        badge=(plate, on_plate),
        weight=rng.choice((400, 500, 600, 700, 700, 800)),
        spacing=rng.choice((0.0, 0.0, 0.0, 0.01, 0.03)),
        other_fonts=rng.random() < 0.35,
        tilt=0.0 if rng.random() < 0.5 else round(rng.uniform(-4.5, 4.5), 1),
        shift=(round(rng.uniform(-0.012, 0.012), 3), round(rng.uniform(-0.025, 0.025), 3)),
        scale=round(rng.uniform(0.88, 1.05), 2),
        warp=round(rng.uniform(0.02, 0.06), 3) if rng.random() < 0.15 else 0.0,
        shadow=is_dark and rng.random() < 0.3,
        outline=first if rng.random() < 0.15 else None,
        texture=round(rng.uniform(4, 20)) if rng.random() < 0.4 else 0.0,
        photo=rng.random() < 0.25,
        light=round(rng.uniform(0.1, 0.3), 2) if rng.random() < 0.2 else 0.0,
        blur=round(rng.uniform(0.4, 1.4), 1) if rng.random() < 0.4 else 0.0,
        quality=rng.randint(50, 92) if rng.random() < 0.6 else 0,
    )


def named_style(name: str) -> Style:
    """The style of this name, also a drawn one's (`drawn-7-2`). Raises KeyError for a name that is none."""
    if name.startswith(f"{DRAWN}-"):
        seed, _, number = name.removeprefix(f"{DRAWN}-").partition("-")
        return drawn_style(int(seed), int(number))
    return {style.name: style for style in STYLES}[name]


def other_library(folders: Sequence[Path]) -> FontLibrary:
    """The fonts of the held-out styles, before the default ones; those that no folder has are done without."""
    wanted = {name: rank for rank, name in enumerate(_OTHER_FONTS)}
    found: dict[str, Path] = {}
    for folder in (*folders, *font_directories()):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.name in wanted:
                found.setdefault(path.name, path)
    own = [FontFile(found[name], "project") for name in sorted(found, key=lambda name: wanted[name])]
    return FontLibrary([*own, *project_font_files(None)], system=font_directories())


def styled(shot: Shot, style: Style) -> Shot:
    """The shot with the style's colours, weight and spacing for its words."""
    return dataclasses.replace(shot, slots=tuple(_styled_slot(slot, style) for slot in shot.slots))


def _styled_slot(slot: SlotWords, style: Style) -> SlotWords:
    update: dict[str, object] = {}
    if style.ink is not None and not slot.style.pill:
        update |= {"color": style.ink, "highlight": None}
    if style.badge is not None and slot.style.pill:
        update |= {"pill": style.badge[0], "color": style.badge[1]}
    weight = slot.style.weight if style.weight is None else style.weight
    if style.other_fonts:
        # Those have two weights; between them a Chinese face would be nearest, with full-width Greek and Cyrillic.
        weight = 700 if weight > 500 else 400
    update["weight"] = weight
    if style.spacing is not None:
        update["letter_spacing"] = style.spacing
    return dataclasses.replace(slot, style=slot.style.model_copy(update=update))


class Darkroom:
    """Paints compositions in styles; grounds are painted once."""

    def __init__(self, library: FontLibrary, other: FontLibrary, seed: int) -> None:
        self._libraries = {False: library, True: other}
        self._painter = LocalPainter(library, cache_bytes=160 * 1024 * 1024)
        self._seed = seed

    def library(self, style: Style) -> FontLibrary:
        return self._libraries[style.other_fonts]

    def paint(self, composition: Composition, style: Style, mirrored: frozenset[str] = frozenset()) -> Pixels:
        """The picture; the words of slots in `mirrored` are turned over from left to right."""
        bare = composition.without_words()
        if style.ground is None:
            canvas = self._painter.paint(bare)
        else:
            size = composition.shot.size
            backdrop = Backdrop(f"{style.name}-{self._seed}", lambda: _ground(style, size, self._seed))
            canvas = self._painter.paint_on(bare, backdrop)[0]
        words = self._words(composition, style, mirrored)
        picture = Image.fromarray(canvas)
        if style.shadow:
            shade = Image.new("RGBA", words.size, (0, 0, 0, 0))
            shade.putalpha(words.getchannel("A").filter(ImageFilter.GaussianBlur(7)).point(lambda a: int(a * 0.55)))
            picture.paste(shade, (3, 6), shade)
        picture.paste(words, (0, 0), words)
        return _finished(picture, style, self._seed)

    def _words(self, composition: Composition, style: Style, mirrored: frozenset[str]) -> Image.Image:
        layer = Image.new("RGBA", composition.shot.size, (0, 0, 0, 0))
        for slot in composition.slots:
            own = Image.new("RGBA", layer.size, (0, 0, 0, 0))
            for piece in rasterise(slot.text_layout, self.library(style)):
                if piece.rgba is not None:
                    own.alpha_composite(Image.fromarray(piece.rgba), (max(0, piece.x), max(0, piece.y)))
                elif piece.alpha is not None and piece.color is not None:
                    glyphs = Image.new("RGBA", piece.alpha.shape[::-1], (*piece.color, 0))
                    glyphs.putalpha(Image.fromarray(np.ascontiguousarray(piece.alpha)))
                    own.alpha_composite(glyphs, (max(0, piece.x), max(0, piece.y)))
            if style.outline and slot.text_background is None:
                own = _outlined(own, style.outline)
            if slot.id in mirrored and (box := own.getbbox()) is not None:
                own.paste(own.crop(box).transpose(Image.Transpose.FLIP_LEFT_RIGHT), box[:2])
            if slot.text_background is not None:
                plate = slot.text_background.box
                mask = Image.fromarray(rounded_mask(int(plate.width), int(plate.height), plate.height / 2))
                layer.paste((*hex_color(slot.text_background.color), 255), (int(plate.x), int(plate.y)), mask)
            layer.alpha_composite(own)
        return _placed(layer, style)


def _outlined(words: Image.Image, color: str) -> Image.Image:
    edge = words.getchannel("A").filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(0.7))
    rim = Image.new("RGBA", words.size, (*hex_color(color), 0))
    rim.putalpha(edge)
    rim.alpha_composite(words)
    return rim


def _placed(layer: Image.Image, style: Style) -> Image.Image:
    """The words' layer turned, scaled, shifted and warped about the middle of its ink."""
    box = layer.getbbox()
    if box is None or (not style.tilt and style.scale == 1.0 and not style.warp and not any(style.shift)):
        return layer
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    if style.warp:
        return layer.transform(
            layer.size, Image.Transform.PERSPECTIVE, _warp(box, style.warp), Image.Resampling.BICUBIC
        )
    wide, high = layer.size
    radians = math.radians(style.tilt)
    # PIL asks where each target pixel comes from, so the matrix is the inverse: turn back and scale up.
    a, b = math.cos(radians) / style.scale, math.sin(radians) / style.scale
    to = (middle[0] + style.shift[0] * wide, middle[1] + style.shift[1] * high)
    matrix = (a, b, middle[0] - a * to[0] - b * to[1], -b, a, middle[1] + b * to[0] - a * to[1])
    return layer.transform(layer.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)


def _warp(box: tuple[int, int, int, int], amount: float) -> tuple[float, ...]:
    """Coefficients that take the target's pixels to the source's: the left edge is farther away."""
    left, top, right, bottom = box
    inset = amount * (bottom - top + 0.25 * (right - left))
    source = [(left, top), (right, top), (right, bottom), (left, bottom)]
    target = [(left + inset, top + inset), (right, top), (right, bottom), (left + inset, bottom - inset)]
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(np.linalg.solve(np.array(rows, np.float64), np.array(values, np.float64)))


def _ground(style: Style, size: tuple[int, int], seed: int) -> Pixels:
    colors: list[Color] = [hex_color(color) for color in style.ground or ()]
    rng = np.random.default_rng([seed, *style.name.encode()])
    picture = _photo(colors, size, rng) if style.photo else Gradient(size, colors, 160).rows(0, size[1])
    if style.texture:
        picture = picture + rng.normal(0, style.texture, (*picture.shape[:2], 1)).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _photo(colors: list[Color], size: tuple[int, int], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Soft shapes from coarse to fine between two colours, as of leaves out of focus."""
    width, height = size
    field = np.zeros((height, width), np.float32)
    for octave in range(2, 8):
        cells = rng.random((2**octave, 2 ** (octave - 1))).astype(np.float32)
        layer = Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC)
        field += np.asarray(layer) / octave**1.4
    field = (field - field.min()) / np.ptp(field)
    dark, bright = (np.array(color, np.float32) for color in colors)
    mixed: npt.NDArray[np.float32] = dark + (bright - dark) * field[..., None]
    return mixed


def _finished(picture: Image.Image, style: Style, seed: int) -> Pixels:
    if style.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(style.blur))
    if style.texture:
        grain = np.random.default_rng([seed, 7]).normal(0, style.texture / 3, (picture.height, picture.width, 1))
        picture = Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))
    if style.light:
        fall = np.linspace(1 + style.light / 2, 1 - style.light / 2, picture.width, dtype=np.float32)[None, :, None]
        picture = Image.fromarray(np.clip(np.asarray(picture) * fall, 0, 255).astype(np.uint8))
    if style.quality:
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=style.quality)
        picture = Image.open(stream)
    return np.array(picture.convert("RGB"))
