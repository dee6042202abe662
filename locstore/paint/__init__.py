"""Painters and encoders: a Composition to pixels, pixels to files of exact size."""

from locstore.paint.contrast import luminance
from locstore.paint.encode import encode
from locstore.paint.fit_to_display import TOLERANCE, FittedPicture, fit_to_display, proportions_off
from locstore.paint.inpaint import replace_text
from locstore.paint.local import Backdrop, LocalPainter, Painter
from locstore.paint.pictures import UnreadablePicture, check_picture, picture_size
from locstore.paint.placeholder import placeholder_capture
from locstore.paint.png import encode_png, encoder_name
from locstore.paint.surface import Pixels

__all__ = [
    "TOLERANCE",
    "Backdrop",
    "FittedPicture",
    "LocalPainter",
    "Painter",
    "Pixels",
    "UnreadablePicture",
    "check_picture",
    "encode",
    "encode_png",
    "encoder_name",
    "fit_to_display",
    "luminance",
    "picture_size",
    "placeholder_capture",
    "proportions_off",
    "replace_text",
]
