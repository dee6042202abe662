"""Which grapheme clusters are meant as colour pictures (UTS #51, Unicode 16.0)."""

from __future__ import annotations

import re
from functools import lru_cache

_TEXT_STYLE, _EMOJI_STYLE = "\ufe0e", "\ufe0f"
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
# Emoji_Presentation outside the pictograph blocks (emoji-data 16.0); in those everything is emoji.
_PRESENTATION = re.compile(
    "[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab"
    "\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e"
    "\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f21a\U0001f22f\U0001f232-\U0001f236"
    "\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f1e6-\U0001faff]"
)
# Text by Unicode's default, but no screenshot means the outlined dingbat: phones show a red heart without U+FE0F too.
_HEARTS = frozenset("\u2763\u2764")


@lru_cache(maxsize=8192)
def is_emoji(cluster: str) -> bool:
    """Whether a grapheme cluster is meant as a colour picture.

    U+FE0E asks for text and U+FE0F for a picture; without them a skin tone, a character with Emoji_Presentation or a
    heart makes one.
    """
    if _TEXT_STYLE in cluster:
        return False
    first = cluster[0]
    return (
        _EMOJI_STYLE in cluster
        or first in _HEARTS
        or _PRESENTATION.match(first) is not None
        or _SKIN_TONES.search(cluster) is not None
    )
