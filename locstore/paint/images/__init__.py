"""The images API as a painter's tool: configuration, requests and their cache keys, answers, and the client.

httpx is imported where it is used, so that reading a project file does not wait for it.
"""

from locstore.paint.images.client import MAX_ANSWER, ImagesClient
from locstore.paint.images.config import ImagesConfig
from locstore.paint.images.errors import CallResult
from locstore.paint.images.key_policy import fetch_problem, key_problem
from locstore.paint.images.rate_headers import ServerLimit, ServerLimits
from locstore.paint.images.reply import Answer, Reply, Usage, read_reply
from locstore.paint.images.request import (
    MAX_REFERENCES,
    ImageRequest,
    Reference,
    ReferenceProblem,
    image_request,
    reference_from,
)
from locstore.paint.images.secret import Secret, cleaned, secret_from

__all__ = [
    "MAX_ANSWER",
    "MAX_REFERENCES",
    "Answer",
    "CallResult",
    "ImageRequest",
    "ImagesClient",
    "ImagesConfig",
    "Reference",
    "ReferenceProblem",
    "Reply",
    "Secret",
    "ServerLimit",
    "ServerLimits",
    "Usage",
    "cleaned",
    "fetch_problem",
    "image_request",
    "key_problem",
    "read_reply",
    "reference_from",
    "secret_from",
]
