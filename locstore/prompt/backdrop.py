"""The prompt for a backdrop: a picture without words, one for each screen and shape of canvas, for all locales."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from locstore.layout import has_device, words_area
from locstore.prompt.quoting import plain
from locstore.prompt.sizes import ImageModel, RequestSize, request_size
from locstore.shots import Shot, canvas_shape

# OpenAI calls sizes above this experimental (image generation guide, 2026-11).
_STEADY_PIXELS = 3_686_400


def backdrop_size(
    display: tuple[int, int], model: str | ImageModel, *, names: Mapping[str, Sequence[int]] | None = None
) -> RequestSize:
    """The request for every display of this shape: large enough for all of them, the same for all of them.

    `model` and `names` are those of `request_size`.
    """
    aspect = round(display[0] / display[1], 2)
    height = math.sqrt(_STEADY_PIXELS / aspect)
    # A step of 16 below the bound, so that rounding up stays inside it.
    return request_size((int(height * aspect) - 16, int(height) - 16), model, names=names)


def make_backdrop_prompt(shot: Shot) -> str:
    """A prompt that says nothing of locale, words or exact display, so that all of those share its picture."""
    _, above, _, high = words_area(shot)
    brief = shot.brief
    top, bottom = above * 100, (above + high) * 100
    layout = [
        f"A {canvas_shape(shot.size)} canvas, width to height {shot.size[0] / shot.size[1]:.2f}.",
        (
            f"Words will be set later between {top:.0f}% and {bottom:.0f}% of the height: paint a calm, even area "
            "of little contrast there, from side to side."
        ),
    ]
    if has_device(shot):
        layout.append("A device will be placed over the rest of the canvas: keep what is behind it simple.")
    background = shot.background
    colors = background.gradient or ((background.solid,) if background.solid else ())
    if colors:
        layout.append(f"Ground: {', '.join(c for c in colors if c)}.")
    if brief.palette:
        layout.append(f"Palette: {', '.join(brief.palette)}.")
    layout += [f"Composition: {plain(brief.composition)}"] if brief.composition else []
    layout += [f"Light and lens: {plain(brief.lens)}"] if brief.lens else []
    constraints = [
        "No words at all: no letters, no numerals, no signs, no logo, no watermark.",
        "No phone, no tablet, no frame, no user interface.",
        *([f"Avoid: {'; '.join(plain(text) for text in brief.avoid)}."] if brief.avoid else []),
    ]
    parts = [
        ("Role", plain(brief.role) or "You are a senior designer of app store screenshots."),
        ("Subject", f"The background of an app store screenshot.\n{plain(brief.subject)}".strip()),
        ("Style & Layout", "\n".join(layout)),
        ("Constraints", "\n".join(f"- {line}" for line in constraints)),
    ]
    return "\n\n".join(f"[{name}]\n{text}" for name, text in parts) + "\n"
