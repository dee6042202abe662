"""Tesseract behind the seam: models loaded when they are needed, the least used ones closed."""

from __future__ import annotations

import os
from collections import OrderedDict
from contextlib import suppress
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING

from locstore.ocr.engine import EngineReading, Gray, said

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI  # type: ignore[import-untyped]

# What a loaded model takes beside its file, and how often its file's size it takes, measured with tesserocr 2.13.
_BASE_BYTES = 18 * 1024 * 1024
_FILE_FACTOR = 3
# A dictionary turns a misspelt word into the right one: reading must not know words.
_NO_WORDS = {
    "load_system_dawg": "0",
    "load_freq_dawg": "0",
    "load_punc_dawg": "0",
    "load_number_dawg": "0",
    "load_bigram_dawg": "0",
    "load_unambig_dawg": "0",
    "tessedit_do_invert": "0",
}
_LINE, _RAW = 7, 13  # Tesseract's page segmentation modes


def has_tesseract() -> bool:
    """Whether tesserocr is installed; it is not imported for the answer."""
    return util.find_spec("tesserocr") is not None


def tesseract_version() -> str:
    """`5.5.4`."""
    import tesserocr

    return str(tesserocr.tesseract_version()).split()[1]


class TesseractModels:
    """The loaded models, within `budget` bytes in all. Close it, or use it as a context manager."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._open: OrderedDict[tuple[str, str], tuple[PyTessBaseAPI, int]] = OrderedDict()

    def get(self, folder: Path, languages: str) -> PyTessBaseAPI:
        """The engine for `deu` or `ara+eng` with models of this folder, loaded if need be.

        Raises RuntimeError if the engine refuses the model.
        """
        key = (str(folder), languages)
        found = self._open.get(key)
        if found is not None:
            self._open.move_to_end(key)
            return found[0]
        cost = _BASE_BYTES
        for language in languages.split("+"):
            with suppress(OSError):  # the engine itself says that it is missing
                cost += _FILE_FACTOR * (folder / f"{language}.traineddata").stat().st_size
        while self._open and self.used + cost > self._budget:
            self._open.popitem(last=False)[1][0].End()
        engine = _load(folder, languages)
        self._open[key] = (engine, cost)
        return engine

    @property
    def used(self) -> int:
        """Bytes that the loaded models are counted with."""
        return sum(cost for _, cost in self._open.values())

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1][0].End()


def _load(folder: Path, languages: str) -> PyTessBaseAPI:
    # Tesseract's own threads make one line slower and take the cores of other workers.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    import tesserocr

    return tesserocr.PyTessBaseAPI(
        path=f"{folder}/",
        lang=languages,
        psm=tesserocr.PSM.SINGLE_LINE,
        oem=tesserocr.OEM.LSTM_ONLY,
        variables=_NO_WORDS,
    )


class TesseractReader:
    """One model, or two together (`ara+eng`) for lines in two alphabets; it is loaded when it first reads."""

    def __init__(self, models: TesseractModels, folder: Path, languages: str, charset: frozenset[str]) -> None:
        self._models = models
        self._folder = folder
        self._languages = languages
        self._charset = charset

    @property
    def name(self) -> str:
        return f"tesseract {tesseract_version()} {self._languages}"

    @property
    def charset(self) -> frozenset[str]:
        return self._charset

    def read_line(self, line: Gray) -> EngineReading:
        """The words of a line that Tesseract cuts into words itself; wants 12 pixels of white around."""
        return self._read(line, _LINE)

    def read_raw(self, line: Gray) -> EngineReading:
        """The line as it is, without any search for words; wants next to no white around it."""
        return self._read(line, _RAW)

    def _read(self, picture: Gray, mode: int) -> EngineReading:
        engine = self._models.get(self._folder, self._languages)
        height, width = picture.shape
        engine.SetPageSegMode(mode)
        engine.SetImageBytes(picture.tobytes(), width, height, 1, width)
        engine.SetSourceResolution(300)
        text = str(engine.GetUTF8Text()).strip()
        confidences = engine.AllWordConfidences()
        engine.Clear()
        return said(text, confidences)
