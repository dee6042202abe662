"""The lines of a batch's files: a request each on the way there, what became of it on the way back."""

from __future__ import annotations

import base64
import dataclasses
import json

from locstore.paint.images.config import ImagesConfig
from locstore.paint.images.errors import CallResult
from locstore.paint.images.http import content_of, named_fields, request_body
from locstore.paint.images.reply import Reply, read_reply
from locstore.paint.images.request import MAX_REFERENCES, ImageRequest, Reference, ReferenceProblem
from locstore.paint.images.secret import Secret

MOST_LINES = 50_000  # requests in a file; OpenAI, batch guide, 2026-11
MOST_BYTES = 200_000_000  # 200 MB
ENDPOINTS = {"generations": "/v1/images/generations", "edits": "/v1/images/edits"}

# Lines that were never worked on; nothing was paid for them.
_NOT_DONE = frozenset({"batch_expired", "batch_cancelled", "batch_canceled"})


@dataclasses.dataclass(frozen=True, slots=True)
class BatchAnswer:
    """A line of an output or error file: what became of the request `custom_id`."""

    custom_id: str
    reply: Reply


def batch_line(custom_id: str, request: ImageRequest, config: ImagesConfig) -> bytes:
    """The line that asks for a picture, with its line feed.

    References stand in it as data URLs, which is how JSON edits take them. Raises ReferenceProblem, OSError, and
    ValueError for text that is not UTF-8.
    """
    body = named_fields(request_body(request, config), config)
    if len(request.references) > MAX_REFERENCES:
        raise ReferenceProblem(f"{len(request.references)} reference images; the API takes {MAX_REFERENCES}.")
    if request.references:
        body["images"] = [_shown(reference) for reference in request.references]
    if request.mask is not None:
        body["mask"] = _shown(request.mask)
    line = {"custom_id": custom_id, "method": "POST", "url": ENDPOINTS[request.endpoint], "body": body}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _shown(reference: Reference) -> dict[str, str]:
    return {"image_url": f"data:{reference.media_type};base64,{base64.b64encode(content_of(reference)).decode()}"}


def read_batch_line(line: bytes, config: ImagesConfig, key: Secret | None) -> BatchAnswer | None:
    """The meaning of a line; None for what is no answer to anything. Never raises."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    custom_id = fields.get("custom_id") if isinstance(fields, dict) else None
    if not isinstance(custom_id, str):
        return None
    error, response = fields.get("error"), fields.get("response")
    code = error.get("code") if isinstance(error, dict) else None
    if code in _NOT_DONE:
        message = f"The batch ended before this request was worked on ({code})."
        return BatchAnswer(custom_id, Reply(result=CallResult.RETRY, code=str(code), message=message))
    if isinstance(response, dict):
        status, body = response.get("status_code"), response.get("body")
    else:
        status, body = 500, {"error": error}
    # A line without a status counts as an error of the server's: if it does not say which, it is unknown.
    status = status if isinstance(status, int) and 100 <= status < 600 else 500
    return BatchAnswer(custom_id, read_reply(status, {}, json.dumps(body).encode(), config=config, key=key))
