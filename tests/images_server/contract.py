"""The contract: reads an images request and refuses what the real API would refuse.

The rules stand here a second time, apart from the client's own tables, so that a slip in those is seen. Source:
images-api.md, 2026-11-22 (openai-python 3.54, OpenAI's OpenAPI document and image generation guide).
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from images_server import errors
from images_server.errors import ApiError
from images_server.http1 import Head
from images_server.multipart import read_form
from images_server.references import Reference, check_mask, from_bytes, from_json
from images_server.settings import Settings

GENERATIONS = "/v1/images/generations"
EDITS = "/v1/images/edits"

LONGEST_PROMPT = 32_000
_MOST_REFERENCES = 16

_RETIRED = re.compile(r"gpt-image-1(-2025-\d\d-\d\d)?|dall-e-[23]")
_FIXED_SIZES = ("1024x1024", "1024x1536", "1536x1024", "auto")
_OPENAI_KEYS = frozenset({
    "model", "prompt", "size", "quality", "output_format", "output_compression", "background", "moderation", "n",
    "stream", "partial_images", "user", "safety_identifier",
})  # fmt: skip
_GATEWAY_KEYS = frozenset({
    "model", "prompt", "mode", "size", "quality", "output_format", "background", "moderation", "n",
})  # fmt: skip
# Gateways agree on no table of names; these are the ones that locstore asks for by default.
_RATIOS = {
    "square_1_1": (1, 1), "vertical_2_3": (2, 3), "vertical_3_4": (3, 4), "vertical_9_16": (9, 16),
    "vertical_1_2": (1, 2), "vertical_3_1": (1, 3), "horizontal_3_2": (3, 2), "horizontal_4_3": (4, 3),
    "horizontal_16_9": (16, 9), "horizontal_2_1": (2, 1), "horizontal_3_1": (3, 1),
}  # fmt: skip
_NAMED_PIXELS = 2_097_152


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request that the API takes. `size` is in pixels, `quality` always low to max, `asked_quality` as written."""

    endpoint: Literal["generations", "edits"]
    model: str
    prompt: str
    size: tuple[int, int]
    quality: str
    asked_quality: str
    output_format: Literal["png", "jpeg", "webp"]
    compression: int
    n: int
    stream: bool = False
    partial_images: int = 0
    mode: str | None = None
    references: tuple[Reference, ...] = ()
    mask: Reference | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of a body, whichever way they came."""

    values: dict[str, Any]
    references: tuple[Reference, ...] = ()
    mask: Reference | None = None
    seen: frozenset[str] = frozenset()


def check_key(headers: Mapping[str, str], key: str) -> None:
    """Raises ApiError 401."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    given = given.strip()
    if scheme.lower() != "bearer" or not given:
        raise errors.missing_key()
    if given != key:
        raise errors.wrong_key(given)


def read_ask(head: Head, body: bytes, settings: Settings) -> Ask:
    """What is asked for. Raises ApiError for the first thing that is wrong, as the API does."""
    edits = head.path == EDITS
    fields = _read_fields(head, body, edits=edits)
    values = fields.values
    model = _model(values)
    allowed = _allowed(settings, model, edits=edits)
    for name in (*values, *sorted(fields.seen)):
        if name not in allowed:
            raise errors.unknown_parameter(name)
    prompt = _prompt(values)
    n = _integer(values, "n", 1, 1, 10)
    output_format = _choice(values, "output_format", ("png", "jpeg", "webp"), "png")
    _choice(values, "background", ("opaque", "auto"), "auto")
    _choice(values, "moderation", ("low", "auto"), "auto")
    for name in ("user", "safety_identifier", "size"):
        _string(values, name)
    compression = _integer(values, "output_compression", 100, 0, 100)
    if values.get("output_compression") is not None and output_format == "png":
        raise ApiError(
            400,
            "Compression less than 100 is not supported for PNG output format.",
            kind=errors.PICTURE,
            param="output_compression",
            code="invalid_value",
        )
    stream = _boolean(values, "stream")
    partial = _integer(values, "partial_images", 0, 0, 3)
    if edits and not fields.references:
        raise errors.missing_parameter("image")
    if len(fields.references) > _MOST_REFERENCES:
        raise ApiError(
            400,
            f"Invalid 'image': array too long. Expected an array with maximum length {_MOST_REFERENCES}, but got an "
            f"array with length {len(fields.references)} instead.",
            param="image",
            code="array_above_max_length",
        )
    if fields.mask is not None:
        check_mask(fields.mask, fields.references[0])
    size = values.get("size") or "auto"
    asked_quality, quality = _quality(values, settings, model)
    return Ask(
        endpoint="edits" if edits else "generations",
        model=model,
        prompt=prompt,
        size=gateway_size(size) if settings.dialect == "gateway" else openai_size(size, model),
        quality=quality,
        asked_quality=asked_quality,
        output_format=output_format,  # type: ignore[arg-type]
        compression=compression,
        n=n,
        stream=stream,
        partial_images=partial,
        mode=_mode(values, settings),
        references=fields.references,
        mask=fields.mask,
    )


def openai_size(size: str, model: str) -> tuple[int, int]:
    """Pixels of a size that the model takes. Raises ApiError of the type image_generation_user_error."""
    if model.startswith(("gpt-image-1.5", "gpt-image-1-mini")):
        if size not in _FIXED_SIZES:
            listed = ", ".join(f"'{known}'" for known in _FIXED_SIZES)
            raise errors.bad_size(size, f"Supported sizes are: {listed}.")
    elif size != "auto":
        width, height = _edges(size)
        if width % 16 or height % 16:
            raise errors.bad_size(size, "Width and height must both be divisible by 16.")
        if max(width, height) > 3840:
            raise errors.bad_size(size, "The longest edge must not exceed 3840 pixels.")
        if max(width, height) > 3 * min(width, height):
            raise errors.bad_size(size, "The aspect ratio must be between 1:3 and 3:1.")
        if not 655_360 <= width * height <= 8_294_400:
            raise errors.bad_size(size, "The total number of pixels must be between 655360 and 8294400.")
    return (1024, 1024) if size == "auto" else _edges(size)


def gateway_size(size: str) -> tuple[int, int]:
    """Pixels of a name or of WxH. Raises ApiError."""
    if size == "auto":
        return (1024, 1024)
    if size in _RATIOS:
        across, down = _RATIOS[size]
        unit = (_NAMED_PIXELS / (across * down)) ** 0.5
        return round(across * unit / 16) * 16, round(down * unit / 16) * 16
    if not re.fullmatch(r"\d+x\d+", size):
        raise errors.bad_size(size, f"Supported sizes are: {', '.join(_RATIOS)}, or WIDTHxHEIGHT.")
    width, height = _edges(size)
    if min(width, height) < 64 or max(width, height) > 4096:
        raise errors.bad_size(size, "Width and height must be between 64 and 4096.")
    return width, height


def _edges(size: str) -> tuple[int, int]:
    matched = re.fullmatch(r"([1-9]\d{0,5})x([1-9]\d{0,5})", size)
    if matched is None:
        raise errors.bad_size(size, "Expected WIDTHxHEIGHT, for example '1824x1024'.")
    return int(matched[1]), int(matched[2])


def _version(model: str) -> tuple[int, int]:
    """(2, 5) of gpt-image-2.5-flare; names that are not known are taken for the newest."""
    matched = re.match(r"gpt-image-(\d+)(?:\.(\d+))?", model)
    return (int(matched[1]), int(matched[2] or 0)) if matched else (99, 0)


def _allowed(settings: Settings, model: str, *, edits: bool) -> frozenset[str]:
    extra = {"image", "images", "mask"} if edits else set()
    if settings.dialect == "gateway":
        return _GATEWAY_KEYS | extra
    if _version(model) >= (2, 6):
        extra.add("complexity")
    # gpt-image-2 always works at high fidelity and refuses the field.
    if edits and _version(model) < (2, 0):
        extra.add("input_fidelity")
    return _OPENAI_KEYS | extra


def _read_fields(head: Head, body: bytes, *, edits: bool) -> _Fields:
    given = head.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    if kind == "application/json":
        return _json_fields(body, edits=edits)
    if edits and kind == "multipart/form-data":
        return _form_fields(body, given)
    wanted = "'application/json' or 'multipart/form-data'" if edits else "'application/json'"
    raise errors.content_type(given, wanted)


