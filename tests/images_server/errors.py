"""The API's error answers, in its own words."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from typing import Any, Literal

INVALID = "invalid_request_error"
PICTURE = "image_generation_user_error"


class ApiError(Exception):
    """An answer of the shape {"error": {"message", "type", "param", "code"}} with its status and headers."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = INVALID,
        param: str | None = None,
        code: str | None = None,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": kind, "param": param, "code": code, **(more or {})}
        self.headers = dict(headers or {})

    @property
    def body(self) -> bytes:
        return json.dumps({"error": self.error}, indent=2).encode()


def missing_key() -> ApiError:
    return ApiError(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
        "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing "
        "the API from your browser and are prompted for a username and password. You can obtain an API key from "
        "https://platform.openai.com/account/api-keys.",
    )


def wrong_key(key: str) -> ApiError:
    shown = f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}" if len(key) > 16 else f"{key[:2]}{'*' * 6}"
    return ApiError(
        401,
        f"Incorrect API key provided: {shown}. You can find your API key at "
        "https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
    )


def unverified(model: str) -> ApiError:
    return ApiError(
        403,
        f"Your organization must be verified to use the model `{model}`. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just "
        "verified, it can take up to 15 minutes for access to propagate.",
    )


def unknown_parameter(name: str) -> ApiError:
    return ApiError(400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


def missing_parameter(name: str) -> ApiError:
    return ApiError(400, f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")


def invalid_value(name: str, value: object, supported: Sequence[str]) -> ApiError:
    quoted = [f"'{word}'" for word in supported]
    listed = " and ".join(quoted) if len(quoted) < 3 else f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
    return ApiError(400, f"Invalid value: '{value}'. Supported values are: {listed}.", param=name, code="invalid_value")


def invalid_type(name: str, wanted: str, value: object) -> ApiError:
    got = {
        str: "a string", bool: "a boolean", int: "an integer", float: "a decimal", list: "an array", dict: "an object"
    }.get(type(value), "null")  # fmt: skip
    return ApiError(
        400,
        f"Invalid type for '{name}': expected {wanted}, but got {got} instead.",
        param=name,
        code="invalid_type",
    )


def out_of_range(name: str, value: int, bound: int, way: Literal["above", "below"]) -> ApiError:
    end, sign = ("maximum", "<=") if way == "above" else ("minimum", ">=")
    return ApiError(
        400,
        f"Invalid '{name}': integer {way} {end} value. Expected a value {sign} {bound}, but got {value} instead.",
        param=name,
        code=f"integer_{way}_{'max' if way == 'above' else 'min'}_value",
    )


def prompt_length(length: int, longest: int) -> ApiError:
    if length == 0:
        message = (
            "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string instead."
        )
        return ApiError(400, message, param="prompt", code="empty_string")
    return ApiError(
        400,
        f"Invalid 'prompt': string too long. Expected a string with maximum length {longest}, but got a string with "
        f"length {length} instead.",
        param="prompt",
        code="string_above_max_length",
    )


def bad_size(size: str, why: str) -> ApiError:
    return ApiError(400, f"Invalid size '{size}'. {why}", kind=PICTURE, param="size", code="invalid_value")


def bad_image(message: str, param: str, code: str = "invalid_image_file") -> ApiError:
    return ApiError(400, message, kind=PICTURE, param=param, code=code)


def content_type(given: str, wanted: str) -> ApiError:
    return ApiError(
        400,
        f"Unsupported content type: '{given}'. This API method only accepts {wanted} requests, but you specified the "
        f"header 'Content-Type: {given}'. Please try again with the correct content type header.",
        code="unsupported_content_type",
    )


def not_json() -> ApiError:
    return ApiError(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
        "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)",
    )


def retired(model: str) -> ApiError:
    return ApiError(
        404,
        f"The model `{model}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations",
        code="model_not_found",
    )


def moderation(request_id: str, stage: Literal["input", "output"] = "input") -> ApiError:
    return ApiError(
        400,
        "Your request was rejected by the safety system. If you believe this is an error, contact us at "
        f"help.openai.com and include the request ID {request_id}. safety_violations=[violence].",
        kind=PICTURE,
        code="moderation_blocked",
        more={"moderation_details": {"moderation_stage": stage, "categories": ["violence"]}},
    )


def insufficient_quota() -> ApiError:
    return ApiError(
        429,
        "You exceeded your current quota, please check your plan and billing details. For more information on this "
        "error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        kind="insufficient_quota",
        code="insufficient_quota",
    )


def billing_hard_limit() -> ApiError:
    return ApiError(
        400, "Billing hard limit has been reached.", kind="billing_limit_user_error", code="billing_hard_limit_reached"
    )


def server_error(status: int) -> ApiError:
    message = {
        408: "Request timed out.",
        409: "The resource was updated by another request. Please try again.",
        500: "The server had an error while processing your request. Sorry about that!",
        503: "The server is currently overloaded with other requests. Sorry about that! You can retry your request, "
        "or contact us through our help center if the error persists.",
    }[status]
    return ApiError(status, message, kind="server_error", code="server_error" if status >= 500 else None)


RetryForm = Literal["seconds", "ms", "date", "bare", "both"]


def rate_limited(
    model: str,
    wait: float,
    form: RetryForm,
    *,
    what: Literal["images", "tokens"] = "images",
    figures: tuple[int, int, int] = (5, 5, 1),
) -> ApiError:
    """429 with the wait (seconds) as Retry-After in one of its forms, or in the message only (`bare`).

    `figures` are limit, used and requested.
    """
    limit, used, requested = figures
    unit = "images per min" if what == "images" else "tokens per min (TPM)"
    headers = {
        "seconds": {"retry-after": str(math.ceil(wait))},
        "ms": {"retry-after-ms": str(math.ceil(wait * 1000))},
        # A date has whole seconds: rounded up, so that who comes back then is not too early.
        "date": {"retry-after": formatdate(math.ceil(time.time() + wait), usegmt=True)},
        "bare": {},
        "both": {"retry-after": str(math.ceil(wait)), "retry-after-ms": str(math.ceil(wait * 1000))},
    }[form]
    return ApiError(
        429,
        f"Rate limit reached for {model} in organization org-test on {unit}: Limit {limit}, Used {used}, Requested "
        f"{requested}. Please try again in {duration(wait)}. Visit https://platform.openai.com/account/rate-limits "
        "to learn more.",
        kind=what,
        code="rate_limit_exceeded",
        headers=headers,
    )


def duration(seconds: float) -> str:
    """As the API writes it: `232ms`, `7.188s`, `12s`, `1m30s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    if seconds < 60:
        return f"{seconds:.3f}".rstrip("0").rstrip(".") + "s"
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}m{rest}s"
