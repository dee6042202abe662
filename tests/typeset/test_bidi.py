"""UAX #9 on every case of Unicode's two conformance files, and what those files leave open."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.typeset.bidi import (
    REMOVED,
    embedding_levels,
    line_levels,
    paragraph_level,
    visual_order,
    visual_runs,
)
from locstore.typeset.unicode_data import bidi_class

DATA = Path(__file__).parent / "data"
SHOWN = 5  # failures in a message
LRE, RLE, PDF, LRO, RLO = "\u202a\u202b\u202c\u202d\u202e"
LRI, RLI, FSI, PDI = "\u2066\u2067\u2068\u2069"
ZWNJ = "\u200c"
ALEF, BET, GIMEL = "\u05d0\u05d1\u05d2"
BEH, THREE, MARK = "\u0628", "\u0663", "\u0301"

ISOLATES = LRI + RLI + FSI + PDI
SEPARATORS = "\n\u2029"
INNER = "ab1" + ALEF + BEH + THREE + MARK + ZWNJ + "+,$.! \t()[]\u2329\u3009" + LRE + RLE + PDF + LRO + RLO
texts = st.text(INNER + ISOLATES + SEPARATORS, max_size=40)
bases = st.sampled_from([0, 1])


def numbered_lines(name: str) -> Iterator[tuple[int, str]]:
    with lzma.open(DATA / name, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.startswith(("#", "\n")):
                yield number, line.rstrip("\n")


def parse_levels(text: str) -> list[int]:
    return [REMOVED if level == "x" else int(level) for level in text.split()]


def complain(name: str, failures: list[str]) -> str:
    return "\n".join([f"{name}: {len(failures)} failures, first:", *failures[:SHOWN]])


def test_every_case_of_bidi_test() -> None:
    """Each line: classes and a bit set of paragraph directions (1 auto, 2 left to right, 4 right to left)."""
    lines = runs = 0
    levels: list[int] = []
    failures: list[str] = []
    for number, line in numbered_lines("BidiTest.txt.xz"):
        if line.startswith("@Levels:"):
            levels = parse_levels(line.partition(":")[2])
        elif line.startswith("@Reorder:"):
            # L2 sees nothing but the levels, so one look serves all lines that have these.
            order = [int(index) for index in line.partition(":")[2].split()]
            if visual_order(levels) != order:
                failures.append(f"line {number}: {levels} in order {visual_order(levels)}, expected {order}")
        else:
            classes, bits = line.split(";")
            names = classes.split()
            lines += 1
            got: dict[int, list[int]] = {}
            for bit, direction in ((1, None), (2, 0), (4, 1)):
                if int(bits) & bit:
                    runs += 1
                    # Once its level is known, an automatic paragraph resolves as one with that level given
                    # (test_automatic_base), and a line asks for each of the two levels once.
                    base = paragraph_level(names) if direction is None else direction
                    if base not in got:
                        got[base] = line_levels(names, embedding_levels(names, base)[1], base, 0, len(names))
                    if got[base] != levels:
                        failures.append(f"line {number}: {line}, base {base}: {got[base]}, expected {levels}")
    assert not failures, complain("BidiTest.txt", failures)
    assert (lines, runs) == (490_846, 770_241)


def test_every_case_of_bidi_character_test() -> None:
    """Each line: code points; direction (0, 1, 2 auto); paragraph level; levels; visual order."""
    cases = 0
    failures: list[str] = []
    for number, line in numbered_lines("BidiCharacterTest.txt.xz"):
        codes, direction, level, levels, order = line.split(";")
        text = "".join(chr(int(code, 16)) for code in codes.split())
        cases += 1
        base, resolved = embedding_levels(text, None if direction == "2" else int(direction))
        got = line_levels(text, resolved, base, 0, len(text))
        if base != int(level) or got != parse_levels(levels):
            failures.append(f"line {number}: {codes};{direction}: {base}, {got}, expected {level}, {levels}")
        elif visual_order(got) != [int(index) for index in order.split()]:
            failures.append(f"line {number}: {codes}: {visual_order(got)}, expected {order}")
    assert not failures, complain("BidiCharacterTest.txt", failures)
    assert cases == 91_707


@given(texts)
def test_automatic_base(text: str) -> None:
    level = paragraph_level(text)
    assert embedding_levels(text) == embedding_levels(text, level)
    assert embedding_levels(text)[0] == level


@given(texts.filter(lambda text: not set(text) & set("()[]\u2329\u3009")), bases)
def test_classes_give_the_levels_of_a_text_without_brackets(text: str, base: int) -> None:
    classes = [bidi_class(char) for char in text]
    assert embedding_levels(classes, base) == embedding_levels(text, base)


@given(texts, bases, st.data())
def test_a_line_keeps_every_character_once(text: str, base: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found, paragraph = embedding_levels(text, base)
    levels = line_levels(text, paragraph, base, start, end)
    order = visual_order(levels)
    assert found == base
    assert len(paragraph) == len(text)
    assert len(levels) == end - start
    assert sorted(order) == [i for i, level in enumerate(levels) if level != REMOVED]

    runs = visual_runs(text, levels, start, end)
    assert sorted(i for first, last, _ in runs for i in range(first, last)) == list(range(start, end))
    drawn = [i for first, last, level in runs for i in range(first, last)[:: -1 if level % 2 else 1]]
    assert [i - start for i in drawn if levels[i - start] != REMOVED] == order


@given(texts, st.text(INNER, max_size=15), st.text(INNER, max_size=15), texts, st.sampled_from(LRI + RLI + FSI))
def test_what_is_in_an_isolate_changes_nothing_outside(
    before: str, one: str, other: str, after: str, initiator: str
) -> None:
    def outside(inner: str) -> tuple[int, list[int]]:
        base, levels = embedding_levels(before + initiator + inner + PDI + after)
        return base, levels[: len(before) + 1] + levels[len(before) + 1 + len(inner) :]

    # FSI itself stands outside, and takes no level from its content either.
    assert outside(one) == outside(other)


@given(st.text("abc 123.,()-+$\u00e9\u4e2d\t\n", max_size=40))
def test_left_to_right_text_is_level_0(text: str) -> None:
    assert embedding_levels(text) == embedding_levels(text, 0) == (0, [0] * len(text))
    assert visual_runs(text, [0] * len(text), 0, len(text)) == ([(0, len(text), 0)] if text else [])


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", 0),
        ("12 +", 0),
        (f"1 {ALEF}a", 1),
        (f"{BEH}a", 1),
        (f"{RLI}{ALEF}{PDI}a", 0),
        (f"{LRI}a{PDI}{ALEF}", 1),
        (f"{RLI}{ALEF}", 0),
        (f"{PDI}{ALEF}", 1),
        (f"\n{ALEF}", 0),
    ],
)
def test_paragraph_level(text: str, level: int) -> None:
    assert paragraph_level(text) == level


def test_a_paragraph_separator_ends_embeddings_and_isolates() -> None:
    text = f"a{RLE}{RLI}b\nc{PDI}d"
    assert embedding_levels(text, 0) == (0, [0, REMOVED, 1, 4, 0, 0, 0, 0])
    assert embedding_levels(f"{ALEF}\na") == (1, [1, 1, 2])


def test_blanks_at_a_line_end_have_the_base_level() -> None:
    text = f"{ALEF} {BET} a"
    base, levels = embedding_levels(text, 0)
    assert levels == [1, 1, 1, 0, 0]
    assert line_levels(text, levels, base, 0, 2) == [1, 0]
    assert line_levels(text, levels, base, 2, 5) == [1, 0, 0]
    tabbed = f"{ALEF} {RLE}\t{BET}"
    base, levels = embedding_levels(tabbed, 0)
    assert line_levels(tabbed, levels, base, 0, 5) == [1, 0, REMOVED, 0, 1]


def test_price_and_name_in_hebrew() -> None:
    text = f"{ALEF}{BET} 12.5 (App) {GIMEL}"
    base, levels = embedding_levels(text, 1)
    levels = line_levels(text, levels, base, 0, len(text))
    assert visual_runs(text, levels, 0, len(text)) == [
        (12, 15, 1),
        (9, 12, 2),
        (7, 9, 1),
        (3, 7, 2),
        (0, 3, 1),
    ]


def test_removed_characters_stay_with_their_run() -> None:
    text = f"{BEH}{ZWNJ}{BEH} a{ZWNJ}"
    levels = line_levels(text, embedding_levels(text, 0)[1], 0, 0, 6)
    assert levels == [1, REMOVED, 1, 0, 0, REMOVED]
    assert visual_runs(text, levels, 0, 6) == [(0, 3, 1), (3, 6, 0)]
    assert visual_runs(text, levels[1:], 1, 6) == [(1, 3, 1), (3, 6, 0)]
    assert visual_runs(ZWNJ, [REMOVED], 0, 1) == [(0, 1, 0)]


def test_canonical_equivalents_pair() -> None:
    # Unpaired, the closing bracket between Hebrew and Latin would take the paragraph's direction.
    text = f"a{ALEF}\u2329{BET}\u3009a"
    assert embedding_levels(text, 0)[1] == [0, 1, 1, 1, 1, 0]
    assert embedding_levels(text.replace("\u3009", ")"), 0)[1] == [0, 1, 1, 1, 0, 0]


def test_brackets_paired_before_the_stack_is_full_stay_paired() -> None:
    text = f"a{ALEF}({BET})a"
    assert embedding_levels(text, 0)[1] == [0, 1, 1, 1, 1, 0]
    assert embedding_levels(text + "(" * 64, 0)[1][:6] == [0, 1, 1, 1, 1, 0]
    late = "(" * 64 + text
    assert embedding_levels(late, 0)[1][64:] == [0, 1, 1, 1, 0, 0]


@pytest.mark.parametrize("control", [RLE, LRE, RLO, LRO, RLI, LRI])
def test_embeddings_stop_at_level_125(control: str) -> None:
    deepest = max(embedding_levels(f"{control * 200}{ALEF}1", 0)[1])
    assert 124 <= deepest <= 126


def test_an_isolate_too_deep_to_count_still_shields_the_embedding_around_it() -> None:
    text = f"{RLE * 63}{LRI}{PDF}{PDI}{ALEF}{PDF}{ALEF}"
    assert embedding_levels(text, 0)[1][63:] == [125, REMOVED, 125, 125, REMOVED, 123]


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="base level is 0, 1 or None, not 2"):
        embedding_levels("a", 2)
    with pytest.raises(ValueError, match=r"line \[1, 2\) of 3 code points cannot have 3 levels"):
        visual_runs("abc", [0, 0, 0], 1, 2)
    with pytest.raises(ValueError, match=r"line \[2, 4\)"):
        visual_runs("abc", [0, 0], 2, 4)
