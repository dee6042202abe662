"""The smallest words that people can read on each form of display, in real pixels and in millimetres."""

from __future__ import annotations

import dataclasses

from locstore.findings import Finding, Severity
from locstore.stores import Display, Store
from locstore.typeset import TextLayout

_MIN_PIXELS = 14.0
"""Of an em: below it, letters of 4x oversampled outlines lose their counters."""


@dataclasses.dataclass(frozen=True, slots=True)
class Viewing:
    """How a form is looked at: the shorter side of its screen, the least em size there (both in mm), in words."""

    side: float
    floor: float
    words: str


# Screens as sold in 2026; floors from Apple's Human Interface Guidelines, "Typography" (2026-10): 11 pt on iPhone,
# 12 pt on Apple Watch, 23 pt on Apple TV; rounded to what remains readable where the page shows the picture whole.
VIEWING = {
    "phone": Viewing(70, 1.5, "on a phone at 30 cm"),
    "tablet": Viewing(155, 1.8, "on a tablet at 40 cm"),
    "watch": Viewing(31, 1.4, "on a watch at 30 cm"),
    "tv": Viewing(685, 14.5, "on a 55 inch television at 3 m"),
    "desktop": Viewing(190, 2.0, "on a notebook at 60 cm"),
    "car": Viewing(120, 4.0, "on a car's screen at 80 cm"),
    "graphic": Viewing(34, 1.0, "on a phone that shows the graphic in its full width"),
}


def small_words(display: Display, layout: TextLayout) -> list[Finding]:
    """A warning if the words of a slot are smaller than the floor of the display's form.

    Custom displays have no form that anybody knows, so nothing is said about them.
    """
    if not layout.lines or display.store is Store.CUSTOM:
        return []
    viewing = VIEWING.get(display.form)
    millimetres = layout.size * viewing.side / min(display.size) if viewing else None
    if layout.size >= _MIN_PIXELS and (viewing is None or millimetres is None or millimetres >= viewing.floor):
        return []
    real = f", {millimetres:.1f} mm {viewing.words}" if viewing and millimetres is not None else ""
    floor = _MIN_PIXELS if viewing is None else max(_MIN_PIXELS, viewing.floor * min(display.size) / viewing.side)
    message = (
        f"The words are {layout.size:.1f} px{real}: too small to read. Make them {floor:.0f} px or larger: fewer "
        "words, a larger size for this display in an override, or leave the slot out there with show_on."
    )
    return [Finding(code="compose-small-words", message=message, severity=Severity.WARNING, slot=layout.words.slot)]
