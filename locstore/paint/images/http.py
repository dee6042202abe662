"""The HTTP request for a picture, in either dialect."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import httpx

from locstore.paint.images.config import ImagesConfig
from locstore.paint.images.request import MAX_REFERENCES, ImageRequest, Reference, ReferenceProblem
from locstore.paint.images.secret import Secret
from locstore.version import __version__

MAX_REFERENCE_BYTES = 50_000_000  # OpenAI, images/edits, 2026-11
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class HiddenHeaders(httpx.Headers):
    """Headers that do not print their values; httpx hides Authorization only, and Azure's key is in `api-key`."""

    def __repr__(self) -> str:
        return f"Headers({sorted(self.keys())})"


def build_request(request: ImageRequest, config: ImagesConfig, key: Secret | None) -> httpx.Request:
    """The HTTP request: JSON for generations, multipart with repeated `image[]` for edits.

    Reads the references from disk, so call it in a thread. Raises ReferenceProblem, OSError, and ValueError for text
    that is not UTF-8. Without a key no header that needs one is sent.
    """
    fields = named_fields(request_body(request, config), config)
    url, headers = config.url(request.endpoint), request_headers(config, key)
    if request.endpoint == "generations":
        built = httpx.Request("POST", url, headers=headers, json=fields)
    else:
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
        built = httpx.Request("POST", url, headers=headers, data=texts, files=_files(request))
    built.headers = HiddenHeaders(built.headers)
    return built


def request_body(request: ImageRequest, config: ImagesConfig) -> dict[str, Any]:
    shared = {"model": request.model, "prompt": request.prompt, "size": request.size.text, "quality": request.quality}
    if request.dialect == "gateway":
        return shared | {"mode": request.mode}
    # Legacy models may answer `background: auto` with transparency, which no store takes.
    fields = shared | {"n": 1, "output_format": config.output_format, "background": "opaque"}
    return fields if config.moderation == "auto" else fields | {"moderation": config.moderation}


def named_fields(body: dict[str, Any], config: ImagesConfig) -> dict[str, Any]:
    renamed = {str(config.fields.get(name, name)): value for name, value in body.items()}
    renamed.pop("", None)
    return renamed | dict(config.extra_fields)


def request_headers(config: ImagesConfig, key: Secret | None) -> dict[str, str]:
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
        ("image[]", (f"image-{n}.{_ending(reference)}", content_of(reference), reference.media_type))
        for n, reference in enumerate(request.references, 1)
    ]
    if request.mask is not None:
        files.append(("mask", (f"mask.{_ending(request.mask)}", content_of(request.mask), request.mask.media_type)))
    return files


def _ending(reference: Reference) -> str:
    if reference.media_type not in _ENDINGS:
        raise ReferenceProblem(f"{reference.name} is {reference.media_type}; the API takes PNG, JPEG and WebP.")
    return _ENDINGS[reference.media_type]


def content_of(reference: Reference) -> bytes:
    data = reference.path.read_bytes()
    if len(data) >= MAX_REFERENCE_BYTES:
        raise ReferenceProblem(f"{reference.name} has {len(data):,} bytes; the API takes less than 50 MB.")
    if hashlib.sha256(data).hexdigest() != reference.sha256:
        # Sent as it is now, the picture would be cached under the digest of another.
        raise ReferenceProblem(f"{reference.name} has changed since the run began. Run again.")
    return data
