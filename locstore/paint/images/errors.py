"""The table of errors: what a status and an error's code mean for the call."""

from __future__ import annotations

from enum import StrEnum


class CallResult(StrEnum):
    """What an answer means for the call.

    DONE: the picture is here. FETCH: the picture is paid for and waits at a URL. RETRY: nothing was paid, ask again
    after a while. REFUSED: moderation; the shot is refused. REJECTED: this request can never work. STOP: no request
    of this run can work (key, quota, address). UNKNOWN: the call may have been paid for and there is no picture.
    """

    DONE = "done"
    FETCH = "fetch"
    RETRY = "retry"
    REFUSED = "refused"
    REJECTED = "rejected"
    STOP = "stop"
    UNKNOWN = "unknown"


# OpenAI's error codes and, below, those of Azure and gateways for the same things (2026-11).
_CODES = {
    CallResult.REFUSED: (
        "moderation_blocked",
        "content_policy_violation",
        "content_filter",
        "contentfilter",
        "responsibleaipolicyviolation",
    ),
    CallResult.STOP: (
        "invalid_api_key",
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "account_deactivated",
        "invalid_organization",
        "model_not_found",
        "unsupported_country_region_territory",
        "deploymentnotfound",
        "permission_denied",
        "permissiondenied",
        "unauthorized",
    ),
    CallResult.RETRY: ("rate_limit_exceeded", "ratelimitexceeded", "too_many_requests", "server_overloaded"),
    CallResult.REJECTED: (
        "missing_required_parameter",
        "invalid_value",
        "unknown_parameter",
        "string_above_max_length",
    ),
}
_BY_CODE = {code: result for result, codes in _CODES.items() for code in codes}

# Only asked where the status says nothing: an error that came with 200.
_BY_TYPE = {
    "insufficient_quota": CallResult.STOP,
    "authentication_error": CallResult.STOP,
    "permission_error": CallResult.STOP,
    "invalid_request_error": CallResult.REJECTED,
    "image_generation_user_error": CallResult.REJECTED,
    "rate_limit_error": CallResult.RETRY,
    "overloaded_error": CallResult.RETRY,
    "server_error": CallResult.RETRY,
    "api_error": CallResult.RETRY,
    "internal_server_error": CallResult.RETRY,
}


def result_for_status(status: int) -> CallResult:
    """What a status without a code that we know means; 2xx are UNKNOWN, for they may have been paid for."""
    if 200 <= status < 300:
        return CallResult.UNKNOWN
    if status in (408, 409, 425, 429) or status >= 500:
        return CallResult.RETRY
    # Wrong key, no money, wrong address or method, a redirect: no other request fares better.
    if status in (401, 402, 403, 404, 405, 407) or 300 <= status < 400:
        return CallResult.STOP
    return CallResult.REJECTED if 400 <= status < 500 else CallResult.UNKNOWN


def result_for_error(status: int, codes: tuple[str, ...], kind: str) -> CallResult:
    """What an error object means: by the first of its codes that we know, then by its type, then by the status.

    A code may also be a status written as a code, which gateways that answer 200 do.
    """
    for code in codes:
        known = _BY_CODE.get(code.lower())
        if known is not None:
            return known
    if status == 429 and kind.lower() == "insufficient_quota":
        return CallResult.STOP
    if not 200 <= status < 300:
        return result_for_status(status)
    if kind.lower() in _BY_TYPE:
        return _BY_TYPE[kind.lower()]
    for code in codes:
        if len(code) == 3 and code.isascii() and code.isdigit() and int(code) >= 400:
            return result_for_status(int(code))
    return CallResult.UNKNOWN
