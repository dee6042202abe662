"""The answers of injected faults that are errors."""

from __future__ import annotations

import json

from images_server import errors
from images_server.errors import ApiError, RetryForm
from images_server.faults import STOPPERS
from images_server.http1 import Answer

_BAD_GATEWAY = b"""<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>gateway</center>
</body>
</html>
"""
_UPSTREAM = {
    "error": {"message": "The upstream model is not available.", "type": "upstream_error", "param": None, "code": 502}
}
_RETRY_FORMS: dict[str, RetryForm] = {
    "rate-seconds": "seconds", "rate-ms": "ms", "rate-date": "date", "rate-bare": "bare",
}  # fmt: skip


def refusal(fault: str, model: str, request_id: str, wait: float) -> Answer | None:
    """The answer of a fault that is an error, None for others. `wait` (seconds) is what a 429 asks for."""
    if fault == "html-502":
        return Answer(502, _BAD_GATEWAY, "text/html; charset=UTF-8")
    if fault == "error-200":
        return Answer(200, json.dumps(_UPSTREAM).encode())
    if fault == "fastapi-422":
        detail = [{"loc": ["body", "quality"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}]
        return Answer(422, json.dumps({"detail": detail}).encode())
    if fault == "retry-30-days":
        answer = errors.rate_limited(model, 30 * 86400.0, "seconds")
        return Answer(answer.status, answer.body, headers=answer.headers)
    if fault == "proxy-quota":
        said = "litellm.RateLimitError: You exceeded your current quota, please check your plan and billing details."
        body = {"error": {"message": said, "type": "throttling_error", "param": None, "code": "429"}}
        return Answer(429, json.dumps(body).encode())
    error = _error(fault, model, request_id, wait)
    return None if error is None else Answer(error.status, error.body, headers=error.headers)


def _error(fault: str, model: str, request_id: str, wait: float) -> ApiError | None:
    if fault.startswith("http-"):
        return errors.server_error(int(fault.removeprefix("http-")))
    if fault in _RETRY_FORMS:
        return errors.rate_limited(model, wait, _RETRY_FORMS[fault])
    if fault == "moderation":
        return errors.moderation(request_id)
    if fault not in STOPPERS:
        return None
    return {
        "bad-key": errors.wrong_key("sk-revoked-0123456789"),
        "unverified-org": errors.unverified(model),
        "insufficient-quota": errors.insufficient_quota(),
        "billing-hard-limit": errors.billing_hard_limit(),
    }[fault]
