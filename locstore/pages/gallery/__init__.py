"""The gallery: one HTML file with all pictures, by locale and by screen, findings beside each."""

from locstore.pages.gallery.page import render_gallery
from locstore.pages.gallery.picture import GalleryPicture, GallerySummary

__all__ = [
    "GalleryPicture",
    "GallerySummary",
    "render_gallery",
]
