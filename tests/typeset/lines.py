"""Texts as lines for the tests of breaks: pieces between opportunities, and headlines set in a box."""

from __future__ import annotations

import itertools

from locstore.typeset import Box, FontLibrary, StyledText, TextLayout, TextStyle, parse_highlight, typeset
from locstore.typeset.segment import Quality, break_opportunities


def pieces(text: str, language: str, worst: Quality = Quality.GOOD, keep_together: tuple[str, ...] = ()) -> list[str]:
    """The text cut at every opportunity that is no worse than `worst`."""
    breaks = break_opportunities(text, language, keep_together)
    cuts = [0, *(b.position for b in breaks if b.quality <= worst), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(cuts)]


def headline(
    library: FontLibrary,
    markup: str,
    language: str,
    width: float,
    *,
    height: float = 420,
    sizes: tuple[float, float] = (64, 132),
    hyphenate: bool = False,
    keep_together: tuple[str, ...] = (),
    max_lines: int = 3,
) -> TextLayout:
    """A headline of `markup` in the sizes of the sample's phone (pixels)."""
    marked = parse_highlight(markup)
    words = StyledText(
        text=marked.text,
        language=language,
        direction="rtl" if language in ("ar", "he", "ur", "fa") else "ltr",
        highlights=marked.highlights,
        slot="headline",
        keep_together=keep_together,
    )
    style = TextStyle(min_size=sizes[0], max_size=sizes[1], max_lines=max_lines, hyphenate=hyphenate)
    return typeset(words, style, Box(0, 0, width, height), library)


def shown(layout: TextLayout) -> str:
    """The lines with `|` between them."""
    return "|".join(line.text.strip() for line in layout.lines)
