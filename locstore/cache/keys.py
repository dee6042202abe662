"""The key of a paid picture: a tagged SHA-256 of the canonical JSON of everything that decides its pixels."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

# The number changes when the same inputs come to mean another picture; the zero byte ends the tag.
_IMAGE_TAG = b"locstore-image-1\0"
_KEY = re.compile(r"[0-9a-f]{64}")


def canonical_json(data: Any) -> bytes:
    """The one way to write `data` as JSON: sorted keys, tight separators, UTF-8 without escapes.

    Raises ValueError for NaN, infinity and lone surrogates, TypeError for what JSON does not have.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def image_key(inputs: Mapping[str, Any]) -> str:
    """The key of the picture that is asked for with `inputs`: 64 hex digits."""
    return hashlib.sha256(_IMAGE_TAG + canonical_json(inputs)).hexdigest()


def check_key(key: str) -> None:
    """Raises ValueError unless `key` is 64 small hex digits: a key becomes a file name."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"A key has 64 small hex digits, this has not: {key!r}")


def short_key(key: str) -> str:
    """As much of a key as people need to tell entries apart."""
    return key[:12]
