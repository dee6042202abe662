"""What a check of the words is told, and what it tells back: plain data, no engine is imported."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Literal

from locstore.findings import Finding
from locstore.readings import SlotReading


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TextSettings:
    """How words are read back.

    `models` are folders with `*.traineddata` to look in first, `allow` words that may stand anywhere in a picture
    (a brand's name), `tolerance` how far words may stand from their box, as a fraction of the picture's height.
    `store` is a folder for the results of self-tests, None to keep them in memory only. `engines` is `tesseract` to
    leave RapidOCR out even where it is installed.
    """

    models: tuple[Path, ...] = ()
    allow: tuple[str, ...] = ()
    tolerance: float = 0.06
    store: Path | None = None
    engines: Literal["auto", "tesseract"] = "auto"


@dataclasses.dataclass(frozen=True, slots=True)
class TextReport:
    """The verdict on each slot that was looked at, in the composition's order, and what a person should know."""

    readings: tuple[SlotReading, ...]
    findings: tuple[Finding, ...]
