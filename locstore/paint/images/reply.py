"""What an answer of an images API means for the call: a `Reply`.

No input or output here: bytes in, a value out, so every row of the table of errors is a test without a network.
Source: the API reference and error guide of OpenAI, openai-python 3.54's types and retry policy, 2026-11.
"""

from __future__ import annotations

import dataclasses
import datetime
import html
import re
from collections.abc import Mapping
from typing import Any

from locstore.paint.images.config import ImagesConfig
from locstore.paint.images.errors import CallResult, result_for_error
from locstore.paint.images.payload import candidates, decoded, last_event, parsed, picture_problem
from locstore.paint.images.rate_headers import ServerLimits, limits_told, wait_asked
from locstore.paint.images.secret import Secret, cleaned
from locstore.paint.images.url_policy import absolute, url_problem

_MAX_CODE = 80
_MAX_TEXT = 20_000  # characters of a message that are looked at
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,200})", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Usage:
    """What was billed, in tokens; the split of the input where the server tells it.

    A painted picture always has output tokens: a `usage` without any is a proxy's filler and is never a Usage.
    """

    input_tokens: int
    output_tokens: int
    input_text_tokens: int | None = None
    input_image_tokens: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent, not judged yet: enough to be judged again later, by other settings."""

    status: int
    headers: Mapping[str, str] = dataclasses.field(repr=False)
    body: bytes = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The end of one call.

    `data` is the picture as it came (DONE), `url` its address (FETCH). `retry_after` is in seconds. `message` holds no
    key and nothing of the prompt. `billed` is whether the call has or may have been paid for. `answer` is what came of
    a call that may have been paid for and brought no picture: it has to be kept.
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
    answer: Answer | None = dataclasses.field(default=None, repr=False)


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
    seconds: float | None = None,
) -> Reply:
    """The meaning of an answer. Never raises.

    A success without a usable picture is UNKNOWN, not RETRY: it may have been paid for. `key` and `prompt` are only
    for taking them out of the server's words; `now` is what a Retry-After date is read against if the answer has no
    Date of its own; `seconds` is how long the answer took after the request had left.
    """
    names = {name.lower(): value for name, value in headers.items()}
    success = 200 <= status < 300
    limits = limits_told(names)
    if success and picture_problem(body) is None:
        return Reply(result=CallResult.DONE, data=bytes(body), limits=limits, status=status, billed=True)
    answer = last_event(parsed(body))
    error = answer.get("error") if isinstance(answer, dict) else None
    usage = _usage(answer.get("usage")) if success and isinstance(answer, dict) else None
    if success and not error:
        found = _picture(answer, body, config)
        if not isinstance(found, _Fault):
            data, url = found
            result = CallResult.DONE if data is not None else CallResult.FETCH
            kept = _kept(status, names, body, key) if data is None else None
            return Reply(
                result=result, data=data, url=url, usage=usage, limits=limits, status=status, billed=True, answer=kept
            )
        fault, billed = found, True
    else:
        fault = _error(status, error, answer, body, seconds)
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
        answer=_kept(status, names, body, key) if billed and success else None,
    )


def _kept(status: int, headers: Mapping[str, str], body: bytes | bytearray, key: Secret | None) -> Answer:
    """The answer as it may be kept on a disk: of its headers the type, and the key nowhere."""
    kind = cleaned(headers.get("content-type", ""), key)
    data = bytes(body) if key is None else key.removed_from_bytes(bytes(body))
    return Answer(status, {"content-type": kind} if kind else {}, data)


def _picture(answer: Any, body: bytes | bytearray, config: ImagesConfig) -> tuple[bytes | None, str | None] | _Fault:
    """The picture's bytes or its URL: of the first candidate that is one; else what is wrong with the first."""
    if answer is None:
        return _Fault(CallResult.UNKNOWN, ("not-json",), f"The server answered success without JSON{_page(body)}.")
    first: _Fault | None = None
    for key, value in candidates(answer):
        found = _taken(key, value, config)
        if not isinstance(found, _Fault):
            return found
        first = first or found
    keys = ", ".join(sorted(answer)[:8])[:80] if isinstance(answer, dict) else ""
    nothing = "The server answered success with no picture in it" + (f"; its fields are {keys}." if keys else ".")
    return first or _Fault(CallResult.UNKNOWN, ("empty-data",), nothing)


def _taken(key: str, value: str, config: ImagesConfig) -> tuple[bytes | None, str | None] | _Fault:
    if value.startswith("data:"):
        head, _, value = value.partition(",")
        if not head.lower().endswith(";base64"):
            return _Fault(CallResult.UNKNOWN, ("bad-base64",), "The server answered with a data: URI without base64.")
    elif key == "url":
        return _address(value, config)
    data = decoded(value)
    if data is None:
        return _Fault(CallResult.UNKNOWN, ("bad-base64",), "The picture's base64 is damaged or cut off.")
    problem = picture_problem(data)
    if problem:
        return _Fault(CallResult.UNKNOWN, ("bad-picture",), f"What the server sent {problem}.")
    return data, None


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


def _error(status: int, error: Any, answer: Any, body: bytes | bytearray, seconds: float | None) -> _Fault:
    fields = error if isinstance(error, dict) else {}
    inner = fields.get("innererror")
    codes = tuple(
        str(code)[:200]
        for code in (fields.get("code"), inner.get("code") if isinstance(inner, dict) else None, fields.get("status"))
        if isinstance(code, str | int) and not isinstance(code, bool) and _short(code) and code != ""
    )
    kind = fields.get("type")
    message = next((text for text in _texts(error, answer) if text.strip()), "")
    result = result_for_error(
        status,
        codes,
        kind if isinstance(kind, str) else "",
        message=message,
        explained=bool(error) or bool(message),
        seconds=seconds,
    )
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
        places += [answer.get("message"), answer.get("detail"), _listed(answer.get("detail"))]
    return [text[:_MAX_TEXT] for text in places if isinstance(text, str)]


def _listed(detail: Any) -> str:
    """FastAPI's list of what is wrong with the fields: `body.size: Field required; ...`."""
    rows = []
    for item in detail if isinstance(detail, list) else ():
        if isinstance(item, dict) and isinstance(item.get("msg"), str):
            place = item.get("loc")
            where = ".".join(str(part)[:80] for part in place[:8]) if isinstance(place, list) else ""
            rows.append(f"{where}: {item['msg']}" if where else item["msg"])
    return "; ".join(rows[:20])


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
    if taken is None or not given:
        return None
    split = fields.get("input_tokens_details")
    split = split if isinstance(split, dict) else {}
    return Usage(taken, given, _count(split.get("text_tokens")), _count(split.get("image_tokens")))


def _count(value: Any) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12
    return value if good else None
