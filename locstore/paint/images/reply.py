"""What an answer of an images API means for the call: a `Reply`.

No input or output here: bytes in, a value out, so every row of the table of errors is a test without a network.
Source: the API reference and error guide of OpenAI, openai-python 3.54's types and retry policy, 2026-11.
"""

from __future__ import annotations

import binascii
import dataclasses
import datetime
import html
import json
import re
from collections.abc import Mapping
from typing import Any

from locstore.paint.images.config import ImagesConfig
from locstore.paint.images.errors import CallResult, result_for_error
from locstore.paint.images.rate_headers import ServerLimits, limits_told, wait_asked
from locstore.paint.images.secret import Secret, cleaned
from locstore.paint.images.url_policy import absolute, url_problem

_MAX_CODE = 80
_MAX_TEXT = 20_000  # characters of a message that are looked at
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,200})", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Usage:
    """What was billed, in tokens; the split of the input where the server tells it."""

    input_tokens: int
    output_tokens: int
    input_text_tokens: int | None = None
    input_image_tokens: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The end of one call.

    `data` is the picture as it came (DONE), `url` where it waits (FETCH). `retry_after` is in seconds. `message` holds
    no key and nothing of the prompt. `billed` is whether the call has or may have been paid for.
    """

    result: CallResult
    data: bytes | None = dataclasses.field(default=None, repr=False)
    url: str | None = dataclasses.field(default=None, repr=False)
    usage: Usage | None = None
    retry_after: float | None = None
    code: str = ""
    message: str = ""
    limits: ServerLimits | None = None
    status: int | None = None
    billed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class _Fault:
    """An answer that holds no picture: `codes` as the server gave them, the first is shown."""

    result: CallResult
    codes: tuple[str, ...]
    message: str


def read_reply(
    status: int,
    headers: Mapping[str, str],
    body: bytes | bytearray,
    *,
    config: ImagesConfig,
    key: Secret | None = None,
    prompt: str = "",
    now: datetime.datetime | None = None,
) -> Reply:
    """The meaning of an answer. Never raises.

    A success without a usable picture is UNKNOWN, not RETRY: it may have been paid for. `key` and `prompt` are only
    for taking them out of the server's words; `now` is what a Retry-After date is read against if the answer has no
    Date of its own.
    """
    names = {name.lower(): value for name, value in headers.items()}
    answer = _parsed(body)
    error = answer.get("error") if isinstance(answer, dict) else None
    success = 200 <= status < 300
    limits = limits_told(names)
    usage = _usage(answer.get("usage")) if success and isinstance(answer, dict) else None
    if success and not error:
        found = _picture(answer, body, config)
        if not isinstance(found, _Fault):
            data, url = found
            result = CallResult.DONE if data is not None else CallResult.FETCH
            return Reply(result=result, data=data, url=url, usage=usage, limits=limits, status=status, billed=True)
        fault, billed = found, True
    else:
        fault = _error(status, error, answer, body)
        billed = fault.result is CallResult.UNKNOWN
    return Reply(
        result=fault.result,
        usage=usage,
        retry_after=wait_asked(names, fault.message, now) if fault.result is CallResult.RETRY else None,
        code=cleaned(fault.codes[0] if fault.codes else f"http-{status}", key, prompt)[:_MAX_CODE],
        message=cleaned(fault.message, key, prompt),
        limits=limits,
        status=status,
        billed=billed,
    )


def picture_problem(data: bytes) -> str | None:
    """Why bytes cannot be a whole PNG, JPEG or WebP picture, or None. Looks at both ends only."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        whole = data.rfind(b"IEND\xaeB`\x82") > 0
    elif data.startswith(b"\xff\xd8\xff"):
        whole = data.rfind(b"\xff\xd9") > len(data) // 2
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        whole = int.from_bytes(data[4:8], "little") + 8 <= len(data)
    else:
        return "is not a PNG, JPEG or WebP picture"
    return None if whole else "is cut off"


def _parsed(body: bytes | bytearray) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _picture(answer: Any, body: bytes | bytearray, config: ImagesConfig) -> tuple[bytes | None, str | None] | _Fault:
    """The picture's bytes or its URL; the first item that has either."""
    if not isinstance(answer, dict):
        return _Fault(CallResult.UNKNOWN, ("not-json",), f"The server answered success without JSON{_page(body)}.")
    items = answer.get("data")
    items = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    if not items:
        return _Fault(CallResult.UNKNOWN, ("empty-data",), "The server answered success with no picture in it.")
    for item in items:
        for field in ("b64_json", "url"):
            value = item.get(field)
            if isinstance(value, str) and value.strip():
                return _content(value.strip(), field, config)
    return _Fault(CallResult.UNKNOWN, ("empty-data",), "The server answered success with neither b64_json nor url.")


def _content(value: str, field: str, config: ImagesConfig) -> tuple[bytes | None, str | None] | _Fault:
    if value[:5].lower() == "data:":
        head, _, value = value.partition(",")
        if not head.lower().endswith(";base64"):
            return _Fault(CallResult.UNKNOWN, ("bad-base64",), "The server answered with a data: URI without base64.")
    elif field == "url":
        return _address(value, config)
    data = _decoded(value)
    if data is None:
        return _Fault(CallResult.UNKNOWN, ("bad-base64",), "The picture's base64 is damaged or cut off.")
    problem = picture_problem(data)
    if problem:
        return _Fault(CallResult.UNKNOWN, ("bad-picture",), f"What the server sent {problem}.")
    return data, None


def _decoded(text: str) -> bytes | None:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        pass
    try:
        # Some servers break base64 into lines.
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError:
        return None


def _address(value: str, config: ImagesConfig) -> tuple[None, str] | _Fault:
    try:
        url = absolute(value, config)
    except ValueError:
        url = ""
    problem = url_problem(url, config)
    if problem is None:
        return None, url
    # Every other call would be paid for and lost in the same way.
    return _Fault(CallResult.STOP, ("url-not-allowed",), f"{problem[0].upper()}{problem[1:]}.")


def _error(status: int, error: Any, answer: Any, body: bytes | bytearray) -> _Fault:
    fields = error if isinstance(error, dict) else {}
    inner = fields.get("innererror")
    codes = tuple(
        str(code)[:200]
        for code in (fields.get("code"), inner.get("code") if isinstance(inner, dict) else None, fields.get("status"))
        if isinstance(code, str | int) and not isinstance(code, bool) and _short(code) and code != ""
    )
    kind = fields.get("type")
    result = result_for_error(status, codes, kind if isinstance(kind, str) else "")
    message = next((text for text in _texts(error, answer) if text.strip()), "")
    if not message:
        message = f"HTTP {status}{_page(body)}."
    if 300 <= status < 400:
        message += " The address answers with a redirect, which is not followed. Correct images.base_url."
    return _Fault(result, codes, message + _moderation(fields))


def _short(code: str | int) -> bool:
    """Whether a code can be written out; Python refuses to print integers of thousands of digits."""
    return isinstance(code, str) or abs(code) < 10**18


def _texts(error: Any, answer: Any) -> list[str]:
    """What the server said, from where servers say it, best first."""
    places = [error.get("message") if isinstance(error, dict) else error]
    if isinstance(answer, dict):
        places += [answer.get("message"), answer.get("detail")]
    return [text[:_MAX_TEXT] for text in places if isinstance(text, str)]


def _moderation(fields: dict[str, Any]) -> str:
    details = fields.get("moderation_details")
    if not isinstance(details, dict):
        return ""
    stage, categories = details.get("moderation_stage"), details.get("categories")
    names = [name for name in categories if isinstance(name, str)] if isinstance(categories, list | dict) else []
    parts = [f"stage {stage}"] if isinstance(stage, str) else []
    parts += [f"categories {', '.join(names)}"] if names else []
    return f" ({'; '.join(parts)})" if parts else ""


def _page(body: bytes | bytearray) -> str:
    """What to say of a body that is no JSON: a page's title, if it is one."""
    start = body[:8192]
    if not start.strip():
        return " and an empty body"
    title = _TITLE.search(start)
    if title:
        return f': a page titled "{html.unescape(title[1].decode("utf-8", "replace")).strip()}"'
    return " and a body that is no error object"


def _usage(fields: Any) -> Usage | None:
    if not isinstance(fields, dict):
        return None
    taken, given = _count(fields.get("input_tokens")), _count(fields.get("output_tokens"))
    if taken is None or given is None:
        return None
    split = fields.get("input_tokens_details")
    split = split if isinstance(split, dict) else {}
    return Usage(taken, given, _count(split.get("text_tokens")), _count(split.get("image_tokens")))


def _count(value: Any) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12
    return value if good else None
