"""Words and phrases of Japanese, Chinese and Thai: what a line keeps whole where no spaces show it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from locstore.typeset.unicode_data import script
from locstore.typeset.word_lists import compounds

if TYPE_CHECKING:
    from budoux import Parser

_SHORT_KATAKANA = 3
# One-character words of Chinese that stand alone; any other single character may be half a word.
_FREE_CHARACTERS = frozenset(
    "的了着過过吗嗎呢吧啊们們里裡中上下得地在把被和与與或让讓给給对對从從向为為用不没沒每这這那更最很还還也就都再请請一只可将將比"
    "因以帮幫替你我他她它您谁誰各第约約是有去来來到做看说說听聽学學写寫读讀拍想要会會能买買卖賣吃喝玩找问問选選等又才已多少好快"
    "新大小高低长長短元个個位款种種株盆次天年月日人张張首家分秒点點号號及而但若如即让由于於所其此该該"
)


@cache
def _japanese_parser() -> Parser:
    from budoux import load_default_japanese_parser

    return load_default_japanese_parser()


@cache
def japanese_phrases(text: str) -> frozenset[int]:
    """Where a Japanese phrase (bunsetsu) ends, as code point offsets (BudouX)."""
    ends = itertools.accumulate(len(phrase) for phrase in _japanese_parser().parse(text))
    return frozenset(ends) - {len(text)}


def _kind(char: str) -> str:
    if char in "ー・":
        return "Kana"
    return script(char)


def japanese_words(text: str, ends: Sequence[int]) -> set[int]:
    """Where a word inside a phrase may end, out of the word `ends` of ICU's dictionary.

    Not before hiragana (a particle or an ending), not beside a single character, and not beside a piece of a
    katakana word that the dictionary does not know: it cuts such words into scraps of one and two letters.
    """
    words = [(a, b) for a, b in itertools.pairwise([0, *sorted(ends), len(text)]) if a < b]
    merged: list[tuple[int, int]] = []
    for start, end in words:
        if merged:
            before = merged[-1]
            short = end - start < _SHORT_KATAKANA or before[1] - before[0] < _SHORT_KATAKANA
            if short and _kind(text[before[1] - 1]) == _kind(text[start]) == "Kana":
                merged[-1] = (before[0], end)
                continue
        merged.append((start, end))
    found = set()
    for (a, middle), (_, b) in itertools.pairwise(merged):
        alone = middle - a < 2 or b - middle < 2
        if not alone and _kind(text[middle]) != "Hira" and text[middle].isalpha():
            found.add(middle)
    return found


def chinese_words(text: str, ends: Sequence[int]) -> tuple[set[int], set[int]]:
    """(sure, doubtful) word ends of Chinese, out of the word `ends` of ICU's dictionary.

    An end is doubtful beside a single character that is no word of its own: the dictionary lacks many compounds
    (客|服, 支付|宝). Compounds of our own list are whole.
    """
    inside: set[int] = set()
    edges: set[int] = set()
    pattern = compounds("zh")
    for match in pattern.finditer(text) if pattern is not None else ():
        inside.update(range(match.start() + 1, match.end()))
        edges.update(match.span())
    kept = sorted((set(ends) | edges) - inside - {0, len(text)})
    sure: set[int] = set()
    doubtful: set[int] = set()
    cuts = [0, *kept, len(text)]
    for a, middle, b in zip(cuts, cuts[1:], cuts[2:], strict=False):
        halves = [text[x:y] for x, y in ((a, middle), (middle, b)) if y - x == 1 and text[x:y] not in _FREE_CHARACTERS]
        between = text[middle - 1].isalnum() and text[middle].isalnum() and middle not in edges
        suspect = between and any(script(half) == "Hani" for half in halves)
        (doubtful if suspect else sure).add(middle)
    return sure, doubtful
