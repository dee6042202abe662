"""The request for one picture as data, and its cache key. `http` makes the HTTP request of it."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any, Literal

from locstore.cache import image_key
from locstore.paint.images.config import Dialect, ImagesConfig, Mode
from locstore.prompt import RequestSize

MAX_REFERENCES = 16  # OpenAI, images/edits, 2026-11


class ReferenceProblem(Exception):
    """A reference image cannot be sent: not there, changed since its digest was taken, too large, too many."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """A picture that the model is shown. `sha256` is the hex digest of the file when the request was planned.

    `meaning` stands in its place in the cache key where we made the file ourselves: its bytes depend on the machine's
    compression, what it shows does not.
    """

    name: str
    path: Path
    sha256: str
    media_type: str
    meaning: str = ""

    @property
    def counts(self) -> str:
        """What counts in the cache key."""
        return self.meaning or self.sha256


def reference_from(path: Path, name: str) -> Reference:
    """A reference for a PNG, JPEG or WebP file. Raises ReferenceProblem, OSError."""
    data = path.read_bytes()
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        media_type = "image/png"
    elif data.startswith(b"\xff\xd8\xff"):
        media_type = "image/jpeg"
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        media_type = "image/webp"
    else:
        raise ReferenceProblem(f"{name} is not a PNG, JPEG or WebP picture. Export it as PNG.")
    return Reference(name, path, hashlib.sha256(data).hexdigest(), media_type)


@dataclasses.dataclass(frozen=True, slots=True)
class ImageRequest:
    """What is asked of an images API for one picture. References come in the order in which the prompt counts them."""

    dialect: Dialect
    endpoint: Literal["generations", "edits"]
    model: str
    prompt: str = dataclasses.field(repr=False)
    size: RequestSize
    quality: str
    mode: Mode
    references: tuple[Reference, ...] = ()
    mask: Reference | None = None
    extra: tuple[tuple[str, str | int | float | bool], ...] = ()

    def cache_inputs(self) -> dict[str, Any]:
        """Everything that decides the pixels, JSON-ready.

        Not in it: base URL, headers and key (the same model behind another address paints the same), names and paths
        of references (their bytes count), the file format and the moderation. `mode` is '' in the dialect openai,
        which has no such field: there it is told by the quality. `extra` are the project's own fields.
        """
        return {
            "dialect": self.dialect,
            "endpoint": self.endpoint,
            "extra": dict(self.extra),
            "mask": self.mask.counts if self.mask else None,
            "mode": self.mode if self.dialect == "gateway" else "",
            "model": self.model,
            "prompt": self.prompt,
            "quality": self.quality,
            "references": [reference.counts for reference in self.references],
            "size": self.size.text,
        }

    def key(self) -> str:
        """The cache key of `cache_inputs()`, 64 hex digits; see `locstore.cache.image_key`."""
        return image_key(self.cache_inputs())


def image_request(
    config: ImagesConfig,
    prompt: str,
    size: RequestSize,
    *,
    references: tuple[Reference, ...] = (),
    mask: Reference | None = None,
    mode: Mode | None = None,
) -> ImageRequest:
    """The request for one picture by the project's configuration; with references or a mask it is an edit."""
    mode = mode or config.mode
    return ImageRequest(
        dialect=config.dialect,
        endpoint="edits" if references or mask else "generations",
        model=config.model,
        prompt=prompt,
        size=size,
        quality=config.quality_for(mode),
        mode=mode,
        references=references,
        mask=mask,
        extra=config.extra_fields,
    )
