"""From a composition to what an image model is asked for: the prompt and the size of the request."""

from locstore.prompt.backdrop import backdrop_size, make_backdrop_prompt
from locstore.prompt.price import Estimate, bill, estimate
from locstore.prompt.prompt import (
    MAX_CHARACTERS,
    PROMPT_VERSION,
    PromptTooLong,
    block_names,
    make_prompt,
    reference_images,
)
from locstore.prompt.repair import Correction, make_edit_prompt, make_repair_prompt
from locstore.prompt.sizes import ImageModel, RequestSize, end_of_model, image_models, request_size

__all__ = [
    "MAX_CHARACTERS",
    "PROMPT_VERSION",
    "Correction",
    "Estimate",
    "ImageModel",
    "PromptTooLong",
    "RequestSize",
    "backdrop_size",
    "bill",
    "block_names",
    "end_of_model",
    "estimate",
    "image_models",
    "make_backdrop_prompt",
    "make_edit_prompt",
    "make_prompt",
    "make_repair_prompt",
    "reference_images",
    "request_size",
]
