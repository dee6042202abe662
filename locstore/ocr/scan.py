"""Finds lines of words without a detector: rows of ink on a quiet ground, cut where there are wide gaps."""

from __future__ import annotations

import numpy as np
from PIL import Image

from locstore.ocr.clean import as_ink, background, lightness_residues, to_lab
from locstore.ocr.engine import Pixels
from locstore.ocr.lines import bands
from locstore.typeset import Box

_EM = 16  # pixels of the letters' em size in the picture that is scanned
_GAP = 1.5  # em of no ink that part two lines beside each other
_LOW, _HIGH = 0.35, 2.4  # em that a line of words is high


def scan_lines(pixels: Pixels, size: float) -> list[Box]:
    """Boxes around what may be lines of words of about this em size (pixels), from top to bottom."""
    factor = _EM / size
    height, width = pixels.shape[:2]
    small = Image.fromarray(np.ascontiguousarray(pixels)).resize(
        (max(8, round(width * factor)), max(8, round(height * factor))), Image.Resampling.BOX
    )
    part = np.asarray(small)
    ink = as_ink(lightness_residues(to_lab(part), to_lab(background(part)))[0], _EM // 2)
    found = []
    for band in bands(ink, _EM * 1.15):
        if not _LOW * _EM <= band.bottom - band.top <= _HIGH * _EM:
            continue
        inked = np.flatnonzero((ink[band.top : band.bottom] > 0.4).any(axis=0))
        for run in np.split(inked, np.flatnonzero(np.diff(inked) > _GAP * _EM) + 1):
            if run.size >= _EM:
                left, right = run[0] / factor, (run[-1] + 1) / factor
                found.append(Box(left, band.top / factor, right - left, (band.bottom - band.top) / factor))
    return found
