"""Pictures from outside as 8-bit sRGB: colour profiles converted, deep grey brought down."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


class UnusableProfile(Exception):
    """A picture's colour profile is damaged or of a kind that cannot be converted."""


def eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits as grey of 8; Pillow's own conversion takes all but the darkest for white."""
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype(np.int64) // 257
    grey = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    grey.info = dict(image.info)
    return grey


def opaque(image: Image.Image) -> Image.Image:
    """The colours without transparency, as RGB, or as grey or CMYK if the picture is."""
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("L" if image.mode == "LA" else "RGB")


def _rgb(image: Image.Image) -> Image.Image:
    """As RGB; a large picture that is RGB already is not copied."""
    return image if image.mode == "RGB" else image.convert("RGB")


def in_srgb(image: Image.Image) -> tuple[Image.Image, str | None]:
    """The colours as RGB in sRGB, and the name of the profile they were converted from, if they were.

    Without a profile they are taken for sRGB. Raises UnusableProfile.
    """
    profile = image.info.get("icc_profile")
    base = opaque(image)
    if not isinstance(profile, bytes) or not profile:
        return _rgb(base), None
    from PIL import ImageCms  # a tenth of a second that most runs need not wait for

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        description = "".join(c for c in ImageCms.getProfileDescription(source) if c.isprintable()).strip()[:60]
        if "srgb" in description.lower():
            return _rgb(base), None
        converted = ImageCms.profileToProfile(
            base,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        raise UnusableProfile(str(error)) from error
    return (_rgb(base) if converted is None else converted), description or "an unnamed profile"
