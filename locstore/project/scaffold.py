"""`init`: the files of a small project that runs as it is."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from locstore.errors import UsageError
from locstore.files import write_whole
from locstore.paint import encode_png, placeholder_capture

# Template -> where it goes; {name} is the concept's name.
_FILES = {
    "locstore.toml": "locstore.toml",
    "concept.yaml": "concepts/{name}.yaml",
    "de.po": "locales/de/LC_MESSAGES/{name}.po",
    "ja.po": "locales/ja/LC_MESSAGES/{name}.po",
    "gitignore": ".gitignore",
}
_CAPTURES = {"hero-phone.png": (1206, 2622), "hero-tablet.png": (2064, 2752)}


def scaffold(folder: Path, name: str | None) -> list[Path]:
    """Write what is not there yet; returns the files written. Raises UsageError for a name that cannot be used."""
    name = name or _name_of(folder)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", name):
        raise UsageError(f"--name {name}: use small letters, digits, - and _, beginning with a letter or digit.")
    templates = resources.files("locstore.project").joinpath("templates")
    written = []
    for template, pattern in _FILES.items():
        target = folder / pattern.format(name=name)
        if not target.exists():
            text = templates.joinpath(template).read_text(encoding="utf-8").replace("@NAME@", name)
            write_whole(target, text.encode())
            written.append(target)
    for file, size in _CAPTURES.items():
        capture = folder / "concepts" / "captures" / file
        if not capture.exists():
            write_whole(capture, encode_png(placeholder_capture(size)))
            written.append(capture)
    return written


def _name_of(folder: Path) -> str:
    """The folder's name as an identifier."""
    return re.sub(r"[^a-z0-9_-]+", "-", folder.resolve().name.casefold()).strip("-_")[:60] or "app"
