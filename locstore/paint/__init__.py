"""Painters and encoders: a Composition to pixels, pixels to files of exact size."""

from locstore.paint.encode import encode
from locstore.paint.fit_to_display import TOLERANCE, Conformed, conform, proportions_off
from locstore.paint.inpaint import typeset_over
from locstore.paint.local import Backdrop, LocalPainter, Painter
from locstore.paint.pictures import UnreadablePicture, check_picture, picture_size
from locstore.paint.placeholder import placeholder_capture
from locstore.paint.png import encode_png, encoder_name
from locstore.paint.surface import Pixels

__all__ = [
    "TOLERANCE",
    "Backdrop",
    "Conformed",
    "LocalPainter",
    "Painter",
    "Pixels",
    "UnreadablePicture",
    "check_picture",
    "conform",
    "encode",
    "encode_png",
    "encoder_name",
    "picture_size",
    "placeholder_capture",
    "proportions_off",
    "typeset_over",
]
