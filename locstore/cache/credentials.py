"""What must never reach the disk: API keys, headers, and URLs that carry a password or a signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_FIELDS = frozenset(
    {
        "access_token", "api_key", "apikey", "authorization", "bearer", "client_secret", "cookie", "credentials",
        "headers", "password", "proxy_authorization", "secret", "secret_key", "set_cookie", "token", "x_api_key",
    }
)  # fmt: skip
# A prompt is anybody's prose: only what can hardly be anything else is taken for a secret.
_TEXTS = (
    re.compile(r"\bbearer (?=\S*\d)[\w.~+/=-]{16,}", re.IGNORECASE),
    re.compile(r"\bsk-(?=[\w-]*\d)[\w-]{20,}"),
    re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/?#@]+@", re.IGNORECASE),
    re.compile(
        r"://\S*[?&](?:access_token|api[-_]?key|key|password|secret|sig|signature|token|x-amz-(?:credential|signature))=",
        re.IGNORECASE,
    ),
)
_REMOVED = "[removed]"


def refuse_credentials(inputs: Mapping[str, Any]) -> None:
    """Raises ValueError, without the secret in it, if a field or a text of `inputs` looks like a credential.

    Call it before a picture is paid for; a store calls it again before it writes.
    """
    place = next(_places(inputs, ""), None)
    if place is not None:
        raise ValueError(f"The inputs of a paid picture may not hold credentials; {place} looks like one.")


def without_credentials(data: Any) -> Any:
    """`data` with `[removed]` for each value that looks like a credential: a server may echo anything."""
    if isinstance(data, Mapping):
        return {k: _REMOVED if _is_secret_name(k) else without_credentials(v) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [without_credentials(value) for value in data]
    return _REMOVED if isinstance(data, str) and _is_secret_text(data) else data


def _places(data: Any, place: str) -> Iterator[str]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            inner = f"{place}.{name}" if place else str(name)
            if _is_secret_name(name):
                yield inner
            yield from _places(value, inner)
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from _places(value, f"{place}.{number}")
    elif isinstance(data, str) and _is_secret_text(data):
        yield place


def _is_secret_name(name: object) -> bool:
    return isinstance(name, str) and (name.lower().replace("-", "_") in _FIELDS or _is_secret_text(name))


def _is_secret_text(text: str) -> bool:
    return any(pattern.search(text) for pattern in _TEXTS)
