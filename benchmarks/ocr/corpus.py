"""The seeded corpus: the sample's shots in every locale, true or corrupted on purpose, in ten styles."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from locstore.layout import Composition, compose
from locstore.ocr.normalize import fold
from locstore.paint import Pixels, picture_size
from locstore.project import FileDigests, open_project
from locstore.shots import Asset, Selection, Shot, SlotWords
from locstore.stores import apple_locale_codes, locale_for_apple
from locstore.typeset import Box, FontLibrary, StyledText, TextStyle, parse_highlight, rasterise, typeset

from .corruptions import Alphabet, Corruption, corrupt, kinds_for
from .styles import Darkroom, Style, other_library, styled

SEED = 20261123
# One tall phone and one of Google Play's, so that both shapes of canvas are met.
DISPLAYS = ("iphone_63", "play_phone")
REPOSITORY = Path(__file__).resolve().parents[2]
# Fewer pixels than this differ (at 80 px an em): no eye sees it, and no reader has to.
_SAME_LOOK = 12
# The code points stay as they are; the picture is wrong.
_ONLY_SEEN = frozenset({"unjoined", "mirrored"})


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One picture to paint and read.

    `truth` is the shot as asked for; `wrong` has the corruption of each corrupted slot (none in a true picture).
    """

    truth: Shot
    style: Style
    wrong: dict[str, Corruption]
    number: int


@dataclasses.dataclass(frozen=True, slots=True)
class Excluded:
    """Corruptions that were made and left out: the words compare as equal, or look the same to the pixel."""

    equal: int = 0
    same_look: int = 0


def apple_locales() -> tuple[str, ...]:
    """The gettext codes of the 50 locales of the App Store."""
    found = (locale_for_apple(code) for code in apple_locale_codes())
    return tuple(locale.gettext for locale in found if locale is not None)


def sample_shots(root: Path, locales: Sequence[str] = (), displays: Sequence[str] = DISPLAYS) -> dict[str, list[Shot]]:
    """The sample's shots by locale, displays mixed so that neighbours differ."""
    project = open_project(root)
    with project.ledger() as ledger:
        snapshot = project.snapshot(Selection(displays=tuple(displays)), FileDigests(ledger))
    by_locale: dict[str, list[Shot]] = {}
    for shot in snapshot.shots:
        code = shot.locale.gettext
        if not locales or code in locales:
            by_locale.setdefault(code, []).append(shot)
    for shots in by_locale.values():
        shots.sort(key=lambda s: (s.number + displays.index(s.display.id) * 2) % 5)
    return by_locale


@cache
def asset_size(asset: Asset) -> tuple[int, int]:
    return picture_size(asset.path)


class Corpus:
    """Makes and paints the cases of a locale; one for each process.

    `folders` are searched for the fonts of held-out styles, before the system's.
    """

    def __init__(self, folders: Sequence[Path], seed: int) -> None:
        self.library = FontLibrary.for_project(None)
        self._other = other_library(folders)
        self._room = Darkroom(self.library, self._other, seed)
        self._seed = seed

    def composition(self, case: Case) -> Composition:
        """What was asked for: the sample's own design, as the checker gets it."""
        return compose(case.truth, self.library, asset_size)

    def paint(self, case: Case) -> Pixels:
        """The picture, shape (height, width, 3): in another design than the composition says, as a model's would be."""
        shot = styled(case.truth, case.style)
        slots = tuple(
            dataclasses.replace(slot, markup=case.wrong[slot.id].markup) if slot.id in case.wrong else slot
            for slot in shot.slots
        )
        painted = compose(dataclasses.replace(shot, slots=slots), self._room.library(case.style), asset_size)
        mirrored = frozenset(slot for slot, how in case.wrong.items() if how.pixels == "mirror")
        return self._room.paint(painted, case.style, mirrored)

    def cases(
        self, shots: Sequence[Shot], styles: Sequence[Style], *, count: int, wrong: int
    ) -> tuple[list[Case], Excluded]:
        """`count` true pictures a style, and `wrong` corrupted ones of each: every slot has its own corruption."""
        alphabet = Alphabet.of([slot.markup for shot in shots for slot in shot.slots])
        cases: list[Case] = []
        equal = alike = 0
        for place, style in enumerate(styles):
            for number in range(count):
                shot = shots[(place * count + number) % len(shots)]
                cases.append(Case(shot, style, {}, len(cases)))
                rng = random.Random(f"{self._seed} {shot.key} {style.name}")
                queues = {slot.id: _kinds(slot.markup, rng) for slot in shot.slots}
                for _ in range(wrong):
                    made: dict[str, Corruption] = {}
                    for slot in shot.slots:
                        for how in _tries(slot.markup, queues[slot.id], alphabet, rng):
                            if how.kind not in _ONLY_SEEN and _compares_equal(slot, how):
                                equal += 1
                            elif not how.pixels and self._same_look(slot, how, style):
                                alike += 1
                            else:
                                made[slot.id] = how
                                break
                    cases.append(Case(shot, style, made, len(cases)))
        return cases, Excluded(equal, alike)

    def _same_look(self, slot: SlotWords, how: Corruption, style: Style) -> bool:
        library = self._room.library(style)
        first, second = (_drawn(markup, slot.language, library) for markup in (slot.markup, how.markup))
        if abs(first.shape[1] - second.shape[1]) > 2 or abs(first.shape[0] - second.shape[0]) > 2:
            return False
        height, width = (min(a, b) for a, b in zip(first.shape, second.shape, strict=True))
        apart = np.abs(first[:height, :width].astype(np.int16) - second[:height, :width]) > 96
        return int(apart.sum()) < _SAME_LOOK


def _compares_equal(slot: SlotWords, how: Corruption) -> bool:
    first, second = (parse_highlight(markup).text for markup in (slot.markup, how.markup))
    return fold(first, slot.language) == fold(second, slot.language)


def _kinds(markup: str, rng: random.Random) -> Iterator[str]:
    """Every kind that fits, in a seeded order, for ever."""
    kinds = kinds_for(markup)
    while True:
        rng.shuffle(kinds)
        yield from kinds


def _tries(markup: str, kinds: Iterator[str], alphabet: Alphabet, rng: random.Random) -> Iterator[Corruption]:
    for _ in range(24):
        how = corrupt(markup, next(kinds), alphabet, rng)
        if how is not None:
            yield how


def _drawn(markup: str, language: str, library: FontLibrary) -> npt.NDArray[np.uint8]:
    """The words on one line at 80 px an em, as a mask."""
    style = TextStyle(min_size=80, max_size=80, max_lines=1, align="start", weight=700)
    words = StyledText(text=parse_highlight(markup).text, language=language)
    setting = typeset(words, style, Box(0, 0, 40_000, 400), library)
    assert setting.ink is not None
    canvas = np.zeros((400, int(setting.ink.right) + 8), np.uint8)
    for layer in rasterise(setting, library):
        if layer.alpha is not None:
            x, y = max(0, layer.x), max(0, layer.y)
            part = canvas[y : y + layer.alpha.shape[0], x : x + layer.alpha.shape[1]]
            np.maximum(part, layer.alpha[: part.shape[0], : part.shape[1]], out=part)
    columns = np.flatnonzero(canvas.any(axis=0))
    return canvas[:, columns[0] :] if columns.size else canvas
