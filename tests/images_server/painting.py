"""Paints what is asked for: the same picture for the same prompt, with the prompt's words at their places."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageDraw

from images_server.contract import Ask
from images_server.faults import fraction
from images_server.references import Reference
from images_server.typography import Area, Block, Color, headline, misspelt, read_design
from images_server.typos import with_typo
from locstore.typeset import Box, FontLibrary, StyledText, TextStyle, rasterise, typeset

_PNG_END = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
# Ancillary, private, safe to copy: readers skip it.
_PAD_CHUNK = b"paDd"
# A multiple of 3, so that base64 of a piece ends without padding.
_PIECE = 3 * 64 * 1024
_ZEROS_TEXT = b"A" * (_PIECE // 3 * 4)


@dataclasses.dataclass(frozen=True, slots=True)
class Zeros:
    """So many zero bytes: a padding of megabytes that costs neither memory nor time."""

    length: int

    def __len__(self) -> int:
        return self.length

    def __bytes__(self) -> bytes:
        return bytes(self.length)


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """An image file in parts."""

    parts: tuple[bytes | Zeros, ...]
    media_type: str

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def __bytes__(self) -> bytes:
        return b"".join(bytes(part) for part in self.parts)


def base64_pieces(picture: Picture) -> Iterator[bytes]:
    """The base64 text of a picture, in pieces of at most 256 kB."""
    carried = b""
    for part in picture.parts:
        used = 0
        if carried:
            used = min(3 - len(carried), len(part))
            carried += bytes(used) if isinstance(part, Zeros) else part[:used]
            if len(carried) < 3:
                continue
            yield base64.b64encode(carried)
        end = used + (len(part) - used) // 3 * 3
        if isinstance(part, Zeros):
            # Three zero bytes are four times the letter A.
            yield from (_ZEROS_TEXT[: min(_PIECE, end - start) // 3 * 4] for start in range(used, end, _PIECE))
            carried = bytes(len(part) - end)
        else:
            view = memoryview(part)
            yield from (base64.b64encode(view[start : min(start + _PIECE, end)]) for start in range(used, end, _PIECE))
            carried = part[end:]
    if carried:
        yield base64.b64encode(carried)


def base64_length(picture: Picture) -> int:
    return (len(picture) + 2) // 3 * 4


class ModelPainter:
    """Stands in for the image model. Not thread-safe: one thread paints.

    With `words` it reads the prompt's design spec and sets its words, plates and the first reference image where
    the spec has the device; without, it paints one flat colour and is fast. With a mask the first reference image is
    what is painted on, and only where the mask is transparent. PNGs are padded to `pad_to` bytes.
    """

    def __init__(self, *, words: bool = True, pad_to: int = 0) -> None:
        self._words = words
        self._pad_to = pad_to
        self._sums: dict[int, int] = {}
        self._library: FontLibrary | None = None
        self._blank_rows: dict[tuple[int, int], tuple[bytes, int, int]] = {}
        self._references: dict[tuple[str, int, int], Image.Image] = {}

    def paint(self, ask: Ask, number: int = 0, fault: str = "ok") -> Picture:
        """The picture of this number of an ask; `fault` is one of `faults.PICTURES`, others change nothing."""
        size = _faulty_size(ask.size, fault)
        file_format = "jpeg" if fault == "wrong-format" and ask.output_format == "png" else ask.output_format
        if not self._words and fault != "alpha" and file_format == "png":
            return self._padded(self._flat_png(size, background_color(ask.prompt, number, None)))
        image = self._canvas(ask, number, size, fault)
        if fault == "alpha":
            image.putalpha(Image.linear_gradient("L").resize(size))
        file = io.BytesIO()
        if file_format == "png":
            image.save(file, "PNG", compress_level=1)
            return self._padded(file.getvalue())
        if file_format == "jpeg":
            image = image.convert("RGB")
        image.save(file, file_format.upper(), quality=max(1, min(95, ask.compression)))
        return Picture((file.getvalue(),), f"image/{file_format}")

    def _canvas(self, ask: Ask, number: int, size: tuple[int, int], fault: str) -> Image.Image:
        if not self._words:
            return Image.new("RGB", size, background_color(ask.prompt, number, None))
        design = read_design(ask.prompt)
        before: Image.Image | None = None
        if ask.mask is not None:
            before = _opened(ask.references[0], size)
            image = _without_words(before, ask.mask)
        else:
            image = Image.new("RGB", size, background_color(ask.prompt, number, design.background))
            if ask.references:
                self._paste(image, ask.references[0], design.device or Area(0.2, 0.8, 0.4, 1.0))
        for index, block in enumerate(design.blocks):
            lines = block.lines
            if fault == "misspelt" and index == 0:
                lines = (misspelt(lines[0]), *lines[1:])
            elif fault == "spelling" and index == headline(design):
                lines, _ = with_typo(lines, ask.prompt)
            self._set(image, block, lines)
        if before is not None and ask.mask is not None:
            image.paste(before, (0, 0), _opened_alpha(ask.mask, size))
        return image

    def _set(self, image: Image.Image, block: Block, lines: tuple[str, ...]) -> None:
        """Each line in its share of the block's place, at most in the size that the prompt states."""
        if self._library is None:
            self._library = FontLibrary.for_project(None, system=False)
        width, height = image.size
        box = _pixels(block.area, image.size)
        if block.text_background is not None:
            margin = box.height * 0.3
            plate = (box.x - margin, box.y - margin, box.right + margin, box.bottom + margin)
            ImageDraw.Draw(image).rounded_rectangle(plate, radius=margin, fill=block.text_background)
        share = box.height / len(lines)
        # Percentages are rounded: a little room on both sides keeps the stated size.
        room = 0.01 * width
        for index, text in enumerate(lines):
            words = StyledText(text=text, language=block.language, direction="rtl" if block.rtl else "ltr")
            style = TextStyle(
                min_size=4,
                max_size=block.letters * height,
                max_lines=1,
                weight=block.weight,
                color=block.color,
                align="start" if block.align == "start" else "end" if block.align == "end" else "center",
                valign="middle",
            )
            place = Box(box.x - room, box.y + index * share, box.width + 2 * room, share)
            for layer in rasterise(typeset(words, style, place, self._library), self._library):
                if layer.rgba is not None:
                    glyph = Image.fromarray(layer.rgba)
                    image.paste(glyph, (layer.x, layer.y), glyph)
                elif layer.alpha is not None and layer.color is not None:
                    image.paste(layer.color, (layer.x, layer.y), Image.fromarray(layer.alpha))

    def _paste(self, image: Image.Image, reference: Reference, area: Area) -> None:
        box = _pixels(area, image.size)
        width, height = max(1, round(box.width)), max(1, round(box.height))
        key = (hashlib.sha256(reference.data).hexdigest(), width, height)
        if key not in self._references:
            if len(self._references) >= 8:
                self._references.pop(next(iter(self._references)))
            with Image.open(io.BytesIO(reference.data)) as opened:
                self._references[key] = opened.convert("RGB").resize((width, height), reducing_gap=2.0)
        image.paste(self._references[key], (round(box.x), round(box.y)))

    def _flat_png(self, size: tuple[int, int], color: Color) -> bytes:
        """RGB of one colour in microseconds: only the first row is new, the deflated rest is kept for each size."""
        width, height = size
        if size not in self._blank_rows:
            rows = (b"\x02" + bytes(3 * width)) * (height - 1)
            deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
            self._blank_rows[size] = (deflate.compress(rows) + deflate.flush(), zlib.adler32(rows), len(rows))
        rest, rest_sum, rest_length = self._blank_rows[size]
        first = b"\x00" + bytes(color) * width
        deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        start = deflate.compress(first) + deflate.flush(zlib.Z_FULL_FLUSH)
        checksum = _adler32_joined(zlib.adler32(first), rest_sum, rest_length)
        data = b"\x78\x9c" + start + rest + struct.pack(">I", checksum)
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _PNG_END

    def _padded(self, png: bytes) -> Picture:
        lacking = self._pad_to - len(png) - 12
        if lacking < 0:
            return Picture((png,), "image/png")
        if len(self._sums) > 1000:
            self._sums.clear()
        if lacking not in self._sums:
            self._sums[lacking] = zlib.crc32(bytes(lacking), zlib.crc32(_PAD_CHUNK))
        end = len(png) - len(_PNG_END)
        head = struct.pack(">I", lacking) + _PAD_CHUNK
        return Picture(
            (png[:end] + head, Zeros(lacking), struct.pack(">I", self._sums[lacking]) + _PNG_END), "image/png"
        )


