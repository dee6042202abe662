"""One picture to ask for: the request as data, its cache key, and the HTTP request in either dialect."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from locstore import __version__
from locstore.paint.images.config import Dialect, ImagesConfig, Mode
from locstore.paint.images.secret import Secret
from locstore.prompt import RequestSize

if TYPE_CHECKING:
    import httpx

_TAG = b"locstore-image-1\0"
MAX_REFERENCES = 16  # OpenAI, images/edits, 2026-11
MAX_REFERENCE_BYTES = 50_000_000
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class ReferenceProblem(Exception):
    """A reference image cannot be sent: not there, changed since its digest was taken, too large, too many."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """A picture that the model is shown. `sha256` is the hex digest of the file when the request was planned."""

    name: str
    path: Path
    sha256: str
    media_type: str


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
            "mask": self.mask.sha256 if self.mask else None,
            "mode": self.mode if self.dialect == "gateway" else "",
            "model": self.model,
            "prompt": self.prompt,
            "quality": self.quality,
            "references": [reference.sha256 for reference in self.references],
            "size": self.size.text,
        }

    def key(self) -> str:
        r"""The cache key, 64 hex digits: SHA-256 over a tag and canonical JSON.

        sha256(b"locstore-image-1\0" + json), where json is `cache_inputs()` in UTF-8 with sorted keys, the separators
        `,` and `:` without spaces, and characters beyond ASCII as they are. The tag changes when the inputs do.
        """
        text = json.dumps(self.cache_inputs(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(_TAG + text.encode("utf-8")).hexdigest()


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


def build_request(request: ImageRequest, config: ImagesConfig, key: Secret | None) -> httpx.Request:
    """The HTTP request: JSON for generations, multipart with repeated `image[]` for edits.

    Reads the references from disk (do it in a thread). Raises ReferenceProblem, OSError, and ValueError for text that
    is not UTF-8. Without a key no Authorization header is sent.
    """
    import httpx

    fields = _named(_body(request, config), config)
    url, headers = config.url(request.endpoint), _headers(config, key)
    if request.endpoint == "generations":
        return httpx.Request("POST", url, headers=headers, json=fields)
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    return httpx.Request("POST", url, headers=headers, data=texts, files=_files(request))


def _body(request: ImageRequest, config: ImagesConfig) -> dict[str, Any]:
    shared = {"model": request.model, "prompt": request.prompt, "size": request.size.text, "quality": request.quality}
    if request.dialect == "gateway":
        return shared | {"mode": request.mode}
    # Legacy models may answer `background: auto` with transparency, which no store takes.
    fields = shared | {"n": 1, "output_format": config.output_format, "background": "opaque"}
    return fields if config.moderation == "auto" else fields | {"moderation": config.moderation}


def _named(body: dict[str, Any], config: ImagesConfig) -> dict[str, Any]:
    renamed = {str(config.fields.get(name, name)): value for name, value in body.items()}
    renamed.pop("", None)
    return renamed | dict(config.extra_fields)


def _headers(config: ImagesConfig, key: Secret | None) -> dict[str, str]:
    headers = {"User-Agent": f"locstore/{__version__}", "Accept": "application/json", "Accept-Encoding": "identity"}
    templated = any("{key}" in value for value in config.headers.values())
    if key is None:
        return headers | {name: value for name, value in config.headers.items() if "{key}" not in value}
    if not templated:
        headers["Authorization"] = f"Bearer {key.reveal()}"
    return headers | {name: value.replace("{key}", key.reveal()) for name, value in config.headers.items()}


def _files(request: ImageRequest) -> list[tuple[str, tuple[str, bytes, str]]]:
    if len(request.references) > MAX_REFERENCES:
        raise ReferenceProblem(f"{len(request.references)} reference images; the API takes {MAX_REFERENCES}.")
    # The file's own name is nobody's business on the other side, and prompts say "Image 1".
    files = [
        ("image[]", (f"image-{n}.{_ending(reference)}", _content(reference), reference.media_type))
        for n, reference in enumerate(request.references, 1)
    ]
    if request.mask is not None:
        files.append(("mask", (f"mask.{_ending(request.mask)}", _content(request.mask), request.mask.media_type)))
    return files


def _ending(reference: Reference) -> str:
    if reference.media_type not in _ENDINGS:
        raise ReferenceProblem(f"{reference.name} is {reference.media_type}; the API takes PNG, JPEG and WebP.")
    return _ENDINGS[reference.media_type]


def _content(reference: Reference) -> bytes:
    data = reference.path.read_bytes()
    if len(data) >= MAX_REFERENCE_BYTES:
        raise ReferenceProblem(f"{reference.name} has {len(data):,} bytes; the API takes less than 50 MB.")
    if hashlib.sha256(data).hexdigest() != reference.sha256:
        # Sent as it is now, the picture would be cached under the digest of another.
        raise ReferenceProblem(f"{reference.name} has changed since the run began. Run again.")
    return data
