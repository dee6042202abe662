"""The table of errors: what an answer's status and its error object mean for the call."""

from __future__ import annotations

import re
from enum import StrEnum

# No model paints a picture in less: an error that came sooner was not preceded by work that is billed. Seconds.
QUICK = 3.0


class CallResult(StrEnum):
    """What an answer means for the call.

    DONE: the picture is here. FETCH: the picture is paid for and has to be fetched from a URL. RETRY: the server turned
    the request away for now, ask again after a while. REFUSED: moderation refused the request. REJECTED: this request
    can never work. STOP: no request of this run can work (key, quota, address). UNKNOWN: the call may have been paid
    for and there is no picture.
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
        "budget_exceeded",
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

# Proxies write the status as the code ("400") and repeat the provider's own words in the message. Reported of LiteLLM,
# 2026-11: moderation comes as 400 with code "400", a used-up quota as 429 of the type `throttling_error`.
_PHRASES = (
    (CallResult.REFUSED, ("moderation_blocked", "content_policy_violation", "contentpolicyviolationerror")),
    (CallResult.REFUSED, ("rejected by the safety system", "rejected as a result of our safety system")),
    (CallResult.REFUSED, ("content management policy", "responsibleaipolicyviolation")),
    (CallResult.STOP, ("insufficient_quota", "exceeded your current quota", "billing_hard_limit_reached")),
    (CallResult.STOP, ("billing hard limit", "budget has been exceeded", "exceededbudget", "invalid_api_key")),
)

# Only looked at where the status says nothing: an error that came with 200.
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

# A gateway gave up waiting, or lost the server behind it: that server may have painted, and bills what it paints.
# 408: a proxy's own time-out; 499: nginx, the client closed; 52x, 530: Cloudflare (its error pages, 2026-11).
_GATEWAY = frozenset({408, 499, 502, 504, *range(520, 528), 530, 598, 599})


def result_for_status(status: int, *, explained: bool, seconds: float | None = None) -> CallResult:
    """What a status means when no code says more.

    `explained` is whether the answer holds an error object, as a server that looked at the request sends it; `seconds`
    is how long the answer took after the request had left (None: not known, counts as quick). A status that a gateway
    may have made up after the picture was painted is UNKNOWN; so are 2xx, for they may have been paid for.
    """
    quick = seconds is None or seconds <= QUICK
    if 200 <= status < 300 or status in _GATEWAY:
        return CallResult.UNKNOWN
    if status in (425, 429):
        return CallResult.RETRY
    if status == 503:
        return CallResult.RETRY if explained or quick else CallResult.UNKNOWN
    if status == 409 or status >= 500:
        return CallResult.RETRY if explained and quick else CallResult.UNKNOWN
    # Wrong key, no money, wrong address or method, another protocol, a redirect: no other request fares better.
    if status in (401, 402, 403, 404, 405, 407, 426) or 300 <= status < 400:
        return CallResult.STOP
    return CallResult.REJECTED if 400 <= status < 500 else CallResult.UNKNOWN


def result_for_error(
    status: int,
    codes: tuple[str, ...],
    kind: str,
    *,
    message: str = "",
    explained: bool = True,
    seconds: float | None = None,
) -> CallResult:
    """What an error object means: by the first of its codes that is known, its message, its type, then the status.

    A code may also be a status written as a code, which gateways that answer 200 do. What a gateway answered when it
    had given up waiting is UNKNOWN, whatever its codes say. See `result_for_status` for `explained` and `seconds`.
    """
    if status in _GATEWAY:
        return CallResult.UNKNOWN
    known = _known(status, codes, kind.lower(), message.lower())
    if known is not None:
        return known
    if not 200 <= status < 300:
        return result_for_status(status, explained=explained, seconds=seconds)
    written = next((int(code) for code in codes if re.fullmatch("[4-9][0-9][0-9]", code, re.ASCII)), None)
    if kind.lower() in _BY_TYPE or written is None:
        return _BY_TYPE.get(kind.lower(), CallResult.UNKNOWN)
    return result_for_status(written, explained=explained, seconds=seconds)


def _known(status: int, codes: tuple[str, ...], kind: str, message: str) -> CallResult | None:
    """What the codes, the type of a 429 and the words of a 4xx say; None if that is nothing that is known."""
    for code in codes:
        if code.lower() in _BY_CODE:
            return _BY_CODE[code.lower()]
    if status == 429 and kind in ("insufficient_quota", "budget_exceeded"):
        return CallResult.STOP
    if 400 <= status < 500 or 200 <= status < 300:
        return next((result for result, phrases in _PHRASES if any(phrase in message for phrase in phrases)), None)
    return None
