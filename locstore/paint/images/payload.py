"""Where the picture is in a successful answer: base64 in any spelling, a URL, an event stream, or the body itself.

OpenAI's own answer is `{"data": [{"b64_json": ...}]}`. Other servers that speak the dialect answer `images`, `output`
or `artifacts`, lists of strings, objects in place of lists, base64url, or the file. The call is paid for by then, so
whatever can be read as a picture is used.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

_DEPTH = 8  # levels of an answer that are looked at
_NOTHING = frozenset("\r\n\t ")
# Keys whose strings may be the address of a picture; others (`docs`, `message`) may hold addresses of anything.
_ADDRESS_KEYS = frozenset({"url", "urls", "uri", "image_url", "image", "images", "output", "outputs", "data", "result"})
_PICTURE_KEYS = ("b64_json", "b64", "base64", "image_base64", "bytesbase64encoded", "image", "images", "data", "url")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]+={0,2}")


def picture_problem(data: bytes | bytearray) -> str | None:
    """Why bytes cannot be a whole PNG, JPEG, WebP, GIF or AVIF picture, or None. Looks at both ends only."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        whole = data.rfind(b"IEND\xaeB`\x82") > 0
    elif data.startswith(b"\xff\xd8\xff"):
        whole = data.rfind(b"\xff\xd9") > len(data) // 2
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        whole = int.from_bytes(data[4:8], "little") + 8 <= len(data)
    elif data.startswith((b"GIF87a", b"GIF89a")):
        whole = len(data) > 20 and data.rstrip(b"\0").endswith(b";")
    elif data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis"):
        whole = len(data) > 100
    else:
        return "is not a PNG, JPEG, WebP, GIF or AVIF picture"
    return None if whole else "is cut off"


def parsed(body: bytes | bytearray) -> Any:
    """The JSON of an answer; the events of a stream as {"events": [...]}; None for anything else. Never raises."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _events(body)


def _events(body: bytes | bytearray) -> Any:
    """Server-sent events whose data is JSON. Source: WHATWG HTML, server-sent events; OpenAI's image streaming."""
    if not re.match(rb"\s*(?:event|data|id|:)", body[:64]):
        return None
    found = []
    for block in re.split(rb"\r?\n\r?\n", bytes(body)):
        lines = [line[5:].strip() for line in block.splitlines() if line.startswith(b"data:")]
        try:
            event = json.loads(b"\n".join(lines))
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            found.append(event)
    return {"events": found} if found else None


def last_event(answer: Any) -> Any:
    """Of a stream the event that ends it (`...completed`, else an error); any other answer as it is.

    Partial pictures of a stream are drafts and are never taken for the picture.
    """
    events = answer.get("events") if isinstance(answer, dict) else None
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        return answer
    for event in reversed(events):
        kind = str(event.get("type", ""))
        if "partial" not in kind and (kind.endswith("completed") or event.get("error") or event.get("data")):
            return event
    return {}


def candidates(answer: Any) -> Iterator[tuple[str, str]]:
    """Strings of an answer that may be a picture, each with the key that it stands under, the likeliest first.

    Under OpenAI's keys any text is a candidate; elsewhere only what looks like base64, a data: URI or an address.
    """
    if isinstance(answer, dict) and isinstance(answer.get("data"), list):
        for item in answer["data"]:
            for key in ("b64_json", "url"):
                value = item.get(key) if isinstance(item, dict) else None
                if isinstance(value, str) and value:
                    yield key, value
    yield from _walk(answer, "", 0)


def _walk(value: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEPTH:
        return
    if isinstance(value, str):
        if value.startswith("data:image/") or (len(value) > 64 and _BASE64.match(value.lstrip()[:65])):
            yield "b64_json", value
        elif key in _ADDRESS_KEYS and value.startswith(("https://", "http://", "/")):
            yield "url", value
    elif isinstance(value, list):
        for item in value[:64]:
            yield from _walk(item, key, depth + 1)
    elif isinstance(value, dict):
        rank = {name: n for n, name in enumerate(_PICTURE_KEYS)}
        for name in sorted(value, key=lambda n: rank.get(str(n).lower(), len(rank))):
            if name not in ("usage", "error"):
                yield from _walk(value[name], str(name).lower(), depth + 1)


def decoded(text: str) -> bytes | None:
    """The bytes of base64: standard or URL-safe, with or without padding, in lines or not; None if it is damaged."""
    if _NOTHING & set(text[:4096]) or "\n" in text:
        text = "".join(text.split())
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        pass
    if not _BASE64.fullmatch(text):
        return None
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    if len(bare) % 4 == 1:
        return None
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except ValueError:
        return None
