"""The size to ask an image model for: the smallest legal one that covers a display."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class ImageModel:
    """What sizes a family of models takes: a fixed list, or free sizes within bounds (pixels).

    Source: openai-python 3.54 and OpenAI's image generation guide, 2026-11.
    """

    sizes: tuple[tuple[int, int], ...] = ()
    multiple: int = 16
    longest: int = 3840
    ratio: float = 3.0
    pixels: tuple[int, int] = (655_360, 8_294_400)

    def problem(self, size: tuple[int, int]) -> str | None:
        """Why a size is not legal, or None."""
        width, height = size
        if self.sizes:
            known = ", ".join(f"{w}x{h}" for w, h in self.sizes)
            return None if size in self.sizes else f"{width}x{height} is none of {known}"
        if width % self.multiple or height % self.multiple:
            return f"{width}x{height}: both edges must be multiples of {self.multiple}"
        if max(size) > self.longest:
            return f"{width}x{height}: the longest edge may have {self.longest} pixels"
        if max(size) > self.ratio * min(size):
            return f"{width}x{height}: the edges may differ by a factor of {self.ratio:g}"
        if not self.pixels[0] <= width * height <= self.pixels[1]:
            return f"{width}x{height}: the area must be {self.pixels[0]:,} to {self.pixels[1]:,} pixels"
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class RequestSize:
    """What is asked for: pixels, and the name if the server wants one.

    `covers` is whether every pixel of the display is asked for; if not, the answer has to be enlarged.
    """

    width: int
    height: int
    covers: bool
    name: str | None = None

    @property
    def text(self) -> str:
        """As the request writes it."""
        return self.name or f"{self.width}x{self.height}"


@cache
def _data() -> dict[str, Any]:
    text = resources.files("locstore.prompt").joinpath("data", "models.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def image_models(model: str) -> ImageModel:
    """The family that a model's name belongs to; unknown names are taken for the newest family."""
    for family in _data()["family"]:
        if any(model.startswith(prefix) for prefix in family["prefixes"]):
            fields = {k: v for k, v in family.items() if k != "prefixes"}
            if "sizes" in fields:
                fields["sizes"] = tuple((w, h) for w, h in fields["sizes"])
            if "pixels" in fields:
                fields["pixels"] = tuple(fields["pixels"])
            return ImageModel(**fields)
    raise LookupError(model)


def end_of_model(model: str) -> str:
    """A sentence on when OpenAI ends a model or a dated snapshot of it; '' for a model without a known end."""
    name = re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model)
    day: str | None = _data()["ends"].get(name)
    if day is None:
        return ""
    end = f"{name} ends at OpenAI on {day}" if day else f"{name} is gone at OpenAI"
    return f"{end} (checked {_data()['checked']}). Name a newer model, such as gpt-image-2, as images.model."


def request_size(
    display: tuple[int, int], model: str | ImageModel, *, names: Mapping[str, Sequence[int]] | None = None
) -> RequestSize:
    """The smallest legal request whose picture, scaled down and cropped, fills `display` (pixels).

    `model` is a model's name, or the sizes that it takes.

    With `names` (name -> [width, height] ratio; an empty mapping means the default table) the nearest ratio is
    asked for by name; its pixels are what a server of the family would paint, and only a guess.
    """
    family = image_models(model) if isinstance(model, str) else model
    if names is not None:
        return _named(display, names or _data()["names"])
    if family.sizes:
        return _fixed(display, family.sizes)
    return _free(display, family)


def _named(display: tuple[int, int], names: Mapping[str, Sequence[int]]) -> RequestSize:
    wanted = display[0] / display[1]
    name = min(sorted(names), key=lambda n: abs(math.log(names[n][0] / names[n][1] / wanted)))
    ratio = names[name][0] / names[name][1]
    height = max(display[1], math.ceil(display[0] / ratio))
    return RequestSize(math.ceil(height * ratio), height, covers=False, name=name)


def _fixed(display: tuple[int, int], sizes: Sequence[tuple[int, int]]) -> RequestSize:
    """The size that loses least when it is scaled to cover the display, the smallest of equals."""
    wanted = display[0] / display[1]
    best = min(sizes, key=lambda s: (abs(math.log(s[0] / s[1] / wanted)), s[0] * s[1]))
    return RequestSize(*best, covers=best[0] >= display[0] and best[1] >= display[1])


def _free(display: tuple[int, int], family: ImageModel) -> RequestSize:
    low, high = family.pixels
    # A strip that is too long is asked for at the allowed ratio and cropped.
    width = max(float(display[0]), display[1] / family.ratio)
    height = max(float(display[1]), display[0] / family.ratio)
    up = max(1.0, math.sqrt(low / (width * height)))
    down = min(1.0, family.longest / max(width, height), math.sqrt(high / (width * height)))
    scale = up if up > 1 else down
    step = family.multiple
    size = (step * math.ceil(width * scale / step - 1e-9), step * math.ceil(height * scale / step - 1e-9))
    while family.problem(size) is not None and max(size) > step:
        # Rounding up may pass a bound by a step; the longer edge gives way, or the ratio's shorter edge grows.
        if size[0] * size[1] > high or max(size) > family.longest:
            size = (size[0] - step, size[1]) if size[0] >= size[1] else (size[0], size[1] - step)
        else:
            size = (size[0] + step, size[1]) if size[0] <= size[1] else (size[0], size[1] + step)
    return RequestSize(*size, covers=size[0] >= display[0] and size[1] >= display[1])
