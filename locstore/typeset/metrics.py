"""Vertical rhythm by script: how far apart lines stand and where the baseline sits in its line.

The figures are ours, judged by eye on headlines of two and three lines; font tables are no help, for Arabic
faces ask for 2.1 em and CJK faces for 1.45 em whatever the text.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Rhythm:
    """`line_height` is a multiple of the size; `rise` is how far below the line's middle the baseline is, in em."""

    line_height: float
    rise: float


_DEFAULT = Rhythm(1.14, 0.357)
_RHYTHM = {
    "Arab": Rhythm(1.42, 0.26),
    "Hebr": Rhythm(1.18, 0.32),
    "Deva": Rhythm(1.34, 0.30),
    "Beng": Rhythm(1.34, 0.30),
    "Gujr": Rhythm(1.34, 0.30),
    "Guru": Rhythm(1.34, 0.30),
    "Orya": Rhythm(1.36, 0.30),
    "Taml": Rhythm(1.34, 0.28),
    "Telu": Rhythm(1.42, 0.28),
    "Knda": Rhythm(1.40, 0.28),
    "Mlym": Rhythm(1.38, 0.28),
    "Sinh": Rhythm(1.38, 0.28),
    "Thai": Rhythm(1.36, 0.30),
    "Laoo": Rhythm(1.42, 0.30),
    "Khmr": Rhythm(1.60, 0.28),
    "Mymr": Rhythm(1.60, 0.28),
    "Hani": Rhythm(1.26, 0.38),
    "Hira": Rhythm(1.26, 0.38),
    "Kana": Rhythm(1.26, 0.38),
    "Hang": Rhythm(1.26, 0.36),
}

# Letters of these scripts join or stack along a head line: spacing would tear them apart.
UNSPACED = frozenset({"Arab", "Syrc", "Mong", "Nkoo", "Deva", "Beng", "Guru", "Orya", "Gujr", "Taml", "Telu"})


def rhythm(scripts: set[str]) -> Rhythm:
    """The roomiest rhythm among the scripts of a text, so that mixed lines do not touch."""
    found = [_RHYTHM[s] for s in sorted(scripts) if s in _RHYTHM]
    return max(found, key=lambda r: r.line_height, default=_DEFAULT)
