"""Conform: what an image model sent, brought to a display's exact pixels, or a finding that says why not."""

from __future__ import annotations

import dataclasses
import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from locstore.findings import Finding, Severity
from locstore.paint.color import UnusableProfile, eight_bits, in_srgb, opaque
from locstore.paint.pictures import DAMAGE, cover
from locstore.paint.surface import Color, Pixels

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")  # what servers of pictures answer with
_MAX_PIXELS = 50_000_000  # six times the largest picture that an images API paints
TOLERANCE = 0.08  # how far the ratio of a picture's edges may be off the display's
_ENLARGED = 1.05
_OPAQUE = 250  # of 255; anti-aliased corners must not tint the edge's colour


@dataclasses.dataclass(frozen=True, slots=True)
class FittedPicture:
    """The result: `pixels` uint8 of shape (height, width, 3) in sRGB, None if the picture cannot be decoded.

    With a finding of severity error the pixels are for looking at, not for a store. `came` is the picture's own size
    (width, height) in pixels, upright; `format` is png, jpeg, webp, gif or avif.
    """

    pixels: Pixels | None
    findings: tuple[Finding, ...]
    came: tuple[int, int] | None
    format: str | None


class _Unreadable(Exception):
    """The bytes cannot be decoded; the message says why in plain words."""


def fit_to_display(
    data: bytes,
    size: tuple[int, int],
    *,
    tolerance: float = TOLERANCE,
    asked: tuple[int, int] | None = None,
    shot: str | None = None,
) -> FittedPicture:
    """A picture of any size as exactly `size` (width, height) pixels: scaled to cover, cropped evenly, never stretched.

    `tolerance` is how far the ratio of its edges may be off; `asked` is the size that was asked for, if it was asked
    for in pixels; `shot` is named in the findings.
    """
    try:
        image, name = _decoded(data)
    except _Unreadable as error:
        return FittedPicture(None, (_finding("unreadable", str(error), Severity.ERROR, shot),), None, None)
    came = image.size
    flat, findings = _flat(image, shot)
    findings += _size_findings(came, size, tolerance, asked, shot)
    if came != size:
        flat = cover(flat, size)
    return FittedPicture(np.array(flat, dtype=np.uint8), tuple(findings), came, name)


def proportions_off(came: tuple[int, int], size: tuple[int, int]) -> float:
    """How far the ratio of the edges of two sizes (width, height) differs: 0 for the same shape, 0.5 for half more."""
    factor = (came[0] / came[1]) / (size[0] / size[1])
    return max(factor, 1 / factor) - 1


def _finding(what: str, message: str, severity: Severity, shot: str | None) -> Finding:
    return Finding(code=f"paint-picture-{what}", message=message, severity=severity, shot=shot)


def _decoded(data: bytes) -> tuple[Image.Image, str]:
    """The picture, upright, in the mode it came in, and its format."""
    with warnings.catch_warnings():
        # Pillow warns of large pictures and of odd metadata; our own limits decide.
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            width, height = image.size
            if width * height > _MAX_PIXELS:
                raise _Unreadable(f"The picture that came has {width}x{height} pixels, more than any model paints.")
            name = next((one for one in _FORMATS if image.format == one), "JPEG").lower()
            image.load()
            upright = ImageOps.exif_transpose(image)
        except UnidentifiedImageError:
            raise _Unreadable("What came is not a PNG, JPEG, WebP, GIF or AVIF picture. Ask for it again.") from None
        except Image.DecompressionBombError:
            raise _Unreadable("The picture that came is larger than any model paints.") from None
        except DAMAGE as error:
            raise _Unreadable(f"The picture that came is damaged: {str(error)[:100]}. Ask for it again.") from None
    return upright, name


def _flat(image: Image.Image, shot: str | None) -> tuple[Image.Image, list[Finding]]:
    """The picture as RGB in sRGB without alpha, and what had to be done for it."""
    findings: list[Finding] = []
    image = eight_bits(image)
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    color = _in_srgb(image, shot, findings)
    if alpha is None or alpha.getextrema() == (255, 255):
        return color, findings
    ground = _edge_color(color, alpha)
    message = f"The picture has transparent parts; they were filled with rgb{ground}."
    findings.append(_finding("alpha", message, Severity.NOTE, shot))
    return Image.composite(color, Image.new("RGB", color.size, ground), alpha), findings


def _in_srgb(image: Image.Image, shot: str | None, findings: list[Finding]) -> Image.Image:
    """The colours as sRGB, and what had to be done for it."""
    try:
        color, profile = in_srgb(image)
    except UnusableProfile:
        message = "The picture's colour profile cannot be used; its colours were taken for sRGB. Look at them."
        findings.append(_finding("profile", message, Severity.WARNING, shot))
        return opaque(image).convert("RGB")
    if profile is not None:
        message = f"The picture's colours were converted from {profile} to sRGB."
        findings.append(_finding("profile", message, Severity.NOTE, shot))
    return color


def _edge_color(image: Image.Image, alpha: Image.Image) -> Color:
    """What fills transparent parts: the mean colour of the opaque edge, white if most of the edge is not opaque."""
    colors, covered = np.asarray(image), np.asarray(alpha)
    edge = np.concatenate([colors[0], colors[-1], colors[:, 0], colors[:, -1]])
    opaque = np.concatenate([covered[0], covered[-1], covered[:, 0], covered[:, -1]]) >= _OPAQUE
    if opaque.mean() < 0.5:
        return (255, 255, 255)
    red, green, blue = (round(float(v)) for v in edge[opaque].mean(axis=0))
    return (red, green, blue)


def _size_findings(
    came: tuple[int, int],
    size: tuple[int, int],
    tolerance: float,
    asked: tuple[int, int] | None,
    shot: str | None,
) -> list[Finding]:
    findings = []
    painted, wanted = f"{came[0]}x{came[1]}", f"{size[0]}x{size[1]}"
    if asked is not None and asked != came:
        message = f"The server painted {painted} where {asked[0]}x{asked[1]} was asked for."
        findings.append(_finding("other-size", message, Severity.NOTE, shot))
    off = proportions_off(came, size)
    if off > tolerance:
        message = (
            f"The picture is {painted}, {off:.0%} off the proportions of {wanted}; at most {tolerance:.0%} is cropped. "
            "Ask for it again, or use a model that paints this size."
        )
        findings.append(_finding("too-far-off", message, Severity.ERROR, shot))
    scale = max(size[0] / came[0], size[1] / came[1])
    if scale > _ENLARGED:
        message = f"The picture is {painted} and was enlarged {scale:.2f} times for {wanted}; look at its sharpness."
        findings.append(_finding("enlarged", message, Severity.WARNING, shot))
    return findings
