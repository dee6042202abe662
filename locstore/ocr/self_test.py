"""The self-test: typesets the words, clean and with a mark less, and finds out what the readers cannot see in them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from locstore.files import write_whole
from locstore.ocr.components import marks_over_letters
from locstore.ocr.engine import Pixels
from locstore.ocr.ensemble import OcrEnsemble, OcrEnsembles
from locstore.ocr.judge import judge
from locstore.ocr.lines import islands
from locstore.ocr.normalize import fold, is_sign
from locstore.ocr.prepare import Prepared, SearchRegion, prepare
from locstore.ocr.vote import unheard_letters
from locstore.readings import Verdict
from locstore.typeset import Box, FontLibrary, StyledText, TextLayout, TextStyle, rasterise, typeset

_VERSION = 2  # raise it when the same words may get another result
_SIZE = 64.0  # pixels of an em
_WIDTH = 1100.0
_MARGIN = 40
_PLAIN_WEIGHT = 500
_MOST = 6  # kinds of marks that are tried for one slot's words
_JOINING = ("\u0600", "\u08ff")
_ZWNJ = "\u200c"
_LOOSE = 1  # islands more than in our own setting: true words of other faces have no more, one word apart has two
# Characters that differ by a hair: a reader that expects the usual word reads the usual one.
_PAIRS = "入人 未末 土士 己已 千干 天夭 大太 白自 王玉 水永 木本 今令 拔拨 侯候 ソン シツ"
_TWINS = {pair[i]: pair[1 - i] for pair in _PAIRS.split() for i in (0, 1)}


@dataclasses.dataclass(frozen=True, slots=True)
class Variant:
    """The words made wrong: `missing` names what was taken away or done, `mirrored` turns the picture over."""

    missing: str
    text: str
    mirrored: bool = False


def variants(text: str) -> list[Variant]:
    """Words that look nearly like `text` and must not be read as it.

    A mark less, a character's twin, Arabic letters that do not join, mirrored words.
    """
    found: dict[str, Variant] = {}
    parts = unicodedata.normalize("NFD", text)
    base = ""
    for i, char in enumerate(parts):
        if unicodedata.category(char) in {"Mn", "Mc"}:
            name = unicodedata.normalize("NFC", base + char)
            found.setdefault(name, Variant(name, unicodedata.normalize("NFC", parts[:i] + parts[i + 1 :])))
        else:
            base = char
    chosen = list(found.values())[:_MOST]
    for i, char in enumerate(text):
        twin = _TWINS.get(char)
        if twin is not None and not any(variant.missing == char for variant in chosen):
            chosen.append(Variant(char, text[:i] + twin + text[i + 1 :]))
    if any(_JOINING[0] <= char <= _JOINING[1] for char in text):
        chosen.append(Variant("joined letters", _apart(text)))
        chosen.append(Variant("the direction of letters", text, mirrored=True))
    return chosen


def _apart(text: str) -> str:
    """Letters that would join, each by itself."""
    pairs = zip(text, text[1:] + " ", strict=True)
    return "".join(c + _ZWNJ if _may_join(c) and _may_join(after) else c for c, after in pairs)


def _may_join(char: str) -> bool:
    return _JOINING[0] <= char <= _JOINING[1] and unicodedata.category(char) in {"Lo", "Mn"}


def _without_signs(words: StyledText) -> StyledText:
    """Emoji are not read, and so are no part of the test."""
    kept = "".join(char for char in words.text if not is_sign(char)).strip()
    return dataclasses.replace(words, text=kept, highlights=())


class SelfTest:
    """Runs self-tests and keeps their results, in `store` by the digest of everything that decides them."""

    def __init__(self, library: FontLibrary, ensembles: OcrEnsembles, store: Path | None) -> None:
        self._library = library
        self._ensembles = ensembles
        self._store = store
        self._known: dict[str, Any] = {}

    def tuned(self, ensemble: OcrEnsemble, words: StyledText, weight: int) -> OcrEnsemble:
        """The panel, with the letters of these words that its other engine has no say on."""
        words = _without_signs(words)
        if ensemble.other is None or not words.text:
            return ensemble
        setting = self._set(words, words.text, weight)
        key = self._key("deaf", words, setting, ensemble)
        found = self._recall(key)
        if not isinstance(found, list):
            pixels, place = _painted(setting, self._library)
            readings = ensemble.other_readings(prepare(pixels, place))
            found = sorted(unheard_letters(words.text, readings, words.language))
            self._keep(key, found)
        return dataclasses.replace(ensemble, unreadable_by_second_engine=frozenset(found))

    def clean_distance(self, words: StyledText, weight: int, ensemble: OcrEnsemble) -> float:
        """How far the reading of the clean words is from them: 0.0 when the readers can read them."""
        words = _without_signs(words)
        setting = self._set(words, words.text, weight)
        key = self._key("clean", words, setting, ensemble)
        found = self._recall(key)
        if not isinstance(found, float):
            pixels, place = _painted(setting, self._library)
            judgement = judge(prepare(pixels, place), setting, self._ensembles, ensemble, words.language)
            is_read = judgement.verdict in {Verdict.EXACT, Verdict.LIKELY}
            found = 0.0 if is_read or judgement.distance is None else judgement.distance
            self._keep(key, found)
        return found

    def blind_for(self, words: StyledText, weight: int, ensemble: OcrEnsemble) -> tuple[str, ...]:
        """What could be missing from the words in a picture without the readers telling."""
        words = _without_signs(words)
        setting = self._set(words, words.text, weight)
        key = self._key("blind", words, setting, ensemble)
        found = self._recall(key)
        if not isinstance(found, list):
            wanted = fold(words.text, words.language)
            found = [
                variant.missing
                for variant in variants(words.text)
                if (
                    variant.mirrored
                    or variant.missing == "joined letters"
                    or fold(variant.text, words.language) != wanted
                )
                and self._passes(variant, setting, words, weight, ensemble)
            ]
            self._keep(key, found)
        return tuple(found)

    def joins(self, words: StyledText, weight: int, ways: Sequence[Prepared]) -> bool:
        """Whether letters that should join do: ink in no more islands than in our own setting of the words, or one."""
        apart = _apart(words.text)
        if apart == words.text:
            return True
        key = f"islands {words.language} {words.direction} {weight} {words.text}"
        limits: list[int] | None = self._known.get(key)
        if limits is None:
            limits = [self._islands(self._set(words, text, weight)) for text in (words.text, apart)]
            self._known[key] = limits
        joined, broken = limits
        return broken <= joined or not ways or islands(ways[0].lines) <= joined + _LOOSE

    def marks(self, words: StyledText) -> tuple[float, ...]:
        """How the marks over letters lean in our own setting of the words, in a weight that keeps them apart."""
        key = f"marks {words.language} {words.direction} {words.text}"
        found: tuple[float, ...] | None = self._known.get(key)
        if found is None:
            pixels, place = _painted(self._set(words, words.text, _PLAIN_WEIGHT), self._library)
            found = max((marks_over_letters(way.lines) for way in prepare(pixels, place)), key=len, default=())
            self._known[key] = found
        return found

    def _islands(self, setting: TextLayout) -> int:
        pixels, place = _painted(setting, self._library)
        ways = prepare(pixels, place)
        return islands(ways[0].lines) if ways else 0

    def _passes(
        self, variant: Variant, clean: TextLayout, words: StyledText, weight: int, ensemble: OcrEnsemble
    ) -> bool:
        """Whether the wrong words are taken for the right ones."""
        painted = self._set(words, variant.text, weight)
        pixels, place = _painted(painted, self._library)
        if variant.mirrored:
            pixels = np.ascontiguousarray(pixels[:, ::-1])
            mirrored = Box(pixels.shape[1] - place.box.right, place.box.y, place.box.width, place.box.height)
            place = dataclasses.replace(place, box=mirrored)
        judgement = judge(prepare(pixels, place), clean, self._ensembles, ensemble, words.language, hasty=True)
        return judgement.verdict is Verdict.EXACT and self.joins(words, weight, judgement.ways)

    def _set(self, words: StyledText, text: str, weight: int) -> TextLayout:
        style = TextStyle(min_size=_SIZE, max_size=_SIZE, max_lines=12, weight=weight, align="start")
        plain = StyledText(text=text, language=words.language, direction=words.direction)
        return typeset(plain, style, Box(_MARGIN, _MARGIN, _WIDTH, 4000.0), self._library)

    def _key(self, kind: str, words: StyledText, setting: TextLayout, ensemble: OcrEnsemble) -> str:
        faces = sorted((face.sha256, face.weight) for face in setting.faces)
        parts = [_VERSION, kind, words.text, words.language, words.direction, ensemble.name, faces]
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(f"locstore-sight:{text}".encode()).hexdigest()

    def _recall(self, key: str) -> Any:
        if key not in self._known and self._store is not None:
            path = self._store / key[:2] / f"{key}.json"
            try:
                self._known[key] = json.loads(path.read_text(encoding="utf-8"))["result"]
            except (OSError, ValueError, KeyError, TypeError):
                return None  # not there, or broken: it is tested again and written anew
        return self._known.get(key)

    def _keep(self, key: str, result: Any) -> None:
        self._known[key] = result
        if self._store is not None:
            data = json.dumps({"result": result}, ensure_ascii=False).encode()
            write_whole(self._store / key[:2] / f"{key}.json", data)


def _painted(setting: TextLayout, library: FontLibrary) -> tuple[Pixels, SearchRegion]:
    """The words black on white, and where they stand."""
    ink = setting.ink or setting.box
    height, width = int(ink.bottom) + _MARGIN, int(max(ink.right, setting.box.x)) + _MARGIN
    canvas = np.full((height, width), 255, np.int16)
    for layer in rasterise(setting, library):
        if layer.alpha is None:
            continue
        x, y = max(0, layer.x), max(0, layer.y)
        part = canvas[y : y + layer.alpha.shape[0], x : x + layer.alpha.shape[1]]
        np.minimum(part, 255 - layer.alpha[: part.shape[0], : part.shape[1]].astype(np.int16), out=part)
    gray = canvas.astype(np.uint8)
    return np.stack([gray] * 3, axis=-1), SearchRegion(ink, setting.size)
