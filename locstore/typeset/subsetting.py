"""Small fonts for pages that show words: the faces of the font packages, cut down to the letters that are wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import uharfbuzz as hb

from locstore.typeset.fonts import Face, FontLibrary
from locstore.typeset.itemize import FontFallback, itemize


def web_fonts(library: FontLibrary, texts: Iterable[str], *, weight: int) -> tuple[bytes, ...]:
    """Font files (OpenType, at one weight) that together hold the characters of `texts`, as far as packages have them.

    Only the packages' faces, whose licence lets anybody embed them: a project's own fonts may not be passed on. A
    browser tries them in this order; glyphs that joining and stacking letters need, and those of the languages, stay
    in. Emoji are left to the browser.
    """
    chooser = FontFallback(library, (), weight)
    wanted: dict[Face, set[int]] = defaultdict(set)
    for text in texts:
        for cluster in itemize(text, chooser):
            face = cluster.face
            if face is not None and face.file.source == "package" and not face.color:
                wanted[face] |= {ord(char) for char in text[cluster.start : cluster.end]}
    # Faces for the Latin script first: digits and spaces among other letters are theirs.
    order = {face: place for place, face in enumerate(chooser.ranked("Latn"))}
    return tuple(_subset(face, wanted[face], weight) for face in sorted(wanted, key=lambda face: order[face]))


def _subset(face: Face, characters: set[int], weight: int) -> bytes:
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(characters | {0x20})
    low, high = face.weights
    if low < high:
        wanted.pin_all_axes_to_default(face.hb_face)
        wanted.pin_axis_location(face.hb_face, "wght", float(min(max(weight, low), high)))
    return bytes(wanted.subset(face.hb_face).blob.data)
