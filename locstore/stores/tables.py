"""Reads the package's dated data files and the two notations they use, `1320x2868` and `9:16`."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read_table(name: str) -> dict[str, Any]:
    """The parsed TOML file `data/<name>.toml` of this package."""
    file = resources.files("locstore.stores").joinpath("data", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def parse_size(text: str) -> tuple[int, int]:
    """`1320x2868` as (width, height) in pixels."""
    width, height = text.split("x")
    return int(width), int(height)


def parse_ratio(text: str) -> tuple[int, int]:
    """`9:16` as (width, height)."""
    width, height = text.split(":")
    return int(width), int(height)


def size_text(size: tuple[int, int]) -> str:
    """The notation of the data files and of messages: `1320x2868`."""
    return f"{size[0]}x{size[1]}"
