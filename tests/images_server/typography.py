"""Reads the design spec of a prompt back: which words stand where."""

from __future__ import annotations

import dataclasses
import re

# Names of scripts in a prompt, and a language whose typesetting rules suit the script.
_LANGUAGES = {
    "Arabic": "ar", "Armenian": "hy", "Bengali": "bn", "Cyrillic": "ru", "Devanagari": "hi", "Ethiopic": "am",
    "Georgian": "ka", "Greek": "el", "Gujarati": "gu", "Gurmukhi": "pa", "Simplified Chinese": "zh-Hans",
    "Traditional Chinese": "zh-Hant", "Hebrew": "he", "kanji and kana": "ja", "Khmer": "km", "Kannada": "kn",
    "Hangul": "ko", "Lao": "lo", "Latin": "en", "Malayalam": "ml", "Burmese": "my", "Odia": "or", "Sinhala": "si",
    "Tamil": "ta", "Telugu": "te", "Thai": "th",
}  # fmt: skip

_NUMBER = r"(-?\d+(?:\.\d+)?)%"
_AREA = re.compile(rf"{_NUMBER} to {_NUMBER} of the width, {_NUMBER} to {_NUMBER} of the height")
_LINE = re.compile(r'^\s*line \d+: "((?:\\.|[^"\\])*)"\s*$', re.MULTILINE)
_HEAD = re.compile(r"^(?P<name>[^,]+), in .*? \((?P<script>[^()]*) script\), written (?P<way>.*):$")
_SIZE = re.compile(r"letters (\d+(?:\.\d+)?)% of the canvas height")
_WEIGHT = re.compile(r"weight [a-z]+ (\d+)")
_COLOR = re.compile(r"colour #([0-9a-f]{6})")
_PLATE = re.compile(r"behind it: [^#]*#([0-9a-fA-F]{6})")
_BACKGROUND = re.compile(r"^Background: .*?#([0-9a-fA-F]{6})", re.MULTILINE)
_DEVICE = re.compile(r"^Device: .*$", re.MULTILINE)
_SECTION = re.compile(r"^\[([^\]\n]+)\]\n", re.MULTILINE)

Color = tuple[int, int, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in fractions of the canvas."""

    left: float
    right: float
    top: float
    bottom: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines of a slot and how they are to look; `letters` is the size as a fraction of the canvas's height.

    `head` is the block's first line: name, role, language.
    """

    name: str
    head: str
    lines: tuple[str, ...]
    area: Area
    language: str
    rtl: bool
    letters: float
    weight: int
    color: Color
    align: str
    text_background: Color | None


@dataclasses.dataclass(frozen=True, slots=True)
class Design:
    """What a prompt says about the picture; a prompt without a spec gives an empty one."""

    blocks: tuple[Block, ...] = ()
    background: Color | None = None
    device: Area | None = None


def read_design(prompt: str) -> Design:
    sections = _sections(prompt)
    style = sections.get("Style & Layout", "")
    blocks = (read_block(text) for text in sections.get("Typography", "").split("\n\n"))
    background = _BACKGROUND.search(style)
    device = _DEVICE.search(style)
    return Design(
        tuple(block for block in blocks if block is not None),
        _color(background[1]) if background else None,
        _area(device[0]) if device else None,
    )


def read_block(text: str) -> Block | None:
    """A block of the typography part, None for what is none."""
    head = _HEAD.match(text.strip("\n").partition("\n")[0])
    lines = tuple(re.sub(r"\\(.)", r"\1", line) for line in _LINE.findall(text))
    area = _area(text)
    if head is None or area is None or not lines:
        return None
    size, weight, color, text_background = (pattern.search(text) for pattern in (_SIZE, _WEIGHT, _COLOR, _PLATE))
    return Block(
        name=head["name"],
        head=head[0],
        lines=lines,
        area=area,
        language=_LANGUAGES.get(head["script"], "en"),
        rtl="right to left" in head["way"],
        letters=float(size[1]) / 100 if size else (area.bottom - area.top) / len(lines),
        weight=int(weight[1]) if weight else 700,
        color=_color(color[1]) if color else (0, 0, 0),
        align="start" if "reading starts" in text else "end" if "reading ends" in text else "center",
        text_background=_color(text_background[1]) if text_background else None,
    )


def headline(design: Design) -> int | None:
    """Which block is the headline: the first of that role; None if there is none, as in an edit of other words."""
    return next(
        (index for index, block in enumerate(design.blocks) if block.name.startswith("Headline")),
        None,
    )


def misspelt(line: str) -> str:
    """The line with two different neighbouring letters swapped, or a letter more where there are none."""
    for i in range(len(line) - 1, 0, -1):
        before, after = line[i - 1], line[i]
        if before != after and before.isalpha() and after.isalpha():
            return line[: i - 1] + after + before + line[i + 1 :]
    return line + (line[-1:] or "x")


def _sections(prompt: str) -> dict[str, str]:
    # What stands before the first name belongs to no section; then names and texts take turns.
    _, *found = _SECTION.split(prompt)
    return dict(zip(found[::2], found[1::2], strict=True))


def _area(text: str) -> Area | None:
    matched = _AREA.search(text)
    return Area(*(float(number) / 100 for number in matched.groups())) if matched else None


def _color(digits: str) -> Color:
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue
