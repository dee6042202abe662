"""Reference images and masks of an edit: checked by looking into them, not by their names."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import io
import re

from PIL import Image, UnidentifiedImageError

from images_server import errors
from images_server.errors import ApiError

_FORMATS = frozenset({"PNG", "JPEG", "WEBP"})
_LARGEST = 50 * 1024 * 1024
_DATA_URI = re.compile(r"data:image/[a-z+.-]+;base64,", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """An image file as it came, its size in pixels, and whether it has alpha."""

    data: bytes
    format: str
    size: tuple[int, int]
    alpha: bool


def from_bytes(data: bytes, param: str, number: int = 1) -> Reference:
    """Raises ApiError for what is not a PNG, JPEG or WebP below 50 MB."""
    if len(data) >= _LARGEST:
        raise errors.bad_image(f"Image {number} is too large: it must be less than 50MB.", param, "file_too_large")
    try:
        with Image.open(io.BytesIO(data), formats=sorted(_FORMATS)) as image:
            alpha = "A" in image.getbands() or "transparency" in image.info
            return Reference(data, image.format or "", image.size, alpha)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise errors.bad_image(
            f"Invalid image file or mode for image {number}, please check your image file.", param
        ) from error


def from_json(value: object, param: str) -> Reference:
    """Of {"image_url": "data:..."}. Raises ApiError; files by id are not kept here, so none is found."""
    if not isinstance(value, dict):
        raise errors.invalid_type(param, "an object", value)
    for name in value:
        if name not in {"image_url", "file_id"}:
            raise errors.unknown_parameter(f"{param}.{name}")
    if "file_id" in value:
        raise ApiError(404, f"No such File object: {value['file_id']}", param=f"{param}.file_id", code="not_found")
    if "image_url" not in value:
        raise errors.missing_parameter(f"{param}.image_url")
    url = value["image_url"]
    if not isinstance(url, str):
        raise errors.invalid_type(f"{param}.image_url", "a string", url)
    matched = _DATA_URI.match(url)
    if matched is None:
        raise errors.bad_image(f"Failed to download image from {url[:100]}.", f"{param}.image_url", "invalid_image_url")
    try:
        data = base64.b64decode(url[matched.end() :], validate=True)
    except binascii.Error as error:
        raise errors.bad_image("Invalid base64 image_url.", f"{param}.image_url", "invalid_base64") from error
    return from_bytes(data, param)


def check_mask(mask: Reference, first: Reference) -> None:
    """Raises ApiError if it is no PNG with alpha of the first image's size."""
    if mask.format != "PNG" or not mask.alpha:
        raise errors.bad_image("Invalid mask image format - mask must be a PNG with an alpha channel.", "mask")
    if mask.size != first.size:
        raise errors.bad_image("Invalid mask image format - mask size does not match image size.", "mask")