def _opened(reference: Reference, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(reference.data)) as opened:
        return opened.convert("RGB").resize(size)


def _opened_alpha(mask: Reference, size: tuple[int, int]) -> Image.Image:
    """The mask's coverage: 255 where the picture stays."""
    with Image.open(io.BytesIO(mask.data)) as opened:
        return opened.convert("RGBA").getchannel("A").resize(size, Image.Resampling.NEAREST)


def _without_words(image: Image.Image, mask: Reference) -> Image.Image:
    """Where the mask is transparent, the colour that is most common in the picture there: the words' ground."""
    free = _opened_alpha(mask, image.size).point([255] + [0] * 255)
    box = free.getbbox()
    if box is None:
        return image.copy()
    colors = image.crop(box).getcolors(image.width * image.height) or []
    _, ground = max(colors, key=lambda color: color[0])
    cleared = image.copy()
    cleared.paste(ground, (0, 0), free)
    return cleared


def background_color(prompt: str, number: int, wanted: Color | None) -> Color:
    """The prompt's own first colour with a small shift by which prompts differ; a calm dark one if it has none."""
    shift = [int(fraction(prompt, number, channel) * 13) - 6 for channel in "rgb"]
    red, green, blue = wanted or (60, 80, 90)
    return _byte(red + shift[0]), _byte(green + shift[1]), _byte(blue + shift[2])


def _byte(value: int) -> int:
    return max(0, min(255, value))


def _faulty_size(size: tuple[int, int], fault: str) -> tuple[int, int]:
    if fault == "near-size":
        return max(16, size[0] * 3 // 64 * 16), max(16, size[1] * 3 // 64 * 16)
    if fault == "wrong-size":
        return (1024, 1024) if size[0] != size[1] else (1536, 1024)
    return size


def _pixels(area: Area, size: tuple[int, int]) -> Box:
    width, height = size
    return Box(
        area.left * width, area.top * height, (area.right - area.left) * width, (area.bottom - area.top) * height
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _adler32_joined(first: int, second: int, second_length: int) -> int:
    """The checksum of two pieces together, from the checksums of each (RFC 1950's two sums, modulo 65521)."""
    base = 65521
    low, high = first & 0xFFFF, first >> 16
    low2, high2 = second & 0xFFFF, second >> 16
    joined_low = (low + low2 - 1) % base
    joined_high = (high + high2 + second_length * (low - 1)) % base
    return joined_high << 16 | joined_low
