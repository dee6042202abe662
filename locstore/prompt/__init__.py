"""From a composition to what an image model is asked for: the prompt and the size of the request."""

from locstore.prompt.prompt import MAX_CHARACTERS, PromptTooLong, make_prompt
from locstore.prompt.sizes import ImageModel, RequestSize, image_models, request_size

__all__ = [
    "MAX_CHARACTERS",
    "ImageModel",
    "PromptTooLong",
    "RequestSize",
    "image_models",
    "make_prompt",
    "request_size",
]
