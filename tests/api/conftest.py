"""A small project in a folder of its own."""

from __future__ import annotations

from projects import folder, locstore

__all__ = ["folder", "locstore"]
