"""What the rooms' tests share: the fonts of the installed packages, opened once, and shots made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from locstore.concept import Background, Device, Frame, SlotStyle
from locstore.shots import Asset, Shot, SlotWords
from locstore.stores import custom_display, find_display, resolve_locale
from locstore.typeset import FontLibrary

# How long an example takes says more about what else runs on the machine than about the code.
settings.register_profile("locstore", deadline=None)
settings.load_profile("locstore")

ROLES: Mapping[str, dict[str, Any]] = {
    "headline": {"weight": 700, "size": (3.2, 6.6), "max_lines": 3, "color": "#fbfada"},
    "caption": {"weight": 500, "size": (1.7, 2.7), "max_lines": 2, "color": "#dde5c9"},
    "badge": {"weight": 600, "size": (1.4, 2.2), "max_lines": 2, "color": "#12372a", "pill": "#e8a87c"},
}


@pytest.fixture(scope="session")
def library() -> FontLibrary:
    """The packages' fonts only: what a test sees does not depend on the machine's own fonts."""
    return FontLibrary.for_project(None, system=False)


@pytest.fixture(scope="session")
def make_shot() -> Callable[..., Shot]:
    """Makes a shot from little: `slots` are (role, markup) or (role, markup, style), the rest has defaults.

    `display` is a display's id or a size in pixels. A capture, picture or logo is an Asset.
    """
    return _shot


def _shot(
    *slots: tuple[Any, ...],
    locale: str = "en",
    display: str | tuple[int, int] = "iphone_69",
    background: Any = "#12372a",
    frame: Any = None,
    device: Mapping[str, Any] | None = None,
    **other: Any,
) -> Shot:
    known = resolve_locale(locale)
    place = find_display(display) if isinstance(display, str) else custom_display("custom", display)
    words = []
    for number, (role, markup, *style) in enumerate(slots):
        words.append(
            SlotWords(
                id=f"{role}-{number}",
                role=role,
                markup=markup,
                msgid=markup,
                language=known.bcp47,
                direction=known.direction,
                state="translated",
                style=SlotStyle(**{**ROLES[role], **(style[0] if style else {})}),
                file="locales/words.po",
                line=10 + number,
            )
        )
    files: dict[str, Any] = {"background_asset": None, "capture": None, "frame_asset": None, "logo": None}
    design: dict[str, Any] = {"layout": "caption-top", "format": "png", "scrim": None, **files, **other}
    return Shot(
        concept="garden",
        screen="hero",
        number=1,
        locale=known,
        display=place,
        background=Background.model_validate({"solid": background} if isinstance(background, str) else background),
        frame=Frame.model_validate(frame or {}),
        device=Device.model_validate(device or {}),
        slots=tuple(words),
        **design,
    )


@pytest.fixture(scope="session")
def some_asset() -> Asset:
    """A file for tests that never open it."""
    return Asset(Path("capture.png"), "captures/capture.png", "0" * 64)
