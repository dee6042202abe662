"""Who reads a language: the models found for it, and the order in which they are asked."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from locstore.ocr.engine import EngineReading
from locstore.ocr.lines import as_gray
from locstore.ocr.models import (
    SUFFIX,
    Model,
    beside_names,
    companion_name,
    find_model,
    marked_letters,
    model_folders,
    model_names,
)
from locstore.ocr.normalize import unwritable
from locstore.ocr.prepare import Prepared
from locstore.ocr.rapid import SIGNS, Rapid, has_rapid, rapid_version, reads_script
from locstore.ocr.settings import TextSettings
from locstore.ocr.tesseract import TesseractModels, TesseractReader, has_tesseract, tesseract_version
from locstore.ocr.traineddata import UnreadableModel, model_charset
from locstore.ocr.vote import Reading
from locstore.stores import UnknownLocale, resolve_locale

_BESIDE = 2  # models that read beside a language's own
_BUDGET = 260 * 1024 * 1024  # for Tesseract's models; RapidOCR takes about 290 MB more


def script_of(language: str) -> str:
    """ISO 15924 script of a BCP 47 tag; "" for a language of no store."""
    try:
        return resolve_locale(language).script
    except UnknownLocale:
        return ""


@dataclasses.dataclass(frozen=True, slots=True)
class OcrEnsemble:
    """The readers of one slot: Tesseract's models, and RapidOCR as `other` where it knows the script.

    `own_charset` is what the language's own model can write without another beside it,
    `unreadable_by_second_engine` the letters of the words
    at hand (folded) that `other` does not read even from a clean setting, and so has no say on.
    """

    readers: tuple[TesseractReader, ...]
    other: Rapid | None
    own_charset: frozenset[str] = frozenset()
    unreadable_by_second_engine: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        names = [reader.name for reader in self.readers]
        return "; ".join([*names, self.other.name] if self.other else names)

    @property
    def charset(self) -> frozenset[str]:
        return frozenset().union(*(reader.charset for reader in self.readers))

    def other_readings(self, ways: Sequence[Prepared]) -> list[Reading]:
        """What `other` alone reads, the first two ways."""
        return [_other(self.other, way) for way in ways[:2]] if self.other is not None else []

    def readings(self, ways: Sequence[Prepared]) -> Iterator[Reading]:
        """Readings of the same lines, each made when it is asked for, the most telling first."""
        first = ways[0]
        second = ways[1] if len(ways) > 1 else first
        main = self.readers[0]
        yield _raw(main, first, 30, (3, 3))
        if self.other is not None:
            yield _other(self.other, first)
        for beside in self.readers[1:]:
            yield _lines(beside, first)  # early, for it may see what the language's own model is blind for
        yield _lines(main, first)
        yield _raw(main, second, 42, (5, 3))
        if self.other is not None and second is not first:
            yield _other(self.other, second)
        yield _raw(main, second, 24, (5, 3))
        if len(self.readers) == 1:
            yield _lines(main, second)
        if self.other is not None:
            yield _other(self.other, first, (4, 6))  # signs that no model has need its word twice


def _raw(reader: TesseractReader, way: Prepared, height: int, margin: tuple[int, int]) -> Reading:
    return _reading(reader, [reader.read_raw(as_gray(line, height=height, margin=margin)) for line in way.lines])


def _lines(reader: TesseractReader, way: Prepared) -> Reading:
    return _reading(reader, [reader.read_line(as_gray(line, margin=(12, 12))) for line in way.lines])


def _reading(reader: TesseractReader, lines: Sequence[EngineReading]) -> Reading:
    text, sure = "\n".join(line.text for line in lines), "\n".join(line.sure for line in lines)
    return Reading(text, reader.name, charset=reader.charset, sure=sure)


def _other(rapid: Rapid, way: Prepared, margin: tuple[int, int] = (10, 12)) -> Reading:
    text = "\n".join(rapid.read_line(as_gray(line, margin=margin)).text for line in way.lines)
    return Reading(text, rapid.name, other=True)


class OcrEnsembles:
    """Puts panels together from what is installed; keeps models open within a budget."""

    def __init__(self, settings: TextSettings) -> None:
        self.folders = model_folders(settings.models)
        self._models = TesseractModels(_BUDGET)
        self.rapid = Rapid() if settings.engines == "auto" and has_rapid() else None
        self._charsets: dict[Path, frozenset[str]] = {}

    def close(self) -> None:
        self._models.close()
        if self.rapid is not None:
            self.rapid.close()

    @property
    def engines(self) -> str:
        """The engines and their versions, "" when there is none."""
        if not has_tesseract():
            return ""
        named = f"tesseract {tesseract_version()}"
        return f"{named}; rapidocr {rapid_version()}" if self.rapid is not None else named

    @property
    def models_digest(self) -> str:
        """Short digest of the names and sizes of all models that are found here."""
        paths = [path for folder in self.folders for path in folder.rglob(f"*{SUFFIX}")]
        known = sorted({(path.name, path.stat().st_size) for path in paths})
        return hashlib.sha256(repr(known).encode()).hexdigest()[:12]

    def found(self, language: str) -> list[Model]:
        """The models for a language that are on this machine and whole, best first."""
        models = (find_model(name, self.folders) for name in model_names(language))
        return [model for model in models if model is not None and self.charset(model)]

    @property
    def signs(self) -> frozenset[str]:
        """Currency signs that are read although the language's model has none."""
        return SIGNS if self.rapid is not None else frozenset()

    def has_model(self, name: str) -> bool:
        """Whether a model is found by its own name (`eng`), and whole."""
        model = find_model(name, self.folders)
        return model is not None and bool(self.charset(model))

    def votes_too(self, language: str) -> bool:
        """Whether RapidOCR has a vote on the words of a language."""
        return self.rapid is not None and reads_script(script_of(language), language)

    def ensemble(self, language: str, asked: str) -> OcrEnsemble | None:
        """Who reads `asked`; None when no model for the language is found.

        The words decide only whether a second alphabet has to be read; no reader is told of them.
        """
        readers = [self._reader(model, language, asked) for model in self.found(language)]
        if not readers:
            return None
        other = self.rapid if self.votes_too(language) else None
        if len(readers) == 1 and other is None:
            readers += self._beside(script_of(language), readers[0].charset)
        return OcrEnsemble(tuple(readers[: 1 + _BESIDE]), other, self.charset(self.found(language)[0]))

    def _beside(self, script: str, own: frozenset[str]) -> list[TesseractReader]:
        """Neighbours' models that write marks which the language's own (`own`) does not, the most telling first."""
        marks = marked_letters() - own
        found = (find_model(name, self.folders) for name in beside_names(script))
        models = [model for model in found if model is not None]
        chosen: list[Model] = []
        while models and len(chosen) < _BESIDE:
            best = max(models, key=lambda model: len(marks & self.charset(model)))
            if not marks & self.charset(best):
                break
            chosen.append(best)
            models.remove(best)
            marks -= self.charset(best)
        return [TesseractReader(self._models, model.folder, model.name, self.charset(model)) for model in chosen]

    def foreign_panel(self, language: str) -> OcrEnsemble | None:
        """Who reads Latin names and numbers among the words of a language in another script."""
        models = [find_model(companion_name(), self.folders), *self.found(language)[:1]]
        readers = [
            TesseractReader(self._models, model.folder, model.name, self.charset(model))
            for model in models
            if model is not None and self.charset(model)
        ]
        if readers and self.rapid is None:
            readers += self._beside("Latn", readers[0].charset)
        return OcrEnsemble(tuple(readers), self.rapid) if readers else None

    def _reader(self, model: Model, language: str, asked: str) -> TesseractReader:
        charset, languages = self.charset(model), model.name
        companion = find_model(companion_name(), (model.folder,))
        missing = unwritable(asked, charset, language)
        if (
            missing
            and companion is not None
            and len(unwritable(asked, charset | self.charset(companion), language)) < len(missing)
        ):
            charset, languages = charset | self.charset(companion), f"{model.name}+{companion.name}"
        return TesseractReader(self._models, model.folder, languages, charset)

    def charset(self, model: Model) -> frozenset[str]:
        """What the model can write; empty for a broken file, which then counts as not there."""
        if model.path not in self._charsets:
            try:
                self._charsets[model.path] = model_charset(model.path)
            except (UnreadableModel, OSError):
                self._charsets[model.path] = frozenset()
        return self._charsets[model.path]
