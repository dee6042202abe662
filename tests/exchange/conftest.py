"""A small project in a folder of its own, and the command line called on it."""

from __future__ import annotations

from projects import folder, locstore

__all__ = ["folder", "locstore"]
