"""The seam to the engines: a Reader turns a cleaned picture of words into text and never learns what it should say."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]  # shape (height, width), dark words on white
Pixels = npt.NDArray[np.uint8]  # shape (height, width, 3), sRGB


class Reader(Protocol):
    """Reads one line; `name` says which engine and model it is."""

    @property
    def name(self) -> str: ...

    def read_line(self, line: Gray) -> str: ...