def _json_fields(body: bytes, *, edits: bool) -> _Fields:
    try:
        values = json.loads(body)
    except ValueError as error:
        raise errors.not_json() from error
    if not isinstance(values, dict):
        raise errors.not_json()
    if not edits:
        return _Fields(values)
    # `image` and `mask` as files exist only in a form.
    seen = frozenset(values.keys() & {"images", "mask"})
    images, mask = values.pop("images", None), values.pop("mask", None)
    if "image" in values:
        raise errors.unknown_parameter("image")
    if images is not None and not isinstance(images, list):
        raise errors.invalid_type("images", "an array of objects", images)
    references = tuple(from_json(image, f"images[{i}]") for i, image in enumerate(images or ()))
    return _Fields(values, references, None if mask is None else from_json(mask, "mask"), seen)


def _form_fields(body: bytes, content_type: str) -> _Fields:
    values: dict[str, Any] = {}
    references: list[Reference] = []
    mask = None
    for part in read_form(body, content_type):
        name = part.name.removesuffix("[]")
        if name in {"image", "mask"}:
            if part.filename is None:
                raise errors.invalid_type(name, "a file", part.data.decode("utf-8", "replace"))
            reference = from_bytes(part.data, name, len(references) + 1)
            if name == "image":
                references.append(reference)
            else:
                mask = reference
        elif part.filename is not None:
            raise errors.unknown_parameter(part.name)
        else:
            values[part.name] = _typed(part.name, part.data.decode("utf-8", "replace"))
    return _Fields(values, tuple(references), mask)


def _typed(name: str, text: str) -> object:
    """A form has only strings: those of numbers and truth values become what JSON would hold."""
    if name in {"n", "output_compression", "partial_images"} and re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    if name == "stream" and text in {"true", "false"}:
        return text == "true"
    return text


def _model(values: Mapping[str, Any]) -> str:
    model = _string(values, "model")
    if not model:
        raise errors.missing_parameter("model")
    if _RETIRED.fullmatch(model):
        raise errors.retired(model)
    return model


def _prompt(values: Mapping[str, Any]) -> str:
    prompt = _string(values, "prompt")
    if prompt is None:
        raise errors.missing_parameter("prompt")
    if not 1 <= len(prompt) <= LONGEST_PROMPT:
        raise errors.prompt_length(len(prompt), LONGEST_PROMPT)
    return prompt


def _quality(values: Mapping[str, Any], settings: Settings, model: str) -> tuple[str, str]:
    """As it is echoed, and as it is billed."""
    if settings.dialect == "gateway":
        quality = _choice(values, "quality", ("hd", "standard"), "standard")
        return quality, {"hd": "high", "standard": "medium"}[quality]
    choices = ["low", "medium", "high", "auto"]
    if _version(model) >= (2, 5):
        choices += ["xhigh", "max"]
    if _version(model) >= (2, 6):
        _choice(values, "complexity", ("low", "medium", "high"), "medium")
    quality = _choice(values, "quality", choices, "auto")
    chosen = "medium" if quality == "auto" else quality
    return chosen, chosen


def _mode(values: Mapping[str, Any], settings: Settings) -> str | None:
    if settings.dialect == "openai":
        return None
    if values.get("mode") is None and settings.mode == "required":
        raise errors.missing_parameter("mode")
    return _choice(values, "mode", ("instant", "thinking"), "instant")


def _string(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise errors.invalid_type(name, "a string", value)
    return value


def _choice(values: Mapping[str, Any], name: str, choices: Sequence[str], default: str) -> str:
    value = _string(values, name)
    if value is not None and value not in choices:
        raise errors.invalid_value(name, value, choices)
    return default if value is None else value


def _integer(values: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = values.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        raise errors.invalid_type(name, "an integer", value)
    if value > most:
        raise errors.out_of_range(name, value, most, "above")
    if value < least:
        raise errors.out_of_range(name, value, least, "below")
    return value


def _boolean(values: Mapping[str, Any], name: str) -> bool:
    value = values.get(name)
    if value is not None and not isinstance(value, bool):
        raise errors.invalid_type(name, "a boolean", value)
    return bool(value)
